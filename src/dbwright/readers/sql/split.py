"""A SQL script as statements: terminators, function bodies, COPY data and the commands of the products' own clients.

Each client's rules are its own: psql's backslash commands and COPY blocks, the DELIMITER and source lines of mysql, the
dot-commands of sqlite3. All is one pass; long INSERTs are stepped over by one regular expression each.
"""

import re
from collections.abc import Iterator
from functools import cache

from dbwright.engines.base import Statement
from dbwright.readers.sql.clients import Command, Includes, client_command
from dbwright.readers.sql.scan import Dialect, Token, fault, scan

__all__ = ["Dialect", "split"]

_COPY_FROM_STDIN = re.compile(r"COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_BACKSLASHES = re.compile(
    r"SET\s+(?:SESSION\s+|LOCAL\s+)?standard_conforming_strings\s*(?:=|TO)\s*'?(\w+)", re.IGNORECASE
)
_END_OF_COPY = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE)
_ENDING_COMMANDS = ("g", "G", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch", "bind", "parse", "bind_named")
_OBJECT_KINDS = frozenset(
    "TABLE VIEW INDEX DATABASE SCHEMA USER ROLE SERVER SEQUENCE TYPE DOMAIN RULE POLICY EXTENSION CAST OPERATOR "
    "TRIGGER PROCEDURE FUNCTION EVENT PACKAGE AGGREGATE".split()
)
_OPENERS_BEFORE = frozenset((";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":", "ROW"))


@cache
def _bulk(dialect: Dialect) -> re.Pattern[str]:
    """A whole INSERT up to its terminator in one match; what it does not cover is left to the scanner."""
    if dialect == "mysql":
        body = r"""[^'"`;/#\\-]++|'(?:[^'\\]++|\\.|'')*+'|"(?:[^"\\]++|\\.|"")*+"|`[^`]*+`|-(?!-)|/(?!\*)"""
    elif dialect == "sqlite":
        body = r"""[^'"`\[;/-]++|'(?:[^']++|'')*+'|"(?:[^"]++|"")*+"|`[^`]*+`|\[[^\]]*+\]|-(?!-)|/(?!\*)"""
    else:
        body = r"""[^'"$;/\\eE-]++|(?<!\w)[eE]'(?:[^'\\]++|\\.|'')*+'|[eE]|'(?:[^']++|'')*+'|"(?:[^"]++|"")*+"|-(?!-)|/(?!\*)"""
    return re.compile(rf"(?:INSERT|REPLACE)\b(?:{body})*+;", re.DOTALL | re.IGNORECASE)


class _Body:
    """Whether a semicolon ends the statement, or stands in a routine's or a trigger's body."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._kind = ""
        self._creates = False
        self._opened: list[Token] = []
        self._previous: Token | None = None
        self._before = ""
        self._ended = False
        self._closed: Token | None = None
        self._count = 0

    def feed(self, token: Token) -> None:
        """Take the next token of the statement."""
        self._count += 1
        word = token.upper if token.kind != "delimiter" else ";"
        if self._count == 1:
            self._creates = word == "CREATE"
        elif not self._kind and self._creates and word in _OBJECT_KINDS and word != "AGGREGATE":
            self._kind = word
        if self._before != ".":
            self._track(token, word)
        self._before, self._previous = word, token

    @property
    def ends(self) -> bool:
        """Whether a semicolon here is the statement's end."""
        return not self._opened

    @property
    def opening(self) -> Token | None:
        """The word that opened the innermost body that is still open."""
        return self._opened[-1] if self._opened else None

    @property
    def may_hold_semicolons(self) -> bool:
        """Whether a semicolon inside brackets is allowed: the actions of CREATE RULE."""
        return self._kind == "RULE"

    def _track(self, token: Token, word: str) -> None:
        if self._dialect == "postgres":
            self._track_atomic(token, word)
        elif self._dialect == "sqlite":
            self._track_trigger(token, word)
        else:
            self._track_compound(token, word)

    def _track_atomic(self, token: Token, word: str) -> None:
        if self._opened:
            if word == "CASE":
                self._opened.append(token)
            elif word == "END":
                self._opened.pop()
        elif word == "ATOMIC" and self._before == "BEGIN" and self._kind in ("FUNCTION", "PROCEDURE"):
            self._opened.append(self._previous or token)

    def _track_trigger(self, token: Token, word: str) -> None:
        if self._kind != "TRIGGER":
            return
        if not self._opened and not self._ended and word == "BEGIN":
            self._opened.append(token)
        elif self._opened and word == "END" and self._before in (";", "BEGIN"):
            self._opened.clear()
            self._ended = True

    def _track_compound(self, token: Token, word: str) -> None:
        block = self._before == "BEGIN" and word == "NOT" and self._count == 2
        if block and self._previous:
            self._opened.append(self._previous)
        if self._kind not in ("TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE") and not self._opened:
            return
        if self._before == "END" and self._closed is not None:
            closed, self._closed = self._closed, None
            if word in ("IF", "LOOP", "WHILE", "REPEAT", "CASE"):
                if word != closed.upper:
                    self._opened.append(closed)
                return
        if word in ("BEGIN", "CASE") or (word in ("IF", "LOOP", "WHILE", "REPEAT") and self._before in _OPENERS_BEFORE):
            self._opened.append(token)
        elif word == "END" and self._opened:
            self._closed = self._opened.pop()


class _Script:
    """One text being split. Positions move forward only, so that lines are counted once."""

    def __init__(self, text: str, dialect: Dialect, path: str | None, notes: list[str], includes: Includes) -> None:
        self.text = text
        self.dialect = dialect
        self.path = path
        self.notes = notes
        self.includes = includes
        self.delimiter = ";"
        self.escapes = False
        self._counted = 0
        self._line = 1
        self._line_start = 0

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of a position that lies behind all positions asked before."""
        self._line += self.text.count("\n", self._counted, position)
        self._line_start = max(self._line_start, self.text.rfind("\n", self._counted, position) + 1)
        self._counted = position
        return self._line, position - self._line_start + 1

    def tokens(self, position: int) -> Iterator[Token]:
        return scan(self.text, self.dialect, position, delimiter=self.delimiter, escapes=self.escapes, path=self.path)

    def statements(self) -> Iterator[Statement]:
        """All statements of the text and of the files that it includes."""
        position = 0
        bulk = _bulk(self.dialect)
        while (first := next(self.tokens(position), None)) is not None:
            if first.kind == "delimiter":
                position = first.end
                continue
            command = client_command(self.text, first, self.dialect, self.delimiter)
            if command is not None:
                yield from self._obey(command, first)
                position = self._after(command)
                continue
            whole = bulk.match(self.text, first.start) if self.delimiter == ";" and not self.escapes else None
            if whole:
                position = whole.end()
                yield self._statement(first.start, whole.end() - 1)
            else:
                statement, position = self._read(first)
                yield statement

    def _statement(self, start: int, end: int, copy_data: str | None = None) -> Statement:
        line, column = self.place(start)
        text = self.text[start:end].rstrip()
        if self.delimiter != ";":
            text = text.removesuffix(";").rstrip()
        return Statement(text=text, line=line, column=column, path=self.path, copy_data=copy_data)

    def _read(self, first: Token) -> tuple[Statement, int]:
        """The statement that begins with a token, and where the next may begin."""
        body = _Body(self.dialect)
        brackets: list[Token] = []
        conditional: Token | None = None
        end = first.start
        custom = self.delimiter != ";"
        for token in self.tokens(first.start):
            if token.kind == "delimiter" and (custom or (conditional is None and self._ends(token, body, brackets))):
                return self._finish(first, end, token.end)
            if token.kind == "backslash" and self.dialect != "sqlite":
                return self._finish(first, end, self._end_by_command(token))
            if token.kind == "open":
                conditional = conditional or token
            elif token.kind == "close":
                conditional = None
            elif token.text == "(":
                brackets.append(token)
            elif token.text == ")":
                if not brackets:
                    raise fault(self.text, token.start, "This closing bracket has no opening one.", path=self.path)
                brackets.pop()
            if token.kind not in ("open", "close"):
                body.feed(token)
            end = token.end
        if conditional is not None:
            raise fault(self.text, conditional.start, "The comment that begins here is never closed.", path=self.path,
                        expected="*/")  # fmt: skip
        if brackets:
            raise self._unclosed(brackets[-1], "the end of the text")
        if body.opening is not None and not custom:
            raise fault(self.text, body.opening.start, f"The text ends inside the body that {body.opening.upper} opens here.",
                        path=self.path, expected="END")  # fmt: skip
        return self._finish(first, end, len(self.text))

    def _ends(self, token: Token, body: _Body, brackets: list[Token]) -> bool:
        if not body.ends:
            return False
        if brackets and not body.may_hold_semicolons:
            line, column = self.place_of(token)
            raise self._unclosed(brackets[-1], f"the semicolon at line {line}, column {column}")
        return not brackets

    def place_of(self, token: Token) -> tuple[int, int]:
        """Line and column of a token, counted from the start of the text: for errors only."""
        return self.text.count("\n", 0, token.start) + 1, token.start - self.text.rfind("\n", 0, token.start)

    def _unclosed(self, bracket: Token, before: str) -> Exception:
        return fault(self.text, bracket.start, f"The bracket that opens here is not closed before {before}.",
                     path=self.path, expected="a closing bracket")  # fmt: skip

    def _end_by_command(self, token: Token) -> int:
        """psql and mysql end a statement by \\g and its kin as well."""
        word = re.compile(r"\\(\w+)").match(self.text, token.start)
        if word is None or word[1] not in _ENDING_COMMANDS:
            raise fault(self.text, token.start, "A backslash cannot stand here.", path=self.path)
        if word[1] == "gexec":
            line, _ = self.place_of(token)
            self.notes.append(f"Line {line}: what \\gexec would have run was not run.")
        if self.dialect == "mysql":
            return word.end()
        newline = self.text.find("\n", token.end)
        return newline + 1 if newline >= 0 else len(self.text)

    def _finish(self, first: Token, end: int, after: int) -> tuple[Statement, int]:
        text = self.text[first.start : end]
        if self.dialect != "postgres":
            return self._statement(first.start, end), after
        if setting := _BACKSLASHES.match(text):
            self.escapes = setting[1].lower() in ("off", "false", "no", "0")
        if first.upper != "COPY" or not _COPY_FROM_STDIN.match(text):
            return self._statement(first.start, end), after
        data, after = self._copy_data(first, after)
        return self._statement(first.start, end, data), after

    def _copy_data(self, first: Token, after: int) -> tuple[str, int]:
        """The lines that follow a COPY … FROM stdin, and where the script goes on."""
        newline = self.text.find("\n", after)
        begin = newline + 1 if newline >= 0 else len(self.text)
        closing = _END_OF_COPY.search(self.text, begin)
        if closing is None:
            raise fault(self.text, first.start, "The data of this COPY … FROM stdin has no end.", path=self.path,
                        expected="a line with \\.")  # fmt: skip
        return self.text[begin : closing.start()].replace("\r\n", "\n"), closing.end()

    def _obey(self, command: Command, first: Token) -> Iterator[Statement]:
        line, column = self.place(first.start)
        if command.delimiter:
            self.delimiter = command.delimiter
        if command.note:
            self.notes.append(f"{f'{self.path}, line' if self.path else 'Line'} {line}: {command.note}")
        if command.include:
            included = self.includes.open(command.include, self.path, line, self.notes)
            if included is not None:
                text, path, deeper = included
                yield from _Script(text, self.dialect, path, self.notes, deeper).statements()
        if command.statement:
            data = None
            if _COPY_FROM_STDIN.match(command.statement):
                data, self._resume = self._copy_data(first, command.end - 1)
            yield Statement(text=command.statement, line=line, column=column, path=self.path, copy_data=data)

    _resume = 0

    def _after(self, command: Command) -> int:
        after, self._resume = max(command.end, self._resume), 0
        return after


def split(text: str, dialect: Dialect, path: str | None = None, notes: list[str] | None = None) -> Iterator[Statement]:
    """The statements of a script, in order, without terminators, comments before them and empty ones.

    path: the file that the text is from; included files are looked for beside it.
    notes: takes plain sentences on what the script asks of its client and what was not done.
    Raises SyntaxFault for what is opened and never closed, and for half a statement at the end.
    """
    script = _Script(text, dialect, path, notes if notes is not None else [], Includes())
    return script.statements()
