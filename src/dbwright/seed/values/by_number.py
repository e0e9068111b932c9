"""Numbers by meaning: prices, quantities, ratings, coordinates … with the distributions that such things have."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from dbwright.errors import UsageError
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.bounds import as_number, number_bounds
from dbwright.seed.values.numbers import Floats, Numbers
from dbwright.seed.values.quantiles import Quantiles, exponential, log_normal, named, normal, uniform, zipf
from dbwright.seed.values.source import Source

Usual = tuple[float, float, Callable[[], Quantiles] | None]

_CENTS = frozenset(("cent", "cents", "minor", "pence", "microcents"))
_USUAL: dict[str, Usual] = {
    "price": (0.5, 2_500, lambda: log_normal(24, 1.1)),
    "amount": (1, 25_000, lambda: log_normal(75, 1.2)),
    "salary": (18_000, 220_000, lambda: log_normal(52_000, 0.4)),
    "tax": (0, 3_000, lambda: log_normal(9, 1.1)),
    "discount": (0, 500, lambda: exponential(8)),
    "shipping_fee": (0, 60, lambda: log_normal(5.5, 0.5)),
    "percentage": (0, 100, lambda: uniform(0, 100)),
    "rating": (1, 5, lambda: normal(4.2, 1.0)),
    "quantity": (1, 40, lambda: zipf(1, 40, 2.4)),
    "stock": (0, 2_000, lambda: log_normal(60, 1.2)),
    "count": (0, 100_000, lambda: log_normal(25, 2.0)),
    "age": (18, 95, lambda: normal(42, 16)),
    "year": (1970, 2024, lambda: normal(2008, 12)),
    "month": (1, 12, None),
    "weight": (0.05, 200, lambda: log_normal(1.2, 1.3)),
    "height": (1, 250, lambda: log_normal(22, 0.8)),
    "pixels": (64, 4_096, lambda: log_normal(1_000, 0.5)),
    "file_size": (200, 500_000_000, lambda: log_normal(180_000, 2.0)),
    "duration": (1, 20_000, lambda: log_normal(180, 1.2)),
    "priority": (1, 5, lambda: normal(3, 1)),
    "position": (0, 100, lambda: exponential(6)),
    "http_status": (200, 504, None),
    "version": (1, 40, lambda: zipf(1, 40, 1.4)),
    "latitude": (-54, 68, lambda: normal(35, 18)),
    "longitude": (-150, 178, None),
}
"""Meaning → lowest, highest and distribution, in whole units of the thing."""
_SCALED = frozenset(
    (
        None,
        "price",
        "amount",
        "duration",
        "percentage",
        "weight",
        "height",
        "count",
        "stock",
        "quantity",
        "shipping_fee",
    )
)
_LITERAL = re.compile(r"\(*'?(\d+(?:\.\d+)?)'?\)*(?:::[\w ()]+)?")
_OF_BITS = {8: (0, 100), 16: (0, 10_000), 24: (0, 100_000), 32: (0, 100_000), 64: (0, 1_000_000)}


def number(asked: Asked) -> Source:
    """A source of numbers for a column of a numeric type."""
    type_, hint = asked.type, asked.hint
    scale = scale_of(asked)
    low, high, shape = _by_default(asked) or _USUAL.get(asked.meaning or "", _by_type(asked, scale))
    factor = 100.0 if asked.meaning in _MONEY and _CENTS & set(asked.words) else 1.0
    ceiling = as_number(asked.limit.highest)
    if asked.meaning == "percentage" and (
        (type_.precision and type_.precision - (type_.scale or 0) <= 1) or ceiling == 1
    ):
        low, high, shape = 0, 1, lambda: uniform(0, 1)
    if type_.kind == "float":
        return _floats(asked, low, high, shape)
    lowest, highest = number_bounds(asked, (low * factor, high * factor), scale)
    step = 10**scale
    if hint.quantiles:
        return _learned(asked, scale)
    bounds = lowest / step, (highest + 1) / step
    if hint.distribution or hint.mean is not None or hint.deviation is not None:
        quantiles = named(hint.distribution or "normal", *bounds, hint.mean, hint.deviation, hint.skew)
    elif shape is not None and hint.lowest is None and hint.highest is None:
        quantiles = Quantiles(shape().points * factor).within(*bounds)
        if quantiles.points[0] == quantiles.points[-1]:
            quantiles = uniform(*bounds)
    else:
        quantiles = uniform(*bounds)
    hardest_low, hardest_high = number_bounds(asked, (float("-1e18") / step, float("1e18") / step), scale)
    source = Numbers(lowest, highest, scale=scale, quantiles=quantiles)
    return _wider(source, hardest_low, hardest_high, lowest, highest - lowest + 1)


def _learned(asked: Asked, scale: int) -> Numbers:
    """Numbers by the quantiles that the settings hold."""
    points = [float(number) for each in asked.hint.quantiles or [] if (number := as_number(each)) is not None]
    if len(points) < 2:
        raise UsageError(f"The quantiles of {asked.table.ref}.{asked.column.name} must be two numbers or more.")
    step = 10**scale
    lowest, highest = number_bounds(asked, (float("-1e18") / step, float("1e18") / step), scale)
    quantiles = Quantiles(np.sort(np.array(points))).within(lowest / step, (highest + 1) / step)
    return Numbers(lowest, highest, scale=scale, quantiles=quantiles, first=max(lowest, round(min(points) * step)))


_MONEY = frozenset(("price", "amount", "salary", "tax", "discount", "shipping_fee"))


def _wider(source: Numbers, lowest: int, highest: int, first: int, usual: int) -> Numbers:
    """The same source, whose numbered values may use all that is allowed, not only the usual."""
    return Numbers(
        lowest, highest, scale=source.scale, quantiles=source.quantiles, first=max(first, lowest), usual=usual,
        correlation=source.correlation,
    )  # fmt: skip


def scale_of(asked: Asked) -> int:
    """Digits after the point that values get."""
    type_ = asked.type
    if type_.kind == "integer":
        return 0
    if type_.kind == "money":
        return 2
    if type_.scale is not None:
        return min(type_.scale, 6)
    return 6 if asked.meaning in ("latitude", "longitude") else 2


def _by_default(asked: Asked) -> Usual | None:
    """Numbers around the column's default, where that says how large they are."""
    found = _LITERAL.fullmatch((asked.column.default or "").strip())
    middle = float(found[1]) if found else 0.0
    if asked.meaning not in _SCALED or middle <= (1 if asked.type.kind == "integer" else 0):
        return None
    return (1 if asked.type.kind == "integer" else middle / 20), middle * 20, lambda: log_normal(middle, 0.5)


def _by_type(asked: Asked, scale: int) -> Usual:
    if asked.type.kind != "integer":
        return (0, 1_000, lambda: log_normal(60, 1.2))
    if asked.words and asked.words[-1] in ("id", "no", "number", "nr", "key"):
        return (1, 1_000_000, None)
    low, high = _OF_BITS.get(asked.type.bits or 64, (0, 1_000))
    return (low, high, None)


def _floats(asked: Asked, low: float, high: float, shape: Callable[[], Quantiles] | None) -> Floats:
    hint = asked.hint
    limits = [float(found) for bound in (asked.limit.lowest, hint.lowest) if (found := as_number(bound)) is not None]
    tops = [float(found) for bound in (asked.limit.highest, hint.highest) if (found := as_number(bound)) is not None]
    floor, ceiling = max(limits, default=None), min(tops, default=None)
    lowest = floor if floor is not None else (low if ceiling is None or ceiling > low else ceiling - (high - low))
    highest = ceiling if ceiling is not None else max(high, lowest + (high - low))
    if floor is not None and floor < low and ceiling is None:
        lowest = low
    if hint.distribution or hint.mean is not None or hint.deviation is not None:
        quantiles = named(hint.distribution or "normal", lowest, highest, hint.mean, hint.deviation, hint.skew)
    else:
        quantiles = shape().within(lowest, highest) if shape else uniform(lowest, highest)
    if hint.quantiles:
        learned = _learned(asked, 6)
        quantiles = learned.quantiles
        lowest, highest = min(lowest, float(quantiles.points[0])), max(highest, float(quantiles.points[-1]))
        lowest, highest = (
            lowest if floor is None else max(lowest, floor),
            highest if ceiling is None else min(highest, ceiling),
        )
    digits = 3 if asked.type.bits == 32 else 6
    return Floats(lowest, highest, quantiles, digits)
