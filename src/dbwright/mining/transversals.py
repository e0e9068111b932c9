"""Minimal hitting sets, many at a time: the left sides that hit all difference sets and lose one by losing a column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.difference_sets import Bits, DifferenceSets

_ALL = ~np.uint64(0)
_HEAD, _TAIL = (
    slice(0, 6),
    slice(6, None),
)  # words: what is needed is mostly found among the first, of the smallest sets


@dataclass(frozen=True)
class Lefts:
    """Left sides of one size. right: shape (n,), positions in the right sides. columns: shape (size, n), in the order added."""

    right: NDArray[np.intp]
    columns: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.right)

    @property
    def size(self) -> int:
        return len(self.columns)

    @property
    def held(self) -> int:
        """Bytes."""
        return self.right.nbytes + self.columns.nbytes

    def part(self, which: NDArray[np.generic] | slice) -> "Lefts":
        return Lefts(self.right[which], self.columns[:, which])


def split(lefts: Lefts, sets: DifferenceSets, since: int = 0) -> tuple[Lefts, Lefts]:
    """Those that hit all sets, from the word `since` on, and those that miss one."""
    place = lefts.right * sets.columns
    missed = sets.every[since:, lefts.right]
    for column in lefts.columns:
        missed &= ~sets.covers[since:, place + column]
    unhit = _any(missed)
    return lefts.part(~unhit), lefts.part(unhit)


def extend(lefts: Lefts, sets: DifferenceSets) -> tuple[Lefts, Lefts]:
    """Each left side with one column more, of the first set that it misses, wherever the result is minimal: those that hit all sets now,
    and those that miss another. All that are given miss one.

    Minimal is meant with regard to the sets up to that one: each column must be the only one to hit one of them. So every result is a
    minimal hitting set of the first sets, comes from one left side alone, and none is lost when more sets are added at the end (Berge
    1989; as a search tree: Kavvadias and Stavropoulos 2005; the test by criticality: Murakami and Uno 2014; for functional dependencies:
    Bleifuß and others 2024).
    """
    missed, once = _hits(lefts, sets)
    every = np.arange(len(lefts))
    word = (missed != 0).argmax(axis=0)
    value = missed[word, every]
    lowest = value & (~value + np.uint64(1))
    bit = np.frexp(lowest.astype(np.float64))[1].astype(np.intp) - 1
    used = int(word.max()) + 1
    before = np.where(np.arange(used)[:, None] < word, _ALL, np.uint64(0))
    before[word, every] = lowest - np.uint64(1)
    once = once[:used] & before
    node, column = np.nonzero(sets.members(word, lefts.right, bit))
    parts = (_HEAD, _TAIL) if used > _HEAD.stop else (_HEAD,)
    for other in lefts.columns:
        kept = np.zeros(len(node), dtype=np.bool_)
        for words in parts:
            open_ = np.flatnonzero(~kept)
            place = lefts.right[node[open_]] * sets.columns
            alone = once[words, node[open_]]
            alone &= sets.covers[:used][words, place + other[node[open_]]]
            alone &= ~sets.covers[:used][words, place + column[open_]]
            kept[open_] = _any(alone)
        node, column = node[kept], column[kept]
    right = lefts.right[node]
    longer = Lefts(right, np.concatenate((lefts.columns[:, node], column[None])))
    unhit = _any(missed[:, node] & ~sets.covers[:, right * sets.columns + column])
    return longer.part(~unhit), longer.part(unhit)


def _hits(lefts: Lefts, sets: DifferenceSets) -> tuple[Bits, Bits]:
    """The sets that no column hits, and those that exactly one hits, as bits."""
    shape = (len(sets.covers), len(lefts))
    hit, twice = np.zeros(shape, dtype=np.uint64), np.zeros(shape, dtype=np.uint64)
    place = lefts.right * sets.columns
    for column in lefts.columns:
        covered = sets.covers[:, place + column]
        twice |= hit & covered
        hit |= covered
    return sets.every[:, lefts.right] & ~hit, hit & ~twice


def _any(bits: Bits) -> NDArray[np.bool_]:
    """Per column of the array, whether any bit is set."""
    some: NDArray[np.bool_] = np.bitwise_or.reduce(bits, axis=0) != 0
    return some
