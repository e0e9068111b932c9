"""Columns and constraints that an ALTER TABLE adds or changes, as actions."""

from collections.abc import Callable, Iterator
from typing import Any

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_base import Text, action, if_exists
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import DraftTable, Wrong
from dbwright.readers.sql.parse_table import read_column, read_constraint, read_type

Make = Callable[..., Action]
"""Makes an action on the table that an ALTER TABLE names: its kind, further words, and fields."""


def added_columns(
    text: Text, table: Ref, item: Cursor, words: frozenset[str] | set[str], clause: Cursor
) -> Iterator[Action]:
    """The action for a new column, and one with the word "inline" for each constraint that stands behind it."""
    place = item if item.tokens is not clause.tokens else clause
    if place.dialect == "mysql" and place is not clause and _is_key(item):
        yield from constraint_actions(text, table, item, words)
        return
    draft, holder = text.draft(table)
    column, position = read_column(draft, holder, item)
    yield action(
        "add column", place, target=table, name=column.name, columns=_beside(position), column=column, type=column.type,
        default=column.default, words=frozenset(words) | _position(position),
    )  # fmt: skip
    yield from _constraints(holder, place, table, frozenset(words) | {"inline"})


def _is_key(item: Cursor) -> bool:
    return item.here.upper in ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "INDEX", "KEY")


def _position(written: str) -> set[str]:
    return {written.split(" ")[0].lower()} if written else set()


def _beside(written: str) -> tuple[str, ...]:
    """The column that AFTER names."""
    return (written.removeprefix("AFTER "),) if written.startswith("AFTER ") else ()


def constraint_actions(text: Text, table: Ref, item: Cursor, words: frozenset[str] | set[str]) -> Iterator[Action]:
    """The action for a new constraint, or for a new index where MySQL says KEY or INDEX."""
    draft, holder = text.draft(table)
    read_constraint(draft, holder, item)
    yield from _constraints(holder, item, table, frozenset(words))


def _constraints(holder: DraftTable, place: Cursor, table: Ref, words: frozenset[str]) -> Iterator[Action]:
    every: list[Any] = [holder.primary_key] if holder.primary_key else []
    every += [*holder.uniques, *holder.foreign_keys, *holder.checks, *holder.exclusions]
    for each in every:
        said = set(words)
        if not getattr(each, "validated", True):
            said.add("not valid")
        if not getattr(each, "enforced", True):
            said.add("not enforced")
        yield action("add constraint", place, target=table, name=each.name, constraint=each, words=said,
                     columns=getattr(each, "columns", ()))  # fmt: skip
    for index in holder.indexes:
        said = set(words) | ({"unique"} if index.unique else set())
        columns = tuple(column for column in index.columns if column)
        yield action("create index", place, target=table.child("index", index.name), table=table, name=index.name,
                     index=index, columns=columns, words=said)  # fmt: skip


# ---------------------------------------------------------------- ALTER COLUMN


def alter_column(cursor: Cursor, make: Make) -> Iterator[Action]:
    """What follows ALTER [COLUMN]."""
    at = cursor.here
    name = cursor.name()
    if not name:
        raise Wrong(at, "a column's name")
    for words, kind in _PLAIN.items():
        if cursor.accept(*words):
            yield make(kind, *if_exists(cursor), name=name, columns=(name,))
            return
    if cursor.accept("SET", "DEFAULT"):
        yield make("set default", name=name, columns=(name,), default=cursor.rest())
    elif cursor.accept("SET", "DATA", "TYPE") or cursor.accept("TYPE"):
        yield _alter_type(cursor, make, name)
    elif cursor.accept("SET", "EXPRESSION"):
        cursor.accept("AS")
        yield make("add generated", "set expression", name=name, columns=(name,), using=cursor.brackets().rest())
    elif cursor.accept("ADD", "GENERATED"):
        yield make("add identity", name=name, columns=(name,), to=cursor.rest())
    elif cursor.accept("SET", "GENERATED") or cursor.accept("RESTART") or _sets_sequence(cursor):
        yield make("alter identity", name=name, columns=(name,), to=cursor.rest() or None)
    elif cursor.accept("SET", "STORAGE") or cursor.accept("SET", "COMPRESSION"):
        yield make("set storage", "column", name=name, columns=(name,), to=cursor.rest())
    elif not cursor.done:
        yield make("alter table", "column", name=name, columns=(name,), to=cursor.rest())


_PLAIN: dict[tuple[str, ...], ActionKind] = {
    ("SET", "NOT", "NULL"): "set not null",
    ("DROP", "NOT", "NULL"): "drop not null",
    ("DROP", "DEFAULT"): "drop default",
    ("DROP", "EXPRESSION"): "drop expression",
    ("DROP", "IDENTITY"): "drop identity",
}


def _alter_type(cursor: Cursor, make: Make, name: str) -> Action:
    type_ = read_type(cursor)
    collation = cursor.path()[-1] if cursor.accept("COLLATE") else ""
    using = cursor.rest() if cursor.accept("USING") else None
    options = {"COLLATE": collation} if collation else {}
    return make("alter type", name=name, columns=(name,), type=type_, using=using, options=options)


def _sets_sequence(cursor: Cursor) -> bool:
    """SET INCREMENT BY and the like of an identity."""
    words = ("INCREMENT", "MINVALUE", "MAXVALUE", "START", "CACHE", "CYCLE", "NO")
    return cursor.here.upper == "SET" and cursor.ahead().upper in words


# ---------------------------------------------------------------- MODIFY and CHANGE


def change_column(
    text: Text, table: Ref, cursor: Cursor, words: frozenset[str] | set[str], *, renames: bool
) -> Iterator[Action]:
    """MySQL's MODIFY and CHANGE, which give a whole new definition."""
    at = cursor.here
    old = cursor.name() if renames else Cursor(cursor.text, cursor.dialect, [at]).name()
    if not old:
        raise Wrong(at, "a column's name")
    draft, holder = text.draft(table)
    column, position = read_column(draft, holder, cursor)
    to = column.name if column.name != old else None
    yield action(
        "change column", cursor, target=table, name=old, to=to, columns=_beside(position), column=column, type=column.type,
        default=column.default, words=frozenset(words) | _position(position),
    )  # fmt: skip
    yield from _constraints(holder, cursor, table, frozenset(words) | {"inline"})
