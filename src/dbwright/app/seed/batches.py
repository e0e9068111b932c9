"""The steps of a plan cut into batches, and their frames made in another thread while the ones before are written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import msgspec
import polars as pl

from dbwright.seed.plan.base import Insert, Path, SeedPlan, Step, TablePlan, Together, Update

_CELLS = 1_000_000
"""Values of a frame, so that wide tables do not take more memory than narrow ones."""

_AHEAD = 2
Frames = list[pl.DataFrame]


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows of a step: one transaction. number: of the step. start, stop: as the step counts its rows."""

    number: int
    step: Step
    start: int
    stop: int

    @property
    def rows(self) -> int:
        """How many rows of each table."""
        return self.stop - self.start

    @property
    def path(self) -> Path:
        """The table; of rows that need each other, the first."""
        return parts(self.step)[0].table

    def part(self, start: int, stop: int) -> "Batch":
        """Only these of its rows."""
        return msgspec.structs.replace(self, start=start, stop=stop)


def parts(step: Step) -> tuple[Insert | Update, ...]:
    """What a step does to each table that it writes to."""
    return step.parts if isinstance(step, Together) else (step,)


Tables = Mapping[Path, TablePlan]
"""The plans of all tables, by namespace and name."""


def tables_of(plan: SeedPlan) -> Tables:
    """The plans of all tables, for many look-ups."""
    return {table.path: table for table in plan.tables}


def batches(
    steps: Sequence[Step], tables: Tables, size: int, number: int = 0, row: int | None = None
) -> Iterator[Batch]:
    """The batches from a step on. row: where to begin in that step; None for its first."""
    for at, step in islice(enumerate(steps), number, None):
        first, stop = parts(step)[0].start, parts(step)[0].stop
        start = max(row, first) if row is not None and at == number else first
        widest = max(len(tables[part.table].columns) for part in parts(step))
        rows = max(1, min(size, _CELLS // max(1, widest)))
        while start < stop:
            yield Batch(number=at, step=step, start=start, stop=min(start + rows, stop))
            start += rows


class Ahead:
    """Batches with their frames, in order; a few are made before they are asked for."""

    def __init__(self, make: Callable[[Batch], Frames], todo: Iterable[Batch]) -> None:
        self._make = make
        self._todo = iter(todo)
        self._waiting: deque[tuple[Batch, Future[Frames]]] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dbwright-rows")

    def __iter__(self) -> Iterator[tuple[Batch, Frames]]:
        try:
            while True:
                for batch in islice(self._todo, _AHEAD - len(self._waiting)):
                    self._waiting.append((batch, self._thread.submit(self._make, batch)))
                if not self._waiting:
                    return
                batch, made = self._waiting.popleft()
                frames = made.result()
                for following in islice(self._todo, _AHEAD - len(self._waiting)):
                    self._waiting.append((following, self._thread.submit(self._make, following)))
                yield batch, frames
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)

    def pause(self) -> None:
        """Wait until nothing is made any more."""
        for _, made in self._waiting:
            made.exception()

    def make_anew(self) -> None:
        """Rows that others refer to were drawn anew: frames that were made with the old ones are thrown away."""
        self.pause()
        self._waiting = deque((batch, self._thread.submit(self._make, batch)) for batch, _ in self._waiting)
