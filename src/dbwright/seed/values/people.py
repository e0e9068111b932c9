"""People: names, and the e-mail addresses, user names and titles that go with them."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pools import pool
from dbwright.seed.values.prose import Phrases, cut, fitting_pool
from dbwright.seed.values.slugs import KnownSlugs, slugs
from dbwright.seed.values.source import Pool, Source, Unique, longest, pick

_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")
"""Domains that are nobody's (RFC 2606)."""
_SEPARATORS = (".", ".", ".", "_", "", "-")
_FAMILY_FIRST = ("ja", "zh", "ko", "hu")
_FEMALE = frozenset(("f", "w", "female", "woman", "frau", "femme", "weiblich", "mrs", "ms", "miss", "mme", "2"))
_MALE = frozenset(("m", "male", "man", "herr", "homme", "männlich", "mr", "1"))
_TITLES = {
    "de": ("Herr", "Frau"), "fr": ("M.", "Mme"), "es": ("Sr.", "Sra."), "it": ("Sig.", "Sig.ra"), "ja": ("殿", "様"),
    "nl": ("Dhr.", "Mevr."), "pt": ("Sr.", "Sra."),
}  # fmt: skip


class FirstNames:
    """First names that go with the gender or the salutation of the row, where there is one."""

    def __init__(self, asked: Asked) -> None:
        self.both, self.female, self.male = (
            fitting_pool(name, asked.locale, asked.room)
            for name in ("first_name", "first_name_female", "first_name_male")
        )
        self.extend = asked.unique()
        self.names = Pool(self.both, extend=self.extend)
        gender = asked.sibling("gender", "salutation")
        self.needs = (gender,) if gender else ()
        self.capacity, self.usual = self.names.capacity, self.names.usual

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random first names."""
        names = self.names.draw(rows, draw, given)
        if not self.needs:
            return names
        spoken = given[self.needs[0]].cast(pl.String).str.to_lowercase().str.strip_chars(" .")
        female = self.female.gather(pick(rows, draw, len(self.female)))
        male = self.male.gather(pick(rows, draw, len(self.male)))
        chosen = pl.when(spoken.is_in(list(_FEMALE))).then(female).when(spoken.is_in(list(_MALE))).then(male)
        return pl.select(chosen.otherwise(names)).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different first names."""
        return self.names.nth(numbers, draw, given)


class Person:
    """Who a row is about: its own names where it has them, else made-up ones that no column holds.

    `needs` are the columns of names that the row has.
    """

    def __init__(self, asked: Asked, *, whole: bool = True) -> None:
        self.first, self.last = asked.sibling("first_name"), asked.sibling("last_name")
        self.full = asked.sibling("full_name") if whole and not (self.first and self.last) else None
        self.needs = tuple(name for name in ((self.full,) if self.full else (self.first, self.last)) if name)
        self.locale = asked.locale
        self.firsts, self.lasts = pool("first_name", asked.locale), pool("last_name", asked.locale)

    def names(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """First and last name of each row."""
        if self.full:
            whole = self._filled(given[self.full], self.firsts, rows, draw.of("first"))
            return whole, pl.Series([""]).new_from_index(0, len(rows))
        first = self._known(self.first, self.firsts, rows, draw.of("first"), given)
        return first, self._known(self.last, self.lasts, rows, draw.of("last"), given)

    def _known(self, column: str | None, names: pl.Series, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        if column is None:
            return names.gather(pick(rows, draw, len(names)))
        return self._filled(given[column], names, rows, draw)

    @staticmethod
    def _filled(values: pl.Series, names: pl.Series, rows: Rows, draw: Draw) -> pl.Series:
        texts = values.cast(pl.String)
        if not texts.has_nulls():
            return texts
        other = names.gather(pick(rows, draw, len(names)))
        return pl.select(pl.coalesce(texts, other)).to_series()


class FullNames:
    """First and last name in the order of the language: the row's own, where it has columns for them."""

    def __init__(self, asked: Asked) -> None:
        self.person = Person(asked, whole=False)
        self.needs = self.person.needs
        self.family_first = asked.locale.lower().startswith(_FAMILY_FIRST)
        self.extend = asked.unique()
        self.capacity = self.extend.capacity
        names = _single_names(asked.locale)
        self.whole = None if self.needs else Phrases(list(names[::-1] if self.family_first else names), self.extend)
        self.usual = self.whole.usual if self.whole else None

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Full names."""
        first, last = self.person.names(rows, draw, given)
        pair = (last, first) if self.family_first else (first, last)
        return cut(pl.select(pl.concat_str(pair, separator=" ")).to_series(), self.extend.room)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different full names."""
        if self.whole:
            return self.whole.nth(numbers, draw, given)
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


@cache
def _single_names(locale: str) -> tuple[pl.Series, pl.Series]:
    """First and last names of one word."""
    first, last = (pool(name, locale) for name in ("first_name", "last_name"))
    return first.filter(~first.str.contains(" ", literal=True)), last.filter(~last.str.contains(" ", literal=True))


class Accounts:
    """User names and e-mail addresses, made of the person's names: "anna.smith@example.com", "asmith84".

    domains: what stands behind "@"; () for user names. Numbered ones have their number before the "@".
    """

    def __init__(self, asked: Asked, domains: tuple[str, ...]) -> None:
        self.person = Person(asked)
        self.needs = self.person.needs
        room = asked.room
        if domains and room is not None and room < 28:
            domains = ("example.com",) if room >= 16 else ("a.io",)
        self.tails = pl.Series([f"@{domain}" for domain in domains] or [""])
        numbers = [""] * 60 + [str(number) for number in range(1, 100)]
        self.endings = pl.Series([number + tail for tail in self.tails for number in numbers])
        widest = longest(self.tails)
        self.left = None if room is None else max(room - widest, 1)
        self.extend = Unique(self.left, separator="")
        self.capacity = self.extend.capacity
        self.fallback = pool("username_word", "en")
        self.firsts, self.lasts = _slugs_of("first_name", asked.locale), _slugs_of("last_name", asked.locale)
        self.fits = self.left is None or self.firsts.longest + self.lasts.longest + 12 <= self.left

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random ones, of which few are the same."""
        parts = self._local(rows, draw, given)
        ending = self.endings.gather(pick(rows, draw.of("ending"), len(self.endings)))
        if not self.fits and self.left is not None:
            parts = [_joined(parts).str.slice(0, max(self.left - 2, 1))]
            if self.left < 4:
                ending = self.tails.gather(pick(rows, draw.of("ending"), len(self.tails)))
        return _joined([*parts, ending])

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different ones."""
        tail = self.tails.gather(pick(numbers, draw.of("ending"), len(self.tails)))
        if self.extend.short:
            return _joined([self.extend.texts(self.tails, numbers).str.to_lowercase(), tail])
        parts = self._local(numbers, draw, given)
        if self.fits:
            return _joined([*parts, pl.Series(numbers + 1).cast(pl.String), tail])
        return _joined([self.extend.texts(_joined(parts), numbers + 1), tail])

    def _local(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> list[pl.Series]:
        """The names in plain letters: "anna." and "smith", or "a" and "smith"."""
        first, last = self.person.names(rows, draw, given)
        if self.person.full:
            return [slugs(first, ".", self.fallback)]
        bits = draw.of("style").bits(rows)
        initial = ((bits & np.uint64(3)) == 0).astype(np.int64)
        ending = ((bits >> np.uint64(8)) % np.uint64(len(_SEPARATORS))).astype(np.int64)
        return [self.firsts.of(first, ending, initial), self.lasts.of(last)]


def _joined(parts: list[pl.Series]) -> pl.Series:
    return pl.select(pl.concat_str(parts)).to_series() if len(parts) > 1 else parts[0]


@cache
def _slugs_of(name: str, locale: str) -> KnownSlugs:
    """The names of a pool in plain letters."""
    fallback = pool("username_word", "en")
    if name == "first_name":
        return KnownSlugs(pool(name, locale), fallback, initials=True, endings=_SEPARATORS)
    return KnownSlugs(pool(name, locale), fallback)


def emails(asked: Asked) -> Accounts:
    """E-mail addresses at domains that are nobody's."""
    return Accounts(asked, _DOMAINS)


def usernames(asked: Asked) -> Accounts:
    """User names."""
    return Accounts(asked, ())


def genders(asked: Asked) -> Source:
    """Female and male, sometimes another, as short as the column wants it."""
    room = asked.room
    texts = ["female", "male", "other"] if room is None or room >= 6 else ["F", "M", "X"]
    return Pool(pl.Series(texts), weights=[0.5, 0.48, 0.02])


class Salutations:
    """Mr and Ms in the language, by the gender of the row where there is one."""

    def __init__(self, asked: Asked) -> None:
        male, female = _TITLES.get(asked.locale.lower()[:2], ("Mr.", "Ms."))
        self.texts = cut(pl.Series([male, female]), asked.room)
        self.capacity = self.texts.n_unique()
        gender = asked.sibling("gender")
        self.needs = (gender,) if gender else ()

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Salutations."""
        places = pick(rows, draw, 2)
        if self.needs:
            spoken = given[self.needs[0]].cast(pl.String).str.to_lowercase()
            female, male = spoken.is_in(list(_FEMALE)).fill_null(False), spoken.is_in(list(_MALE)).fill_null(False)
            places = np.where(female.to_numpy(), 1, np.where(male.to_numpy(), 0, places))
        return self.texts.gather(places)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """One and the other."""
        return self.texts.gather(numbers % 2)


class Initials:
    """The first letters of the names."""

    def __init__(self, asked: Asked) -> None:
        self.person = Person(asked)
        self.needs = self.person.needs
        self.extend = asked.unique()
        self.capacity = self.extend.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Two letters."""
        first, last = self.person.names(rows, draw, given)
        text = pl.select(pl.concat_str(first.str.slice(0, 1), last.str.slice(0, 1))).to_series()
        return text if self.extend.room is None else text.str.slice(0, self.extend.room)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Letters with their number."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)
