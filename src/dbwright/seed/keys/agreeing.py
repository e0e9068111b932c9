"""Finding rows of a table by some of their values: needed where two keys share columns and must agree in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from dbwright.seed.draw import Rows
from dbwright.seed.keys.pool import Pool


class Run(NamedTuple):
    """Where the rows with equal values stand in `Agreeing.order`: first place and how many; shape (n,)."""

    start: Rows
    members: Rows


class Agreeing:
    """The rows of a pool, sorted by columns. Memory: some tens of bytes for each row of the pool, from the first use on."""

    def __init__(self, pool: Pool, columns: Sequence[str]) -> None:
        self._pool, self.columns = pool, tuple(columns)

    @cached_property
    def _sorted(self) -> pl.DataFrame:
        frame = self._pool.everything(self.columns).with_row_index("\x00number").drop_nulls()
        return frame.sort([*self.columns, "\x00number"])

    @cached_property
    def order(self) -> Rows:
        """Numbers of the pool's rows, those with equal values together and in order."""
        return self._sorted["\x00number"].to_numpy().astype(np.int64)

    @cached_property
    def place(self) -> Rows:
        """For each row of the pool, how many with the same values come before it; shape (size,)."""
        places = np.zeros(max(self._pool.size, 1), dtype=np.int64)
        counts = self._runs["\x00count"].to_numpy().astype(np.int64)
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        places[self.order] = np.arange(len(self.order)) - starts
        return places

    @cached_property
    def _runs(self) -> pl.DataFrame:
        runs = self._sorted.group_by(self.columns, maintain_order=True).agg(pl.len().cast(pl.Int64).alias("\x00count"))
        return runs.with_columns((pl.col("\x00count").cum_sum() - pl.col("\x00count")).alias("\x00start"))

    def find(self, values: pl.DataFrame) -> Run:
        """The rows that agree with each line; columns in the order of `columns`, whatever they are called."""
        asked = values.rename(dict(zip(values.columns, self.columns, strict=True)))
        asked = asked.cast({name: self._runs.schema[name] for name in self.columns}, strict=False)
        found = asked.join(self._runs, on=list(self.columns), how="left", maintain_order="left")
        count = found["\x00count"].fill_null(0).to_numpy().astype(np.int64)
        return Run(found["\x00start"].fill_null(0).to_numpy().astype(np.int64), count)
