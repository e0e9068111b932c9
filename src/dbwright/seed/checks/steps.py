"""Single conditions made true: one kind of condition, one kind of change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from dbwright.catalog.objects import Table
from dbwright.seed.base import Limit
from dbwright.seed.checks.bounds import Bounds
from dbwright.seed.checks.evaluate import Evaluator
from dbwright.seed.checks.goals import named, positive
from dbwright.seed.checks.isolate import isolated
from dbwright.seed.checks.narrowing import Subject, narrowed, settled
from dbwright.seed.checks.nested_steps import change_nested
from dbwright.seed.checks.plausible import fits, plausible
from dbwright.seed.checks.terms import OPPOSITE, Call, Constant, Name, NotRead, Term, call, changed, columns_of
from dbwright.seed.checks.text_steps import resize
from dbwright.seed.checks.work import Mask, Work
from dbwright.seed.draw import Draw

_TRIALS = 8
_IDEMPOTENT = frozenset(
    "lower upper trim ltrim rtrim round floor ceil trunc date_trunc replace left abs cast date datetime time strftime last_day "
    "substring collate -".split()
)
"""Functions after which another time changes nothing; subtraction stands for x = x - x % n."""


class Steps:
    """The changes that make single conditions true, for the rows of one table."""

    def __init__(self, table: Table, evaluator: Evaluator, limits: Mapping[str, Limit], terms: Sequence[Term]) -> None:
        self.table, self.evaluator, self.limits = table, evaluator, limits
        self._types = {column.name: evaluator.types.base(column.type) for column in table.columns}
        self._places = {column.name: place for place, column in enumerate(table.columns)}
        self.keyed = frozenset(name for key in table.foreign_keys if key.enforced for name in key.columns)
        self._bounds = Bounds(evaluator, self._types, limits, terms)
        generated = {column.name for column in table.columns if column.generated is not None}
        self._changeable = {column.name for column in table.columns} - generated

    def take(self, work: Work, atom: Term, failing: Mask, draw: Draw) -> None:
        """Make a condition true for the rows that fail it, where a way is known."""
        inner, wanted = positive(atom)
        if isinstance(inner, Name):
            self._set(work, inner.column, failing, pl.Series([wanted]))
            return
        if not isinstance(inner, Call):
            return
        if not wanted and inner.function in OPPOSITE:
            inner, wanted = Call(OPPOSITE[inner.function], inner.arguments), True
        left = self._one_way(work, inner, failing, draw, wanted=wanted)
        if left.any():
            left = self.still_false(work, atom, left)
        if left.any():
            self._search(work, atom, left, draw)

    def _one_way(self, work: Work, inner: Call, failing: Mask, draw: Draw, *, wanted: bool) -> Mask:
        """Take the step that is made for this kind of condition; returns the rows that it was taken for."""
        function = inner.function
        column = named(inner.arguments[0]) if inner.arguments else None
        if function == "is null" and column is not None:
            if wanted:
                self._clear(work, column, failing)
            else:
                self._fill(work, column, failing, draw)
        elif function in ("is true", "is false") and column is not None:
            self._set(work, column, failing, pl.Series([(function == "is true") == wanted]))
        elif change_nested(self, work, inner, failing, wanted=wanted):
            pass
        elif wanted and function in (*OPPOSITE, "same"):
            self._compare(work, inner, failing, draw)
        elif column is not None and function in (
            "in",
            "like",
            "ilike",
            "regexp",
            "iregexp",
            "glob",
            "similar",
            "starts_with",
        ):
            self._keep_to(work, column, inner if wanted else call("not", inner), failing, draw)
        return failing

    # ------------------------------------------------------------ what may be changed

    def can_be_null(self, column: str) -> bool:
        """Whether NULL may stand in a column by itself."""
        return self.limits[column].nullable

    def can_be_filled(self, work: Work, column: str) -> bool:
        """Whether there is a value to put where NULL stands."""
        return column not in work.chosen or work.fresh(column) is not None

    def may_set(self, work: Work, column: str) -> bool:
        """Whether any value may be put into a column."""
        return column in self._changeable and column not in work.chosen and work.may_change(column)

    def _set(self, work: Work, column: str, rows: Mask, values: pl.Series) -> None:
        if self.may_set(work, column):
            work.put(column, rows, values)

    def _clear(self, work: Work, column: str, rows: Mask) -> None:
        if column in self._changeable and work.may_change(column) and self.can_be_null(column):
            work.clear(column, rows)

    def _fill(self, work: Work, column: str, rows: Mask, draw: Draw) -> None:
        if column not in self._changeable or not work.may_change(column):
            return
        values = work.fresh(column)
        if column in work.chosen:
            if values is not None:
                work.put(column, rows, values)
            return
        inside = self._bounds.between(work, column, rows, draw)
        if inside is not None:
            reached, within = inside
            work.put(column, reached, within)
            rows = rows & ~reached
        if values is None:
            values = plausible(self._types[column], self.limits[column], work.rows, draw)
        if values is not None and rows.any():
            work.put(column, rows, values)

    def still_false(self, work: Work, atom: Term, rows: Mask) -> Mask:
        """Those of the rows for which a condition is false even so."""
        try:
            found = self.evaluator.condition(atom)(work.frame)
        except NotRead:
            return rows & False
        missing: Mask = ~found.fill_null(value=True).to_numpy()
        return rows & missing

    # ------------------------------------------------------------ comparisons

    def _candidates(self, work: Work, term: Term) -> list[str]:
        """The columns that may be changed, those first that say least about what a row is: without fixed choices, and last."""
        names = [name for name in columns_of(term) if self.may_set(work, name)]
        return sorted(names, key=lambda name: (self.limits[name].allowed is not None, -self._places[name]))

    def _compare(self, work: Work, comparison: Call, failing: Mask, draw: Draw) -> None:
        left = failing
        if self._swap(work, comparison, left):
            left = self.still_false(work, comparison, left)
        if resize(self, work, comparison, left, draw):
            return
        sides = [
            (named(each), other)
            for each, other in zip(comparison.arguments, reversed(comparison.arguments), strict=True)
        ]
        for column, other in sides:
            settles = isinstance(other, Call) and other.function in _IDEMPOTENT and columns_of(other) == (column,)
            if column is not None and settles and comparison.function in ("=", "same"):
                self._assign(work, column, other, left)
                return
        for number, column in enumerate(self._candidates(work, comparison)):
            if not left.any():
                return
            signed = Call("=", comparison.arguments) if comparison.function == "same" else comparison
            solved = isolated(signed, column)
            if solved is None:
                continue
            sign, other = solved
            if sign == "=":
                self._assign(work, column, other, left)  # where the column cannot hold it, the next one is tried
            else:
                self._bounds.move(work, column, sign, other, left, draw.of("bound", number))
            left = self.still_false(work, comparison, left)
        if left.any() and comparison.function == "=":
            self._share_out(work, comparison, left)

    def _share_out(self, work: Work, equation: Call, rows: Mask) -> None:
        """Move one column after the other to where the rest can still make an equation true, and let the last one follow."""
        names = [name for name in self._candidates(work, equation) if isolated(equation, name) is not None]
        for place, column in enumerate(names):
            solved = isolated(equation, column)
            if solved is None or place == len(names) - 1:
                if solved is not None:
                    self._assign(work, column, solved[1], rows)
                return
            ends = [self._with_ends(solved[1], names[place + 1 :], highest=each) for each in (False, True)]
            try:
                one, other = (self.evaluator.series(each)[0](work.frame).cast(pl.Float64) for each in ends)
            except (NotRead, pl.exceptions.PolarsError):
                return
            low, high = (
                pl.select(pl.min_horizontal(one, other)).to_series(),
                pl.select(pl.max_horizontal(one, other)).to_series(),
            )
            values = work.frame[column].cast(pl.Float64)
            work.put(column, rows, pl.select(values.clip(low, high)).to_series())

    def _with_ends(self, term: Term, names: Sequence[str], *, highest: bool) -> Term:
        """A term with some columns at an end of their limits."""

        def end(part: Term) -> Term:
            if not isinstance(part, Name) or part.column not in names:
                return part
            limit = self.limits[part.column]
            value = limit.highest if highest else limit.lowest
            return (
                part
                if value is None or not isinstance(value, int | float | Decimal)
                else Constant(float(value), "float")
            )

        return changed(term, end)

    def _assign(self, work: Work, column: str, term: Term, rows: Mask) -> None:
        try:
            over, _ = self.evaluator.series(term)
        except NotRead:
            return
        values = over(work.frame)
        self._set(work, column, rows & fits(values, self.limits[column]), values)

    def _swap(self, work: Work, comparison: Call, rows: Mask) -> bool:
        """Two columns that stand in the wrong order change places, where both may hold what the other holds."""
        one, other = (each.column if isinstance(each, Name) else None for each in comparison.arguments)
        if one is None or other is None or comparison.function in ("=", "<>", "same"):
            return False
        if not (self.may_set(work, one) and self.may_set(work, other)) or self._types[one] != self._types[other]:
            return False
        if (self.limits[one].lowest, self.limits[one].highest) != (
            self.limits[other].lowest,
            self.limits[other].highest,
        ):
            return False
        first, second = work.frame[one], work.frame[other]
        work.put(one, rows, second)
        work.put(other, rows, first)
        return True

    # ------------------------------------------------------------ single columns, and what is left

    def _keep_to(self, work: Work, column: str, condition: Term, rows: Mask, draw: Draw) -> None:
        """Values for a column that keep to a condition on it alone, by its limit."""
        if not self.may_set(work, column) or columns_of(condition) != (column,):
            return
        type_ = self._types[column]
        limit = settled(narrowed(self.limits[column], condition, Subject(column, type_, self.evaluator.engine)), type_)
        if limit == self.limits[column]:
            return
        values = plausible(type_, limit, work.rows, draw)
        if values is not None:
            work.put(column, rows, values)

    def _search(self, work: Work, atom: Term, rows: Mask, draw: Draw) -> None:
        """Try other values for the columns of a condition, and keep those that make it true."""
        for trial in range(_TRIALS):
            for column in self._candidates(work, atom):
                values = work.fresh(column) if trial == 0 else None
                if values is None:
                    values = plausible(
                        self._types[column], self.limits[column], work.rows, draw.of("trial", trial, column)
                    )
                if values is None:
                    continue
                before = work.frame
                work.put(column, rows, values)
                unhelped = self.still_false(work, atom, rows)
                if unhelped.any():
                    work.put(column, unhelped, before[column])
                rows = unhelped
                if not rows.any():
                    return
