"""The commands that scripts give to psql, mysql and sqlite3 themselves, and the files that they include."""

import re
from pathlib import Path

import msgspec

from dbwright.errors import SourceError, SyntaxFault
from dbwright.readers.sql.scan import Dialect, Token

_LINE = re.compile(r"[^\n]*")
_PSQL = re.compile(r"\\([A-Za-z]\w*|[!?.;]|)\+?[ \t]*([^\n]*)")
_DELIMITER = re.compile(r"DELIMITER[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_SOURCE = re.compile(r"SOURCE[ \t]+([^\n]+)|\\\.[ \t]*([^\n]+)", re.IGNORECASE)
_MYSQL_LETTER = re.compile(r"\\([A-Za-z])[ \t]*([^\n]*)")
_DOT = re.compile(r"\.([a-z]+)[ \t]*([^\n]*)")
_COPY_FROM_STDIN = re.compile(r"\bFROM\s+P?STDIN\b", re.IGNORECASE)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A client's command: where it ends, and what it asks for.

    delimiter: the new terminator of statements. include: a file to go on with. statement: SQL to run in its place.
    note: a sentence on what was not done.
    """

    end: int
    delimiter: str | None = None
    include: str | None = None
    statement: str | None = None
    note: str | None = None


def client_command(text: str, first: Token, dialect: Dialect, delimiter: str) -> Command | None:
    """The client's command that begins with this token, where no statement is pending; None where it is SQL."""
    if dialect == "postgres":
        return _psql(text, first) if first.kind == "backslash" else None
    if dialect == "mysql":
        return _mysql(text, first, delimiter)
    return _sqlite(text, first) if first.text == "." else None


def _psql(text: str, first: Token) -> Command:
    match = _PSQL.match(text, first.start)
    assert match is not None
    word, rest = match[1], match[2].strip()
    end = match.end()
    following = rest.find("\\\\")
    if following >= 0 and word not in ("!", "copy"):
        end = match.start(2) + following + 2
        rest = rest[:following].strip()
    if word in ("i", "ir", "include", "include_relative"):
        return Command(end=end, include=_unquoted(rest))
    if word in ("c", "connect"):
        target = rest.rstrip(";").strip()
        note = f"\\connect {_database_of(target)} was left out: everything goes into one database." if target else None
        return Command(end=end, note=note)
    if word == "copy":
        if _COPY_FROM_STDIN.search(rest):
            return Command(end=end, statement=f"COPY {rest.rstrip(';').strip()}")
        return Command(end=end, note="\\copy from or to a file was left out.")
    if word == "!":
        return Command(end=end, note="A shell command (\\!) was not run.")
    if word in ("if", "elif", "else", "endif"):
        return Command(end=end, note=f"\\{word} was left out: every branch is read.")
    return Command(end=end)


def _database_of(target: str) -> str:
    """The database that \\connect names, and nothing that could hold a password."""
    if "://" in target or "=" in target:
        return "to another database"
    return target.split()[0]


def _mysql(text: str, first: Token, delimiter: str) -> Command | None:
    if first.kind == "word" and first.upper == "DELIMITER":
        match = _DELIMITER.match(text, first.start)
        return Command(end=match.end(), delimiter=match[1]) if match else None
    if first.kind == "backslash" or first.upper == "SOURCE":
        match = _SOURCE.match(text, first.start)
        if match:
            file = (match[1] or match[2]).strip().removesuffix(delimiter).removesuffix(";").strip()
            return Command(end=match.end(), include=_unquoted(file))
    if first.kind == "backslash":
        letter = _MYSQL_LETTER.match(text, first.start)
        if letter and letter[1] == "d":
            return Command(end=letter.end(), delimiter=letter[2].strip() or ";")
        line = _LINE.match(text, first.start)
        return Command(end=line.end() if line else len(text))
    return None


def _sqlite(text: str, first: Token) -> Command | None:
    match = _DOT.match(text, first.start)
    if match is None:
        return None
    if match[1] == "read":
        return Command(end=match.end(), include=_unquoted(match[2].strip()))
    if match[1] in ("import", "load", "open", "restore", "shell", "system"):
        return Command(end=match.end(), note=f".{match[1]} was left out.")
    return Command(end=match.end())


def _unquoted(file: str) -> str:
    if len(file) > 1 and file[0] == file[-1] and file[0] in "'\"":
        return file[1:-1]
    return file


class Includes:
    """Opens the files that a script includes: beside the including file, each only once on the way down."""

    def __init__(self, above: tuple[Path, ...] = ()) -> None:
        self._above = above

    def open(self, file: str, parent: str | None, line: int, notes: list[str]) -> tuple[str, str, "Includes"] | None:
        """The text of an included file, its path, and what its own includes are opened by; None, with a note, where it is missing.

        Raises SyntaxFault where files include each other in a circle.
        """
        from dbwright.readers.sql.files import read_text

        here = Path(parent) if parent else None
        path = (here.parent if here else Path()) / Path(file).expanduser()
        if not path.is_file():
            place = f"{parent}, line {line}" if parent else f"Line {line}"
            notes.append(f"{place}: the included file {file} was not found and is left out.")
            return None
        above = (*self._above, here.resolve()) if here else self._above
        if path.resolve() in above:
            raise SyntaxFault(f"The file includes itself by way of {file}.", path=parent, line=line)
        try:
            return read_text(path), str(path), Includes(above)
        except SourceError as error:
            raise SyntaxFault(f"The included file cannot be read: {error.message}", path=parent, line=line) from error
