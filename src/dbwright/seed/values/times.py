"""Dates and timestamps: spread over a span by growth, weekdays and hours, and coming after each other within a row."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.errors import UsageError
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.numbers import Correlation
from dbwright.seed.values.quantiles import Quantiles, log_normal
from dbwright.seed.values.source import weighted

DEFAULT_UNTIL = datetime(2025, 1, 1, tzinfo=UTC)
"""The end of time for rows where nobody said another: fixed, so that a seed means the same rows on every day."""

DAY = 86_400_000_000
FIRST = -30_610_224_000_000_000
"""The first of January 1000: MySQL knows no earlier dates."""
LAST = 253_370_764_800_000_000
"""The first of January 9999."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RELATIVE = re.compile(r"([+-])\s*(\d+)\s*(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_WEEKDAYS = {
    "office": [1.0, 1.05, 1.05, 1.0, 0.9, 0.05, 0.03],
    "evening": [0.9, 0.9, 0.95, 1.0, 1.15, 1.3, 1.2],
    "even": [1.0] * 7,
}
"""How busy the days from Monday to Sunday are."""
_HOURS = {
    "office": [0, 0, 0, 0, 0, 0, 1, 3, 8, 11, 12, 10, 7, 9, 11, 10, 9, 6, 2, 1, 0.5, 0.3, 0.2, 0],
    "evening": [3, 1.5, 0.8, 0.5, 0.4, 0.6, 1.2, 2.2, 3, 3.6, 4, 4.4, 5, 4.8, 4.4, 4.4, 4.8, 5.4, 6.2, 7.4, 8.2, 7.6, 6, 4.4],
    "even": [1.0] * 24,
}  # fmt: skip
"""How busy the hours of a day are."""


def moment(text: str, now: datetime) -> datetime:
    """A point in time as people write it: "2022-01-01", "2022-01-01 08:00", "now", "-2 years". Raises UsageError."""
    words = text.strip().lower()
    if words in ("now", "today"):
        return now if words == "now" else now.replace(hour=0, minute=0, second=0, microsecond=0)
    relative = _RELATIVE.fullmatch(words)
    if relative:
        days = int(relative[2]) * _DAYS[relative[3]]
        return now + timedelta(days=days if relative[1] == "+" else -days)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            f'"{text}" is no point in time.', hint='Write "2024-01-31", "2024-01-31 08:00", "now" or "-2 years".'
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def micros(at: date | datetime) -> int:
    """Microseconds since 1970 in UTC."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return round((at.replace(tzinfo=at.tzinfo or UTC) - _EPOCH) / timedelta(microseconds=1))


class Shape:
    """What a column of times holds: dates or timestamps, with or without a zone, of how many digits of a second."""

    def __init__(self, kind: str, *, with_zone: bool = False, digits: int = 6) -> None:
        self.is_date = kind == "date"
        self.with_zone = with_zone
        self.unit = DAY if self.is_date else 10 ** (6 - min(digits, 6))

    def series(self, at: NDArray[np.int64]) -> pl.Series:
        """Microseconds since 1970 as the column's own type."""
        if self.is_date:
            return pl.Series((at // DAY).astype(np.int32)).cast(pl.Date)
        rounded = at if self.unit == 1 else at - at % self.unit
        return pl.Series(rounded).cast(pl.Datetime("us", "UTC" if self.with_zone else None))


def as_micros(values: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A column of times, as dates, timestamps or ISO texts, in microseconds since 1970; and where there is one."""
    if values.dtype == pl.String:
        plain = values.str.strip_chars_end("Z").str.replace("T", " ", literal=True)
        dates = plain.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
        moments = plain.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
        values = pl.select(pl.coalesce(moments, dates)).to_series()
    if not values.dtype.is_temporal():
        return np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.bool_)
    physical = values.cast(pl.Datetime("us")).to_physical()
    return physical.fill_null(0).to_numpy(), physical.is_not_null().to_numpy()


@lru_cache(maxsize=1_000)
def _busy_days(first: int, last: int, hours: str, growth: float) -> NDArray[np.int32]:
    """65,536 days, counted from the first, each as often as its weekday and the growth up to it say."""
    days = np.arange(first, last + 1)
    week = np.asarray(_WEEKDAYS[hours])[(days + 3) % 7]
    shares = week * growth ** ((days - last) / 365.25)
    bounds = np.cumsum(shares) / shares.sum() * (1 << 16)
    found = np.searchsorted(bounds, np.arange(1 << 16) + 0.5)
    return np.minimum(found, last - first).astype(np.int32)


def _within(at: NDArray[np.int64], first: int, last: int) -> NDArray[np.int64]:
    return np.minimum(np.maximum(at, first), last)


class Moments:
    """Times within a span.

    since, until: microseconds since 1970, the first included, the last not. hours: "office", "evening" or "even".
    growth: how many times as many a year later. floor, ceiling: how far numbered times may go beyond the span.
    """

    def __init__(
        self,
        shape: Shape,
        since: int,
        until: int,
        *,
        hours: str = "even",
        growth: float = 1.0,
        quantiles: Quantiles | None = None,
        correlation: Correlation | None = None,
        floor: int | None = None,
        ceiling: int | None = None,
    ) -> None:
        self.shape, self.since, self.until = shape, since, max(until, since + shape.unit)
        self.given_quantiles, self.correlation = quantiles, correlation
        self.needs = (correlation.column,) if correlation else ()
        unit = shape.unit
        self._start = since - since % unit
        self.usual = max(1, -(-(self.until - self._start) // unit))
        self._below = 0 if floor is None else max((self._start - floor) // unit, 0)
        above = 0 if ceiling is None else max((ceiling - self.until) // unit, 0)
        self.capacity: int | None = self.usual + self._below + above
        if hours not in _HOURS:
            raise UsageError(f'There are no hours "{hours}".', hint='Write "office", "evening" or "even".')
        first, last = since // DAY, max(since // DAY, (self.until - 1) // DAY)
        self._first, self._days = first, _busy_days(first, last, hours, growth)
        self._hours = weighted(tuple(_HOURS[hours])) if hours != "even" else None

    @property
    def quantiles(self) -> Quantiles:
        """The distribution, for columns that go with this one."""
        if self.given_quantiles:
            return self.given_quantiles
        return Quantiles(
            np.append((self._first + np.sort(self._days[::64].astype(np.int64))) * float(DAY), float(self.until))
        )

    def at(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> NDArray[np.int64]:
        """Random times in microseconds since 1970."""
        if self.given_quantiles:
            fractions = draw.fractions(rows)
            if self.correlation:
                fractions = self.correlation.fractions(fractions, given)
            return _within(self.given_quantiles.at(fractions).astype(np.int64), self.since, self.until - 1)
        bits = draw.bits(rows)
        if self.correlation:
            bent = self.correlation.fractions((bits >> np.uint64(11)).astype(np.float64) * 2.0**-53, given)
            day = self._first + self._days[(bent * (1 << 16)).astype(np.int64)].astype(np.int64)
        else:
            day = self._first + self._days[bits >> np.uint64(48)].astype(np.int64)
        if self.shape.is_date:
            return _within(day * DAY, self.since, self.until - 1)
        if self._hours is None:
            within = ((bits & np.uint64(0xFFFFFFFF)) * np.uint64(DAY)) >> np.uint64(32)
            at = day * DAY + within.astype(np.int64)
        else:
            hour = self._hours[(bits >> np.uint64(32)) & np.uint64(0xFFFF)].astype(np.int64)
            within = ((bits & np.uint64(0xFFFFFFFF)) * np.uint64(DAY // 24)) >> np.uint64(32)
            at = day * DAY + hour * (DAY // 24) + within.astype(np.int64)
        return _within(at, self.since, self.until - 1)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random times."""
        return self.shape.series(self.at(rows, draw, given))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Times one unit apart: those of the span, then earlier ones, then later ones."""
        beyond = numbers - self.usual
        places = np.where(beyond < 0, numbers, np.where(beyond < self._below, -1 - beyond, numbers - self._below))
        return self.shape.series(self._start + places * self.shape.unit)


class After:
    """Times that come after another column's, by a delay; not beyond the span where that is possible.

    earlier: the columns, the latest of which counts. delay: in seconds. together: the share of rows where both are the same.
    ceiling: how late numbered times may be. alone: what is drawn where none of the others has a value, or None for NULL.
    """

    def __init__(
        self,
        shape: Shape,
        earlier: tuple[str, ...],
        until: int,
        *,
        median: float,
        spread: float = 1.2,
        together: float = 0.0,
        least: int = 0,
        alone: Moments | None = None,
        ceiling: int = LAST,
    ) -> None:
        self.shape, self.needs, self.until = shape, earlier, until
        self.delay = log_normal(median * 1e6, spread)
        self.together, self.least, self.alone = together, least, alone
        self.capacity: int | None = max((ceiling - until) // shape.unit - 1, 1)
        self.usual = max(min(self.capacity, 365 * DAY // shape.unit), 1)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The other time and a random delay."""
        start, known = self._start(given)
        delay = self.delay.at(draw.of("delay").fractions(rows))
        if self.together:
            delay = np.where(draw.of("together").fractions(rows) < self.together, 0.0, delay)
        room = np.maximum(self.until - self.shape.unit - start, 0)
        folded = np.where(delay > room, room * draw.of("late").fractions(rows), delay)
        at = start + np.maximum(folded, self.least).astype(np.int64)
        if self.shape.is_date:
            day = at - at % DAY
            at = np.where(day < start + min(self.least, 1), day + DAY, day)
        else:
            at = np.maximum(-(-at // self.shape.unit) * self.shape.unit, start)
        if self.alone is not None:
            at = np.where(known, at, self.alone.at(rows, draw, given))
            return self.shape.series(at)
        values = self.shape.series(at)
        return pl.select(pl.when(pl.Series(known)).then(values)).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Times one unit apart, from the end of the span."""
        return self.shape.series(self.until - self.until % self.shape.unit + (numbers + 1) * self.shape.unit)

    def _start(self, given: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        start = np.full(len(given), np.iinfo(np.int64).min // 4, dtype=np.int64)
        known = np.zeros(len(given), dtype=np.bool_)
        for column in self.needs:
            at, present = as_micros(given[column])
            start = np.where(present, np.maximum(start, at), start)
            known |= present
        return np.where(known, start, 0), known


class TimesOfDay:
    """Times of the day as ISO texts, one minute apart, mostly by daylight."""

    needs: tuple[str, ...] = ()

    def __init__(self, lowest: int = 0, highest: int = 86_399, *, with_zone: bool = False) -> None:
        self.lowest, self.highest, self.with_zone = lowest, highest, with_zone
        self.capacity: int | None = highest - lowest + 1
        self._hours = weighted(tuple(_HOURS["office"]))

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random times, on quarters of an hour."""
        bits = draw.bits(rows)
        hour = self._hours[bits >> np.uint64(48)].astype(np.int64)
        seconds = hour * 3600 + ((bits & np.uint64(3)) * np.uint64(900)).astype(np.int64)
        inside = (seconds >= self.lowest) & (seconds <= self.highest)
        span = self.highest - self.lowest + 1
        other = self.lowest + (bits >> np.uint64(20)).astype(np.int64) % span
        return self._texts(np.where(inside, seconds, other))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Times a second apart."""
        return self._texts(self.lowest + numbers)

    def _texts(self, seconds: NDArray[np.int64]) -> pl.Series:
        texts = pl.Series(seconds * 1_000_000_000).cast(pl.Time).dt.to_string("%H:%M:%S")
        return texts + "+00" if self.with_zone else texts
