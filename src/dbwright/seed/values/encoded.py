"""Types that are handed over as texts or bytes: sets, bit strings, bytes, and all that is made from a whole number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.pieces import Pieces, hexadecimal, run, words_of
from dbwright.seed.values.source import pick

TextOf = Callable[[Rows], pl.Series]
"""From whole numbers to one text each."""


class Sets:
    """Members of a MySQL SET as one text: some of its labels, in their order."""

    needs: tuple[str, ...] = ()

    def __init__(self, members: tuple[str, ...]) -> None:
        shown = members[:12]
        texts = [
            ",".join(label for place, label in enumerate(shown) if number >> place & 1)
            for number in range(1, 1 << len(shown))
        ]
        self.texts = pl.Series(texts, dtype=pl.String)
        self.capacity: int | None = len(texts)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random members."""
        return self.texts.gather(pick(rows, draw, len(self.texts)))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The set of that number."""
        return self.texts.gather(numbers)


class Bytes:
    """Random bytes: all of one length. Those of at least eight hold a permutation of the row's number."""

    needs: tuple[str, ...] = ()

    def __init__(self, length: int) -> None:
        self.length = max(length, 1)
        self.capacity: int | None = None if self.length >= 8 else 256**self.length

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Bytes for each row."""
        texts = [hexadecimal(4).gather(word) for word in words_of(rows, draw, -(-self.length // 2))]
        joined = pl.select(pl.concat_str(texts)).to_series().str.head(self.length * 2)
        return joined.str.decode("hex")

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The bytes of that number."""
        if self.length >= 8:
            return self.draw(numbers, draw, given)
        text = Pieces(*run("hexadecimal", self.length * 2)).nth(numbers, draw, given)
        return text.str.decode("hex")


class Bits:
    """Bit strings as texts of 0 and 1, or as numbers for MySQL."""

    needs: tuple[str, ...] = ()

    def __init__(self, length: int, *, as_number: bool = False) -> None:
        self.length, self.as_number = min(length, 62), as_number
        self.padding = "0" * max(length - self.length, 0)
        self.capacity: int | None = 1 << self.length

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random bits."""
        return self._shown((draw.bits(rows) & np.uint64((1 << self.length) - 1)).astype(np.int64))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The number in bits."""
        return self._shown(numbers)

    def _shown(self, numbers: Rows) -> pl.Series:
        if self.as_number:
            return pl.Series(numbers)
        parts = [pl.lit(self.padding)]
        for shift in range((self.length - 1) // 8 * 8, -1, -8):
            width = min(8, self.length - shift)
            table = pl.Series([f"{number:0{width}b}" for number in range(1 << width)])
            parts.append(pl.lit(table.gather((numbers >> shift) & ((1 << width) - 1))))
        return pl.select(pl.concat_str(parts)).to_series()


class Numbered:
    """A text made from one or more whole numbers: intervals, ranges, points, arrays … by a function from numbers to texts.

    usual: how many texts are drawn from. capacity: how many different ones there are.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, text_of: TextOf, usual: int, capacity: int | None) -> None:
        self.text_of, self.usual, self.capacity = text_of, usual, capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The texts of random numbers."""
        return self.text_of(pick(rows, draw, self.usual))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The text of that number."""
        return self.text_of(numbers)
