"""The queries inside the bodies of routines and triggers, whatever language of the engine they are written in.

No such language is parsed: each piece of text from a word that begins a query to where it must end is handed on, and the
reader of joins passes over what is none.
"""

import re
from collections.abc import Iterator

from dbwright.errors import SyntaxFault
from dbwright.readers.sql.scan import Dialect, Token, scan

_STARTS = frozenset(("SELECT", "WITH", "UPDATE", "DELETE", "INSERT", "MERGE", "PERFORM"))
_ENDS = frozenset(("LOOP", "DO"))
_MOST_PIECES = 500


def queries_in(definition: str, dialect: Dialect) -> Iterator[str]:
    """The texts of the queries in a CREATE FUNCTION, PROCEDURE or TRIGGER statement."""
    try:
        tokens = list(scan(definition, dialect))
    except SyntaxFault:
        return
    bodies = [token.text for token in tokens if token.kind == "dollar"]
    if not bodies and dialect == "postgres":
        bodies = [
            token.text[1:-1].replace("''", "'") for token in tokens if token.kind == "string" and len(token.text) > 20
        ]
    for body in bodies:
        text = re.sub(r"\A\$\w*\$|\$\w*\$\Z", "", body)
        try:
            yield from _pieces(text, list(scan(text, dialect)))
        except SyntaxFault:
            continue
    if not bodies:
        yield from _pieces(definition, tokens)


def _pieces(text: str, tokens: list[Token]) -> Iterator[str]:
    place, count = 0, 0
    while place < len(tokens) and count < _MOST_PIECES:
        token = tokens[place]
        if token.kind == "word" and token.upper in _STARTS and not _is_event(tokens, place):
            end = _end(tokens, place)
            stop = tokens[end].start if end < len(tokens) else len(text)
            piece = text[token.start : stop].strip()
            yield f"SELECT{piece[len('PERFORM') :]}" if token.upper == "PERFORM" else piece
            count += 1
            place = end
        place += 1


def _is_event(tokens: list[Token], place: int) -> bool:
    """Whether the word only tells when a trigger fires (AFTER UPDATE OR DELETE ON …)."""
    before = tokens[place - 1].upper if place else ""
    return before in ("AFTER", "BEFORE", "OR", "OF", "FOR") and (tokens[place].upper != "SELECT")


def _end(tokens: list[Token], place: int) -> int:
    """Where the query that begins at a token ends: at a semicolon, the bracket around it, or a word of the language around it."""
    depth, cases = 0, 0
    for at in range(place, len(tokens)):
        token = tokens[at]
        word = token.upper
        if token.kind == "delimiter" or (word in _ENDS and depth == 0):
            return at
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
            if depth < 0:
                return at
        elif word == "CASE":
            cases += 1
        elif word == "END" and cases:
            cases -= 1
        elif word == "THEN" and depth == 0 and not cases:
            return at
    return len(tokens)
