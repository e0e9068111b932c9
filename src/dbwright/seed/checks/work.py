"""The rows that are being mended, and what may be changed of them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.seed.checks.checked import Fresh
from dbwright.seed.draw import Rows

Mask: TypeAlias = NDArray[np.bool_]
"""For each row of the frame, whether it is meant."""


class Work:
    """A frame whose columns are replaced one by one, for some rows at a time."""

    def __init__(
        self, *, frame: pl.DataFrame, rows: Rows, fixed: frozenset[str], chosen: frozenset[str], fresh: Fresh | None
    ) -> None:
        self.frame, self.rows, self.fixed, self.chosen = frame, rows, fixed, chosen
        self._fresh = fresh
        self._known: dict[str, pl.Series | None] = {}

    def may_change(self, column: str) -> bool:
        """Whether a column is there and not fixed."""
        return column in self.frame.columns and column not in self.fixed

    def fresh(self, column: str) -> pl.Series | None:
        """Other values of a column, never NULL; None where nobody gives them."""
        if column not in self._known:
            try:
                self._known[column] = None if self._fresh is None else self._fresh(column)
            except KeyError:
                self._known[column] = None
        return self._known[column]

    def put(self, column: str, rows: Mask, values: pl.Series) -> None:
        """New values for some rows; one value for each row of the frame, or one for all."""
        dtype = self.frame.schema[column]
        if len(values) == 1 and self.frame.height != 1:
            values = values.new_from_index(0, self.frame.height)
        found = converted(values, values.dtype if dtype == pl.Null else dtype)
        chosen, before = pl.Series(rows), self.frame[column].cast(found.dtype)
        self.frame = self.frame.with_columns(found.zip_with(chosen, before).alias(column))

    def clear(self, column: str, rows: Mask) -> None:
        """NULL for some rows."""
        self.put(column, rows, pl.Series([None], dtype=self.frame.schema[column]))

    def part(self, rows: Mask) -> tuple[pl.DataFrame, Rows]:
        """Some of the rows, with their numbers."""
        return self.frame.filter(pl.Series(rows)), self.rows[rows]


def converted(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Values as a column holds them: numbers rounded to its digits, texts read as moments; NULL for what cannot be one."""
    if values.dtype == dtype:
        return values
    if isinstance(dtype, pl.Decimal) and values.dtype.is_float():
        values = values.cast(pl.Float64).round(dtype.scale)
    elif dtype.is_integer() and values.dtype.is_float():
        values = values.round(0)
    elif values.dtype == pl.String and isinstance(dtype, pl.Date | pl.Datetime | pl.Time):
        text = pl.col("text").str.replace("T", " ", literal=True)
        if isinstance(dtype, pl.Time):
            read = text.str.to_time("%H:%M:%S%.f", strict=False)
        elif isinstance(dtype, pl.Date):
            read = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        else:
            whole = pl.when(text.str.len_chars() == 10).then(text + " 00:00:00").otherwise(text)
            read = whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
        values = pl.DataFrame({"text": values}).select(read)["text"]
    try:
        return values.cast(dtype, strict=False)
    except pl.exceptions.PolarsError:
        return pl.Series(values.name, [None] * len(values), dtype=dtype)
