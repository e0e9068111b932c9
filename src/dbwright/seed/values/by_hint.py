"""Values as the settings ask for them: constants, lists, patterns, templates, meanings, and columns that go together."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import msgspec
import polars as pl

from dbwright.errors import UsageError
from dbwright.seed.checks.terms import NotRead
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.limited import series_of
from dbwright.seed.values.meaning import fits
from dbwright.seed.values.numbers import Correlation, Floats, Numbers
from dbwright.seed.values.patterns import Written
from dbwright.seed.values.phrases import PHRASES
from dbwright.seed.values.quantiles import Quantiles
from dbwright.seed.values.source import Constant, Pool, Source, Unique
from dbwright.seed.values.times import Moments


def by_hint(asked: Asked) -> Source | None:
    """What the settings ask for in a column; None where they leave it to its meaning and type."""
    hint = asked.hint
    where = f"{asked.table.ref}.{asked.column.name}"
    if hint.meaning is not None:
        if hint.meaning not in set(PHRASES.values()):
            known = ", ".join(sorted(set(PHRASES.values())))
            raise UsageError(
                f'There is no meaning "{hint.meaning}", which was asked for {where}.', hint=f"Use one of {known}."
            )
        if not fits(hint.meaning, asked.type):
            raise UsageError(f'{where} is of type {asked.type.spelling} and cannot hold the meaning "{hint.meaning}".')
    if hint.constant is not None:
        values = _series([hint.constant], asked, where)
        return Constant(values[0], values.dtype)
    if hint.values is not None:
        listed = list(hint.values)
        if not listed:
            raise UsageError(f"The list of values for {where} is empty.")
        if len(set(map(str, listed))) != len(listed):
            raise UsageError(f"The list of values for {where} names a value twice.")
        weights = [float(weight) for weight in hint.values.values()] if isinstance(hint.values, dict) else None
        if weights and (min(weights) < 0 or sum(weights) <= 0):
            raise UsageError(f"The weights of values for {where} must not be negative, and one must be above 0.")
        return Pool(_series(listed, asked, where), weights=weights)
    if hint.pattern is not None:
        limit = msgspec.structs.replace(asked.limit, patterns=(*asked.limit.patterns, hint.pattern))
        try:
            return Written(limit, asked.room, folded=not asked.both_cases)
        except NotRead as error:
            raise UsageError(f'No text for {where} can be made by the pattern "{hint.pattern}": {error}.') from error
    if hint.template is not None:
        return Template(hint.template, asked)
    return None


def _series(values: list[object], asked: Asked, where: str) -> pl.Series:
    try:
        return series_of(values, asked.type)
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(f"A value that was given for {where} is no {asked.type.spelling}: {error}.") from error


class Template:
    """Texts with the values of other columns in them: "{first_name} of {city}"; {row} is the number of the row, from 1."""

    def __init__(self, template: str, asked: Asked) -> None:
        where = f"{asked.table.ref}.{asked.column.name}"
        try:
            self.parts = [(literal, name) for literal, name, _, _ in Formatter().parse(template)]
        except ValueError as error:
            raise UsageError(f"The template of {where} cannot be read: {error}.") from error
        names = dict.fromkeys(name for _, name in self.parts if name is not None and name != "row")
        for name in names:
            if asked.table.column(name) is None or name == asked.column.name:
                raise UsageError(f'The template of {where} names "{name}", which is no other column of the table.')
        self.needs = tuple(names)
        self.extend: Unique = asked.unique()
        self.capacity = self.extend.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The template filled in; NULL columns leave nothing."""
        parts: list[pl.Expr] = []
        for literal, name in self.parts:
            parts.append(pl.lit(literal))
            if name == "row":
                parts.append(pl.lit(pl.Series(rows + 1).cast(pl.String)))
            elif name is not None:
                parts.append(pl.lit(given[name].cast(pl.String).fill_null("")))
        text = pl.select(pl.concat_str(parts).alias("text")).to_series()
        text = text.new_from_index(0, len(rows)) if len(text) == 1 and len(rows) != 1 else text
        return text if self.extend.room is None else text.str.slice(0, self.extend.room)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The template with the number behind it, where the row's number is not in it already."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


def goes_with(asked: Asked, source: Source, others: Mapping[str, Source]) -> Source:
    """The source bent towards another column, as `correlate` asks. Raises UsageError where that cannot be."""
    where = f"{asked.table.ref}.{asked.column.name}"
    wanted = asked.hint.correlate or {}
    if len(wanted) != 1:
        raise UsageError(f"{where} can go with one other column, not with {len(wanted)}.")
    name, strength = next(iter(wanted.items()))
    if not -1 <= strength <= 1:
        raise UsageError(f"{where} goes with {name} by {strength}, which is not between -1 and 1.")
    other = others.get(name)
    quantiles: Quantiles | None = getattr(other, "quantiles", None)
    if quantiles is None or not isinstance(source, Numbers | Floats | Moments):
        raise UsageError(
            f"{where} cannot go with {name}: both must be numbers, dates or timestamps that are drawn on their own."
        )
    source.correlation = Correlation(name, strength, quantiles)
    source.needs = tuple(dict.fromkeys((*source.needs, name)))
    return source
