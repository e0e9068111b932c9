"""From operations to statements. What ALTER TABLE cannot do is done by rebuilding the table, as SQLite documents it:
make a new one, copy the rows, drop the old one, give the new one its name, and make indexes and triggers again.

All operations on a table are one rebuild. Views and other tables keep their text: nothing that they name changes its name.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Table
from dbwright.change.operations import (
    AlterColumnType,
    CreateIndex,
    DropIndex,
    GrantPrivileges,
    Operation,
    RebuildIndex,
    Revoke,
    apply_all,
)
from dbwright.engines.sqlite.canonical import resolved, rowid_alias, settled
from dbwright.engines.sqlite.ddl import create_index, create_table
from dbwright.engines.sqlite.words import folded, quote, quote_text
from dbwright.errors import Unsupported

_TEMPORARY_PREFIX = "dbwright_new_"


def render(operations: Sequence[Operation], catalog: Catalog) -> list[str]:
    """The statements that apply the operations. Those of a rebuild are to be run in their order, outside of a transaction.

    Raises Unsupported for grants, which SQLite doesn't know, and for changes to virtual tables.
    """
    for operation in operations:
        if isinstance(operation, Revoke | GrantPrivileges):
            raise Unsupported("SQLite", "grant or revoke privileges", hint="Use the permissions of the file.")
    after = _settled(apply_all(operations, catalog))
    held, wanted = Lookup(catalog), Lookup(after)
    rebuilt = _rebuilt(operations, held, wanted)
    direct = [
        statement
        for operation in operations
        if operation.target.path[:2] not in {table.ref.path for table in rebuilt}
        for statement in _direct(operation)
    ]
    if not rebuilt:
        return direct
    conversions = _conversions(operations)
    statements = ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", "PRAGMA legacy_alter_table = ON", *direct]
    for table in rebuilt:
        before = held.table(table.ref.path)
        if before is not None:
            statements += _rebuild(before, table, conversions, _temporary_name(table, catalog))
    statements += [f"PRAGMA foreign_key_check({quote(name)})" for name in _to_check(rebuilt, held, after, conversions)]
    return [*statements, "PRAGMA legacy_alter_table = OFF", "COMMIT", "PRAGMA foreign_keys = ON"]


def _settled(catalog: Catalog) -> Catalog:
    return resolved(replace(catalog, tables=tuple(settled(table) for table in catalog.tables)))


def _direct(operation: Operation) -> list[str]:
    """Indexes come and go without touching their table."""
    match operation:
        case CreateIndex():
            return [create_index(operation.target.path[1], operation.index)]
        case DropIndex():
            return [f"DROP INDEX {quote(operation.target.name)}"]
        case RebuildIndex():
            return [f"REINDEX {quote(operation.target.name)}"]
    return []


def _rebuilt(operations: Sequence[Operation], held: Lookup, wanted: Lookup) -> list[Table]:
    """The tables that differ in more than their indexes, as they shall be, in the order of the operations."""
    found: dict[tuple[str, ...], Table] = {}
    for operation in operations:
        path = operation.target.path[:2]
        before, after = held.table(path), wanted.table(path)
        if before is None or after is None or path in found:
            continue
        if replace(before, indexes=()) != replace(after, indexes=()):
            if before.kind == "virtual":
                raise Unsupported("SQLite", f"change the virtual table {before.ref}")
            found[path] = after
    return list(found.values())


def _conversions(operations: Sequence[Operation]) -> dict[Ref, str]:
    """By column, the expression that converts its old values."""
    return {
        operation.target: operation.using
        for operation in operations
        if isinstance(operation, AlterColumnType) and operation.using
    }


def _temporary_name(table: Table, catalog: Catalog) -> str:
    taken = {folded(each.name) for each in catalog.tables} | {folded(each.name) for each in catalog.views}
    name = _TEMPORARY_PREFIX + table.name
    while folded(name) in taken:
        name += "_"
    return name


# ---------------------------------------------------------------- one table


def _rebuild(before: Table, after: Table, conversions: dict[Ref, str], temporary: str) -> list[str]:
    old, new = quote(before.name), quote(temporary)
    copied = [c.name for c in after.columns if not c.generated and before.column(c.name) is not None]
    targets = [quote(name) for name in copied]
    sources = [conversions.get(after.column_ref(name), quote(name)) for name in copied]
    rowid = _kept_rowid(before, after)
    if rowid:
        targets.insert(0, rowid)
        sources.insert(0, rowid)
    statements = [create_table(after, temporary)]
    if targets:
        statements.append(f"INSERT INTO {new} ({', '.join(targets)}) SELECT {', '.join(sources)} FROM {old}")
    if _numbers_itself(before) and _numbers_itself(after):
        counter = f"SELECT {quote_text(temporary)}, seq FROM sqlite_sequence WHERE name = {quote_text(before.name)}"
        statements += [
            f"DELETE FROM sqlite_sequence WHERE name = {quote_text(temporary)}",
            f"INSERT INTO sqlite_sequence (name, seq) {counter}",
        ]
    statements += [f"DROP TABLE {old}", f"ALTER TABLE {new} RENAME TO {old}"]
    statements += [create_index(after.name, index) for index in after.indexes]
    return [*statements, *(trigger.definition for trigger in after.triggers)]


def _kept_rowid(before: Table, after: Table) -> str | None:
    """The name of the rowid, where both tables have one that is no column: full-text indexes may point at it."""
    for table in (before, after):
        if table.without_rowid or rowid_alias(table):
            return None
    taken = {folded(column.name) for column in (*before.columns, *after.columns)}
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


def _numbers_itself(table: Table) -> bool:
    return rowid_alias(table) is not None and any(column.identity for column in table.columns)


# ---------------------------------------------------------------- foreign keys


def _to_check(rebuilt: Sequence[Table], held: Lookup, after: Catalog, conversions: dict[Ref, str]) -> list[str]:
    """The tables whose rows may break a foreign key now: it is new, or its values or those of its parent were converted.

    Rows that broke an old foreign key before are nobody's fault here, so the other tables are not looked at.
    """
    converted = {(ref.path[1], ref.name) for ref in conversions}
    names = {table.name for table in rebuilt}
    found: list[str] = []
    for table in after.tables:
        before = held.table(table.ref.path)
        known = before.foreign_keys if before else ()
        if any(
            (table.name in names and key not in known) or _touches(key, table, converted) for key in table.foreign_keys
        ):
            found.append(table.name)
    return found


def _touches(key: ForeignKey, table: Table, converted: set[tuple[str, str]]) -> bool:
    own = {(table.name, column) for column in key.columns}
    return bool(converted & (own | {(key.table[1], column) for column in key.referenced}))
