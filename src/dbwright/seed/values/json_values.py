"""JSON documents with members such as columns of that name hold."""

from __future__ import annotations

import re

import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.pools import pool
from dbwright.seed.values.source import pick

_MEMBERS: dict[str, tuple[tuple[str, str], ...]] = {
    "settings preferences config configuration options": (
        ("theme", "light|dark|system"), ("language", "en|de|fr|ja"), ("notifications", "#bool"), ("items_per_page", "10|25|50|100#"),
    ),
    "address location": (("street", "@street"), ("city", "@city"), ("postcode", "#code")),
    "attributes properties specs specification specifications features variant": (
        ("color", "@color"), ("size", "XS|S|M|L|XL"), ("weight_grams", "#number"),
    ),
    "tags labels keywords skills interests": (),
    "changes old new before after diff": (("status", "draft|active|closed"), ("amount", "#number"), ("note", "@word")),
    "payload event data request response body": (
        ("type", "created|updated|deleted"), ("source", "web|app|api"), ("value", "#number"), ("ok", "#bool"),
    ),
}  # fmt: skip
_ROOM = 400
_ELSE = (("source", "web|app|import|api"), ("label", "@word"), ("score", "#number"), ("active", "#bool"))


class Documents:
    """JSON objects, or arrays of words for tags. Numbered ones hold their number."""

    needs: tuple[str, ...] = ()
    capacity: int | None = None

    def __init__(self, asked: Asked) -> None:
        spoken = set(asked.words)
        self.members = next((members for names, members in _MEMBERS.items() if spoken & set(names.split())), _ELSE)
        self.locale = asked.locale

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random documents."""
        parts = self._parts(rows, draw)
        return pl.select(pl.concat_str([*parts, pl.lit("}" if self.members else "]")])).to_series()

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Documents with their number."""
        parts = self._parts(numbers, draw)
        end = [pl.lit(', "number": ' if self.members else ", "), pl.lit(pl.Series(numbers).cast(pl.String))]
        return pl.select(pl.concat_str([*parts, *end, pl.lit("}" if self.members else "]")])).to_series()

    def _parts(self, rows: Rows, draw: Draw) -> list[pl.Expr]:
        parts: list[pl.Expr] = []
        if not self.members:
            words = _quoted(pool("word", self.locale))
            for place in range(2):
                parts += [pl.lit(", " if place else "["), pl.lit(words.gather(pick(rows, draw.of(place), len(words))))]
            return parts
        for place, (name, kind) in enumerate(self.members):
            choices = _choices(kind, self.locale)
            parts += [
                pl.lit(f'{", " if place else "{"}"{name}": '),
                pl.lit(choices.gather(pick(rows, draw.of(name), len(choices)))),
            ]
        return parts


def is_json(asked: Asked) -> bool:
    """Whether a text holds JSON: its checks say so, or its name does."""
    name = re.escape(asked.column.name)
    if any(re.search(rf"json_valid\W+{name}(?!\w)", check.expression, re.IGNORECASE) for check in asked.table.checks):
        return True
    return asked.meaning == "settings" and (asked.room is None or asked.room >= _ROOM)


def _choices(kind: str, locale: str) -> pl.Series:
    """The values of a member as JSON."""
    if kind == "#bool":
        return pl.Series(["true", "false"])
    if kind == "#number":
        return pl.Series([str(number) for number in range(1, 1_001)])
    if kind == "#code":
        return pl.Series([f'"{number}"' for number in range(10_000, 99_999, 7)])
    if kind.startswith("@"):
        return _quoted(pool(kind[1:], locale))
    if kind.endswith("#"):
        return pl.Series(kind[:-1].split("|"))
    return _quoted(pl.Series(kind.split("|")))


def _quoted(texts: pl.Series) -> pl.Series:
    escaped = texts.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.select(pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))).to_series()
