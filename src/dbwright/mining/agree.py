"""Agree sets: the columns on which two rows are equal, as arrays of bits (bit c for column c)."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dbwright.mining.allowance import Allowance, OutOfAllowance
from dbwright.mining.partition import Rows

Columns: TypeAlias = list[NDArray[np.unsignedinteger] | NDArray[np.int32]]  # each column's codes
Words = NDArray[np.uint64]  # shape (sets, words of 64 columns)
Flags = NDArray[np.bool_]  # shape (sets, columns)

_FLAGGED = 22  # up to this many columns distinct sets are marked in a table of 2^columns flags, beyond they are sorted
_COMPARED = 1 << 26  # comparisons at most for the sample of neighbours
_SAMPLED = 1 << 17  # pairs of neighbours at most for one order of the rows
_SHARE = 0.2  # of the time, for the sample
_ONES = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(axis=1, dtype=np.uint8)  # bits set in a byte
_BLOCK = 1 << 16  # pairs compared at once: small enough for the cache


def narrow(codes: NDArray[np.int32], distinct: tuple[int, ...]) -> Columns:
    """Each column's codes in the smallest type that holds them: faster to compare and to sort."""
    kinds = (np.uint8, np.uint16, np.int32)
    return [
        column.astype(next(kind for kind in kinds if count <= np.iinfo(kind).max + 1), copy=False)
        for column, count in zip(codes, distinct, strict=True)
    ]


def words_for(columns: int) -> int:
    """How many words of 64 bits hold the columns."""
    return max(1, -(-columns // 64))


def of_all_pairs(columns: Columns, rows: int) -> Words:
    """The distinct agree sets of all pairs of rows: each row beside those that follow it, the last followed by the first."""
    collected = Distinct(len(columns))
    following = [sliding_window_view(np.concatenate((column, column)), rows) for column in columns]
    step = max(1, _BLOCK // max(1, rows))
    for start in range(1, rows // 2 + 1, step):
        stop = min(start + step, rows // 2 + 1)
        collected.add([view[start:stop] == column for view, column in zip(following, columns, strict=True)])
    return collected.words()


def largest_of_pairs(columns: Columns, first: Rows, second: Rows, group: Rows) -> Words:
    """The distinct ones of the largest agree sets: of each group of pairs of rows, the largest."""
    size = np.zeros(len(first), dtype=np.int32)
    for column in columns:
        size += column[first] == column[second]
    order = np.lexsort((-size, group))
    group = group[order]
    chosen = order[np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))]
    collected = Distinct(len(columns))
    collected.add([column[first[chosen]] == column[second[chosen]] for column in columns])
    return collected.words()


class Distinct:
    """Collects agree sets, each once."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._seen = np.zeros(1 << columns, dtype=np.bool_) if columns <= _FLAGGED else None
        self._parts: list[Words] = []

    def add(self, equal: list[NDArray[np.bool_]]) -> None:
        """equal: per column, for each pair whether it agrees there; all of one shape."""
        if self._seen is not None:
            kind = np.uint8 if self._columns <= 8 else np.uint16 if self._columns <= 16 else np.uint32
            self._seen[_packed(equal, np.dtype(kind)).astype(np.intp)] = True
        else:
            words = [_packed(equal[at : at + 64], np.dtype(np.uint64)).ravel() for at in range(0, self._columns, 64)]
            self._parts.append(distinct_words(np.stack(words, axis=1)))
            if len(self._parts) > 16:
                self._parts = [distinct_words(np.concatenate(self._parts))]

    def words(self) -> Words:
        """The sets collected, in ascending order of their bits."""
        if self._seen is not None:
            return np.flatnonzero(self._seen).astype(np.uint64)[:, None]
        return distinct_words(np.concatenate([np.zeros((0, words_for(self._columns)), dtype=np.uint64), *self._parts]))


def _packed(equal: list[NDArray[np.bool_]], kind: "np.dtype[np.unsignedinteger]") -> NDArray[np.unsignedinteger]:
    bits = equal[0].astype(kind)
    for column, flags in enumerate(equal[1:], start=1):
        bits |= np.multiply(flags, kind.type(1 << column), dtype=kind)
    return bits


def distinct_words(words: Words) -> Words:
    """Each row of the array once."""
    if words.shape[1] == 1:
        return np.unique(words[:, 0])[:, None]
    order = np.lexsort(words.T)
    words = words[order]
    new = np.ones(len(words), dtype=np.bool_)
    new[1:] = (words[1:] != words[:-1]).any(axis=1)
    return words[new]


def largest(words: Words, most: int) -> Words:
    """The sets with the most columns, if there are more than so many."""
    if len(words) <= most:
        return words
    sizes = _ONES[np.ascontiguousarray(words).view(np.uint8)].sum(axis=1, dtype=np.int32)
    return words[np.argsort(-sizes, kind="stable")[:most]]


def differing(words: Words, columns: int) -> Flags:
    """The difference sets: for each agree set, the columns on which the rows are not equal."""
    octets = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    differ: Flags = np.unpackbits(octets, axis=1, count=columns, bitorder="little") == 0
    return differ


def of_neighbours(columns: Columns, distinct: tuple[int, ...], allowance: Allowance) -> Words:
    """The distinct agree sets of rows that are neighbours when the table is sorted by its columns, each of them once the first."""
    order = sorted(range(len(columns)), key=lambda column: distinct[column])
    collected = Distinct(len(columns))
    share = allowance.part(_SHARE)
    try:
        for first, second in _neighbours(columns, order, min(_SAMPLED, _COMPARED // len(columns) ** 2)):
            share.check()
            collected.add([column[first] == column[second] for column in columns])
    except OutOfAllowance:
        allowance.check()  # only a share is spent: the search goes on with what there is
    return collected.words()


def _neighbours(columns: Columns, order: list[int], most: int) -> Iterator[tuple[Rows, Rows]]:
    """Pairs of rows that are likely to agree on much: neighbours in the rows sorted by `order`, rotated column by column.

    One stable sort by a column more makes it the first of the sort order, so that n sorts give n rotations. most: pairs at most for
    each rotation, taken in blocks over the whole order.
    """
    if not columns or len(columns[0]) < 2:
        return
    rows = np.arange(len(columns[0]), dtype=np.intp)
    for column in reversed(order):
        values = columns[column][rows]
        if values.dtype == np.int32:  # two passes of radix sort over 16 bits are faster than a merge sort
            rows = rows[np.argsort(values.astype(np.uint16), kind="stable")]
            values = (columns[column][rows] >> 16).astype(np.uint16)
        rows = rows[np.argsort(values, kind="stable")]
        if len(rows) - 1 <= most:
            yield rows[:-1], rows[1:]
        else:
            block = max(1, min(1024, most))
            starts = np.linspace(0, len(rows) - 1 - block, num=max(1, most // block)).astype(np.intp)
            taken = (starts[:, None] + np.arange(block, dtype=np.intp)).ravel()
            yield rows[taken], rows[taken + 1]
