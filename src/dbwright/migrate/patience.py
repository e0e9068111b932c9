"""How long a run waits for locks, how often it tries again, and how the pauses between grow."""

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from dbwright.engines.base import Engine
from dbwright.errors import ExecutionFault

_T = TypeVar("_T")
Progress = Callable[[str], None]


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. lock: to wait for a lock; statement: that a statement may take, None for no limit; wait: for another run to end.

    retries: how often something that only a lock or a deadlock hindered is tried again, after pauses that double from `pause` to
    `longest_pause`, each shortened by chance so that two runs do not meet again and again.
    """

    lock: float | None = 5.0
    statement: float | None = None
    wait: float = 0.0
    retries: int = 10
    pause: float = 0.5
    longest_pause: float = 30.0

    def pauses(self) -> Iterator[float]:
        """The seconds to wait before each further try."""
        pause = self.pause
        for _ in range(self.retries):
            yield pause * random.uniform(0.5, 1.0)
            pause = min(pause * 2, self.longest_pause)


def patiently(action: Callable[[], _T], engine: Engine, patience: Patience, progress: Progress) -> _T:
    """Do something that leaves nothing behind when it fails, again and again while only others' locks hinder it."""
    for pause in patience.pauses():
        try:
            return action()
        except ExecutionFault as fault:
            if not engine.retryable(fault):
                raise
            progress(f"Others hold what is needed ({fault.message.rstrip('.')}); trying again in {pause:.1f} s.")
            time.sleep(pause)
    return action()
