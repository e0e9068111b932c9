"""Foreign keys and periods of one table as units: who chooses, what agrees, what stays empty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.seed.checks.checked import Condition, Excluded
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.agreeing import Agreeing
from dbwright.seed.keys.ask import Ask
from dbwright.seed.keys.group import Position
from dbwright.seed.keys.kinds import base_type, comparable, frame_type
from dbwright.seed.keys.links import Link, hint_for, optional
from dbwright.seed.keys.periods import Periods, subtype
from dbwright.seed.keys.pool import Pool
from dbwright.seed.keys.references import Chooser, Earlier, EarlierWithin, First, OneEach, Pinned, Reference, Within
from dbwright.seed.keys.required import Key
from dbwright.seed.keys.units import Unit

if TYPE_CHECKING:
    from dbwright.seed.keys.settle import Settlement

_RARE = re.compile(
    r"(?:^|_)(?:deleted|removed|cancel|canceled|cancelled|archived|approved|rejected|revoked|resolved|reviewed|merged|closed|"
    r"replaced|replaces|superseded|reply|replies|in_reply|duplicate|original|parent)(?:_|$)",
    re.IGNORECASE,
)
"""Names of references that most rows do not have."""


_LOOKED_AT = 2_000
_AT_ONCE = 500_000


class Filler:
    """Makes the units of the foreign keys of one table.

    later: what an UPDATE sets. fixed: columns that others stand on. required: columns that may not come out empty.
    empty: columns that stay NULL. impossible: sentences on references that no row can have.
    """

    def __init__(self, ask: Ask, settlement: Settlement, draw: Draw) -> None:
        self._ask, self._settlement, self._draw = ask, settlement, draw
        self.later: list[Reference] = []
        self.fixed: set[str] = set()
        self.required: set[str] = set()
        self.empty: set[str] = set()

    # ------------------------------------------------------------ periods

    def periods(self, excluded: Sequence[Excluded], keys: Sequence[Key]) -> list[Unit]:
        """Slots for the exclusion constraints and the keys WITHOUT OVERLAPS."""
        found: list[Unit] = []
        done: set[str] = set()
        asked: list[tuple[set[str], tuple[str, ...], str]] = []
        for each in excluded:
            equal = {name for part in each.parts if part.operator == "=" for name in part.columns}
            for part in each.parts:
                if part.operator != "&&":
                    continue
                if part.start and part.end:
                    asked.append((equal, (part.start, part.end), each.name))
                elif part.column:
                    asked.append((equal, (part.column,), each.name))
        asked += [(set(key.columns[:-1]), (key.columns[-1],), key.what) for key in keys if key.overlaps]
        for equal, columns, what in asked:
            unit = None if done & set(columns) else self._slots(equal, columns)
            if unit is not None:
                found.append(unit)
                done.update(columns)
            elif not done & set(columns):
                self._settlement.unproved.append(f"{what} of {self._ask.table.ref} is left to the database to check")
        return found

    def _slots(self, equal: set[str], columns: tuple[str, ...]) -> Periods | None:
        table, catalog = self._ask.table, self._ask.catalog
        parts = [table.column(name) for name in columns]
        types = [base_type(part.type, catalog) for part in parts if part is not None]
        if len(types) != len(columns) or any(name in link.own for link in self._settlement.links for name in columns):
            return None
        if len(types) == 2:
            kind = "date" if types[0].kind == "date" else "timestamp" if types[0].kind == "timestamp" else "integer"
            if kind == "timestamp" and types[0].with_zone:
                kind = "timestamptz"
        else:
            kind = subtype(types[0], catalog) or ""
        if not kind:
            return None
        group = self._settlement.group_over(equal)
        many = len(types) == 1 and "multirange" in types[0].spelling
        before = 0 if self._ask.existing is None else self._ask.existing.height
        index, most = Position(group, before), group.largest + before
        return Periods(columns, kind, index, most, self._draw.of(*columns), many=many)

    # ------------------------------------------------------------ references

    def references(self) -> list[Unit]:
        """The foreign keys, those first that others must agree with."""
        found: list[Unit] = []
        for link in self._settlement.links:
            if link.implied or not link.own:
                continue
            if link.number in self._settlement.couples:
                couple = self._settlement.couples[link.number]
                if couple not in found:
                    found.append(couple)
                continue
            pool = self._settlement.pool(link)
            may_lack = optional(self._ask.table, link.key)
            if pool.size == 0 and not link.inner and not link.later:
                self.empty.update(link.own)
                continue
            chooser = self._chooser(link)
            unit = self._reference(link, chooser)
            if link.later:
                self.later.append(unit)
                if may_lack:
                    self.empty.update(name for name in link.own if self._nullable(name))
                else:
                    found.append(self._reference(link, First()))
                self.fixed.update(link.own)
                continue
            found.append(unit)
            self.required.update(name for name in link.own if not self._nullable(name))
            if len(link.key.columns) > 1 or link.inner:
                self.fixed.update(link.key.columns)
        self.fixed.update(name for link in self._settlement.links for name in link.shared)
        return found

    def _reference(self, link: Link, chooser: Chooser) -> Reference:
        first = isinstance(chooser, First)
        kept = tuple(name for name in link.own if not self._nullable(name))
        return Reference(
            link.own,
            link.taken(link.own),
            self._settlement.pool(link),
            chooser,
            draw=self._draw.of(*link.key.columns),
            nulls=0.0 if first or len(kept) == len(link.own) else self._null_share(link),
            kept=kept,
            inner=link.inner,
            dtypes=self._dtypes(link),
        )

    def _chooser(self, link: Link) -> Chooser:
        settlement, ask = self._settlement, self._ask
        if link.number in ask.circle and ask.paired:
            return OneEach(ask.rows, settlement.parents(link), self._draw, same=True)
        if settlement.undecided(link):
            if link.inner:
                settlement.choosers[link.number] = self._inner(link)
            elif link.shared:
                pool = settlement.pool(link)
                agreeing = Agreeing(pool, link.taken(link.shared))
                needed = any(not self._nullable(name) for name in link.own)
                settlement.choosers[link.number] = Within(
                    agreeing, link.shared, self._draw.of(*link.key.columns), parents=pool.size if needed else 0
                )
            else:
                settlement.choose_freely(link)
        chooser = settlement.choosers[link.number]
        pinned = link.number in ask.circle and not link.later and not isinstance(chooser, OneEach)
        return Pinned(chooser) if pinned else chooser

    def _inner(self, link: Link) -> Chooser:
        ask, pool = self._ask, self._ask.pools(link.key.table)
        required, draw = not optional(ask.table, link.key), self._draw.of(*link.key.columns)
        if link.shared:
            return EarlierWithin(pool, Agreeing(pool, link.taken(link.shared)), link.shared, draw, required=required)
        children = hint_for(ask.hint, link.key).per_parent or 4.0
        return Earlier(pool.before, max(1, min(10, ask.rows // 20)), draw, children=children, required=required)

    def _null_share(self, link: Link) -> float:
        """How many rows refer to nothing, where nobody said."""
        if any(not key.nulls_differ and set(link.own) & set(key.columns) for key in self._settlement.keys):
            return 0.0
        if set(link.own) & self._ask.referenced:
            return 0.0
        said = [self._ask.hint.columns[name].nulls for name in link.key.columns if name in self._ask.hint.columns]
        for share in said:
            if share is not None:
                return share
        if link.inner:
            return 0.0
        return 0.7 if any(_RARE.search(name) for name in link.own) else 0.1

    def _dtypes(self, link: Link) -> dict[str, pl.DataType]:
        """Where a child's column has another type than the parent's, the one that its values must have."""
        parent = self._ask.tables.get(link.key.table)
        found: dict[str, pl.DataType] = {}
        for name, other in link.pairs.items():
            column, referred = self._ask.table.column(name), parent.column(other) if parent else None
            if column is None or referred is None:
                continue
            child, theirs = base_type(column.type, self._ask.catalog), base_type(referred.type, self._ask.catalog)
            if not comparable(child, theirs):
                found[name] = frame_type(child)
        return found

    def _nullable(self, name: str) -> bool:
        column, limit = self._ask.table.column(name), self._ask.checked.limits.get(name)
        return column is not None and column.nullable and (limit is None or limit.nullable)


def agreeable(link: Link, others: Sequence[Link], ask: Ask) -> Rows | None:
    """The rows of a link's parent for which the keys that must agree with it find a row too; None for all of them."""
    if link.shared or link.inner or link.later:
        return None
    allowed: NDArray[np.bool_] | None = None
    for other in others:
        common = tuple(name for name in other.key.columns if name in link.own)
        whole = not other.own and set(other.key.columns) <= set(link.own)
        if other is link or other.implied or other.inner or other.later or not common:
            continue
        lacks = all((column := ask.table.column(name)) is not None and column.nullable for name in other.own)
        if not whole and (common != other.shared or lacks):
            continue
        pool, agreeing = ask.pools(link.key.table), Agreeing(ask.pools(other.key.table), other.taken(common))
        here = agreeing.find(pool.everything(link.taken(common)).select(link.taken(common))).members > 0
        allowed = here if allowed is None else allowed & here
    for test in ask.checked.tests:
        if set(test.columns) <= set(link.own):
            there = _meeting(test, link, ask.pools(link.key.table))
            if there is not None:
                allowed = there if allowed is None else allowed & there
    return None if allowed is None or allowed.all() else np.flatnonzero(allowed)


def _meeting(test: Condition, link: Link, pool: Pool) -> NDArray[np.bool_] | None:
    """For each row of a parent, whether a check of the child lets it be referred to; None where all seem to be let in."""

    def holds(numbers: Rows) -> NDArray[np.bool_]:
        frame = pool.at(link.taken(test.columns), numbers)
        return test.holds(
            pl.DataFrame([frame[other].alias(name) for name, other in link.pairs.items() if name in test.columns])
        ).to_numpy()

    if pool.size == 0:
        return None
    some = np.unique(np.linspace(0, pool.size - 1, _LOOKED_AT).astype(np.int64))
    if holds(some).all():
        return None
    return np.concatenate(
        [holds(np.arange(first, min(first + _AT_ONCE, pool.size))) for first in range(0, pool.size, _AT_ONCE)]
    )
