"""Numbers: whole ones, decimals of a scale, and floating ones, by any distribution."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.quantiles import Quantiles, correlated, uniform


class Correlation:
    """That a column goes with another: its name, how strongly (-1 to 1), and how to read its values as fractions."""

    def __init__(self, column: str, strength: float, quantiles: Quantiles) -> None:
        self.column, self.strength, self.quantiles = column, strength, quantiles

    def fractions(self, own: NDArray[np.float64], given: pl.DataFrame) -> NDArray[np.float64]:
        """The column's own random fractions, bent towards those of the other; where that is NULL they stay."""
        other = as_numbers(given[self.column])
        known = ~np.isnan(other)
        bent = correlated(own, self.quantiles.fractions(np.where(known, other, 0.0)), self.strength)
        return np.where(known, bent, own)


def as_numbers(values: pl.Series) -> NDArray[np.float64]:
    """A column as numbers, NaN for NULL; dates and timestamps as microseconds since 1970."""
    if values.dtype == pl.Date or isinstance(values.dtype, pl.Datetime):
        values = values.cast(pl.Datetime("us")).to_physical()
    return values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


class Numbers:
    """Numbers of a fixed step within bounds.

    lowest, highest: in steps (cents for a scale of 2), both included. scale: digits after the point; 0 makes whole numbers.
    quantiles: the distribution, in units of the column. Numbered values count up from `first` and go on below it at the
    end; `usual` of them are in the span of drawn ones.
    """

    def __init__(
        self,
        lowest: int,
        highest: int,
        *,
        scale: int = 0,
        quantiles: Quantiles | None = None,
        correlation: Correlation | None = None,
        first: int | None = None,
        usual: int | None = None,
    ) -> None:
        self.lowest, self.highest, self.scale = lowest, highest, scale
        self.step = 10**scale
        self.quantiles = quantiles or uniform(lowest / self.step, (highest + 1) / self.step)
        self.correlation = correlation
        self.needs = (correlation.column,) if correlation else ()
        self.capacity: int | None = highest - lowest + 1
        self.usual = usual
        self.first = lowest if first is None else min(max(first, lowest), highest)

    def steps(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> Rows:
        """The values in steps."""
        fractions = draw.fractions(rows)
        if self.correlation:
            fractions = self.correlation.fractions(fractions, given)
        values = np.floor(self.quantiles.at(fractions) * self.step + 1e-6)
        whole = np.clip(values, _exact(self.lowest), _exact(self.highest)).astype(np.int64)
        steps: Rows = np.minimum(np.maximum(whole, self.lowest), self.highest)
        return steps

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random numbers."""
        return self._series(self.steps(rows, draw, given))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The numbers from `first` up, then those below it."""
        above = self.highest - self.first + 1
        if above > 2**62:
            return self._series(self.first + numbers)
        return self._series(np.where(numbers < above, self.first + numbers, self.first - 1 - (numbers - above)))

    def _series(self, steps: Rows) -> pl.Series:
        return pl.Series(steps) if self.scale == 0 else pl.Series(np.round(steps / self.step, self.scale))


def _exact(number: int) -> float:
    """A bound as a float that fits a 64-bit integer."""
    return float(min(max(number, -(2**63) + 1024), 2**63 - 1024))


class Floats:
    """Floating numbers within bounds; numbered ones stand at equal distances."""

    capacity: int | None = 2**40

    def __init__(self, lowest: float, highest: float, quantiles: Quantiles | None = None, digits: int = 6) -> None:
        self.lowest, self.highest, self.digits = lowest, highest, digits
        self.quantiles = quantiles or uniform(lowest, highest)
        self.needs: tuple[str, ...] = ()
        self.correlation: Correlation | None = None
        if highest <= lowest:
            self.capacity = 1

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random numbers."""
        fractions = draw.fractions(rows)
        if self.correlation:
            fractions = self.correlation.fractions(fractions, given)
        return pl.Series(np.clip(np.round(self.quantiles.at(fractions), self.digits), self.lowest, self.highest))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Equal steps through the bounds."""
        return pl.Series(self.lowest + numbers * ((self.highest - self.lowest) / (self.capacity or 1)))


class Booleans:
    """True or false, true with a share."""

    needs: tuple[str, ...] = ()
    capacity: int | None = 2

    def __init__(self, share: float = 0.5) -> None:
        self.share = share

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Random truth."""
        return pl.Series(draw.fractions(rows) < self.share)

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """False, then true."""
        return pl.Series(numbers % 2 == 1)
