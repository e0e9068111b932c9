"""A frame of values as an EncodedTable: equal values get equal codes."""

from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.mining.encoded import EncodedTable

_TOGETHER = 1 << 24  # values numbered at the same time


def encode(frame: pl.DataFrame, nulls: Literal["equal", "distinct"] = "equal") -> EncodedTable:
    """Number the values of each column in the order in which they first appear.

    Values are equal where SQL's GROUP BY says so: texts by their bytes, NaN equals NaN, 0.0 equals -0.0. nulls: "equal" makes
    NULL a value like others; with "distinct" every NULL gets a code of its own, so that it agrees with no row.
    """
    codes = np.zeros((frame.width, frame.height), dtype=np.int32)
    distinct: list[int] = []
    null: list[int] = []
    step = max(1, _TOGETHER // max(1, frame.height))
    for start in range(0, frame.width, step):
        columns = frame.get_columns()[start : start + step]
        for series, first in zip(columns, _first_rows(columns), strict=True):
            count, null_code = _number(series, first, nulls, codes[len(distinct)])
            distinct.append(count)
            null.append(null_code)
    return EncodedTable(tuple(frame.columns), codes, tuple(distinct), tuple(null))


def _number(series: pl.Series, first: NDArray[np.uint32], nulls: str, codes: NDArray[np.int32]) -> tuple[int, int]:
    """Write the codes of one column; answer how many there are and which one is NULL's."""
    if not len(series):
        return 0, -1
    own = np.arange(len(first), dtype=first.dtype)
    missing = series.is_null().to_numpy() if series.null_count() else None
    if missing is not None and nulls == "distinct":
        first = np.where(missing, own, first)
    order = np.cumsum(first == own, dtype=np.int32) - np.int32(1)
    np.take(order, first, out=codes)
    null_code = int(codes[int(missing.argmax())]) if missing is not None and nulls == "equal" else -1
    return int(order[-1]) + 1, null_code


def _first_rows(columns: list[pl.Series]) -> list[NDArray[np.uint32]]:
    """For each column and each row, the first row with the same value."""
    names = [str(number) for number in range(len(columns))]
    # polars cannot compare Python objects: they are compared by their text
    texts = [_texts(series) if series.dtype == pl.Object else series for series in columns]
    frame = pl.DataFrame([series.alias(name) for series, name in zip(texts, names, strict=True)])
    frame = frame.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    first = frame.select(pl.col("row").first().over(name).alias(name) for name in names)
    return [series.to_numpy() for series in first.iter_columns()]


def _texts(series: pl.Series) -> pl.Series:
    return pl.Series([None if value is None else str(value) for value in series], dtype=pl.String)
