"""Texts written by regular expressions, in one case of letters, or long enough."""

from __future__ import annotations

import polars as pl

from dbwright.seed.base import Limit
from dbwright.seed.checks.patterns import Pattern
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.source import Source, Unique


class Written:
    """Texts that a limit's patterns, lengths and letter case allow. Raises seed.checks.terms.NotRead where none can be made.

    folded: whether the database takes "A" and "a" for the same, so that numbered texts may not differ by case alone.
    """

    needs: tuple[str, ...] = ()

    def __init__(self, limit: Limit, room: int | None, *, folded: bool) -> None:
        case = limit.letter_case
        self.writer = Pattern(*limit.patterns, least=limit.least_length, most=room, letter_case=case)
        self.numbered = self.writer
        if folded and case is None:
            self.numbered = _in_one_case(limit, room) or self.writer
        self.capacity: int | None = self.numbered.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random texts."""
        return self.writer.draw(rows, draw)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The texts of those numbers."""
        return self.numbered.nth(numbers)


def _in_one_case(limit: Limit, room: int | None) -> Pattern | None:
    """The same texts in lower or upper case, whichever are more; None where the patterns want both."""
    from dbwright.seed.checks.terms import NotRead

    found: list[Pattern] = []
    for case in ("lower", "upper"):
        try:
            found.append(Pattern(*limit.patterns, least=limit.least_length, most=room, letter_case=case))
        except NotRead:
            continue
    return max(found, key=lambda each: each.capacity or 10**13, default=None)


class Lengthened:
    """Texts of another source, said again until they are long enough.

    least, room: characters. letter_case: "lower", "upper" or None.
    """

    def __init__(self, stems: Source, least: int, room: int | None, letter_case: str | None) -> None:
        self.stems, self.least, self.room, self.letter_case = stems, least, room, letter_case
        self.needs = stems.needs
        self.extend = Unique(room)
        self.short = self.extend.short or (room is not None and room < least + 4) or least < 4
        self.capacity: int | None = stems.capacity if self.short else self.extend.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random texts."""
        return self._fitted(self.stems.draw(rows, draw, given))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different texts."""
        if self.short:
            return self._fitted(self.stems.nth(numbers, draw, given))
        return self.extend.texts(self.draw(numbers, draw, given), numbers)

    def _fitted(self, texts: pl.Series) -> pl.Series:
        if self.letter_case:
            texts = texts.str.to_lowercase() if self.letter_case == "lower" else texts.str.to_uppercase()
        lengths = texts.str.len_chars()
        shortest = lengths.min()
        if not isinstance(shortest, int) or shortest >= self.least:
            return texts
        again = (
            pl.select(pl.concat_str([texts + "-"] * (self.least // (shortest + 1) + 1)))
            .to_series()
            .str.slice(0, self.least)
        )
        ended = again.str.strip_chars_end("-").str.pad_end(self.least, "x")
        return pl.select(pl.when(lengths >= self.least).then(texts).otherwise(ended)).to_series()
