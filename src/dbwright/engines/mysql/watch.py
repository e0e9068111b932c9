"""Ending a statement on the server when its time is over, or when the person who started it gives up."""

import threading
from contextlib import closing, suppress
from types import TracebackType
from typing import Self

from dbwright.engines.mysql.connect import connect
from dbwright.engines.url import Url

_TO_CONNECT = 5.0


class Watch:
    """Watches one statement of a connection from another one.

    seconds: how long it may take; None for no limit. Ctrl-C ends it too: a server goes on with an ALTER TABLE although
    nobody waits for it any more, and holds its locks.
    """

    def __init__(self, url: Url, connection: int, seconds: float | None) -> None:
        self._url = url
        self._connection = connection
        self._timer = threading.Timer(seconds, self._end, ("KILL QUERY",)) if seconds is not None else None

    def __enter__(self) -> Self:
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        if error is not None and not isinstance(error, Exception):
            self._end("KILL")

    def _end(self, how: str) -> None:
        # Nothing can be done where the server takes no second connection: the statement then runs to its end.
        with suppress(Exception), closing(connect(self._url, _TO_CONNECT)) as other, other.cursor() as cursor:
            cursor.execute(f"{how} {self._connection}")
