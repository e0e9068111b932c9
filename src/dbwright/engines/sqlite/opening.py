"""Opening a file, and saying in plain words what stands in the way."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, SourceError, Unavailable

_OLDEST = (3, 35, 0)
_MAGIC = b"SQLite format 3\0"
_WRITE_AHEAD = 2
"""The value of the header's version bytes (18 and 19) in a database with a write-ahead log."""


class Opened(NamedTuple):
    """A connection, what to say about it, and what to remove after it."""

    connection: sqlite3.Connection
    notes: tuple[str, ...] = ()
    clean: Callable[[], None] | None = None


def open_connection(url: Url, *, read_only: bool, timeout: float) -> Opened:
    """Open what the URL names. Raises ConnectionFault, or Unavailable where Python's SQLite is too old."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise Unavailable(
            f"Python's SQLite is {sqlite3.sqlite_version}; dbwright needs 3.35 or later.",
            hint="Use a newer Python.",
        )
    if url.database in ("", ":memory:"):
        return Opened(_configured(_connect(":memory:", timeout), read_only))
    path = Path(url.database)
    _check_file(path, read_only)
    try:
        return Opened(_opened(path, read_only, timeout))
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if read_only and name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) and _has_log(path):
            return _copy(url, path, timeout)
        raise connection_fault(url, error, timeout=timeout) from error


def _check_file(path: Path, read_only: bool) -> None:
    """What can be said before SQLite is asked."""
    try:
        if path.is_dir():
            raise ConnectionFault(f"{path} is a folder, not a database file.")
        if not path.exists():
            if read_only or not path.parent.is_dir():
                raise ConnectionFault(
                    f"There is no file {path}.", hint="Check the path; it is relative to where you are."
                )
            return
        with path.open("rb") as file:
            head = file.read(100)
    except PermissionError:
        raise ConnectionFault(
            f"There is no permission to read {path}.", hint="Ask its owner, or run as a user who may read it."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConnectionFault(f"{_short(path)} cannot be read: {reason}.") from error
    if not head and read_only:
        raise ConnectionFault(f"{path} is empty: there is no database in it.")
    if head and not head.startswith(_MAGIC):
        raise ConnectionFault(
            f"{path} is not an SQLite database, or it is encrypted.",
            hint="A file of SQL statements needs the ending .sql."
            if _is_text(head)
            else "Decrypt an encrypted database with the program that made it.",
        )


def _short(path: Path) -> str:
    text = str(path)
    return text if len(text) <= 300 else f"{text[:300]}…"


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n" for byte in head)


def _has_log(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(20)
    return len(head) == 20 and _WRITE_AHEAD in head[18:20]


def _opened(path: Path, read_only: bool, timeout: float) -> sqlite3.Connection:
    mode = "ro" if read_only else "rwc"
    connection = _connect(f"file:{quote(os.fspath(path.absolute()))}?mode={mode}", timeout)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return _configured(connection, read_only)
    except sqlite3.Error:
        connection.close()
        raise


def _connect(address: str, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(
        address, uri=address.startswith("file:"), timeout=timeout, isolation_level=None, check_same_thread=False
    )


def _configured(connection: sqlite3.Connection, read_only: bool) -> sqlite3.Connection:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.create_function("dbwright_hash", -1, _hash, deterministic=True)
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def _hash(size: int, seed: int, *values: float | str | bytes | None) -> int:
    """dbwright_hash(size, seed, value, …): a number from 0 to below the size, the same for equal values. SQLite has none."""
    equal = tuple(int(each) if isinstance(each, float) and each.is_integer() else each for each in values)
    told = repr((seed, equal)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big") % size


def _copy(url: Url, path: Path, timeout: float) -> Opened:
    """A database with a write-ahead log can only be read where SQLite may write beside it; elsewhere its copy is read."""
    folder = Path(tempfile.mkdtemp(prefix="dbwright-copy-"))

    def clean() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    try:
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", folder / f"{path.name}{suffix}")
        connection = _opened(folder / path.name, False, timeout)
        connection.execute("PRAGMA query_only = ON")
    except (OSError, sqlite3.Error) as error:
        clean()
        raise connection_fault(url, error, timeout=timeout) from error
    note = f"{path} has a write-ahead log in a folder that cannot be written to, so a temporary copy of it was read."
    return Opened(connection, (note,), clean)


def connection_fault(url: Url, error: Exception, *, timeout: float | None = None) -> SourceError:
    """The driver's error as a sentence on the file."""
    file = url.database or "The database in memory"
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        waited = f" (waited {timeout:g} {'second' if timeout == 1 else 'seconds'})" if timeout is not None else ""
        return ConnectionFault(
            f"{file} is locked: another program holds it{waited}.", hint="Try again when that program has finished."
        )
    if name.startswith("SQLITE_NOTADB"):
        return ConnectionFault(f"{file} is not an SQLite database, or it is encrypted.")
    if name.startswith("SQLITE_CORRUPT"):
        return ConnectionFault(
            f"{file} is damaged: {error}.", hint="Look at it with: PRAGMA integrity_check, or restore a backup."
        )
    if name.startswith(("SQLITE_READONLY_ROLLBACK", "SQLITE_READONLY_RECOVERY", "SQLITE_READONLY_CANTINIT")):
        return ConnectionFault(
            f"{file} holds an unfinished transaction of a program that crashed.",
            hint="Open it once with a program that may write, so that SQLite repairs it.",
        )
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return ConnectionFault(
            f"{file} cannot be opened: {error}.", hint="Check the permissions of the file and its folder."
        )
    return ConnectionFault(f"{file} cannot be read: {error}.")
