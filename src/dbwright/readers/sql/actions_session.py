"""Statements on the session, on transactions and on upkeep, as actions."""

from collections.abc import Callable, Iterator

from dbwright.catalog.names import Kind
from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_base import Text, action, text_or_rest
from dbwright.readers.sql.actions_data import copy, load_data, lock_tables, truncate
from dbwright.readers.sql.cursor import Cursor

_SCOPES = ("SESSION", "LOCAL", "GLOBAL", "PERSIST", "PERSIST_ONLY")
_LOOKING_PRAGMAS = frozenset(
    "foreign_key_check integrity_check quick_check table_info table_xinfo table_list index_list index_info index_xinfo "
    "foreign_key_list database_list collation_list function_list module_list pragma_list compile_options".split()
)

# ---------------------------------------------------------------- settings


def set_(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows SET: an action for each setting, `name` in lower case and `to` its value."""
    if cursor.dialect == "mysql" and cursor.here.upper not in ("TRANSACTION", "NAMES", "PASSWORD", "ROLE", "DEFAULT"):
        for item in cursor.items():
            yield _variable(item, cursor)
        return
    scope = cursor.accept_any(*_SCOPES).lower()
    words = {scope} if scope else set()
    for first, name in (("TIME", "timezone"), ("TRANSACTION", "transaction"), ("CONSTRAINTS", "constraints"),
                        ("NAMES", "names"), ("ROLE", "role"), ("CHARACTERISTICS", "transaction")):  # fmt: skip
        if cursor.accept(first):
            if first == "TIME":
                cursor.accept("ZONE")
            yield action("set", cursor, name=name, to=text_or_rest(cursor), words=words)
            return
    name = ".".join(cursor.path()).lower()
    cursor.accept_any("=", "TO")
    yield action("set", cursor, name=name, to=text_or_rest(cursor), words=words)


def _variable(item: Cursor, place: Cursor) -> Action:
    """One assignment of MySQL: @@session.x, SESSION x, @x, x."""
    own = item.here.text == "@" and item.ahead().text != "@"
    while item.accept("@"):
        pass
    scope = item.accept_any(*_SCOPES).lower()
    item.accept(".")
    name = ".".join(item.path()).lower()
    item.accept(":")
    item.accept("=")
    return action("set", place, name=f"@{name}" if own else name, to=text_or_rest(item),
                  words={scope} if scope else set())  # fmt: skip


def _reset(text: Text, cursor: Cursor) -> Iterator[Action]:
    yield action("reset", cursor, name=".".join(cursor.path()).lower())


def _pragma(text: Text, cursor: Cursor) -> Iterator[Action]:
    """SQLite's settings, and its questions."""
    name = cursor.path()[-1].lower()
    if cursor.accept("="):
        given: str | None = text_or_rest(cursor)
    else:
        given = text_or_rest(cursor.brackets()) if cursor.here.text == "(" else None
    kind: ActionKind = "select" if name in _LOOKING_PRAGMAS or given is None else "set"
    yield action(kind, cursor, name=name, to=given)


# ---------------------------------------------------------------- transactions


def _rollback(text: Text, cursor: Cursor) -> Iterator[Action]:
    cursor.accept_any("WORK", "TRANSACTION")
    if cursor.accept("TO"):
        cursor.accept("SAVEPOINT")
        yield action("rollback", cursor, name=cursor.name(), words={"to savepoint"})
        return
    yield action("rollback", cursor)


def _begin(text: Text, cursor: Cursor) -> Iterator[Action]:
    if cursor.accept("NOT", "ATOMIC"):
        yield action("do", cursor)
        return
    word = cursor.accept_any("IMMEDIATE", "EXCLUSIVE", "DEFERRED").lower()
    yield action("begin", cursor, words={word} if word else set())


def _start(text: Text, cursor: Cursor) -> Iterator[Action]:
    if cursor.accept("TRANSACTION"):
        yield action("begin", cursor)


def _savepoint(text: Text, cursor: Cursor) -> Iterator[Action]:
    yield action("savepoint", cursor, name=cursor.name())


def _release(text: Text, cursor: Cursor) -> Iterator[Action]:
    cursor.accept("SAVEPOINT")
    yield action("savepoint", cursor, name=cursor.name(), words={"release"})


# ---------------------------------------------------------------- upkeep


def _tables(text: Text, cursor: Cursor, kind: ActionKind, words: set[str]) -> Iterator[Action]:
    """An action for each table that is named; one without a target where all are meant."""
    found = False
    for item in cursor.items():
        if item.here.kind in ("word", "name"):
            table = text.named(item, "table")
            columns = item.names_in_brackets() if item.here.text == "(" else ()
            yield action(kind, cursor, target=table.ref, columns=columns, words=words | table.words)
            found = True
    if not found:
        yield action(kind, cursor, words=words)


def _vacuum(text: Text, cursor: Cursor) -> Iterator[Action]:
    if cursor.dialect == "sqlite":
        words = {"into"} if any(token.upper == "INTO" for token in cursor.tokens) else set()
        yield action("vacuum", cursor, words=words)
        return
    words = set()
    for item in cursor.brackets().items() if cursor.here.text == "(" else ():
        if item.tokens and item.tokens[-1].upper not in ("FALSE", "OFF", "0"):
            words.add(item.here.upper.lower())
    while word := cursor.accept_any("FULL", "FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"):
        words.add(word.lower())
    yield from _tables(text, cursor, "vacuum full" if "full" in words else "vacuum", words)


def _analyze(text: Text, cursor: Cursor) -> Iterator[Action]:
    if cursor.here.text == "(":
        cursor.brackets()
    cursor.accept_any("VERBOSE", "NO_WRITE_TO_BINLOG", "LOCAL")
    cursor.accept_any("TABLE", "TABLES")
    yield from _tables(text, cursor, "analyze", set())


def _optimize(text: Text, cursor: Cursor) -> Iterator[Action]:
    cursor.accept_any("NO_WRITE_TO_BINLOG", "LOCAL")
    if cursor.accept_any("TABLE", "TABLES"):
        yield from _tables(text, cursor, "rebuild table", {"optimize"})


def _cluster(text: Text, cursor: Cursor) -> Iterator[Action]:
    if cursor.here.text == "(":
        cursor.brackets()
    cursor.accept("VERBOSE")
    if cursor.done:
        yield action("cluster", cursor)
        return
    table = text.named(cursor, "table")
    index = cursor.name() if cursor.accept("USING") else None
    yield action("cluster", cursor, target=table.ref, name=index, words=table.words)


_REINDEXED: dict[str, Kind] = {"INDEX": "index", "TABLE": "table", "SCHEMA": "namespace", "DATABASE": "catalog",
                               "SYSTEM": "catalog"}  # fmt: skip


def _reindex(text: Text, cursor: Cursor) -> Iterator[Action]:
    words: set[str] = set()
    if cursor.here.text == "(":
        inner = cursor.brackets()
        words |= {"concurrently"} if any(token.upper == "CONCURRENTLY" for token in inner.tokens) else set()
    what = cursor.accept_any(*_REINDEXED) if cursor.dialect == "postgres" else ""
    words |= {"concurrently"} if cursor.accept("CONCURRENTLY") else set()
    if cursor.done:
        yield action("reindex", cursor, words=words | ({what.lower()} if what else set()))
        return
    named = text.named(cursor, _REINDEXED.get(what, "index"))
    yield action("reindex", cursor, target=named.ref, name=named.ref.name,
                 words=words | named.words | ({what.lower()} if what else set()))  # fmt: skip


def _refresh(text: Text, cursor: Cursor) -> Iterator[Action]:
    if not cursor.accept("MATERIALIZED", "VIEW"):
        return
    words = {"concurrently"} if cursor.accept("CONCURRENTLY") else set()
    view = text.named(cursor, "view")
    words |= {"no data"} if cursor.accept("WITH", "NO", "DATA") else set()
    yield action("refresh materialized view", cursor, target=view.ref, words=words | view.words)


def _call(text: Text, cursor: Cursor) -> Iterator[Action]:
    routine = text.named(cursor, "routine")
    yield action("call", cursor, target=routine.ref, words=routine.words)


def _alone(kind: ActionKind) -> Callable[[Text, Cursor], Iterator[Action]]:
    def read(text: Text, cursor: Cursor) -> Iterator[Action]:
        yield action(kind, cursor)

    return read


def _load(text: Text, cursor: Cursor) -> Iterator[Action]:
    if cursor.accept_any("DATA", "XML"):
        yield from load_data(text, cursor)


STATEMENTS: dict[str, Callable[[Text, Cursor], Iterator[Action]]] = {
    "SET": set_,
    "RESET": _reset,
    "PRAGMA": _pragma,
    "BEGIN": _begin,
    "START": _start,
    "COMMIT": _alone("commit"),
    "END": _alone("commit"),
    "ROLLBACK": _rollback,
    "ABORT": _alone("rollback"),
    "SAVEPOINT": _savepoint,
    "RELEASE": _release,
    "VACUUM": _vacuum,
    "ANALYZE": _analyze,
    "ANALYSE": _analyze,
    "OPTIMIZE": _optimize,
    "CLUSTER": _cluster,
    "REINDEX": _reindex,
    "REFRESH": _refresh,
    "CALL": _call,
    "DO": _alone("do"),
    "SHOW": _alone("select"),
    "LOCK": lock_tables,
    "TRUNCATE": truncate,
    "COPY": copy,
    "LOAD": _load,
}
