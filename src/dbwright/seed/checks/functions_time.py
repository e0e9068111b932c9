"""Functions of dates and times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import polars as pl

from dbwright.seed.checks.checked import Kind
from dbwright.seed.checks.constants import Interval, constant_as, interval_of
from dbwright.seed.checks.evaluate import DTYPES, Evaluator, Function, Value
from dbwright.seed.checks.terms import Constant, NotRead

_MOMENTS = ("date", "timestamp", "instant")
_DAY = 86_400_000_000


def _now(self: Evaluator, parts: Sequence[Value]) -> Value:
    kind: Kind = parts[0].constant
    if self.engine == "sqlite":
        text = self.now.strftime({"date": "%Y-%m-%d", "time": "%H:%M:%S"}.get(kind, "%Y-%m-%d %H:%M:%S"))
        return self.constant(Constant(text, "text"))
    if self.engine == "mysql" and kind == "instant":
        kind = "timestamp"
    moment: Any = {"date": self.now.date(), "time": self.now.time(), "instant": self.now.astimezone(UTC)}.get(kind)
    return self.constant(Constant(self.now.replace(tzinfo=None) if moment is None else moment, kind))


def moment_of(self: Evaluator, value: Value) -> Value:
    """A value as a date or a timestamp; texts are read where the engine keeps moments as texts."""
    if value.kind in _MOMENTS:
        return value
    if value.kind == "text" and value.is_constant:
        return self.constant(Constant(constant_as(value.constant, "timestamp", engine=self.engine), "timestamp"))
    if value.kind == "text" and self.engine == "sqlite":
        return Value(expr=read_moments(value.expr), kind="timestamp")
    raise NotRead(f"a value of the kind {value.kind} as a moment")


def read_moments(expr: pl.Expr) -> pl.Expr:
    """The moments that texts in the forms of SQLite are; NULL for other texts."""
    plain = expr.str.replace("T", " ", literal=True)
    whole = pl.when(plain.str.contains(r"^\d{4}-\d\d-\d\d$")).then(plain + " 00:00:00").otherwise(plain)
    whole = pl.when(whole.str.contains(r"^\d{4}-\d\d-\d\d \d\d:\d\d$")).then(whole + ":00").otherwise(whole)
    return whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")


def _interval(value: Value) -> Interval | None:
    if value.kind != "interval" or not value.is_constant:
        return None
    assert isinstance(value.constant, Interval)
    return value.constant


def shifted(self: Evaluator, parts: Sequence[Value], *, forward: bool) -> Value | None:
    """A moment later or earlier by an interval, or a date by days; None where the sum is one of numbers."""
    left, right = parts
    if forward and left.kind == "interval" and right.kind in _MOMENTS:
        left, right = right, left
    if left.kind == "text" and self.engine == "mysql" and left.is_constant and right.kind == "interval":
        left = moment_of(self, left)
    if left.kind in _MOMENTS and right.kind == "interval":
        span = _interval(right)
        if span is None:
            return Value(expr=left.expr + right.expr if forward else left.expr - right.expr, kind=left.kind)
        if not forward:
            span = Interval(-span.months, -span.days, -span.microseconds)
        stays_date = left.kind == "date" and self.engine == "mysql" and not span.microseconds
        kind: Kind = "timestamp" if left.kind == "date" and not stays_date else left.kind
        expr = self.as_moment(left, kind).expr
        for months, rest in ((span.months, ""), (0, Interval(0, span.days, span.microseconds).offset)):
            expr = expr.dt.offset_by(f"{months}mo") if months else expr.dt.offset_by(rest) if rest else expr
        return Value(expr=expr, kind=kind)
    if left.kind == "date" and right.kind == "integer" and self.engine == "postgres":
        days = pl.duration(days=right.expr)
        return Value(expr=left.expr + days if forward else left.expr - days, kind="date")
    if left.kind == right.kind == "interval":
        return Value(expr=left.expr + right.expr if forward else left.expr - right.expr, kind="interval")
    if "interval" in (left.kind, right.kind):
        raise NotRead(f"{left.kind} and {right.kind} put together")
    return None


def apart(self: Evaluator, parts: Sequence[Value]) -> Value | None:
    """The span between two moments: days between dates, an interval otherwise; None where the parts are no moments."""
    left, right = parts
    if left.kind in _MOMENTS and right.plain:
        right = self.constant(Constant(constant_as(right.constant, left.kind, engine=self.engine), left.kind))
    if left.kind not in _MOMENTS or right.kind not in _MOMENTS:
        if left.kind == right.kind == "time" and self.engine == "postgres":
            return Value(expr=_since_midnight(left) - _since_midnight(right), kind="interval")
        if "time" in (left.kind, right.kind) or left.kind in _MOMENTS:
            raise NotRead(f"{left.kind} less {right.kind}")
        return None
    if self.engine != "postgres":
        raise NotRead("moments as numbers")
    if left.kind == right.kind == "date":
        return Value(expr=(left.expr - right.expr).dt.total_days().cast(pl.Int64), kind="integer")
    left, right = self.alike(left, right)
    return Value(expr=left.expr - right.expr, kind="interval")


def _since_midnight(value: Value) -> pl.Expr:
    return (value.expr.cast(pl.Int64) // 1000).cast(pl.Duration("us"))


def _extract(self: Evaluator, parts: Sequence[Value]) -> Value:
    part, value = str(parts[0].constant), parts[1]
    if value.kind == "interval":
        if part != "epoch":
            raise NotRead(f"the {part} of an interval")
        return Value(expr=value.expr.dt.total_microseconds().cast(pl.Float64) / 1e6, kind="float")
    if value.kind == "time":
        fields = {"hour": value.expr.dt.hour(), "minute": value.expr.dt.minute()}
    else:
        moment = moment_of(self, value).expr
        moment = moment.cast(pl.Datetime("us")) if value.kind == "date" else moment
        seconds: pl.Expr = moment.dt.second().cast(pl.Int64)
        exact = (seconds * 1_000_000 + moment.dt.microsecond()).cast(pl.Float64) / 1e6
        fields = {
            "year": moment.dt.year(),
            "isoyear": moment.dt.iso_year(),
            "quarter": moment.dt.quarter(),
            "month": moment.dt.month(),
            "week": moment.dt.week(),
            "day": moment.dt.day(),
            "doy": moment.dt.ordinal_day(),
            "dow": moment.dt.weekday() % 7,
            "isodow": moment.dt.weekday(),
            "weekday": moment.dt.weekday() - 1,
            "day of week from 1": moment.dt.weekday() % 7 + 1,
            "hour": moment.dt.hour(),
            "minute": moment.dt.minute(),
            "second": exact if self.engine == "postgres" else seconds,
            "epoch": moment.dt.epoch("us").cast(pl.Float64) / 1e6,
        }
        if part == "week" and self.engine == "mysql":
            raise NotRead("the week of a date as MySQL counts it")
    if part not in fields:
        raise NotRead(f"the {part} of a {value.kind}")
    whole = part not in ("epoch", "second") or (part == "second" and self.engine != "postgres")
    return Value(expr=fields[part].cast(pl.Int64) if whole else fields[part], kind="integer" if whole else "float")


def _weekday(self: Evaluator, parts: Sequence[Value]) -> Value:
    return Value(expr=(moment_of(self, parts[0]).expr.dt.weekday() - 1).cast(pl.Int64), kind="integer")


def _date_trunc(self: Evaluator, parts: Sequence[Value]) -> Value:
    every = {
        "year": "1y",
        "quarter": "1q",
        "month": "1mo",
        "week": "1w",
        "day": "1d",
        "hour": "1h",
        "minute": "1m",
        "second": "1s",
    }
    unit = str(parts[0].constant).lower() if parts[0].is_constant else ""
    value = parts[1]
    if unit not in every or value.kind not in _MOMENTS:
        raise NotRead("date_trunc of something else than a moment")
    if value.kind == "date":
        value = self.as_moment(value, "instant")
    return Value(expr=value.expr.dt.truncate(every[unit]), kind=value.kind)


def _at_time_zone(self: Evaluator, parts: Sequence[Value]) -> Value:
    value, zone = parts
    if not zone.is_constant or str(zone.constant).upper() not in ("UTC", "GMT", "Z", "ETC/UTC"):
        raise NotRead("another time zone than UTC")
    if value.kind not in _MOMENTS:
        raise NotRead(f"a {value.kind} at a time zone")
    return self.as_moment(value, "timestamp" if value.kind == "instant" else "instant")


def _as_text(kind: str) -> Function:
    """SQLite's date(), time() and datetime(); the date of a moment elsewhere."""
    form = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%d %H:%M:%S"}[kind]

    def over(self: Evaluator, parts: Sequence[Value]) -> Value:
        if self.engine != "sqlite":
            if kind != "date" or len(parts) > 1:
                raise NotRead(f"the function {kind}")
            return self.as_moment(moment_of(self, parts[0]), "date")
        value = _with_modifiers(self, parts)
        return Value(expr=value.expr.dt.strftime(form), kind="text")

    return over


def _with_modifiers(self: Evaluator, parts: Sequence[Value]) -> Value:
    first = parts[0]
    if first.is_constant and first.constant == "now":
        value = self.constant(Constant(self.now.replace(tzinfo=None, microsecond=0), "timestamp"))
    else:
        value = moment_of(self, first)
    for each in parts[1:]:
        words = str(each.constant) if each.is_constant else ""
        if words == "start of day":
            value = Value(expr=value.expr.dt.truncate("1d"), kind="timestamp")
            continue
        moved = shifted(
            self,
            (value, self.constant(Constant(interval_of(words) and words.replace("+", ""), "interval"))),
            forward=True,
        )
        if moved is None:
            raise NotRead(f"the modifier {words}")
        value = moved
    return value


def _strftime(self: Evaluator, parts: Sequence[Value]) -> Value:
    form = str(parts[0].constant)
    if not parts[0].is_constant or self.engine == "mysql":
        raise NotRead("a format of dates")
    known = {"%s": None, "%Y": 1, "%m": 1, "%d": 1, "%H": 1, "%M": 1, "%S": 1, "%w": 1, "%j": 1, "%f": None}
    if any(form[at : at + 2] not in known for at in range(len(form)) if form[at] == "%") or "%f" in form:
        raise NotRead(f"the format {form}")
    moment = _with_modifiers(self, parts[1:])
    if form == "%s":
        return Value(expr=moment.expr.dt.epoch("s").cast(pl.String), kind="text")
    if "%s" in form:
        raise NotRead(f"the format {form}")
    return Value(expr=moment.expr.dt.strftime(form), kind="text")


def _julianday(self: Evaluator, parts: Sequence[Value]) -> Value:
    moment = _with_modifiers(self, parts)
    milliseconds = moment.expr.dt.epoch("ms").cast(pl.Float64)
    return Value(expr=(milliseconds + 210_866_760_000_000) / 86_400_000, kind="float")


def _unixepoch(self: Evaluator, parts: Sequence[Value]) -> Value:
    if self.engine != "sqlite":
        raise NotRead("seconds under the session's time zone")
    return Value(expr=_with_modifiers(self, parts).expr.dt.epoch("s").cast(pl.Int64), kind="integer")


def _datediff(self: Evaluator, parts: Sequence[Value]) -> Value:
    one, other = (self.as_moment(moment_of(self, each), "date").expr for each in parts)
    return Value(expr=(one - other).dt.total_days().cast(pl.Int64), kind="integer")


def _days(self: Evaluator, parts: Sequence[Value]) -> Value:
    """Days since the first day of the year 0."""
    day = self.as_moment(moment_of(self, parts[0]), "date").expr
    return Value(expr=day.cast(pl.Int32).cast(pl.Int64) + 719_527, kind="integer")


def _timestampdiff(self: Evaluator, parts: Sequence[Value]) -> Value:
    unit = str(parts[0].constant)
    start, end = (self.as_moment(moment_of(self, each), "timestamp").expr for each in parts[1:])
    sizes = {
        "microsecond": 1,
        "second": 1_000_000,
        "minute": 60_000_000,
        "hour": 3_600_000_000,
        "day": _DAY,
        "week": 7 * _DAY,
    }
    if unit in sizes:
        span = (end - start).dt.total_microseconds()
        whole = span.abs() // sizes[unit]
        return Value(expr=pl.when(span < 0).then(0 - whole).otherwise(whole).cast(pl.Int64), kind="integer")
    if unit not in ("month", "quarter", "year"):
        raise NotRead(f"differences in {unit}")
    early, late = pl.min_horizontal(start, end), pl.max_horizontal(start, end)
    months = (
        (late.dt.year() - early.dt.year()).cast(pl.Int64) * 12
        + late.dt.month().cast(pl.Int64)
        - early.dt.month().cast(pl.Int64)
    )
    rest_late, rest_early = ((each - each.dt.truncate("1mo")).dt.total_microseconds() for each in (late, early))
    full = (months - (rest_late < rest_early).cast(pl.Int64)) // {"month": 1, "quarter": 3, "year": 12}[unit]
    signed = pl.when(end < start).then(0 - full).otherwise(full)
    return Value(expr=pl.when(start.is_null() | end.is_null()).then(None).otherwise(signed), kind="integer")


def _isfinite(self: Evaluator, parts: Sequence[Value]) -> Value:
    return Value(expr=pl.when(parts[0].expr.is_null()).then(None).otherwise(pl.lit(value=True)), kind="boolean")


def _last_day(self: Evaluator, parts: Sequence[Value]) -> Value:
    return Value(
        expr=self.as_moment(moment_of(self, parts[0]), "date").expr.dt.month_end().cast(DTYPES["date"]), kind="date"
    )


def _age(self: Evaluator, parts: Sequence[Value]) -> Value:
    raise NotRead("age, which counts in months of different lengths")


TEMPORAL: dict[str, Function] = {
    "now": _now,
    "extract": _extract,
    "weekday": _weekday,
    "date_trunc": _date_trunc,
    "at time zone": _at_time_zone,
    "date": _as_text("date"),
    "time": _as_text("time"),
    "datetime": _as_text("datetime"),
    "strftime": _strftime,
    "julianday": _julianday,
    "unixepoch": _unixepoch,
    "datediff": _datediff,
    "days": _days,
    "timestampdiff": _timestampdiff,
    "isfinite": _isfinite,
    "last_day": _last_day,
    "age": _age,
}
