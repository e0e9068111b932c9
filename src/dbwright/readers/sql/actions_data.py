"""Statements on rows, as actions: INSERT, UPDATE, DELETE, TRUNCATE, COPY, SELECT."""

from collections.abc import Iterator

from dbwright.change.actions import Action, ActionKind
from dbwright.readers.sql.actions_base import Text, action, endings
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong

VERBS = frozenset(("INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE", "SELECT", "VALUES", "TABLE"))
_NOISE = ("LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE", "CONCURRENT", "LOCAL")


def rows(text: Text, cursor: Cursor) -> Iterator[Action]:
    """A statement on rows; of one that begins with WITH, each part that changes rows. Raises Wrong."""
    if cursor.here.upper == "WITH":
        for part in _parts(cursor):
            yield from _one(text, part)
        return
    yield from _one(text, cursor)


def _parts(cursor: Cursor) -> Iterator[Cursor]:
    """The changing queries inside of a WITH, and what follows it."""
    depth, before = 0, ""
    opened: list[int] = []
    for at, token in enumerate(cursor.tokens):
        word = token.upper
        if token.text == ")":
            depth -= 1
            if opened and len(opened) > depth:
                start = opened.pop()
                if start >= 0:
                    yield Cursor(cursor.text, cursor.dialect, cursor.tokens[start:at])
        elif token.text == "(":
            depth += 1
            following = cursor.tokens[at + 1].upper if at + 1 < len(cursor.tokens) else ""
            changes = before in ("AS", "MATERIALIZED") and following in ("INSERT", "UPDATE", "DELETE", "MERGE")
            opened.append(at + 1 if changes else -1)
        elif depth == 0 and word in VERBS:
            yield Cursor(cursor.text, cursor.dialect, cursor.tokens[at:])
            return
        before = word


def _one(text: Text, cursor: Cursor) -> Iterator[Action]:
    verb = cursor.take().upper
    if verb in ("SELECT", "VALUES", "TABLE", "("):
        yield action("select", cursor)
        return
    words = {word.lower() for word in iter(lambda: cursor.accept_any(*_NOISE), "")}
    if verb in ("INSERT", "REPLACE"):
        yield _insert(text, cursor, verb, words)
    elif verb == "UPDATE":
        yield _update(text, cursor, words)
    elif verb == "DELETE":
        yield _delete(text, cursor, words)
    elif verb == "MERGE":
        cursor.accept("INTO")
        cursor.accept("ONLY")
        table = text.named(cursor, "table")
        yield action("update", cursor, target=table.ref, words={"merge", "where"} | table.words)


def _insert(text: Text, cursor: Cursor, verb: str, words: set[str]) -> Action:
    if verb == "REPLACE":
        words.add("or replace")
    if cursor.accept("OR"):
        words.add(f"or {cursor.take().upper.lower()}")
    cursor.accept("INTO")
    table = text.named(cursor, "table")
    if cursor.accept("AS"):
        cursor.take()
    columns: tuple[str, ...] = ()
    if cursor.here.text == "(" and cursor.ahead().upper not in ("SELECT", "WITH", "VALUES"):
        columns = cursor.names_in_brackets()
    if cursor.accept("OVERRIDING"):
        cursor.at += 2
    following = cursor.ahead().upper if cursor.here.text == "(" else cursor.here.upper
    if following in ("SELECT", "WITH", "TABLE"):
        words.add("as select")
        words |= _limits(cursor)
    return action("insert", cursor, target=table.ref, columns=columns, words=words | table.words)


def _update(text: Text, cursor: Cursor, words: set[str]) -> Action:
    if cursor.accept("OR"):
        words.add(f"or {cursor.take().upper.lower()}")
    if cursor.accept("ONLY"):
        words.add("only")
    table = text.named(cursor, "table")
    while not cursor.done and cursor.here.upper != "SET":
        cursor.take()  # an alias, further tables of MySQL
    if not cursor.accept("SET"):
        raise Wrong(cursor.here, "SET")
    columns = tuple(_assigned(cursor))
    return action("update", cursor, target=table.ref, columns=columns, words=words | table.words | _limits(cursor))


def _assigned(cursor: Cursor) -> Iterator[str]:
    """The columns that an UPDATE sets; the cursor stays where it is."""
    ends = ("WHERE", "FROM", "RETURNING", "ORDER", "LIMIT")
    depth, awaited, path = 0, True, ""
    for token in cursor.tokens[cursor.at :]:
        if depth == 0 and token.upper in ends:
            return
        depth += (token.text == "(") - (token.text == ")")
        if awaited and token.text == "=":
            if path:
                yield path
            awaited, path = False, ""
        elif awaited and token.kind in ("word", "name"):
            path = Cursor(cursor.text, cursor.dialect, [token]).name()
        elif awaited and token.text == "," and path:
            yield path
            path = ""
        elif depth == 0 and token.text == ",":
            awaited = True


def _delete(text: Text, cursor: Cursor, words: set[str]) -> Action:
    if not cursor.accept("FROM") and cursor.dialect == "mysql":
        cursor.until("FROM")  # DELETE a FROM a JOIN b
        cursor.accept("FROM")
    if cursor.accept("ONLY"):
        words.add("only")
    table = text.named(cursor, "table")
    return action("delete", cursor, target=table.ref, words=words | table.words | _limits(cursor))


def _limits(cursor: Cursor) -> set[str]:
    """ "where" for a condition of the statement itself, "batch" for a LIMIT anywhere."""
    found: set[str] = set()
    depth = 0
    for token in cursor.tokens[cursor.at :]:
        depth += (token.text == "(") - (token.text == ")")
        if token.upper == "WHERE" and depth <= 0:
            found.add("where")
        elif token.upper in ("LIMIT", "FETCH"):
            found.add("batch")
    return found


def truncate(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows TRUNCATE: an action for each table."""
    cursor.accept("TABLE")
    words = {"only"} if cursor.accept("ONLY") else set()
    tail = {token.upper for token in cursor.tokens[-3:]}
    words |= {"cascade"} if "CASCADE" in tail else set()
    words |= {"restart identity"} if "RESTART" in tail else set()
    for item in cursor.items():
        item.accept("ONLY")
        table = text.named(item, "table")
        yield action("truncate", cursor, target=table.ref, words=words | table.words)


def copy(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows COPY."""
    if cursor.here.text == "(":
        yield action("copy", cursor, words={"to"})
        return
    table = text.named(cursor, "table")
    columns = cursor.names_in_brackets() if cursor.here.text == "(" else ()
    way = cursor.accept_any("FROM", "TO").lower()
    yield action("copy", cursor, target=table.ref, columns=columns, words=table.words | ({way} if way else set()))


def load_data(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows LOAD DATA or LOAD XML."""
    cursor.until("INTO")
    if cursor.accept("INTO", "TABLE"):
        table = text.named(cursor, "table")
        yield action("copy", cursor, target=table.ref, words=table.words | {"from"})


def lock_tables(text: Text, cursor: Cursor) -> Iterator[Action]:
    """What follows LOCK: an action for each table; `to` is the mode."""
    kinds: ActionKind = "lock table"
    cursor.accept_any("TABLE", "TABLES")
    cursor.accept("ONLY")
    mode = ""
    words: set[str] = set()
    if cursor.dialect == "postgres":
        uppers = [token.upper for token in cursor.tokens]
        words = {"nowait"} if "NOWAIT" in uppers else set()
        start = uppers.index("IN") if "IN" in uppers else len(uppers)
        end = uppers.index("MODE") if "MODE" in uppers else len(uppers)
        mode = " ".join(uppers[start + 1 : end]) or "ACCESS EXCLUSIVE"
    for item in cursor.items():
        item.accept("ONLY")
        table = text.named(item, "table")
        own = mode or item.tokens[-1].upper
        yield action(kinds, cursor, target=table.ref, to=own, words=words | table.words | endings(item))
