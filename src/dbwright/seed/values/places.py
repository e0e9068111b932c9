"""Some cities of the world with their region, postcodes, position and time zone, so that the parts of an address fit each other."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from dbwright.seed.values.cities import CITIES

_JAPANESE = {
    "Tokyo": ("東京", "東京都"), "Osaka": ("大阪市", "大阪府"), "Kyoto": ("京都市", "京都府"), "Yokohama": ("横浜市", "神奈川県"),
    "Sapporo": ("札幌市", "北海道"), "Fukuoka": ("福岡市", "福岡県"), "Nagoya": ("名古屋市", "愛知県"), "Kobe": ("神戸市", "兵庫県"),
    "Sendai": ("仙台市", "宮城県"), "Hiroshima": ("広島市", "広島県"),
}  # fmt: skip
_AT_HOME = {
    "en": "US GB CA AU IE NZ", "en-gb": "GB", "en-ca": "CA", "en-au": "AU", "en-us": "US", "de": "DE AT CH", "de-at": "AT", "de-ch": "CH",
    "fr": "FR BE", "nl": "NL", "nl-be": "BE", "es": "ES", "es-mx": "MX", "it": "IT", "pt": "PT", "pt-br": "BR", "pl": "PL", "cs": "CZ",
    "sv": "SE", "no": "NO", "da": "DK", "fi": "FI", "ja": "JP", "tr": "TR", "uk": "UA", "el": "GR", "hu": "HU", "hi": "IN",
    "ko": "KR", "zh": "CN",
}  # fmt: skip
"""Locale → codes of the countries where it is spoken, the first one mostly."""


class Place(NamedTuple):
    """A city, with its position in degrees."""

    country_code: str
    country: str
    city: str
    region: str
    region_code: str
    postcode: str
    latitude: float
    longitude: float
    time_zone: str
    calling_code: str
    share: float


class Places:
    """Cities as columns: `frame` has one line for each, named as the fields of `Place`."""

    def __init__(self, places: list[Place]) -> None:
        self.frame = pl.DataFrame(places, schema=list(Place._fields), orient="row")
        per_country = self.frame["country_code"].value_counts()
        counts = dict(zip(per_country["country_code"], per_country["count"], strict=True))
        self.weights = [place.share / counts[place.country_code] for place in places]
        self._by: dict[str, tuple[pl.Enum, np.ndarray, np.ndarray]] = {}

    def found(self, column: str, values: pl.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The places that have a value in a column: which is the first, how many, and for which values there is any.

        Places with the same country, and those with the same city, stand side by side.
        """
        if column not in self._by:
            texts = self.frame[column]
            names = texts.unique(maintain_order=True)
            first = np.array([texts.index_of(name) for name in names], dtype=np.int64)
            count = np.array([(texts == name).sum() for name in names], dtype=np.int64)
            self._by[column] = pl.Enum(names), first, count
        kind, first, count = self._by[column]
        place = values.cast(pl.String).cast(kind, strict=False).to_physical()
        known = place.is_not_null().to_numpy()
        at = place.fill_null(0).cast(pl.Int64).to_numpy()
        return first[at], count[at], known


@cache
def places(locale: str) -> Places | None:
    """The places where a locale is at home, or None where none of them is known here."""
    wanted = locale.lower().replace("_", "-")
    codes = _AT_HOME.get(wanted) or _AT_HOME.get(wanted.split("-")[0])
    return Places(_read(tuple(codes.split()), wanted)) if codes else None


@cache
def world() -> Places:
    """All places, with the names of their countries in English."""
    return Places(_read((), "en"))


def _read(codes: tuple[str, ...], locale: str) -> list[Place]:
    found: list[Place] = []
    for lines in CITIES.strip().split("\n\n"):
        head, *cities = lines.splitlines()
        code, english, own, calling, share, zone = head.split("|")
        if codes and code not in codes:
            continue
        country = english if locale.startswith("en") else own
        for city in cities:
            name, region, region_code, postcode, latitude, longitude, *other = city.strip().split(",")
            if locale.startswith("ja"):
                name, region = _JAPANESE[name]
            found.append(
                Place(
                    code, country, name, region, region_code, postcode, float(latitude), float(longitude),
                    other[0] if other else zone, calling, float(share),
                )
            )  # fmt: skip
    order = {code: place for place, code in enumerate(codes)}
    return sorted(found, key=lambda place: order.get(place.country_code, 0)) if codes else found
