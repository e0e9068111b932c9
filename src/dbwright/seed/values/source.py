"""Where the values of one column come from, and how a source becomes the `Values` of that column."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.seed.draw import Draw, Rows

_PLACES = 1 << 16
ENDLESS = None
"""The capacity of a source that has as many values as anyone could want."""


class Source(Protocol):
    """Values of one column."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Other columns of the same row that it reads."""
        ...

    @property
    def capacity(self) -> int | None:
        """How many different values `nth` has; None for no end."""
        ...

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random values, one for each row; they may repeat."""
        ...

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The value of that number; different numbers below `capacity` have different values."""
        ...


class OneColumn:
    """A source as the values of a column, with its share of NULL.

    nulls: the share of NULL among drawn values, from 0 to 1; numbered values are never NULL.
    usual: how many of the first numbered values look like drawn ones ("Anna", not "Anna 12"); None where that is no question.
    """

    def __init__(self, column: str, source: Source, *, nulls: float = 0.0) -> None:
        self.columns: tuple[str, ...] = (column,)
        self.source = source
        self.needs = source.needs
        self.capacity = source.capacity
        self.usual: int | None = getattr(source, "usual", None)
        self.nulls = nulls

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.DataFrame:
        """Random values, some of them NULL."""
        values = self.source.draw(rows, draw, given).alias(self.columns[0])
        if self.nulls <= 0:
            return values.to_frame()
        present = pl.Series("present", draw.of("null").fractions(rows) >= self.nulls)
        return pl.select(pl.when(present).then(values).alias(self.columns[0]))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.DataFrame:
        """The values of those numbers."""
        return self.source.nth(numbers, draw, given).alias(self.columns[0]).to_frame()


_ROOM_FOR_STEM = 2
_SHORTEST_NUMBERED = 8
_LISTED = 3
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MORE_DIGITS = _DIGITS + "abcdefghijklmnopqrstuvwxyz"


def longest(texts: pl.Series) -> int:
    """The bytes of the longest text; 0 where there is none."""
    found = texts.str.len_bytes().max()
    return found if isinstance(found, int) else 0


def pick(rows: Rows, draw: Draw, count: int) -> Rows:
    """One of `count` places for each row, all equally likely."""
    high = draw.bits(rows) >> np.uint64(32)
    return ((high * np.uint64(count)) >> np.uint64(32)).astype(np.int64)


def numbered(stems: pl.Series, numbers: Rows, room: int | None, separator: str = " ") -> pl.Series:
    """Texts with their number behind them, the text cut so that the number fits: different for different numbers."""
    suffix = pl.Series("suffix", numbers).cast(pl.String)
    if room is None:
        return pl.select(pl.concat_str(stems, pl.lit(separator), suffix)).to_series()
    if len(stems) == 1:
        stems = stems.new_from_index(0, len(numbers))
    if longest(stems) + len(separator) + 19 > room:
        left = (room - len(separator)) - suffix.str.len_chars().cast(pl.Int64)
        stems = pl.select(pl.lit(stems).str.slice(0, pl.lit(left.clip(0)))).to_series()
    return pl.select(pl.concat_str(stems, pl.lit(separator), suffix)).to_series()


def numbered_capacity(room: int | None) -> int | None:
    """How many texts `numbered` can tell apart in a column of so many characters."""
    return ENDLESS if room is None or room >= 14 else 10 ** max(room - _ROOM_FOR_STEM, 0)


def codes(numbers: Rows, room: int, *, both_cases: bool = False) -> pl.Series:
    """Numbers as short codes of digits and letters, all of one length."""
    digits = _MORE_DIGITS if both_cases else _DIGITS
    letters = pl.Series("letters", list(digits))
    left, parts = numbers, []
    for _ in range(min(room, _SHORTEST_NUMBERED)):
        parts.append(letters.gather(left % len(digits)))
        left = left // len(digits)
    return pl.select(pl.concat_str(parts[::-1])).to_series()


def codes_capacity(room: int, *, both_cases: bool = False) -> int:
    """How many such codes there are."""
    count = len(_MORE_DIGITS if both_cases else _DIGITS)
    found: int = count ** min(room, _SHORTEST_NUMBERED)
    return found


class Unique:
    """Numbers for the texts of another source, so that every text is different: "Anna 12", or a code where room is short.

    room: the column's length in characters, None for no limit. both_cases: whether "a" and "A" differ for the database.
    """

    def __init__(self, room: int | None, *, both_cases: bool = False, separator: str = " ") -> None:
        self.room, self.both_cases, self.separator = room, both_cases, separator
        self.short = room is not None and room < _SHORTEST_NUMBERED
        self.capacity = (
            codes_capacity(room, both_cases=both_cases) if self.short and room is not None else numbered_capacity(room)
        )

    def texts(self, stems: pl.Series, numbers: Rows) -> pl.Series:
        """The stems with their numbers."""
        if self.short and self.room is not None:
            return codes(numbers, self.room, both_cases=self.both_cases)
        return numbered(stems, numbers, self.room, self.separator)


class ShortTexts:
    """All texts of a few characters: those of a pool first, then codes of digits and letters that are not among them.

    known: different texts without case, at most `room` characters long, none of which begins with a digit.
    """

    def __init__(self, known: pl.Series, room: int, *, both_cases: bool) -> None:
        self.room, self.known = room, known
        self.listed: pl.Series | None = None
        if room <= _LISTED:
            count = codes_capacity(room, both_cases=both_cases)
            every = codes(np.arange(count, dtype=np.int64), room, both_cases=both_cases)
            taken = known if both_cases else known.str.to_uppercase()
            self.listed = pl.concat([known, every.filter(~every.is_in(taken.implode()))]).rechunk()
            self.capacity = len(self.listed)
        else:
            self.capacity = len(known) + 10 * len(_DIGITS) ** (room - 1)

    def nth(self, numbers: Rows) -> pl.Series:
        """The text of that number."""
        if self.listed is not None:
            return self.listed.gather(numbers)
        count = len(self.known)
        places = np.minimum(numbers, count - 1)
        beyond = np.maximum(numbers - count, 0)
        behind = codes(beyond // 10, self.room - 1)
        code = pl.select(pl.concat_str(pl.Series(beyond % 10).cast(pl.String), behind)).to_series()
        return pl.select(
            pl.when(pl.Series(numbers < count)).then(self.known.gather(places)).otherwise(code)
        ).to_series()


@lru_cache(maxsize=1_000)
def weighted(weights: tuple[float, ...]) -> NDArray[np.uint16]:
    """65,536 places that hold each choice (of at most as many) as often as its weight says: a draw is then one look-up."""
    shares = np.asarray(weights, dtype=np.float64)
    bounds = np.cumsum(shares) / shares.sum() * _PLACES
    return np.minimum(np.searchsorted(bounds, np.arange(_PLACES) + 0.5), len(shares) - 1).astype(np.uint16)


class Pool:
    """One of a few values.

    values: distinct. weights: how often each is drawn, all alike where there are none.
    extend: numbers texts once the pool is used up; None keeps the capacity at the pool's size.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, values: pl.Series, weights: list[float] | None = None, extend: Unique | None = None) -> None:
        self.values = values
        self.table = weighted(tuple(weights)) if weights else None
        self.extend = extend
        self.capacity: int | None = len(values)
        self.short: ShortTexts | None = None
        self.usual: int | None = None
        if extend is not None:
            self.usual, self.capacity = len(values), extend.capacity
            self._cut = extend.room is not None and longest(values) + 12 > extend.room
            if extend.short and extend.room is not None:
                self.short = ShortTexts(values, extend.room, both_cases=extend.both_cases)
                self.capacity = self.short.capacity

    def places(self, rows: Rows, draw: Draw) -> Rows:
        """Which of the values each row draws."""
        if self.table is None:
            return pick(rows, draw, len(self.values))
        places: Rows = self.table[draw.bits(rows) >> np.uint64(48)].astype(np.int64)
        return places

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random values of the pool."""
        return self.values.gather(self.places(rows, draw))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The values in their order, then with numbers behind them."""
        if self.short is not None:
            return self.short.nth(numbers)
        if self.extend is None:
            return self.values.gather(numbers)
        count = len(self.values)
        stems = self.values.gather(numbers % count)
        first = numbers < count
        if first.all():
            return stems
        again = self.extend.texts(stems, numbers if self._cut else numbers // count + 1)
        return pl.select(pl.when(pl.Series(first)).then(stems).otherwise(again)).to_series()


class Constant:
    """The same value in every row; None is NULL."""

    needs: tuple[str, ...] = ()
    capacity: int | None = 1

    def __init__(self, value: object, dtype: pl.DataType | None = None) -> None:
        self.value, self.dtype = value, dtype

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The value, as often as there are rows."""
        return pl.Series([self.value], dtype=self.dtype).new_from_index(0, len(rows))

    nth = draw
