"""Postcodes in the form of their country, beginning as those of their city do."""

from __future__ import annotations

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pieces import digits, letters
from dbwright.seed.values.somewhere import Somewhere


class Postcodes:
    """Postcodes of the row's city, in the form of its country."""

    def __init__(self, asked: Asked) -> None:
        self.somewhere = Somewhere(asked)
        self.needs = self.somewhere.needs
        forms = self.somewhere.places.frame["postcode"].to_list()
        longest = max(map(len, forms))
        if asked.room is not None and longest > asked.room:
            forms = [form.replace(" ", "").replace("-", "")[: asked.room] for form in forms]
        self.extend = asked.unique("-")
        self.capacity = self.extend.capacity
        self.columns = [pl.Series(column) for column in zip(*(_split(form) for form in forms), strict=True)]
        self.all_digits = digits(3)
        self.all_letters = letters(2)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The known beginning, and made-up digits and letters behind it."""
        place = self.somewhere.at(rows, draw, given)
        bits = draw.of("rest").bits(rows)
        number = ((bits & np.uint64(0xFFFF)) * np.uint64(1_000) >> np.uint64(16)).astype(np.int64)
        three = self.all_digits.gather(number)
        other = self.all_digits.gather(
            ((bits >> np.uint64(16) & np.uint64(0xFFFF)) * np.uint64(1_000) >> np.uint64(16)).astype(np.int64)
        )
        letter = self.all_letters.gather(
            ((bits >> np.uint64(32) & np.uint64(0xFFFF)) * np.uint64(len(self.all_letters)) >> np.uint64(16)).astype(
                np.int64
            )
        )
        sources = pl.DataFrame({"three": three, "other": other, "letter": letter})
        return self._filled(place, sources)

    def _filled(self, place: np.ndarray, sources: pl.DataFrame) -> pl.Series:
        """The forms of the places, with their signs filled in."""
        start, form, middle, more, end = (column.gather(place) for column in self.columns)
        shown = sources.select(
            pl.concat_str(
                start,
                pl.col("three").str.slice(0, pl.lit(form.cast(pl.Int64))),
                middle,
                pl.when(pl.lit(more.str.starts_with("@"))).then(pl.col("letter").str.slice(0, pl.lit(more.str.len_chars())))
                .otherwise(pl.col("other").str.slice(0, pl.lit(more.str.len_chars()))),
                end,
            ).alias("postcode")
        )  # fmt: skip
        return shown.to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different ones."""
        return self.extend.texts(self.draw(numbers, draw, given), numbers)


def _split(form: str) -> tuple[str, str, str, str, str]:
    """A form as a beginning, how many digits follow, a middle, a second run of digits or letters, and an end.

    Single digits between letters, as in Canada, are made fixed ones.
    """
    start = form[: len(form) - len(form.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))]
    rest = form[len(start) :]
    count = len(rest) - len(rest.lstrip("#"))
    rest = rest[count:]
    if count > 3:
        start, count = start + "7" * (count - 3), 3
    middle = rest[: len(rest) - len(rest.lstrip(" -ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))]
    rest = rest[len(middle) :]
    if rest.startswith("@") and not set(rest) - {"@"}:
        return start, str(count), middle, rest, ""
    if rest.startswith("#"):
        run = len(rest) - len(rest.lstrip("#"))
        if run > 3:
            middle, run = middle + "5" * (run - 3), 3
        tail = rest.lstrip("#")
        if set(tail) == {"@"}:
            return start, str(count), f"{middle}{'4' * run}", tail, ""
        return start, str(count), middle, "#" * run, tail.replace("@", "K").replace("#", "3")
    return start, str(count), middle, "", rest.replace("@", "K").replace("#", "3")
