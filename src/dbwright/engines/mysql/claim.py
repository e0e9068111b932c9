"""Named locks that keep two runs apart: GET_LOCK, which the server frees when the connection ends."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dbwright.engines.mysql.connect import seconds_up
from dbwright.engines.mysql.scope import number, text
from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.mysql.words import NAME_LIMIT, literal
from dbwright.errors import Busy, DbwrightError, ExecutionFault


@contextmanager
def claim(session: MySQLSession, name: str, wait: float) -> Iterator[None]:
    """Hold the lock of that name for the session's database; wait is in seconds, rounded up."""
    lock = literal(_lock_name(session.url.database, name))
    seconds = seconds_up(wait) if wait > 0 else 0
    got = session.query(f"SELECT GET_LOCK({lock}, {seconds})")[0][0]
    if got != 1:
        raise _busy(session, name, lock)
    try:
        yield
    finally:
        # A connection that was lost has freed it already.
        with suppress(DbwrightError):
            session.query(f"SELECT RELEASE_LOCK({lock})")


def _lock_name(database: str, name: str) -> str:
    """The server knows one set of names for all its databases, of limited length and without regard to case."""
    whole = f"dbwright {database} {name}"
    if len(whole) <= NAME_LIMIT and whole.isascii() and whole == whole.lower():
        return whole
    return f"dbwright {hashlib.sha256(whole.encode()).hexdigest()[:40]}"


def _busy(session: MySQLSession, name: str, lock: str) -> Busy:
    where = f"the database {session.url.database}" if session.url.database else session.url.shown
    holder = number(session.query(f"SELECT IS_USED_LOCK({lock})")[0][0])
    if holder is None:
        return Busy(
            f"{name} is taken by another run at work on {where}, which has just ended.", hint="Run the command again."
        )
    return Busy(
        f"{name} is taken by another run at work on {where}: {_described(session, holder)}.",
        hint=f"Wait for it to end. Where its process is gone for good, end its connection: KILL {holder}.",
    )


def _described(session: MySQLSession, holder: int) -> str:
    """The connection as the server's list of processes shows it, as far as this account may see it."""
    for table in ("performance_schema.processlist", "information_schema.PROCESSLIST"):
        with suppress(ExecutionFault):
            rows = session.query(f"SELECT USER, HOST, COMMAND, TIME FROM {table} WHERE ID = {holder}")
            for user, host, command, seconds in rows:
                doing = "idle" if text(command) == "Sleep" else "at the same statement"
                return f"connection {holder} of {text(user)} from {text(host)}, {doing} since {number(seconds)} seconds"
    return f"connection {holder}, of which this account may not see more (it needs PROCESS)"
