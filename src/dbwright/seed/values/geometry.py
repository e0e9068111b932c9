"""Points and shapes on the map, and vectors, as the texts that engines read."""

from __future__ import annotations

from string import Formatter

import numpy as np
import polars as pl

from dbwright.seed.draw import Rows
from dbwright.seed.values.asked import Asked
from dbwright.seed.values.encoded import Numbered
from dbwright.seed.values.source import Source


def points(asked: Asked) -> Source:
    """Points on the map: WKT for MySQL and PostGIS, "(x,y)" and its like for PostgreSQL's own types."""
    spelling = asked.type.spelling.lower().partition("(")[0].rpartition(".")[2]
    own = asked.catalog.engine == "postgres"
    template = (_POSTGRES if own else _WELL_KNOWN).get(spelling, "POINT({x} {y})")
    return Numbered(lambda numbers: _geometry_text(template, numbers), 1_000_000, 2**40)


_POSTGRES = {
    "point": "({x},{y})", "circle": "<({x},{y}),1>", "box": "({right},{top}),({x},{y})", "lseg": "[({x},{y}),({right},{top})]",
    "path": "[({x},{y}),({right},{top})]", "polygon": "(({x},{y}),({right},{y}),({right},{top}))", "line": "{{1,-1,{x}}}",
    "box2d": "BOX({x} {y},{right} {top})", "geometry": "SRID=4326;POINT({x} {y})", "geography": "SRID=4326;POINT({x} {y})",
}  # fmt: skip
_WELL_KNOWN = {
    "linestring": "LINESTRING({x} {y},{right} {top})", "multipoint": "MULTIPOINT({x} {y})",
    "polygon": "POLYGON(({x} {y},{right} {y},{right} {top},{x} {y}))",
    "multilinestring": "MULTILINESTRING(({x} {y},{right} {top}))",
    "multipolygon": "MULTIPOLYGON((({x} {y},{right} {y},{right} {top},{x} {y})))",
    "geometrycollection": "GEOMETRYCOLLECTION(POINT({x} {y}))", "geomcollection": "GEOMETRYCOLLECTION(POINT({x} {y}))",
}  # fmt: skip


def _spots(numbers: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes in degrees: different numbers have different ones."""
    grid = 1 << 20
    longitude = (numbers * 648_056 + 7) % grid / grid * 340 - 170 + (numbers >> 20) * 1e-7
    latitude = (numbers * 402_653) % grid / grid * 120 - 55
    return np.round(longitude, 8), np.round(latitude, 6)


def _geometry_text(template: str, numbers: Rows) -> pl.Series:
    longitude, latitude = _spots(numbers)
    columns = {"x": longitude, "y": latitude, "right": longitude + 1, "top": latitude + 1}
    parts: list[pl.Expr] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(pl.lit(literal))
        if name:
            parts.append(pl.lit(pl.Series(columns[name].round(8)).cast(pl.String)))
    return pl.select(pl.concat_str(parts)).to_series()


def vectors(length: int) -> Numbered:
    """Vectors of small numbers as "[0.1,0.2]"."""

    def text_of(numbers: Rows) -> pl.Series:
        parts: list[pl.Expr] = [pl.lit("[")]
        for place in range(length):
            value = (numbers * (2 * place + 3) % 1_999 - 999) / 1_000 if place else numbers / 1_000
            parts += [pl.lit("," if place else ""), pl.lit(pl.Series(value).cast(pl.String))]
        return pl.select(pl.concat_str([*parts, pl.lit("]")])).to_series()

    return Numbered(text_of, 10_000, 2**40)
