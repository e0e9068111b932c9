"""Comparisons solved for one column: `a + b <= c` as `b <= c - a`."""

from __future__ import annotations

from dbwright.seed.checks.terms import MIRRORED, Call, Constant, Name, Term, call, columns_of, walk

_THROUGH = frozenset(("coalesce", "round", "date", "at time zone", "trunc"))
"""Functions that change little: what holds for their argument mostly holds for them, and is tested afterwards."""


def isolated(comparison: Call, column: str) -> tuple[str, Term] | None:
    """The sign and the other side, where the column stands alone on the left; None where it cannot be brought there.

    Factors that are no constants are taken to be positive: whoever uses the result tests it.
    """
    sign, left, right = comparison.function, *comparison.arguments
    if column in columns_of(right):
        if column in columns_of(left):
            return None
        sign, left, right = MIRRORED[sign], right, left
    if sum(each == Name(column) for each in walk(left)) != 1:
        return None
    while not isinstance(left, Name):
        if not isinstance(left, Call):
            return None
        step = _step(sign, left, right, column)
        if step is None:
            return None
        sign, left, right = step
    return sign, right


def _step(sign: str, left: Call, right: Term, column: str) -> tuple[str, Term, Term] | None:
    function, arguments = left.function, left.arguments
    if function == "cast" or (function in _THROUGH and column in columns_of(arguments[0])):
        return sign, arguments[0], right
    if function == "negative":
        return MIRRORED[sign], arguments[0], call("negative", right)
    if len(arguments) == 2 and function in ("+", "-", "*", "/", "||"):
        return _arithmetic(sign, function, arguments[0], arguments[1], right, column)
    if function == "datediff" and isinstance(right, Constant):
        return _spaced(sign, arguments[0], arguments[1], f"{right.value} day", column)
    if function == "timestampdiff" and isinstance(right, Constant):
        return (
            _spaced(sign, arguments[2], arguments[1], f"{right.value} {arguments[0].value}", column)
            if isinstance(arguments[0], Constant)
            else None
        )
    if function == "extract" and arguments[0] == Constant("epoch") and isinstance(right, Constant):
        return sign, arguments[1], Constant(f"{right.value} second", "interval")
    return None


def _arithmetic(
    sign: str, function: str, one: Term, other: Term, right: Term, column: str
) -> tuple[str, Term, Term] | None:
    first = column in columns_of(one)
    rest = other if first else one
    if function == "+":
        return sign, one if first else other, call("-", right, rest)
    if function == "-":
        return (sign, one, call("+", right, other)) if first else (MIRRORED[sign], other, call("-", one, right))
    turned = (
        MIRRORED[sign]
        if isinstance(rest, Constant) and isinstance(rest.value, int | float) and rest.value < 0
        else sign
    )
    if function == "*":
        return turned, one if first else other, call("/", right, call("*", rest, Constant(1.0, "float")))
    if function == "/" and first:
        return turned, one, call("*", right, other)
    return None


def _spaced(sign: str, late: Term, early: Term, interval: str, column: str) -> tuple[str, Term, Term]:
    """late - early (sign) interval."""
    span = Constant(interval, "interval")
    if column in columns_of(late):
        return sign, late, call("+", early, span)
    return MIRRORED[sign], early, call("-", late, span)
