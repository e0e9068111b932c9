"""Changes to whole tables."""

import re
from typing import Any

import msgspec

from dbwright.catalog.lookup import Lookup, find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import ForeignKey, Table
from dbwright.change.actions import Action
from dbwright.change.operations import ChangeColumn, ChangeTable, CreateTable, DropTable, RenameTable
from dbwright.engines.mysql import clauses as say
from dbwright.engines.mysql import ddl_table, steps_foreign_keys, steps_objects
from dbwright.engines.mysql.ddl import chained
from dbwright.engines.mysql.needs_columns import charset_of, collation_of
from dbwright.engines.mysql.stepping import Clause, Work, name_of
from dbwright.engines.mysql.text import tokens
from dbwright.engines.mysql.ways import table_at
from dbwright.engines.mysql.words import tick
from dbwright.errors import Unsupported

_NO_CLAUSE = frozenset(("charset", "collate", "system_versioning", "period", "period_for_system_time"))
_BACK = {
    "key_block_size": "0", "page_compressed": "0", "avg_row_length": "0", "max_rows": "0", "min_rows": "0",
    "checksum": "0", "delay_key_write": "0", "table_checksum": "0", "compression": "''", "encryption": "'N'",
    "connection": "''", "stats_sample_pages": "DEFAULT",
}  # fmt: skip
"""What takes an option back; DEFAULT for all others."""


def write(work: Work, operation: Any) -> None:
    """The steps of an operation on a table as a whole."""
    match operation:
        case CreateTable():
            _create(work, operation)
        case DropTable():
            _drop(work, operation)
        case RenameTable():
            old, new = name_of(operation.target), name_of(Ref("table", operation.to))
            work.add(f"RENAME TABLE {old} TO {new}", operation.describe(), why="It changes no row.")
        case ChangeTable():
            _change(work, operation)


# ---------------------------------------------------------------- created and dropped


def _create(work: Work, operation: CreateTable) -> None:
    """The table; a foreign key to a table that comes later is added when that one is there."""
    table = operation.table
    own = (table.namespace, table.name)
    later = {each.target.path for each in work.operations[work.position + 1 :] if isinstance(each, CreateTable)}
    now = tuple(
        key
        for key in table.foreign_keys
        if key.table == own or table_at(work.catalog, key.table) or key.table not in later
    )
    steps_objects.use(work, table.namespace)
    drop = f"DROP TABLE {name_of(table.ref)}"
    work.add(ddl_table.create_table(table, now, work.catalog.engine), operation.describe(), undo=[drop])
    for holder, key in _waiting_for(work, own):
        undo = f"ALTER TABLE {name_of(holder)} DROP FOREIGN KEY {tick(key.name or '')}"
        sql = f"ALTER TABLE {name_of(holder)} ADD {ddl_table.foreign_key(key, holder.namespace)}"
        work.add(sql, f"Add the foreign key {key.name} to {holder}", undo=[undo])
    for trigger in chained(table.triggers):
        steps_objects.create_trigger(work, table.ref, trigger)


def _waiting_for(work: Work, path: tuple[str, str]) -> list[tuple[Ref, ForeignKey]]:
    """The foreign keys of tables made before this one that had to wait for it."""
    made = [each.table for each in work.operations[: work.position] if isinstance(each, CreateTable)]
    return [(table.ref, key) for table in made for key in table.foreign_keys if key.table == path]


def _drop(work: Work, operation: DropTable) -> None:
    """The table; foreign keys of tables that are dropped later go first, so that tables in a circle can go."""
    table = find_table(work.catalog, operation.target)
    leaving = {each.target.path for each in work.operations[work.position + 1 :] if isinstance(each, DropTable)}
    for child, key in Lookup(work.catalog).referencing(table):
        if child is not table and child.ref.path in leaving and _still_there(work, child, key):
            work.alter(child.ref, [say.drop_foreign_key(child.ref, key.name or "")],
                       f"Drop the foreign key {key.name} of {child.ref}, which is dropped too")  # fmt: skip
    work.add(f"DROP TABLE {name_of(table.ref)}", operation.describe())


def _still_there(work: Work, child: Table, key: ForeignKey) -> bool:
    """Whether no earlier DropTable has taken the foreign key away already."""
    dropped = [each for each in work.operations[: work.position] if isinstance(each, DropTable)]
    return all(each.target.path != key.table for each in dropped) and key in child.foreign_keys


# ---------------------------------------------------------------- changed


def _change(work: Work, operation: ChangeTable) -> None:
    old, new = find_table(work.catalog, operation.target), operation.to
    if (old.namespace, old.name) != (new.namespace, new.name):
        new = msgspec.structs.replace(new, namespace=old.namespace, name=old.name)
    clauses = _options(work, old, new)
    text = _charset(work, old, new)
    after = operation.apply(work.catalog)
    keys = steps_foreign_keys.in_the_way(work.catalog, after, [old.ref.path]) if text else []
    steps_foreign_keys.take_away(work, keys)
    work.alter(old.ref, [*clauses, *text], operation.describe())
    steps_foreign_keys.bring_back(work, keys, after)
    if old.partitioning != new.partitioning:
        _partition(work, old, new)


def _options(work: Work, old: Table, new: Table) -> list[Clause]:
    ref = old.ref
    found: list[Clause] = []
    for name in [*new.options, *(each for each in old.options if each not in new.options)]:
        if old.options.get(name) == new.options.get(name):
            continue
        if name in ("period", "period_for_system_time"):
            raise Unsupported(
                work.title, f"change the period of {ref} as a whole", hint="Change it by hand, step by step."
            )
        if name == "system_versioning":
            word = "ADD" if name in new.options else "DROP"
            found.append(Clause(f"{word} SYSTEM VERSIONING", Action(kind="alter table", target=ref)))
        elif name not in _NO_CLAUSE:
            found.append(_option(ref, name, new.options.get(name)))
    if old.comment != new.comment:
        sql = ddl_table.option("comment", new.comment or "")
        found.append(Clause(sql, Action(kind="alter table", target=ref, name="COMMENT", to=new.comment or "")))
    return found


def _option(ref: Ref, name: str, value: str | None) -> Clause:
    sql = ddl_table.option(name, value) if value is not None else f"{name.upper()}={_BACK.get(name, 'DEFAULT')}"
    kind: Any = "change engine" if name == "engine" else "alter table"
    return Clause(sql, Action(kind=kind, target=ref, name=name.upper(), to=value or ""))


def _charset(work: Work, old: Table, new: Table) -> list[Clause]:
    """The default for new columns, and the columns that have no character set of their own and follow it.

    CONVERT TO would change the columns with their own one as well, and make longer types of texts.
    """
    now = (new.options.get("charset"), new.options.get("collate"))
    if now == (old.options.get("charset"), old.options.get("collate")) or now[0] is None:
        return []
    collate = f" COLLATE {now[1]}" if now[1] else ""
    action = Action(kind="alter table", target=old.ref, name="CHARSET", to=now[0])
    found = [Clause(f"DEFAULT CHARACTER SET {now[0]}{collate}", action)]
    later = {
        each.target.name: each.to
        for each in work.operations[work.position + 1 :]
        if isinstance(each, ChangeColumn) and each.target.path[:2] == old.ref.path
    }
    for column in old.columns:
        if not (column.type.is_text or column.type.kind in ("enum", "set")) or column.generated:
            continue
        goal = later.get(column.name, column)
        charset, collation = charset_of(goal, new), collation_of(goal, new)
        if (charset, collation) != (charset_of(column, old), collation_of(column, old)):
            shown = collation if collation != charset else None
            wanted = msgspec.structs.replace(column, charset=charset, collation=shown)
            found.append(say.modify_column(old, column, wanted))
    return found


# ---------------------------------------------------------------- partitions


def _partition(work: Work, old: Table, new: Table) -> None:
    """Other partitions: new ones at the end are added; all else deals the rows out anew."""
    name = name_of(old.ref)
    before = old.partitioning.definition if old.partitioning else None
    after = new.partitioning.definition if new.partitioning else None
    back = f"ALTER TABLE {name} {before or 'REMOVE PARTITIONING'}"
    if after is None:
        work.add(f"ALTER TABLE {name} REMOVE PARTITIONING", f"Take the partitions of {old.ref} away",
                 why=_dealt(work, old), undo=[back])  # fmt: skip
        return
    added = _appended(before, after) if before else []
    if added:
        names = ", ".join(tick(each) for each, _ in added)
        work.add(
            f"ALTER TABLE {name} ADD PARTITION ({', '.join(text for _, text in added)})",
            f"Add partitions to {old.ref}",
            why="It changes no row.",
            undo=[f"ALTER TABLE {name} DROP PARTITION {names}"],
        )
        return
    work.add(f"ALTER TABLE {name} {after}", f"Partition {old.ref} anew", why=_dealt(work, old), undo=[back])


def _dealt(work: Work, table: Table) -> str:
    return (
        f"{work.title} copies all rows into other partitions, and writes to {table.ref} wait until that is done. A partition "
        "whose rows may go is dropped in a moment instead, by ALTER TABLE … DROP PARTITION."
    )


def _appended(before: str, after: str) -> list[tuple[str, str]]:
    """The partitions, name and text, that come behind all those that are there; none where the others differ."""
    old, new = _cut(before), _cut(after)
    if old is None or new is None or old[0] != new[0] or new[1][: len(old[1])] != old[1] or len(new[1]) == len(old[1]):
        return []
    found = []
    for text in new[1][len(old[1]) :]:
        name = re.match(r"PARTITION\s+(`(?:[^`]|``)+`|\S+)", text, re.IGNORECASE)
        if name is None:
            return []
        found.append((name[1].strip("`").replace("``", "`"), text))
    return found


def _cut(definition: str) -> tuple[str, list[str]] | None:
    """A PARTITION BY RANGE or LIST clause as its head and its partitions."""
    if not re.match(r"PARTITION BY\s+(RANGE|LIST)\b", definition, re.IGNORECASE):
        return None
    cut = tokens(definition)
    opening = next(
        (place for place, token in enumerate(cut) if token == "(" and _begins_partition(cut[place + 1 :])), None
    )
    if opening is None:
        return None
    parts, depth, current = [], 0, ""
    for token in cut[opening + 1 :]:
        depth += (token == "(") - (token == ")")
        if depth < 0:
            break
        if token == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += token
    return "".join(cut[:opening]).split("\n")[0].strip(), [" ".join(part.split()) for part in [*parts, current]]


def _begins_partition(rest: list[str]) -> bool:
    return next((token.upper() == "PARTITION" for token in rest if not token.isspace()), False)
