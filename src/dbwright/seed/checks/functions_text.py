"""Functions of texts, and patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl

from dbwright.seed.checks.evaluate import Evaluator, Function, Value
from dbwright.seed.checks.functions_logic import comparable
from dbwright.seed.checks.regexes import (
    engine_regex,
    flags,
    for_python,
    for_rust,
    glob_to_regex,
    like_to_regex,
    similar_to_regex,
)
from dbwright.seed.checks.terms import NotRead


def text(value: Value) -> pl.Expr:
    """The expression of a text. Raises NotRead for other kinds."""
    if value.kind in ("text", "json"):
        return value.expr
    if value.kind == "null":
        return pl.lit(None, dtype=pl.String)
    raise NotRead(f"a value of the kind {value.kind} as a text")


def like(value: Value, expr: pl.Expr) -> Value:
    """A text made from another one, compared as that one is."""
    return Value(expr=expr, kind="text", any_case=value.any_case, padded=value.padded)


def python_function(
    expr: pl.Expr, function: Callable[[str], object], dtype: pl.DataType | type[pl.DataType]
) -> pl.Expr:
    """A Python function over the different texts of an expression."""
    answers: dict[str, object] = {}

    def over(series: pl.Series) -> pl.Series:
        found: list[object] = []
        for each in series.to_list():
            if each is not None and each not in answers:
                answers[each] = function(each)
            found.append(None if each is None else answers[each])
        if len(answers) > 100_000:
            answers.clear()
        return pl.Series(series.name, found, dtype=dtype)

    return expr.map_batches(over, return_dtype=dtype, is_elementwise=True)


def matches(expr: pl.Expr, pattern: str) -> pl.Expr:
    """Whether a regular expression is found in a text; Python's own engine where Rust's has no look-around or references."""
    try:
        rust = for_rust(pattern)
        pl.select(pl.lit("").str.contains(rust))
    except pl.exceptions.ComputeError:
        try:
            compiled = re.compile(for_python(pattern))
        except re.error as error:
            raise NotRead(f"the regular expression {pattern}") from error
        return python_function(expr, lambda each: compiled.search(each) is not None, pl.Boolean)
    return expr.str.contains(rust)


def _constant_text(value: Value, what: str) -> str:
    if not value.is_constant or not isinstance(value.constant, str):
        raise NotRead(f"{what} that is not constant")
    return value.constant


def _like(function: str) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        pattern = _constant_text(parts[1], "a pattern")
        subject = text(parts[0])
        if self.engine == "postgres" and parts[0].type is not None and parts[0].type.kind == "char":
            subject = subject.str.pad_end(parts[0].type.length or 1)
        any_case = self.engine == "sqlite" or function == "ilike" or bool(parts[0].any_case)
        escape = _constant_text(parts[2], "an escape") if len(parts) > 2 else ("" if self.engine == "sqlite" else "\\")
        return Value(
            expr=matches(subject, flags("like", any_case=any_case) + like_to_regex(pattern, escape)), kind="boolean"
        )

    return over


def _glob(self: Evaluator, parts: Sequence[Value]) -> Value:
    pattern = glob_to_regex(_constant_text(parts[1], "a pattern"))
    return Value(expr=matches(text(parts[0]), flags("like", any_case=False) + pattern), kind="boolean")


def _similar(self: Evaluator, parts: Sequence[Value]) -> Value:
    pattern = similar_to_regex(_constant_text(parts[1], "a pattern"))
    return Value(expr=matches(text(parts[0]), flags("like", any_case=False) + pattern), kind="boolean")


def _similar_to_escape(self: Evaluator, parts: Sequence[Value]) -> Value:
    """PostgreSQL's own way to turn SIMILAR TO into a regular expression."""
    from dbwright.seed.checks.terms import Constant

    pattern = similar_to_regex(
        _constant_text(parts[0], "a pattern"), _constant_text(parts[1], "an escape") if len(parts) > 1 else "\\"
    )
    return self.constant(Constant(pattern, "text"))


def _regexp(function: str) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        if self.engine == "sqlite":
            raise NotRead("REGEXP, which SQLite leaves to the application")
        pattern = engine_regex(_constant_text(parts[1], "a regular expression"), self.engine)
        options = _constant_text(parts[2], "options") if len(parts) > 2 else ""
        stern = "c" in options or (parts[1].explicit and not parts[1].any_case)
        any_case = (function == "iregexp" or bool(parts[0].any_case) or "i" in options) and not stern
        return Value(expr=matches(text(parts[0]), flags(self.engine, any_case=any_case) + pattern), kind="boolean")

    return over


def _case_of(upper: bool) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        if parts[0].kind == "range":
            from dbwright.seed.checks.functions_ranges import bound

            return bound(self, parts[0], upper=upper)
        subject = text(parts[0])
        if self.engine == "sqlite":  # ASCII letters only
            letters = "abcdefghijklmnopqrstuvwxyz"
            capitals = letters.upper()
            old, new = (letters, capitals) if upper else (capitals, letters)
            changed = python_function(subject, lambda each: each.translate(str.maketrans(old, new)), pl.String)
            return like(parts[0], changed)
        return like(parts[0], subject.str.to_uppercase() if upper else subject.str.to_lowercase())

    return over


def _trim(sides: str) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        letters = _constant_text(parts[1], "letters to trim") if len(parts) > 1 else " "
        subject = text(parts[0])
        if self.engine == "mysql" and len(letters) > 1:
            raise NotRead("trimming a text of more than one letter")
        strip = {
            "both": subject.str.strip_chars,
            "left": subject.str.strip_chars_start,
            "right": subject.str.strip_chars_end,
        }
        return like(parts[0], strip[sides](letters))

    return over


def _char_length(self: Evaluator, parts: Sequence[Value]) -> Value:
    if parts[0].kind == "binary":
        return _byte_length(self, parts)
    return Value(expr=text(parts[0]).str.len_chars().cast(pl.Int64), kind="integer")


def _byte_length(self: Evaluator, parts: Sequence[Value]) -> Value:
    if parts[0].kind == "binary":
        return Value(expr=parts[0].expr.bin.size().cast(pl.Int64), kind="integer")
    subject = text(parts[0])
    if self.engine == "postgres" and parts[0].type is not None and parts[0].type.kind == "char":
        subject = subject.str.pad_end(parts[0].type.length or 1)
    return Value(expr=subject.str.len_bytes().cast(pl.Int64), kind="integer")


def _bit_length(self: Evaluator, parts: Sequence[Value]) -> Value:
    return Value(expr=_byte_length(self, parts).expr * 8, kind="integer")


def _constant_number(value: Value, what: str) -> int:
    if not value.is_constant or not isinstance(value.constant, int):
        raise NotRead(f"{what} that is not constant")
    return value.constant


def _substring(self: Evaluator, parts: Sequence[Value]) -> Value:
    start = _constant_number(parts[1], "a start")
    length = _constant_number(parts[2], "a length") if len(parts) > 2 else None
    if start < 1 or (length is not None and length < 0):
        raise NotRead("a part of a text counted from its end")
    return like(parts[0], text(parts[0]).str.slice(start - 1, length))


def _left(self: Evaluator, parts: Sequence[Value]) -> Value:
    length = _constant_number(parts[1], "a length")
    if length < 0:
        raise NotRead("a part of a text counted from its end")
    return like(parts[0], text(parts[0]).str.slice(0, length))


def _right(self: Evaluator, parts: Sequence[Value]) -> Value:
    length = _constant_number(parts[1], "a length")
    if length < 0:
        raise NotRead("a part of a text counted from its end")
    return like(parts[0], text(parts[0]).str.tail(length))


def _position(self: Evaluator, parts: Sequence[Value]) -> Value:
    subject, sought = (
        comparable(parts[0], parts[1], self.engine)
        if parts[0].kind == parts[1].kind == "text"
        else (text(parts[0]), text(parts[1]))
    )
    if not parts[1].is_constant:
        raise NotRead("the place of a text that is not constant")
    if parts[1].constant == "":
        return Value(expr=pl.when(subject.is_null()).then(None).otherwise(1).cast(pl.Int64), kind="integer")
    # polars counts bytes; the characters before are what is wanted.
    at = subject.str.find(sought, literal=True)
    before = (
        subject.str.split(parts[1].constant.lower() if parts[0].any_case else parts[1].constant)
        .list.first()
        .str.len_chars()
    )
    found = pl.when(at.is_null()).then(0).otherwise(before.cast(pl.Int64) + 1)
    return Value(expr=pl.when(subject.is_null()).then(None).otherwise(found).cast(pl.Int64), kind="integer")


def _starts_with(self: Evaluator, parts: Sequence[Value]) -> Value:
    return Value(expr=text(parts[0]).str.starts_with(text(parts[1])), kind="boolean")


def _joined(nulls_vanish: bool) -> Function:
    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        vanish = nulls_vanish and self.engine == "postgres"
        sides = [each.expr.cast(pl.String) if each.kind == "integer" else text(each) for each in parts]
        if any(each.padded and self.engine == "postgres" for each in parts):
            raise NotRead("padded texts put together")
        lead = min(parts, key=lambda each: {False: 0, True: 1, None: 2}[each.any_case])
        return like(lead, pl.concat_str(sides, ignore_nulls=vanish))

    return over


def _replace(self: Evaluator, parts: Sequence[Value]) -> Value:
    old, new = _constant_text(parts[1], "what is replaced"), _constant_text(parts[2], "a replacement")
    return like(parts[0], text(parts[0]).str.replace_all(old, new, literal=True) if old else text(parts[0]))


def _reverse(self: Evaluator, parts: Sequence[Value]) -> Value:
    return like(parts[0], python_function(text(parts[0]), lambda each: each[::-1], pl.String))


def _collate(self: Evaluator, parts: Sequence[Value]) -> Value:
    name = str(parts[1].constant)
    if self.engine == "postgres" and name not in ("c", "posix", "ucs_basic", "default"):
        raise NotRead(f"the collation {name}")
    any_case = name == "nocase" if self.engine != "mysql" else not name.endswith(("_bin", "_cs", "binary"))
    return Value(
        expr=text(parts[0]), kind="text", any_case=any_case, padded=name == "rtrim" or parts[0].padded, explicit=True
    )


def _typeof(self: Evaluator, parts: Sequence[Value]) -> Value:
    value = parts[0]
    name = {"integer": "integer", "boolean": "integer", "float": "real", "text": "text", "binary": "blob"}.get(
        value.kind
    )
    if name is None or self.engine != "sqlite":
        raise NotRead(f"typeof of the kind {value.kind}")
    if name == "real" and value.type is not None and value.type.kind == "decimal":
        whole = (value.expr == value.expr.round(0)) & (value.expr.abs() < 2.0**62)
        given = pl.when(whole).then(pl.lit("integer")).otherwise(pl.lit("real"))
    else:
        given = pl.lit(name)
    return Value(expr=pl.when(value.expr.is_null()).then(pl.lit("null")).otherwise(given), kind="text")


TEXTUAL: dict[str, Function] = {
    "like": _like("like"),
    "ilike": _like("ilike"),
    "glob": _glob,
    "similar": _similar,
    "similar_to_escape": _similar_to_escape,
    "regexp": _regexp("regexp"),
    "iregexp": _regexp("iregexp"),
    "lower": _case_of(upper=False),
    "upper": _case_of(upper=True),
    "trim": _trim("both"),
    "ltrim": _trim("left"),
    "rtrim": _trim("right"),
    "char_length": _char_length,
    "byte_length": _byte_length,
    "bit_length": _bit_length,
    "substring": _substring,
    "left": _left,
    "right": _right,
    "position": _position,
    "starts_with": _starts_with,
    "||": _joined(nulls_vanish=False),
    "concat": _joined(nulls_vanish=True),
    "replace": _replace,
    "reverse": _reverse,
    "collate": _collate,
    "typeof": _typeof,
}
