"""Where a row is: what its country, city or region says, else a place where the locale is at home."""

from __future__ import annotations

import numpy as np
import polars as pl

from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.places import Places, places, world
from dbwright.seed.values.prose import cut, fitting
from dbwright.seed.values.source import Pool, Unique, weighted

_FIELDS = {
    "country": "country", "country_code": "country_code", "city": "city", "state": "region", "postcode": "postcode",
    "latitude": "latitude", "longitude": "longitude", "time_zone": "time_zone", "phone": "calling_code",
}  # fmt: skip
_ANCHORS = ("city", "country", "country_code", "state")
"""What tells where a row is, the most exact first."""


class Somewhere:
    """The place of each row: that of its city, else one of its country, else any where the locale is at home.

    `needs`: the column that tells it, where the table has one that comes before this one.
    """

    def __init__(self, asked: Asked, anchors: tuple[str, ...] = _ANCHORS) -> None:
        has_country = bool(asked.sibling("country", "country_code") or asked.meaning in ("country", "country_code"))
        home = places(asked.locale)
        english = asked.locale.lower().startswith("en")
        self.places: Places = world() if home is None or (has_country and english) else home
        self.anchor = next(((name, found) for name in anchors if (found := asked.sibling(name))), None)
        self.needs = (self.anchor[1],) if self.anchor else ()
        self._weighted = weighted(tuple(self.places.weights))

    def at(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> np.ndarray:
        """The number of each row's place."""
        bits = draw.bits(rows)
        anywhere: np.ndarray = self._weighted[bits >> np.uint64(48)].astype(np.int64)
        if self.anchor is None:
            return anywhere
        name, column = self.anchor
        first, count, known = self.places.found(_FIELDS[name], given[column])
        there = first + (((bits & np.uint64(0xFFFFFFFF)) * count.astype(np.uint64)) >> np.uint64(32)).astype(np.int64)
        found: np.ndarray = np.where(known, there, anywhere)
        return found


class OfPlace:
    """One field of the row's place."""

    def __init__(self, asked: Asked, field: str, anchors: tuple[str, ...], extend: Unique) -> None:
        self.somewhere = Somewhere(asked, anchors)
        self.needs = self.somewhere.needs
        self.texts = cut(self.somewhere.places.frame[field], extend.room)
        self.all = Pool(fitting(self.texts.unique(maintain_order=True), extend.room), extend=extend)
        self.capacity = self.all.capacity

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """The field of each row's place."""
        return self.texts.gather(self.somewhere.at(rows, draw, given))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different ones, wherever the row is."""
        return self.all.nth(numbers, draw, given)


class Coordinates:
    """Latitudes or longitudes near the city of the row, in degrees with six digits."""

    capacity: int | None = 100_000_000

    def __init__(self, asked: Asked, field: str) -> None:
        self.somewhere = Somewhere(asked)
        self.needs = self.somewhere.needs
        self.centres = self.somewhere.places.frame[field].to_numpy()
        self.lowest, self.span = (-85.0, 170.0) if field == "latitude" else (-180.0, 360.0)
        self.digits = min(asked.type.scale, 6) if asked.type.scale is not None else 6
        self.capacity = int(self.span * 10**self.digits)

    def draw(self, rows: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """A few kilometres around the city."""
        centre = self.centres[self.somewhere.at(rows, draw, given)]
        return pl.Series(np.round(centre + (draw.of("around").fractions(rows) - 0.5) * 0.12, self.digits))

    def nth(self, numbers: Rows, draw: Draw, given: pl.DataFrame) -> pl.Series:
        """Different ones, from one end to the other."""
        return pl.Series(np.round(self.lowest + numbers / 10**self.digits, self.digits))
