"""Functions of PostgreSQL's ranges, which frames hold as texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from dbwright.seed.checks.checked import Kind
from dbwright.seed.checks.constants import constant_as
from dbwright.seed.checks.evaluate import DTYPES, Evaluator, Function, Value
from dbwright.seed.checks.functions_text import python_function
from dbwright.seed.checks.terms import NotRead

_RANGE = re.compile(r'^([\[(])("(?:[^"]|"")*"|[^,]*),("(?:[^"]|"")*"|[^)\]]*)([\])])$')
_SUBTYPES: dict[str, Kind] = {
    "int4range": "integer", "int8range": "integer", "numrange": "decimal", "daterange": "date", "tsrange": "timestamp",
    "tstzrange": "instant",
}  # fmt: skip


def _ends(written: str, kind: Kind) -> tuple[Any, Any, str] | None:
    """The ends of a range as PostgreSQL writes it, in its canonical form, and its brackets; None where it is empty."""
    found = _RANGE.match(written.strip())
    if found is None:
        return None
    low, high = (
        constant_as(each.strip('"'), kind, engine="postgres") if each.strip('"') else None for each in found.group(2, 3)
    )
    opening, closing = found[1], found[4]
    if kind in ("integer", "date"):
        low = _after(low) if low is not None and opening == "(" else low
        high = _after(high) if high is not None and closing == "]" else high
        opening, closing = "[" if low is not None else "(", ")"
    if low is not None and high is not None and (low > high or (low == high and opening + closing != "[]")):
        return None
    return low, high, opening + closing


def _after(value: Any) -> Any:
    return (
        date.fromordinal(value.toordinal() + 1)
        if isinstance(value, date) and not isinstance(value, datetime)
        else value + 1
    )


def _subtype(value: Value) -> Kind:
    kind = _SUBTYPES.get(value.type.spelling.lower()) if value.type is not None else None
    if value.kind != "range" or kind is None:
        raise NotRead("a range of a type of its own")
    return kind


def bound(self: Evaluator, value: Value, *, upper: bool) -> Value:
    """lower(range) or upper(range)."""
    kind = _subtype(value)

    def end(written: str) -> object:
        ends = _ends(written, kind)
        return None if ends is None else ends[int(upper)]

    dtype = pl.Decimal(38, 10) if kind == "decimal" else DTYPES[kind]
    return Value(expr=python_function(value.expr, end, dtype), kind=kind, scale=10 if kind == "decimal" else 0)


def _isempty(self: Evaluator, parts: Sequence[Value]) -> Value:
    kind = _subtype(parts[0])
    return Value(
        expr=python_function(parts[0].expr, lambda each: _ends(each, kind) is None, pl.Boolean), kind="boolean"
    )


def _bracket(upper: bool, infinite: bool) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        kind = _subtype(parts[0])

        def decide(written: str) -> bool:
            ends = _ends(written, kind)
            if ends is None:
                return False
            if infinite:
                return ends[int(upper)] is None
            return ends[int(upper)] is not None and ends[2][int(upper)] in "[]"

        return Value(expr=python_function(parts[0].expr, decide, pl.Boolean), kind="boolean")

    return over


RANGES: dict[str, Function] = {
    "isempty": _isempty,
    "lower_inc": _bracket(upper=False, infinite=False),
    "upper_inc": _bracket(upper=True, infinite=False),
    "lower_inf": _bracket(upper=False, infinite=True),
    "upper_inf": _bracket(upper=True, infinite=True),
}
