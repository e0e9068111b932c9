"""Addresses whose parts fit each other: country, region, city, postcode, position, time zone and telephone number."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.country_values import country_codes, country_codes_of_three, country_names
from dbwright.seed.values.pools import pool
from dbwright.seed.values.postcodes import Postcodes
from dbwright.seed.values.prose import cut, fitting, fitting_pool
from dbwright.seed.values.somewhere import OfPlace
from dbwright.seed.values.source import Pool, Source, pick

_NUMBER_FIRST = ("en", "fr")


class Streets:
    """Street and house number in the order of the language; the street alone where a column holds the number."""

    needs: tuple[str, ...] = ()

    def __init__(self, asked: Asked) -> None:
        locale = asked.locale.lower()
        self.number_first = locale.startswith(_NUMBER_FIRST)
        self.alone = asked.sibling("house_number") is not None or asked.words[-2:] == ("street", "name")
        self.ready = locale.startswith(("ja", "zh", "ko"))
        room = asked.room
        whole = (self.ready or self.number_first) and not self.alone
        names = _streets_of(asked.locale) if whole else pool("street_name", asked.locale)
        self.names = fitting(names, room and room - 5)
        self.numbers = pl.Series([str(number) for number in (*range(1, 200), *range(201, 2_400, 11))])
        self.extend = asked.unique()
        self.capacity = self.extend.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random streets."""
        names = self.names.gather(pick(rows, draw, len(self.names)))
        if self.alone or self.ready:
            return cut(names, self.extend.room)
        numbers = self.numbers.gather(pick(rows, draw.of("number"), len(self.numbers)))
        parts = (numbers, names) if self.number_first else (names, numbers)
        return cut(pl.select(pl.concat_str(parts, separator=" ")).to_series(), self.extend.room)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Streets with their number."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


@cache
def _streets_of(locale: str) -> pl.Series:
    """Streets with what they are ("Oak Street"), without the number that may stand before them."""
    names = pool("street", locale)
    if locale.lower().startswith(_NUMBER_FIRST):
        names = names.str.strip_chars_start("0123456789, ").unique(maintain_order=True)
    return names


class WholeAddresses:
    """Street, postcode and city in one text: the row's own, where it has columns for them."""

    def __init__(self, asked: Asked) -> None:
        self.streets, self.postcodes = Streets(asked), Postcodes(asked)
        self.city = OfPlace(asked, "city", ("city", "country", "country_code"), asked.unique())
        parts = ("street", "postcode", "city") if asked.sibling("city", "postcode") else ()
        self.own = {name: column for name in parts if (column := asked.sibling(name))}
        self.needs = tuple(dict.fromkeys((*self.own.values(), *self.postcodes.needs, *self.city.needs)))
        self.extend = asked.unique()
        self.capacity = self.extend.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random addresses."""
        sources: dict[str, Source] = {"street": self.streets, "postcode": self.postcodes, "city": self.city}
        place = draw.of("place")
        street, postcode, city = (
            given[self.own[name]].cast(pl.String).fill_null("") if name in self.own else source.draw(rows, place, given)
            for name, source in sources.items()
        )
        text = pl.select(pl.concat_str(street, pl.lit(", "), postcode, pl.lit(" "), city)).to_series()
        return cut(text, self.extend.room)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Addresses with their number."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


def _of_place(field: str, *anchors: str) -> Callable[[Asked], Source]:
    return lambda asked: OfPlace(asked, field, anchors, asked.unique())


def _cities(asked: Asked) -> Source:
    """Cities of the row's country; any of the language where nothing else of the address is in the table."""
    if asked.sibling("country", "country_code", "state", "postcode", "latitude", "time_zone"):
        return OfPlace(asked, "city", ("country", "country_code"), asked.unique())
    return Pool(fitting_pool("city", asked.locale, asked.room), extend=asked.unique())


def _states(asked: Asked) -> Source:
    field = "region_code" if asked.room is not None and asked.room <= 3 else "region"
    if "state" in asked.table_words or "region" in asked.table_words:
        return Pool(fitting_pool("state", asked.locale, asked.room), extend=asked.unique())
    return OfPlace(asked, field, ("city", "country", "country_code"), asked.unique())


@cache
def _house_numbers() -> pl.Series:
    return pl.Series([str(number) + ("a" if number % 17 == 0 else "") for number in range(1, 180)])


def _second_lines(asked: Asked) -> Source:
    numbers = range(1, 120)
    texts = [f"Apt. {number}" for number in numbers] + [f"Suite {number * 10}" for number in range(1, 60)]
    return Pool(fitting(pl.Series(texts), asked.room), extend=asked.unique("/"))


def _streets(asked: Asked) -> Source:
    """The street, where the rest of the address has columns of its own; else all of it."""
    rest = asked.sibling("city", "postcode")
    whole = asked.meaning == "full_address" or "address" in asked.words or "adresse" in asked.words
    wide = asked.room is None or asked.room >= 40
    return WholeAddresses(asked) if rest is None and whole and wide else Streets(asked)


MAKERS: dict[str, Callable[[Asked], Source | None]] = {
    "street": _streets,
    "address_2": _second_lines,
    "house_number": lambda asked: Pool(fitting(_house_numbers(), asked.room), extend=asked.unique("-")),
    "full_address": lambda asked: (
        WholeAddresses(asked) if set(asked.words) & {"full", "formatted"} else _streets(asked)
    ),
    "city": _cities,
    "state": _states,
    "postcode": Postcodes,
    "country": country_names,
    "country_code": country_codes,
    "country_code_3": country_codes_of_three,
    "continent": lambda asked: Pool(
        fitting(
            pl.Series(["Europe", "Asia", "Africa", "North America", "South America", "Oceania", "Antarctica"]),
            asked.room,
        ),
        extend=asked.unique(),
    ),
    "time_zone": _of_place("time_zone", "city", "country", "country_code"),
}
