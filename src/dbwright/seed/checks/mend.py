"""Rows changed so that conditions hold: each condition that a row breaks is made true by the least change that is known to do it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.objects import Table
from dbwright.seed.base import Limit
from dbwright.seed.checks.checked import Condition, Fresh, Order
from dbwright.seed.checks.evaluate import Evaluator
from dbwright.seed.checks.goals import atoms, expanded, named, positive
from dbwright.seed.checks.isolate import isolated
from dbwright.seed.checks.steps import Steps
from dbwright.seed.checks.terms import (
    Call,
    Constant,
    Name,
    NotRead,
    Term,
    alternatives,
    columns_of,
    conjuncts,
)
from dbwright.seed.checks.work import Mask, Work
from dbwright.seed.draw import Draw, Rows

_ROUNDS = 6
_FAR = 1_000


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A condition to be reached: its term with every NOT moved inwards, and how rows are tested for it."""

    term: Term
    condition: Condition


class Mender:
    """Makes rows of one table keep to its conditions, each row for itself and the same in whatever batch it comes."""

    def __init__(self, table: Table, evaluator: Evaluator, limits: Mapping[str, Limit], goals: Sequence[Goal]) -> None:
        self._goals = [(goal.condition, expanded(goal.term)) for goal in goals]
        self._steps = Steps(table, evaluator, limits, [term for _, term in self._goals])
        self._evaluator = evaluator
        self._table = table

    def __call__(
        self,
        frame: pl.DataFrame,
        rows: Rows,
        draw: Draw,
        fixed: Collection[str],
        chosen: Collection[str],
        fresh: Fresh | None,
    ) -> pl.DataFrame:
        """The rows with what breaks a condition changed."""
        failing = np.zeros(frame.height, dtype=bool)
        for condition, _ in self._goals:
            failing |= ~condition.holds(frame).to_numpy()
        if not failing.any():
            return frame
        chosen_rows = pl.Series(failing)
        work = Work(
            frame=frame.filter(chosen_rows),
            rows=rows[failing],
            fixed=frozenset(fixed),
            chosen=self._steps.keyed | frozenset(chosen),
            fresh=None if fresh is None else lambda column: fresh(column).filter(chosen_rows),
        )
        self._mend(work, draw)
        places = np.arange(frame.height)
        places[failing] = frame.height + np.arange(work.frame.height)
        return pl.concat([frame, work.frame], how="vertical_relaxed")[places]

    def _mend(self, work: Work, draw: Draw) -> None:
        """Change rows until all conditions hold, or for some rounds."""
        for turn in range(_ROUNDS):
            broken = False
            for number, (condition, term) in enumerate(self._goals):
                failing = ~condition.holds(work.frame).to_numpy()
                if failing.any():
                    broken = True
                    self._reach(work, term, failing, draw.of("mend", turn, number))
            if not broken:
                return

    def _reach(self, work: Work, term: Term, failing: Mask, draw: Draw) -> None:
        """Make a condition hold for the rows that fail it."""
        if isinstance(term, Call) and term.function == "and":
            for number, each in enumerate(term.arguments):
                broken = failing & self._broken(work, each)
                if broken.any():
                    self._reach(work, each, broken, draw.of(number))
        elif isinstance(term, Call) and term.function == "or":
            chosen = self._choice(work, term.arguments, draw)
            for number, each in enumerate(term.arguments):
                mine = failing & (chosen == number)
                if mine.any():
                    self._reach(work, each, mine, draw.of(number))
        else:
            self._steps.take(work, term, failing, draw)

    def _broken(self, work: Work, term: Term) -> Mask:
        """For each row, whether a condition is false."""
        try:
            found = self._evaluator.condition(term)(work.frame)
        except NotRead:
            return np.zeros(work.frame.height, dtype=bool)
        return ~found.fill_null(value=True).to_numpy()

    def _choice(self, work: Work, sides: Sequence[Term], draw: Draw) -> NDArray[np.int64]:
        """For each row, the alternative that takes the least change; by lot where several do."""
        costs = np.zeros((len(sides), work.frame.height))
        for number, side in enumerate(sides):
            for atom in atoms(side):
                costs[number] += self._broken(work, atom) * self._cost(work, atom)
            costs[number] += draw.of("alternative", number).fractions(work.rows) / 2
        found: NDArray[np.int64] = np.argmin(costs, axis=0).astype(np.int64)
        return found

    def _cost(self, work: Work, atom: Term) -> float:
        """How far-reaching it is to make a single condition true: what kind of thing a row is weighs more than its details."""
        inner, wanted = positive(atom)
        columns = [name for name in columns_of(atom) if work.may_change(name)]
        if not columns or isinstance(atom, Constant):
            return _FAR
        column = named(inner.arguments[0]) if isinstance(inner, Call) and inner.function == "is null" else None
        if column is not None:
            possible = self._steps.can_be_null(column) if wanted else self._steps.can_be_filled(work, column)
            return 1 if possible else _FAR
        decides = isinstance(inner, Name) or all(self._steps.limits[name].allowed is not None for name in columns)
        return 4 if decides else 2


def orders_of(goals: Sequence[Goal]) -> tuple[Order, ...]:
    """The orders between two columns that conditions ask for."""
    found = []
    for goal in goals:
        for part in conjuncts(goal.term):
            for side in alternatives(part):
                comparison = side if isinstance(side, Call) and side.function in ("<", "<=", ">", ">=") else None
                rest = [each for each in alternatives(part) if each is not side]
                if comparison is None or not all(
                    isinstance(each, Call) and each.function == "is null" for each in rest
                ):
                    continue
                low, high = (named(each) for each in comparison.arguments)
                if low is None or high is None:
                    continue
                if comparison.function.startswith(">"):
                    low, high = high, low
                found.append(Order(low=low, high=high, strict=len(comparison.function) == 1))
    return tuple(dict.fromkeys(found))


def assigned_of(goals: Sequence[Goal], table: Table) -> dict[str, tuple[str, ...]]:
    """The columns that follow from others by an equation, with those others. The last column of an equation follows."""
    places = {column.name: place for place, column in enumerate(table.columns)}
    found: dict[str, tuple[str, ...]] = {}
    for goal in goals:
        for part in conjuncts(goal.term):
            if not isinstance(part, Call) or part.function != "=" or len(columns_of(part)) < 2:
                continue
            alone = [name for each in part.arguments if (name := named(each)) is not None]
            for column in sorted(alone or columns_of(part), key=lambda name: -places.get(name, 0)):
                solved = isolated(part, column)
                if solved is not None and column not in found:
                    found[column] = columns_of(solved[1])
                    break
    return found
