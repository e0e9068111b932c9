"""SQL files: found in folders in their natural order, unpacked, decoded."""

import codecs
import gzip
import re
import sys
import zlib
from pathlib import Path

import msgspec

from dbwright.errors import SourceError, UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SUFFIXES = (".sql", ".sql.gz", ".ddl", ".psql", ".mysql", ".pgsql")


class SourceText(msgspec.Struct, frozen=True):
    """One file's text and the path it is shown by; None for text from standard input."""

    text: str
    path: str | None


def read_text(path: Path) -> str:
    """The text of a file, plain or gzipped. Raises SourceError where it cannot be read or is not text."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (EOFError, zlib.error) as error:
        raise SourceError(f"{path} is a damaged gzip file.", hint="Make it anew, or unpack it by hand.") from error
    return decode(data, str(path))


def decode(data: bytes, shown: str) -> str:
    """Bytes as text: UTF-8, or what their byte-order mark says. Raises SourceError with the line that does not fit."""
    if data.startswith(b"PGDMP"):
        raise SourceError(
            f"{shown} is a dump in pg_dump's custom format, not SQL text.",
            hint=f"Turn it into SQL with: pg_restore --file=schema.sql {shown}",
        )
    if data.startswith(b"SQLite format 3\x00"):
        raise SourceError(f"{shown} is an SQLite database, not SQL text.", hint=f"Name it as sqlite:///{shown}.")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    if encoding == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{shown} is not UTF-8 text: line {line} holds the byte 0x{data[error.start]:02x}.",
            hint=f"Convert it, for example with: iconv -f LATIN1 -t UTF-8 {shown}",
        ) from error
    nothing = text.find("\x00")
    if nothing >= 0:
        raise SourceError(
            f"{shown} is not a text file: it holds a zero byte in line {text.count(chr(10), 0, nothing) + 1}."
        )
    return text


def _natural(path: Path) -> list[tuple[bool, int, str]]:
    """Sorts 2_b before 10_a."""
    parts = re.findall(r"\d+|\D+", str(path).lower())
    return [(not part.isdigit(), int(part) if part.isdecimal() else 0, part) for part in parts]


def is_undo(path: Path) -> bool:
    """Whether a file's name says that it is the way back of a migration."""
    name = path.name.lower()
    return re.search(r"[._-](down|rollback|undo)\.", name) is not None or re.match(r"u\d[\d._]*__", name) is not None


def files_in(folder: Path) -> list[Path]:
    """The SQL files of a folder and of those in it, in natural order, without hidden ones and without migrations' down halves.

    Raises UsageError where there are none.
    """
    found = [
        path
        for path in folder.rglob("*")
        if path.name.lower().endswith(_SUFFIXES)
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    ups = sorted((path for path in found if not is_undo(path)), key=lambda path: _natural(path.relative_to(folder)))
    if not ups:
        raise UsageError(f"The folder {folder} holds no SQL files.", hint="Files that end in .sql or .sql.gz are read.")
    return ups


def read_sources(location: str) -> list[SourceText]:
    """The texts of a file, of all SQL files of a folder, or of standard input for "-".

    Raises UsageError where there is no such file, SourceError where one is not text.
    """
    if location == "-":
        return [SourceText(decode(sys.stdin.buffer.read(), "Standard input"), None)]
    path = Path(location)
    if path.is_dir():
        return [SourceText(read_text(each), str(each)) for each in files_in(path)]
    if not path.exists():
        raise UsageError(f"There is no file {location}.")
    if not path.is_file():
        raise UsageError(f"{location} is neither a file nor a folder.")
    return [SourceText(read_text(path), str(path))]
