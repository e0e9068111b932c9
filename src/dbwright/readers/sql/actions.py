"""SQL statements as actions: what a migration that someone wrote says, clause by clause."""

from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.change.actions import Action
from dbwright.engines.registry import engine
from dbwright.errors import DbwrightError, SyntaxFault
from dbwright.readers.sql.actions_base import Text, action
from dbwright.readers.sql.actions_create import create
from dbwright.readers.sql.actions_data import VERBS, rows
from dbwright.readers.sql.actions_objects import alter, comment_on, drop, privileges, rename_tables
from dbwright.readers.sql.actions_session import STATEMENTS
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.draft import Wrong
from dbwright.readers.sql.scan import Dialect, Token, scan

_ENOUGH = 5_000
"""Tokens of an INSERT that are looked at; what comes after them is rows."""

_NAMESPACES: dict[Dialect, str] = {"postgres": "public", "mysql": "", "sqlite": ""}


def parse_actions(text: str, dialect: Dialect, *, namespace: str = "") -> tuple[Action, ...]:
    """The actions of one statement, in their order; none for an empty one.

    namespace: that of names that are written without one; where it is empty, "public" for PostgreSQL. Types come in the
    spelling of the engine. An index or a trigger that is named without its table has its namespace and name as path.
    Constraints written behind a new column are actions of their own, with the word "inline". What is not known, or cannot
    be read, is of the kind "other"; nothing is raised.
    """
    try:
        tokens = _tokens(text, dialect)
    except SyntaxFault:
        return (Action(kind="other", end=len(text)),)
    if not tokens:
        return ()
    cursor = Cursor(text, dialect, tokens)
    try:
        found = tuple(_read(Text(text, dialect, namespace or _NAMESPACES[dialect]), cursor))
    except (Wrong, ValueError, LookupError):
        found = ()
    return tuple(_canonical(each, dialect) for each in found or (action("other", cursor),))


def _tokens(text: str, dialect: Dialect) -> list[Token]:
    """The tokens of the statement, of a long INSERT only its beginning. Raises SyntaxFault."""
    stream = (token for token in scan(text, dialect) if token.kind not in ("open", "close"))
    first = next(stream, None)
    if first is None or first.kind == "delimiter":
        return []
    inserts = first.upper in ("INSERT", "REPLACE")
    tokens = [first, *(islice(stream, _ENOUGH) if inserts else stream)]
    if inserts and len(tokens) > _ENOUGH:
        end = len(text.rstrip("; \t\r\n"))
        tokens.append(Token("mark", "", end, end))
    while tokens[-1].kind == "delimiter":
        tokens.pop()
    return tokens


def _read(text: Text, cursor: Cursor) -> Iterator[Action]:
    word = cursor.here.upper
    if word in VERBS or word in ("WITH", "("):
        yield from rows(text, cursor)
        return
    cursor.take()
    if word == "CREATE":
        yield from create(text, cursor)
    elif word == "ALTER":
        yield from alter(text, cursor)
    elif word == "DROP":
        yield from drop(text, cursor)
    elif word == "COMMENT" and cursor.accept("ON"):
        yield from comment_on(text, cursor)
    elif word in ("GRANT", "REVOKE"):
        yield from privileges(text, cursor, "grant" if word == "GRANT" else "revoke")
    elif word == "RENAME" and cursor.accept_any("TABLE", "TABLES"):
        yield from rename_tables(text, cursor)
    elif word in STATEMENTS:
        yield from STATEMENTS[word](text, cursor)


def _canonical(each: Action, dialect: Dialect) -> Action:
    """The action with its column and its type as the engine would print them."""
    column = each.column or (Column(name="c", type=each.type) if each.type else None)
    if column is None:
        return each
    table = Table(namespace="", name="t", columns=(column,))
    try:
        found = engine(dialect).canonical(Catalog(engine=dialect, tables=(table,))).tables[0].columns[0]
    except (ValueError, LookupError, TypeError, DbwrightError):
        return each  # no type that the engine knows
    if each.column is None:
        return replace(each, type=found.type)
    return replace(each, column=found, type=found.type, default=found.default)
