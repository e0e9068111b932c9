"""MySQL scripts fitted to one scratch database: names without their database, objects without their definer."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from dbwright.engines.base import Statement
from dbwright.readers.sql.cursor import Cursor
from dbwright.readers.sql.scan import Token

_NOT_A_BREAK = re.compile(r"[^\n]")
_OBJECTS = frozenset(("TABLE", "VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"))


def databases_in(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The databases that a script makes or uses, in order."""
    found: dict[str, None] = {}
    for statement in statements:
        if statement.text[:1].upper() not in "CU":
            continue
        head = statement.text[:200].upper()
        if head.startswith("USE") or (head.startswith("CREATE") and ("DATABASE" in head or "SCHEMA" in head)):
            cursor = Cursor(statement.text, "mysql")
            if cursor.accept("USE") or (cursor.accept("CREATE") and cursor.accept_any("DATABASE", "SCHEMA")):
                cursor.accept("IF", "NOT", "EXISTS")
                found[cursor.name()] = None
    return tuple(found)


def _objects_in(statements: Iterable[Statement]) -> frozenset[str]:
    """The names of what a script creates."""
    found = set()
    for statement in statements:
        if statement.text[:6].upper() == "CREATE":
            cursor = Cursor(statement.text, "mysql")
            while not cursor.done and cursor.here.upper not in _OBJECTS:
                cursor.take()
            cursor.take()
            cursor.accept("IF", "NOT", "EXISTS")
            found.add(cursor.path()[-1])
    return frozenset(found)


def fitted(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, each name's qualifier left out where it is a database that the script makes or uses."""
    databases = frozenset(databases_in(statements))
    created = _objects_in(statements) if databases else frozenset[str]()
    return [_fitted(statement, databases, created) for statement in statements]


def _fitted(statement: Statement, databases: frozenset[str], created: frozenset[str]) -> Statement:
    text = statement.text
    low = text.lower()
    if "definer" not in low and not any(database.lower() in low for database in databases):
        return statement
    if text[:6].upper() in ("INSERT", "REPLAC") and len(text) > 100_000 and not databases:
        return statement
    tokens = Cursor(text, "mysql").tokens
    cuts = [*_definers(tokens), *_qualifiers(tokens, databases, created)]
    if not cuts:
        return statement
    for start, end in sorted(cuts, reverse=True):
        # What is cut becomes spaces, so that the places of errors still fit.
        text = text[:start] + _NOT_A_BREAK.sub(" ", text[start:end]) + text[end:]
    return msgspec.structs.replace(statement, text=text)


def _definers(tokens: list[Token]) -> list[tuple[int, int]]:
    cuts = []
    for position, token in enumerate(tokens[:-2]):
        if token.upper == "DEFINER" and tokens[position + 1].text == "=":
            last = position + 2
            if (last + 2 < len(tokens) and tokens[last + 1].text == "@") or (
                last + 2 < len(tokens) and tokens[last + 1].text == "("
            ):
                last += 2
            cuts.append((token.start, tokens[last].end))
    return cuts


def _qualifiers(tokens: list[Token], databases: frozenset[str], created: frozenset[str]) -> list[tuple[int, int]]:
    cuts = []
    for position, token in enumerate(tokens[:-2]):
        if token.kind not in ("word", "name") or tokens[position + 1].text != ".":
            continue
        if position and tokens[position - 1].text == ".":
            continue
        name = token.text.strip("`")
        if name not in databases:
            continue
        three = position + 3 < len(tokens) and tokens[position + 3].text == "."
        # A database and a table may share a name: then only a name of something created tells that the first is the database.
        if three or name not in created or tokens[position + 2].text.strip("`") in created:
            cuts.append((token.start, tokens[position + 2].start))
    return cuts
