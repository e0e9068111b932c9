"""Difference sets by right side: what every left side must hit, as bits that many left sides can be tested against at once."""

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.agree import Flags
from dbwright.mining.allowance import Allowance

Bits = NDArray[np.uint64]

WHOLE = -1  # as a right side: the row as a whole, so that the left sides are the unique column combinations

_ALL = ~np.uint64(0)
_BLOCK = 1 << 16  # words of bits in one step: what fits into the cache


class DifferenceSets:
    """For each right side, the difference sets that contain it, without it: X → A holds on the pairs of rows looked at if and only if
    X hits each of them (Mannila and Räihä 1987).

    The sets of a right side are in the order in which they came, each batch by size and from a new word of bits on.
    every[word, right] has a bit set for each set; covers[word, right * columns + c] for each that contains the column c.
    """

    def __init__(self, columns: int, rights: list[int]) -> None:
        """columns: how many, as candidates for the left side. rights: the right sides; WHOLE is in all sets."""
        self.columns = columns
        self.rights = rights
        self.every: Bits = np.zeros((0, len(self.rights)), dtype=np.uint64)
        self.covers: Bits = np.zeros((0, len(self.rights) * self.columns), dtype=np.uint64)
        self._first: NDArray[np.intp] = np.zeros((0, len(self.rights)), dtype=np.intp)
        self._numbers: NDArray[np.int32] = np.zeros(0, dtype=np.int32)  # from _first[word, right] + bit to the set
        self._sets: Flags = np.zeros((0, self.columns), dtype=np.bool_)
        self._own = np.array(rights, dtype=np.intp)

    @property
    def words(self) -> int:
        return len(self.every)

    @property
    def held(self) -> int:
        """Bytes."""
        return int(self.covers.nbytes + self._first.nbytes + self._numbers.nbytes + self._sets.nbytes)

    def members(self, word: NDArray[np.intp], right: NDArray[np.intp], bit: NDArray[np.intp]) -> Flags:
        """For each given set of a right side, its columns as flags, shape (sets, columns)."""
        flags: Flags = self._sets[self._numbers[self._first[word, right] + bit]]
        own = self._own[right]
        some = np.flatnonzero(own != WHOLE)
        flags[some, own[some]] = False
        return flags

    def add(self, batch: "Minimised", allowance: Allowance) -> None:
        """Add difference sets after those that are there."""
        kept = [batch.kept[right] for right in self.rights]
        counts = np.array([len(numbers) for numbers in kept], dtype=np.intp)
        words = -(-int(counts.max(initial=0)) // 64)
        width = len(self.rights) * self.columns
        allowance.check(self.held + 8 * width * (self.words + 2 * words) + batch.sets.nbytes)
        covers = np.zeros((words, len(self.rights), self.columns), dtype=np.uint64)
        for at, right in enumerate(self.rights):
            packed = _packed_columns(batch.of(right))
            covers[: packed.shape[1], at] = packed.T
        full = np.clip(counts - 64 * np.arange(words)[:, None], 0, 64).astype(np.uint64)
        every = np.where(full == 64, _ALL, (np.uint64(1) << (full % np.uint64(64))) - np.uint64(1))
        first = len(self._numbers) + np.cumsum(counts) - counts + 64 * np.arange(words)[:, None]
        numbers = [(numbers + len(self._sets)).astype(np.int32) for numbers in kept]
        self.every = np.concatenate((self.every, every))
        self.covers = np.concatenate((self.covers, covers.reshape(words, width)))
        self._first = np.concatenate((self._first, first))
        self._numbers = np.concatenate((self._numbers, *numbers))
        self._sets = np.concatenate((self._sets, batch.sets))


class Minimised:
    """Difference sets, the smallest first, and for each right side which of them contain it and no other one that does."""

    def __init__(self, sets: Flags, kept: dict[int, NDArray[np.intp]]) -> None:
        self.sets = sets
        self.kept = kept

    def of(self, right: int) -> Flags:
        """The minimal sets of a right side, without it."""
        sets: Flags = self.sets[self.kept[right]]
        if right != WHOLE:
            sets[:, right] = False
        return sets


def minimise(sets: Flags, rights: list[int], allowance: Allowance) -> Minimised:
    """Find the minimal sets of each right side, by testing each set against all smaller ones at once."""
    sets = sets[np.argsort(sets.sum(axis=1), kind="stable")]
    count, columns = sets.shape
    covers = _packed_columns(sets)
    kept: dict[int, list[NDArray[np.intp]]] = {right: [np.zeros(0, dtype=np.intp)] for right in rights}
    step = max(64, min(1 << 9, _BLOCK // max(1, covers.shape[1])))
    for start in range(0, count, step):
        allowance.check(sets.nbytes)
        stop = min(start + step, count)
        used = -(-stop // 64)
        # bit e of row f: set e has a column outside of set f, or comes not before it
        beyond = np.zeros((stop - start, used), dtype=np.uint64)
        for column in range(columns):
            outside = np.where(sets[start:stop, column], np.uint64(0), _ALL)
            beyond |= outside[:, None] & covers[column, :used]
        number = np.arange(start, stop)
        word, bit = np.divmod(number, 64)
        beyond |= np.where(np.arange(used) > word[:, None], _ALL, np.uint64(0))
        beyond[number - start, word] |= _ALL << bit.astype(np.uint64)
        within = ~beyond
        for right in rights:
            if right == WHOLE:
                some, those = number, within
            else:
                some = np.flatnonzero(sets[start:stop, right])
                those = within[some] & covers[right, :used]
                some += start
            kept[right].append(some[np.bitwise_or.reduce(those, axis=1) == 0])
    return Minimised(sets, {right: np.concatenate(parts) for right, parts in kept.items()})


def _packed_columns(sets: Flags) -> Bits:
    """For each column, one bit for each set; shape (columns, words of 64 sets)."""
    count, columns = sets.shape
    padded = np.zeros((columns, -(-count // 64) * 8), dtype=np.uint8)
    octets = np.packbits(np.ascontiguousarray(sets.T), axis=1, bitorder="little")
    padded[:, : octets.shape[1]] = octets
    return padded.view("<u8").astype(np.uint64, copy=False)
