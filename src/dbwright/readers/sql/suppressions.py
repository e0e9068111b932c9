"""Comments in SQL text that accept findings: `-- dbwright: ignore K001, missing-foreign-key (reason)`."""

import re
from collections.abc import Iterable

import msgspec

from dbwright.engines.base import Statement
from dbwright.finding import Location
from dbwright.readers.sql.scan import Dialect, scan

_MENTION = re.compile(
    r"(?P<sign>--|\#|/\*)[ \t]*dbwright:[ \t]*ignore(?P<file>-file)?[ \t]+"
    r"(?P<codes>[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)[ \t]*(?:\((?P<reason>[^\n]*)\))?",
    re.IGNORECASE,
)
_COMMENT_LINE = re.compile(r"\s*(?:/\*.*?\*/\s*)*(?:--|#|/\*(?!.*\*/)|$)")


class Suppression(msgspec.Struct, frozen=True):
    """A comment that accepts findings of some rules.

    codes: codes or names of rules, as written. reason: what stands in brackets, None where nothing does.
    location: where the comment stands. target_line: the line that it speaks of: its own, or the next with code
    where it stands alone. whole_file: it speaks of the whole file.
    """

    codes: tuple[str, ...]
    reason: str | None
    location: Location
    target_line: int
    whole_file: bool = False


def suppressions_in(text: str, path: str, statements: Iterable[Statement], dialect: Dialect) -> tuple[Suppression, ...]:
    """The suppressions that a file's comments hold. statements: those of the file; strings and data in them are no comments."""
    matches = list(_MENTION.finditer(text))
    if not matches:
        return ()
    data = lines_of_data(statements, dialect)
    lines = text.split("\n")
    found = []
    for match in matches:
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        if any(start <= (line, column) < end for start, end in data):
            continue
        codes = tuple(code.strip() for code in match["codes"].split(","))
        alone = not lines[line - 1][: column - 1].strip()
        target = next_code(lines, line) if alone else line
        reason = (match["reason"] or "").strip() or None
        found.append(Suppression(codes, reason, Location(path, line, column), target, bool(match["file"])))
    return tuple(found)


_Place = tuple[int, int]


def lines_of_data(statements: Iterable[Statement], dialect: Dialect) -> list[tuple[_Place, _Place]]:
    """From where to where strings and COPY data reach in which a word to dbwright would be no comment."""
    reaches: list[tuple[_Place, _Place]] = []
    for statement in statements:
        if "dbwright:" in statement.text:
            reaches += [
                (place_in(statement, token.start), place_in(statement, token.end))
                for token in scan(statement.text, dialect)
                if token.kind in ("string", "name", "dollar") and "dbwright:" in token.text
            ]
        if statement.copy_data and "dbwright:" in statement.copy_data:
            first = place_in(statement, len(statement.text))[0] + 1
            reaches.append(((first, 0), (first + statement.copy_data.count("\n") + 1, 0)))
    return reaches


def place_in(statement: Statement, offset: int) -> tuple[int, int]:
    """Line and column, in the file, of a character of a statement."""
    before = statement.text[:offset]
    breaks = before.count("\n")
    if breaks == 0:
        return statement.line, statement.column + offset
    return statement.line + breaks, offset - before.rfind("\n")


def next_code(lines: list[str], line: int) -> int:
    """The first line after a comment line that holds more than comments."""
    for number in range(line, len(lines)):
        if not _COMMENT_LINE.match(lines[number]):
            return number + 1
    return line
