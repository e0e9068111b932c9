"""Walking over the tokens of one statement: the small own parser for what is looked up by position or unknown to sqlglot."""

from collections.abc import Iterator

from dbwright.readers.sql.scan import Dialect, Token, scan, unquote

_END = Token("mark", "", 0, 0)


class Cursor:
    """A place among a statement's tokens. Nothing here fails at the end: it gives an empty token."""

    def __init__(self, text: str, dialect: Dialect, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.dialect = dialect
        if tokens is None:
            tokens = [token for token in scan(text, dialect) if token.kind not in ("open", "close")]
        self.tokens = tokens
        self.at = 0

    @property
    def here(self) -> Token:
        """The next token."""
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    @property
    def done(self) -> bool:
        """Whether all tokens were taken."""
        return self.at >= len(self.tokens)

    def ahead(self, count: int = 1) -> Token:
        """A token further on."""
        return self.tokens[self.at + count] if self.at + count < len(self.tokens) else _END

    def take(self) -> Token:
        """Step over the next token."""
        token = self.here
        self.at += 1
        return token

    def accept(self, *words: str) -> bool:
        """Step over these words or marks if they come next, one after another."""
        for offset, word in enumerate(words):
            if self.ahead(offset).upper != word:
                return False
        self.at += len(words)
        return True

    def accept_any(self, *words: str) -> str:
        """Step over one of these words; empty where none comes next."""
        if self.here.upper in words:
            return self.take().upper
        return ""

    def name(self) -> str:
        """The next token as a name, folded as the dialect folds."""
        token = self.take()
        if token.kind == "string" and self.dialect != "postgres":
            return token.text[1:-1]
        if token.kind not in ("word", "name"):
            return ""
        plain = unquote(token)
        return plain.lower() if token.kind == "word" and self.dialect == "postgres" else plain

    def path(self) -> tuple[str, ...]:
        """A name with its qualifiers."""
        parts = [self.name()]
        while self.here.text == ".":
            self.take()
            parts.append(self.name())
        return tuple(parts)

    def brackets(self) -> "Cursor":
        """What stands between the brackets that open here, which are stepped over; empty where none open."""
        if self.here.text != "(":
            return Cursor(self.text, self.dialect, [])
        depth, start = 0, self.at + 1
        while not self.done:
            token = self.take()
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                break
        return Cursor(self.text, self.dialect, self.tokens[start : self.at - 1])

    def names_in_brackets(self) -> tuple[str, ...]:
        """The names of a bracketed list of columns; what follows a name in an item is passed over."""
        return tuple(item.name() for item in self.brackets().items() if item.here.kind in ("word", "name", "string"))

    def items(self) -> "Iterator[Cursor]":
        """What is left, cut at the commas outside brackets."""
        depth, start = 0, self.at
        for position in range(self.at, len(self.tokens)):
            text = self.tokens[position].text
            depth += (text in ("(", "[")) - (text in (")", "]"))
            if text == "," and depth == 0:
                yield Cursor(self.text, self.dialect, self.tokens[start:position])
                start = position + 1
        if start < len(self.tokens):
            yield Cursor(self.text, self.dialect, self.tokens[start:])

    def rest(self) -> str:
        """The text from here to the last token."""
        return self.text[self.here.start : self.tokens[-1].end] if not self.done else ""

    def until(self, *words: str) -> str:
        """The text up to one of these words outside brackets, or to the end; the cursor stops before the word."""
        begin, end = self.here.start, self.here.start
        while not self.done and self.here.upper not in words:
            if self.here.text == "(":
                self.brackets()
            else:
                self.take()
            end = self.tokens[self.at - 1].end
        return self.text[begin:end]
