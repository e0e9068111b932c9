"""Rows grouped by several columns: what searches that count more than equality ask of an EncodedTable."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.encoded import EncodedTable

_DENSE = 1 << 16
"""Up to so many possible codes, or four a row, counting into an array beats sorting."""
_LARGE = 50_000


@dataclass(frozen=True, eq=False)
class Grouping:
    """labels: per row the number of its group, from 0 without gaps. count: how many groups there are."""

    labels: NDArray[np.int64]
    count: int


@dataclass(frozen=True, eq=False)
class Pairs:
    """The different pairs of a group and a value in it, in ascending order of the group, each with its rows."""

    groups: NDArray[np.int64]
    values: NDArray[np.int64]
    rows: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where the pairs of each group begin."""
        return np.flatnonzero(np.diff(self.groups, prepend=-1))

    @property
    def most(self) -> NDArray[np.int64]:
        """Per group, the rows of its most frequent value."""
        return np.maximum.reduceat(self.rows, self.starts) if len(self.rows) else self.rows


def table_of(table: EncodedTable, rows: NDArray[np.int64]) -> EncodedTable:
    """Some rows of a table, under the same codes."""
    return EncodedTable(table.columns, np.ascontiguousarray(table.codes[:, rows]), table.distinct, table.null)


def first_rows(grouping: Grouping) -> NDArray[np.int64]:
    """The first row of each group, by the groups' numbers; beyond the last row for a group without any."""
    rows = len(grouping.labels)
    first = np.full(grouping.count, rows, dtype=np.int64)
    np.minimum.at(first, grouping.labels, np.arange(rows))
    return first


def one_group(rows: int) -> Grouping:
    """All rows together."""
    return Grouping(np.zeros(rows, dtype=np.int64), min(rows, 1))


def group_by(table: EncodedTable, columns: Sequence[int]) -> Grouping:
    """The rows grouped by the values of some columns."""
    if not columns:
        return one_group(table.rows)
    first, *others = columns
    grouping = Grouping(table.codes[first].astype(np.int64), table.distinct[first])
    for column in others:
        grouping = refine(grouping, table, column)
    return grouping


def refine(grouping: Grouping, table: EncodedTable, column: int) -> Grouping:
    """The groups split by the values of one more column."""
    width = table.distinct[column]
    keys = grouping.labels * width + table.codes[column]
    possible = grouping.count * width
    if possible > max(_DENSE, 4 * table.rows):
        unique, labels = np.unique(keys, return_inverse=True)
        return Grouping(labels.astype(np.int64, copy=False), len(unique))
    seen = np.zeros(possible, dtype=bool)
    seen[keys] = True
    numbers = np.cumsum(seen) - 1
    return Grouping(numbers[keys], int(numbers[-1]) + 1 if possible else 0)


def pairs(grouping: Grouping, codes: NDArray[np.int32], distinct: int) -> Pairs:
    """The values that a column has in each group."""
    keys = grouping.labels * distinct + codes
    possible = grouping.count * distinct
    if possible > max(_DENSE, 4 * len(keys)):
        keys.sort()
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        found, rows = keys[starts], np.diff(starts, append=len(keys))
    else:
        counted = np.bincount(keys, minlength=possible)
        found = np.flatnonzero(counted)
        rows = counted[found]
    return Pairs(found // max(distinct, 1), found % max(distinct, 1), rows)


def some_groups(grouping: Grouping) -> tuple[NDArray[np.int64], Grouping] | None:
    """One in sixteen groups of a large table, with all their rows: what is against a dependency among them is against it.

    The numbers of the rows, and their groups under the same numbers as before; None for a table that is small anyway.
    """
    if len(grouping.labels) < _LARGE:
        return None
    rows = np.flatnonzero((grouping.labels * 0x9E3779B1) >> 12 & 15 == 0)
    return rows, Grouping(grouping.labels[rows], grouping.count)


def rows_against(grouping: Grouping, codes: NDArray[np.int32], distinct: int) -> NDArray[np.int64]:
    """The fewest rows without which every group has one value: all but those with the group's most frequent value."""
    found = pairs(grouping, codes, distinct)
    order = np.lexsort((found.values, -found.rows, found.groups))
    first = order[np.flatnonzero(np.diff(found.groups[order], prepend=-1))]
    kept = np.zeros(grouping.count, dtype=np.int64)
    kept[found.groups[first]] = found.values[first]
    return np.flatnonzero(kept[grouping.labels] != codes)
