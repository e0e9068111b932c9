"""How fast an online change goes: batch sizes by the clock, pauses for others, for replicas and for a busy server."""

import time
from collections.abc import Callable

import msgspec

from dbwright.engines.base import Session


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, rows and limits.

    batch_seconds: what one batch should take. first_rows, most_rows: its size at first, and at most.
    rest: how long to rest after a batch, as a share of the time that it took.
    lock: how long a statement may wait for a lock: as long wait those behind it. give_up: after how long to stop trying.
    most_lag_bytes: how far a replica may be behind. most_active, most_waiting: sessions at work, and waiting for locks, beyond
    which to wait; None for no limit.
    """

    batch_seconds: float = 0.03
    first_rows: int = 500
    most_rows: int = 20_000
    rest: float = 0.5
    lock: float = 0.05
    give_up: float = 600.0
    most_lag_bytes: int | None = 64 * 1024 * 1024
    most_active: int | None = None
    most_waiting: int | None = 10
    wait_for_others: float = 10.0


class Sizer:
    """The size of the next batch, by how long the last ones took."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.rows = pace.first_rows

    def took(self, seconds: float) -> None:
        """Note how long a batch took: the next one is at most twice as large, at least half."""
        wanted = self.rows * self.pace.batch_seconds / max(seconds, 1e-4)
        self.rows = round(min(max(wanted, self.rows / 2, 1), self.rows * 2, self.pace.most_rows))

    def failed(self) -> None:
        """A row of the batch was locked: with fewer rows the others get by."""
        self.rows = max(1, self.rows // 4)


class Throttle:
    """Waits while the server is busy or replicas are behind. It asks once a second at most."""

    def __init__(self, session: Session, pace: Pace, tell: Callable[[str], None]) -> None:
        self.session, self.pace, self.tell = session, pace, tell
        self._asked = 0.0

    def wait(self, stop: Callable[[], bool]) -> None:
        """Return when there is room again, or when `stop` says so."""
        if time.monotonic() - self._asked < 1.0:
            return
        while (reason := self._reason()) and not stop():
            self.tell(f"Waiting: {reason}.")
            time.sleep(1.0)
        self._asked = time.monotonic()

    def _reason(self) -> str | None:
        load, pace = self.session.load(), self.pace
        if pace.most_lag_bytes is not None and (load.lag_bytes or 0) > pace.most_lag_bytes:
            return f"a replica is {(load.lag_bytes or 0) / 2**20:.0f} MiB behind"
        if pace.most_active is not None and (load.active or 0) > pace.most_active:
            return f"{load.active} sessions are at work"
        if pace.most_waiting is not None and (load.waiting or 0) > pace.most_waiting:
            return f"{load.waiting} sessions wait for locks"
        return None
