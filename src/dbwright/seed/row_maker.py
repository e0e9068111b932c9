"""The rows of one table: fixed columns, then free ones, mended and tested; rows that fail a test are drawn again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from dbwright.catalog.objects import Table
from dbwright.errors import Refused
from dbwright.seed.checks.checked import Checked
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.keys.layout import Layout
from dbwright.seed.keys.references import Reference
from dbwright.seed.keys.units import Different, Drawn, Turn, Unit

TRIES = 60
"""How often a row is drawn anew before it counts as one that cannot be."""
_LONG, _FEW = 1_000, 1_000
"""The tries where only so few rows are left: each costs little, and of some conditions one draw in a hundred holds."""
_LOOSE, _FREE = 12, 30
_STRIDE = 1_000
_ENDLESS = 1 << 40


class _Rule(NamedTuple):
    """A test of fixed columns, and what draws a row anew that fails it.

    loose: units that may repeat and that nothing stands on. free: all that may repeat, tried after `_LOOSE` failures.
    keys: whether what must differ is drawn anew after `_FREE` failures.
    """

    columns: tuple[str, ...]
    holds: Callable[[pl.DataFrame], pl.Series]
    loose: tuple[Unit, ...]
    free: tuple[Unit, ...]
    keys: bool

    def redraws(self, tries: int) -> tuple[tuple[Unit, ...], bool]:
        """The units to draw anew after so many failures, and whether to draw keys anew."""
        units = self.loose if self.loose and tries < _LOOSE else self.free
        return units, self.keys and (not self.free or tries >= _FREE)


class RowMaker:
    """Makes rows of one table by number.

    attempts: rows that were refused by the database, with how often; they are drawn anew. existing: key columns of the rows
    that are there.
    """

    def __init__(
        self,
        table: Table,
        layout: Layout,
        checked: Checked,
        seed: int,
        attempts: Mapping[int, int],
        existing: pl.DataFrame | None = None,
    ) -> None:
        self.table, self.layout, self.checked = table, layout, checked
        self._attempts = attempts
        self._draw = Draw(seed, table.namespace, table.name, "mend")
        self._units = {name: unit for unit in layout.fixed for name in unit.columns}
        self._fixed_columns = tuple(self._units)
        self._rules = list(self._fixed_rules(existing))
        self._parts: dict[tuple[str, ...], tuple[list[Unit], list[_Rule]]] = {}
        self._partials = [
            (each.group, layout.predicates[each.key.what])
            for each in layout.settlement.partials
            if each.key.what in layout.predicates
        ]

    # ------------------------------------------------------------ what is asked of it

    def columns_at(self, columns: Sequence[str], rows: Rows) -> pl.DataFrame:
        """Fixed columns of any rows: keys, for those that refer to them."""
        names = tuple(columns)
        if names not in self._parts:
            self._parts[names] = self._part(names)
        units, rules = self._parts[names]
        return self._fixed(rows, units, rules).select(names)

    def frame(self, start: int, stop: int) -> pl.DataFrame:
        """All columns of a range of rows. Raises Refused where a row cannot be found that meets the conditions."""
        rows = np.arange(start, stop, dtype=np.int64)
        fixed = self._fixed(rows, self.layout.fixed, self._rules)
        if not self.layout.free and not self._partials:
            return fixed
        whole = self._drawn_free(fixed, rows, 0)
        failing = self._failing(whole, rows)
        tries = 0
        while failing.size:
            tries += 1
            if tries > (_LONG if failing.size <= _FEW else TRIES):
                raise Refused(self._unmet(whole, rows, failing, tries - 1))
            again = self._drawn_free(_lines(fixed, failing), rows[failing], tries)
            whole = _replaced(whole, again, failing)
            failing = failing[self._failing(again, rows[failing])]
        return whole

    def later(self, columns: Sequence[str], start: int, stop: int) -> pl.DataFrame:
        """What an UPDATE sets: all columns that references filled later set, after the columns asked for."""
        rows = np.arange(start, stop, dtype=np.int64)
        fixed = self._fixed(rows, self.layout.fixed, self._rules)
        zero = np.zeros_like(rows)
        parts = [_each_turn(rows, zero, zero, unit, fixed) for unit in self.layout.later]
        return pl.concat([fixed.select(columns), *parts], how="horizontal")

    # ------------------------------------------------------------ fixed columns

    def _fixed(self, rows: Rows, units: Sequence[Unit], rules: Sequence[_Rule]) -> pl.DataFrame:
        """Keys and references that meet the conditions that are about them alone."""
        free: dict[int, Rows] = {}
        key = np.zeros_like(rows)
        frame = self._made_fixed(units, rows, free, key)
        current, failing = frame, np.arange(len(rows))
        for tried in range(_LONG if rules else 0):
            if tried >= TRIES and failing.size > _FEW:
                break
            broken = np.zeros(len(failing), dtype=bool)
            for rule in rules:
                fails = ~rule.holds(current).to_numpy()
                broken |= fails
                again, keys = rule.redraws(tried)
                for unit in again:
                    free.setdefault(id(unit), np.zeros_like(rows))[failing[fails]] += 1
                if keys:
                    key[failing[fails]] += 1
            if not broken.any():
                return frame
            failing = failing[broken]
            tries = {unit: each[failing] for unit, each in free.items()}
            current = self._made_fixed(units, rows[failing], tries, key[failing])
            frame = _replaced(frame, current, failing)
        return frame

    def _made_fixed(self, units: Sequence[Unit], rows: Rows, free: Mapping[int, Rows], key: Rows) -> pl.DataFrame:
        """Columns of units, each drawn as often as the row and the unit were drawn before."""
        again = self._again(rows)
        found = pl.DataFrame()
        for unit in units:
            tries = again * _STRIDE * 10 + free.get(id(unit), 0)
            made = _each_turn(rows, tries, again + key, unit, found)
            found = made if found.width == 0 else found.hstack(made.get_columns())
        return found

    def _again(self, rows: Rows) -> Rows:
        """How often the database refused each row."""
        if not self._attempts:
            return np.zeros_like(rows)
        return np.array([self._attempts.get(int(row), 0) for row in rows], dtype=np.int64)

    def _fixed_rules(self, existing: pl.DataFrame | None) -> Iterator[_Rule]:
        for test in self.checked.tests:
            if set(test.columns) <= self._units.keys():
                yield _Rule(test.columns, test.holds, *self._redraws(test.columns))
        for name in self.layout.required & self._units.keys():
            if isinstance(self._units[name], Reference) and self._units[name].needs:
                yield _Rule((name,), partial(_present, name), *self._redraws((name, *self._units[name].needs)))
        if existing is not None and existing.height:
            yield from self._not_there(existing)

    def _not_there(self, existing: pl.DataFrame) -> Iterator[_Rule]:
        for key in self.layout.keys:
            names = [name for name in key.columns if name in self._units and name in existing.columns]
            counted = any(name in self.layout.settlement.numbered for name in names)
            if len(names) == len(key.columns) and not counted and key.predicate is None:
                there = existing.select(names).drop_nulls().unique()
                yield _Rule(tuple(names), partial(_absent, names, there), (), (), keys=True)

    def _redraws(self, columns: Sequence[str]) -> tuple[tuple[Unit, ...], tuple[Unit, ...], bool]:
        """What draws a row anew that fails a test on some columns: first what nothing depends on.

        Where a reference within the table is tested, nothing is drawn anew that its own parents may be asked for.
        """
        units = list(dict.fromkeys(self._units[name] for name in columns if name in self._units))
        free = tuple(unit for unit in units if unit.redrawn == "free")
        loose = tuple(unit for unit in free if self.layout.stood_on.isdisjoint(unit.columns))
        inner = any(isinstance(unit, Reference) and unit.inner for unit in units)
        keys = any(unit.redrawn == "key" for unit in units)
        if inner and loose:
            return loose, loose, False
        return loose, free, keys

    def _part(self, columns: Sequence[str]) -> tuple[list[Unit], list[_Rule]]:
        """What must be made to know some columns: what they need, and what tests may draw anew together with them."""
        names = self._closure(columns)
        size = -1
        while size < len(names):
            size = len(names)
            for rule in self._rules:
                if any(not names.isdisjoint(unit.columns) for unit in self._drawn_by(rule)):
                    names |= self._closure(rule.columns)
        units = [unit for unit in self.layout.fixed if not names.isdisjoint(unit.columns)]
        return units, [rule for rule in self._rules if names.issuperset(rule.columns)]

    def _drawn_by(self, rule: _Rule) -> tuple[Unit, ...]:
        """The units that make other values after a row failed a test."""
        keys = tuple(unit for unit in self.layout.fixed if unit.redrawn == "key") if rule.keys else ()
        return (*rule.free, *keys)

    def _closure(self, columns: Sequence[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(columns)
        while waiting:
            name = waiting.pop()
            unit = self._units.get(name)
            if name not in found and unit is not None:
                found.update(unit.columns)
                waiting += unit.needs
        return found

    # ------------------------------------------------------------ free columns

    def _drawn_free(self, fixed: pl.DataFrame, rows: Rows, tries: int) -> pl.DataFrame:
        """Rows with their free columns, drawn and mended."""
        again = self._again(rows)

        def make(turn: Turn, places: Rows) -> pl.DataFrame:
            return self._free(fixed if len(places) == fixed.height else _lines(fixed, places), turn)

        return _grouped(rows, again * _STRIDE * 10 + tries, again + tries, make)

    def _free(self, fixed: pl.DataFrame, turn: Turn) -> pl.DataFrame:
        frame = self._made(self.layout.free, turn, fixed)
        if self.checked.mender is None:
            return frame
        draw = self._draw.of(turn.free) if turn.free else self._draw
        return self.checked.mend(
            frame,
            turn.rows,
            draw,
            fixed=self._fixed_columns,
            chosen=self.layout.released,
            fresh=self._fresh(frame, turn),
        )

    def _fresh(self, frame: pl.DataFrame, turn: Turn) -> Callable[[str], pl.Series]:
        """Gives another value of a column for each row: one that differs where it must, and never NULL."""
        units = {name: unit for unit in self.layout.free for name in unit.columns}

        def fresh(column: str) -> pl.Series:
            unit = units[column]
            later = Turn(turn.rows, turn.free + _STRIDE, turn.key)
            if isinstance(unit, Different | Reference):
                return unit.present(turn if column in self.layout.released else later, frame).get_column(column)
            values = unit.make(later, frame)[column]
            if isinstance(unit, Drawn) and values.null_count():
                limit = min(unit.values.capacity or _ENDLESS, _ENDLESS)
                source = self._draw.of("fresh", column, turn.free)
                sure = unit.values.nth(source.below(turn.rows, limit), source, frame)[column]
                values = pl.select(pl.coalesce(values, sure).alias(column)).to_series()
            return values

        return fresh

    def _failing(self, frame: pl.DataFrame, rows: Rows) -> Rows:
        passing = self.checked.passes(frame).to_numpy().copy()
        for group, predicate in self._partials:
            if predicate.evaluate is None:
                continue
            first = group.places(Turn(rows)).place == 0
            passing &= first | ~predicate.evaluate(frame).fill_null(value=False).to_numpy()
        return np.flatnonzero(~passing)

    def _unmet(self, frame: pl.DataFrame, rows: Rows, failing: Rows, tries: int) -> str:
        first = frame[int(failing[0]) : int(failing[0]) + 1]
        unmet = [test for test in self.checked.tests if not test.holds(first).all()]
        shown = "; ".join(f"{test.where} ({test.text})" for test in unmet) or "its unique keys"
        row = int(rows[failing[0]]) + 1
        return f"No row {row:,} of {self.table.ref} was found in {tries:,} tries that meets {shown}."

    # ------------------------------------------------------------ turns

    def _made(self, units: Sequence[Unit], turn: Turn, frame: pl.DataFrame | None = None) -> pl.DataFrame:
        """The columns of units, each given those before it."""
        found = frame if frame is not None and frame.width else pl.DataFrame()
        for unit in units:
            made = unit.make(turn, found)
            found = made if found.width == 0 else found.hstack(made.get_columns())
        return found


def _each_turn(rows: Rows, free: Rows, key: Rows, unit: Unit, given: pl.DataFrame) -> pl.DataFrame:
    """The columns of a unit, made at once for rows that it draws equally often."""
    if unit.redrawn != "free":
        free = np.zeros_like(rows)
    if unit.redrawn != "key":
        key = np.zeros_like(rows)
    if not free.any() and not key.any():
        return unit.make(Turn(rows), given)

    def make(turn: Turn, places: Rows) -> pl.DataFrame:
        return unit.make(turn, _lines(given, places))

    return _grouped(rows, free, key, make)


def _grouped(rows: Rows, free: Rows, key: Rows, make: Callable[[Turn, Rows], pl.DataFrame]) -> pl.DataFrame:
    """What `make` gives for rows with equal tries and their places among `rows`, put together in the order of `rows`."""
    if not len(rows) or ((free == free[0]).all() and (key == key[0]).all()):
        first = (int(free[0]), int(key[0])) if len(rows) else (0, 0)
        return make(Turn(rows, *first), np.arange(len(rows)))
    pairs, which = np.unique(np.stack([free, key]), axis=1, return_inverse=True)
    places = [np.flatnonzero(which.reshape(-1) == number) for number in range(pairs.shape[1])]
    tries = [(int(one), int(other)) for one, other in pairs.T]
    parts = [make(Turn(rows[each], *tried), each) for each, tried in zip(places, tries, strict=True)]
    return pl.concat(parts, how="vertical_relaxed")[np.argsort(np.concatenate(places))]


def _present(name: str, frame: pl.DataFrame) -> pl.Series:
    return frame[name].is_not_null()


def _absent(names: Sequence[str], there: pl.DataFrame, frame: pl.DataFrame) -> pl.Series:
    """For each row, whether none of those that are there has the same values."""
    asked = frame.select(names)
    known = there.cast(asked.schema, strict=False).with_columns(pl.lit(value=True).alias("\x00there"))
    return asked.join(known, on=names, how="left", maintain_order="left")["\x00there"].is_null()


def _lines(frame: pl.DataFrame, places: Rows) -> pl.DataFrame:
    """Some lines of a frame. One without columns has no lines: the table has no fixed columns."""
    return frame[places] if frame.width else frame


def _replaced(frame: pl.DataFrame, lines: pl.DataFrame, places: Rows) -> pl.DataFrame:
    """A frame with some of its lines exchanged."""
    if not len(places):
        return frame
    order = np.arange(frame.height)
    order[places] = frame.height + np.arange(lines.height)
    return pl.concat([frame, lines.select(frame.columns)], how="vertical_relaxed")[order]
