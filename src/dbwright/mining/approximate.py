"""Functional dependencies that hold but for a few rows.

The error is g3 of Kivinen and Mannila (1995): the least share of rows that must go. It is small by mere chance where the left side
is nearly a key or the right side nearly constant; what chance explains is left out by mu+ (the measure of Piatetsky-Shapiro and
Matheus 1993, corrected for chance; found the most reliable by Parciak, Weytjens, Hens, Neven, Peeters and Vansummeren, "Measuring
Approximate Functional Dependencies: A Comparative Study", ICDE 2024). The search goes by levels, as TANE does (1999).
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Functional
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import Grouping, group_by, pairs, rows_against, some_groups
from dbwright.mining.held import Held
from dbwright.mining.singles import Singles

TELLING = 0.85
"""The least mu+ of what is found: so much better than chance do the left values tell the right ones."""
_REPEATS = 5
_REPEATED = 0.15
"""Rows whose left values were there before, as a number and a share: with fewer of them, too little was put to the test."""
_GAIN = 0.2
"""One more column on the left must leave at most this share of the errors, and of those that would be left by chance."""


def approximate(
    table: EncodedTable,
    *,
    max_left: int = 2,
    max_error: float = 0.01,
    singles: Singles | None = None,
    allowance: Allowance | None = None,
) -> Search[Held]:
    """Dependencies X → A with at most `max_left` columns in X that a share of the rows of at most `max_error` is against.

    Those that hold exactly are not among them. Each is minimal: no smaller left side holds, exactly or so nearly; and none follows
    from another with one exact step of a single column before or after it. Of columns that tell each other, only the first is
    looked at. One column on the left is kept even where it says so by way of another one: which of them is meant, names tell.
    Most telling first.
    """
    found: dict[tuple[frozenset[int], int], Held] = {}
    singles = singles or Singles(table)
    stopped = ""
    try:
        _search(table, max_left, max_error, singles, allowance or Allowance(), found)
    except OutOfAllowance as over:
        stopped = str(over)
    kept = [held for key, held in found.items() if not _follows(key, found, singles)]
    kept.sort(key=lambda each: -each.telling)
    return Search(tuple(kept), not stopped, stopped)


def _search(
    table: EncodedTable,
    max_left: int,
    max_error: float,
    singles: Singles,
    allowance: Allowance,
    found: dict[tuple[frozenset[int], int], Held],
) -> None:
    """Go through the left sides, smaller ones first; `found` is filled on the way."""
    most = int(max_error * table.rows)
    if most < 1:
        return
    settled: dict[int, list[frozenset[int]]] = {column: [] for column in range(len(table.columns))}
    errors: dict[tuple[frozenset[int], int], int] = {}
    telling = singles.leaders(c for c, distinct in enumerate(table.distinct) if 1 < distinct <= table.rows - _REPEATS)
    for left in (columns for size in range(1, max_left + 1) for columns in combinations(telling, size)):
        within = frozenset(left)
        rights = [c for c in telling if c not in within and not any(each <= within for each in settled[c])]
        if not rights or any(singles.tells(one, other) for one in left for other in left if one != other):
            continue
        allowance.check()
        grouping = group_by(table, left)
        if table.rows - grouping.count < max(_REPEATS, _REPEATED * table.rows):
            continue
        some = some_groups(grouping)
        for right in rights:
            allowance.check(grouping.labels.nbytes * 3)
            if some is not None and _against(some[1], table.codes[right][some[0]], table.distinct[right]) > most:
                continue
            against = _against(grouping, table.codes[right], table.distinct[right])
            errors[within, right] = against
            if against == 0:
                settled[right].append(within)
            if not 0 < against <= most:
                continue
            fewest = min((errors.get((within - {each}, right), table.rows) for each in left), default=table.rows)
            if len(left) > 1 and against > _GAIN * fewest:
                continue
            score = _score(singles, left, right)
            if score >= TELLING:
                settled[right].append(within)
                found[within, right] = _held(table, left, right, grouping, score)


def _against(grouping: Grouping, codes: NDArray[np.int32], distinct: int) -> int:
    return len(codes) - int(pairs(grouping, codes, distinct).most.sum())


def _score(singles: Singles, left: tuple[int, ...], right: int) -> float:
    """How much better than chance the left side tells the right one, each thing that they speak of counted once."""
    if len(left) > 1 and all(singles.tells(right, each) for each in left):
        return 0.0  # left is nearly a key of what right names: in a table with many columns, many pairs are
    units = singles.units([*left, right])
    if len(left) > 1 and units is singles.table:
        halves = (singles.units([one, right], kept=[each for each in left if each != one]) for one in left)
        units = min(halves, key=lambda each: each.rows)
    grouping = group_by(units, left)
    if units.rows - len(np.unique(grouping.labels)) < max(_REPEATS, _REPEATED * units.rows):
        return 0.0
    if len(left) > 1 and not all(_needs(units, left, each, right, grouping) for each in left):
        return 0.0
    return mu(units, right, grouping)


def _needs(table: EncodedTable, left: tuple[int, ...], column: int, right: int, grouping: Grouping) -> bool:
    """Whether a column of the left side adds more than any column with as many values would.

    The right values are shuffled among rows that agree on the other columns: then more rows must disagree.
    """
    labels = group_by(table, [each for each in left if each != column]).labels
    drawn = np.random.default_rng(0).permutation(table.rows)
    shuffled = np.empty_like(table.codes[right])
    shuffled[np.argsort(labels, kind="stable")] = table.codes[right][drawn[np.argsort(labels[drawn], kind="stable")]]
    by_chance = _against(grouping, shuffled, table.distinct[right])
    against = _against(grouping, table.codes[right], table.distinct[right])
    return against <= _GAIN * by_chance


def mu(table: EncodedTable, right: int, grouping: Grouping) -> float:
    """mu+: 1 where the groups tell the right column exactly, 0 where they tell no more than chance would."""
    rows = table.rows
    seen = pairs(grouping, table.codes[right], table.distinct[right])
    frequency = np.bincount(table.codes[right]).astype(np.float64)
    alone = float((frequency**2).sum()) / rows**2
    sizes = np.bincount(grouping.labels)
    sizes = sizes[sizes > 0]
    squares = np.add.reduceat(seen.rows.astype(np.float64) ** 2, seen.starts)
    together = float((squares / sizes).sum()) / rows
    if alone >= 1.0 or rows <= len(sizes):
        return 0.0
    return max(0.0, 1.0 - (1.0 - together) / (1.0 - alone) * (rows - 1) / (rows - len(sizes)))


def _held(table: EncodedTable, left: tuple[int, ...], right: int, grouping: Grouping, score: float) -> Held:
    dependency = Functional(frozenset(table.columns[each] for each in left), frozenset({table.columns[right]}))
    return Held(dependency, table.rows, rows_against(grouping, table.codes[right], table.distinct[right]), score)


def _follows(key: tuple[frozenset[int], int], found: dict[tuple[frozenset[int], int], Held], singles: Singles) -> bool:
    """Whether it says no more than another one together with what holds exactly."""
    left, right = key
    against = len(found[key].against)
    for (other_left, other_right), other in found.items():
        if (other_left, other_right) == key:
            continue
        same_left = other_left == left and singles.tells(other_right, right)
        same_right = (
            len(left) > 1
            and other_right == right
            and all(any(singles.tells(each, wanted) for each in left) for wanted in other_left)
        )
        if same_left or (same_right and len(other.against) <= 2 * against):
            return True
    return False
