"""Histograms: bars between round numbers, or of whole days, months or years."""

import math
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from dbwright.catalog.profiles import Bin
from dbwright.tables.duck import Store
from dbwright.tables.profiles.field import Field

_BARS = 16
_DAY, _YEAR = 86_400, 31_556_952
_WIDTHS = (
    ("1 second", 1), ("5 seconds", 5), ("15 seconds", 15), ("1 minute", 60), ("5 minutes", 300), ("15 minutes", 900),
    ("1 hour", 3600), ("3 hours", 10_800), ("6 hours", 21_600), ("12 hours", 43_200), ("1 day", _DAY), ("2 days", 2 * _DAY),
    ("7 days", 7 * _DAY), ("1 month", _YEAR // 12), ("3 months", _YEAR // 4), ("1 year", _YEAR), ("2 years", 2 * _YEAR),
    ("5 years", 5 * _YEAR), ("10 years", 10 * _YEAR), ("50 years", 50 * _YEAR), ("100 years", 100 * _YEAR),
    ("1000 years", 1000 * _YEAR),
)  # fmt: skip


class Edges(msgspec.Struct, frozen=True, kw_only=True):
    """Bars of equal width from `start` on, so many; all smaller values are in the first, all greater ones in the last."""

    start: float
    step: float
    bars: int


def edges(low: float, high: float, *, whole: bool, core: tuple[float, float] | None = None) -> Edges:
    """Round edges for values from low to high.

    core: where all but a few of them lie; where that is a small part of the whole, the bars are laid there.
    """
    if core and core[1] > core[0] and high - low > 5 * (core[1] - core[0]):
        low, high = max(low, core[0]), min(high, core[1])
    rough = (high - low) / _BARS
    if not rough > 0 or not math.isfinite(rough):
        return Edges(start=low, step=1.0, bars=1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * power for factor in (1, 2, 2.5, 5) if factor * power >= rough * 0.999), 10 * power)
    if whole:
        step = max(1.0, math.ceil(step))
    start = math.floor(low / step) * step
    return Edges(start=start, step=step, bars=max(1, math.floor((high - start) / step) + 1))


def number_bins(
    store: Store,
    rows: str,
    value: str,
    weight: str,
    field: Field,
    low: float,
    high: float,
    core: tuple[float, float] | None,
) -> tuple[Bin, ...]:
    """The histogram of numbers. rows: what to select from; value: the number; weight: how many rows it stands for."""
    laid = edges(low, high, whole=field.is_whole, core=core)
    double = f"CAST({value} AS DOUBLE)"
    place = f"greatest(0, least({laid.bars - 1}, CAST(floor(({double} - {laid.start!r}) / {laid.step!r}) AS BIGINT)))"
    finite = f" WHERE isfinite({double})" if field.is_float else f" WHERE {value} IS NOT NULL"
    counts = dict(store.run(f"SELECT {place}, CAST(sum({weight}) AS BIGINT) FROM {rows}{finite} GROUP BY 1"))
    digits = max(0, min(12, 2 - math.floor(math.log10(laid.step)))) if laid.step else 0
    bounds = [laid.start + laid.step * number for number in range(laid.bars + 1)]
    bounds[0], bounds[-1] = min(bounds[0], low), max(high, bounds[-1]) if high > bounds[-1] else bounds[-1]
    texts = [number_text(bound, digits) for bound in bounds]
    return tuple(Bin(texts[place], texts[place + 1], int(counts.get(place, 0))) for place in range(laid.bars))


def time_bins(
    store: Store, rows: str, value: str, weight: str, low: date | datetime, high: date | datetime
) -> tuple[Bin, ...]:
    """The histogram of dates or times, by the smallest unit of the calendar that needs no more bars than fit."""
    seconds = (datetime(high.year, high.month, high.day) - datetime(low.year, low.month, low.day)).total_seconds()  # noqa: DTZ001 - only their distance
    if isinstance(low, datetime) and isinstance(high, datetime):
        seconds = (high.replace(tzinfo=None) - low.replace(tzinfo=None)).total_seconds()
    usable = _WIDTHS if isinstance(low, datetime) else [each for each in _WIDTHS if each[1] >= _DAY]
    interval = next((each for each, width in usable if seconds / width < _BARS), _WIDTHS[-1][0])
    start = f"time_bucket(INTERVAL '{interval}', CAST({value} AS TIMESTAMP))"
    counted = f"SELECT {start} AS b, sum({weight}) AS n FROM {rows} WHERE {value} IS NOT NULL AND isfinite({value}) GROUP BY 1"
    listed = store.run(
        f"WITH counted AS ({counted}), ends AS (SELECT min(b) AS low, max(b) AS high FROM counted), "
        f"bars AS (SELECT unnest(generate_series(low, high, INTERVAL '{interval}')) AS b FROM ends) "
        f"SELECT CAST(bars.b AS VARCHAR), CAST(bars.b + INTERVAL '{interval}' AS VARCHAR), CAST(coalesce(n, 0) AS BIGINT) "
        f"FROM bars LEFT JOIN counted ON bars.b = counted.b ORDER BY bars.b LIMIT 200"
    )
    day = all(str(text).endswith(" 00:00:00") for row in listed for text in row[:2])
    return tuple(Bin(_moment(row[0], day), _moment(row[1], day), int(row[2])) for row in listed)


def value_bins(counted: Sequence[tuple[str, int]]) -> tuple[Bin, ...]:
    """One bar for each of few values."""
    return tuple(Bin(text, text, rows) for text, rows in counted)


def number_text(number: float, digits: int) -> str:
    """A number as people write it: no more digits than tell it apart."""
    if number == 0:
        return "0"
    if abs(number) >= 1e15 or abs(number) < 1e-9:
        return f"{number:.6g}"
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(text: str, day: bool) -> str:
    return text.removesuffix(" 00:00:00") if day else text
