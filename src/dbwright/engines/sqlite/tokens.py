"""SQLite's SQL as tokens, and a cursor over them for the parser of stored definitions."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from dbwright.errors import SyntaxFault

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\f\r]+)
    | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    | (?P<blob>[xX]'[0-9A-Fa-f]*')
    | (?P<number>0[xX][0-9A-Fa-f_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    | (?P<word>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*)
    | (?P<operator>->>|->|<<|>>|<=|>=|<>|!=|==|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of SQL. kind: space, comment, string, quoted, blob, number, word or operator."""

    kind: str
    text: str


def tokens_of(sql: str) -> list[Token]:
    """All tokens of a text, with its spaces and comments; joined they are the text again."""
    return [Token(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(sql)]


def meaningful(tokens: Iterable[Token]) -> list[Token]:
    """The tokens without spaces and comments."""
    return [token for token in tokens if token.kind not in ("space", "comment")]


def name_of(token: Token) -> str:
    """The name that a word or a quoted name or a string stands for."""
    text = token.text
    if token.kind == "quoted" and text[0] == "[":
        return text[1:-1]
    if token.kind in ("quoted", "string"):
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


class Cursor:
    """Walks over tokens. Spaces and comments are passed over, but `rest` gives the tail with them."""

    def __init__(self, sql: str) -> None:
        self._all = tokens_of(sql)
        self._places = [place for place, token in enumerate(self._all) if token.kind not in ("space", "comment")]
        self._tokens = [self._all[place] for place in self._places]
        self._words = [token.text.upper() if token.kind in ("word", "operator") else "" for token in self._tokens]
        self._next = 0

    @property
    def done(self) -> bool:
        """Whether no token is left."""
        return self._next >= len(self._tokens)

    def word(self, ahead: int = 0) -> str:
        """The next word or operator in upper case; empty for anything else and at the end."""
        place = self._next + ahead
        return self._words[place] if place < len(self._words) else ""

    def kind(self) -> str:
        """The kind of the next token; empty at the end."""
        return "" if self.done else self._tokens[self._next].kind

    def take(self) -> Token:
        """The next token, passed."""
        if self.done:
            raise SyntaxFault("The definition ends too early.")
        self._next += 1
        return self._tokens[self._next - 1]

    def accept(self, *words: str) -> bool:
        """Pass these words if they come next, all of them."""
        if self.word() != words[0]:
            return False
        if len(words) > 1 and any(self.word(ahead) != word for ahead, word in enumerate(words)):
            return False
        self._next += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Pass these words. Raises SyntaxFault where something else stands there."""
        if not self.accept(*words):
            found = "the end" if self.done else self._tokens[self._next].text
            raise SyntaxFault(f"{found} stands where it was not expected.", expected=" ".join(words))

    def name(self) -> str:
        """Pass a name, in whatever quotes."""
        token = self.take()
        if token.kind not in ("word", "quoted", "string"):
            raise SyntaxFault(f"{token.text} stands where it was not expected.", expected="a name")
        return name_of(token)

    def brackets(self) -> list[Token]:
        """Pass a bracketed group and give what stands inside."""
        self.expect("(")
        first, depth = self._next, 1
        while depth:
            text = self.take().text
            depth += (text == "(") - (text == ")")
        return self._tokens[first : self._next - 1]

    def rest(self) -> list[Token]:
        """All tokens from here on, with their spaces and comments."""
        return [] if self.done else self._all[self._places[self._next] :]


def split_list(tokens: list[Token]) -> list[list[Token]]:
    """The parts between the commas that stand outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "operator":
            depth += (token.text == "(") - (token.text == ")")
            if token.text == "," and depth == 0:
                parts.append([])
                continue
        parts[-1].append(token)
    return parts
