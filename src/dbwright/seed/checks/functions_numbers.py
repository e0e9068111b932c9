"""Arithmetic and casts, as exact as the engine's own where numbers are whole or decimal."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dbwright.seed.checks.constants import constant_as
from dbwright.seed.checks.evaluate import DTYPES, NUMBERS, Evaluator, Function, Value
from dbwright.seed.checks.terms import Constant, NotRead

_DIGITS = 38
_MOST_SCALE = 18


def _pair(self: Evaluator, parts: Sequence[Value]) -> tuple[Value, Value]:
    left, right = self.number(parts[0]), self.number(parts[1])
    if "null" in (left.kind, right.kind):
        kind = right.kind if left.kind == "null" else left.kind
        kind = "integer" if kind == "null" else kind
        return _null(left, kind), _null(right, kind)
    return left, right


def _null(value: Value, kind: str) -> Value:
    return value if value.kind != "null" else Value(expr=pl.lit(None, dtype=pl.Int64), kind="integer")


def _floats(*values: Value) -> list[pl.Expr]:
    return [each.expr.cast(pl.Float64) for each in values]


def _scaled(value: Value, scale: int) -> pl.Expr:
    return value.expr.cast(pl.Decimal(_DIGITS, scale))


def _plus(self: Evaluator, parts: Sequence[Value]) -> Value:
    from dbwright.seed.checks.functions_time import shifted

    moved = shifted(self, parts, forward=True)
    return moved if moved is not None else _sum(self, parts, add=True)


def _minus(self: Evaluator, parts: Sequence[Value]) -> Value:
    from dbwright.seed.checks.functions_time import apart, shifted

    moved = shifted(self, parts, forward=False)
    moved = apart(self, parts) if moved is None else moved
    return moved if moved is not None else _sum(self, parts, add=False)


def _sum(self: Evaluator, parts: Sequence[Value], *, add: bool) -> Value:
    left, right = _pair(self, parts)
    if "float" in (left.kind, right.kind):
        one, other = _floats(left, right)
        return Value(expr=one + other if add else one - other, kind="float")
    if left.kind == right.kind == "integer":
        return Value(expr=left.expr + right.expr if add else left.expr - right.expr, kind="integer")
    scale = max(left.scale, right.scale)
    one, other = _scaled(left, scale), _scaled(right, scale)
    return Value(expr=one + other if add else one - other, kind="decimal", scale=scale)


def _times(self: Evaluator, parts: Sequence[Value]) -> Value:
    left, right = _pair(self, parts)
    scale = left.scale + right.scale
    if "float" in (left.kind, right.kind) or scale > _MOST_SCALE:
        one, other = _floats(left, right)
        return Value(expr=one * other, kind="float")
    if left.kind == right.kind == "integer":
        return Value(expr=left.expr.cast(pl.Int128) * right.expr.cast(pl.Int128), kind="integer")
    return Value(expr=_scaled(left, scale) * _scaled(right, scale), kind="decimal", scale=scale)


def _divided(self: Evaluator, parts: Sequence[Value]) -> Value:
    left, right = _pair(self, parts)
    if left.kind == right.kind == "integer" and self.engine != "mysql":
        return _whole_quotient(left, right)
    one, other = _floats(left, right)
    return Value(expr=pl.when(other == 0).then(None).otherwise(one / other), kind="float")


def _whole_quotient(left: Value, right: Value) -> Value:
    """Division that cuts towards zero, as SQL's does; polars's own rounds down."""
    one, other = left.expr.cast(pl.Int128), right.expr.cast(pl.Int128)
    quotient = one.abs() // other.abs()
    signed = pl.when((one < 0) != (other < 0)).then(0 - quotient).otherwise(quotient)
    return Value(expr=pl.when(other == 0).then(None).otherwise(signed), kind="integer")


def _div(self: Evaluator, parts: Sequence[Value]) -> Value:
    left, right = _pair(self, parts)
    if left.kind == right.kind == "integer":
        return _whole_quotient(left, right)
    one, other = _floats(left, right)
    quotient = one / other
    cut = pl.when(quotient < 0).then(quotient.ceil()).otherwise(quotient.floor())
    return Value(expr=pl.when(other == 0).then(None).otherwise(cut).cast(pl.Int64, strict=False), kind="integer")


def _remainder(self: Evaluator, parts: Sequence[Value]) -> Value:
    left, right = _pair(self, parts)
    if self.engine == "sqlite" and "float" in (left.kind, right.kind):
        left, right = (Value(expr=each.expr.cast(pl.Int64, strict=False), kind="integer") for each in (left, right))
    if left.kind == right.kind == "integer":
        one, other = left.expr.cast(pl.Int128), right.expr.cast(pl.Int128)
        rest = one.abs() % other.abs()
        signed = pl.when(one < 0).then(0 - rest).otherwise(rest)
        return Value(expr=pl.when(other == 0).then(None).otherwise(signed), kind="integer")
    if "float" in (left.kind, right.kind):
        raise NotRead("the remainder of a float")
    scale = max(left.scale, right.scale)
    one, other = _scaled(left, scale), _scaled(right, scale)
    whole = one.abs() % other.abs()
    signed = pl.when(one < 0).then(0 - whole).otherwise(whole)
    return Value(expr=pl.when(other == 0).then(None).otherwise(signed), kind="decimal", scale=scale)


def _negative(self: Evaluator, parts: Sequence[Value]) -> Value:
    value = self.number(parts[0])
    return Value(expr=0 - value.expr, kind=value.kind, scale=value.scale)


def _abs(self: Evaluator, parts: Sequence[Value]) -> Value:
    value = self.number(parts[0])
    return Value(expr=value.expr.abs(), kind=value.kind, scale=value.scale)


def _sign(self: Evaluator, parts: Sequence[Value]) -> Value:
    value = self.number(parts[0])
    return Value(expr=value.expr.cast(pl.Float64).sign().cast(pl.Int64), kind="integer")


def _round(self: Evaluator, parts: Sequence[Value]) -> Value:
    value = self.number(parts[0])
    places = int(parts[1].constant) if len(parts) > 1 and parts[1].is_constant else 0
    if places < 0 or (len(parts) > 1 and not parts[1].is_constant):
        raise NotRead("rounding to places that are not constant")
    if value.kind == "integer":
        return value
    if value.kind == "decimal":
        return Value(
            expr=value.expr if places >= value.scale else value.expr.round(places, mode="half_away_from_zero"),
            kind="decimal",
            scale=value.scale,
        )
    mode = "half_away_from_zero" if self.engine == "sqlite" else "half_to_even"
    if value.kind == "float" and places == 0:
        return Value(expr=value.expr.round(0, mode=mode), kind="float")  # type: ignore[arg-type] # one of its words
    if value.kind == "float" and self.engine == "sqlite":
        return Value(expr=value.expr.round(places, mode=mode), kind="float")  # type: ignore[arg-type] # one of its words
    raise NotRead("rounding a float to places after the point")


def _to_whole(up: bool | None) -> Function:
    def to_whole(self: Evaluator, parts: Sequence[Value]) -> Value:
        value = self.number(parts[0])
        if len(parts) > 1:
            places = parts[1].constant
            if value.kind != "decimal" or not isinstance(places, int) or places < 0:
                raise NotRead("cutting to places after the point")
            if places >= value.scale:
                return value
            factor = 10**places
            inner = to_whole(self, [Value(expr=value.expr * factor, kind="decimal", scale=value.scale)])
            return Value(expr=inner.expr / factor, kind="decimal", scale=value.scale)
        if value.kind == "integer":
            return value
        floor, ceil = value.expr.floor(), value.expr.ceil()
        towards_zero = pl.when(value.expr < 0).then(ceil).otherwise(floor)
        expr = towards_zero if up is None else ceil if up else floor
        return Value(expr=expr, kind=value.kind, scale=value.scale)

    return to_whole


def _power(self: Evaluator, parts: Sequence[Value]) -> Value:
    one, other = _floats(*_pair(self, parts))
    return Value(expr=one.pow(other), kind="float")


def _sqrt(self: Evaluator, parts: Sequence[Value]) -> Value:
    return Value(expr=self.number(parts[0]).expr.cast(pl.Float64).sqrt(), kind="float")


def _bits_and(self: Evaluator, parts: Sequence[Value]) -> Value:
    left, right = _pair(self, parts)
    if left.kind == right.kind == "integer":
        return Value(expr=left.expr & right.expr, kind="integer")
    raise NotRead("& of something else than whole numbers")


def _cast(self: Evaluator, parts: Sequence[Value]) -> Value:
    value, kind, numbers = parts[0], parts[1].constant, [each.constant for each in parts[2:]]
    if value.kind == "null":
        return Value(expr=pl.lit(None, dtype=DTYPES.get(kind, pl.String)), kind=kind)
    if kind == "decimal" and numbers:
        scale = numbers[1] if len(numbers) > 1 else 0
        number = self.number(value)
        if number.kind == "float":
            raise NotRead("a float as a decimal")
        exact = (
            number.expr
            if number.scale <= scale or number.kind == "integer"
            else number.expr.round(scale, mode="half_away_from_zero")
        )
        return Value(expr=exact.cast(pl.Decimal(_DIGITS, scale)), kind="decimal", scale=scale)
    if kind == "text" and numbers and value.kind == "text":
        expr = value.expr.str.slice(0, numbers[0])
        return Value(expr=expr, kind="text", any_case=value.any_case, padded=value.padded)
    if kind == value.kind or (kind == "text" and value.labels):
        return (
            value
            if not (kind == "text" and value.padded and self.engine == "postgres")
            else Value(expr=value.expr, kind="text")
        )
    if kind == "binary" and value.kind == "text" and self.engine == "mysql":
        return Value(
            expr=value.expr,
            kind="text",
            any_case=False,
            explicit=True,
            constant=value.constant,
            is_constant=value.is_constant,
        )
    if value.is_constant and kind in DTYPES:
        return self.constant(Constant(constant_as(value.constant, kind, engine=self.engine), kind))
    if kind in NUMBERS and value.kind in (*NUMBERS, "boolean"):
        return _number_as(self, value, kind)
    if kind in ("date", "timestamp", "instant") and value.kind in ("date", "timestamp", "instant"):
        return self.as_moment(value, kind)
    if kind == "time" and value.kind in ("timestamp", "instant"):
        return Value(expr=value.expr.dt.time(), kind="time")
    if kind == "text" and value.kind == "integer":
        return Value(expr=value.expr.cast(pl.String), kind="text")
    if kind in NUMBERS and value.kind == "text":
        return _text_as_number(self, value.expr, kind)
    if kind == "boolean" and value.kind == "integer":
        return Value(expr=value.expr != 0, kind="boolean")
    if kind == "json" and value.kind == "text" and self.engine == "postgres":
        return Value(expr=value.expr, kind="json")
    raise NotRead(f"{value.kind} as {kind}")


def _text_as_number(self: Evaluator, expr: pl.Expr, kind: str) -> Value:
    """The number that a text is; NULL for one that is none, which PostgreSQL refuses."""
    if self.engine == "mysql":
        raise NotRead(f"a text as {kind}")
    if kind == "integer" and self.engine == "sqlite":
        found = expr.str.extract(r"^\s*([+-]?\d+)").cast(pl.Int64, strict=False)
        return Value(expr=pl.when(expr.is_null()).then(None).otherwise(found.fill_null(0)), kind="integer")
    if self.engine == "sqlite":
        raise NotRead(f"a text as {kind}")
    if kind == "decimal":
        return Value(expr=expr.str.strip_chars().cast(pl.Decimal(_DIGITS, 10), strict=False), kind="decimal", scale=10)
    dtype = pl.Int64 if kind == "integer" else pl.Float64
    return Value(
        expr=expr.str.strip_chars().cast(dtype, strict=False), kind="integer" if kind == "integer" else "float"
    )


def _number_as(self: Evaluator, value: Value, kind: str) -> Value:
    if value.kind == "boolean":
        return Value(expr=value.expr.cast(pl.Int64), kind="integer")
    if kind == "float":
        return Value(expr=value.expr.cast(pl.Float64), kind="float")
    if kind == "decimal":
        if value.kind == "float":
            raise NotRead("a float as a decimal")
        return Value(expr=value.expr.cast(pl.Decimal(_DIGITS, value.scale)), kind="decimal", scale=value.scale)
    if self.engine == "sqlite":
        return Value(expr=value.expr.cast(pl.Int64, strict=False), kind="integer")  # cut towards zero
    mode = "half_to_even" if value.kind == "float" else "half_away_from_zero"
    return Value(expr=value.expr.round(0, mode=mode).cast(pl.Int64, strict=False), kind="integer")  # type: ignore[arg-type] # one of its words


NUMERIC: dict[str, Function] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
    "div": _div,
    "%": _remainder,
    "negative": _negative,
    "abs": _abs,
    "sign": _sign,
    "round": _round,
    "floor": _to_whole(up=False),
    "ceil": _to_whole(up=True),
    "trunc": _to_whole(up=None),
    "power": _power,
    "sqrt": _sqrt,
    "&": _bits_and,
    "cast": _cast,
}
