"""Distributions as tables of their quantiles: one look-up and one interpolation a value, whatever the distribution.

The value at a fraction u is the inverse of the cumulative distribution (inverse transform sampling, Devroye,
"Non-Uniform Random Variate Generation", 1986). A histogram learned from a database is such a table by itself.
"""

from __future__ import annotations

from functools import cache, lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dbwright.errors import UsageError
from dbwright.seed.draw import Fractions

_POINTS = 4097


class Quantiles:
    """A distribution by its values at equal steps of probability, from the lowest to the highest."""

    def __init__(self, points: NDArray[np.float64]) -> None:
        self.points = np.maximum.accumulate(np.asarray(points, dtype=np.float64))
        self._parts: dict[tuple[float, float], Quantiles] = {}

    def at(self, fractions: Fractions) -> NDArray[np.float64]:
        """The value below which that fraction of all values lies, from 0 to below 1."""
        if len(self.points) == 2:
            low, high = self.points
            spread: NDArray[np.float64] = low + fractions * (high - low)
            return spread
        places: NDArray[np.float64] = fractions * (len(self.points) - 1)
        below = places.astype(np.int64)
        start = self.points[below]
        values: NDArray[np.float64] = start + (places - below) * (self.points[below + 1] - start)
        return values

    def fractions(self, values: NDArray[np.float64]) -> Fractions:
        """The fraction of all values that lies below each value: the middle where many values are the same."""
        left = np.searchsorted(self.points, values, side="left")
        right = np.searchsorted(self.points, values, side="right")
        return np.clip((left + right) / 2 / len(self.points), 0.0, 1 - 1e-9)

    def within(self, lowest: float, highest: float) -> Quantiles:
        """The same distribution without what lies outside of bounds: nothing heaps up at them."""
        if (lowest, highest) not in self._parts:
            self._parts[lowest, highest] = self._cut(lowest, highest)
        return self._parts[lowest, highest]

    def _cut(self, lowest: float, highest: float) -> Quantiles:
        inside = self.points[(self.points >= lowest) & (self.points <= highest)]
        if len(inside) == len(self.points):
            return self
        if len(inside) < 2 or inside[0] == inside[-1]:
            return uniform(lowest, highest)
        steps = np.linspace(0.0, 1.0, len(self.points))
        return Quantiles(np.interp(steps, np.linspace(0.0, 1.0, len(inside)), inside))


def uniform(lowest: float, highest: float) -> Quantiles:
    """All values alike."""
    return Quantiles(np.array([lowest, highest]))


@lru_cache(maxsize=500)
def normal(mean: float, deviation: float) -> Quantiles:
    """The bell curve."""
    return Quantiles(mean + deviation * standard_normal().points)


@lru_cache(maxsize=500)
def log_normal(median: float, spread: float) -> Quantiles:
    """Values whose logarithm is normal: prices, durations, sizes. spread: the deviation of the natural logarithm."""
    return Quantiles(median * np.exp(spread * standard_normal().points))


@lru_cache(maxsize=500)
def exponential(mean: float, lowest: float = 0.0) -> Quantiles:
    """Waiting times: many short ones, few long ones."""
    return Quantiles(lowest - mean * np.log1p(-_steps()))


@lru_cache(maxsize=500)
def zipf(lowest: float, highest: float, skew: float) -> Quantiles:
    """The value at rank k, counted from the lowest, k to the power of -skew as often: a bounded power law."""
    count = max(highest - lowest, 1.0) + 1
    steps = _steps()
    ranks = count**steps if abs(skew - 1) < 1e-9 else (1 + steps * (count ** (1 - skew) - 1)) ** (1 / (1 - skew))
    return Quantiles(lowest + ranks - 1)


@cache
def standard_normal() -> Quantiles:
    """The bell curve with mean 0 and deviation 1."""
    curve = NormalDist()
    return Quantiles(np.array([curve.inv_cdf(step) for step in _steps()]))


def _steps() -> NDArray[np.float64]:
    """Probabilities of the points: in the middle of equal parts, so that no tail is endless."""
    return np.asarray((np.arange(_POINTS) + 0.5) / _POINTS, dtype=np.float64)


def correlated(own: Fractions, other: Fractions, strength: float) -> Fractions:
    """Fractions that go with those of another column: a Gaussian copula of that correlation (Nelsen, 2006, §2.3).

    strength: from -1 to 1; both inputs and the result are uniform from 0 to below 1.
    """
    bell = standard_normal()
    mixed = strength * bell.at(other) + np.sqrt(max(1 - strength**2, 0.0)) * bell.at(own)
    return bell.fractions(mixed)


def named(
    name: str, lowest: float, highest: float, mean: float | None, deviation: float | None, skew: float | None
) -> Quantiles:
    """A distribution by its name in the settings, within bounds. Raises UsageError for a name that there is none of."""
    middle = mean if mean is not None else (lowest + highest) / 2
    match name:
        case "uniform":
            return uniform(lowest, highest)
        case "normal":
            found = normal(middle, deviation if deviation is not None else (highest - lowest) / 6)
        case "log-normal":
            spread = skew if skew is not None else 0.8
            if mean is not None and deviation is not None and mean > 0:
                spread = float(np.sqrt(np.log1p((deviation / mean) ** 2)))
            start = mean if mean is not None else max(lowest, 1.0) + (highest - lowest) / 20
            found = log_normal(start / float(np.exp(spread**2 / 2)) if mean is not None else start, spread)
        case "exponential":
            found = exponential((mean - lowest) if mean is not None else (highest - lowest) / 10, lowest)
        case "zipf":
            found = zipf(lowest, highest, skew if skew is not None else 1.1)
        case _:
            raise UsageError(
                f'There is no distribution "{name}".',
                hint='Write "uniform", "normal", "log-normal", "exponential" or "zipf".',
            )
    return found.within(lowest, highest)
