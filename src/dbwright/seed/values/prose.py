"""Longer texts: titles, sentences and paragraphs put together from pools, cut at a word where the column is short."""

from __future__ import annotations

from functools import cache, lru_cache
from math import prod

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.pools import folded, pool
from dbwright.seed.values.source import Pool, Unique, longest, pick

_SPACELESS = ("ja", "zh")


class Phrases:
    """A few pieces in a row, each from a pool: "Quiet Harbor Lamp".

    Numbered phrases are first all combinations of the pieces, where they can be told apart and fit, then have their number.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, pools: list[pl.Series], extend: Unique, separator: str = " ") -> None:
        self.pools, self.extend, self.separator = [fitting(each, extend.room) for each in pools], extend, separator
        self.capacity = extend.capacity
        self.usual = combinations(self.pools, extend.room, separator)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random phrases."""
        return self._joined([pick(rows, draw.of(place), len(each)) for place, each in enumerate(self.pools)])

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different phrases."""
        if self.usual and bool((numbers < self.usual).all()):
            return self._joined(combination(numbers, self.pools))
        texts = self.extend.texts(self.draw(numbers, draw, given), numbers)
        if not self.usual:
            return texts
        first = self._joined(combination(numbers % self.usual, self.pools))
        return pl.select(pl.when(pl.Series(numbers < self.usual)).then(first).otherwise(texts)).to_series()

    def _joined(self, places: list[Rows]) -> pl.Series:
        parts = [each.gather(place) for each, place in zip(self.pools, places, strict=True)]
        text = pl.select(pl.concat_str(parts, separator=self.separator)).to_series() if len(parts) > 1 else parts[0]
        return cut(text, self.extend.room)


def combinations(pools: list[pl.Series], room: int | None, separator: str) -> int | None:
    """How many phrases of one piece of each pool can be told apart; None where a piece may hold the separator or none fits."""
    if len(pools) > 1 and (not separator or any(each.str.contains(separator, literal=True).any() for each in pools)):
        return None
    if room is not None and (room < 8 or sum(map(longest, pools)) + len(separator) * (len(pools) - 1) > room):
        return None
    return prod(len(each) for each in pools)


def combination(numbers: Rows, pools: list[pl.Series]) -> list[Rows]:
    """The places in each pool of the pieces of that phrase."""
    places: list[Rows] = []
    for each in reversed(pools):
        places.append(numbers % len(each))
        numbers = numbers // len(each)
    return places[::-1]


class Paragraphs:
    """Sentences in a row: from `least` to `most` of them."""

    needs: tuple[str, ...] = ()

    def __init__(
        self,
        sentences: pl.Series,
        least: int,
        most: int,
        extend: Unique,
        *,
        least_length: int = 0,
        separator: str = " ",
    ) -> None:
        self.separator = separator
        self.least, self.most, self.extend = least, most, extend
        room = extend.room
        self.sentences = fitting(sentences, room)
        self.capacity = extend.capacity
        if least_length:
            mean = max(1.0, float(np.mean(self.sentences.str.len_chars().to_numpy())))
            self.least = max(least, int(least_length / mean * 1.5) + 2)
            self.most = max(self.most, self.least + 1)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random paragraphs."""
        count = self.least + pick(rows, draw.of("length"), self.most - self.least + 1)
        parts: list[pl.Expr] = []
        for place in range(self.most):
            sentence = pl.lit(self.sentences.gather(pick(rows, draw.of(place), len(self.sentences))))
            if place >= self.least:
                sentence = pl.when(pl.lit(pl.Series(count > place))).then(sentence)
            parts.append(sentence)
        text = pl.select(pl.concat_str(parts, separator=self.separator, ignore_nulls=True)).to_series()
        return cut(text, self.extend.room)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Paragraphs with their number."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


def fitting(texts: pl.Series, room: int | None) -> pl.Series:
    """The texts of a pool that fit; all of them, cut, where hardly one does."""
    if room is None:
        return texts
    if longest(texts) <= room:
        return texts
    short = texts.filter(texts.str.len_chars() <= room)
    if len(short) >= min(len(texts), 8):
        return short
    shortened = cut(texts, room)
    seen: dict[str, str] = {}
    for text in shortened.to_list():
        seen.setdefault(folded(text), text)
    return pl.Series(list(seen.values()), dtype=pl.String)


@lru_cache(maxsize=2_000)
def fitting_pool(name: str, locale: str, room: int | None) -> pl.Series:
    """The texts of a pool that fit, made once for all columns of that room."""
    return fitting(pool(name, locale), room)


def cut(texts: pl.Series, room: int | None) -> pl.Series:
    """Texts that are too long, cut to the room, without a space or half a punctuation at the end."""
    if room is None or longest(texts) <= room:
        return texts
    return texts.str.slice(0, room).str.strip_chars_end(" ,;:-(")


@cache
def title_words(locale: str) -> pl.Series:
    """Words in title case, for names of things."""
    found = pool("word", locale)
    one_word = found.filter(found.str.contains(r"^\p{L}{3,14}$"))
    return (one_word if len(one_word) > 50 else found).str.to_titlecase()


def separator_of(locale: str) -> str:
    """What stands between words."""
    return "" if locale.lower().startswith(_SPACELESS) else " "


def things(locale: str, extend: Unique) -> Phrases:
    """Names of things: two words."""
    return Phrases([title_words(locale)] * 2, extend, separator_of(locale))


def sentences(locale: str, extend: Unique) -> Pool:
    """Whole sentences."""
    return Pool(fitting(pool("sentence", locale), extend.room), extend=extend)
