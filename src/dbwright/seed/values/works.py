"""Numbers that name works and rows of other systems: ISBN, EAN, IBAN, article and order numbers, with their check digits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pieces import Piece, Pieces, digits, run
from dbwright.seed.values.source import Source

CheckDigit = Callable[[Rows], Rows]


class Checked:
    """Numbers of fixed length with a check digit behind them.

    before: a fixed beginning. length: digits between it and the check digit. check: from the whole number to the digit.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, before: int, length: int, check: CheckDigit, width: int) -> None:
        self.before, self.length, self.check, self.width = before, length, check, width
        self.capacity: int | None = 10**length

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random numbers."""
        return self._shown(draw.below(rows, 10**self.length))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different numbers."""
        return self._shown(numbers)

    def _shown(self, numbers: Rows) -> pl.Series:
        whole = self.before * 10**self.length + numbers
        texts = pl.Series(whole * 10 + self.check(whole)).cast(pl.String)
        return texts.str.zfill(self.width)


def thirteen(whole: Rows) -> Rows:
    """The check digit of EAN-13 and ISBN-13 (ISO 2108): weights 1 and 3 from the left of twelve digits."""
    total = np.zeros(len(whole), dtype=np.int64)
    left = whole
    for place in range(12):
        total += left % 10 * (3 if place % 2 == 0 else 1)
        left = left // 10
    return (10 - total % 10) % 10


def luhn(whole: Rows) -> Rows:
    """The check digit of payment cards (ISO/IEC 7812-1): every second digit from the right doubled."""
    total = np.zeros(len(whole), dtype=np.int64)
    left, place = whole, 0
    while (left > 0).any():
        digit = left % 10 * (2 if place % 2 == 0 else 1)
        total += digit // 10 + digit % 10
        left, place = left // 10, place + 1
    return (10 - total % 10) % 10


class Ibans:
    """IBANs with the right check digits (ISO 13616): German ones, of a bank code that no bank has (00000000)."""

    needs: tuple[str, ...] = ()
    capacity: int | None = 10**10

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random accounts."""
        return self.nth(draw.below(rows, 10**10), draw, given)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The account of that number: modulo 97 of account, 13 14 (D E) and 00."""
        check = 98 - ((numbers % 97) * (10**6 % 97) + 131_400) % 97
        two = digits(2).gather(check)
        account = pl.Series(numbers).cast(pl.String).str.zfill(10)
        return pl.select(pl.concat_str(pl.lit("DE"), two, pl.lit("00000000"), account)).to_series()


def _code(*pieces: Piece) -> Callable[[Asked], Source | None]:
    """A shape, where the column has room for it; otherwise as many digits as fit."""
    width = sum(len(piece) if isinstance(piece, str) else len(piece[0]) for piece in pieces)

    def make(asked: Asked) -> Source | None:
        room = asked.room
        if room is None or room >= width:
            return Pieces(*pieces)
        return Pieces(*run("digits", room)) if room >= 4 else None

    return make


def _wide(width: int, make: Callable[[], Source]) -> Callable[[Asked], Source | None]:
    """A source, where the column has room for it."""
    return lambda asked: make() if asked.room is None or asked.room >= width else None


def _references(asked: Asked) -> Source | None:
    """Letters of the column's name before digits: "INV-20481733"."""
    room = asked.room
    letters = "".join(word[0] for word in (*asked.table_words[:1], *asked.words[:1])).upper() or "R"
    prefix = {"invoice": "INV", "order": "ORD", "tracking": "TRK", "customer": "CUS"}.get(asked.words[0], letters)
    prefix = prefix if prefix.isascii() and prefix.isalpha() else "R"
    if room is not None and room < len(prefix) + 9:
        return Pieces(*run("digits", min(room, 12))) if room >= 4 else None
    return Pieces(f"{prefix}-", *run("digits", 8 if room is not None and room < len(prefix) + 13 else 12))


MAKERS: dict[str, Callable[[Asked], Source | None]] = {
    "isbn": _wide(13, lambda: Checked(978, 9, thirteen, 13)),
    "barcode": _wide(13, lambda: Checked(20, 10, thirteen, 13)),
    "issn": _code("", *run("digits", 4), "-", *run("digits", 4)),
    "doi": _code("10.5555/", *run("digits", 8)),
    "orcid": _code("0000-0009-", *run("digits", 4), "-", *run("digits", 4)),
    "serial_number": _code(*run("letters", 2), *run("digits", 8)),
    "reference": _references,
    "coupon_code": _code(*run("letters", 3), *run("digits", 4), *run("letters", 2)),
    "iban": _wide(22, Ibans),
    "bic": _code("XX", *run("letters", 6), "XXX"),
    "card_number": _wide(16, lambda: Checked(400_000, 9, luhn, 16)),
    "card_last_four": _code(*run("digits", 4)),
    "tax_id": _code("XX", *run("digits", 9)),
    "version": lambda asked: Pieces(
        pl.Series([str(number) for number in range(1, 10)]), ".", pl.Series([str(number) for number in range(100)]), ".",
        pl.Series([str(number) for number in range(1000)]),
    ) if asked.room is None or asked.room >= 8 else None,
}  # fmt: skip
