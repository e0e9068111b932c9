"""Keyed permutations of row numbers: the way to values that differ without remembering which were taken.

Each round is a bijection on numbers of b bits (add a key, xor with a shift, multiply by an odd number, as in the
finalisers of MurmurHash3 and SplitMix64); numbers that fall outside the wanted range are sent on until they are inside
(cycle-walking: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dbwright.seed.draw import Draw, Rows

MOST = 1 << 62
"""The largest range that is permuted; ranges beyond it are cut to it."""

_ODD = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
_Words = NDArray[np.uint64]


def permuted(numbers: Rows, size: int | Rows, draw: Draw, groups: Rows | None = None) -> Rows:
    """Where each number stands after a permutation of 0 … size-1.

    numbers: from 0 to below size; shape (n,). size: one for all, or one for each number. groups: another permutation for
    each value; None for one permutation. Numbers of one group (then with one size) that differ stay different.
    """
    if numbers.size == 0:
        return numbers
    largest = np.asarray(size, dtype=np.int64)
    keys = draw.bits(np.zeros(1, dtype=np.int64) if groups is None else groups)
    bits = _bits(largest)
    found = _rounds(numbers.astype(np.uint64), bits, keys).astype(np.int64)
    outside = np.flatnonzero(found >= largest)
    while outside.size:
        part = _rounds(
            found[outside].astype(np.uint64), _some(bits, outside, numbers), _some(keys, outside, numbers)
        ).astype(np.int64)
        found[outside] = part
        outside = outside[part >= _some(largest, outside, numbers)]
    return found


def _some(values: NDArray, chosen: Rows, numbers: Rows) -> NDArray:  # type: ignore[type-arg]
    return values[chosen] if values.shape == numbers.shape and values.size > 1 else values


def _bits(size: Rows) -> _Words:
    """How many bits the numbers below each size take."""
    bits = np.ceil(np.log2(np.maximum(size, 1).astype(np.float64))).astype(np.int64)
    bits += (np.int64(1) << np.minimum(bits, 62)) < size
    return np.atleast_1d(np.maximum(bits, 1)).astype(np.uint64)


def _rounds(numbers: _Words, bits: _Words, keys: _Words) -> _Words:
    mask = (np.uint64(1) << bits) - np.uint64(1)
    half = (bits + np.uint64(1)) >> np.uint64(1)
    found = numbers
    with np.errstate(over="ignore"):
        for turn, odd in enumerate(_ODD):
            key = keys >> np.uint64(turn * 13) if turn else keys
            found = (found + key) & mask
            found = found ^ (found >> half)
            found = (found * (np.uint64(odd) ^ ((keys << np.uint64(1)) & mask))) & mask
            found = found ^ (found >> half)
        done: _Words = (found + (keys >> np.uint64(40))) & mask
    return done
