"""Numbers and moments moved to where all comparisons with other columns want them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.evaluate import Evaluator
from dbwright.seed.checks.isolate import isolated
from dbwright.seed.checks.plausible import unit
from dbwright.seed.checks.terms import Call, NotRead, Term, alternatives, columns_of, conjuncts
from dbwright.seed.checks.work import Mask, Work
from dbwright.seed.draw import Draw

_MOVABLE = frozenset(("integer", "decimal", "float", "money", "year", "date", "timestamp"))
_WEEK, _MONTH = 7.0 * 86_400_000_000, 30.0
Numbers = NDArray[np.float64]


class _Span(NamedTuple):
    """Positions: those between which other columns leave a column in each row, infinite where they say nothing; its own limits."""

    low: Numbers
    high: Numbers
    lowest: float
    highest: float

    @property
    def possible(self) -> Mask:
        """The rows in which there is a position."""
        found: Mask = np.maximum(self.low, self.lowest) <= np.minimum(self.high, self.highest)
        return found


class Bounds:
    """What each column is compared with in all of a table's conditions.

    Positions are floats: numbers as such, days for dates, microseconds for timestamps.
    """

    def __init__(
        self, evaluator: Evaluator, types: Mapping[str, Type], limits: Mapping[str, Limit], terms: Sequence[Term]
    ) -> None:
        self._evaluator, self._types, self._limits = evaluator, types, limits
        self._of: dict[str, list[tuple[str, Term]]] = {}
        for term in terms:
            for part in conjuncts(term):
                sides = [
                    each for each in alternatives(part) if not (isinstance(each, Call) and each.function == "is null")
                ]
                if len(sides) == 1 and isinstance(sides[0], Call) and sides[0].function in ("<", "<=", ">", ">="):
                    for column in columns_of(sides[0]):
                        solved = isolated(sides[0], column)
                        if solved is not None and columns_of(solved[1]):
                            self._of.setdefault(column, []).append(solved)

    def move(self, work: Work, column: str, sign: str, other: Term, rows: Mask, draw: Draw) -> None:
        """Put a column on the wanted side of a term, within all other bounds that it has."""
        span = self._span(work, column, [(sign, other), *self._of.get(column, ())])
        if span is None:
            return
        reached = rows & span.possible
        if reached.any():
            work.put(column, reached, self._values(column, self._within(column, span, work, draw), work))

    def between(self, work: Work, column: str, rows: Mask, draw: Draw) -> tuple[Mask, pl.Series] | None:
        """Values for a column within all its bounds from other columns, and the rows that have any; None where it has none at all."""
        span = self._span(work, column, self._of[column]) if self._of.get(column) else None
        if span is None:
            return None
        reached = rows & span.possible & (np.isfinite(span.low) | np.isfinite(span.high))
        return reached, self._values(column, self._within(column, span, work, draw), work)

    def _span(self, work: Work, column: str, bounds: Sequence[tuple[str, Term]]) -> _Span | None:
        """Where a column may stand in each row; None for types that are not moved."""
        type_ = self._types[column]
        if type_.kind not in _MOVABLE or (
            type_.kind in ("date", "timestamp") and work.frame.schema[column] == pl.String
        ):
            return None
        limit = self._limits[column]
        low, high = np.full(work.frame.height, -np.inf), np.full(work.frame.height, np.inf)
        step = _step(type_)
        for sign, term in bounds:
            over = self._positions(term, type_)
            if over is None:
                continue
            place = over(work.frame)
            known = ~np.isnan(place)
            if sign in (">", ">=", "<>"):
                place = np.nan_to_num(place) + (0.0 if sign == ">=" else step)
                low = np.where(known, np.maximum(low, place), low)
            elif sign in ("<", "<="):
                place = np.nan_to_num(place) - (0.0 if sign == "<=" else step)
                high = np.where(known, np.minimum(high, place), high)
        return _Span(low, high, _position(limit.lowest, type_, -np.inf), _position(limit.highest, type_, np.inf))

    def _positions(self, term: Term, type_: Type) -> Callable[[pl.DataFrame], Numbers] | None:
        try:
            over, value = self._evaluator.series(term)
        except NotRead:
            return None
        day = type_.kind == "date"
        if type_.kind in ("date", "timestamp"):
            if value.kind == "text":
                return lambda frame: _as_positions(_read_moments(over(frame)), day=day)
            if value.kind not in ("date", "timestamp", "instant"):
                return None
            return lambda frame: _as_positions(over(frame), day=day)
        if value.kind not in ("integer", "decimal", "float"):
            return None
        return lambda frame: over(frame).cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()

    def _within(self, column: str, span: _Span, work: Work, draw: Draw) -> Numbers:
        """A place for each row: between the bounds where there are two, not far from the one where the other is missing."""
        type_, fractions = self._types[column], draw.fractions(work.rows)
        low, high = np.nan_to_num(span.low, neginf=0.0), np.nan_to_num(span.high, posinf=0.0)
        reach = {"timestamp": _WEEK, "date": _MONTH}.get(type_.kind)
        size = (
            np.full(len(low), reach) if reach else np.maximum(np.maximum(np.abs(low), np.abs(high)), 10 * _step(type_))
        )
        below = np.where((high > 0) & (reach is None), np.maximum(high - size, 0.0), high - size)
        first = np.maximum(
            np.where(np.isfinite(span.low), low, np.where(np.isfinite(span.high), below, 0.0)), span.lowest
        )
        last = np.minimum(np.where(np.isfinite(span.high), high, first + size), span.highest)
        found: Numbers = first + fractions * np.maximum(last - first, 0.0)
        return found

    def _values(self, column: str, places: Numbers, work: Work) -> pl.Series:
        """Values from positions, in the column's own steps."""
        type_ = self._types[column]
        places = np.nan_to_num(places)
        if type_.kind == "date":
            return pl.Series(np.clip(np.round(places), -700_000, 2_900_000).astype(np.int32)).cast(pl.Date)
        if type_.kind == "timestamp":
            seconds = np.ceil(np.clip(places, -6e16, 2.5e17) / 1e6).astype(np.int64)
            moments = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us"))
            dtype = work.frame.schema[column]
            zone = dtype.time_zone if isinstance(dtype, pl.Datetime) else None
            return moments.dt.replace_time_zone("UTC").dt.convert_time_zone(zone) if zone else moments
        if type_.kind in ("integer", "year"):
            return pl.Series(np.clip(np.round(places), -(2.0**62), 2.0**62).astype(np.int64))
        return pl.Series(places) if type_.scale is None else pl.Series(places).round(type_.scale)


def _step(type_: Type) -> float:
    if type_.kind == "date":
        return 1.0
    return 1e6 if type_.kind == "timestamp" else float(unit(type_))


def _position(value: Any, type_: Type, otherwise: float) -> float:
    if value is None:
        return otherwise
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.timestamp() * 1e6
    if isinstance(value, date):
        return float((value - date(1970, 1, 1)).days)
    return float(value)


def _as_positions(series: pl.Series, *, day: bool) -> Numbers:
    if day:
        numbers = series.cast(pl.Date).cast(pl.Int32)
    else:
        series = (
            series.dt.replace_time_zone(None)
            if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone
            else series
        )
        numbers = series.cast(pl.Datetime("us")).cast(pl.Int64)
    return numbers.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _read_moments(series: pl.Series) -> pl.Series:
    from dbwright.seed.checks.functions_time import read_moments

    return pl.DataFrame({"text": series}).select(read_moments(pl.col("text")))["text"]
