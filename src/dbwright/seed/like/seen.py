"""What was seen of a column and of a table, and how it is rounded so that no single row can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from math import floor, log10
from statistics import NormalDist
from typing import Any

import msgspec

LEAST_ROWS = 200
"""Rows with a value below which no distribution is taken over: too few to hide one in."""
BUCKETS = 20
LEAST_SHARE = 0.01
"""The least share of the rows that a value must have to be no rare one."""
LEAST_OF_EACH = 20
"""Rows that must have a value before it is taken over."""
MOST_CATEGORIES = 30
_CURVE = NormalDist()


class Seen(msgspec.Struct, kw_only=True):
    """A column. null_share: 0 to 1. distinct: different values, estimated. points: sorted values at equal shares of the rows.

    shares: value → share of all rows, only of frequent values. top: how many of the most frequent values have which share of
    the rows that have one, where it is known.
    """

    null_share: float
    distinct: float | None = None
    points: list[Any] = []
    shares: dict[str, float] = {}
    top: tuple[int, float] | None = None


class SeenTable(msgspec.Struct, kw_only=True):
    """A table: its rows (estimated) and what is known of its columns by name. note: what was only sampled or missing."""

    rows: int
    columns: dict[str, Seen]
    note: str | None = None


def bounds(points: Sequence[Any], rows: float) -> list[Any] | None:
    """Rounded bounds of at most BUCKETS equal shares; None where there are too few rows.

    The ends lie inside the first and the last bucket, so that neither the least nor the greatest value is told.
    """
    if rows < LEAST_ROWS or len(points) < BUCKETS + 1:
        return None
    last = len(points) - 1
    places = [0.5 / BUCKETS, *(number / BUCKETS for number in range(1, BUCKETS)), 1 - 0.5 / BUCKETS]
    chosen = [points[round(place * last)] for place in places]
    if isinstance(chosen[0], date):
        return [_day(each) for each in chosen]
    numbers = [float(each) for each in chosen]
    spread = numbers[-1] - numbers[0]
    if spread <= 0:
        return None
    whole = all(isinstance(each, int) for each in chosen)
    coarse = 10.0 ** floor(log10(spread / BUCKETS))
    rounded = [_rounded(each, coarse) for each in numbers]
    return [round(each) for each in rounded] if whole else rounded


def _rounded(number: float, coarse: float) -> float:
    """A number with two digits that count, or to a step, whichever keeps more."""
    step = min(coarse, 10.0 ** (floor(log10(abs(number))) - 1)) if number else coarse
    return float(f"{round(number / step) * step:.10g}")


def _day(at: date) -> str:
    """The day alone: hours would tell rows apart."""
    return (at.date() if isinstance(at, datetime) else at).isoformat()


def as_value(value: Any) -> Any:
    """A number or a time as the database gave it, or as its text says; None for anything else."""
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, bool | bytes) or value is None:
        return None
    if isinstance(value, int | float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, date):
        return value
    text = str(value)
    for read in (int, float, datetime.fromisoformat):
        try:
            return as_value(read(text))
        except ValueError:
            continue
    return None


def same_kind(values: Sequence[Any]) -> list[Any]:
    """Numbers or times, sorted; those that do not fit the first are left out."""
    found = [each for each in map(as_value, values) if each is not None]
    if not found:
        return []
    times = isinstance(found[0], date)
    kept = [each for each in found if isinstance(each, date) == times]
    if times:
        return sorted(_moment(each) for each in kept)
    return sorted(kept)


def _moment(at: date) -> datetime:
    """A date as its midnight, a time without its zone: only days are told in the end."""
    return at.replace(tzinfo=None) if isinstance(at, datetime) else datetime.fromisoformat(at.isoformat())


def steepness(top: tuple[int, float], distinct: float) -> float:
    """The deviation of the logarithm of children per parent, were it log-normal, from the share of the largest parents.

    By the Lorenz curve of the log-normal distribution: share(p) = Φ(Φ⁻¹(p) + σ) (Aitchison and Brown, 1957).
    """
    count, share = top
    part = min(max(count / max(distinct, 1.0), 1e-9), 0.999)
    share = min(max(share, part, 1e-9), 0.999)
    return round(min(max(_CURVE.inv_cdf(share) - _CURVE.inv_cdf(part), 0.0), 3.0), 2)


def about(number: float) -> int:
    """A number with two significant digits."""
    if number <= 0:
        return 0
    step = int(10 ** max(floor(log10(number)) - 1, 0))
    return round(number / step) * step
