"""CREATE of anything, as one action."""

from collections.abc import Callable, Iterator

from dbwright.catalog.names import Kind
from dbwright.catalog.objects import Unique
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_base import Text, action, if_exists
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong
from dbwright.readers.sql.parse_index import read_index
from dbwright.readers.sql.parse_table import is_constraint

_MODIFIERS = frozenset(
    "OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE FULLTEXT SPATIAL FOREIGN MATERIALIZED RECURSIVE VIRTUAL "
    "CONSTRAINT TRUSTED PROCEDURAL SQL SECURITY INVOKER DEFINER ALGORITHM UNDEFINED MERGE TEMPTABLE ONLINE OFFLINE "
    "AGGREGATE EVENT".split()
)
_SAID = {
    "TEMP": "temporary", "TEMPORARY": "temporary", "UNLOGGED": "unlogged", "UNIQUE": "unique", "FULLTEXT": "fulltext",
    "SPATIAL": "spatial", "FOREIGN": "foreign", "MATERIALIZED": "materialized", "RECURSIVE": "recursive",
    "VIRTUAL": "virtual", "CONSTRAINT": "constraint", "REPLACE": "or replace", "AGGREGATE": "aggregate",
}  # fmt: skip


def create(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows CREATE. Raises Wrong."""
    modifiers = _modifiers(cursor)
    words = {_SAID[word] for word in modifiers if word in _SAID}
    what = cursor.take().upper
    if "EVENT" in modifiers and what != "TRIGGER":
        return
    creator = _CREATORS.get(what)
    if creator is None or (what == "TRIGGER" and "EVENT" in modifiers) or (what == "TABLE" and "MERGE" in modifiers):
        return
    if cursor.accept("CONCURRENTLY"):
        words.add("concurrently")
    words |= if_exists(cursor)
    yield from creator(text, cursor, words)


def _modifiers(cursor: Cursor) -> set[str]:
    """The words between CREATE and what is created; MySQL's definer is passed over."""
    found: set[str] = set()
    while not cursor.done:
        word = cursor.here.upper
        if word == "DEFINER" and cursor.ahead().text == "=":
            cursor.at += 3
            if cursor.accept("@") or cursor.here.text == "(":
                cursor.take()
                cursor.accept(")")
        elif word == "ALGORITHM" and cursor.ahead().text == "=":
            cursor.at += 3
        elif word in _MODIFIERS:
            found.add(cursor.take().upper)
        else:
            break
    return found


# ---------------------------------------------------------------- tables and indexes


def _table(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    table = text.named(cursor, "table")
    every = words | table.words
    if cursor.accept("PARTITION", "OF"):
        parent = text.named(cursor, "table")
        yield action("create table", cursor, target=table.ref, table=parent.ref, words=every | {"partition of"})
        return
    inside = cursor.here.text == "(" and cursor.ahead().upper == "LIKE" and cursor.dialect == "mysql"
    if cursor.here.upper == "LIKE" or inside:
        cursor.at += 1 + inside
        parent = text.named(cursor, "table")
        yield action("create table", cursor, target=table.ref, table=parent.ref, words=every | {"like"})
        return
    columns = tuple(_column_names(cursor.brackets())) if cursor.here.text == "(" else ()
    if any(token.upper in ("SELECT", "AS") for token in cursor.tokens[cursor.at :]):
        every.add("as select")
    if cursor.accept("USING") and "virtual" in words:
        yield action("create table", cursor, target=table.ref, to=cursor.rest(), words=every)
        return
    yield action("create table", cursor, target=table.ref, columns=columns, words=every)


def _column_names(inner: Cursor) -> Iterator[str]:
    for item in inner.items():
        if item.tokens and not is_constraint(item) and item.here.upper not in ("LIKE", "PERIOD", "EXCLUDE"):
            yield item.name()


def _index(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    unique = "unique" in words
    method = "fulltext" if "fulltext" in words else "spatial" if "spatial" in words else "btree"
    written = read_index(cursor, unique=unique, method=method)
    index = written.index
    table = text.resolved(written.table, "table", written.at)
    every = words | table.words | ({"only"} if written.only else set())
    columns = tuple(part.column for part in index.parts if part.column)
    plain = all(part.column and not part.prefix_length and not part.descending for part in index.parts)
    constraint = Unique(columns=columns, name=index.name) if text.dialect == "mysql" and unique and plain else None
    yield action(
        "create index", cursor, target=table.ref.child("index", index.name), table=table.ref, name=index.name,
        index=index, columns=columns, constraint=constraint, words=every, options=written.options,
    )  # fmt: skip


# ---------------------------------------------------------------- what has a name of its own


def _view(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    view = text.named(cursor, "view")
    kind: ActionKind = "create materialized view" if "materialized" in words else "create view"
    if kind == "create materialized view" and [t.upper for t in cursor.tokens[-3:]] == ["WITH", "NO", "DATA"]:
        words = words | {"no data"}
    yield action(kind, cursor, target=view.ref, words=words | view.words)


def _type(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    at = cursor.here
    path = cursor.path()
    kind: Kind = "composite"
    if cursor.accept("AS"):
        kind = "enum" if cursor.accept("ENUM") else "range" if cursor.accept("RANGE") else "composite"
    named = text.resolved(path, kind, at)
    yield action("create type", cursor, target=named.ref, words=words | named.words | {kind})


def _plain(action_kind: ActionKind, kind: Kind) -> Callable[[Text, Cursor, set[str]], Iterator[Action]]:
    def read(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
        named = text.named(cursor, kind)
        yield action(action_kind, cursor, target=named.ref, words=words | named.words)

    return read


def _schema(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    cursor.accept("AUTHORIZATION")
    kind: ActionKind = "create database" if text.dialect == "mysql" else "create schema"
    yield action(kind, cursor, target=text.named(cursor, "namespace").ref, words=words)


def _database(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    yield action("create database", cursor, target=text.named(cursor, "namespace").ref, words=words)


# ---------------------------------------------------------------- code


def _routine(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    what = cursor.tokens[cursor.at - 1].upper.lower() if cursor.at else ""
    at = cursor.here
    path = cursor.path()
    if cursor.here.text != "(":
        return
    arguments = " ".join(cursor.brackets().rest().split())
    routine = text.resolved((*path[:-1], f"{path[-1]}({arguments})" if path[-1] else ""), "routine", at)
    said = {"procedure"} if what == "procedure" else set()
    yield action("create function", cursor, target=routine.ref, name=path[-1], words=words | routine.words | said)


def _trigger(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    name = cursor.path()[-1]
    while not cursor.done and cursor.here.upper != "ON":
        cursor.take()
    if not cursor.accept("ON"):
        raise Wrong(cursor.here, "ON and a table")
    table = text.named(cursor, "table")
    yield action("create trigger", cursor, target=table.ref.child("trigger", name), table=table.ref, name=name,
                 words=words | table.words)  # fmt: skip


def _policy(text: Text, cursor: Cursor, words: set[str]) -> Iterator[Action]:
    name = cursor.name()
    if not cursor.accept("ON"):
        raise Wrong(cursor.here, "ON and a table")
    table = text.named(cursor, "table")
    yield action("create policy", cursor, target=table.ref.child("policy", name), table=table.ref, name=name,
                 words=words | table.words)  # fmt: skip


_CREATORS: dict[str, Callable[[Text, Cursor, set[str]], Iterator[Action]]] = {
    "TABLE": _table,
    "INDEX": _index,
    "VIEW": _view,
    "TYPE": _type,
    "DOMAIN": _plain("create domain", "domain"),
    "SEQUENCE": _plain("create sequence", "sequence"),
    "SCHEMA": _schema,
    "DATABASE": _database,
    "EXTENSION": _plain("create extension", "extension"),
    "FUNCTION": _routine,
    "PROCEDURE": _routine,
    "TRIGGER": _trigger,
    "POLICY": _policy,
}
