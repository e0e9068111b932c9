"""How the rows of one table are made: what is fixed (keys and references) and in which order, and what is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dbwright.seed.base import Limit, Values
from dbwright.seed.checks.checked import Condition
from dbwright.seed.draw import Draw
from dbwright.seed.keys.ask import Ask
from dbwright.seed.keys.fill import Filler, agreeable
from dbwright.seed.keys.kinds import base_type, frame_type
from dbwright.seed.keys.known import Shortage
from dbwright.seed.keys.links import links_of
from dbwright.seed.keys.numbering import first_free, numbered_column
from dbwright.seed.keys.references import OneEach, Reference
from dbwright.seed.keys.required import Key, required_keys
from dbwright.seed.keys.settle import Settlement
from dbwright.seed.keys.units import Absent, Different, Drawn, Numbered, Placed, Unit


@dataclass(kw_only=True)
class Layout:
    """How rows are made. Columns of `fixed` are made first and stay; then those of `free`, which tests may draw anew.

    later: what an UPDATE sets. keys: what must differ. required: columns of references that may not come out empty.
    released: columns of `free` that differ, or are NULL. stood_on: columns that other columns or tables depend on.
    predicates: the conditions of keys that count only for some rows, by what the key is called.
    """

    fixed: list[Unit] = field(default_factory=list)
    free: list[Unit] = field(default_factory=list)
    later: list[Reference] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    stood_on: set[str] = field(default_factory=set)
    settlement: Settlement
    predicates: dict[str, Condition] = field(default_factory=dict)

    @property
    def shortages(self) -> list[Shortage]:
        """What limits the number of rows."""
        return self.settlement.shortages


def lay_out(ask: Ask) -> Layout:
    """Decide how every column of a table is made."""
    table = ask.table
    values = {each.columns[0]: each for each in ask.values}
    links = links_of(table, ask.tables, ask.later)
    draw = Draw(ask.seed, table.namespace, table.name)
    keys = required_keys(table)
    allowed = {link.number: agreeable(link, links, ask) for link in links}
    settlement = Settlement(ask, links, keys, allowed, draw)
    # Rows that come beside others are no second edition of them.
    later = draw if ask.existing is None or not ask.existing.height else draw.of("beside", ask.existing.height)
    filler = Filler(ask, settlement, later)
    number = numbered_column(table, ask.catalog, values, ask.checked.limits)
    if number is not None:
        settlement.number(number, first_free(number, ask.checked.limits.get(number, Limit()), table, ask.existing))
    periods = filler.periods([*ask.checked.excluded], keys)
    for key in keys:
        if not key.overlaps:
            settlement.settle(key)
    references = filler.references()
    layout = Layout(settlement=settlement, keys=keys, later=filler.later, required=filler.required)
    units: list[Unit] = [*periods, *references]
    units += [Numbered(name, first) for name, first in settlement.numbered.items()]
    taken = {name for unit in units for name in unit.columns}
    for name, each in values.items():
        if name not in taken:
            units.append(_unit(name, each, settlement, ask, keys, draw, later))
    taken |= values.keys()
    for column in table.columns:
        if column.name not in taken and column.generated is None and column.name in filler.empty:
            dtype = frame_type(base_type(column.type, ask.catalog))
            units.append(Absent((column.name,), {column.name: dtype}))
    layout.stood_on = {name for link in settlement.links for name in link.shared} | ask.referenced
    layout.stood_on |= {name for unit in units for name in unit.needs}
    layout.released = _released(units, keys, ask, settlement, layout.stood_on)
    _divide(layout, units, _fixed_columns(ask, keys, periods, filler) - layout.released)
    return layout


def _released(
    units: Sequence[Unit], keys: Sequence[Key], ask: Ask, settlement: Settlement, stood_on: set[str]
) -> set[str]:
    """Columns that differ but may be NULL as well, where a check over several columns may want them to be."""
    checked = {name for test in ask.checked.tests if len(test.columns) > 1 for name in test.columns}
    stood_on = stood_on | {name for key in keys if not key.nulls_differ for name in key.columns}
    found: set[str] = set()
    for unit in units:
        name = unit.columns[0]
        each = isinstance(unit, Different) or (isinstance(unit, Reference) and isinstance(unit.chooser, OneEach))
        if each and len(unit.columns) == 1 and name in checked - stood_on and settlement.nullable(name):
            found.add(name)
    return found


def _unit(
    name: str, values: Values, settlement: Settlement, ask: Ask, keys: Sequence[Key], draw: Draw, later: Draw
) -> Unit:
    """How a column is made. draw: for what must differ; later: for what may repeat."""
    index = settlement.indexes.get(name)
    if index is None:
        return Drawn(values, later.of(name))
    if name in settlement.starts:
        return Placed(name, settlement.starts[name], index)
    column, limit = ask.table.column(name), ask.checked.limits.get(name, Limit())
    may_lack = column is not None and column.nullable and limit.nullable
    may_lack = may_lack and all(key.nulls_differ for key in keys if name in key.columns) and name not in ask.referenced
    hint = ask.hint.columns.get(name)
    nulls = (hint.nulls if hint is not None and hint.nulls is not None else 0.0) if may_lack else 0.0
    return Different(values, draw.of(name), index, nulls)


def _fixed_columns(ask: Ask, keys: Sequence[Key], periods: Sequence[Unit], filler: Filler) -> set[str]:
    """Columns that other tables, keys or references stand on."""
    fixed = set(ask.referenced)
    for key in keys:
        if key.predicate is None:
            fixed.update(key.columns)
    for unit in periods:
        fixed.update(unit.columns)
    return fixed | filler.fixed


def _divide(layout: Layout, units: Sequence[Unit], fixed: set[str]) -> None:
    """Fixed units with all that they need, each after what it needs; then the others."""
    by_column = {name: unit for unit in units for name in unit.columns}
    ordered: list[Unit] = []

    def place(unit: Unit) -> None:
        if unit in ordered:
            return
        for name in unit.needs:
            if name in by_column and by_column[name] is not unit:
                place(by_column[name])
        ordered.append(unit)

    stays = [unit for unit in units if fixed & set(unit.columns) or unit.redrawn in ("key", "never")]
    stays = [unit for unit in stays if layout.released.isdisjoint(unit.columns)]
    for unit in stays:
        place(unit)
    count = len(ordered)
    for unit in units:
        place(unit)
    layout.fixed, layout.free = ordered[:count], ordered[count:]
