"""The bounds of numbers and times in a column: of its type, its checks, the settings and its meaning, the narrowest of all."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dbwright.errors import UsageError
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.times import DAY, micros, moment

_MOST_DIGITS = 15
"""Digits that a float holds exactly."""


def number_bounds(asked: Asked, usual: tuple[float, float], scale: int) -> tuple[int, int]:
    """Lowest and highest in steps of the scale: the usual span of the meaning, moved into what is allowed.

    The result is never empty; where the bounds contradict each other, the lower one counts.
    """
    step = 10**scale
    lowest, highest = type_bounds(asked, scale)
    for bound in (asked.limit.lowest, asked.hint.lowest):
        if (number := as_number(bound)) is not None:
            lowest = max(lowest, _up(number * step))
    for bound in (asked.limit.highest, asked.hint.highest):
        if (number := as_number(bound)) is not None:
            highest = min(highest, int((number * step) // 1))
    highest = max(highest, lowest)
    low, high = round(usual[0] * step), round(usual[1] * step)
    said = (asked.limit.lowest, asked.hint.lowest, asked.limit.highest, asked.hint.highest)
    if high < lowest or low > highest:
        span = high - low
        low = lowest if high < lowest else max(lowest, highest - span)
        high = min(highest, low + max(span, 1))
    if said[1] is not None or (said[0] is not None and (as_number(said[0]) or 0) > 0):
        low = lowest
    if said[3] is not None or (said[2] is not None and highest <= 1_000_000 * step):
        high = highest
    return max(low, lowest), max(min(high, highest), max(low, lowest))


def _up(number: Decimal) -> int:
    return -int((-number) // 1)


def type_bounds(asked: Asked, scale: int) -> tuple[int, int]:
    """What the type can hold, in steps of the scale."""
    type_ = asked.type
    match type_.kind:
        case "integer":
            bits = type_.bits or 64
            highest = 2 ** (bits if type_.unsigned else bits - 1) - 1
            return (0 if type_.unsigned else -highest - 1), min(highest, 2**63 - 1)
        case "decimal" | "money":
            digits = _MOST_DIGITS if type_.precision is None else min(type_.precision, _MOST_DIGITS)
            declared = type_.scale or 0
            whole = max(digits - (declared if type_.precision is not None else scale), 0)
            highest = 10**whole * 10**scale - 1
            if type_.kind == "money":
                highest = 10**_MOST_DIGITS
            return (0 if type_.unsigned else -highest), highest
        case "year":
            return (1901, 2155) if asked.catalog.engine in ("mysql", "mariadb") else (1, 9999)
    return -(2**53), 2**53


def as_number(bound: Any) -> Decimal | None:
    """A bound as an exact number; None where it is none. Raises UsageError for a text that is no number."""
    if bound is None or isinstance(bound, date | bool):
        return None
    try:
        number = Decimal(str(bound))
    except ArithmeticError as error:
        raise UsageError(f"The bound {bound!r} is no number.") from error
    return number if number.is_finite() else None


def time_bounds(asked: Asked, usual: tuple[int, int]) -> tuple[int, int]:
    """The first and the last-but-one microsecond since 1970: the usual span, moved into what is allowed."""
    since, until = usual
    if asked.hint.since is not None:
        since = micros(moment(asked.hint.since, asked.until))
    if asked.hint.until is not None:
        until = micros(moment(asked.hint.until, asked.until))
    for bound in (asked.limit.lowest, asked.hint.lowest):
        at = as_moment(bound, asked)
        if at is not None and at > since:
            since, until = at, (until if until > at else at + (until - since))
    for bound in (asked.limit.highest, asked.hint.highest):
        at = as_moment(bound, asked)
        if at is not None and at < until:
            last = at + (DAY if asked.type.kind == "date" else 1)
            floor = as_moment(asked.limit.lowest, asked)
            since, until = (since if since < at else at - (until - since)), last
            since = since if floor is None else max(since, floor)
    return since, max(until, since + 1)


def as_moment(bound: Any, asked: Asked) -> int | None:
    """A bound as microseconds since 1970; None where it is no time."""
    if isinstance(bound, datetime | date):
        return micros(bound)
    if isinstance(bound, str):
        return micros(moment(bound, asked.until))
    return None
