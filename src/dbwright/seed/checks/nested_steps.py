"""JSON and arrays changed so that what a condition asks of them is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl

from dbwright.seed.checks.functions_nested import elements
from dbwright.seed.checks.goals import named
from dbwright.seed.checks.terms import MIRRORED, OPPOSITE, Call, Constant, Term, bare
from dbwright.seed.checks.work import Mask, Work

if TYPE_CHECKING:
    from dbwright.seed.checks.steps import Steps

_EXAMPLES = {
    "object": "{}",
    "array": "[]",
    "string": '"text"',
    "text": '"text"',
    "number": "0",
    "integer": "0",
    "boolean": "true",
    "real": "0.5",
    "null": "null",
}
_MEMBERS = frozenset(("json_text", "json_value", "json_unquote"))


def change_nested(steps: Steps, work: Work, condition: Call, rows: Mask, *, wanted: bool) -> bool:
    """Whether a condition is on the inside of JSON or an array; if so that is changed."""
    column, change = _change(condition, wanted=wanted)
    if (
        column is None
        or change is None
        or not steps.may_set(work, column)
        or work.frame.schema.get(column) != pl.String
    ):
        return False
    changed = work.frame[column].map_elements(change, return_dtype=pl.String, skip_nulls=True)
    if condition.function == "json_valid":  # NULL is no JSON to some versions of SQLite
        changed = changed.fill_null("{}")
    work.put(column, rows, changed)
    return True


def _change(condition: Call, *, wanted: bool) -> tuple[str | None, Callable[[str], str] | None]:
    """The column, and the function from its text to the one that is wanted."""
    function, arguments = condition.function, condition.arguments
    first = arguments[0] if arguments else None
    if function == "json_valid" and wanted and first is not None:
        return named(first), lambda text: text if _valid(text) else "{}"
    if function == "json_has_key" and wanted and isinstance(arguments[1], Constant):
        return named(arguments[0]), _with_member([str(arguments[1].value)], "text")
    if function == "is null" and not wanted and isinstance(first, Call) and first.function in _MEMBERS:
        column, path = _path(first)
        return column, _with_member(path, "text") if path else None
    if function == "member" and wanted:
        return _array_change("contains", (arguments[0], Call("array", (arguments[1],))))
    if function in ("contained", "contains") and wanted:
        return _array_change(function, arguments)
    if wanted and function in MIRRORED and isinstance(first, Call) and isinstance(bare(arguments[1]), Constant):
        return _compared(function, first, bare(arguments[1]))
    if wanted and function in OPPOSITE and isinstance(first, Constant) and isinstance(arguments[1], Call):
        return _compared(MIRRORED[function], arguments[1], first)
    return None, None


def _compared(function: str, left: Call, right: Term) -> tuple[str | None, Callable[[str], str] | None]:
    value = right.value if isinstance(right, Constant) else None
    while left.function == "cast" and isinstance(left.arguments[0], Call):
        left = left.arguments[0]
    if left.function == "json_typeof" and function == "=" and len(left.arguments) == 1:
        example = _EXAMPLES.get(str(value).lower())
        return named(left.arguments[0]), None if example is None else lambda text: example
    if left.function in _MEMBERS and function in ("=", ">", ">=", "<", "<="):
        column, path = _path(left)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = value + {">": 1, "<": -1}.get(function, 0)
        return column, _with_member(path, value, replace=True) if path else None
    if left.function in ("cardinality", "array_length") and isinstance(value, int):
        size = value + {">": 1, "<": -1, "<>": 1}.get(function, 0)
        return named(left.arguments[0]), lambda text: _sized(text, size, function)
    if left.function in ("json_array_length", "json_length") and isinstance(value, int):
        size = value + {">": 1, "<": -1, "<>": 1}.get(function, 0)
        return named(left.arguments[0]), lambda text: json.dumps(_members(text, size, function))
    return None, None


def _path(term: Call) -> tuple[str | None, list[str]]:
    """The column and the steps to a member of its JSON."""
    steps = [str(each.value) for each in term.arguments[1:] if isinstance(each, Constant)]
    first = term.arguments[0]
    if isinstance(first, Call) and first.function in _MEMBERS:
        column, before = _path(first)
        return column, [*before, *steps]
    return named(first), steps


def _valid(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _with_member(path: list[str], value: Any, *, replace: bool = False) -> Callable[[str], str]:
    def change(text: str) -> str:
        whole = json.loads(text) if _valid(text) else {}
        whole = whole if isinstance(whole, dict) else {}
        inner = whole
        for step in path[:-1]:
            if not isinstance(inner.get(step), dict):
                inner[step] = {}
            inner = inner[step]
        if replace or inner.get(path[-1]) is None:
            inner[path[-1]] = value
        return json.dumps(whole, ensure_ascii=False, default=str)

    return change


def _members(text: str, size: int, function: str) -> list[Any]:
    whole = json.loads(text) if _valid(text) else []
    whole = whole if isinstance(whole, list) else []
    if function in ("<", "<=", "=") and len(whole) > size:
        return whole[: max(size, 0)]
    return [*whole, *(f"item {number + 1}" for number in range(len(whole), size))]


def _sized(text: str, size: int, function: str) -> str:
    found: list[str | None] = elements(text) or []
    if function in ("<", "<=", "=") and len(found) > size:
        found = found[: max(size, 0)]
    filling = found or ["1"]
    return _written([*found, *(filling[place % len(filling)] for place in range(size - len(found)))])


def _array_change(function: str, arguments: tuple[Term, ...]) -> tuple[str | None, Callable[[str], str] | None]:
    one, other = arguments
    column = named(one) or named(other)
    array = other if named(one) is not None else one
    if (
        not isinstance(array, Call)
        or array.function != "array"
        or not all(isinstance(each, Constant) for each in array.arguments)
    ):
        return None, None
    members: list[str | None] = [str(each.value) for each in array.arguments if isinstance(each, Constant)]
    inside = (function == "contained") == (named(one) is not None)
    if inside:
        return column, lambda text: _written([each for each in elements(text) or [] if each in members] or members[:1])
    return column, lambda text: _written(
        [*(elements(text) or []), *(each for each in members if each not in (elements(text) or []))]
    )


def _written(members: list[str | None]) -> str:
    def one(member: str | None) -> str:
        if member is None:
            return "NULL"
        if member.isalnum() and member.upper() != "NULL":
            return member
        escaped = member.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    return "{" + ",".join(map(one, members)) + "}"
