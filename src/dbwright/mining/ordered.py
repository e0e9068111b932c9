"""Columns that sort each other, and columns that are never greater than another one within a row.

Order dependencies between single columns, after Szlichta, Godfrey and Gryz ("Fundamentals of Order Dependencies", PVLDB 2012).
Only numbers, dates and times are looked at, and only what chance does not explain.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, permutations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Derived, Ordered
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import first_rows, group_by, pairs, table_of
from dbwright.mining.held import Held
from dbwright.mining.measures import Measure, measures, varies

_ROWS = 10
"""With fewer rows than this nothing is said."""
_SORTED_BEYOND_CHANCE = 20.0
_EXPECTED_AGAINST = 10.0
"""Rows that would be against a comparison if the two columns had nothing to do with each other."""
_TRIED_ROWS = 500
_VALUES = 5
"""Different values that both columns of a sort need: between two or three states order means nothing."""


def ordered(
    frame: pl.DataFrame,
    table: EncodedTable,
    *,
    derived: Iterable[Derived] = (),
    max_error: float = 0.01,
    allowance: Allowance | None = None,
) -> Search[Held]:
    """Comparisons (starts_at ≤ ends_at), which a share of the rows of at most `max_error` may be against, then sorts, which hold
    exactly. frame: typed values; table: the same rows as codes. What follows from others by transitivity is left out, and so is what
    formulas of the columns say already.
    """
    allowance = allowance or Allowance()
    columns = [each for each in measures(frame) if varies(each)]
    compared: list[Held] = []
    sorts: list[Held] = []
    stopped = ""
    try:
        related = _related(derived)
        _compare(columns, related, max_error, allowance, compared)
        _sort(columns, related, table, allowance, sorts)
    except OutOfAllowance as over:
        stopped = str(over)
    found = [*_without_consequences(compared), *_without_consequences(_coarsest(sorts, table))]
    return Search(tuple(found), not stopped, stopped)


def _related(derived: Iterable[Derived]) -> set[frozenset[str]]:
    """Pairs of columns of which one goes into the other's formula over one or more steps, or which are made of the same one."""
    inputs: dict[str, set[str]] = {}
    alike: dict[str, set[str]] = {}
    for each in derived:
        if each.kind != "difference":  # that an end is after its beginning, no formula says
            inputs.setdefault(each.column, set()).update(each.inputs)
        if len(each.inputs) == 1:
            (source,) = each.inputs
            alike.setdefault(source, set()).add(each.column)
            alike.setdefault(each.column, set()).add(source)
    steps = [(column, _reached(column, edges)) for edges in (inputs, alike) for column in edges]
    return {frozenset((column, other)) for column, reached in steps for other in reached}


def _reached(column: str, edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [column]
    while waiting:
        for other in edges.get(waiting.pop(), set()) - seen:
            seen.add(other)
            waiting.append(other)
    return seen - {column}


# ---- comparisons


def _compare(
    columns: Sequence[Measure], related: set[frozenset[str]], max_error: float, allowance: Allowance, found: list[Held]
) -> None:
    for small, great in permutations(columns, 2):
        if frozenset((small.name, great.name)) in related:
            continue
        if bool(small.temporal) != bool(great.temporal) or small.names_a_thing or great.names_a_thing:
            continue
        allowance.check()
        both = np.flatnonzero(small.known & great.known)
        if len(both) < _ROWS:
            continue
        some = both[:: max(1, len(both) // _TRIED_ROWS)]
        if (small.values[some] > great.values[some]).mean() > 2 * max_error + 0.02:
            continue
        against = both[small.values[both] > great.values[both]]
        expected = _expected_against(small.values[some], great.values[some]) * len(both)
        if len(against) > max_error * len(both) or expected < max(_EXPECTED_AGAINST, 10.0 * len(against)):
            continue
        if expected < (0.02 if small.temporal else 0.15) * len(both):
            continue
        if (small.values[both] == great.values[both]).mean() < 0.99:
            found.append(Held(Ordered(small.name, great.name, compared=True), len(both), against, expected))


def _expected_against(small: NDArray[np.float64], great: NDArray[np.float64]) -> float:
    """The share of rows with small > great if the values of one column were shuffled."""
    smaller = np.searchsorted(np.sort(great), small, side="left")
    return float(smaller.mean()) / len(great)


# ---- sorts


def _sort(
    columns: Sequence[Measure],
    related: set[frozenset[str]],
    table: EncodedTable,
    allowance: Allowance,
    found: list[Held],
) -> None:
    """For columns that sort each other, one direction is told: from the one with more values, else from the earlier one.

    That a key sorts another key only says in which order the rows were made; that it sorts dates or amounts is told.
    """
    for one, other in _moving_together(columns):
        allowance.check()
        if frozenset((one.name, other.name)) in related:
            continue
        left, right = (one, other) if table.distinct[one.place] >= table.distinct[other.place] else (other, one)
        if right.names_a_thing or table.distinct[right.place] < _VALUES:
            continue
        both = np.flatnonzero(left.known & right.known)
        if len(both) < _ROWS:
            continue
        some = both[:: max(1, len(both) // _TRIED_ROWS)]
        for descending in (False, True):
            sign = -1.0 if descending else 1.0
            if not _sorts(left.values[some], sign * right.values[some]) or not _sorts(
                left.values[both], sign * right.values[both]
            ):
                continue
            telling = _surprise(table, left.place, right.place, both)
            if telling >= _SORTED_BEYOND_CHANCE:
                strict = _tells(table, left.place, right.place, both)
                found.append(Held(Ordered(left.name, right.name, descending, strict), len(both), telling=telling))
            break


def _moving_together(columns: Sequence[Measure]) -> Iterator[tuple[Measure, Measure]]:
    """Pairs that, from row to row of a few, never move in opposite directions, or never in the same one."""
    if len(columns) < 2 or not len(columns[0].values):
        return
    drawn = np.random.default_rng(0).permutation(len(columns[0].values))[:_TRIED_ROWS]
    with np.errstate(invalid="ignore"):
        moves = np.sign(np.diff(np.array([each.values[drawn] for each in columns]), axis=1))
    up, down = (moves > 0).astype(np.float32), (moves < 0).astype(np.float32)
    apart, together = up @ down.T + down @ up.T, up @ up.T + down @ down.T
    for one, other in combinations(range(len(columns)), 2):
        if apart[one, other] == 0 or together[one, other] == 0:
            yield columns[one], columns[other]


def _sorts(left: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Whether a smaller left value never has a greater right value. Equal left values may have any."""
    order = np.argsort(left, kind="stable")
    left, right = left[order], right[order]
    starts = np.flatnonzero(np.diff(left, prepend=-np.inf))
    least, most = np.minimum.reduceat(right, starts), np.maximum.reduceat(right, starts)
    return bool((np.maximum.accumulate(most)[:-1] <= least[1:]).all())


def _surprise(table: EncodedTable, left: int, right: int, rows: NDArray[np.int64]) -> float:
    """Minus the logarithm of the share of arrangements of the right values that are sorted, each left value taken once."""
    some = table_of(table, rows)
    first = first_rows(group_by(some, [left]))
    first = first[first < len(rows)]
    counts = np.bincount(some.codes[right][first])
    return math.lgamma(len(first) + 1) - float(sum(math.lgamma(count + 1) for count in counts[counts > 0]))


def _tells(table: EncodedTable, left: int, right: int, rows: NDArray[np.int64]) -> bool:
    """Whether equal left values have equal right values."""
    some = table_of(table, rows)
    found = pairs(group_by(some, [left]), some.codes[right], some.distinct[right])
    return len(found.starts) == len(found.groups)


def _coarsest(found: Sequence[Held], table: EncodedTable) -> list[Held]:
    """Sorts without those whose left side tells another column that sorts the same: lines sort dates because orders do."""
    places = {name: place for place, name in enumerate(table.columns)}
    everything = np.arange(table.rows)
    lefts: dict[str, list[str]] = {}
    for each in found:
        if isinstance(each.dependency, Ordered):
            lefts.setdefault(each.dependency.right, []).append(each.dependency.left)

    def is_finer(one: str, other: str) -> bool:
        finer = table.distinct[places[one]] > table.distinct[places[other]]
        return finer and _tells(table, places[one], places[other], everything)

    return [
        each
        for each in found
        if isinstance(each.dependency, Ordered)
        and not any(is_finer(each.dependency.left, other) for other in lefts[each.dependency.right])
    ]


def _without_consequences(found: Sequence[Held]) -> list[Held]:
    """What is left without a before c where a before b and b before c are there; the most telling first."""
    edges = {
        (each.dependency.left, each.dependency.right): each for each in found if isinstance(each.dependency, Ordered)
    }
    exact = {edge for edge, each in edges.items() if not len(each.against)}
    middles = {name for edge in exact for name in edge}
    kept = [
        each
        for edge, each in edges.items()
        if not any(
            (edge[0], middle) in exact and (middle, edge[1]) in exact for middle in middles if middle not in edge
        )
    ]
    return sorted(kept, key=lambda each: -each.telling)
