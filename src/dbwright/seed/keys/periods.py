"""Ranges that must not overlap: each row of a group gets a slot of its own on the line of time, or of numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl

from dbwright.catalog.objects import Catalog
from dbwright.catalog.types import Type
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.units import Index, Redrawn, Turn

_START = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
_END = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
_DAY = 86_400
_EARLIEST_DATE = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()) // _DAY
_SUBTYPES = {
    "int4": "integer", "int8": "bigint", "num": "numeric",
    "date": "date", "ts": "timestamp", "tstz": "timestamptz",
}  # fmt: skip


def subtype(type_: Type, catalog: Catalog) -> str | None:
    """What the bounds of a range type are: "integer", "bigint", "numeric", "date", "timestamp", "timestamptz"; None for others."""
    for each in catalog.ranges:
        if type_.user_type == (each.namespace, each.name) or (
            type_.user_type and each.multirange_name and type_.user_type[1] == each.multirange_name
        ):
            return _of_kind(each.subtype)
    name = type_.spelling.rpartition(".")[2].removesuffix("multirange").removesuffix("range")
    return _SUBTYPES.get(name)


def _of_kind(type_: Type) -> str | None:
    match type_.kind:
        case "integer":
            return "integer" if (type_.bits or 64) <= 32 else "bigint"
        case "decimal" | "float":
            return "numeric"
        case "date":
            return "date"
        case "timestamp":
            return "timestamptz" if type_.with_zone else "timestamp"
    return None


class Periods:
    """A range column, or a pair of columns for its two ends, of which no two of one group overlap.

    most: how many rows the largest group has. kind: what the ends are, as `subtype` says.
    """

    redrawn: Redrawn = "key"
    needs: tuple[str, ...] = ()

    def __init__(
        self, columns: tuple[str, ...], kind: str, index: Index, most: int, draw: Draw, *, many: bool = False
    ) -> None:
        self.columns, self._kind, self._index, self._draw, self._many = columns, kind, index, draw, many
        self._width = _width(kind, max(most, 1))

    def make(self, turn: Turn, given: pl.DataFrame) -> pl.DataFrame:
        """Ranges as the texts that PostgreSQL reads, or their ends as native values."""
        place = self._index.of(turn)
        share = 0.4 + 0.6 * self._draw.fractions(turn.rows)
        start = self._origin() + place * self._width
        end = start + np.maximum((share * self._width).astype(np.int64), 1)
        low, high = self._native(start), self._native(end)
        if len(self.columns) == 2:
            return pl.DataFrame([low.alias(self.columns[0]), high.alias(self.columns[1])])
        text = pl.select(
            pl.concat_str(pl.lit("["), self._text(low), pl.lit(","), self._text(high), pl.lit(")"))
        ).to_series()
        if self._many:
            text = pl.select(pl.concat_str(pl.lit("{"), text, pl.lit("}"))).to_series()
        return text.alias(self.columns[0]).to_frame()

    def _origin(self) -> int:
        match self._kind:
            case "date":
                return _EARLIEST_DATE if self._width == 1 else _START // _DAY
            case "timestamp" | "timestamptz":
                return _START
        return 1

    def _native(self, numbers: Rows) -> pl.Series:
        series = pl.Series("end", numbers)
        match self._kind:
            case "date":
                return series.cast(pl.Int32).cast(pl.Date)
            case "timestamp":
                return (series * 1_000_000).cast(pl.Datetime("us"))
            case "timestamptz":
                return (series * 1_000_000).cast(pl.Datetime("us", "UTC"))
        return series

    def _text(self, ends: pl.Series) -> pl.Series:
        if self._kind == "timestamptz":
            return ends.dt.strftime("%Y-%m-%d %H:%M:%S+00")
        return ends.dt.strftime("%Y-%m-%d %H:%M:%S") if self._kind == "timestamp" else ends.cast(pl.String)


def _width(kind: str, most: int) -> int:
    """How wide a slot is, so that all of a group find room: in seconds, days or whole numbers."""
    match kind:
        case "date":
            return max(1, min(14, (_END - _START) // _DAY // most))
        case "timestamp" | "timestamptz":
            return max(2, min(2 * 3_600, (_END - _START) // most))
        case "integer":
            return max(1, min(1_000, (2**31 - 2) // most))
    return 1_000
