"""The internet: addresses of pages and pictures, hashes, tokens, files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pieces import Hexadecimal
from dbwright.seed.values.pools import pool
from dbwright.seed.values.prose import cut, fitting, fitting_pool
from dbwright.seed.values.slugs import slugs
from dbwright.seed.values.source import Pool, Source, Unique, pick

_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

_SHORTEST_SLUG = 8


class Slugs:
    """Names for URLs, from the title or the name in the row where there is one: "quiet-harbor-lamp-42"."""

    def __init__(self, asked: Asked) -> None:
        source = asked.sibling(
            "title", "thing", "product", "full_name", "company", "category", "tag", "brand", "city", "username"
        )
        self.needs = (source,) if source else ()
        self.extend = Unique(asked.room, separator="-")
        self.capacity = self.extend.capacity
        self.words = _words_of(asked.locale)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Slugs of the titles; one title in two rows gives the same."""
        first = self.words.gather(pick(rows, draw.of(1), len(self.words)))
        second = self.words.gather(pick(rows, draw.of(2), len(self.words)))
        other = pl.select(pl.concat_str(first, second, separator="-")).to_series()
        if not self.needs:
            return cut(other, self.extend.room)
        texts = slugs(given[self.needs[0]].cast(pl.String), "-", self.words)
        texts = pl.select(pl.coalesce(texts, other)).to_series()
        return texts if self.extend.room is None else texts.str.slice(0, self.extend.room).str.strip_chars_end("-")

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Slugs with their number."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


@cache
def _words_of(locale: str) -> pl.Series:
    """Words in plain letters."""
    words = slugs(pool("word", locale), "-", pool("username_word", "en"))
    return words.filter(words.str.len_chars().is_between(3, 14)).unique(maintain_order=True)


class Wrapped:
    """Texts of another source between a beginning and an end: "https://example.com/" + slug."""

    def __init__(self, before: str, source: Source, after: str = "") -> None:
        self.before, self.source, self.after = before, source, after
        self.needs, self.capacity = source.needs, source.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random texts."""
        return self._around(self.source.draw(rows, draw, given))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The text of that number."""
        return self._around(self.source.nth(numbers, draw, given))

    def _around(self, texts: pl.Series) -> pl.Series:
        return pl.select(pl.concat_str(pl.lit(self.before), texts, pl.lit(self.after))).to_series()


def _wrapped_slugs(before: str, after: str = "") -> Callable[[Asked], Source | None]:
    def make(asked: Asked) -> Source | None:
        slug = Slugs(asked)
        room = asked.room
        if room is not None and room < len(before) + len(after) + _SHORTEST_SLUG:
            return None
        slug.extend = Unique(None if room is None else room - len(before) - len(after), separator="-")
        slug.capacity = slug.extend.capacity
        return Wrapped(before, slug, after)

    return make


def _hashes(asked: Asked) -> Source:
    words, room = set(asked.words), asked.room
    length = 32 if "md5" in words else 40 if "sha1" in words else 64
    return Hexadecimal(min(length, room) if room else length)


def _tokens(asked: Asked) -> Source:
    return Hexadecimal(min(asked.room or 40, 40))


def _passwords(asked: Asked) -> Source:
    room = asked.room
    if room is not None and room < 60:
        return Hexadecimal(min(room, 40))
    return Wrapped("$2b$12$", Hexadecimal(32), "".join(_BCRYPT[place * 7 % 64] for place in range(21)))


def _pool(name: str) -> Callable[[Asked], Source]:
    return lambda asked: Pool(fitting_pool(name, "en", asked.room), extend=asked.unique())


def _domains(asked: Asked) -> Source | None:
    slug = Slugs(asked)
    if "subdomain" in asked.words:
        return slug
    if asked.room is not None and asked.room < 12 + _SHORTEST_SLUG:
        return None
    slug.extend = Unique(None if asked.room is None else asked.room - 12, separator="-")
    slug.capacity = slug.extend.capacity
    return Wrapped("", slug, ".example.com")


def _choice(*texts: str, weights: list[float] | None = None) -> Callable[[Asked], Source]:
    return lambda asked: Pool(
        fitting(pl.Series(texts), asked.room), weights=_cut(weights, texts, asked), extend=asked.unique()
    )


def _cut(weights: list[float] | None, texts: tuple[str, ...], asked: Asked) -> list[float] | None:
    """The weights, unless texts were left out because they are too long."""
    return weights if asked.room is None or all(len(text) <= asked.room for text in texts) else None


MAKERS: dict[str, Callable[[Asked], Source | None]] = {
    "slug": Slugs,
    "url": _wrapped_slugs("https://example.com/"),
    "image_url": _wrapped_slugs("https://example.com/i/", ".jpg"),
    "path": _wrapped_slugs("/data/"),
    "file_name": _wrapped_slugs("", ".pdf"),
    "domain": _domains,
    "hash": _hashes,
    "token": _tokens,
    "password": _passwords,
    "mime_type": _pool("mime_type"),
    "user_agent": _pool("user_agent"),
    "http_method": _choice("GET", "POST", "PUT", "PATCH", "DELETE", weights=[0.7, 0.18, 0.05, 0.04, 0.03]),
    "event": _choice(
        "created", "viewed", "updated", "login", "deleted", "exported", "shared", "logout", "invited", "archived"
    ),
}
