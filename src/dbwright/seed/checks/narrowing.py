"""Conditions on one column → what its values must keep to, so that they are made right from the start."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.asked_patterns import pattern_of, pattern_without, with_moments
from dbwright.seed.checks.checked import Kind
from dbwright.seed.checks.constants import constant_as
from dbwright.seed.checks.terms import (
    MIRRORED,
    Call,
    Constant,
    Name,
    NotRead,
    Term,
    alternatives,
    bare,
    columns_of,
    conjuncts,
)

_KINDS: dict[str, Kind] = {
    "integer": "integer", "year": "integer", "decimal": "decimal", "money": "decimal", "float": "float", "date": "date",
    "timestamp": "timestamp", "time": "time", "boolean": "boolean",
}  # fmt: skip


class Subject(msgspec.Struct, frozen=True):
    """The column that is narrowed: its name, its type without domains, the engine."""

    name: str
    type: Type
    engine: str

    def value(self, constant: Any) -> Any:
        """A constant as a value of the column. Raises NotRead."""
        kind = _KINDS.get(self.type.kind, "text")
        if kind == "timestamp" and self.type.with_zone:
            kind = "instant"
        if kind == "integer" and not isinstance(constant, str):
            return Decimal(str(constant)) if not isinstance(constant, bool) else Decimal(int(constant))
        return constant_as(constant, kind, engine=self.engine)

    @property
    def step(self) -> Any:
        """The least difference between two values."""
        if self.type.kind in ("integer", "year"):
            return 1
        if self.type.kind == "decimal":
            return Decimal(1).scaleb(
                -(self.type.scale if self.type.scale is not None else (0 if self.type.precision else 6))
            )
        if self.type.kind == "date":
            return timedelta(days=1)
        return timedelta(seconds=1) if self.type.kind == "timestamp" else None


def narrowed(limit: Limit, term: Term, subject: Subject) -> Limit:
    """The limit with a condition on this column alone taken in, as far as it is understood; NULL is not the condition's matter."""
    for part in conjuncts(term):
        if columns_of(part) not in ((subject.name,), ()):
            continue
        try:
            limit = _one(limit, part, subject)
        except (NotRead, TypeError, ValueError, OverflowError):
            continue
    return limit


def _one(limit: Limit, term: Term, subject: Subject) -> Limit:
    negated = isinstance(term, Call) and term.function == "not"
    inner = term.arguments[0] if isinstance(term, Call) and negated else term
    limit = with_moments(limit, inner, subject.name, subject.type, subject.engine)
    if isinstance(inner, Name):
        return _allowed(limit, (not negated,)) if subject.type.kind == "boolean" else limit
    if not isinstance(inner, Call):
        return limit
    function, arguments = inner.function, inner.arguments
    first = bare(arguments[0]) if arguments else inner
    if function == "or" and not negated:
        return _union(limit, inner, subject)
    if function == "is null" and first == Name(subject.name):
        return msgspec.structs.replace(limit, nullable=False) if negated else limit
    if function in ("is true", "is false") and first == Name(subject.name) and not negated:
        return _allowed(msgspec.structs.replace(limit, nullable=False), (function == "is true",))
    if function == "in" and first == Name(subject.name):
        values = tuple(
            subject.value(each.value) for each in arguments[1:] if isinstance(each, Constant) and each.value is not None
        )
        if len(values) < len(arguments) - 1 - sum(each == Constant(None, "null") for each in arguments[1:]):
            return limit
        return _forbidden(limit, values) if negated else _allowed(limit, values)
    if function in MIRRORED and not negated:
        return _comparison(limit, inner, subject)
    if first == Name(subject.name):
        pattern = pattern_without(inner, subject.engine) if negated else pattern_of(inner, subject.engine)
        if pattern is not None and pattern not in limit.patterns:
            return msgspec.structs.replace(limit, patterns=(*limit.patterns, pattern))
    return limit


def _comparison(limit: Limit, term: Call, subject: Subject) -> Limit:
    function, (left, right) = term.function, term.arguments
    if isinstance(bare(left), Constant):
        function, left, right = MIRRORED[function], right, left
    left, right = bare(left), bare(right)
    if isinstance(left, Call) and left.function == "cast" and left.arguments[0] == Name(subject.name):
        left = left.arguments[0]  # a number as another kind of number
    if function == "=" and Name(subject.name) in (left, right):
        other = right if left == Name(subject.name) else left
        if (
            isinstance(other, Call)
            and other.function in ("lower", "upper")
            and bare(other.arguments[0]) == Name(subject.name)
        ):
            return msgspec.structs.replace(limit, letter_case=other.function)
    if not isinstance(right, Constant) or right.value is None:
        return limit
    if left == Name(subject.name):
        return _bounded(limit, function, right.value, subject)
    if isinstance(left, Call) and columns_of(left) == (subject.name,):
        return _of_function(limit, function, left, right.value, subject)
    return limit


def _bounded(limit: Limit, function: str, constant: Any, subject: Subject) -> Limit:
    if function == "<>" and constant == "" and subject.type.is_text:
        return msgspec.structs.replace(limit, least_length=max(limit.least_length, 1))
    value = subject.value(constant)
    if function in ("=", "<>"):
        return _allowed(limit, (value,)) if function == "=" else _forbidden(limit, (value,))
    if not (subject.type.is_number or subject.type.is_temporal):
        return limit
    if subject.type.kind in ("integer", "year"):
        whole = int(value // 1)
        low, high = (whole if value == whole else whole + 1), whole
        value = low if function in (">=", "<") else high
    step = subject.step
    if function == ">":
        value = _moved(value, step, up=True)
    elif function == "<":
        value = _moved(value, step, up=False)
    return _between(limit, value, None) if function in (">", ">=") else _between(limit, None, value)


def _moved(value: Any, step: Any, *, up: bool) -> Any:
    if step is None:
        import math

        return math.nextafter(value, math.inf if up else -math.inf) if isinstance(value, float) else value
    if isinstance(value, Decimal):
        # A bound with more digits than the column has is passed by the next number that it can hold.
        rounded = value.quantize(step, rounding="ROUND_FLOOR" if up else "ROUND_CEILING")
        return rounded + step if up else rounded - step
    return value + step if up else value - step


def _of_function(limit: Limit, function: str, left: Call, constant: Any, subject: Subject) -> Limit:
    """Bounds on a length, an absolute value, a year, the place of a letter."""
    inner = bare(left.arguments[0]) if left.arguments else left
    if left.function in ("char_length", "byte_length"):
        if isinstance(inner, Call) and inner.function in ("trim", "ltrim", "rtrim") and function in (">", ">=", "<>"):
            inner = bare(inner.arguments[0])
        return _length(limit, function, int(constant)) if inner == Name(subject.name) else limit
    if (
        left.function in ("trim", "ltrim", "rtrim")
        and inner == Name(subject.name)
        and constant == ""
        and function == "<>"
    ):
        return msgspec.structs.replace(limit, least_length=max(limit.least_length, 1))
    if left.function == "abs" and inner == Name(subject.name) and function in ("<", "<="):
        return _bounded(_bounded(limit, function, constant, subject), MIRRORED[function], -constant, subject)
    if left.function == "extract" and left.arguments[0] == Constant("year") and function in MIRRORED:
        return _year(limit, function, int(constant), subject)
    if left.function == "position" and inner == Name(subject.name) and isinstance(left.arguments[1], Constant):
        before = {">": int(constant), ">=": int(constant) - 1}.get(
            function, 0 if (function, constant) == ("<>", 0) else None
        )
        if before is not None and before >= 0:
            sought = re.escape(str(left.arguments[1].value))
            pattern = f".{{{before},}}{sought}.*" if before else f".*{sought}.*"
            return msgspec.structs.replace(limit, patterns=(*limit.patterns, pattern))
    begins = left.function == "left" or (left.function == "substring" and left.arguments[1] == Constant(1, "integer"))
    if begins and function == "=" and inner == Name(subject.name) and isinstance(constant, str):
        return msgspec.structs.replace(limit, patterns=(*limit.patterns, f"{re.escape(constant)}.*"))
    return limit


def _length(limit: Limit, function: str, length: int) -> Limit:
    least = {"=": length, ">=": length, ">": length + 1}.get(function, 1 if (function, length) == ("<>", 0) else 0)
    most = {"=": length, "<=": length, "<": length - 1}.get(function)
    known = limit.most_length
    return msgspec.structs.replace(
        limit,
        least_length=max(limit.least_length, least),
        most_length=known if most is None else most if known is None else min(most, known),
    )


def _year(limit: Limit, function: str, year: int, subject: Subject) -> Limit:
    zone = UTC if subject.type.with_zone else None

    def start(of: int) -> Any:
        return date(of, 1, 1) if subject.type.kind == "date" else datetime(of, 1, 1, tzinfo=zone)

    low = {"=": start(year), ">=": start(year), ">": start(year + 1)}.get(function)
    after = {"=": start(year + 1), "<=": start(year + 1), "<": start(year)}.get(function)
    return _between(limit, low, None if after is None else after - subject.step)


def _union(limit: Limit, term: Term, subject: Subject) -> Limit:
    """What values must keep to of which one condition of several must hold: the hull of them all."""
    sides = [each for each in alternatives(term) if each != Call("is null", (Name(subject.name),))]
    found = [narrowed(limit, each, subject) for each in sides]
    if not found:
        return limit
    if len(found) == 1:
        return msgspec.structs.replace(found[0], nullable=limit.nullable)
    if all(each.allowed is not None for each in found):
        values = tuple(dict.fromkeys(value for each in found for value in each.allowed or ()))
        return _allowed(limit, values)
    ends = [_ends(each) for each in found]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    lengths = [each.most_length for each in found]
    hull = _between(limit, None if None in lows else min(lows), None if None in highs else max(highs))
    return msgspec.structs.replace(
        hull,
        least_length=max(limit.least_length, min(each.least_length for each in found)),
        most_length=None if None in lengths else max(each for each in lengths if each is not None),
    )


def _ends(limit: Limit) -> tuple[Any, Any]:
    """The least and the greatest value that a limit lets in."""
    if limit.allowed and not isinstance(limit.allowed[0], str | bool):
        return min(limit.allowed), max(limit.allowed)
    return limit.lowest, limit.highest


def _between(limit: Limit, low: Any, high: Any) -> Limit:
    lows = [each for each in (limit.lowest, low) if each is not None]
    highs = [each for each in (limit.highest, high) if each is not None]
    return msgspec.structs.replace(limit, lowest=max(lows, default=None), highest=min(highs, default=None))


def _allowed(limit: Limit, values: tuple[Any, ...]) -> Limit:
    known = limit.allowed
    kept = values if known is None else tuple(each for each in known if each in values)
    return msgspec.structs.replace(limit, allowed=tuple(dict.fromkeys(kept)))


def _forbidden(limit: Limit, values: tuple[Any, ...]) -> Limit:
    return msgspec.structs.replace(limit, forbidden=tuple(dict.fromkeys((*limit.forbidden, *values))))


def settled(limit: Limit, type_: Type) -> Limit:
    """The limit with whole numbers as such, and without allowed values that its other parts forbid."""

    def plain(value: Any) -> Any:
        return (
            int(value)
            if type_.kind in ("integer", "year") and isinstance(value, Decimal) and value == int(value)
            else value
        )

    whole, allowed = type_.kind in ("integer", "year"), limit.allowed
    if allowed is not None:
        kept = (plain(each) for each in allowed if _fits(limit, each))
        allowed = tuple(each for each in kept if not (whole and isinstance(each, Decimal)))
    return msgspec.structs.replace(limit, allowed=allowed, forbidden=tuple(plain(each) for each in limit.forbidden))


def _fits(limit: Limit, value: Any) -> bool:
    if value in limit.forbidden:
        return False
    try:
        if (limit.lowest is not None and value < limit.lowest) or (limit.highest is not None and value > limit.highest):
            return False
    except TypeError:
        return True
    return not isinstance(value, str) or limit.least_length <= len(value) <= (limit.most_length or len(value))
