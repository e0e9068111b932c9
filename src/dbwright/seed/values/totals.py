"""Totals of a row from its other amounts: quantity times price, or subtotal with tax and shipping and without the discount."""

from __future__ import annotations

import numpy as np
import polars as pl

from dbwright.relationships.words import words
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.bounds import number_bounds
from dbwright.seed.values.by_number import number, scale_of
from dbwright.seed.values.numbers import as_numbers
from dbwright.seed.values.source import Source

_TOTALS = frozenset(("total", "subtotal", "gross", "net", "line", "sum", "summe", "gesamt"))
_SUBTOTALS = frozenset(("subtotal", "net"))
_MINOR = frozenset(("cents", "minor", "cent", "pence"))


class Computed:
    """A sum of products of other columns, kept within the column's own bounds; where one of them is NULL, any number.

    factors: columns that are multiplied. plus, minus: columns that are added and taken off.
    """

    def __init__(self, asked: Asked, factors: tuple[str, ...], plus: tuple[str, ...], minus: tuple[str, ...]) -> None:
        self.factors, self.plus, self.minus = factors, plus, minus
        self.needs = (*factors, *plus, *minus)
        self.alone: Source = number(asked)
        self.capacity = self.alone.capacity
        self.scale = scale_of(asked)
        step = 10**self.scale
        lowest, highest = number_bounds(asked, (float("-1e18") / step, float("1e18") / step), self.scale)
        self.lowest, self.highest = lowest / step, highest / step

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The total of each row."""
        total = np.ones(len(rows)) if self.factors else np.zeros(len(rows))
        for name in self.factors:
            total = total * as_numbers(given[name])
        for sign, names in ((1, self.plus), (-1, self.minus)):
            for name in names:
                total = total + sign * np.nan_to_num(as_numbers(given[name]))
        kept = np.round(
            np.clip(total, max(self.lowest, 0.0) if self.lowest <= 0 else self.lowest, self.highest), self.scale
        )
        other = self.alone.draw(rows, draw, given)
        if not np.isnan(kept).any():
            return pl.Series(kept).cast(other.dtype)
        computed = pl.Series(kept).fill_nan(None).cast(other.dtype)
        return pl.select(pl.coalesce(computed, other)).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different numbers, whatever the others are."""
        return self.alone.nth(numbers, draw, given)


def computed(asked: Asked) -> Source | None:
    """The total that a column holds, where its name says that it is one and the table has what it is made of."""
    if not _TOTALS & set(asked.words) or asked.hint.distribution or asked.hint.quantiles or asked.hint.mean is not None:
        return None
    minor = bool(_MINOR & set(asked.words))
    spoken = {
        column.name: set(words(column.name))
        for column in asked.table.columns
        if column.name != asked.column.name and column.generated is None and column.type.is_number
    }
    alike = {name for name, each in spoken.items() if bool(_MINOR & each) == minor}
    referring = {name for key in asked.table.foreign_keys for name in key.columns}
    taxes, fees, discounts = (
        tuple(
            name
            for name in alike - referring
            if spoken[name] & kinds and not spoken[name] & {"rate", "percent", "percentage", "pct"}
        )
        for kinds in ({"tax", "vat"}, {"shipping", "freight", "fee", "fees"}, {"discount"})
    )
    before = next((name for name in alike if spoken[name] & _SUBTOTALS), None)
    if before is not None and not _SUBTOTALS & set(asked.words):
        return Computed(asked, (), tuple(sorted((before, *taxes, *fees))), tuple(sorted(discounts)))
    quantity, price = asked.sibling("quantity"), asked.sibling("price")
    if quantity in spoken and price in alike and quantity is not None and price is not None:
        return Computed(asked, (quantity, price), tuple(sorted(taxes)), tuple(sorted(discounts)))
    return None
