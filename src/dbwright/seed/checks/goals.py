"""What must be reached for a condition to hold: AND and OR over single conditions, with counts and choices written out."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product
from typing import Any

from dbwright.seed.checks.terms import (
    COMPARISONS,
    FALSE,
    MIRRORED,
    TRUE,
    Call,
    Constant,
    Name,
    Term,
    call,
    denied,
    plain,
)

_CONDITIONS = frozenset(COMPARISONS) | set(
    "and,or,not,xor,in,is null,is true,is false,same,like,ilike,regexp,iregexp,glob,similar,starts_with,json_has_key,contained,"
    "contains,overlaps,isempty".split(",")
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MOST_COUNTED = 6


def expanded(term: Term) -> Term:
    """The condition as AND and OR over what cannot be taken apart further."""
    term = plain(term)
    if not isinstance(term, Call):
        return term
    function, arguments = term.function, term.arguments
    if function in ("and", "or"):
        return Call(function, tuple(expanded(each) for each in arguments))
    if function == "likely":
        return expanded(arguments[0])
    if function == "not" and isinstance(arguments[0], Call):
        inner = arguments[0]
        if inner.function in ("case", "xor", "same") or inner.function == "coalesce":
            opened = _opened(inner, wanted=False)
            return term if opened is None else expanded(opened)
        return term
    opened = _opened(term, wanted=True)
    return term if opened is None else expanded(opened)


def is_condition(term: Term) -> bool:
    """Whether a term is true or false by its form."""
    return (isinstance(term, Call) and term.function in _CONDITIONS) or (
        isinstance(term, Constant) and isinstance(term.value, bool)
    )


def _opened(term: Call, *, wanted: bool) -> Term | None:
    """A condition of conditions as AND and OR of them; None where it is none."""
    function, arguments = term.function, term.arguments
    if function in ("=", "<>", "same", "xor") and all(is_condition(each) for each in arguments):
        return _agreeing(*arguments, agree=(function in ("=", "same")) == wanted)
    if function == "case":
        return _branches(arguments, wanted=wanted)
    if function == "coalesce" and is_condition(arguments[0]) and len(arguments) == 2:
        return arguments[0] if wanted else denied(arguments[0])
    if function in _SIGNS and wanted:
        return _distance(function, *arguments) or _counted(function, *arguments)
    return None


def _distance(function: str, left: Term, right: Term) -> Term | None:
    """abs(a) < b: between -b and b."""
    if isinstance(left, Call) and left.function == "abs" and function not in ("=", "<>"):
        joint = "and" if function.startswith("<") else "or"
        other = call(MIRRORED[function], left.arguments[0], call("negative", right))
        return call(joint, call(function, left.arguments[0], right), other)
    return None


def _agreeing(one: Term, other: Term, *, agree: bool) -> Term:
    opposite = denied(other) if agree else other
    same = other if agree else denied(other)
    return call("or", call("and", one, same), call("and", denied(one), opposite))


def _branches(arguments: tuple[Term, ...], *, wanted: bool) -> Term:
    """CASE WHEN a THEN x WHEN b THEN y ELSE z END: a and x, or not a and b and y, or neither and z."""
    sides: list[Term] = []
    before: list[Term] = []
    for condition, value in zip(arguments[:-1:2], arguments[1::2], strict=True):
        sides.append(Call("and", (*before, condition, value if wanted else denied(value))))
        before.append(denied(condition))
    sides.append(Call("and", (*before, arguments[-1] if wanted else denied(arguments[-1]))))
    return Call("or", tuple(sides))


def _counted(function: str, left: Term, right: Term) -> Term | None:
    """How many conditions hold, compared with a number: num_nonnulls(a, b) = 1, (a IS NULL) + (b IS NULL) = 1."""
    if isinstance(left, Constant):
        function, left, right = MIRRORED[function], right, left
    parts = _summands(left)
    if not parts or len(parts) > _MOST_COUNTED or not isinstance(right, Constant) or not isinstance(right.value, int):
        return None
    holds = _SIGNS[function]
    sides = [
        Call("and", tuple(part if chosen else denied(part) for part, chosen in zip(parts, choice, strict=True)))
        for choice in product((True, False), repeat=len(parts))
        if holds(sum(choice), right.value)
    ]
    return Call("or", tuple(sides)) if sides else FALSE


def _summands(term: Term) -> list[Term]:
    """The conditions that a sum counts; empty where it counts none."""
    if not isinstance(term, Call):
        return []
    if term.function in ("num_nulls", "num_nonnulls"):
        null = [call("is null", each) for each in term.arguments]
        return list(null) if term.function == "num_nulls" else [call("not", each) for each in null]
    if term.function == "+":
        sides = [_summands(each) for each in term.arguments]
        return [each for side in sides for each in side] if all(sides) else []
    if term.function == "cast" and term.arguments[1] == Constant("integer") and is_condition(term.arguments[0]):
        return [term.arguments[0]]
    if term.function == "case" and len(term.arguments) == 3:
        condition, one, other = term.arguments
        if (one, other) == (Constant(1, "integer"), Constant(0, "integer")):
            return [condition]
        if (one, other) == (Constant(0, "integer"), Constant(1, "integer")):
            return [denied(condition)]
    return [term] if is_condition(term) else []


def atoms(term: Term) -> list[Term]:
    """The single conditions in an expanded one."""
    if isinstance(term, Call) and term.function in ("and", "or"):
        return [each for argument in term.arguments for each in atoms(argument)]
    return [] if term in (TRUE, FALSE) else [term]


def positive(atom: Term) -> tuple[Term, bool]:
    """The condition without NOT, and whether it is wanted to be true."""
    if isinstance(atom, Call) and atom.function == "not":
        return atom.arguments[0], False
    return atom, True


def named(term: Term) -> str | None:
    """The column that a term is, casts aside."""
    while isinstance(term, Call) and term.function in ("cast", "collate"):
        term = term.arguments[0]
    return term.column if isinstance(term, Name) else None
