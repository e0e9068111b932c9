"""Whole numbers that count up with the rows: identity columns and plain numeric keys."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.seed.base import Limit, Values
from dbwright.seed.keys.kinds import base_type


def numbered_column(
    table: Table, catalog: Catalog, values: Mapping[str, Values], limits: Mapping[str, Limit]
) -> str | None:
    """The column of a table that counts, if there is one that no foreign key sets and no check keeps from counting."""
    for column in table.columns:
        if column.identity is not None and column.name in values and _counts(column, catalog, limits):
            return column.name
    primary = table.primary_key
    for name in primary.columns if primary else ():
        column_ = table.column(name)
        alone = primary is not None and len(primary.columns) == 1
        named = name.lower() == "id" or name.lower().endswith(("_id", "id"))
        if column_ is not None and name in values and (alone or named) and _counts(column_, catalog, limits):
            return name
    return None


def first_free(name: str, limit: Limit, table: Table, existing: pl.DataFrame | None) -> int:
    """The first number of the run: behind those that are there."""
    first = lowest_number(limit)
    column = table.column(name)
    if column is not None and column.identity is not None and (column.identity.start or 0) > first:
        first = column.identity.start or first
    if existing is not None and name in existing.columns and existing.height:
        highest = existing[name].max()
        if highest is not None:
            first = max(first, int(highest) + 1)  # type: ignore[arg-type]  # a number, whatever polars says
    return first


def lowest_number(limit: Limit) -> int:
    """Where numbers start: at 1, or as near as the column allows."""
    lowest = None if limit.lowest is None else int(limit.lowest)
    if limit.highest is not None and int(limit.highest) < 1:
        return lowest if lowest is not None else int(limit.highest)
    return max(1, lowest if lowest is not None else 1)


def _counts(column: Column, catalog: Catalog, limits: Mapping[str, Limit]) -> bool:
    type_ = base_type(column.type, catalog)
    limit = limits.get(column.name, Limit())
    whole = type_.kind == "integer" or (type_.kind == "decimal" and not type_.scale)
    return whole and limit.allowed is None and not limit.patterns and not limit.forbidden
