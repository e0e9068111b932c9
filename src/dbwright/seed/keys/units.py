"""What makes the columns of a row: one unit for each column or each few that are made together."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
import polars as pl

from dbwright.seed.base import Values
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.permute import MOST, permuted

_SPARE = 256
"""Where values have no end, how many times as many numbers as rows are used: small numbers make short texts."""

Redrawn: TypeAlias = Literal["free", "key", "never"]
"""What draws a unit anew: an attempt at what may repeat, one at what must differ, or nothing."""


class Turn(NamedTuple):
    """Which rows are asked for, and how often what may repeat (`free`) and what must differ (`key`) were drawn before."""

    rows: Rows
    free: int = 0
    key: int = 0


class Unit(Protocol):
    """Makes `columns`, given those of `needs`; a pure function of the turn."""

    columns: tuple[str, ...]
    needs: tuple[str, ...]
    redrawn: Redrawn

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """The columns, one line for each row of the turn."""
        ...


class Index(Protocol):
    """Gives each row the number of its value; rows that get the same number get the same value."""

    def of(self, turn: Turn) -> Rows:
        """A number from 0 for each row; -1 for none."""
        ...


class Numbered:
    """A whole number that counts up with the rows."""

    redrawn: Redrawn = "never"

    def __init__(self, column: str, first: int, step: int = 1) -> None:
        self.columns: tuple[str, ...] = (column,)
        self.needs: tuple[str, ...] = ()
        self.first, self.step = first, step

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """The numbers as Int64, or UInt64 where they are larger."""
        if self.first > np.iinfo(np.int64).max // 2:
            values = turn.rows.astype(np.uint64) * np.uint64(self.step) + np.uint64(self.first)
            return pl.DataFrame({self.columns[0]: values})
        return pl.DataFrame({self.columns[0]: turn.rows * self.step + self.first})


class Placed:
    """A whole number that counts within a group: the first line of an order, the second, …"""

    redrawn: Redrawn = "key"

    def __init__(self, column: str, first: int, index: Index) -> None:
        self.columns: tuple[str, ...] = (column,)
        self.needs: tuple[str, ...] = ()
        self._first, self._index = first, index

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """The places as Int64."""
        return pl.DataFrame({self.columns[0]: self._index.of(turn) + self._first})


class Drawn:
    """Values that may repeat."""

    redrawn: Redrawn = "free"

    def __init__(self, values: Values, draw: Draw, columns: tuple[str, ...] | None = None) -> None:
        self.values, self.needs = values, values.needs
        self.columns = values.columns if columns is None else columns
        self._draw = draw

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """Values as they are distributed."""
        draw = self._draw.of("attempt", turn.free) if turn.free else self._draw
        return self.values.draw(turn.rows, draw, given).select(self.columns)


class Different:
    """Values that do not repeat, but for NULL."""

    redrawn: Redrawn = "key"

    def __init__(self, values: Values, draw: Draw, index: Index, nulls: float = 0.0) -> None:
        self.values, self.columns, self.needs = values, values.columns, values.needs
        self._draw, self._index, self._nulls = draw, index, nulls

    def present(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """Values by number, NULL only where there are no more."""
        return self._with_nulls(turn, given, 0.0)

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """Values by number; NULL in a share of the rows where that is wanted."""
        return self._with_nulls(turn, given, self._nulls)

    def _with_nulls(self, turn: Turn, given: pl.DataFrame, nulls: float) -> pl.DataFrame:
        numbers = self._index.of(turn)
        beyond = numbers < 0
        frame = self.values.nth(np.where(beyond, 0, numbers) if beyond.any() else numbers, self._draw, given)
        if nulls <= 0 and not beyond.any():
            return frame
        absent = pl.Series(beyond | (self._draw.of("null").fractions(turn.rows) < nulls))
        return frame.select(pl.when(absent).then(None).otherwise(pl.col(name)).alias(name) for name in frame.columns)


class Absent:
    """NULL in every row."""

    redrawn: Redrawn = "never"

    def __init__(self, columns: tuple[str, ...], dtypes: dict[str, pl.DataType] | None = None) -> None:
        self.columns = columns
        self.needs: tuple[str, ...] = ()
        self._dtypes = dtypes or {}

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """NULLs of whatever type is known, or of none."""
        return pl.DataFrame(
            {
                name: pl.Series([None], dtype=self._dtypes.get(name, pl.Null())).new_from_index(0, len(turn.rows))
                for name in self.columns
            }
        )


class Listed:
    """Numbers out of a list, each once, in no order that shows; -1 for rows beyond the list."""

    def __init__(self, rows: int, numbers: Rows, draw: Draw) -> None:
        self._numbers, self._places = numbers, Shuffled(rows, max(len(numbers), 1), draw)

    def of(self, turn: Turn) -> Rows:
        """Numbers of the list."""
        places = self._places.of(turn)
        return np.where(places < 0, -1, self._numbers[np.maximum(places, 0)]) if len(self._numbers) else places * 0 - 1


class Shuffled:
    """A number of its own for each row, in no order that shows; a second attempt takes one that no row had before.

    capacity: how many numbers there are; None for as many as anyone could want.
    """

    def __init__(self, rows: int, capacity: int | None, draw: Draw) -> None:
        self._rows, self._draw = max(rows, 1), draw
        self._capacity = min(_SPARE * max(rows, _SPARE) if capacity is None else capacity, MOST)

    def of(self, turn: Turn) -> Rows:
        """Numbers below the capacity; -1 for rows beyond the capacity."""
        if self._rows <= self._capacity:
            return permuted(unused(turn, self._rows, self._capacity, self._draw), self._capacity, self._draw)
        inside = turn.rows < self._capacity
        return np.where(inside, permuted(np.where(inside, turn.rows, 0), self._capacity, self._draw), -1)


def unused(turn: Turn, rows: int, capacity: int, draw: Draw) -> Rows:
    """A number for each row that no row had before: the row's own at first, later ones from those beyond all rows.

    Where there are not enough of these for all rows to try once more, one of them is drawn; where there are none, the row
    keeps its own.
    """
    if not turn.key or capacity <= rows:
        return turn.rows
    if (turn.key + 1) * rows <= capacity:
        return turn.rows + turn.key * rows
    return rows + draw.of("unused", turn.key).below(turn.rows, capacity - rows)
