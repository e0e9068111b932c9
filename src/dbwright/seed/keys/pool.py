"""The rows of a table that others may refer to: those that were there before, then those of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.permute import permuted

_KEPT = 300_000
_AT_ONCE = 1_000_000


class Pool:
    """Rows by number: 0 … before-1 were there, before … size-1 are made.

    make: gives columns of made rows (numbered from 0). rows: how many are made.
    """

    def __init__(
        self, rows: int, make: Callable[[Sequence[str], Rows], pl.DataFrame], existing: pl.DataFrame | None = None
    ) -> None:
        self.rows, self._make = rows, make
        self._existing = existing if existing is not None and existing.height else None
        self.before = 0 if self._existing is None else self._existing.height
        self._kept: dict[tuple[str, ...], pl.DataFrame] = {}

    @property
    def size(self) -> int:
        """How many rows there are to refer to."""
        return self.before + self.rows

    def forget(self) -> None:
        """Rows were drawn anew: what was kept of them no longer holds."""
        self._kept.clear()

    def at(self, columns: Sequence[str], numbers: Rows) -> pl.DataFrame:
        """Columns of the rows of these numbers, in this order; NULLs where a number is negative."""
        names = tuple(dict.fromkeys(columns))
        if self.size == 0:
            return pl.DataFrame({name: pl.repeat(None, len(numbers), eager=True) for name in names})
        absent = numbers < 0
        inside = np.where(absent, 0, numbers) if absent.any() else numbers
        frame = self._all(names)[inside] if self.size <= _KEPT else self._some(names, inside)
        if absent.any():
            gone = pl.Series(absent)
            frame = frame.select(pl.when(gone).then(None).otherwise(pl.col(name)).alias(name) for name in names)
        return frame

    def everything(self, columns: Sequence[str]) -> pl.DataFrame:
        """Columns of all rows, by number."""
        names = tuple(dict.fromkeys(columns))
        if self.size <= _KEPT:
            return self._all(names)
        starts = range(0, self.size, _AT_ONCE)
        parts = [self._some(names, np.arange(first, min(first + _AT_ONCE, self.size))) for first in starts]
        return pl.concat(parts, how="vertical_relaxed")

    def _all(self, names: tuple[str, ...]) -> pl.DataFrame:
        if names not in self._kept:
            self._kept[names] = self._some(names, np.arange(self.size, dtype=np.int64))
        return self._kept[names]

    def _some(self, names: tuple[str, ...], numbers: Rows) -> pl.DataFrame:
        if self._existing is None:
            return self._make(names, numbers).select(names)
        old = numbers < self.before
        there = self._existing.select(names)[numbers[old]]
        if old.all():
            return there
        made = self._make(names, numbers[~old] - self.before).select(names)
        together = pl.concat([there.cast(made.schema, strict=False), made])
        place = np.empty(len(numbers), dtype=np.int64)
        place[np.flatnonzero(old)] = np.arange(there.height)
        place[np.flatnonzero(~old)] = np.arange(there.height, len(numbers))
        return together[place]


class Parents:
    """Rows of a pool from the least to the most popular, in the same order for all that refer to them.

    allowed: numbers of the rows that may be referred to; None for all. pinned: the row that stands first, if any.
    """

    def __init__(self, pool: Pool, draw: Draw, allowed: Rows | None = None) -> None:
        self.pool, self.allowed = pool, allowed
        self._draw = draw
        self.size = pool.size if allowed is None else len(allowed)

    def number(self, ranks: Rows) -> Rows:
        """The number in the pool of each rank; ranks that are negative stay so."""
        if self.size == 0:
            return np.full_like(ranks, -1)
        absent = ranks < 0
        places = permuted(np.where(absent, 0, ranks), self.size, self._draw)
        found = places if self.allowed is None else self.allowed[places]
        return np.where(absent, -1, found)
