"""Join dependencies of three components that no multivalued dependency says: the table is the join of three of its projections.

The textbook case is agent, company, product (Date): who sells which, for whom, and what the company makes. Every such dependency
has a weakest form: three disjoint sets of columns, each missing in one component (Fagin, "Normal forms and relational database
operators", 1979). Columns that others tell go along with them and are not searched.
"""

from collections.abc import Iterable, Iterator
from itertools import product

import polars as pl

from dbwright.catalog.dependencies import Functional, Join
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import group_by
from dbwright.mining.held import Held
from dbwright.mining.multivalued import MOST_COLUMNS, Closures, distinct_rows

_MOST_IN_KEY = 6
_LEAST_ROWS = 10
_LARGEST_JOIN = 20
"""A join of two projections that has so many times the rows of the table is not made."""
_EXPECTED = 8.0
"""Rows that the third projection would let through by chance: with fewer, that it lets none through says nothing."""
_DIFFERENT = 0.5


def joins(table: EncodedTable, functional: Iterable[Functional], *, allowance: Allowance | None = None) -> Search[Held]:
    """⋈(C1, C2, C3) that hold exactly and follow from no key, functional or multivalued dependency; fewest common columns first.

    functional: what holds on the same rows, at best all minimal ones.
    """
    if len(table.columns) > MOST_COLUMNS:
        return Search((), False, f"tables of more than {MOST_COLUMNS} columns are not searched for them")
    allowance = allowance or Allowance()
    found: list[Held] = []
    stopped = ""
    try:
        distinct = distinct_rows(table)
        closures = Closures(table, functional)
        core = _core(len(table.columns), closures)
        if 3 <= len(core) <= _MOST_IN_KEY and distinct.rows >= max(_LEAST_ROWS, _DIFFERENT * table.rows):
            _search(distinct, core, closures, allowance, found)
    except OutOfAllowance as over:
        stopped = str(over)
    return Search(tuple(found), not stopped, stopped)


def _core(width: int, closures: Closures) -> list[int]:
    """Columns that together tell all others, none of which the rest of them tells: a key of the table."""
    core = list(range(width))
    for column in reversed(range(width)):
        without = [each for each in core if each != column]
        if column in closures.of(without):
            core = without
    return core


def _search(table: EncodedTable, core: list[int], closures: Closures, allowance: Allowance, found: list[Held]) -> None:
    """Small components first, since what they join also joins from larger ones."""
    told: list[tuple[frozenset[int], ...]] = []
    for common, parts in _splits(core):
        allowance.check()
        components = tuple(frozenset(core) - part for part in parts)
        if any(all(any(small <= great for great in components) for small in each) for each in told):
            continue
        whole = [closures.of(each) for each in components]
        if len(frozenset().union(*whole)) < len(table.columns):
            continue
        telling = _expected_by_chance(table, common, parts, allowance)
        if telling < _EXPECTED or not _is_join(table, common, parts, allowance):
            continue
        told.append(components)
        named = frozenset(frozenset(table.columns[c] for c in each) for each in whole)
        found.append(Held(Join(named), table.rows, telling=telling))


def _splits(core: list[int]) -> Iterator[tuple[list[int], tuple[frozenset[int], ...]]]:
    """The common columns and three sets of columns, in every way and each once; fewest common columns first."""
    ways = []
    for sides in product(range(4), repeat=len(core)):
        first = [sides.index(side) if side in sides else -1 for side in (1, 2, 3)]
        if -1 < first[0] < first[1] < first[2]:
            ways.append(sides)
    for sides in sorted(ways, key=lambda way: way.count(0)):
        common = [column for column, side in zip(core, sides, strict=True) if side == 0]
        yield (
            common,
            tuple(frozenset(c for c, side in zip(core, sides, strict=True) if side == part) for part in (1, 2, 3)),
        )


def _labels(table: EncodedTable, columns: Iterable[int]) -> pl.Series:
    return pl.Series(group_by(table, sorted(columns)).labels)


def _frame(table: EncodedTable, common: list[int], parts: tuple[frozenset[int], ...]) -> pl.DataFrame:
    """The rows as four numbers: of the common columns, and of each set."""
    named = {
        "k": _labels(table, common),
        **{name: _labels(table, part) for name, part in zip("xyz", parts, strict=True)},
    }
    return pl.DataFrame(named)


def _expected_by_chance(
    table: EncodedTable, common: list[int], parts: tuple[frozenset[int], ...], allowance: Allowance
) -> float:
    """How many rows that the table has not the third projection would let through if it were not bound to the other two.

    0 where two projections make up the table alone: a multivalued dependency says so already.
    """
    frame = _frame(table, common, parts)
    least = float("inf")
    for shared, one, other in (("x", "y", "z"), ("y", "x", "z"), ("z", "x", "y")):
        allowance.check()
        counted = frame.group_by("k", shared).agg(
            pl.col(one).n_unique().alias("a"), pl.col(other).n_unique().alias("b")
        )
        more = int((counted["a"].cast(pl.Int64) * counted["b"]).sum()) - table.rows
        if more <= 0:
            return 0.0
        third = frame.group_by("k").agg(
            pl.struct(one, other).n_unique().alias("n"),
            pl.col(one).n_unique().alias("a"),
            pl.col(other).n_unique().alias("b"),
        )
        least = min(least, more * int(third["n"].sum()) / int((third["a"].cast(pl.Int64) * third["b"]).sum()))
    return least


def _is_join(table: EncodedTable, common: list[int], parts: tuple[frozenset[int], ...], allowance: Allowance) -> bool:
    """Whether the three projections join to the rows and no others. The pair with the smallest join is made first."""
    frame = _frame(table, common, parts)
    best: tuple[int, str, str, str] | None = None
    for shared, one, other in (("x", "y", "z"), ("y", "x", "z"), ("z", "x", "y")):
        counted = frame.group_by("k", shared).agg(
            pl.col(one).n_unique().alias("a"), pl.col(other).n_unique().alias("b")
        )
        size = int((counted["a"].cast(pl.Int64) * counted["b"]).sum())
        best = min(best, (size, shared, one, other)) if best else (size, shared, one, other)
    if best is None or best[0] > _LARGEST_JOIN * max(table.rows, 1000):
        raise OutOfAllowance("joining its projections would take more rows than can be held")
    size, shared, one, other = best
    allowance.check(size * 32)
    joined = frame.select("k", shared, one).unique().join(frame.select("k", shared, other).unique(), on=["k", shared])
    return joined.join(frame.select("k", one, other).unique(), on=["k", one, other], how="semi").height == table.rows
