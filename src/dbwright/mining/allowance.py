"""How much time and memory a search may take, and how it is told that it is over."""

import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")


OVER = "the time allowed was over"
"""What is told where the seconds are spent: how many they were, as a share of what was asked for, says little to a person."""


class OutOfAllowance(Exception):
    """Raised inside a search whose time or memory is spent; the search answers with what it has."""


_PROGRAM = 150 * 2**20  # what Python, DuckDB and polars take before the first row is read


def for_arrays(memory: int | None) -> int | None:
    """How many bytes of arrays a search may hold, so that the whole program takes about so much memory. None for no limit."""
    return None if memory is None else max(memory - _PROGRAM, memory // 4)


@dataclass
class Allowance:
    """seconds: from now on; bytes: of arrays that a search may hold at once. None for no limit."""

    seconds: float | None = None
    bytes: int | None = None
    _start: float = field(default_factory=time.monotonic)

    def check(self, held: int = 0) -> None:
        """Raise OutOfAllowance where the time is over or more than the bytes are held. Cheap: call it often."""
        if self.seconds is not None and time.monotonic() - self._start > self.seconds:
            raise OutOfAllowance(OVER)
        if self.bytes is not None and held > self.bytes:
            raise OutOfAllowance(f"the {self.bytes / 2**20:,.0f} MB of memory allowed were full")

    def left(self) -> float | None:
        """Seconds that are left; None for no limit."""
        return None if self.seconds is None else max(0.0, self.seconds - (time.monotonic() - self._start))

    def part(self, share: float) -> "Allowance":
        """A share of what is left, for one stage of several."""
        left = self.left()
        return Allowance(None if left is None else left * share, self.bytes)


@dataclass(frozen=True)
class Search(Generic[_T]):
    """What a search found. complete: whether it went to its end; `stopped` says in half a sentence why not.

    What an unfinished search hands out holds on the rows that it looked at; what it leaves out is unknown.
    left_out: how many more it found and did not hand out, as there were too many.
    """

    found: tuple[_T, ...]
    complete: bool = True
    stopped: str = ""
    left_out: int = 0
