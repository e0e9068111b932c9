"""Ranges: of numbers, dates and timestamps, one after the other where they are numbered, so that none overlaps."""

from __future__ import annotations

import polars as pl

from dbwright.catalog.objects import Range
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.source import pick
from dbwright.seed.values.times import DAY, Shape, micros

_SUBTYPES = {
    "int4": "integer",
    "int8": "integer",
    "num": "decimal",
    "ts": "timestamp",
    "tstz": "timestamptz",
    "date": "date",
}
_CAPACITIES = {
    "integer": 200_000_000,
    "decimal": 2**40,
    "date": 2_000_000,
    "timestamp": 60_000_000,
    "timestamptz": 60_000_000,
}
"""How many ranges fit side by side, by the kind of their bounds: dates and hours up to a year that engines can hold."""


class Periods:
    """PostgreSQL's ranges as their text "[a,b)"; multiranges in braces.

    kind: "integer", "decimal", "date", "timestamp" or "timestamptz". since: where numbered ranges begin.
    step: the length of a numbered range; drawn ones have up to `longest` of it.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, kind: str, since: int, step: int, *, several: bool = False, usual: int = 20_000) -> None:
        self.kind, self.since, self.step, self.several, self.usual = kind, since, step, several, usual
        self.longest = 10
        self.capacity: int | None = _CAPACITIES[kind]

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random ranges."""
        start = pick(rows, draw.of("start"), self.usual)
        return self._texts(start, start + 1 + pick(rows, draw.of("length"), self.longest))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Ranges side by side."""
        return self._texts(numbers, numbers + 1)

    def _texts(self, start: Rows, stop: Rows) -> pl.Series:
        low, high = (self._shown(self.since + bound * self.step) for bound in (start, stop))
        before, after = ("{[", ")}") if self.several else ("[", ")")
        return pl.select(pl.concat_str(pl.lit(before), low, pl.lit(","), high, pl.lit(after))).to_series()

    def _shown(self, at: Rows) -> pl.Series:
        if self.kind in ("integer", "decimal"):
            return pl.Series(at).cast(pl.String)
        if self.kind == "date":
            return Shape("date").series(at).dt.to_string("%Y-%m-%d")
        text = Shape("timestamp").series(at).dt.to_string("%Y-%m-%d %H:%M:%S")
        return text + "+00" if self.kind == "timestamptz" else text


def periods(asked: Asked) -> Periods:
    """Ranges of a column's type."""
    name = asked.type.spelling.rpartition(".")[2].strip('"')
    several = name.endswith("multirange")
    kind = _SUBTYPES.get(name.removesuffix("multirange").removesuffix("range"), "")
    if not kind:
        kind, several = _own(asked)
    until = micros(asked.until)
    if kind in ("integer", "decimal"):
        return Periods(kind, 0, 10, several=several)
    if kind == "date":
        return Periods(kind, (until - 3 * 365 * DAY) // DAY * DAY, DAY, several=several, usual=3 * 365)
    return Periods(kind, (until - 3 * 365 * DAY) // DAY * DAY, DAY // 24, several=several, usual=3 * 365 * 24)


def _own(asked: Asked) -> tuple[str, bool]:
    """The kind of a range type that somebody made, and whether it is the multirange of one."""
    namespace, name = asked.type.user_type or ("", asked.type.spelling.rpartition(".")[2].strip('"'))
    found: Range | None = next(
        (
            each
            for each in asked.catalog.ranges
            if name in (each.name, each.multirange_name) and namespace in ("", each.namespace)
        ),
        None,
    )
    if found is None:
        return "decimal", False
    subtype = found.subtype
    if subtype.kind == "timestamp":
        return ("timestamptz" if subtype.with_zone else "timestamp"), name == found.multirange_name
    kind = subtype.kind if subtype.kind in ("integer", "date") else "decimal"
    return kind, name == found.multirange_name
