"""Columns that are parts of dates, or the time between two of them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.mining.allowance import Allowance
from dbwright.mining.candidates import Candidate, quoted
from dbwright.mining.measures import Measure, agreement, varies
from dbwright.relationships.words import words

_DAY = 86400.0
_UNITS = (_DAY, 3600.0, 60.0, 1.0)
_SPANS = frozenset(
    "age days day delay duration elapsed hours hour lag length minutes nights period seconds span terms years".split()
)
_PARTS: tuple[tuple[str, Callable[[pl.Series], pl.Series]], ...] = (
    ("EXTRACT(YEAR FROM {})", lambda each: each.dt.year()),
    ("EXTRACT(MONTH FROM {})", lambda each: each.dt.month()),
    ("EXTRACT(DAY FROM {})", lambda each: each.dt.day()),
    ("EXTRACT(QUARTER FROM {})", lambda each: each.dt.quarter()),
    ("EXTRACT(WEEK FROM {})", lambda each: each.dt.week()),
    ("EXTRACT(ISODOW FROM {})", lambda each: each.dt.weekday()),
    ("EXTRACT(DOW FROM {})", lambda each: each.dt.weekday() % 7),
    ("EXTRACT(DOY FROM {})", lambda each: each.dt.ordinal_day()),
)
_HOUR = ("EXTRACT(HOUR FROM {})", lambda each: each.dt.hour())
_TEXTS = (("%Y-%m", "YYYY-MM"), ("%Y-%m-%d", "YYYY-MM-DD"), ("%Y", "YYYY"), ("%Y%m", "YYYYMM"), ("%Y%m%d", "YYYYMMDD"))


def dates(frame: pl.DataFrame, columns: Sequence[Measure], allowance: Allowance) -> Iterator[Candidate]:
    """Formulas over date and time columns."""
    temporal = [each for each in columns if each.temporal and varies(each)]
    numbers = [each for each in columns if not each.temporal and varies(each)]
    for each in temporal:
        allowance.check()
        yield from _parts(frame, each, numbers)
        yield from _texts(frame, each)
        yield from _days(each, temporal)
    for start, end in permutations(temporal, 2):
        allowance.check()
        yield from _between(start, end, numbers)


def _parts(frame: pl.DataFrame, source: Measure, numbers: Sequence[Measure]) -> Iterator[Candidate]:
    series = frame[source.name]
    for formula, part in (*_PARTS, *((_HOUR,) if source.temporal == "time" else ())):
        values = part(series).cast(pl.Float64).fill_null(float("nan")).to_numpy()
        for target in numbers:
            if not target.whole or not _may_be(target, values):
                continue
            agrees, speaks = agreement(target, values, ())
            yield Candidate(target.place, (source.place,), formula.format(quoted(source.name)), "part", agrees, speaks)


def _texts(frame: pl.DataFrame, source: Measure) -> Iterator[Candidate]:
    """Texts such as 2024-05, written from a date."""
    series = frame[source.name]
    first = source.known.argmax()
    for place, target in enumerate(frame.iter_columns()):
        if target.dtype != pl.String:
            continue
        for pattern, told in _TEXTS:
            if series[int(first)].strftime(pattern) != target[int(first)]:
                continue
            written = series.dt.strftime(pattern)
            agrees = written.eq_missing(target).to_numpy()
            speaks = (written.is_not_null() & target.is_not_null()).to_numpy()
            yield Candidate(place, (source.place,), f"TO_CHAR({quoted(source.name)}, '{told}')", "part", agrees, speaks)


def _days(source: Measure, temporal: Sequence[Measure]) -> Iterator[Candidate]:
    """Dates that are the day of a time, and dates a fixed number of days after another."""
    for target in temporal:
        if target is source:
            continue
        if source.temporal == "time" and target.temporal == "date":
            agrees, speaks = agreement(target, np.floor(source.values / _DAY) * _DAY, ())
            yield Candidate(
                target.place, (source.place,), f"CAST({quoted(source.name)} AS DATE)", "part", agrees, speaks
            )
        both = source.known & target.known
        if target.place > source.place and both.any():
            apart = float(np.median(target.values[both] - source.values[both]))
            if apart and apart % _DAY == 0:
                agrees, speaks = agreement(target, source.values + apart, ())
                sign, days = ("+", apart) if apart > 0 else ("-", -apart)
                formula = f"{quoted(source.name)} {sign} INTERVAL '{days / _DAY:.0f}' DAY"
                yield Candidate(target.place, (source.place,), formula, "difference", agrees, speaks)


def _between(start: Measure, end: Measure, numbers: Sequence[Measure]) -> Iterator[Candidate]:
    """A number that says how long it is from one date to another, or the date that follows from the other and the number."""
    for seconds in _UNITS:
        by_day = seconds == _DAY
        if not by_day and "date" in (start.temporal, end.temporal):
            continue
        length = (_floor(end, by_day) - _floor(start, by_day)) / seconds
        for target in numbers:
            if target.names_a_thing or not _may_be(target, length):
                continue
            agrees, speaks = agreement(target, length, ())
            if _SPANS.intersection(words(target.name)) or not by_day:
                formula = f"{_day(end)} - {_day(start)}" if by_day else _since(start, end, seconds)
                yield Candidate(target.place, (start.place, end.place), formula, "difference", agrees, speaks)
            elif start.temporal == end.temporal == "date":
                formula = f"{_name(start)} + {_name(target)} * INTERVAL '1' DAY"
                yield Candidate(end.place, (start.place, target.place), formula, "difference", agrees, speaks)


def _may_be(target: Measure, result: NDArray[np.float64]) -> bool:
    """Whether a column is the result on most of some rows, so that all rows are worth looking at."""
    both = np.flatnonzero(target.known & ~np.isnan(result))
    some = both[:: max(1, len(both) // 200)]
    return len(some) > 0 and float(np.mean(target.values[some] == result[some])) > 0.5


def _floor(each: Measure, by_day: bool) -> NDArray[np.float64]:
    return np.floor(each.values / _DAY) * _DAY if by_day and each.temporal == "time" else each.values


def _since(start: Measure, end: Measure, seconds: float) -> str:
    elapsed = f"EXTRACT(EPOCH FROM {_name(end)} - {_name(start)})"
    return elapsed if seconds == 1 else f"{elapsed} / {seconds:.0f}"


def _name(each: Measure) -> str:
    return quoted(each.name)


def _day(each: Measure) -> str:
    return _name(each) if each.temporal == "date" else f"CAST({_name(each)} AS DATE)"
