"""Values of a column that keep to its limit, where nobody gives better ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.patterns import Pattern, pattern_of
from dbwright.seed.checks.terms import NotRead
from dbwright.seed.draw import Draw, Rows

_EPOCH, _FIRST_DAY, _DAYS = date(1970, 1, 1), date(2020, 1, 1), 1_800
_WORDS = {"json": "{}", "array": "{}", "boolean": True}


def plausible(type_: Type, limit: Limit, rows: Rows, draw: Draw) -> pl.Series | None:
    """Random values, one for each row, never NULL; None for types that values cannot be made of here."""
    if limit.allowed is not None:
        allowed = [each for each in limit.allowed if each not in limit.forbidden]
        return chosen(allowed, rows, draw) if allowed else None
    kind = type_.kind
    if kind in ("integer", "year"):
        low, high = _span(limit.lowest, limit.highest, 0, 1_000)
        low, high = int(low), int(high)
        return pl.Series(low + draw.below(rows, min(high - low + 1, 2**53))) if high >= low and high < 2**63 else None
    if kind in ("decimal", "float", "money"):
        low, high = _span(limit.lowest, limit.highest, 0, 1_000)
        numbers = pl.Series(float(low) + draw.fractions(rows) * (float(high) - float(low)))
        return numbers if type_.scale is None else numbers.round(type_.scale)
    if kind == "boolean":
        return pl.Series(draw.below(rows, 2) == 1)
    if kind in ("date", "timestamp"):
        return _moments(type_, limit, rows, draw)
    if kind in ("char", "varchar", "text"):
        return _texts(limit, rows, draw)
    if kind == "binary":
        return random_bytes(max(limit.least_length, min(16, limit.most_length or 16)), rows, draw)
    if kind in ("json", "array"):
        return pl.Series(["{}"] * len(rows))
    return None


def chosen(values: Sequence[Any], rows: Rows, draw: Draw) -> pl.Series:
    """One of some values for each row, each as often as the others."""
    return pl.Series(list(values)).gather(draw.below(rows, len(values)))


def _span(low: Any, high: Any, usual_low: Any, usual_high: Any) -> tuple[Any, Any]:
    """A narrower span where the bounds are no more than those of the type."""
    if low is not None and abs(low) >= 2**31 - 1:
        low = None
    if high is not None and abs(high) >= 10_000_000:
        high = None
    if low is None:
        low = usual_low if high is None or high > usual_low else high - (usual_high - usual_low)
    if high is None:
        high = usual_high if low < usual_high else low + (usual_high - usual_low)
    return low, high


def _moments(type_: Type, limit: Limit, rows: Rows, draw: Draw) -> pl.Series:
    low, high = (_day(each) for each in (limit.lowest, limit.highest))
    if low is None or low < _FIRST_DAY - timedelta(days=10_000):
        low = _FIRST_DAY if high is None or high > _FIRST_DAY else high - timedelta(days=_DAYS)
    if high is None or high > low + timedelta(days=_DAYS):
        high = low + timedelta(days=_DAYS)
    first, days = (low - _EPOCH).days, max((high - low).days, 0)
    numbers = pl.Series(first + draw.below(rows, days + 1))
    found = numbers.cast(pl.Int32).cast(pl.Date)
    if type_.kind == "date":
        return found
    seconds = draw.of("second").below(rows, 86_400) if days else np.zeros(len(rows), dtype=np.int64)
    moments = found.cast(pl.Datetime("us")) + pl.Series(seconds * 1_000_000).cast(pl.Duration("us"))
    return moments.dt.replace_time_zone("UTC") if type_.with_zone else moments


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else None


def _texts(limit: Limit, rows: Rows, draw: Draw) -> pl.Series | None:
    try:
        if limit.patterns:
            return Pattern.of(limit).draw(rows, draw)
        letters = "[A-Z]+" if limit.letter_case == "upper" else "[a-z]+"
        least = max(limit.least_length, min(4, limit.most_length or 4))
        return pattern_of((letters,), least, limit.most_length).draw(rows, draw)
    except NotRead:
        return None


def fits(values: pl.Series, limit: Limit) -> NDArray[np.bool_]:
    """For each value, whether the bounds and lengths of a limit let it in; NULL is let in."""
    inside = pl.repeat(True, len(values), eager=True)
    if values.dtype.is_numeric():
        values = values.cast(pl.Float64)
        for bound, below in ((limit.lowest, False), (limit.highest, True)):
            if bound is not None and not isinstance(bound, str | date):
                inside = inside & ((values <= float(bound)) if below else (values >= float(bound)))
    elif values.dtype.is_temporal() and isinstance(values.dtype, pl.Date | pl.Datetime):
        days = values.cast(pl.Date)
        for bound, below in ((_day(limit.lowest), False), (_day(limit.highest), True)):
            if bound is not None:
                inside = inside & ((days <= bound) if below else (days >= bound))
    elif values.dtype == pl.String and limit.most_length is not None:
        inside = values.str.len_chars() <= limit.most_length
    found: NDArray[np.bool_] = inside.fill_null(value=True).to_numpy()
    return found


def random_bytes(length: int, rows: Rows, draw: Draw) -> pl.Series:
    """So many random bytes for each row."""
    words = [draw.of("bytes", place).bits(rows) for place in range(length // 8 + 1)]
    whole = np.stack(words, axis=1).astype("<u8").tobytes()
    size = 8 * len(words)
    return pl.Series([whole[at * size : at * size + length] for at in range(len(rows))], dtype=pl.Binary)


def unit(type_: Type) -> Any:
    """The least difference between two values of a number or a moment; moments differ by minutes."""
    if type_.kind in ("integer", "year"):
        return 1
    if type_.kind == "decimal":
        return Decimal(1).scaleb(-(type_.scale or 0))
    if type_.kind == "date":
        return timedelta(days=1)
    return timedelta(seconds=1) if type_.kind == "timestamp" else 0.01
