"""Time limits on queries: SQLite asks regularly whether it may go on."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STEPS = 20_000
"""Instructions of SQLite's machine between two looks at the clock: well below a millisecond."""


@contextmanager
def limited(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Interrupt what runs inside once the seconds are over; it then raises OperationalError (see `ran_out`)."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def ran_out(error: sqlite3.Error) -> bool:
    """Whether a query was stopped by its time limit."""
    return getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
