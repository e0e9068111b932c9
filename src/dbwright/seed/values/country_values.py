"""Names and codes of countries: where people live, or all of them in a table that is about countries."""

from __future__ import annotations

import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.countries import countries
from dbwright.seed.values.pieces import letters
from dbwright.seed.values.pools import pool
from dbwright.seed.values.prose import cut, fitting
from dbwright.seed.values.somewhere import OfPlace
from dbwright.seed.values.source import Pool, Source, Unique


def country_names(asked: Asked) -> Source:
    """Names of countries: where people live, or all of them in a table that is about countries."""
    if "country" in asked.table_words:
        names = pool("country", asked.locale) if not asked.locale.startswith("en") else countries()["name"]
        code = asked.sibling("country_code")
        if code and asked.locale.startswith("en") and not _leads(asked):
            return Translated(code, countries()["code"], countries()["name"], asked.unique())
        return Pool(fitting(names, asked.room), extend=asked.unique())
    code = asked.sibling("country_code")
    if code:
        return OfPlace(asked, "country", ("country_code",), asked.unique())
    return OfPlace(asked, "country", (), asked.unique())


def country_codes(asked: Asked) -> Source:
    if "country" in asked.table_words:
        name = asked.sibling("country")
        if name and not _leads(asked):
            return Translated(name, countries()["name"], countries()["code"], asked.unique())
        return Pool(fitting(_and_more(countries()["code"], asked), asked.room), extend=asked.unique())
    return OfPlace(asked, "country_code", (), asked.unique())


def country_codes_of_three(asked: Asked) -> Source:
    """Codes of three letters, of the row's country where it is known."""
    if not _leads(asked):
        for meaning, field in (("country_code", "code"), ("country", "name")):
            if other := asked.sibling(meaning):
                return Translated(other, countries()[field], countries()["code_3"], asked.unique())
    return Pool(fitting(countries()["code_3"], asked.room), extend=asked.unique())


def _and_more(codes: pl.Series, asked: Asked) -> pl.Series:
    """The codes in use, then those of two letters that no country has."""
    if asked.room is None or asked.room > 3:
        return codes
    known = set(codes)
    return pl.concat(
        [codes, pl.Series([code for code in letters(2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") if code not in known])]
    )


def _leads(asked: Asked) -> bool:
    """Whether the column is a key by itself, so that others follow it."""
    return (asked.column.name,) in asked.table.keys


class Translated:
    """What belongs to the value of another column: the name to a country's code."""

    def __init__(self, column: str, known: pl.Series, translation: pl.Series, extend: Unique) -> None:
        self.needs, self.known, self.translation = (column,), known, cut(translation, extend.room)
        self.all = Pool(fitting(translation, extend.room), extend=extend)
        self.capacity = self.all.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The translation, or any where the other column says nothing known."""
        found = given[self.needs[0]].cast(pl.String).replace_strict(
            self.known, self.translation, default=None, return_dtype=pl.String
        )  # fmt: skip
        return pl.select(pl.coalesce(found, self.all.draw(rows, draw, given))).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different ones."""
        return self.all.nth(numbers, draw, given)
