"""Meaning → the source of its values."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dbwright.seed.values import addresses, internet, people, phones, shops, works
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.flags import of_pair
from dbwright.seed.values.networks import addresses as ip_addresses
from dbwright.seed.values.networks import addresses_6, hardware_addresses
from dbwright.seed.values.pieces import Hexadecimal, Uuids
from dbwright.seed.values.pools import pool
from dbwright.seed.values.prose import Paragraphs, Phrases, fitting_pool, separator_of, things, title_words
from dbwright.seed.values.somewhere import Coordinates
from dbwright.seed.values.source import Pool, Source
from dbwright.seed.values.totals import computed

Maker = Callable[[Asked], Source | None]


def by_meaning(asked: Asked) -> Source | None:
    """The source of a column by what it is for; None where its type has to tell."""
    maker = _MAKERS.get(asked.meaning or "")
    room = asked.room
    if asked.type.kind in ("uuid", "binary", "network", "array", "geometry", "json", "xml", "fulltext", "range"):
        return None
    if asked.meaning in ("latitude", "longitude") and asked.type.is_number and asked.limit.lowest is None:
        return Coordinates(asked, asked.meaning) if asked.sibling("city", "country", "country_code") else None
    if asked.meaning == "amount" and asked.type.is_number and (total := computed(asked)):
        return total
    if asked.meaning == "yes_or_no":
        return _flags(asked)
    if maker is None or asked.type.is_number or (room is not None and room < _LEAST.get(asked.meaning or "", 2)):
        return None
    return maker(asked)


_LEAST = {
    "email": 12, "url": 20, "image_url": 26, "sentence": 12, "paragraph": 12, "hash": 8, "token": 8, "street": 12, "full_address": 12,
}  # fmt: skip
"""Characters below which texts of a meaning make no sense."""


def named(name: str) -> Maker:
    """Texts of a pool, with numbers behind them when they are used up."""

    def make(asked: Asked) -> Source:
        return Pool(fitting_pool(name, asked.locale, asked.room), extend=asked.unique())

    return make


def choice(*texts: str, weights: list[float] | None = None, endless: bool = True) -> Maker:
    """A few texts."""

    def make(asked: Asked) -> Source | None:
        room = asked.room
        kept = [(text, place) for place, text in enumerate(texts) if room is None or len(text) <= room]
        if not kept:
            return named("word")(asked)
        chosen = [weights[place] for _, place in kept] if weights else None
        return Pool(
            pl.Series([text for text, _ in kept]), weights=chosen, extend=asked.unique("_") if endless else None
        )

    return make


def _flags(asked: Asked) -> Source:
    return of_pair(asked, "01" if asked.type.is_number else "NY")


def _years(asked: Asked) -> Source | None:
    if asked.room is not None and asked.room < 4:
        return None
    years = pl.Series([str(year) for year in range(1970, asked.until.year + 1)])
    return Pool(years, extend=asked.unique("/"))


def _identifiers(asked: Asked) -> Source | None:
    room = asked.room
    if room is None or room >= 36:
        return Uuids()
    return Hexadecimal(room) if room >= 16 else None


def _titles(asked: Asked) -> Source:
    return Phrases([title_words(asked.locale)] * 3, asked.unique(), separator_of(asked.locale))


def _paragraphs(asked: Asked) -> Source:
    room = asked.room
    most = 4 if room is None or room > 400 else 2 if room > 150 else 1
    return Paragraphs(
        pool("sentence", asked.locale), 1, most, asked.unique(), least_length=asked.limit.least_length,
        separator=separator_of(asked.locale),
    )  # fmt: skip


def _sentences(asked: Asked) -> Source:
    return Paragraphs(
        pool("sentence", asked.locale), 1, 1, asked.unique(), least_length=asked.limit.least_length,
        separator=separator_of(asked.locale),
    )  # fmt: skip


_MAKERS: dict[str, Maker] = {
    "first_name": people.FirstNames,
    "middle_name": named("first_name"),
    "last_name": named("last_name"),
    "full_name": people.FullNames,
    "initials": people.Initials,
    "salutation": people.Salutations,
    "gender": people.genders,
    "job": named("job"),
    "nationality": named("nationality"),
    "university": named("university"),
    "degree": named("degree"),
    "blood_type": choice("A+", "O+", "B+", "AB+", "A-", "O-", "B-", "AB-"),
    "email": people.emails,
    "username": people.usernames,
    "flag": _flags,
    "yes_or_no": _flags,
    "year": _years,
    "identifier": _identifiers,
    "title": _titles,
    "thing": lambda asked: things(asked.locale, asked.unique()),
    "sentence": _sentences,
    "paragraph": _paragraphs,
    "phone": phones.phones,
    **addresses.MAKERS,
    **internet.MAKERS,
    **shops.MAKERS,
    **works.MAKERS,
    "ip": lambda asked: ip_addresses(),
    "ip_6": lambda asked: addresses_6(),
    "mac": lambda asked: hardware_addresses(6),
}
"""Meanings of texts and truth values; those of numbers and times have files of their own."""
