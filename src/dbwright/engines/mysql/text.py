"""Reading the SQL text that the server prints: names and strings told apart, brackets, the database's own qualifier."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress

from dbwright.engines.mysql.words import tick

_TOKEN = re.compile(
    r"""
      `(?:[^`]|``)*`                # a quoted name
    | '(?:[^'\\]|\\.|'')*'          # a string
    | "(?:[^"\\]|\\.|"")*"
    | /\*.*?\*/ | --\s[^\n]* | \#[^\n]*
    | [A-Za-z0-9_$\u0080-\uffff]+
    | \s+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_BACKSLASHED = re.compile(r"\\(.)", re.DOTALL)
_MEANING = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}


def tokens(sql: str) -> list[str]:
    """The text cut into quoted names, strings, comments, words, white space and single signs. Joined they are the text."""
    return _TOKEN.findall(sql)


def expression(text: str) -> str:
    """An expression as MySQL's information_schema tells it, back as SQL: it escapes it, and takes its UTF-8 for Latin-1."""
    if not text.isascii():
        with suppress(UnicodeError):
            text = text.encode("latin-1").decode()
    return unescape(text)


def unescape(text: str) -> str:
    """A text without the backslashes that escape its characters."""
    return _BACKSLASHED.sub(lambda match: _MEANING.get(match[1], match[1]), text)


def unquote(token: str) -> str:
    """The value of a string literal or a quoted name."""
    mark, body = token[0], token[1:-1]
    if mark == "`":
        return body.replace("``", "`")
    return unescape(body.replace(mark * 2, mark))


def without_brackets(sql: str) -> str:
    """An expression without the brackets around the whole of it."""
    sql = sql.strip()
    while sql.startswith("(") and sql.endswith(")") and _closes_at_the_end(sql):
        sql = sql[1:-1].strip()
    return sql


def _closes_at_the_end(sql: str) -> bool:
    depth = 0
    cut = tokens(sql)
    for position, token in enumerate(cut):
        depth += (token == "(") - (token == ")")
        if depth == 0:
            return position == len(cut) - 1
    return False


def pairs(sql: str) -> Iterator[tuple[str, str, bool]]:
    """Every `first`.`second` that is the whole of a dotted name, and whether a bracket follows, as after a function."""
    cut = tokens(sql)
    for position in range(len(cut) - 2):
        first, dot, second = cut[position : position + 3]
        if first[0] != "`" or dot != "." or second[0] != "`":
            continue
        before = cut[position - 1] if position else ""
        after = cut[position + 3] if position + 3 < len(cut) else ""
        if before != "." and after != ".":
            yield unquote(first), unquote(second), after == "("


def without_qualifier(sql: str, database: str, known: Collection[str]) -> str:
    """The text without the qualifier of one database.

    Where the database's name is also a table's name or alias in the text, `a`.`b` may be a column; it then loses its
    qualifier only if `b` is among the known tables, views and routines and stands where a table or a call may stand.
    """
    own = tick(database)
    if own not in sql:
        return sql
    cut = tokens(sql)
    ambiguous = _names_a_relation(cut, own)
    kept: list[str] = []
    position = 0
    while position < len(cut):
        if cut[position] == own and _qualifies(cut, position, known, ambiguous):
            position += 2
            continue
        kept.append(cut[position])
        position += 1
    return "".join(kept)


def _names_a_relation(cut: list[str], own: str) -> bool:
    return any(
        token == own and (cut[position + 1 : position + 2] != ["."] or cut[position - 1 : position] == ["."])
        for position, token in enumerate(cut)
    )


def _qualifies(cut: list[str], position: int, known: Collection[str], ambiguous: bool) -> bool:
    after = cut[position + 1 : position + 4]
    if (position and cut[position - 1] == ".") or after[:1] != ["."] or len(after) < 2 or after[1][0] != "`":
        return False
    if not ambiguous or after[2:] == ["."]:
        return True
    before = [token.lower() for token in cut[max(0, position - 4) : position] if not token.isspace()]
    place = before[-1] if before else ""
    call = after[2:] == ["("]
    return unquote(after[1]) in known and (call or place in ("from", "join", "("))


def after_for_each_row(trigger: str) -> str:
    """The body of a CREATE TRIGGER statement: what follows FOR EACH ROW and the place among its siblings."""
    cut = tokens(trigger)
    solid = [position for position, token in enumerate(cut) if not token.isspace() and token[:2] not in ("/*", "--")]
    words = [cut[position].upper() for position in solid]
    for place in range(len(words) - 3):
        if words[place : place + 3] == ["FOR", "EACH", "ROW"]:
            start = place + 5 if words[place + 3] in ("FOLLOWS", "PRECEDES") else place + 3
            return "".join(cut[solid[start] :]) if start < len(solid) else ""
    return trigger
