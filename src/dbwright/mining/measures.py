"""Columns whose values have a size: numbers and points in time, as arrays that arithmetic is done with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.relationships.words import words

_EXACT = 2.0**53
"""Whole numbers beyond this lose digits as floating point; sums of them are not looked at."""
_NAMES_A_THING = frozenset(
    ("id", "ids", "key", "code", "no", "nr", "num", "number", "uuid", "guid", "rowid", "zip", "phone", "sk")
)
_SCALES = 6
_DIGITS_NEEDED = 50.0
NEAR = 1e-9
"""Results that differ by less than this share of the numbers involved are equal: floating point is no nearer."""


@dataclass(frozen=True, eq=False)
class Measure:
    """name: the column's. place: its number in the frame. values: float64, NaN for NULL; times as seconds since 1970.

    temporal: "" for numbers, "date" or "time". whole: only whole numbers.
    """

    name: str
    place: int
    values: NDArray[np.float64]
    temporal: str = ""
    whole: bool = False

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Where there is a value."""
        return ~np.isnan(self.values)

    @property
    def names_a_thing(self) -> bool:
        """Whether it is a number that only names something, such as a key: nothing is added to it."""
        return not self.temporal and bool(words(self.name)) and words(self.name)[-1] in _NAMES_A_THING

    @cached_property
    def scale(self) -> int | None:
        """The digits after the decimal point that its values need; None where more than six."""
        values = self.values[self.known][:2000]
        for digits in range(_SCALES + 1):
            shifted = values * 10.0**digits
            if np.all(np.abs(shifted - np.round(shifted)) <= 1e-9 * np.maximum(1.0, np.abs(shifted))):
                return digits
        return None

    def take(self, rows: NDArray[np.int64]) -> "Measure":
        """The same column, of some rows only."""
        return Measure(self.name, self.place, self.values[rows], self.temporal, self.whole)


def measures(frame: pl.DataFrame) -> list[Measure]:
    """The numbers and times of a frame. Infinity, and whole numbers that floating point cannot hold, make a column drop out."""
    found: list[Measure] = []
    for place, series in enumerate(frame.iter_columns()):
        kind = series.dtype
        if kind == pl.Date:
            values, temporal = series.cast(pl.Int32).cast(pl.Float64) * 86400.0, "date"
        elif isinstance(kind, pl.Datetime):
            values, temporal = series.dt.timestamp("us").cast(pl.Float64) / 1e6, "time"
        elif kind.is_numeric():
            values, temporal = series.cast(pl.Float64), ""
        else:
            continue
        if series.null_count() == len(series):
            continue
        array = values.fill_null(float("nan")).to_numpy().astype(np.float64, copy=False)
        if np.isinf(array).any() or float(np.nanmax(np.abs(array), initial=0.0)) >= _EXACT or np.isnan(array).all():
            continue
        found.append(Measure(series.name, place, array, temporal, kind.is_integer()))
    return found


def varies(each: Measure) -> bool:
    """Whether a column has two different values."""
    values = each.values[each.known]
    return len(values) > 0 and bool((values != values[0]).any())


def matters(each: Measure, rows: NDArray[np.bool_]) -> bool:
    """Whether an input has two different values at least that are not zero, so that leaving it out would be noticed."""
    values = each.values[rows & each.known]
    values = values[values != 0]
    return len(values) > 0 and bool((values != values[0]).any())


def agreement(
    target: Measure, result: NDArray[np.float64], inputs: Sequence[Measure]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Per row, whether the column is the result (NULL where that is), and whether both have values."""
    equal = np.abs(target.values - result) <= _slack(target, result, inputs)
    unknown = np.isnan(result)
    return equal | (unknown & ~target.known), target.known & ~unknown


def rounded_agreement(
    target: Measure, result: NDArray[np.float64], inputs: Sequence[Measure]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """The same for a result rounded to the digits of the column: rows that agree where halves are rounded away from zero, as SQL does;

    rows that agree whichever way halves are rounded; rows with values.
    """
    unit = 10.0 ** -(target.scale or 0)
    slack = _slack(target, result, inputs)
    with np.errstate(invalid="ignore"):
        rounded = np.copysign(np.floor((np.abs(result) + slack) / unit + 0.5) * unit, result)
        away = np.abs(target.values - rounded) <= 0.01 * unit
        either = np.abs(target.values - result) <= 0.5 * unit + slack
    unknown = np.isnan(result)
    both_unknown = unknown & ~target.known
    return away | both_unknown, either | both_unknown, target.known & ~unknown


def _slack(target: Measure, result: NDArray[np.float64], inputs: Sequence[Measure]) -> NDArray[np.float64]:
    """How far apart equal values may lie: floating point loses digits of the largest number that takes part."""
    slack = np.fmax(np.abs(target.values), np.abs(result))
    for each in inputs:
        slack = np.fmax(slack, np.abs(each.values))
    return NEAR * slack


def can_be_rounded(target: Measure) -> bool:
    """Whether a column has a fixed number of digits, and so many that a rounded result says something: 50 times the last, at least."""
    values = np.abs(target.values[target.known])
    return (
        target.scale is not None and len(values) > 0 and float(np.median(values)) * 10.0**target.scale >= _DIGITS_NEEDED
    )
