"""Which type a column's values have in a frame, where no value is at hand to tell."""

from __future__ import annotations

import polars as pl

from dbwright.catalog.objects import Catalog
from dbwright.catalog.types import Type

_TYPES: dict[str, pl.DataType] = {
    "boolean": pl.Boolean(), "integer": pl.Int64(), "year": pl.Int64(), "float": pl.Float64(), "date": pl.Date(),
    "binary": pl.Binary(),
}  # fmt: skip
_NUMBERS = ("integer", "decimal", "float", "money", "year")


def base_type(type_: Type, catalog: Catalog) -> Type:
    """The type without its domains."""
    domains = {(each.namespace, each.name): each for each in catalog.domains}
    for _ in range(20):
        if type_.kind != "domain" or type_.user_type not in domains:
            break
        type_ = domains[type_.user_type].type
    return type_


def frame_type(type_: Type) -> pl.DataType:
    """The polars type of a column without its domain."""
    if type_.kind == "timestamp":
        return pl.Datetime("us", "UTC") if type_.with_zone else pl.Datetime("us")
    if type_.kind == "decimal":
        return pl.Decimal(38, type_.scale or 0)
    return _TYPES.get(type_.kind, pl.String())


def comparable(child: Type, parent: Type) -> bool:
    """Whether a parent's values can stand in a child's column as they are."""
    if child.kind == parent.kind:
        return True
    return not (child.kind in _NUMBERS) ^ (parent.kind in _NUMBERS) and child.kind not in ("integer", "boolean")
