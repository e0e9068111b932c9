"""Multivalued dependencies: for one value of the left side, the rest falls into parts that stand in every combination.

For a left side X the parts are a partition of the other columns, the dependency basis (Beeri 1980; Fagin 1977 for the dependency
itself). Two columns lie in different parts only if they are independent within every group of X, which pairs of columns refute
quickly; what is left is verified by counting the different rows of every group.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Functional, Multivalued
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import Grouping, first_rows, group_by, one_group, refine, table_of
from dbwright.mining.held import Held

MOST_COLUMNS = 60
"""Wider tables are not searched: what is combined freely in them stands beside dozens of columns that are not."""
_TRIED_ROWS = 2000
_MOST_PARTS = 12
_LEAST_ROWS = 8
"""Rows in groups that have two values at least in two parts: with fewer, nothing was put to the test."""
_LEAST_SHARE = 0.05
_SMALLEST_PRODUCT = 4
"""Rows of a group with two values in two parts."""
_DIFFERENT = 0.5
"""A table whose rows are mostly repeated has all combinations because there are few, not because they mean anything."""


def multivalued(
    table: EncodedTable,
    functional: Iterable[Functional],
    *,
    max_left: int = 2,
    allowance: Allowance | None = None,
) -> Search[Held]:
    """X ↠ Y that hold exactly, are not trivial, and follow neither from the functional dependencies given nor from each other.

    functional: what holds on the same rows, at best all minimal ones. Of the parts of X, the largest is not told: it follows from
    the others. Rows are counted once, however often they are repeated.
    """
    if len(table.columns) > MOST_COLUMNS:
        return Search((), False, f"tables of more than {MOST_COLUMNS} columns are not searched for them")
    allowance = allowance or Allowance()
    found: list[Held] = []
    stopped = ""
    try:
        distinct = distinct_rows(table)
        if distinct.rows >= max(_LEAST_ROWS, _DIFFERENT * table.rows):
            _search(distinct, Closures(table, functional), max_left, allowance, found)
    except OutOfAllowance as over:
        stopped = str(over)
    return Search(tuple(found), not stopped, stopped)


class Closures:
    """The columns that others tell, by functional dependencies over column numbers."""

    def __init__(self, table: EncodedTable, functional: Iterable[Functional]) -> None:
        places = {name: 1 << place for place, name in enumerate(table.columns)}
        right_of: dict[int, int] = {}
        for each in functional:
            left = sum(places[name] for name in each.left)
            right_of[left] = right_of.get(left, 0) | sum(places[name] for name in each.right)
        self._rules = sorted(right_of.items(), key=lambda rule: rule[0].bit_count())
        self._width = len(table.columns)
        self._known: dict[int, frozenset[int]] = {}

    def of(self, columns: Iterable[int]) -> frozenset[int]:
        """All columns that these tell, themselves included."""
        given = sum(1 << each for each in set(columns))
        if given not in self._known:
            told = self._closed(given)
            self._known[given] = frozenset(each for each in range(self._width) if told >> each & 1)
        return self._known[given]

    def _closed(self, told: int) -> int:
        everything = (1 << self._width) - 1
        before = -1
        while told not in (before, everything):
            before = told
            for left, right in self._rules:
                if not left & ~told:
                    told |= right
        return told


def distinct_rows(table: EncodedTable) -> EncodedTable:
    """The table with each different row once."""
    grouping = one_group(table.rows)
    for column in sorted(range(len(table.columns)), key=lambda each: -table.distinct[each]):
        grouping = refine(grouping, table, column)
        if grouping.count == table.rows:
            return table
    return table_of(table, np.sort(first_rows(grouping)))


@dataclass(frozen=True)
class _Known:
    left: frozenset[int]
    parts: tuple[frozenset[int], ...]


def _search(table: EncodedTable, closures: Closures, max_left: int, allowance: Allowance, found: list[Held]) -> None:
    if any(distinct == table.rows for distinct in table.distinct):
        return  # beside a key of one column, nothing else can be combined freely
    everything = frozenset(range(len(table.columns)))
    known: list[_Known] = []
    some = _SomeRows(table)
    for left in (columns for size in range(max_left + 1) for columns in combinations(range(len(table.columns)), size)):
        allowance.check()
        told = closures.of(left)
        if any(closures.of(set(left) - {each}) >= told for each in left):
            continue
        rest = sorted(everything - told)
        if len(rest) < 2 or any(closures.of({*left, each}) == everything for each in rest):
            continue
        if _follows(known, told, rest):
            continue
        able = some.parts(left, rest, allowance)
        if len(able) < 2:
            continue
        grouping = group_by(table, left)
        sizes = np.bincount(grouping.labels, minlength=grouping.count)
        if sizes[sizes >= _SMALLEST_PRODUCT].sum() < max(_LEAST_ROWS, _LEAST_SHARE * table.rows):
            continue
        parts = _parts(table, grouping, able, allowance)
        if len(parts) > 1:  # parts with one value in each group are functional dependencies
            parts = [part for part in parts if (_values(table, grouping, part) > 1).any()]
        if len(parts) < 2:
            continue
        tested = _tested(table, grouping, parts)
        if tested < max(_LEAST_ROWS, _LEAST_SHARE * table.rows):
            continue
        known.append(_Known(frozenset(left), tuple(parts)))
        *others, _ = sorted(parts, key=lambda part: (len(part), -min(part)))
        for part in others:
            dependency = Multivalued(
                frozenset(table.columns[c] for c in left), frozenset(table.columns[c] for c in part)
            )
            found.append(Held(dependency, table.rows, telling=tested))


def _follows(known: Sequence[_Known], told: frozenset[int], rest: Sequence[int]) -> bool:
    """Whether a smaller left side, or one that these columns tell, has split the rest already."""
    return any(each.left <= told and sum(1 for part in each.parts if not part.isdisjoint(rest)) > 1 for each in known)


def _parts(
    table: EncodedTable, grouping: Grouping, able: Sequence[frozenset[int]], allowance: Allowance
) -> list[frozenset[int]]:
    """The finest partition of some columns whose parts stand in every combination within each group; one part where there is none.

    able: a partition that is known to be no finer than possible.
    """
    parts = _connected(table, grouping, able, allowance)
    if len(parts) < 2 or _is_product(table, grouping, parts):
        return parts
    if len(parts) > _MOST_PARTS:
        return [frozenset().union(*parts)]
    return _merged(table, grouping, parts, allowance)


class _SomeRows:
    """All rows of some values of a column, the most frequent ones and some at random: what fails among them fails."""

    def __init__(self, table: EncodedTable) -> None:
        self._table = table
        self._of: dict[int, EncodedTable] = {}

    def parts(self, left: Sequence[int], rest: Sequence[int], allowance: Allowance) -> list[frozenset[int]]:
        """What these rows leave possible: columns that depend on each other here are in one part, whatever the other rows have."""
        alone = [frozenset({each}) for each in rest]
        if not left or self._table.rows <= 2 * _TRIED_ROWS:
            return alone
        some = self._with_values_of(max(left, key=lambda each: self._table.distinct[each]))
        return _connected(some, group_by(some, left), alone, allowance)

    def _with_values_of(self, column: int) -> EncodedTable:
        if column not in self._of:
            codes = self._table.codes[column]
            sizes = np.bincount(codes, minlength=self._table.distinct[column])
            largest = np.argsort(-sizes, kind="stable")
            drawn = np.random.default_rng(0).permutation(len(sizes))
            rows = np.flatnonzero(np.isin(codes, np.concatenate([_first(each, sizes) for each in (largest, drawn)])))
            self._of[column] = table_of(self._table, rows)
        return self._of[column]


def _first(values: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """So many of the values, from the first, that they have about two thousand rows."""
    return values[: max(1, int(np.searchsorted(np.cumsum(sizes[values]), _TRIED_ROWS, side="right")))]


def _connected(
    table: EncodedTable, grouping: Grouping, able: Sequence[frozenset[int]], allowance: Allowance
) -> list[frozenset[int]]:
    """Parts put together where a column of one depends on a column of the other within some group."""
    sizes = np.bincount(grouping.labels, minlength=grouping.count)
    alone: dict[int, NDArray[np.int64]] = {}
    parts = list(able)
    for one, other in combinations(sorted(column for part in parts for column in part), 2):
        mine, yours = (next(part for part in parts if each in part) for each in (one, other))
        if mine is yours:
            continue
        allowance.check(grouping.labels.nbytes * 4)
        for each in (one, other):
            if each not in alone:
                alone[each] = _values(table, grouping, (each,))
        together = alone[one] * alone[other]
        if (together > sizes).any() or (_values(table, grouping, (one, other)) != together).any():
            parts = [part for part in parts if part is not mine and part is not yours] + [mine | yours]
            if len(parts) == 1:
                break
    return parts


def _values(table: EncodedTable, grouping: Grouping, columns: Iterable[int]) -> NDArray[np.int64]:
    """Per group, how many different rows it has in some columns."""
    finer = grouping
    for column in columns:
        finer = refine(finer, table, column)
    of_group = np.zeros(finer.count, dtype=np.int64)
    of_group[finer.labels] = grouping.labels
    return np.bincount(of_group, minlength=grouping.count)


def _is_product(table: EncodedTable, grouping: Grouping, parts: Sequence[Iterable[int]]) -> bool:
    """Whether each group has all combinations of its parts."""
    combined = np.ones(grouping.count, dtype=np.float64)
    for part in parts:
        combined *= _values(table, grouping, part)
    return bool((combined == _values(table, grouping, [c for part in parts for c in part])).all())


def _merged(
    table: EncodedTable, grouping: Grouping, parts: Sequence[frozenset[int]], allowance: Allowance
) -> list[frozenset[int]]:
    """Parts that depend on each other only together, put together: what all splits in two that hold leave whole."""
    first, *others = parts
    splits = []
    for chosen in range(1, 1 << len(others)):
        allowance.check()
        one = frozenset().union(*(each for bit, each in enumerate(others) if chosen >> bit & 1))
        other = first.union(*(each for bit, each in enumerate(others) if not chosen >> bit & 1))
        if _is_product(table, grouping, (one, other)):
            splits.append(one)
    together: dict[tuple[bool, ...], frozenset[int]] = {}
    for part in parts:
        sides = tuple(part <= split for split in splits)
        together[sides] = together.get(sides, frozenset()) | part
    return list(together.values())


def _tested(table: EncodedTable, grouping: Grouping, parts: Sequence[frozenset[int]]) -> int:
    """Rows in groups where two parts at least have several values: the others are combined whatever they are."""
    several = np.zeros(grouping.count, dtype=np.int64)
    for part in parts:
        several += _values(table, grouping, part) > 1
    sizes = np.bincount(grouping.labels, minlength=grouping.count)
    return int(sizes[several > 1].sum())
