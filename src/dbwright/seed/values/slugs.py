"""Texts in plain letters, as they stand in e-mail addresses, user names and URLs."""

from __future__ import annotations

import numpy as np
import polars as pl

from dbwright.seed.draw import Rows
from dbwright.seed.values.source import longest

_LATIN = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "å": "a", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ı": "i", "ə": "e", "&": " and ",
}  # fmt: skip
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g".replace("_", "").split(
            " "
        ),
        strict=True,
    )
)
_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(), strict=True)
)
_LETTERS = {**_LATIN, **_CYRILLIC, **_GREEK}
_PLAIN = r"^[A-Za-z]+( [A-Za-z]+)*$"


def slugs(texts: pl.Series, separator: str = "", fallback: pl.Series | None = None) -> pl.Series:
    """Texts in lower case with nothing but letters from a to z and a separator between words; no digits.

    fallback: plain words for texts of which nothing is left, such as Japanese ones, chosen by the text.
    """
    plain = texts.str.contains(_PLAIN).fill_null(True)
    if plain.all():
        return texts.str.to_lowercase().str.replace_all(" ", separator, literal=True)
    odd = texts.filter(~plain)
    found = texts.str.to_lowercase().str.replace_all(" ", separator, literal=True)
    return found.scatter(np.flatnonzero(~plain.to_numpy()), _spelled(odd, separator, fallback))


def _spelled(texts: pl.Series, separator: str, fallback: pl.Series | None) -> pl.Series:
    lower = texts.str.to_lowercase().str.normalize("NFC")
    spelled = lower.str.replace_many(list(_LETTERS), list(_LETTERS.values())).str.normalize("NFKD")
    joined = spelled.str.replace_all(r"[\u0300-\u036f'’]", "")
    plain = joined.str.replace_all(r"[^a-z]+", separator)
    if separator:
        plain = plain.str.strip_chars(separator)
    if fallback is None or not (plain.str.len_bytes() == 0).any():
        return plain
    other = fallback.gather((texts.hash(1) % len(fallback)).cast(pl.Int64))
    return pl.select(pl.when(plain.str.len_bytes() == 0).then(other).otherwise(plain)).to_series()


class KnownSlugs:
    """The slugs of a pool's texts, found by a look-up; other texts are spelled out one by one.

    endings: what may stand behind a slug; the place of the ending is chosen with each text.
    """

    def __init__(
        self, texts: pl.Series, fallback: pl.Series, *, initials: bool = False, endings: tuple[str, ...] = ("",)
    ) -> None:
        self.fallback, self.endings, self.initials = fallback, endings, initials
        self.kind = pl.Enum(texts)
        whole = slugs(texts, "", fallback)
        shown = [whole, whole.str.slice(0, 1)] if initials else [whole]
        self.count = len(texts)
        self.table = pl.concat([form + ending for form in shown for ending in endings]).rechunk()
        self.longest = longest(self.table)

    def of(self, texts: pl.Series, ending: Rows | None = None, initial: Rows | None = None) -> pl.Series:
        """The slug of each text with its ending, the initial alone where `initial` is 1."""
        known = texts.cast(self.kind, strict=False).to_physical()
        variant = np.zeros(len(texts), dtype=np.int64) if ending is None else ending
        if initial is not None and self.initials:
            variant = variant + initial * len(self.endings)
        missing = known.has_nulls()
        place = (known.fill_null(0) if missing else known).to_numpy().astype(np.int64)
        found = self.table.gather(place + variant * self.count)
        if not missing:
            return found
        unknown = np.flatnonzero(known.is_null().to_numpy())
        spelled = slugs(texts.gather(unknown).fill_null(""), "", self.fallback)
        if initial is not None:
            spelled = pl.select(
                pl.when(pl.Series(initial[unknown] == 1)).then(spelled.str.slice(0, 1)).otherwise(spelled)
            ).to_series()
        if ending is not None:
            spelled = spelled + pl.Series(self.endings).gather(ending[unknown])
        return found.scatter(unknown, spelled)
