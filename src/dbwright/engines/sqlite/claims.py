"""Keeping two runs apart: a lock file beside the database, which the system frees however a process ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from dbwright.errors import Busy, ConnectionFault

_LOOK_AGAIN = 0.05
"""Seconds between two tries while waiting."""


@contextmanager
def claimed(database: Path, name: str, wait: float) -> Iterator[None]:
    """Hold the lock of that name on a database file, for at most `wait` seconds of waiting.

    Raises Busy with the process that holds it, ConnectionFault where no file can be made beside the database.
    """
    path = _lock_file(database, name)
    file = _acquired(path, database, time.monotonic() + wait)
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()  # while it is held: who waits for it sees that it is gone and makes a new one
        os.close(file)


def busy(database: str, holder: str) -> Busy:
    """The error for a lock that another run has."""
    who = f" (process {holder})" if holder else ""
    return Busy(
        f"Another run of dbwright{who} is at work on {database}; nothing was done.",
        hint="Wait until it has finished, then run this again.",
    )


def _lock_file(database: Path, name: str) -> Path:
    """Beside the real file, so that all names of a database lead to one lock."""
    real = database.resolve()
    plain = name if name.isascii() and name.isidentifier() else sha256(name.encode()).hexdigest()[:16]
    return real.with_name(f"{real.name}-{plain}.lock")


def _acquired(path: Path, database: Path, end: float) -> int:
    while True:
        file = _opened(path, database)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 20, 0).decode(errors="replace")
            os.close(file)
            if time.monotonic() >= end:
                raise busy(str(database), holder) from None
            time.sleep(_LOOK_AGAIN)
            continue
        except OSError as error:
            os.close(file)
            raise _not_possible(path, database, error) from error
        if _is_there(path, file):
            return file
        os.close(file)


def _opened(path: Path, database: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _not_possible(path, database, error) from error


def _is_there(path: Path, file: int) -> bool:
    """Whether the file that was locked is still the one of that name: the one before may just have let go of it."""
    try:
        there = path.stat()
    except OSError:
        return False
    mine = os.fstat(file)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)


def _not_possible(path: Path, database: Path, error: OSError) -> ConnectionFault:
    return ConnectionFault(
        f"{database} cannot be kept for one run alone, because {path} cannot be locked: {error.strerror}.",
        hint="Check the permissions of its folder.",
    )
