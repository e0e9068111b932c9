"""DROP, RENAME, and ALTER of what is no table, as actions."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dbwright.catalog.names import Kind
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_alter import alter_table
from dbwright.readers.sql.actions_base import Text, action, endings, if_exists, value
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong

# ---------------------------------------------------------------- DROP

_DROPS: dict[str, tuple[ActionKind, Kind]] = {
    "TABLE": ("drop table", "table"),
    "TABLES": ("drop table", "table"),
    "INDEX": ("drop index", "index"),
    "VIEW": ("drop view", "view"),
    "TYPE": ("drop type", "enum"),
    "DOMAIN": ("drop domain", "domain"),
    "SEQUENCE": ("drop sequence", "sequence"),
    "FUNCTION": ("drop function", "routine"),
    "PROCEDURE": ("drop function", "routine"),
    "ROUTINE": ("drop function", "routine"),
    "AGGREGATE": ("drop function", "routine"),
    "TRIGGER": ("drop trigger", "trigger"),
    "POLICY": ("drop policy", "policy"),
    "SCHEMA": ("drop schema", "namespace"),
    "EXTENSION": ("drop extension", "extension"),
    "DATABASE": ("drop database", "namespace"),
}


def drop(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows DROP: an action for each object that is named."""
    modifier = cursor.accept_any("MATERIALIZED", "FOREIGN", "TEMPORARY")
    words = {modifier.lower()} if modifier else set()
    what = cursor.take().upper
    if what not in _DROPS or (modifier == "FOREIGN" and what != "TABLE"):
        return
    kind, of = _DROPS[what]
    if modifier == "MATERIALIZED":
        kind = "drop materialized view"
    if text.dialect == "mysql" and kind == "drop schema":
        kind = "drop database"
    if cursor.accept("CONCURRENTLY"):
        words.add("concurrently")
    words |= if_exists(cursor)
    words |= {token.upper.lower() for token in cursor.tokens[-1:] if token.upper in ("CASCADE", "RESTRICT")}
    place = Cursor(cursor.text, cursor.dialect, cursor.tokens)
    if kind == "drop index" and text.dialect == "mysql":
        yield _mysql_index(text, cursor, words)
    elif kind in ("drop trigger", "drop policy"):
        yield _of_table(text, cursor, kind, of, words)
    else:
        for item in cursor.items():
            at = item.here
            path = item.path()
            if of == "routine" and item.here.text == "(":
                path = (*path[:-1], f"{path[-1]}({' '.join(item.brackets().rest().split())})")
            named = text.resolved(path, of, at)
            name = named.ref.name if kind == "drop index" else None
            yield action(kind, place, target=named.ref, name=name, words=words | named.words)


def _mysql_index(text: Text, cursor: Cursor, words: set[str]) -> Action:
    name = cursor.name()
    if not cursor.accept("ON"):
        raise Wrong(cursor.here, "ON and a table")
    table = text.named(cursor, "table")
    options: dict[str, str] = {}
    while word := cursor.accept_any("ALGORITHM", "LOCK"):
        cursor.accept("=")
        options[word] = cursor.take().upper
    return action("drop index", cursor, target=table.ref.child("index", name), table=table.ref, name=name,
                  words=words | table.words, options=options)  # fmt: skip


def _of_table(text: Text, cursor: Cursor, kind: ActionKind, of: Kind, words: set[str]) -> Action:
    """A trigger or a policy: PostgreSQL names its table, the others do not."""
    at = cursor.here
    path = cursor.path()
    if not cursor.accept("ON"):
        named = text.resolved(path, of, at)
        return action(kind, cursor, target=named.ref, name=named.ref.name, words=words | named.words)
    table = text.named(cursor, "table")
    return action(kind, cursor, target=table.ref.child(of, path[-1]), table=table.ref, name=path[-1],
                  words=words | table.words)  # fmt: skip


# ---------------------------------------------------------------- RENAME TABLE


def rename_tables(text: Text, cursor: Cursor) -> Iterator[Action]:
    """MySQL's RENAME TABLE a TO b, c TO d."""
    words = if_exists(cursor)
    for item in cursor.items():
        table = text.named(item, "table")
        options: dict[str, str] = {}
        if option := item.accept_any("WAIT", "NOWAIT"):
            options[option] = item.take().text if option == "WAIT" else ""
        if not item.accept("TO"):
            raise Wrong(item.here, "TO")
        to = item.path()
        moved = len(to) > 1 and to[-2] != table.ref.path[0]
        yield action("rename table", item, target=table.ref, to=".".join(to) if moved else to[-1],
                     words=words | table.words, options=options)  # fmt: skip


# ---------------------------------------------------------------- ALTER


class _Altered(NamedTuple):
    kind: Kind
    rename: ActionKind
    other: ActionKind


_ALTERS: dict[str, _Altered] = {
    "INDEX": _Altered("index", "rename index", "alter index"),
    "VIEW": _Altered("view", "alter view", "alter view"),
    "TYPE": _Altered("enum", "alter type definition", "alter type definition"),
    "DOMAIN": _Altered("domain", "alter domain", "alter domain"),
    "SEQUENCE": _Altered("sequence", "alter sequence", "alter sequence"),
    "SCHEMA": _Altered("namespace", "other", "other"),
    "DATABASE": _Altered("namespace", "other", "other"),
    "FUNCTION": _Altered("routine", "other", "other"),
    "PROCEDURE": _Altered("routine", "other", "other"),
    "ROUTINE": _Altered("routine", "other", "other"),
    "EXTENSION": _Altered("extension", "other", "other"),
}


def alter(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows ALTER."""
    words = {word.lower() for word in iter(lambda: cursor.accept_any("ONLINE", "OFFLINE", "IGNORE", "FOREIGN"), "")}
    if cursor.accept("TABLE"):
        yield from alter_table(text, cursor, words)
        return
    if cursor.accept("DEFAULT", "PRIVILEGES"):
        verb = next((t.upper for t in cursor.tokens if t.upper in ("GRANT", "REVOKE")), "")
        yield action("revoke" if verb == "REVOKE" else "grant", cursor, words={"default"})
        return
    if cursor.accept("POLICY"):
        yield _policy(text, cursor)
        return
    if cursor.dialect == "mysql":
        while not cursor.done and cursor.here.upper not in _ALTERS and cursor.here.upper not in ("EVENT", "USER"):
            cursor.take()  # ALGORITHM, DEFINER and SQL SECURITY of a view
    if cursor.accept("MATERIALIZED"):
        words.add("materialized")
    altered = _ALTERS.get(cursor.take().upper)
    if altered:
        yield _altered(text, cursor, altered, words)


def _altered(text: Text, cursor: Cursor, altered: _Altered, words: set[str]) -> Action:
    words = words | if_exists(cursor)
    at = cursor.here
    path = cursor.path()
    if altered.kind == "routine" and cursor.here.text == "(":
        path = (*path[:-1], f"{path[-1]}({' '.join(cursor.brackets().rest().split())})")
    named = text.resolved(path, altered.kind, at)
    words |= named.words

    def made(kind: ActionKind, *more: str, **fields: object) -> Action:
        return action(kind, cursor, target=named.ref, words=words | {*more}, **fields)

    if cursor.accept("OWNER", "TO"):
        return made("owner", to=cursor.name())
    if altered.kind == "enum" and cursor.accept("ADD", "VALUE"):
        return _enum_value(cursor, made)
    if altered.kind == "enum" and cursor.accept("RENAME", "VALUE"):
        old = value(cursor)
        cursor.accept("TO")
        return made("rename enum value", name=old, to=value(cursor))
    if cursor.accept("RENAME", "TO"):
        name = named.ref.name if altered.rename == "rename index" else None
        return made(altered.rename, "rename", name=name, to=cursor.name())
    if cursor.accept("SET", "TABLESPACE"):
        return made("set tablespace", to=cursor.name())
    if cursor.accept("ADD"):
        not_valid = [token.upper for token in cursor.tokens[-2:]] == ["NOT", "VALID"]
        return made(altered.other, "add", *({"not valid"} if not_valid else ()), to=cursor.rest())
    if cursor.accept("VALIDATE", "CONSTRAINT"):
        return made("validate constraint", name=cursor.name())
    word = cursor.here.upper.lower()
    return made(altered.other, *({word} if word else ()), to=cursor.rest() or None)


def _enum_value(cursor: Cursor, made: Callable[..., Action]) -> Action:
    words = if_exists(cursor)
    label = value(cursor)
    side = cursor.accept_any("BEFORE", "AFTER").lower()
    beside = value(cursor) if side else None
    return made("add enum value", *words, *({side} if side else ()), name=label, to=beside)


def _policy(text: Text, cursor: Cursor) -> Action:
    name = cursor.name()
    if not cursor.accept("ON"):
        raise Wrong(cursor.here, "ON and a table")
    table = text.named(cursor, "table")
    to = cursor.name() if cursor.accept("RENAME", "TO") else None
    return action("alter policy", cursor, target=table.ref.child("policy", name), table=table.ref, name=name, to=to,
                  words=table.words)  # fmt: skip


# ---------------------------------------------------------------- COMMENT, GRANT, REVOKE

_COMMENTED: dict[str, Kind] = {
    "TABLE": "table", "VIEW": "view", "SEQUENCE": "sequence", "TYPE": "enum", "DOMAIN": "domain", "INDEX": "index",
    "SCHEMA": "namespace", "EXTENSION": "extension", "FUNCTION": "routine", "PROCEDURE": "routine", "ROLE": "role",
    "DATABASE": "catalog",
}  # fmt: skip


def comment_on(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows COMMENT ON; `to` is the comment, None for IS NULL."""
    cursor.accept_any("MATERIALIZED", "FOREIGN")
    what = cursor.take().upper
    last = cursor.tokens[-1]
    to = value(Cursor(cursor.text, cursor.dialect, [last])) if last.kind == "string" else None
    at = cursor.here
    path = cursor.path()
    if what == "COLUMN" and len(path) > 1:
        table = text.resolved(path[:-1], "table", at)
        yield action("comment", cursor, target=table.ref, name=path[-1], columns=(path[-1],), to=to, words=table.words)
    elif cursor.accept("ON"):
        table = text.named(cursor, "table")
        yield action("comment", cursor, target=table.ref, name=path[-1], to=to, words=table.words | {what.lower()})
    elif what in _COMMENTED:
        if cursor.here.text == "(":
            path = (*path[:-1], f"{path[-1]}({' '.join(cursor.brackets().rest().split())})")
        named = text.resolved(path, _COMMENTED[what], at)
        yield action("comment", cursor, target=named.ref, to=to, words=named.words)
    else:
        yield action("comment", cursor, to=to)


def privileges(text: Text, cursor: Cursor, kind: ActionKind) -> Iterator[Action]:
    """What follows GRANT or REVOKE: an action for each object; `to` names who gains or loses."""
    words = {"grant option"} if cursor.accept("GRANT", "OPTION", "FOR") else set()
    ends = "FROM" if kind == "revoke" else "TO"
    given = " ".join(cursor.until("ON", ends).upper().split())
    options = {"PRIVILEGES": given}
    objects = Cursor(cursor.text, cursor.dialect, [])
    what = ""
    if cursor.accept("ON"):
        what = cursor.accept_any("TABLE", "SEQUENCE", "SCHEMA", "DATABASE", "FUNCTION", "PROCEDURE", "TYPE", "DOMAIN",
                                 "LANGUAGE", "ALL", "ROUTINE")  # fmt: skip
        start = cursor.at
        cursor.until(ends)
        objects = Cursor(cursor.text, cursor.dialect, cursor.tokens[start : cursor.at])
    else:
        words.add("role")
    cursor.accept(ends)
    to = cursor.until("WITH", "GRANTED", "CASCADE", "RESTRICT")
    if cursor.accept("WITH", "GRANT", "OPTION"):
        words.add("grant option")
    words |= endings(cursor)
    if what in ("", "TABLE", "SEQUENCE", "SCHEMA", "DATABASE", "TYPE", "DOMAIN") and not objects.done:
        of = _COMMENTED.get(what, "table")
        for item in objects.items():
            try:
                named = text.named(item, of)
            except Wrong:  # MySQL's *.* and db.*
                yield action(kind, cursor, to=to, words=words, options=options)
                continue
            yield action(kind, cursor, target=named.ref, to=to, words=words | named.words, options=options)
    else:
        if what == "ALL":
            words |= {"all"}
        yield action(kind, cursor, to=to, words=words, options=options)
