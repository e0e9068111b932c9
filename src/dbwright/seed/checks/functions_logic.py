"""Logic, comparisons and choices, as SQL's three values have them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import polars as pl

from dbwright.seed.checks.evaluate import DTYPES, Evaluator, Function, Value
from dbwright.seed.checks.terms import NotRead


def _boolean(expr: pl.Expr) -> Value:
    return Value(expr=expr, kind="boolean")


def _and(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean(reduce(operator.and_, (self.truth(each).expr for each in parts)))


def _or(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean(reduce(operator.or_, (self.truth(each).expr for each in parts)))


def _not(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean(~self.truth(parts[0]).expr)


def _xor(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean(self.truth(parts[0]).expr != self.truth(parts[1]).expr)


def _is_null(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean(parts[0].expr.is_null())


def _is_true(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean(self.truth(parts[0]).expr.fill_null(value=False))


def _is_false(self: Evaluator, parts: Sequence[Value]) -> Value:
    return _boolean((~self.truth(parts[0]).expr).fill_null(value=False))


def _in_any_case(left: Value, right: Value, engine: str) -> bool:
    """Whether two texts are compared without case: by the first column's collation in SQLite, by the stricter one in MySQL."""
    known = [each.any_case for each in (left, right) if each.any_case is not None]
    explicit = [each.any_case for each in (left, right) if each.explicit]
    if explicit:
        return bool(explicit[0])
    if engine == "sqlite":
        return bool(known and known[0])
    return bool(known) and (all(known) if engine == "mysql" else any(known))


def comparable(left: Value, right: Value, engine: str) -> tuple[pl.Expr, pl.Expr]:
    """Two values of one kind as they are compared: in one case and without padding where the engine sees none."""
    if left.kind != "text" or right.kind != "text":
        return left.expr, right.expr
    sides = [left.expr, right.expr]
    if left.padded or right.padded:
        sides = [side.str.strip_chars_end(" ") for side in sides]
    if _in_any_case(left, right, engine):
        sides = [side.str.to_lowercase() for side in sides]
    return sides[0], sides[1]


def _compare(holds: Callable[[Any, Any], Any], ordering: bool) -> Function:
    def compare(self: Evaluator, parts: Sequence[Value]) -> Value:
        left, right = self.alike(*parts)
        if "null" in (left.kind, right.kind):
            return _boolean(pl.lit(None, dtype=pl.Boolean))
        if ordering and left.kind == "text":
            labels = left.labels or right.labels
            if labels:
                ranks = {label: number for number, label in enumerate(labels)}
                sides = [each.expr.replace_strict(ranks, default=None, return_dtype=pl.Int64) for each in (left, right)]
                return _boolean(holds(*sides))
            if self.engine != "sqlite":
                raise NotRead("the order of texts under the database's collation")
        if ordering and left.kind == "binary":
            raise NotRead("the order of binary values")
        if left.kind == "float" and self.engine == "postgres" and ordering:
            # PostgreSQL takes NaN for the greatest number and for equal to itself, as polars does.
            return _boolean(holds(left.expr, right.expr))
        return _boolean(holds(*comparable(left, right, self.engine)))

    return compare


def _same(self: Evaluator, parts: Sequence[Value]) -> Value:
    left, right = self.alike(*parts)
    if "null" in (left.kind, right.kind):
        return _boolean(left.expr.is_null() & right.expr.is_null())
    one, other = comparable(left, right, self.engine)
    return _boolean(one.eq_missing(other))


def _in(self: Evaluator, parts: Sequence[Value]) -> Value:
    equal = _compare(operator.eq, ordering=False)
    return _or(self, [equal(self, (parts[0], each)) for each in parts[1:]])


def _result(self: Evaluator, parts: Sequence[Value]) -> list[Value]:
    """Values of which one becomes the result, made one kind."""
    known = [each for each in parts if each.kind != "null"]
    if not known:
        return list(parts)
    lead = next((each for each in known if not each.plain), known[0])
    found = []
    for each in parts:
        if each.kind == "null":
            found.append(Value(expr=pl.lit(None, dtype=DTYPES.get(lead.kind, pl.String)), kind=lead.kind))
        elif each.kind == lead.kind == "other":
            found.append(each)
        else:
            one, other = self.alike(lead, each)
            if one.kind != lead.kind and not {one.kind, lead.kind} <= {"integer", "decimal", "float"}:
                raise NotRead("a choice between values of different kinds")
            found.append(other)
    kinds = {each.kind for each in found}
    if len(kinds) > 1 and "float" in kinds:
        found = [Value(expr=each.expr.cast(pl.Float64), kind="float") for each in found]
    elif len(kinds) > 1:
        scale = max(each.scale for each in found)
        found = [Value(expr=each.expr.cast(pl.Decimal(38, scale)), kind="decimal", scale=scale) for each in found]
    return found


def _chosen(expr: pl.Expr, parts: Sequence[Value]) -> Value:
    first = next((each for each in parts if not each.is_constant), parts[0])
    return Value(
        expr=expr,
        kind=first.kind,
        scale=max(each.scale for each in parts),
        any_case=first.any_case,
        padded=any(each.padded for each in parts),
        labels=first.labels,
    )


def _case(self: Evaluator, parts: Sequence[Value]) -> Value:
    conditions, values = [self.truth(each) for each in parts[:-1:2]], _result(self, [*parts[1::2], parts[-1]])
    expr = values[-1].expr
    for condition, value in zip(reversed(conditions), reversed(values[:-1]), strict=True):
        expr = pl.when(condition.expr).then(value.expr).otherwise(expr)
    return _chosen(expr, values)


def _coalesce(self: Evaluator, parts: Sequence[Value]) -> Value:
    values = _result(self, parts)
    return _chosen(pl.coalesce([each.expr for each in values]), values)


def _nullif(self: Evaluator, parts: Sequence[Value]) -> Value:
    equal = _compare(operator.eq, ordering=False)(self, parts)
    first = parts[0]
    return _chosen(pl.when(equal.expr.fill_null(value=False)).then(None).otherwise(first.expr), [first])


def _extreme(least: bool) -> Function:
    def extreme(self: Evaluator, parts: Sequence[Value]) -> Value:
        values = _result(self, parts)
        if values[0].kind == "text" and self.engine != "sqlite":
            raise NotRead("the order of texts under the database's collation")
        sides = [each.expr for each in values]
        found = pl.min_horizontal(sides) if least else pl.max_horizontal(sides)
        if self.engine != "postgres":  # NULL in one makes all NULL
            found = pl.when(pl.any_horizontal(side.is_null() for side in sides)).then(None).otherwise(found)
        return _chosen(found, values)

    return extreme


def _count_nulls(wanted: bool) -> Function:
    def count(self: Evaluator, parts: Sequence[Value]) -> Value:
        found = [each.expr.is_null() if wanted else each.expr.is_not_null() for each in parts]
        return Value(expr=pl.sum_horizontal(each.cast(pl.Int64) for each in found), kind="integer")

    return count


LOGIC: dict[str, Function] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "xor": _xor,
    "in": _in,
    "is null": _is_null,
    "is true": _is_true,
    "is false": _is_false,
    "same": _same,
    "=": _compare(operator.eq, ordering=False),
    "<>": _compare(operator.ne, ordering=False),
    "<": _compare(operator.lt, ordering=True),
    "<=": _compare(operator.le, ordering=True),
    ">": _compare(operator.gt, ordering=True),
    ">=": _compare(operator.ge, ordering=True),
    "case": _case,
    "coalesce": _coalesce,
    "nullif": _nullif,
    "greatest": _extreme(least=False),
    "least": _extreme(least=True),
    "num_nulls": _count_nulls(wanted=True),
    "num_nonnulls": _count_nulls(wanted=False),
    "likely": lambda self, parts: parts[0],
}
