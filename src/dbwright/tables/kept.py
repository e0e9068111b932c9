"""A live table that keeps the rows it has fetched, for someone who looks at all of them more than once within a moment."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.tables.base import Sample
from dbwright.tables.live import LiveTable

if TYPE_CHECKING:
    import polars

_MOST = 50_000
"""Rows of a sample that a profile is made of where the rows were not read whole."""


class KeptTable(LiveTable):
    """A live table whose rows are fetched once, and whose profile is a short one made of them."""

    _kept: "polars.DataFrame | None" = None

    def frame(self, columns: Sequence[str] | None = None, sample: Sample | None = None) -> "polars.DataFrame":
        """The values; all rows are fetched once."""
        if sample is not None:
            return super().frame(columns, sample)
        if self._kept is None:
            self._kept = super().frame()
        return self._kept if columns is None else self._kept.select(list(columns))

    def profile(self, columns: Sequence[str] | None = None, *, seconds: float | None = None) -> TableProfile:
        """Distinct values, NULLs, ranges of whole numbers, and sizes; of a sample where the rows were not read whole."""
        frame = self._kept
        rows = self.estimate()
        if frame is None:
            frame = super().frame(None, Sample(rows=_MOST))
        names = [each.name for each in self.columns(columns)]
        return TableProfile(
            table=self.ref,
            rows=frame.height if self._kept is not None else rows,
            read=frame.height,
            columns=tuple(_column(frame.get_column(name), self, name) for name in names),
        )


def _column(values: "polars.Series", table: LiveTable, name: str) -> ColumnProfile:
    column = table.column(name)
    rows, nulls = len(values), values.null_count()
    distinct = values.n_unique() - (1 if nulls else 0)
    is_text = str(values.dtype) == "String"
    length = values.str.len_bytes().mean() if is_text else None
    width = float(str(length)) if length is not None else 8.0
    whole = values.dtype.is_integer() and nulls < rows
    return ColumnProfile(
        name=name,
        declared=column.type,
        inferred=column.type,
        rows=rows,
        nulls=nulls,
        empty=int((values == "").sum()) if is_text else 0,
        distinct=distinct,
        minimum=str(values.min()) if whole else None,
        maximum=str(values.max()) if whole else None,
        mean_length=width if is_text else None,
        bytes=round(width * (rows - nulls)),
    )
