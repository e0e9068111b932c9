"""What a person has to know before a statement runs on MySQL or MariaDB."""

from collections.abc import Iterator, Sequence

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Check, ForeignKey, PrimaryKey, Table, Unique
from dbwright.change.actions import Action
from dbwright.change.effects import Hazard
from dbwright.change.narrowing import loses
from dbwright.engines.mysql.column_types import canonical_spelling, read_type
from dbwright.engines.mysql.needs_columns import charset_of
from dbwright.engines.mysql.product import Product, product_of
from dbwright.engines.mysql.ways import Way

_FEW_ROWS = 10_000
"""A table up to this many rows is written again before anybody notices."""


def of_alter(
    actions: Sequence[Action], table: Table, way: Way, catalog: Catalog, facts: Facts | None
) -> Iterator[Hazard]:
    """The hazards of an ALTER TABLE: those of its way, then those of its clauses."""
    product = product_of(catalog)
    yield from _of_way(actions, table, way, product, facts)
    for action in actions:
        yield from _of_clause(action, table, product)


def _of_way(
    actions: Sequence[Action], table: Table, way: Way, product: Product, facts: Facts | None
) -> Iterator[Hazard]:
    ref = table.ref
    if way.refused:
        asked = ", ".join(
            f"{name}={value}" for name, value in actions[0].options.items() if name in ("ALGORITHM", "LOCK")
        )
        reason = f", because {way.why}" if way.why else ""
        yield Hazard(
            "behaviour",
            ref,
            f"{product.shown} refuses {asked} for this{reason}: the statement fails and changes nothing.",
        )
        return
    rows = facts.rows(ref) if facts else None
    if rows is None or rows > _FEW_ROWS:
        yield from _of_work(table, way, rows)
    if (
        way.algorithm == "INSTANT"
        and product.row_versions
        and any(a.kind in ("add column", "drop column") for a in actions)
    ):
        yield Hazard(
            "behaviour",
            ref,
            f"Each such change counts as one of the {product.row_versions} row versions of {ref}; after those it is refused "
            f"until the table is rebuilt (OPTIMIZE TABLE). INFORMATION_SCHEMA.INNODB_TABLES.TOTAL_ROW_VERSIONS counts them.",
        )


def _of_work(table: Table, way: Way, rows: int | None) -> Iterator[Hazard]:
    ref = table.ref
    reason = f", because {way.why}" if way.why else ""
    many = f"its {rows:,} rows" if rows is not None else "all its rows"
    if not way.is_brief and way.lock != "NONE":
        kept = "Writes" if way.lock == "SHARED" else "Reads and writes"
        yield Hazard("lock", ref, f"{kept} of {ref} wait until {many} are done{reason}.")
    if way.rewrites:
        how = "copied into a new table" if way.algorithm == "COPY" else "written again in place"
        yield Hazard(
            "rewrite",
            ref,
            f"{ref} is {how} with {many}{'' if way.lock != 'NONE' else reason}, which takes as much disk again.",
        )
    if not way.is_brief:
        yield Hazard(
            "behaviour",
            ref,
            "Replicas begin it when the primary has finished, and fall behind by as long as it takes there.",
        )


def _of_clause(action: Action, table: Table, product: Product) -> Iterator[Hazard]:
    ref, name = table.ref, action.name or ""
    column = ref.child("column", name)
    match action.kind:
        case "drop column":
            yield Hazard("data-loss", column, f"All values of {column} are deleted.")
            yield Hazard("breaking", column, f"Statements of the running application that name {column} fail.")
        case "rename column":
            yield Hazard("breaking", column, f"Statements of the running application that say {column} fail.")
        case "rename table":
            yield Hazard("breaking", ref, f"Statements of the running application that say {ref} fail.")
        case "add column" if _has_no_value(action):
            told = (
                "the value that MySQL takes for empty (0, '')"
                if not product.mariadb
                else "MariaDB's empty value (0, '')"
            )
            yield Hazard("behaviour", ref.child("column", name), f"The rows that are there get {told} in {name}.")
            yield Hazard(
                "breaking", ref.child("column", name), f"INSERT statements that leave out {name} fail in strict mode."
            )
        case "change column":
            yield from _of_change(action, table, product)
        case "convert charset":
            for each in table.columns:
                if each.type.is_text and not _widens(charset_of(each, table), action.to or ""):
                    text = (
                        f"Characters that {action.to} does not have are refused, or lost where sql_mode is not strict."
                    )
                    yield Hazard("data-dependent", ref, text)
                    break
        case "add constraint":
            yield from _of_constraint(action, table)
        case "create index" if action.index and action.index.unique:
            yield Hazard("data-dependent", ref, f"It fails if rows of {ref} have the same key.")
        case "drop constraint":
            kind = "primary_key" if "primary key" in action.words else "unique"
            part = ref.child("primary_key" if kind == "primary_key" else "unique", name)
            yield Hazard("behaviour", part, f"Rows that {name} of {ref} kept out can be written from then on.")
        case "drop partition":
            yield Hazard("data-loss", ref, f"All rows in the partition {name} of {ref} are deleted.")
        case "truncate":
            yield Hazard("data-loss", ref, f"All rows in the partition {name} of {ref} are deleted.")


def _has_no_value(action: Action) -> bool:
    column = action.column
    return column is not None and not (column.nullable or column.default or column.generated or column.identity)


def _of_change(action: Action, table: Table, product: Product) -> Iterator[Hazard]:
    old, new = table.column(action.name or ""), action.column
    if old is None or new is None:
        return
    ref = table.column_ref(old.name)
    if old.name != new.name:
        yield Hazard("breaking", ref, f"Statements of the running application that say {ref} fail.")
    before, after = (read_type(canonical_spelling(each.type.spelling, mariadb=product.mariadb)) for each in (old, new))
    if lost := loses(before, after):
        text = f"In {ref}, {lost}: the statement fails, or where sql_mode is not strict it changes the values without a word."
        yield Hazard("data-dependent", ref, text)
    if old.nullable and not new.nullable:
        yield Hazard(
            "data-dependent", ref, f"It fails if {ref} holds NULL; where sql_mode is not strict, NULL becomes 0 or ''."
        )
        if new.default is None:
            yield Hazard("breaking", ref, f"Statements of the running application that leave {ref} empty fail.")
    if old.type.is_text and new.type.is_text and not _widens(charset_of(old, table), charset_of(new, table)):
        text = f"Characters in {ref} that {charset_of(new, table)} does not have are refused, or lost where sql_mode is not strict."
        yield Hazard("data-dependent", ref, text)
    for said, dropped in (
        ("AUTO_INCREMENT", old.identity and not new.identity),
        (f"DEFAULT {old.default}", old.default is not None and new.default is None),
        (f"COMMENT '{old.comment}'", old.comment and not new.comment),
        (f"ON UPDATE {old.on_update}", old.on_update and not new.on_update),
    ):
        if dropped:
            yield Hazard("behaviour", ref, f"{ref} loses {said}, because MODIFY and CHANGE keep only what they name.")


def _widens(old: str, new: str) -> bool:
    """Whether one character set has all characters of another."""
    return old == new or new.startswith(("utf8mb4", "utf16", "utf32", "gb18030")) or (old, new) == ("ascii", "latin1") or (
        old in ("ascii", "latin1", "utf8") and new in ("utf8", "utf8mb3")
    )  # fmt: skip


def _of_constraint(action: Action, table: Table) -> Iterator[Hazard]:
    ref = table.ref
    if "inline" in action.words:
        return
    match action.constraint:
        case PrimaryKey(columns=columns) | Unique(columns=columns):
            yield Hazard("data-dependent", ref, f"It fails if two rows of {ref} have the same ({', '.join(columns)}).")
        case ForeignKey(table=parent):
            yield Hazard(
                "data-dependent",
                ref,
                f"It fails if rows of {ref} refer to rows of {Ref('table', parent)} that are not there.",
            )
        case Check(enforced=True):
            yield Hazard("data-dependent", ref, f"It fails if rows of {ref} break the rule.")


# ---------------------------------------------------------------- other statements


def of_statement(action: Action) -> Iterator[Hazard]:
    """The hazards of a statement that is no ALTER TABLE."""
    target = action.target
    if target is None:
        return
    match action.kind:
        case "drop table":
            yield Hazard("data-loss", target, f"All rows of {target} are deleted.")
            yield Hazard("breaking", target, f"Statements of the running application that use {target} fail.")
        case "truncate":
            yield Hazard("data-loss", target, f"All rows of {target} are deleted; no rollback brings them back.")
        case "rename table" | "move table":
            yield Hazard("breaking", target, f"Statements of the running application that say {target} fail.")
        case "drop view" | "drop function":
            kind = target.kind.replace("_", " ")
            yield Hazard("breaking", target, f"Statements that use the {kind} {target} fail.")
        case "drop trigger":
            yield Hazard("behaviour", target, f"What the trigger {target} did is no longer done.")
        case "drop database" | "drop schema":
            yield Hazard("data-loss", target, f"All tables of {target} are deleted with their rows.")
        case "drop sequence":
            yield Hazard("breaking", target, f"Statements that take numbers from {target} fail.")
        case "grant" | "revoke":
            yield Hazard("privilege", target, f"Others may do more, or less, on {target} than before.")
        case "update" | "delete" if not action.words & {"where", "batch"}:
            done = "changed" if action.kind == "update" else "deleted"
            text = f"All rows of {target} are {done} in one transaction, and locked until it ends."
            yield Hazard("data-loss" if action.kind == "delete" else "lock", target, text)
