"""Minimal left sides, exactly: difference sets of sampled pairs of rows, their minimal hitting sets, and a check on all rows.

After HyFD (Papenbrock and Naumann 2016), HPIValid (Birnick and others 2020) and FDHits (Bleifuß and others 2024), arranged so that every
step is done for many left sides, or many pairs of rows, at once.
"""

import numpy as np
from numpy.typing import NDArray

from dbwright.mining import agree
from dbwright.mining.allowance import Allowance, OutOfAllowance
from dbwright.mining.difference_sets import DifferenceSets, Minimised, minimise
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.pile import Pile
from dbwright.mining.telling import telling
from dbwright.mining.transversals import Lefts, extend, split
from dbwright.mining.validation import Validation

_EVERY_PAIR = 8 << 20  # comparisons up to which all pairs of rows are looked at, and nothing is left to check
_MINIMISED = 1 << 34  # sets squared times columns: so many sets are minimised in about a second
_INDEXED = 1 << 13  # right sides times columns that are searched together
_STEP = (
    1 << 19
)  # words of bits that one step of the search may hold, for its left sides, their columns and the difference sets
_OPEN = 1 << 24  # bytes of unfinished left sides from which on the longest are finished first
_UNPROVED = 1 << 14  # left sides that wait for their check at most
_ANSWER = 400  # bytes of one dependency as an object, about


def minimal_left_sides(
    table: EncodedTable, rights: list[int], most: int, allowance: Allowance, limit: int | None = None
) -> tuple[list[tuple[int, frozenset[str]]], str, int]:
    """Pairs of right side (a column's number, or WHOLE) and minimal left side, the shortest first; what stopped the search; and how
    many are left out.

    most: columns of a left side. limit: so many of the pairs are handed out at most, the most telling. What an unfinished search
    hands out holds on all rows and is minimal all the same.
    """
    columns = agree.narrow(table.codes, table.distinct)
    many = max(1, _INDEXED // max(1, len(columns)))
    groups = [rights[at : at + many] for at in range(0, len(rights), many)]
    found: list[Lefts] = []
    stopped = ""
    try:
        exhaustive = table.rows**2 * len(columns) <= _EVERY_PAIR
        sets = (
            agree.of_all_pairs(columns, table.rows)
            if exhaustive
            else agree.of_neighbours(columns, table.distinct, allowance)
        )
        most_sets = int((_MINIMISED / max(1, len(columns))) ** 0.5)
        exhaustive = exhaustive and len(sets) <= most_sets
        first = minimise(agree.differing(agree.largest(sets, most_sets), len(columns)), rights, allowance)
        for number, group in enumerate(groups):
            share = allowance.part(1 / (len(groups) - number)) if len(groups) > 1 else allowance
            search = Minimal(table, columns, group, most, share)
            search.held, search.limit = sum(_held(lefts, limit) for lefts in found), limit
            try:
                search.run(first, exhaustive=exhaustive)
            except OutOfAllowance as over:
                stopped = str(over)
            starts = number * many
            found += [Lefts(lefts.right + starts, lefts.columns) for lefts in search.found.all()]
    except OutOfAllowance as over:
        stopped = str(over)
    left_out = 0
    if limit is not None:
        found, left_out = telling(found, table, limit)
    return _named(found, rights, table.columns), stopped, left_out


class Minimal:
    """The search for the minimal left sides of some right sides.

    found: those that hold on all rows; they do so, and are minimal, also while the search is unfinished. held: bytes held elsewhere.
    limit: how many of them are handed out at most; None for all.
    """

    def __init__(
        self, table: EncodedTable, columns: agree.Columns, rights: list[int], most: int, allowance: Allowance
    ) -> None:
        """columns: the table's codes, narrow. rights: column numbers, or WHOLE. most: columns of a left side."""
        self.found = Pile()
        self.held = 0
        self.limit: int | None = None
        self._rights = rights
        self._most = most
        self._allowance = allowance
        self._columns = columns
        self._sets = DifferenceSets(len(columns), rights)
        self._validation = Validation(table, rights, allowance)
        self._open = Pile()
        self._unproved = Pile()

    def run(self, sets: Minimised, *, exhaustive: bool) -> None:
        """Search to the end; OutOfAllowance leaves what was found. exhaustive: whether the sets are those of all pairs of rows."""
        width = len(self._columns)
        if exhaustive:
            self._unproved = self.found  # nothing is left to prove
        self._sets.add(sets, self._allowance)
        roots = np.arange(len(self._rights), dtype=np.intp)
        self._sort_in(*split(Lefts(roots, np.zeros((0, len(roots)), dtype=np.intp)), self._sets))
        while self._open.count or (self._unproved.count and not exhaustive):
            held = self.held + self._sets.held + self._open.held + self._unproved.held + self.found.held
            self._allowance.check(held + _ANSWER * _handed_out(self.found.count, self.limit))
            if self._open.count and (exhaustive or self._unproved.count < _UNPROVED):
                many = max(16, _STEP // ((self._sets.words + 1) * (width + 1)))
                self._sort_in(*extend(self._open.take(many, short=self._open.held < _OPEN), self._sets))
            else:
                self._check()

    def _sort_in(self, done: Lefts, unfinished: Lefts) -> None:
        self._unproved.put(done)
        if unfinished.size < self._most:
            self._open.put(unfinished)

    def _check(self) -> None:
        """Check left sides on all rows; those refuted go back to the search, beside the difference sets that refute them."""
        unproved, self._unproved = self._unproved.all(), Pile()
        verdict = self._validation.judge(unproved)
        for lefts in _chosen(unproved, verdict.holds):
            self.found.put(lefts)
        if self._validation.spent:
            raise self._validation.spent
        known = self._sets.words
        if len(verdict.first):
            agreeing = agree.largest_of_pairs(self._columns, verdict.first, verdict.second, verdict.against)
            self._sets.add(
                minimise(agree.differing(agreeing, len(self._columns)), self._rights, self._allowance), self._allowance
            )
        for lefts in _chosen(unproved, ~verdict.holds):
            self._sort_in(*split(lefts, self._sets, known))


def _chosen(lefts: list[Lefts], flags: NDArray[np.bool_]) -> list[Lefts]:
    """Those of the left sides that are flagged."""
    ends = np.cumsum([len(group) for group in lefts])
    return [group.part(own) for group, own in zip(lefts, np.split(flags, ends[:-1]), strict=True)]


def _held(lefts: Lefts, limit: int | None) -> int:
    return lefts.held + _ANSWER * _handed_out(len(lefts), limit)


def _handed_out(count: int, limit: int | None) -> int:
    return count if limit is None else min(count, limit)


def _named(found: list[Lefts], rights: list[int], names: tuple[str, ...]) -> list[tuple[int, frozenset[str]]]:
    by_size: dict[int, list[tuple[list[int], int]]] = {}
    for lefts in found:
        columns = np.sort(lefts.columns, axis=0).T.tolist()
        by_size.setdefault(lefts.size, []).extend(zip(columns, lefts.right.tolist(), strict=True))
    return [
        (rights[right], frozenset([names[column] for column in left]))
        for size in sorted(by_size)
        for left, right in sorted(by_size[size])
    ]
