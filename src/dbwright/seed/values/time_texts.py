"""Dates and timestamps in columns of texts, as SQLite keeps them."""

from __future__ import annotations

import re
from typing import Literal

import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.source import Source

_MOMENTS = frozenset(("at", "timestamp", "datetime", "zeitpunkt"))
_DAYS = frozenset(("on", "date", "birthday", "dob", "datum"))
_FORMAT = re.compile(r"strftime\s*\(\s*'(%Y[^']*)'", re.IGNORECASE)
_FRACTIONS = {"%f": "%S%.3f", "%s": "%s", "%T": "%H:%M:%S"}


def time_kind(words: tuple[str, ...], room: int | None) -> Literal["timestamp", "date"] | None:
    """Whether a text of that name holds a "timestamp" or a "date", and has the room for it; None for neither."""
    if not words:
        return None
    if words[-1] in _MOMENTS and (room is None or room >= 19):
        return "timestamp"
    return "date" if words[-1] in _DAYS and (room is None or room >= 10) else None


class TimeTexts:
    """Times of another source as texts in the form that defaults of the table show, or in ISO 8601."""

    def __init__(self, asked: Asked, source: Source, *, is_date: bool) -> None:
        self.source = source
        self.needs, self.capacity = source.needs, source.capacity
        self.form = "%Y-%m-%d" if is_date else _form(asked)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random times."""
        return self.source.draw(rows, draw, given).dt.to_string(self.form)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different times."""
        return self.source.nth(numbers, draw, given).dt.to_string(self.form)


def _form(asked: Asked) -> str:
    for column in asked.table.columns:
        found = _FORMAT.search(column.default or "")
        if found and "%H" in found[1]:
            return re.sub("%[fsT]", lambda sign: _FRACTIONS[sign[0]], found[1])
    return "%Y-%m-%d %H:%M:%S"
