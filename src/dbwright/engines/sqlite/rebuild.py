"""Rebuilding a table, as SQLite documents it for what ALTER TABLE cannot do: make a new one, copy the rows, drop the old
one, give the new one its name, and make indexes and triggers again.

It is run with foreign_keys off, so that dropping the old table takes no rows of others with it, and with legacy_alter_table
on, so that views and triggers that name the table keep their text while it is away.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dbwright.catalog.objects import ForeignKey, Table
from dbwright.change.operations import AddColumn, AlterColumnType, DropColumn, Operation
from dbwright.engines.sqlite.canonical import rowid_alias
from dbwright.engines.sqlite.ddl import create_index, create_table
from dbwright.engines.sqlite.words import folded, quote, quote_text

NEW = "dbwright_new_"
"""How the names of tables begin that are being filled to replace another."""

Sources = Mapping[str, str | None]
"""By column of the old or new table: the expression over the old one that gives its values; None for the default."""


class Line(NamedTuple):
    """One statement with its title."""

    sql: str
    title: str


def sources(operations: Sequence[Operation]) -> dict[str, str | None]:
    """Where the values come from of columns that are not copied as they are."""
    found: dict[str, str | None] = {}
    for operation in operations:
        match operation:
            case AddColumn():
                found[operation.column.name] = operation.fill
            case DropColumn():
                found[operation.target.name] = None  # one that is added under its name is another
            case AlterColumnType(using=str(using)):
                found[operation.target.name] = using
    return found


def rebuild(before: Table, after: Table, given: Sources, taken: set[str]) -> Iterator[Line]:
    """The statements that put `after` in the place of `before`. taken: all names in use, as SQLite compares them."""
    name = _temporary_name(after.name, taken)
    yield Line(create_table(after, name), f"Make {after.name} anew, beside the old one")
    copy = _copy(before, after, given, name)
    if copy:
        yield Line(copy, f"Copy the rows of {after.name}")
    if _numbers_itself(before) and _numbers_itself(after):
        counter = f"SELECT {quote_text(name)}, seq FROM sqlite_sequence WHERE name = {quote_text(before.name)}"
        title = f"Keep the counter of {after.name}"
        yield Line(f"DELETE FROM sqlite_sequence WHERE name = {quote_text(name)}", title)
        yield Line(f"INSERT INTO sqlite_sequence (name, seq) {counter}", title)
    yield Line(f"DROP TABLE {quote(before.name)}", f"Drop the old {before.name}, whose rows are copied")
    yield Line(f"ALTER TABLE {quote(name)} RENAME TO {quote(after.name)}", f"Give the new {after.name} its name")
    for index in after.indexes:
        yield Line(create_index(after.name, index), f"Make the index {index.name} of {after.name} again")
    for trigger in after.triggers:
        yield Line(trigger.definition, f"Make the trigger {trigger.name} of {after.name} again")


def _temporary_name(name: str, taken: set[str]) -> str:
    wanted = NEW + name
    while folded(wanted) in taken:
        wanted += "_"
    return wanted


def _copy(before: Table, after: Table, given: Sources, name: str) -> str | None:
    columns: dict[str, str] = {}
    for column in after.columns:
        source = given[column.name] if column.name in given else _same(before, column.name)
        if source is not None and not column.generated:
            columns[quote(column.name)] = source
    rowid = _kept_rowid(before, after)
    if rowid:
        columns = {rowid: rowid, **columns}
    if not columns:
        return None
    return f"INSERT INTO {quote(name)} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {quote(before.name)}"


def _same(before: Table, column: str) -> str | None:
    return quote(column) if before.column(column) else None


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


class Rebuilt(NamedTuple):
    """A table that was rebuilt: before, after, and the columns whose values were changed."""

    before: Table
    after: Table
    changed: frozenset[str]


def to_check(rebuilt: Sequence[Rebuilt], tables: Sequence[Table]) -> list[str]:
    """The tables whose rows may break a foreign key now: it is new, or its values or those of its parent were changed.

    Rows that broke an old foreign key before are nobody's fault here, so the other tables are not looked at.
    """
    new = {each.after.name for each in rebuilt if set(each.after.foreign_keys) - set(each.before.foreign_keys)}
    changed = {(each.after.name, column) for each in rebuilt for column in each.changed}
    return [
        table.name
        for table in tables
        if table.name in new or any(_touches(key, table, changed) for key in table.foreign_keys)
    ]


def _touches(key: ForeignKey, table: Table, changed: set[tuple[str, str]]) -> bool:
    own = {(table.name, column) for column in key.columns}
    return bool(changed & (own | {(key.table[1], column) for column in key.referenced}))
