"""All kinds of dependencies of one frame of rows, within one allowance of time and memory."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import polars as pl

from dbwright.catalog.dependencies import Dependency, Derived, Discovery, Functional, Measured, Standing, UniqueColumns
from dbwright.catalog.names import Ref
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.approximate import approximate
from dbwright.mining.conditional import conditional
from dbwright.mining.derived import derived
from dbwright.mining.encode import encode
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.functional import minimal_functional
from dbwright.mining.held import Held, measured
from dbwright.mining.joins import joins
from dbwright.mining.kinds import KINDS
from dbwright.mining.multivalued import MOST_COLUMNS, multivalued
from dbwright.mining.ordered import ordered
from dbwright.mining.single_left import single_left
from dbwright.mining.singles import Singles
from dbwright.mining.typed import typed
from dbwright.mining.unique import minimal_unique

_SHARES = {
    "unique": 0.2,
    "functional": 0.5,
    "approximate": 0.4,
    "conditional": 0.3,
    "multivalued": 0.3,
    "join": 0.3,
    "derived": 0.6,
    "ordered": 1.0,
}
"""Of the time that is left when its turn comes; what one does not use is the next ones'."""
_TITLES = {
    "unique": "unique column combinations",
    "functional": "functional dependencies",
    "approximate": "approximate functional dependencies",
    "conditional": "conditional dependencies",
    "multivalued": "multivalued dependencies",
    "join": "join dependencies",
    "ordered": "order dependencies",
    "derived": "derived columns",
}
_MOST = {"approximate": 20, "conditional": 12, "multivalued": 8, "join": 3, "ordered": 12, "derived": 20}
"""Of the less certain kinds, only the most telling are handed on, so that people read them."""
_MOST_FUNCTIONAL, _MOST_UNIQUE = 10_000, 1_000
"""So many exact ones are handed on at most: few rows on many columns bear any number of them, nearly all by accident."""
_EXAMPLES = 3
_FOR_SHORT = 1.0
"""Seconds for those with one column on the left, where a search was stopped."""

_Found: TypeAlias = Search[UniqueColumns] | Search[Functional] | Search[Held]


@dataclass
class _Mined:
    """What is known so far; later searches build on earlier ones."""

    frame: pl.DataFrame
    table: EncodedTable
    max_left: int | None
    max_error: float
    singles: Singles
    functional: tuple[Functional, ...] | None = None
    derived: tuple[Held, ...] = ()
    typed: pl.DataFrame | None = None

    def exact(self, allowance: Allowance) -> tuple[Functional, ...]:
        """The exact dependencies with one or two columns on the left, which multivalued ones are measured against."""
        if len(self.table.columns) > MOST_COLUMNS:
            return ()
        if self.functional is None:
            left = 2 if self.max_left is None else self.max_left
            self.functional = minimal_functional(self.table, max_left=left, allowance=allowance).found
        return self.functional

    def values(self) -> pl.DataFrame:
        """The frame with texts that are all numbers or dates as such."""
        if self.typed is None:
            self.typed = typed(self.frame)
        return self.typed


def mine(
    frame: pl.DataFrame,
    *,
    kinds: Collection[str] = KINDS,
    max_left: int | None = 3,
    max_error: float = 0.01,
    nulls: Literal["equal", "distinct"] = "equal",
    allowance: Allowance | None = None,
    table: Ref,
    whole: bool = True,
    rows: int | None = None,
    values: pl.DataFrame | None = None,
) -> Discovery:
    """Look for dependencies of the given kinds among the rows of a frame.

    max_left: the most columns on the left side of functional dependencies and in unique combinations; the other kinds take
    fewer where more would be chance. max_error: the greatest share of rows that may be against an approximate one.
    whole: whether the frame has all rows of the table; what holds is PROVED then, and NOT_REFUTED otherwise.
    rows: how many the table has, where the frame has fewer. values: the same rows and columns with texts that are numbers or dates
    as such, where the frame keeps them as texts for the sake of equality; made from it where not given.

    The answer is complete where every search went to its end; its notes say what is missing, or was left out as less telling.
    """
    started = time.monotonic()
    allowance = allowance or Allowance()
    notes: list[str] = []
    found: list[Measured] = []
    too_many = False
    unfinished: dict[str, list[tuple[str, int]]] = {}
    encoded = encode(frame, nulls)
    mined = _Mined(frame, encoded, max_left, max_error, Singles(encoded), typed=values)
    for kind in (each for each in KINDS if each in kinds):
        search = _searched(kind, mined, allowance.part(_SHARES[kind]))
        if not search.complete:
            unfinished.setdefault(search.stopped, []).append((_TITLES[kind], len(search.found)))
        kept = search.found[: _MOST.get(kind)]
        if count := len(search.found) - len(kept) + search.left_out:
            too_many |= bool(search.left_out)
            notes.append(
                f"{count + len(kept):,} {_TITLES[kind]} hold in {table}; the {len(kept):,} most telling are kept."
            )
        found.extend(_measured(each, mined, table, whole) for each in kept)
    return Discovery(
        table=table,
        columns=tuple(frame.columns),
        rows=frame.height if rows is None else rows,
        read=frame.height,
        nulls=nulls,
        max_left=max_left,
        found=tuple(found),
        complete=not unfinished and not too_many,
        notes=(*(_unfinished(why, searches, table) for why, searches in unfinished.items()), *notes),
        seconds=time.monotonic() - started,
    )


def _searched(kind: str, mined: _Mined, allowance: Allowance) -> _Found:
    try:
        return _SEARCHES[kind](mined, allowance)
    except OutOfAllowance as over:
        return Search((), False, str(over))


def _unique(mined: _Mined, allowance: Allowance) -> Search[UniqueColumns]:
    return minimal_unique(mined.table, max_columns=mined.max_left, limit=_MOST_UNIQUE, allowance=allowance)


def _functional(mined: _Mined, allowance: Allowance) -> Search[Functional]:
    limit = _MOST_FUNCTIONAL
    search = minimal_functional(mined.table, max_left=mined.max_left, limit=limit, allowance=allowance)
    if not search.complete and mined.max_left != 0:
        search = _with_short(search, mined.table, limit)
    mined.functional = search.found
    return search


def _with_short(search: Search[Functional], table: EncodedTable, limit: int) -> Search[Functional]:
    """An unfinished search with all that have one column on the left, as these are most of what is meant."""
    keys = {
        frozenset((name,))
        for name, distinct in zip(table.columns, table.distinct, strict=True)
        if distinct >= table.rows
    }
    short, _ = single_left(table, Allowance(_FOR_SHORT))
    found = dict.fromkeys(each for each in [*search.found, *short] if len(each.left) < 2 and each.left not in keys)
    found |= dict.fromkeys(each for each in search.found if each not in found)
    found |= dict.fromkeys(each for each in short if each not in found)
    kept = tuple(found)[:limit]
    known = max(search.left_out + len(search.found), len(found))
    return Search(kept, False, search.stopped, known - len(kept))


def _approximate(mined: _Mined, allowance: Allowance) -> Search[Held]:
    left = 2 if mined.max_left is None else min(2, mined.max_left)
    return approximate(
        mined.table, max_left=left, max_error=mined.max_error, singles=mined.singles, allowance=allowance
    )


def _conditional(mined: _Mined, allowance: Allowance) -> Search[Held]:
    return conditional(mined.frame, mined.table, singles=mined.singles, allowance=allowance)


def _multivalued(mined: _Mined, allowance: Allowance) -> Search[Held]:
    return multivalued(mined.table, mined.exact(allowance), max_left=2, allowance=allowance)


def _join(mined: _Mined, allowance: Allowance) -> Search[Held]:
    return joins(mined.table, mined.exact(allowance), allowance=allowance)


def _ordered(mined: _Mined, allowance: Allowance) -> Search[Held]:
    formulas = [each.dependency for each in mined.derived if isinstance(each.dependency, Derived)]
    return ordered(mined.values(), mined.table, derived=formulas, max_error=mined.max_error, allowance=allowance)


def _derived(mined: _Mined, allowance: Allowance) -> Search[Held]:
    search = derived(mined.frame, mined.table, values=mined.values(), max_error=mined.max_error, allowance=allowance)
    mined.derived = search.found
    return search


_SEARCHES: dict[str, Callable[[_Mined, Allowance], _Found]] = {
    "unique": _unique,
    "functional": _functional,
    "approximate": _approximate,
    "conditional": _conditional,
    "multivalued": _multivalued,
    "join": _join,
    "ordered": _ordered,
    "derived": _derived,
}


def _measured(each: Dependency | Held, mined: _Mined, table: Ref, whole: bool) -> Measured:
    if isinstance(each, Held):
        return measured(each, mined.frame, table, whole=whole, examples=_EXAMPLES)
    standing = Standing.PROVED if whole else Standing.NOT_REFUTED
    return Measured(dependency=each, table=table, standing=standing, rows=mined.frame.height)


def _unfinished(why: str, searches: Sequence[tuple[str, int]], table: Ref) -> str:
    """What stopped some searches and what is missing, as a sentence. searches: of each what for, and how many it found."""
    titles = [title for title, _ in searches]
    named = f"{', '.join(titles[:-1])} and {titles[-1]}" if len(titles) > 1 else titles[0]
    count = sum(found for _, found in searches)
    have = (
        f"the {count:,} found so far hold on the rows read"
        if count > 1
        else "the one found so far holds on the rows read"
    )
    told = have if count else "none was found so far"
    return f"The search for {named} of {table} was not finished, because {why}; {told}, others may be missing."
