"""Functions of values that frames hold as texts: JSON and PostgreSQL's arrays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from dbwright.seed.checks.evaluate import Evaluator, Function, Value
from dbwright.seed.checks.functions_ranges import RANGES
from dbwright.seed.checks.functions_text import python_function, text
from dbwright.seed.checks.terms import NotRead

# ---------------------------------------------------------------- JSON

_MISSING = object()


def _parsed(written: str) -> Any:
    """The value that a JSON text is, or _MISSING where it is none."""
    try:
        return json.loads(written, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError):
        return _MISSING


def _refused(word: str) -> Any:
    raise ValueError(word)


def _json(value: Value, function: Callable[[Any], object], dtype: Any) -> pl.Expr:
    if value.kind not in ("json", "text", "null"):
        raise NotRead(f"a value of the kind {value.kind} as JSON")
    return python_function(
        text(value), lambda each: None if (found := _parsed(each)) is _MISSING else function(found), dtype
    )


def _json_valid(self: Evaluator, parts: Sequence[Value]) -> Value:
    expr = python_function(text(parts[0]), lambda each: int(_parsed(each) is not _MISSING), pl.Int64)
    if self.engine == "sqlite":  # whose older versions have it that NULL is no JSON
        expr = expr.fill_null(0)
    return Value(expr=expr, kind="integer")


_WORDS = {
    "postgres": {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", Decimal: "number", type(None): "null"},
    "mysql": {dict: "OBJECT", list: "ARRAY", str: "STRING", bool: "BOOLEAN", int: "INTEGER", Decimal: "DOUBLE", type(None): "NULL"},
    "sqlite": {dict: "object", list: "array", str: "text", int: "integer", Decimal: "real", type(None): "null"},
}  # fmt: skip


def _json_typeof(self: Evaluator, parts: Sequence[Value]) -> Value:
    words = _WORDS[self.engine]
    steps: list[str] = []
    if len(parts) > 1:
        path = str(parts[1].constant)
        if not path.startswith("$"):
            raise NotRead("a path into JSON")
        steps = [step for step in path.removeprefix("$").split(".") if step]

    def name(value: Any) -> object:
        value = _member(value, steps)
        if value is _MISSING:
            return None
        if self.engine == "sqlite" and isinstance(value, bool):
            return "true" if value else "false"
        return words[type(value)]

    return Value(expr=_json(parts[0], name, pl.String), kind="text", any_case=self.engine == "mysql")


def _member(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return _MISSING
    return value


def _steps(parts: Sequence[Value]) -> list[str]:
    return [str(each.constant) for each in parts[1:]]


def _json_value(self: Evaluator, parts: Sequence[Value]) -> Value:
    def find(value: Any) -> object:
        found = _member(value, _steps(parts))
        return None if found is _MISSING else json.dumps(found, default=str)

    return Value(expr=_json(parts[0], find, pl.String), kind="json")


def _json_text(self: Evaluator, parts: Sequence[Value]) -> Value:
    def find(value: Any) -> object:
        found = _member(value, _steps(parts))
        if found is _MISSING or found is None:
            return None
        if isinstance(found, str):
            return found
        if isinstance(found, bool):
            return str(found).lower()
        return str(found) if isinstance(found, int | Decimal) else json.dumps(found, default=str)

    if self.engine == "sqlite":
        raise NotRead("the type of a member of JSON, which differs from row to row")
    return Value(expr=_json(parts[0], find, pl.String), kind="text", any_case=False)


def _json_unquote(self: Evaluator, parts: Sequence[Value]) -> Value:
    expr = _json(parts[0], lambda value: value if isinstance(value, str) else json.dumps(value, default=str), pl.String)
    return Value(expr=expr, kind="text", any_case=False)


def _json_has_key(self: Evaluator, parts: Sequence[Value]) -> Value:
    key = str(parts[1].constant)
    if not parts[1].is_constant:
        raise NotRead("a key of JSON that is not constant")
    expr = _json(parts[0], lambda value: key in value if isinstance(value, dict | list) else value == key, pl.Boolean)
    return Value(expr=expr, kind="boolean")


def _json_length(only_arrays: bool) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        if only_arrays and self.engine == "sqlite":
            expr = _json(parts[0], lambda value: len(value) if isinstance(value, list) else 0, pl.Int64)
        elif only_arrays:
            expr = _json(parts[0], lambda value: len(value) if isinstance(value, list) else None, pl.Int64)
        else:
            expr = _json(parts[0], lambda value: len(value) if isinstance(value, dict | list) else 1, pl.Int64)
        return Value(expr=expr, kind="integer")

    return over


# ---------------------------------------------------------------- arrays


def elements(written: str) -> list[str | None] | None:
    """The elements of an array of one dimension as PostgreSQL writes it; None where it has more."""
    inner = written.strip()
    if '"' not in inner and inner.startswith("{") and inner.count("{") == 1:
        words = inner[1:-1].split(",") if len(inner) > 2 else []
        return [None if each.strip().upper() == "NULL" else each.strip() for each in words]
    if not inner.startswith("{") or "{" in re.sub(r'"(\\.|[^"\\])*"', "", inner[1:]):
        return None
    found: list[str | None] = []
    for quoted, bare in re.findall(r'"((?:\\.|[^"\\])*)"|([^,{}"]+)', inner[1:-1]):
        word = bare.strip()
        if bare and word.upper() == "NULL":
            found.append(None)
        elif bare:
            found.append(word)
        else:
            found.append(re.sub(r"\\(.)", r"\1", quoted))
    return found


def _array(self: Evaluator, parts: Sequence[Value]) -> Value:
    if not all(each.is_constant for each in parts):
        raise NotRead("an array of columns")
    return Value(expr=pl.lit(None), kind="array", constant=tuple(each.constant for each in parts), is_constant=True)


def _cardinality(self: Evaluator, parts: Sequence[Value]) -> Value:
    if parts[0].kind != "array" or parts[0].is_constant:
        raise NotRead("the size of something else than an array")
    return Value(expr=python_function(parts[0].expr, _size, pl.Int64), kind="integer")


def _size(written: str) -> int:
    found = elements(written)
    return len(found) if found is not None else written.count(",") + 1


def _array_length(self: Evaluator, parts: Sequence[Value]) -> Value:
    if parts[0].kind != "array" or parts[1].constant != 1:
        raise NotRead("the length of another dimension")
    size = python_function(parts[0].expr, lambda each: len(elements(each) or ()) or None, pl.Int64)
    return Value(expr=size, kind="integer")


def _array_pair(compare: Callable[[set[str | None], set[str | None]], bool]) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        left, right = parts
        if left.kind != "array" or right.kind != "array" or left.is_constant == right.is_constant:
            raise NotRead("containment of something else than an array and a list")
        constant, column = (left, right) if left.is_constant else (right, left)
        fixed: set[str | None] = {str(each) for each in constant.constant if each is not None}

        def decide(written: str) -> bool | None:
            found = elements(written)
            if found is None:
                return None
            held = set(found)  # NULL is equal to nothing, and in no list of constants
            return compare(fixed, held) if constant is left else compare(held, fixed)

        return Value(expr=python_function(column.expr, decide, pl.Boolean), kind="boolean")

    return over


def _member_of(self: Evaluator, parts: Sequence[Value]) -> Value:
    """x = ANY (array), with x a constant: unknown where it is not found and the array holds NULL."""
    array, sought = parts
    if array.kind != "array" or array.is_constant or not sought.is_constant:
        raise NotRead("ANY of something else than an array, for a constant")

    def decide(written: str) -> bool | None:
        found = elements(written) or []
        return True if str(sought.constant) in found else None if None in found else False

    return Value(expr=python_function(array.expr, decide, pl.Boolean), kind="boolean")


NESTED: dict[str, Function] = {
    **RANGES,
    "json_valid": _json_valid,
    "json_typeof": _json_typeof,
    "json_value": _json_value,
    "json_text": _json_text,
    "json_unquote": _json_unquote,
    "json_has_key": _json_has_key,
    "json_array_length": _json_length(only_arrays=True),
    "json_length": _json_length(only_arrays=False),
    "array": _array,
    "cardinality": _cardinality,
    "array_length": _array_length,
    "contained": _array_pair(lambda left, right: left <= right),
    "member": _member_of,
    "contains": _array_pair(lambda left, right: left >= right),
    "overlaps": _array_pair(lambda left, right: bool(left & right)),
}
