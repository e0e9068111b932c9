"""What all planners of SQLite's online changes share: names, rows told apart, batches, NOT NULL taken away, rebuilding.

SQLite has one writer at a time and no session variables: a row in the guard table, seen only inside of the transaction that
writes it, tells our triggers that it is one of us who writes.
"""

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from msgspec.structs import replace

from dbwright.catalog.lookup import find_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.catalog.parts import Column
from dbwright.change.online import Batch, Stage, Task
from dbwright.change.online.changes import Path
from dbwright.engines.sqlite.alter import mentions
from dbwright.engines.sqlite.canonical import rowid_alias
from dbwright.engines.sqlite.ddl import create_table, create_view, views_in_order
from dbwright.engines.sqlite.rebuild import rebuild
from dbwright.engines.sqlite.words import folded, quote, quote_text
from dbwright.errors import Refused, UsageError

RECORD = "dbwright_online"
GUARD = "dbwright_online_guard"
STILL = f"INSERT INTO {GUARD} VALUES (1)"
AGAIN = f"DELETE FROM {GUARD}"
NOBODY = f"NOT EXISTS (SELECT 1 FROM {GUARD})"


class Planned(NamedTuple):
    """The stages of one change. loses: what contract drops."""

    stages: list[Stage]
    notes: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()


class Work(NamedTuple):
    """One change of a wish: the catalog that it is made in, the wish's id, and the number of the change."""

    catalog: Catalog
    id: str
    number: int

    def own(self, label: str) -> str:
        """The name of a table or trigger of ours."""
        return f"dbwright_{self.id}_{self.number}_{label}"

    def table(self, path: Path) -> Table:
        """The table. Raises Refused for a virtual one."""
        table = find_table(self.catalog, Ref("table", path))
        if table.kind == "virtual":
            refuse(f"{table.ref} is a virtual table", "Its module decides how it can be changed.")
        return table


def refuse(reason: str, hint: str) -> NoReturn:
    """Say that nothing is done, and why."""
    raise Refused(f"The change was not started: {reason}.", hint=hint)


def column_of(table: Table, name: str) -> Column:
    """A column. Raises UsageError where there is none."""
    column = table.column(name)
    if column is None:
        raise UsageError(f"There is no column {table.column_ref(name)}.")
    return column


def shadow_name(table: Table, column: str, label: str) -> str:
    """A free name for the second shape of a column."""
    name = f"{column}_dbwright_{label}"
    if any(folded(each.name) == folded(name) for each in table.columns):
        refuse(f"{table.ref} has a column {name} already, which the change needs", "Drop or rename it.")
    return name


# ---------------------------------------------------------------- rows


def row_key(table: Table) -> tuple[str, ...]:
    """The SQL names of what tells rows apart: the rowid, or the primary key of a table without one."""
    if table.without_rowid and table.primary_key:
        return tuple(quote(name) for name in table.primary_key.columns)
    taken = {folded(column.name) for column in table.columns}
    alias = rowid_alias(table)
    name = quote(alias) if alias else next((n for n in ("rowid", "_rowid_", "oid") if n not in taken), None)
    if name is None:
        refuse(f"no name for the rowid of {table.ref} is left", "Rename one of its columns rowid, _rowid_ and oid.")
    return (name,)


def lasting_key(table: Table) -> tuple[str, ...]:
    """The columns of a key that VACUUM does not change. Raises Refused where there is none."""
    key = table.primary_key
    alias = rowid_alias(table)
    columns = [table.column(name) for name in key.columns] if key else []
    if key and (alias or table.without_rowid or all(column and not column.nullable for column in columns)):
        return key.columns
    refuse(f"{table.ref} has no primary key that forbids NULL", "Give it one first.")


def same_row(table: Table, row: str) -> str:
    """The condition for the row that a trigger is about."""
    return " AND ".join(f"{name} = {row}.{name}" for name in row_key(table))


def differ(columns: Mapping[str, object] | list[str]) -> str:
    """Whether one of the columns has another value, exactly: 1 and 1.0 differ, and so do 'a' and 'A'."""
    return "(" + " OR ".join(f"quote(OLD.{quote(c)}) IS NOT quote(NEW.{quote(c)})" for c in columns) + ")"


def batch(table: Table, *statements: str) -> Batch:
    """Batches by rowid or key; the statements hold RANGE. Our triggers keep still meanwhile."""
    keys = row_key(table)
    return Batch(
        source=quote(table.name),
        table=(table.namespace, table.name),
        keys=keys,
        literals=tuple(f"quote({key})" for key in keys),
        statements=(STILL, *statements, AGAIN),
    )


def trigger(name: str, event: str, table: str, when: str, *body: str) -> Task:
    """A trigger that keeps still while one of ours writes, and keeps the others still while it writes."""
    condition = f"{NOBODY}{f' AND {when}' if when else ''}"
    inside = " ".join(f"{text};" for text in (STILL, *body, AGAIN))
    return Task(f"CREATE TRIGGER {quote(name)} {event} ON {quote(table)} WHEN {condition} BEGIN {inside} END")


def drop_trigger(name: str) -> Task:
    """DROP TRIGGER, where it is there."""
    return Task(f"DROP TRIGGER IF EXISTS {quote(name)}")


# ---------------------------------------------------------------- tables


def can_loosen(table: Table) -> bool:
    """Whether the table's text can be written anew in place: with more than one index of its own, their order would count."""
    own = len(table.uniques) + (1 if table.primary_key and not rowid_alias(table) and not table.without_rowid else 0)
    return own <= 1


def rewritten(table: Table) -> tuple[Task, ...]:
    """Write a table's definition anew in place, as SQLite documents it for constraints that are only taken away.

    It needs another change of the schema in the same transaction, so that other connections read it again.
    """
    text = create_table(table)
    return (
        Task("PRAGMA writable_schema = ON"),
        Task(
            f"UPDATE sqlite_schema SET sql = {quote_text(text)}"
            f" WHERE type = 'table' AND name = {quote_text(table.name)}"
        ),
        Task("PRAGMA writable_schema = RESET"),
    )


def loosened(table: Table, columns: Mapping[str, object] | list[str]) -> Table:
    """The table with columns that allow NULL."""
    changed = tuple(replace(c, nullable=True) if c.name in columns else c for c in table.columns)
    return replace(table, columns=changed)


def rebuilt(work: Work, physical: Table, target: Table, sources: Mapping[str, str | None]) -> tuple[Task, ...]:
    """Write the table anew in its final shape: what SQLite's ALTER TABLE cannot do. physical: as it is at that time."""
    taken = taken_names(work)
    return (
        Task("PRAGMA legacy_alter_table = ON"),
        *(Task(line.sql) for line in rebuild(physical, target, sources, taken)),
        Task("PRAGMA legacy_alter_table = OFF"),
    )


def taken_names(work: Work) -> set[str]:
    """The names of all tables and views, as SQLite compares them."""
    return {folded(each.name) for each in work.catalog.tables} | {folded(each.name) for each in work.catalog.views}


WAITS = "SQLite writes the whole table anew in one transaction for this; other writers wait for it."


def views_over(work: Work, table: Table) -> list[View]:
    """The views that read a table, directly or through others, each after what it reads."""
    found = {table.name}
    while True:
        more = {view.name for view in work.catalog.views if {ref.name for ref in view.depends_on} & found} - found
        if not more:
            return [view for view in views_in_order(work.catalog.views) if view.name in found]
        found |= more


def set_aside(work: Work, table: Table) -> tuple[list[Task], list[Task]]:
    """The application's triggers on a table, and the views that read it: dropped, and made again with the same text."""
    views = views_over(work, table)
    triggers = [*table.triggers, *(each for view in views for each in view.triggers)]
    away = [drop_trigger(each.name) for each in triggers]
    away += [Task(f"DROP VIEW IF EXISTS {quote(view.name)}") for view in reversed(views)]
    return away, [*(Task(create_view(view)) for view in views), *(Task(each.definition) for each in triggers)]


def hangs_on(work: Work, table: Table, columns: tuple[str, ...]) -> str | None:
    """What else than the table's own keys and indexes names one of the columns; None where nothing does."""
    for view in views_over(work, table):
        if any(mentions(view.definition, name) for name in columns):
            return f"the view {view.name}"
    for each in table.triggers:
        if any(mentions(each.definition, name) for name in columns):
            return f"the trigger {each.name}"
    for check in table.checks:
        if any(mentions(check.expression, name) for name in columns):
            return f"the check {check.name or check.expression}"
    for column in table.columns:
        if column.generated and any(mentions(column.generated.expression, name) for name in columns):
            return f"the generated column {column.name}"
    for other in work.catalog.tables:
        for key in other.foreign_keys:
            if key.table == (table.namespace, table.name) and set(columns) & set(key.referenced):
                return f"a foreign key of {other.name}"
    if table.primary_key and set(columns) & set(table.primary_key.columns):
        return "the primary key"
    return None
