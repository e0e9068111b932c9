"""Several sessions at work on one database at the same moment: what a promise about concurrency is tested with."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import TYPE_CHECKING

from dbwright.engines.base import Session
from dbwright.engines.registry import engine as engine_named
from dbwright.errors import ExecutionFault

if TYPE_CHECKING:
    from dbwright.testing.databases import Database

_BEGIN = {"postgres": "BEGIN", "mysql": "START TRANSACTION", "sqlite": "BEGIN IMMEDIATE"}
_LONGEST_PAUSE = 0.05
"""Seconds before a transaction that lost is tried again."""

Work = Callable[[Session], object]


def at_once(database: "Database", works: Sequence[Work], *, tries: int = 200) -> list[object]:
    """Run each function in a transaction of a session of its own, all begun at the same moment.

    A transaction that the database ends for the sake of another (a deadlock, a lock that took too long) is tried again, as an
    application does. Returns, in the order of `works`, what each function returned, or the ExecutionFault with which the database
    refused it. Raises whatever else a function raised.
    """
    results: list[object] = [None] * len(works)
    start = Barrier(len(works))
    threads = [
        Thread(target=_run, args=(database, work, tries, start, results, place), daemon=True)
        for place, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mistakes = [each for each in results if isinstance(each, BaseException) and not isinstance(each, ExecutionFault)]
    # Whoever still waited to begin when another failed says so; the failure itself says more.
    mistakes.sort(key=lambda each: isinstance(each, BrokenBarrierError))
    if mistakes:
        raise mistakes[0]
    return results


def _run(database: "Database", work: Work, tries: int, start: Barrier, results: list[object], place: int) -> None:
    try:
        with database.scratch.open() as session:
            if database.engine == "sqlite":
                session.query("PRAGMA foreign_keys = ON")
            start.wait(timeout=60)
            results[place] = _tried(database.engine, session, work, tries)
    except BaseException as error:
        start.abort()
        results[place] = error


def _tried(engine: str, session: Session, work: Work, tries: int) -> object:
    retryable = engine_named(engine).retryable
    while True:
        tries -= 1
        try:
            session.query(_BEGIN[engine])
            result = work(session)
            session.query("COMMIT")
        except ExecutionFault as fault:
            _roll_back(session)
            if not retryable(fault):
                return fault
            if tries <= 0:
                raise
            time.sleep(random.uniform(0, _LONGEST_PAUSE))
        else:
            return result


def _roll_back(session: Session) -> None:
    with suppress(ExecutionFault):  # SQLite may have ended the transaction by itself
        session.query("ROLLBACK")
