"""Values kept to what the checks of a column allow."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import msgspec
import numpy as np
import polars as pl

from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.terms import NotRead
from dbwright.seed.draw import Draw
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.by_type import falling
from dbwright.seed.values.patterns import Lengthened, Written
from dbwright.seed.values.source import Constant, Pool, Source, Unique

_TRIED = 400
_ROOMY = 64
_RARE = frozenset(
    "deleted admin staff superuser banned blocked locked archived hidden muted pinned featured refunded test sandbox discontinued "
    "anonymous sensitive spam system".split()
)
_COMMON = frozenset("active enabled verified confirmed visible published approved public success livemode".split())


def told(limit: Limit, type_: Type) -> Limit:
    """The limit without what the type says anyway, so that what is left was said by somebody."""
    lowest, highest = limit.lowest, limit.highest
    if type_.kind == "integer":
        bits = type_.bits or 64
        low, high = (0, 2**bits - 1) if type_.unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        lowest = None if lowest is not None and lowest <= low else lowest
        highest = None if highest is not None and highest >= high else highest
    elif type_.kind in ("decimal", "money") and type_.precision:
        high = 10 ** (type_.precision - (type_.scale or 0)) - 1
        lowest = None if lowest is not None and lowest <= (0 if type_.unsigned else -high) else lowest
        highest = None if highest is not None and highest >= high else highest
    elif type_.kind == "year":
        lowest, highest = (None if lowest == 1901 else lowest), (None if highest == 2155 else highest)
    elif type_.kind in ("date", "timestamp"):
        lowest = None if _before(lowest) else lowest
        highest = None if _beyond(highest) else highest
    return msgspec.structs.replace(limit, lowest=lowest, highest=highest)


def _before(bound: Any) -> bool:
    return isinstance(bound, date) and (bound.year <= 1000 or (bound.year, bound.month, bound.day) == (1970, 1, 2))


def _beyond(bound: Any) -> bool:
    return isinstance(bound, date) and (bound.year >= 9999 or (bound.year, bound.month, bound.day) == (2038, 1, 18))


def allowed_only(asked: Asked) -> Source | None:
    """One of the only values that a check allows, the first ones more often; None where any may be."""
    allowed = asked.limit.allowed
    if allowed is None or (asked.labels and asked.type.kind == "enum"):
        return None
    kept = [value for value in dict.fromkeys(allowed) if value not in asked.limit.forbidden and value is not None]
    if not kept:
        return Constant(None)
    if len(kept) == 2 and asked.type.kind in ("boolean", "integer") and set(kept) == {0, 1}:
        share = truth_share(asked)
        return Pool(series_of(kept, asked.type), weights=[share if value else 1 - share for value in kept])
    weights = None if len({str(value) for value in kept}) > 40 else falling(len(kept))
    return Pool(series_of(kept, asked.type), weights=weights)


def truth_share(asked: Asked) -> float:
    """How often a flag of that name is set."""
    words = set(asked.words)
    return 0.03 if words & _RARE else 0.9 if words & _COMMON else 0.4


def series_of(values: list[Any], type_: Type) -> pl.Series:
    """Values that somebody wrote, as the column holds them."""
    match type_.kind:
        case "boolean":
            return pl.Series([_truth(value) for value in values])
        case "integer" | "year":
            return pl.Series([int(value) for value in values], dtype=pl.Int64)
        case "decimal" | "float" | "money":
            return pl.Series([float(value) for value in values])
        case "date":
            return pl.Series([_day(value) for value in values], dtype=pl.Date)
        case "timestamp":
            zone = "UTC" if type_.with_zone else None
            return pl.Series([_moment(value) for value in values], dtype=pl.Datetime("us", zone))
        case "binary":
            raw = [value if isinstance(value, bytes) else str(value).encode() for value in values]
            return pl.Series(raw, dtype=pl.Binary)
        case "untyped" if all(isinstance(value, int) for value in values):
            return pl.Series(values, dtype=pl.Int64)
    return pl.Series([str(value) for value in values], dtype=pl.String)


def _truth(value: Any) -> bool:
    """A truth value; the words for it count as it."""
    if isinstance(value, str):
        words = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
        if value.strip().lower() not in words:
            raise ValueError(f'"{value}" is neither true nor false')
        return words[value.strip().lower()]
    return bool(value)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return (
        datetime.combine(value, datetime.min.time()) if isinstance(value, date) else datetime.fromisoformat(str(value))
    )


def within_limits(asked: Asked, source: Source) -> Source:
    """The source, or texts written by the column's patterns where those of the source do not keep to them.

    A source that needs other columns is tried with none of them known.
    """
    limit = asked.limit
    if not asked.type.is_text and asked.type.kind not in ("untyped", "other"):
        return source
    if limit.letter_case:
        source = Lengthened(source, 0, asked.room, limit.letter_case)
    if not limit.patterns and not limit.least_length:
        return source
    if _keeps(source, limit):
        return source
    if limit.patterns:
        try:
            return Written(limit, asked.room, folded=not asked.both_cases)
        except NotRead:
            return source
    return Lengthened(source, limit.least_length, asked.room, limit.letter_case)


def in_room(asked: Asked, source: Source) -> bool:
    """Whether a sample of a source's texts fits the column."""
    room = asked.room
    extend = getattr(source, "extend", None)
    if room is None or room >= _ROOMY or (isinstance(extend, Unique) and extend.room == room):
        return True
    return all(longest_text(sample) <= room for sample in _samples(source))


def longest_text(texts: pl.Series) -> int:
    """Characters of the longest text; 0 where there is none."""
    found = texts.cast(pl.String).str.len_chars().max()
    return found if isinstance(found, int) else 0


def _samples(source: Source) -> tuple[pl.Series, pl.Series]:
    """Some drawn and some numbered values; columns that the source needs are NULL."""
    rows, draw = np.arange(_TRIED, dtype=np.int64), Draw(0, "tried")
    given = pl.DataFrame({name: pl.Series([None] * _TRIED, dtype=pl.String) for name in source.needs})
    numbers = rows * 7919 if source.capacity is None else rows * 7919 % source.capacity
    return source.draw(rows, draw, given), source.nth(numbers, draw, given)


def _keeps(source: Source, limit: Limit) -> bool:
    """Whether a sample of drawn and of numbered texts is as the limit wants it."""
    tests = [re.compile(pattern) for pattern in limit.patterns]
    for sample in _samples(source):
        for text in sample.cast(pl.String).to_list():
            if text is None:
                continue
            if len(text) < limit.least_length or not all(test.fullmatch(text) for test in tests):
                return False
    return True
