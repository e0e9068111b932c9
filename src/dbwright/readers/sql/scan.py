"""SQL text as tokens, for three dialects, in linear time.

The scanner knows just what must be known to find where tokens begin and end: quotes, comments, dollar quotes. Quantifiers
are possessive, so that no text makes it look twice at what it has read.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from dbwright.errors import SyntaxFault

Dialect = Literal["postgres", "mysql", "sqlite"]

TokenKind = Literal[
    "word", "name", "string", "dollar", "number", "mark", "open", "close", "delimiter", "backslash", "comment"
]


class Token(NamedTuple):
    """One token. name: a quoted name; dollar: a dollar-quoted string; mark: one character of punctuation.

    open and close stand for the two ends of MySQL's conditional comment (`/*!40101` and `*/`), whose inside is code.
    delimiter: what ends a statement. backslash: the start of a client's command.
    """

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The text of a word or mark in upper case; empty for quoted things, which are never keywords."""
        return self.text.upper() if self.kind in ("word", "mark") else ""


_LETTER = r"[A-Za-z_\x80-\U0010ffff]"
_WORD = rf"(?P<word>{_LETTER}[\w$\x80-\U0010ffff]*+)"
_NUMBER = r"(?P<number>\d[\w.]*+)"
_BACKTICKS = r"`(?:[^`]++|``)*+`"
_DOUBLE = r'"(?:[^"]++|"")*+"'
_PLAIN = r"'(?:[^']++|'')*+'"
_ESCAPED = r"'(?:[^'\\]++|\\.|'')*+'"
_ESCAPED_DOUBLE = r'"(?:[^"\\]++|\\.|"")*+"'


def _pattern(dialect: Dialect, delimiter: str, escapes: bool) -> str:
    boundary = r"(?!\w)" if delimiter[-1].isalnum() else ""
    ends = rf"(?P<delimiter>{re.escape(delimiter)}{boundary})"
    if dialect == "postgres":
        plain = _ESCAPED if escapes else _PLAIN
        quotes = [
            rf"(?P<string>[eE]{_ESCAPED}|(?:[bBxXnN]|[uU]&)?{plain})",
            rf"(?P<name>(?:[uU]&)?{_DOUBLE})",
            rf"(?P<dollar>\$(?:{_LETTER}[\w\x80-\U0010ffff]*+)?\$)",
        ]
        comments = [r"(?P<comment>--[^\n]*+)", r"(?P<block>/\*)"]
        broken = r"(?P<broken>(?:[eEbBxXnN]|[uU]&)?['\"])"
    elif dialect == "mysql":
        quotes = [rf"(?P<string>[bBxXnN]?{_ESCAPED}|{_ESCAPED_DOUBLE})", rf"(?P<name>{_BACKTICKS})"]
        comments = [
            r"(?P<comment>#[^\n]*+|--(?=[\s\x00-\x1f]|\Z)[^\n]*+)",
            r"(?P<open>/\*M?!(?!999999)\d*+)",  # mariadb-dump marks its sandbox line so
            r"(?P<block>/\*)",
            r"(?P<close>\*/)",
        ]
        broken = r"(?P<broken>[bBxXnN]?'|[\"`])"
    else:
        quotes = [rf"(?P<string>[xX]?{_PLAIN})", rf"(?P<name>{_DOUBLE}|{_BACKTICKS}|\[[^\]]*+\])"]
        comments = [r"(?P<comment>--[^\n]*+)", r"(?P<block>/\*)"]
        broken = r"(?P<broken>[xX]?'|[\"`\[])"
    parts = [
        ends,
        *quotes,
        *comments,
        broken,
        _word(dialect, delimiter),
        _NUMBER,
        r"(?P<backslash>\\)",
        r"(?P<mark>\S)",
    ]
    return r"[\s\ufeff]*+(?:" + "|".join(parts) + ")"


def _word(dialect: Dialect, delimiter: str) -> str:
    """A word; under MySQL's DELIMITER $$ it ends before the delimiter, though a name may hold a dollar sign."""
    if dialect != "mysql" or "$" not in delimiter:
        return _WORD
    return rf"(?P<word>{_LETTER}(?:(?!{re.escape(delimiter)})[\w$\x80-\U0010ffff])*+)"


@cache
def _compiled(dialect: Dialect, delimiter: str, escapes: bool) -> re.Pattern[str]:
    return re.compile(_pattern(dialect, delimiter, escapes), re.DOTALL)


_NESTING = re.compile(r"/\*|\*/")


def _block_end(text: str, start: int, nests: bool) -> int:
    """Where the block comment that starts here ends; -1 where it doesn't."""
    if not nests:
        end = text.find("*/", start + 2)
        return end + 2 if end >= 0 else -1
    depth = 0
    for match in _NESTING.finditer(text, start):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return -1


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def fault(
    text: str, position: int, message: str, *, path: str | None = None, expected: str | None = None
) -> SyntaxFault:
    """The error that tells where in a text something is wrong."""
    line, column = place(text, position)
    return SyntaxFault(message, path=path, line=line, column=column, expected=expected)


def _unterminated(text: str, start: int, opening: str, path: str | None) -> SyntaxFault:
    quote = opening[-1]
    what = {"'": "string", '"': "quoted text", "`": "quoted name", "[": "bracketed name"}[quote]
    return fault(text, start, f"The {what} that begins here is never closed.", path=path,
                 expected=f"a closing {']' if quote == '[' else quote}")  # fmt: skip


def scan(
    text: str,
    dialect: Dialect,
    start: int = 0,
    *,
    delimiter: str = ";",
    escapes: bool = False,
    comments: bool = False,
    path: str | None = None,
) -> Iterator[Token]:
    """The tokens of a text from a position on.

    delimiter: what ends statements. escapes: backslashes escape in PostgreSQL's plain strings (standard_conforming_strings
    off). comments: whether comments come out as tokens or are passed over.
    Raises SyntaxFault for a string, name, comment or dollar quote that is never closed.
    """
    match_at = _compiled(dialect, delimiter, escapes).match
    nests = dialect == "postgres"
    position = start
    while match := match_at(text, position):
        kind = match.lastgroup
        begin, position = match.span(kind or 0)
        if kind == "block":
            position = _block_end(text, begin, nests)
            if position < 0:
                raise fault(text, begin, "The comment that begins here is never closed.", path=path, expected="*/")
            kind = "comment"
        elif kind == "dollar":
            tag = text[begin:position]
            close = text.find(tag, position)
            if close < 0:
                raise fault(text, begin, f"The text quoted with {tag} is never closed.", path=path,
                            expected=f"a closing {tag}")  # fmt: skip
            position = close + len(tag)
        elif kind == "broken":
            raise _unterminated(text, begin, text[begin:position], path)
        if kind != "comment" or comments:
            yield Token(kind, text[begin:position], begin, position)  # type: ignore[arg-type]  # the groups are the kinds


def unquote(token: Token) -> str:
    """The name that a word or a quoted name stands for, its case as written."""
    text = token.text
    if token.kind == "word":
        return text
    if text[:2].upper() == "U&":
        text = text[2:]
    quote = "]" if text[0] == "[" else text[0]
    inner = text[1:-1]
    return inner if quote == "]" else inner.replace(quote * 2, quote)
