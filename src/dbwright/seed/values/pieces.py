"""Texts of a fixed shape, put together from pieces: identifiers, phone numbers, hashes, keys."""

from __future__ import annotations

from functools import cache
from math import gcd, prod

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows

_WHOLE = 16
Piece = str | pl.Series
"""A literal text, or a choice of texts that are all of one length."""


@cache
def digits(count: int) -> pl.Series:
    """All numbers of so many digits (up to 4), with leading zeros."""
    return pl.Series([f"{number:0{count}d}" for number in range(10**count)])


@cache
def hexadecimal(count: int) -> pl.Series:
    """All numbers of so many hexadecimal digits (up to 4), in lower case."""
    return pl.Series([f"{number:0{count}x}" for number in range(16**count)])


@cache
def letters(count: int, alphabet: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> pl.Series:
    """All texts of so many letters (up to 3) of an alphabet."""
    texts = [""]
    for _ in range(count):
        texts = [text + letter for text in texts for letter in alphabet]
    return pl.Series(texts)


def run(kind: str, count: int, alphabet: str | None = None) -> list[Piece]:
    """Pieces for a run of digits, hexadecimal digits or letters of any length."""
    longest = 3 if kind == "letters" else 4
    sizes = [longest] * (count // longest) + ([count % longest] if count % longest else [])
    if kind == "digits":
        return [digits(size) for size in sizes]
    if kind == "hexadecimal":
        return [hexadecimal(size) for size in sizes]
    return [letters(size, alphabet) if alphabet else letters(size) for size in sizes]


class Pieces:
    """Texts put together from literals and choices: "SKU-", four digits, "-", two letters.

    Numbered texts count through the choices, scattered by a multiplication so that neighbours look nothing alike. Of more
    choices than 64 bits can count, the first are random.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, *pieces: Piece) -> None:
        self.pieces = pieces
        self.sizes = [len(piece) for piece in pieces if isinstance(piece, pl.Series)]
        self.free = 0
        while prod(self.sizes[self.free :]) >= 2**62:
            self.free += 1
        total = prod(self.sizes[self.free :])
        self.capacity: int | None = total
        self.factor = _coprime(total) if total < 2**31 else 1

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random choices."""
        return self._texts(self._random(rows, draw), len(rows))

    def _random(self, rows: Rows, draw: Draw) -> list[Rows]:
        places: list[Rows] = []
        for number in range(0, len(self.sizes), 2):
            bits = draw.of(number).bits(rows)
            for size, half in zip(self.sizes[number : number + 2], (bits >> np.uint64(32), bits), strict=False):
                low = half & np.uint64(0xFFFFFFFF)
                places.append(((low * np.uint64(size)) >> np.uint64(32)).astype(np.int64))
        return places

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The text of that number."""
        left = (numbers * self.factor) % self.capacity if self.factor > 1 and self.capacity else numbers
        places: list[Rows] = []
        for size in reversed(self.sizes[self.free :]):
            places.append(left % size)
            left = left // size
        first = self._random(numbers, draw)[: self.free] if self.free else []
        return self._texts([*first, *places[::-1]], len(numbers))

    def _texts(self, places: list[Rows], count: int) -> pl.Series:
        chosen = iter(places)
        parts = [pl.lit(piece) if isinstance(piece, str) else piece.gather(next(chosen)) for piece in self.pieces]
        if not self.sizes:
            return pl.Series(["".join(map(str, self.pieces))]).new_from_index(0, count)
        return pl.select(pl.concat_str(parts)).to_series()


def _coprime(total: int) -> int:
    """A multiplier near the golden section of a number that shares no factor with it."""
    factor = max(int(total * 0.6180339887), 1)
    while gcd(factor, total) != 1:
        factor += 1
    return factor


class Hexadecimal:
    """Random hexadecimal digits; the first sixteen are a permutation of the row's number, so that long ones never repeat."""

    needs: tuple[str, ...] = ()

    def __init__(self, count: int) -> None:
        self.count = count
        self.short = Pieces(*run("hexadecimal", count)) if count < _WHOLE else None
        self.capacity: int | None = self.short.capacity if self.short else None

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Digits for each row."""
        words = words_of(rows, draw, -(-self.count // 4))
        return (
            pl.select(pl.concat_str([hexadecimal(4).gather(word) for word in words])).to_series().str.head(self.count)
        )

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different digits."""
        return self.short.nth(numbers, draw, given) if self.short else self.draw(numbers, draw, given)


class Uuids:
    """UUIDs of version 4, or of version 7 in the order of rows (RFC 9562, 2024).

    since: for version 7, the microsecond since 1970 of the first row. Both hold a permutation of the row's number.
    """

    needs: tuple[str, ...] = ()
    capacity: int | None = None

    def __init__(self, version: int = 4, since: int = 0, step: int = 1_000) -> None:
        self.version, self.since, self.step = version, since // 1_000, step

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """A UUID for each row."""
        a, b, c, d, e, f = words_of(rows, draw, 6)
        third, fourth = words_of(rows, draw.of("version"), 2)
        if self.version == 7:
            at = self.since + rows * self.step
            a, b, c = at >> 32 & 0xFFFF, at >> 16 & 0xFFFF, at & 0xFFFF
            d, e, f = words_of(rows, draw, 3)
        four = hexadecimal(4)
        version, variant = _versions(self.version), _variants()
        dash = pl.lit("-")
        return pl.select(
            pl.concat_str(
                four.gather(a), four.gather(b), dash, four.gather(c), dash, version.gather(third & 0xFFF), dash,
                variant.gather(fourth & 0x3FFF), dash, four.gather(d), four.gather(e), four.gather(f),
            )
        ).to_series()  # fmt: skip

    nth = draw


@cache
def _versions(version: int) -> pl.Series:
    return pl.Series([f"{version}{number:03x}" for number in range(1 << 12)])


@cache
def _variants() -> pl.Series:
    return pl.Series([f"{number + 0x8000:04x}" for number in range(1 << 14)])


def words_of(rows: Rows, draw: Draw, count: int) -> list[Rows]:
    """So many random numbers of 16 bits for each row; the first four together are a permutation of the row's number."""
    found: list[Rows] = []
    for group in range(-(-count // 4)):
        bits = (draw if group == 0 else draw.of(group)).bits(rows)
        found += [((bits >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64) for shift in (0, 16, 32, 48)]
    return found[:count]
