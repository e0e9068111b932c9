"""Dependencies that hold among the rows where a column has a certain value, after CFDMiner and CTANE (Fan, Geerts, Li and Xiong,
"Discovering Conditional Functional Dependencies", TKDE 2011).

Thousands of such hold in any table by chance. Two forms say something about a design and are looked for:
- constant: all rows with kind = 'card' have iban NULL. The condition is one of few values, the rest of the table has mostly others.
- variable: left → right among the rows with country = 'US', and not among the others.
"""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Conditional
from dbwright.mining.allowance import Allowance, OutOfAllowance, Search
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.groups import Pairs, group_by, pairs, some_groups, table_of
from dbwright.mining.held import Held, text_of
from dbwright.mining.singles import Singles

_MOST_VALUES = 20
"""A condition is on a column with few values: a kind, a state, a country."""
_SHARE = 0.02
"""The least share of rows that a condition must pick."""
_ROWS = 20
_BEYOND_CHANCE = 20.0
_USUAL = 0.5
_NULL_USUAL = 0.9
"""In the other rows, the constant must be rarer than this; NULL where the rows of one other kind always have a value."""
_HARDLY_EVER = 0.02
_FAILS_ELSEWHERE = 0.2
"""The share of the other rows whose left value has several right values."""
_NEARLY_ALL = 0.9
"""Under the condition, the right side must vary more than this."""
_TESTED = 10
"""Rows under the condition whose left value was there before."""


def conditional(
    frame: pl.DataFrame, table: EncodedTable, *, singles: Singles | None = None, allowance: Allowance | None = None
) -> Search[Held]:
    """The conditional dependencies worth a person's look, all holding exactly under their condition; most telling first.

    `rows` of each are those that the condition picks. Conditions are on one column; the left side of variable ones is one column. Of
    columns that tell each other, only the first is looked at.
    """
    singles, allowance = singles or Singles(table), allowance or Allowance()
    found: list[Held] = []
    stopped = ""
    try:
        conditions = _conditions(table, singles)
        _constants(frame, singles, conditions, allowance, found)
        _variables(frame, singles, conditions, allowance, found)
    except OutOfAllowance as over:
        stopped = str(over)
    kept = [each for each in found if not _follows(each, found)]
    kept.sort(key=lambda each: -each.telling)
    return Search(tuple(kept), not stopped, stopped)


def _follows(held: Held, found: list[Held]) -> bool:
    """Whether a = 1 → c = 3 is there because a = 1 → b = 2 and b = 2 → c = 3."""
    constants = [
        each.dependency for each in found if isinstance(each.dependency, Conditional) and each.dependency.constant
    ]
    one = held.dependency
    if one not in constants or not isinstance(one, Conditional):
        return False
    by_condition = {(each.condition, tuple(each.right), each.constant) for each in constants}
    for step in constants:
        if step.condition == one.condition and step.right != one.right:
            (column,) = step.right
            middle = ((column, step.constant[0]),)
            back = (middle, (one.condition[0][0],), (one.condition[0][1],)) in by_condition
            if (middle, tuple(one.right), one.constant) in by_condition and not back:
                return True
    return False


def _conditions(table: EncodedTable, singles: Singles) -> dict[int, list[int]]:
    """Columns with few values, and those of their values that enough rows have."""
    least = max(_ROWS, int(_SHARE * table.rows))
    few = [c for c, distinct in enumerate(table.distinct) if 2 <= distinct <= min(_MOST_VALUES, table.rows // 10)]
    found: dict[int, list[int]] = {}
    for column in singles.leaders(few):
        counts = np.bincount(table.codes[column], minlength=table.distinct[column])
        if values := [code for code, count in enumerate(counts) if count >= least]:
            found[column] = values
    return found


def _condition(frame: pl.DataFrame, table: EncodedTable, column: int, value: int) -> tuple[tuple[str, str | None], ...]:
    return ((table.columns[column], _text(frame, table, column, value)),)


def _text(frame: pl.DataFrame, table: EncodedTable, column: int, code: int) -> str | None:
    """A code's value as text."""
    row = int((table.codes[column] == code).argmax())
    return text_of(frame[row, table.columns[column]])


# ---- constants


def _constants(
    frame: pl.DataFrame, singles: Singles, conditions: dict[int, list[int]], allowance: Allowance, found: list[Held]
) -> None:
    """Where a value of one column fixes another column that otherwise varies.

    Where most values do so, the column nearly tells the other one, which is told as that. NULL is told all the same: which kinds of
    rows leave a column empty is what subtypes are made of.
    """
    table = singles.table
    for column, values in conditions.items():
        grouping = group_by(table, [column])
        for right in singles.leaders(c for c, distinct in enumerate(table.distinct) if distinct > 1):
            if right == column or singles.tells(column, right):
                continue
            allowance.check()
            seen = pairs(grouping, table.codes[right], table.distinct[right])
            kinds = np.bincount(seen.groups, minlength=grouping.count)
            mostly_fixed = float((kinds == 1).mean()) > 0.5
            for value in values:
                if kinds[value] != 1:
                    continue
                constant = int(seen.values[np.searchsorted(seen.groups, value)])
                if mostly_fixed and constant != table.null[right]:
                    continue
                usual = (
                    _NULL_USUAL
                    if constant == table.null[right] and _is_filled_elsewhere(seen, constant, values)
                    else _USUAL
                )
                telling = _surprise_of_constant(
                    singles.units([column, right]), (column, value), (right, constant), usual
                )
                if telling >= _BEYOND_CHANCE:
                    dependency = Conditional(
                        condition=_condition(frame, table, column, value),
                        left=frozenset(),
                        right=frozenset({table.columns[right]}),
                        constant=(_text(frame, table, right, constant),),
                    )
                    found.append(Held(dependency, int((table.codes[column] == value).sum()), telling=telling))


def _is_filled_elsewhere(seen: Pairs, null: int, values: list[int]) -> bool:
    """Whether the rows of another value hardly ever leave the column empty: it is theirs."""
    for value in values:
        of_value = seen.groups == value
        empty = int(seen.rows[of_value & (seen.values == null)].sum())
        if empty <= _HARDLY_EVER * int(seen.rows[of_value].sum()):
            return True
    return False


def _surprise_of_constant(
    units: EncodedTable, condition: tuple[int, int], fixed: tuple[int, int], most_usual: float
) -> float:
    """Minus the logarithm of the chance that all rows of the condition have the constant, judged by the other rows.

    0 where more than a share `most_usual` of the other rows has it as well.
    """
    (column, value), (right, constant) = condition, fixed
    inside = units.codes[column] == value
    rows = int(inside.sum())
    usual = float((units.codes[right][~inside] == constant).mean())
    return -rows * math.log(max(usual, 1.0 / units.rows)) if usual <= most_usual else 0.0


# ---- variables


def _variables(
    frame: pl.DataFrame, singles: Singles, conditions: dict[int, list[int]], allowance: Allowance, found: list[Held]
) -> None:
    """Where left → right holds under a condition and fails often without it."""
    table = singles.table
    various = singles.leaders(c for c, distinct in enumerate(table.distinct) if 2 < distinct <= table.rows - _TESTED)
    for left in various:
        some = _with_some_values(table, left)
        for column, values in conditions.items():
            if left == column or singles.tells(left, column):
                continue
            allowance.check(table.rows * 24)
            few = _Groups(some, column, left)
            able = [
                right
                for right in various
                if right not in (column, left)
                and not (few.disagreeing(right)[values] > 0).all()
                and not (singles.tells(left, right) or singles.tells(column, right))
            ]
            if not able:
                continue
            groups = few if some is table else _Groups(table, column, left)
            for right in able:
                allowance.check(table.rows * 24)
                disagreeing = groups.disagreeing(right)
                for value in values:
                    elsewhere = table.rows - groups.rows[value]
                    if (
                        disagreeing[value]
                        or disagreeing.sum() < _FAILS_ELSEWHERE * elsewhere
                        or groups.repeats[value] < _TESTED
                    ):
                        continue
                    telling = _surprise_of_agreement(singles.units([column, left, right]), column, value, left, right)
                    if telling >= _BEYOND_CHANCE:
                        dependency = Conditional(
                            condition=_condition(frame, table, column, value),
                            left=frozenset({table.columns[left]}),
                            right=frozenset({table.columns[right]}),
                        )
                        found.append(Held(dependency, int(groups.rows[value]), telling=telling))


def _with_some_values(table: EncodedTable, column: int) -> EncodedTable:
    """Of a large table, all rows of some values of a column: what fails among them fails."""
    some = some_groups(group_by(table, [column]))
    return table if some is None else table_of(table, some[0])


class _Groups:
    """The rows grouped by a condition's column and a left side.

    rows: for each value of the condition. repeats: those of them whose left value was there before.
    """

    def __init__(self, table: EncodedTable, column: int, left: int) -> None:
        self._table = table
        self._grouping = group_by(table, [column, left])
        self._width = table.distinct[column]
        self._value = np.zeros(self._grouping.count, dtype=np.int64)
        self._value[self._grouping.labels] = table.codes[column]
        self._sizes = np.bincount(self._grouping.labels, minlength=self._grouping.count)
        self.rows = np.bincount(table.codes[column], minlength=self._width)
        self.repeats = self.rows - np.bincount(self._value, minlength=self._width)

    def disagreeing(self, right: int) -> NDArray[np.float64]:
        """For each value of the condition, its rows whose left value has several right values."""
        seen = pairs(self._grouping, self._table.codes[right], self._table.distinct[right])
        several = np.diff(seen.starts, append=len(seen.groups)) > 1
        return np.bincount(self._value, weights=np.where(several, self._sizes, 0.0), minlength=self._width).astype(
            np.float64
        )


def _surprise_of_agreement(units: EncodedTable, column: int, value: int, left: int, right: int) -> float:
    """Minus the logarithm of the chance that the condition's rows agree, if they were drawn from all rows with their left values."""
    grouping = group_by(units, [left])
    picked = units.codes[column] == value
    rights = np.bincount(units.codes[right][picked])
    if rights.max() > _NEARLY_ALL * rights.sum():
        return 0.0
    inside = np.bincount(grouping.labels[picked], minlength=grouping.count)
    seen = pairs(grouping, units.codes[right], units.distinct[right])
    sizes = np.bincount(grouping.labels, minlength=grouping.count)
    shares = seen.rows / sizes[seen.groups]
    drawn = inside[seen.groups]
    agreeing = np.bincount(seen.groups, weights=shares ** np.maximum(drawn, 1), minlength=grouping.count)
    tested = inside > 1
    return float(-np.log(np.maximum(agreeing[tested], 1e-300)).sum())
