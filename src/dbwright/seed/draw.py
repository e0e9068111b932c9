"""Randomness by row number: the same row draws the same numbers whatever the batch, the order or the process.

A draw is a hash of a key and the row's number (SplitMix64's finaliser, Steele, Lea and Flood, "Fast splittable
pseudorandom number generators", OOPSLA 2014), so that any row can be made alone and a parent's key is found again by
its number without keeping it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int64]
"""Numbers of rows, from 0; shape (n,)."""

Fractions: TypeAlias = NDArray[np.float64]
"""Numbers from 0 to below 1; shape (n,)."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Draw:
    """A source of random numbers with a name of its own.

    names: what the numbers are for ("shop", "orders", "placed_at"); other names draw other numbers.
    """

    def __init__(self, seed: int, *names: str | int) -> None:
        self.seed, self.names = seed, names
        text = "\x1f".join(map(str, (seed, *names)))
        self._key = np.uint64(int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "little"))

    def of(self, *names: str | int) -> Draw:
        """A source for a part of what this one is for."""
        return Draw(self.seed, *self.names, *names)

    def bits(self, rows: Rows) -> NDArray[np.uint64]:
        """64 random bits for each row."""
        with np.errstate(over="ignore"):
            mixed = (rows.astype(np.uint64) + np.uint64(1)) * _GOLDEN + self._key
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
            mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
            return mixed ^ (mixed >> np.uint64(31))

    def fractions(self, rows: Rows) -> Fractions:
        """Uniform numbers from 0 to below 1, with 53 bits."""
        return (self.bits(rows) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, rows: Rows, limit: int | Rows) -> Rows:
        """Uniform whole numbers from 0 to below a limit (one for all, or one for each row)."""
        return np.minimum((self.fractions(rows) * limit).astype(np.int64), np.asarray(limit, dtype=np.int64) - 1)

    def normals(self, rows: Rows) -> Fractions:
        """Standard normal numbers (Box and Muller, 1958)."""
        first = np.maximum(self.of("radius").fractions(rows), 2.0**-53)
        return np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * self.of("angle").fractions(rows))
