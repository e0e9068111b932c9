"""Named locks that keep other runs of dbwright out, and how hard the server works meanwhile."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from dbwright.engines.base import Load
from dbwright.errors import Busy, ConnectionFault

Query = Callable[[str], list[tuple[object, ...]]]

_HOLDER = """
SELECT a.pid, coalesce(nullif(a.application_name, ''), 'an unnamed program'), a.usename::text,
    coalesce(host(a.client_addr), 'the server itself'), to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ')
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND l.classid::bigint = {high} AND l.objid::bigint = {low}
"""

_REPLICAS = """
SELECT count(*), max(pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, replay_lsn))::bigint
FROM pg_catalog.pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')
"""

_SESSIONS = """
SELECT count(*) FILTER (WHERE state IN ('active', 'fastpath function call') AND backend_type = 'client backend'),
    count(*) FILTER (WHERE query = '<insufficient privilege>'),
    (SELECT count(DISTINCT pid) FROM pg_catalog.pg_locks WHERE NOT granted)
FROM pg_catalog.pg_stat_activity WHERE pid <> pg_backend_pid()
"""


@contextmanager
def claimed(query: Query, name: str, wait: float) -> Iterator[None]:
    """Hold the advisory lock of a name, in the current database. Raises Busy where another session has it.

    It asks again and again instead of waiting inside the server: a session that waits there holds a snapshot, and the
    CREATE INDEX CONCURRENTLY of the one who has the lock would wait for it in turn, for ever.
    """
    number = lock_number(name)
    until, pause = time.monotonic() + wait, 0.05
    while not query(f"SELECT pg_catalog.pg_try_advisory_lock({number})")[0][0]:
        left = until - time.monotonic()
        if left <= 0:
            raise _busy(query, name, number, wait)
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, 1.0)
    try:
        yield
    finally:
        # With the connection the lock is gone too.
        with suppress(ConnectionFault):
            query(f"SELECT pg_catalog.pg_advisory_unlock({number})")


def lock_number(name: str) -> int:
    """The number of the advisory lock of a name: 64 bits, with sign."""
    digest = hashlib.sha256(f"dbwright {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _busy(query: Query, name: str, number: int, wait: float) -> Busy:
    unsigned = number % 2**64
    rows = query(_HOLDER.format(high=unsigned >> 32, low=unsigned & 0xFFFFFFFF))
    waited = f" after {wait:g} seconds of waiting" if wait else ""
    if not rows:
        return Busy(
            f"Another session still had the lock {name!r}{waited}; nothing was done.", hint="Run the command again."
        )
    pid, program, user, place, since = rows[0]
    return Busy(
        f"The lock {name!r} is held{waited} by {program} (process {pid} of the server, user {user}, from {place},"
        f" connected since {since}); nothing was done.",
        hint=f"Wait until it is done; if it hangs, end it: SELECT pg_terminate_backend({pid}).",
    )


def read_load(query: Query) -> Load:
    """How far replicas are behind, by position, and how many sessions run and wait."""
    replicas, lag = query(_REPLICAS)[0]
    active, hidden, waiting = query(_SESSIONS)[0]
    return Load(
        lag_bytes=None if lag is None else max(int(str(lag)), 0),
        replicas=int(str(replicas)),
        # Without pg_read_all_stats the state of other users' sessions cannot be seen.
        active=None if hidden else int(str(active)),
        waiting=int(str(waiting)),
    )
