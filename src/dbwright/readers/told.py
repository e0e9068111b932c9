"""Which dialect a source tells by itself, before it is read."""

from pathlib import Path

from dbwright.engines.registry import engine_of
from dbwright.engines.url import parse_url
from dbwright.errors import DbwrightError

_SILENT = (".json", ".dbml", ".py")
_SQLITE_SUFFIXES = (".db", ".db3", ".sqlite", ".sqlite3")
_SQLITE_HEADER = b"SQLite format 3\x00"


def told_dialect(text: str) -> str | None:
    """The dialect of a URL, an SQLite file, or SQL that shows marks of one; None where nothing tells or nothing is there."""
    try:
        if "://" in text:
            return engine_of(parse_url(text)).name
        path = Path(text)
        if text in ("", "-") or not path.exists() or (path / "manage.py").exists() or path.suffix.lower() in _SILENT:
            return None
        if path.is_file() and is_sqlite_file(path):
            return "sqlite"
        return _by_its_marks(text)
    except (DbwrightError, OSError):
        return None  # reading it will say what is wrong


def is_sqlite_file(path: Path) -> bool:
    """Whether a file is an SQLite database, by its ending or its first bytes. Raises OSError where it cannot be read."""
    if path.name.lower().endswith(_SQLITE_SUFFIXES):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER


def _by_its_marks(text: str) -> str | None:
    from dbwright.readers.sql.detect import detect
    from dbwright.readers.sql.files import read_sources

    texts = read_sources(text)
    found = detect("\n".join(each.text[:100_000] for each in texts), texts[0].path)
    return None if found.assumed else found.dialect
