"""Bounds that follow from other columns' bounds: of shares that make 100 together none is above 100.

Bounds consistency as constraint solvers keep it (Davis, "Constraint propagation with interval labels", 1987), one pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, TypeAlias

import msgspec

from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.isolate import isolated
from dbwright.seed.checks.terms import Call, Constant, Name, Term, columns_of, conjuncts

Interval: TypeAlias = tuple[float, float]
_EVERYTHING: Interval = (-math.inf, math.inf)


def propagated(limits: Mapping[str, Limit], types: Mapping[str, Type], terms: Iterable[Term]) -> dict[str, Limit]:
    """The limits of numbers, narrowed by what columns are compared with; one that would be left without values stays as it was."""
    found = dict(limits)
    for term in terms:
        for part in conjuncts(term):
            if not isinstance(part, Call) or part.function not in ("=", "<", "<=", ">", ">="):
                continue
            for column in columns_of(part) if len(columns_of(part)) > 1 else ():
                solved = isolated(part, column)
                if solved is not None and types[column].is_number and column in found:
                    found[column] = _within(found[column], types[column], solved[0], _interval(solved[1], found, types))
    return found


def _within(limit: Limit, type_: Type, sign: str, other: Interval) -> Limit:
    low, high = limit.lowest, limit.highest
    if sign in ("=", ">", ">=") and math.isfinite(other[0]):
        low = _higher(low, _value(other[0], type_, up=True))
    if sign in ("=", "<", "<=") and math.isfinite(other[1]):
        high = _lower(high, _value(other[1], type_, up=False))
    if low is not None and high is not None and low > high:
        return limit
    return msgspec.structs.replace(limit, lowest=low, highest=high)


def _value(bound: float, type_: Type, *, up: bool) -> Any:
    if type_.kind == "integer":
        return math.ceil(bound) if up else math.floor(bound)
    if type_.kind == "decimal":
        digits = Decimal(1).scaleb(-(type_.scale or 0))
        return Decimal(repr(bound)).quantize(digits, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return bound


def _higher(one: Any, other: Any) -> Any:
    return other if one is None or other > one else one


def _lower(one: Any, other: Any) -> Any:
    return other if one is None or other < one else one


def _interval(term: Term, limits: Mapping[str, Limit], types: Mapping[str, Type]) -> Interval:
    """Between which numbers a term lies; everything where that is not known."""
    if isinstance(term, Constant):
        number = term.value
        known = isinstance(number, int | float | Decimal) and not isinstance(number, bool)
        return (float(number), float(number)) if known else _EVERYTHING
    if isinstance(term, Name):
        limit = limits.get(term.column)
        if limit is None or not types[term.column].is_number or isinstance(limit.lowest, str):
            return _EVERYTHING
        low = -math.inf if limit.lowest is None else float(limit.lowest)
        return low, math.inf if limit.highest is None else float(limit.highest)
    inner = [_interval(each, limits, types) for each in term.arguments]
    if term.function == "+" and len(inner) == 2:
        return inner[0][0] + inner[1][0], inner[0][1] + inner[1][1]
    if term.function == "-" and len(inner) == 2:
        return inner[0][0] - inner[1][1], inner[0][1] - inner[1][0]
    if term.function == "*" and len(inner) == 2 and _EVERYTHING not in inner:
        products = [one * other for one in inner[0] for other in inner[1]]
        return (min(products), max(products)) if not any(map(math.isnan, products)) else _EVERYTHING
    return inner[0] if term.function == "cast" else _EVERYTHING
