"""What changes to constraints and indexes do."""

from collections.abc import Sequence

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from dbwright.change.actions import Action
from dbwright.engines.postgres.foresight import Foresight

_EXCLUSIVE, _ROW_EXCLUSIVE, _UPDATE = "ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"


def _table(action: Action) -> Ref:
    assert action.target is not None
    return Ref("table", (action.table or action.target).path[:2])


# ---------------------------------------------------------------- constraints


def add_constraint(action: Action, foresight: Foresight) -> None:
    """The rows are read to prove it, or an index is built, but where it is left for later or there already."""
    ref, only = _table(action), "only" in action.words
    unproved = bool({"not valid", "not enforced"} & action.words)
    match action.constraint:
        case ForeignKey() as key:
            _foreign_key(ref, key, foresight, unproved=unproved, inline="inline" in action.words)
        case Check():
            foresight.lock_family(ref, _EXCLUSIVE, only=only)
            if not unproved:
                foresight.scan(ref, only=only)
                foresight.hazard("data-dependent", ref, f"It fails if rows of {ref} break the rule.")
        case PrimaryKey() | Unique() | Exclusion() as key:
            _indexed(ref, key, action, foresight)
        case None:
            foresight.lock_family(ref, _EXCLUSIVE, only=only)


def _foreign_key(ref: Ref, key: ForeignKey, foresight: Foresight, *, unproved: bool, inline: bool) -> None:
    mode = _EXCLUSIVE if inline else _ROW_EXCLUSIVE
    foresight.lock_family(ref, mode)
    parent = Ref("table", key.table)
    foresight.lock_family(parent, _ROW_EXCLUSIVE)
    if not unproved and not set(key.columns) <= foresight.empty_columns:
        foresight.scan(ref)
        if foresight.table(parent) is not None and parent != ref:
            foresight.scan(parent)
        foresight.hazard("data-dependent", ref, f"It fails if rows of {ref} refer to rows that are not there.")


def _indexed(ref: Ref, key: PrimaryKey | Unique | Exclusion, action: Action, foresight: Foresight) -> None:
    table = foresight.table(ref)
    columns = key.columns
    foresight.lock(ref, _EXCLUSIVE)
    if table and table.kind == "partitioned" and "only" not in action.words:
        foresight.lock_family(ref, "SHARE")
    if "using index" in action.words:
        used = [index for index in table.indexes if index.name == action.to] if table else []
        columns = tuple(name for index in used for name in index.columns if name)
    else:
        foresight.build(ref, key.name or action.name or "")
        said = "keep out" if isinstance(key, Exclusion) else "have the same"
        foresight.hazard(
            "data-dependent", ref, f"It fails if rows of {ref} {said} {'each other' if said == 'keep out' else 'key'}."
        )
    nullable = [name for name in columns if table and (column := table.column(name)) and column.nullable]
    if isinstance(key, PrimaryKey) and (nullable or foresight.version >= 18):
        # From version 18 on, NOT NULL is a constraint of its own, and looked up in the partitions too.
        foresight.lock_family(ref, _EXCLUSIVE)
    if isinstance(key, PrimaryKey) and nullable:
        foresight.scan(ref)


def validate(action: Action, foresight: Foresight) -> None:
    """The rows are read, while others read and write."""
    assert action.target is not None
    if action.target.kind == "domain":
        _domain(action.target, foresight, "SHARE UPDATE EXCLUSIVE" if foresight.version >= 17 else "SHARE")
        return
    ref, table = _table(action), foresight.table(_table(action))
    key = next((each for each in table.foreign_keys if each.name == action.name), None) if table else None
    check = next((each for each in table.checks if each.name == action.name), None) if table else None
    if key is not None:
        foresight.lock(ref, _UPDATE)
        foresight.lock(Ref("table", key.table), "ROW SHARE")
        if key.validated:
            return
        foresight.scan(ref, only=True)
        return
    foresight.lock_family(ref, _UPDATE)
    if check is None or not check.validated:
        foresight.scan(ref)


def _domain(domain: Ref, foresight: Foresight, mode: str) -> None:
    """The tables whose columns are of a domain are read."""
    for table in foresight.catalog.tables:
        if any(column.type.user_type == domain.path for column in table.columns):
            foresight.lock(table.ref, mode)
            foresight.scan(table.ref, only=True)


def alter_domain(action: Action, foresight: Foresight) -> None:
    """A new rule is proved in all tables that use the domain, but where it is left for later."""
    assert action.target is not None
    says = (action.to or "").upper()
    adds = "add" in action.words and "not valid" not in action.words
    if adds or says.startswith(("SET NOT NULL", "NOT NULL")):
        _domain(action.target, foresight, "SHARE")


def drop_constraint(action: Action, foresight: Foresight) -> None:
    """A moment; of a foreign key on both of its tables."""
    ref = _table(action)
    foresight.lock_family(ref, _EXCLUSIVE, only="only" in action.words)
    table = foresight.table(ref)
    for key in table.foreign_keys if table else ():
        if key.name == action.name:
            foresight.lock(Ref("table", key.table), _EXCLUSIVE)
    if table and action.name in {
        each.name for each in (*table.uniques, *((table.primary_key,) if table.primary_key else ()))
    }:
        foresight.lock(ref.child("index", action.name or ""), _EXCLUSIVE)
        for child, _ in foresight.lookup.referencing(table) if "cascade" in action.words else ():
            foresight.lock(child.ref, _EXCLUSIVE)
    foresight.hazard(
        "behaviour", ref, f"Rows that the constraint {action.name} kept out of {ref} can be written from then on."
    )


def change_constraint(action: Action, foresight: Foresight) -> None:
    """RENAME and ALTER CONSTRAINT take a moment."""
    ref, table = _table(action), foresight.table(_table(action))
    foresight.lock_family(ref, _EXCLUSIVE)
    key = next((each for each in table.foreign_keys if each.name == action.name), None) if table else None
    if key is None or action.kind != "alter constraint":
        return
    if "enforced" in action.words:
        foresight.lock(Ref("table", key.table), _ROW_EXCLUSIVE)
        foresight.scan(ref)


# ---------------------------------------------------------------- indexes


def create_index(action: Action, foresight: Foresight) -> None:
    """It is built while writers wait, or CONCURRENTLY beside them."""
    assert action.table is not None
    ref = foresight.relation(action.table)
    table = foresight.table(ref)
    beside = "concurrently" in action.words
    mode = _UPDATE if beside else "SHARE"
    if "only" in action.words and table and table.kind == "partitioned":
        foresight.lock(ref, mode)
        return
    foresight.lock_family(ref, mode)
    foresight.build(ref, action.name or "", beside_writers=beside)
    if beside:
        foresight.alone(ref.child("index", action.name or ""), "CREATE INDEX CONCURRENTLY")
    if "unique" in action.words or (action.index and action.index.unique):
        foresight.hazard("data-dependent", ref, f"It fails if rows of {ref} have the same key.")


def drop_index(action: Action, foresight: Foresight) -> None:
    """A moment, but its lock is on the table too, and waits for all who use it."""
    assert action.target is not None
    holder = foresight.holder_of_index(action.target)
    if holder is None:
        return
    index = holder.ref.child("index", action.target.name)
    if "concurrently" in action.words:
        foresight.lock(holder.ref, _UPDATE)
        foresight.lock(index, _UPDATE)
        foresight.alone(index, "DROP INDEX CONCURRENTLY")
    else:
        foresight.lock(index, _EXCLUSIVE)
        foresight.lock_family(holder.ref, _EXCLUSIVE)


def alter_index(action: Action, foresight: Foresight) -> None:
    """Another name or settings: a moment, on the index alone."""
    assert action.target is not None
    holder = foresight.holder_of_index(action.target)
    if holder is None:
        return
    index = holder.ref.child("index", action.target.name)
    if (action.to or "").upper().startswith("ATTACH"):
        foresight.lock(index, _UPDATE)
        foresight.lock(holder.ref, "ACCESS SHARE")
        return
    moves = action.kind == "set tablespace"
    foresight.lock(index, _EXCLUSIVE if moves else _UPDATE)
    if moves:
        foresight.build(holder.ref, index.name)


def reindex(action: Action, foresight: Foresight) -> None:
    """Writers wait, and readers who use the index, but CONCURRENTLY."""
    if action.target is None:
        return
    if action.target.kind == "index":
        holder = foresight.holder_of_index(action.target)
        if holder is not None:
            _rebuild(action, foresight, holder.ref, [action.target.name])
        return
    if action.target.kind in ("namespace", "catalog"):
        whole = action.target.kind == "catalog"
        refs = [each.ref for each in foresight.catalog.tables if whole or each.namespace == action.target.name]
        foresight.alone(action.target, "REINDEX of many tables")
    else:
        refs = [foresight.relation(action.target)]
    for ref in refs:
        table = foresight.table(ref)
        names = [each.name for each in table.indexes] if table else []
        names += [table.primary_key.name or ""] if table and table.primary_key else []
        names += [each.name or "" for each in table.uniques] if table else []
        _rebuild(action, foresight, ref, names)


def _rebuild(action: Action, foresight: Foresight, ref: Ref, names: Sequence[str]) -> None:
    beside = "concurrently" in action.words
    foresight.lock(ref, _UPDATE if beside else "SHARE")
    for name in names:
        foresight.build(ref, name, beside_writers=beside)
        foresight.lock(ref.child("index", name), _UPDATE if beside else _EXCLUSIVE)
    if beside:
        foresight.alone(ref, "REINDEX CONCURRENTLY")


KNOWN = {
    "add constraint": add_constraint,
    "validate constraint": validate,
    "drop constraint": drop_constraint,
    "rename constraint": change_constraint,
    "alter constraint": change_constraint,
    "create index": create_index,
    "drop index": drop_index,
    "rename index": alter_index,
    "alter index": alter_index,
    "reindex": reindex,
    "alter domain": alter_domain,
}
