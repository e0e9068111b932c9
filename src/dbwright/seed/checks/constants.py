"""Constants of expressions as Python values, and what of a term can be computed before any row is seen."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from dbwright.seed.checks.checked import Kind
from dbwright.seed.checks.terms import Call, Constant, NotRead, Term

_TRUTHS = {
    "t": True,
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "f": False,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_UNITS = {"year": (12, 0, 0), "mon": (1, 0, 0), "month": (1, 0, 0), "quarter": (3, 0, 0), "week": (0, 7, 0), "day": (0, 1, 0),
          "hour": (0, 0, 3_600_000_000), "min": (0, 0, 60_000_000), "minute": (0, 0, 60_000_000), "sec": (0, 0, 1_000_000),
          "second": (0, 0, 1_000_000), "millisecond": (0, 0, 1_000), "microsecond": (0, 0, 1), "decade": (120, 0, 0)}  # fmt: skip


class Interval(msgspec.Struct, frozen=True):
    """A span of time as SQL counts it: months and days of whatever length, and microseconds."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @property
    def about(self) -> int:
        """In microseconds, with months of 30 days and days of 24 hours, as intervals are compared."""
        return ((self.months * 30 + self.days) * 24 * 3600) * 1_000_000 + self.microseconds

    @property
    def offset(self) -> str:
        """As polars' offset_by takes it."""
        parts = ((self.months, "mo"), (self.days, "d"), (self.microseconds, "us"))
        return "".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0d"


def interval_of(text: str) -> Interval:
    """An interval from PostgreSQL's, MySQL's and SQLite's ways to write one. Raises NotRead."""
    months = days = microseconds = 0
    rest = text.strip().lower().replace("@", "").strip()
    if found := re.search(r"([+-]?)(\d+):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$", rest):
        sign, hours, minutes, seconds, fraction = found.groups()
        amount = (int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)) * 1_000_000 + int(
            (fraction or "0").ljust(6, "0")
        )
        microseconds += -amount if sign == "-" else amount
        rest = rest[: found.start()].strip()
    pieces = re.findall(r"([+-]?\d+(?:\.\d+)?)\s*([a-z_]+)", rest)
    if re.sub(r"([+-]?\d+(?:\.\d+)?)\s*([a-z_]+)", "", rest).strip() or not (
        pieces or microseconds or text.strip() == "00:00:00"
    ):
        raise NotRead(f"the interval {text}")
    for amount_text, unit in pieces:
        size = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
        if size is None:
            raise NotRead(f"the interval {text}")
        number = Decimal(amount_text)
        if number != int(number) and not size[2]:
            raise NotRead(f"the interval {text}")
        months += int(number * size[0])
        days += int(number * size[1])
        microseconds += int(number * size[2])
    return Interval(months, days, microseconds)


def constant_as(value: Any, kind: Kind, *, engine: str) -> Any:
    """A constant as a Python value of a kind: int, Decimal, float, bool, date, time, datetime (with UTC for an instant), str.

    Raises NotRead where it is none.
    """
    if value is None:
        return None
    try:
        return _converted(value, kind, engine)
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise NotRead(f"the constant {value!r} as {kind}") from error


def _converted(value: Any, kind: Kind, engine: str) -> Any:
    if kind == "boolean":
        return (
            _TRUTHS[value.strip().lower()]
            if isinstance(value, str) and value.strip().lower() in _TRUTHS
            else bool(int(value))
        )
    if kind in ("integer", "decimal", "float"):
        number = Decimal(str(int(value) if isinstance(value, bool) else value).strip())
        if kind == "float":
            return float(number)
        if not number.is_finite():
            raise ValueError("not finite")
        if kind == "decimal":
            return number
        return int(number.to_integral_value("ROUND_HALF_UP"))
    if kind in ("date", "time", "timestamp", "instant"):
        return _moment(value, kind)
    if kind == "text" and isinstance(value, bool):
        return ("true" if value else "false") if engine == "postgres" else str(int(value))
    if kind in ("text", "json", "array", "range") and not isinstance(value, bytes):
        return str(value)
    raise ValueError(kind)


def _moment(value: Any, kind: Kind) -> Any:
    if kind == "time":
        return value if isinstance(value, time) else time.fromisoformat(str(value).strip())
    if isinstance(value, str):
        text = re.sub(r"([+-]\d\d)$", r"\1:00", value.strip())
        value = datetime.fromisoformat(text)
    if isinstance(value, datetime):
        if kind == "date":
            return value.date()
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC) if kind == "instant" else aware.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return value if kind == "date" else moment if kind == "instant" else moment.replace(tzinfo=None)
    raise ValueError(value)


def folded(term: Term, engine: str) -> Term:
    """The term with casts and signs of constants done. To be used with `terms.changed`."""
    if not isinstance(term, Call) or not term.arguments or not isinstance(term.arguments[0], Constant):
        return term
    inner = term.arguments[0]
    if (
        term.function == "negative"
        and isinstance(inner.value, int | float | Decimal)
        and not isinstance(inner.value, bool)
    ):
        return Constant(-inner.value, inner.kind)
    if term.function == "cast" and inner.kind != "null" and isinstance(term.arguments[1], Constant):
        kind: Kind = term.arguments[1].value
        if len(term.arguments) > 2 and kind in ("text", "decimal"):
            return term
        if kind in ("interval", "binary", "other"):
            return term
        return Constant(constant_as(inner.value, kind, engine=engine), kind)
    return term
