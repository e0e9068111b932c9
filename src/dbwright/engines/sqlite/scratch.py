"""A throwaway SQLite database: a temporary file, so that several sessions can open it."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from dbwright.engines.sqlite.session import SqliteSession, connect
from dbwright.engines.url import Url
from dbwright.errors import Unavailable

_PREFIX = "dbwright-sqlite-"
_YOUNG = 60.0
"""Seconds for which a folder without a lock may still be one that is just being made."""


class SqliteScratch:
    """A database file that goes with its folder."""

    def __init__(self, path: Path) -> None:
        self.url = Url(scheme="sqlite", database=str(path))
        self.origin = f"a temporary file, SQLite {sqlite3.sqlite_version}"

    def open(self) -> SqliteSession:
        """A session that may write."""
        session = connect(self.url, read_only=False, timeout=10.0)
        session.query("PRAGMA synchronous = OFF")  # nothing here needs to outlive the machine's power
        session.query("PRAGMA journal_mode = MEMORY")
        return session


@contextmanager
def scratch(version: str | None = None) -> Iterator[SqliteScratch]:
    """An empty database in a temporary folder. Raises Unavailable where a version is wanted that Python does not carry."""
    if version is not None and not f"{sqlite3.sqlite_version}.".startswith(f"{version.rstrip('.')}."):
        raise Unavailable(f"Python carries SQLite {sqlite3.sqlite_version}, not {version}.")
    _sweep()
    with _file() as path:
        with suppress(sqlite3.Error):
            connection = sqlite3.connect(path)
            connection.execute("VACUUM")  # writes the header, so that it is a database from the start
            connection.close()
        yield SqliteScratch(path)


@contextmanager
def copy(template: SqliteScratch) -> Iterator[SqliteScratch]:
    """A copy of a scratch database's file."""
    with (
        _file() as path,
        closing(sqlite3.connect(template.url.database)) as source,
        closing(sqlite3.connect(path)) as to,
    ):
        to.execute("PRAGMA synchronous = OFF")
        source.backup(to)
        to.close()
        yield SqliteScratch(path)


@contextmanager
def _file() -> Iterator[Path]:
    """A path in a temporary folder that goes with it, and that a later run sweeps where this one is killed."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = _locked(folder)
    try:
        yield folder / "scratch.db"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock:
            lock.close()


def _sweep() -> None:
    """Remove the folders of processes that were killed: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < _YOUNG:
                continue
            lock = _locked(folder)
            if lock:
                shutil.rmtree(folder, ignore_errors=True)
                lock.close()


def _locked(folder: Path) -> IO[str] | None:
    """The folder's lock, held as long as the file is open; None where another process holds it or locks are unknown."""
    try:
        import fcntl
    except ImportError:
        return None
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
