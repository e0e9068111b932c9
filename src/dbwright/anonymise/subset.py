"""Which rows of which tables go along, so that no reference is left hanging: down from what was chosen, then up to what is needed.

Only the columns of keys are held, as polars frames, one line for each row of a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import polars as pl

from dbwright.anonymise.decide import Path
from dbwright.catalog.objects import Catalog, ForeignKey, Table

REFERENCE_ROWS = 1_000
"""A table with no more rows that depends on nothing chosen goes along whole: countries, currencies."""

_CHOSEN = "\x00chosen"


def key_columns(catalog: Catalog, table: Table) -> tuple[str, ...]:
    """The columns that tell rows of a table apart, that refer to others, and that others refer to."""
    found = list(table.primary_key.columns if table.primary_key else (table.keys[0] if table.keys else ()))
    for key in table.foreign_keys:
        found += key.columns
    for other in catalog.tables:
        for key in other.foreign_keys:
            if key.table == (table.namespace, table.name):
                found += key.referenced
    if not found:
        found = [column.name for column in table.columns if column.generated is None]
    return tuple(dict.fromkeys(found))


def choose(
    tables: Mapping[Path, Table], keys: Mapping[Path, pl.DataFrame], chosen: Mapping[Path, pl.Series]
) -> dict[Path, pl.Series]:
    """For each table, for each of its rows, whether it goes along.

    keys: the key columns of every table. chosen: for the tables where something was said, which rows were chosen by that.
    """
    picked = _down(tables, keys, chosen)
    _up(tables, keys, picked)
    return picked


def _down(
    tables: Mapping[Path, Table], keys: Mapping[Path, pl.DataFrame], chosen: Mapping[Path, pl.Series]
) -> dict[Path, pl.Series]:
    """Rows that were chosen, and rows all of whose parents, as far as the choice reaches, were."""
    picked: dict[Path, pl.Series] = {}
    reached: set[Path] = set(chosen)
    for path in parents_first(tables, _distances(tables, chosen)):
        held = keys[path]
        upward = [
            key
            for key in tables[path].foreign_keys
            if key.table in reached and key.table != path and key.table in picked
        ]
        if path in chosen or upward:
            reached.add(path)
            mask = chosen.get(path, pl.Series(_CHOSEN, [True] * len(held), dtype=pl.Boolean))
            for key in upward:
                mask = mask & _fits(held, key, keys[key.table].filter(picked[key.table]))
            picked[path] = mask
        else:
            picked[path] = pl.Series(_CHOSEN, [len(held) <= REFERENCE_ROWS] * len(held), dtype=pl.Boolean)
    return picked


def _distances(tables: Mapping[Path, Table], chosen: Mapping[Path, pl.Series]) -> dict[Path, int]:
    """How many references each table is away from those where something was said; without those that do not lead there."""
    found = dict.fromkeys(chosen, 0)
    nearest = set(chosen)
    while nearest:
        nearest = {
            path
            for path, table in tables.items()
            if path not in found and any(key.table in nearest for key in table.foreign_keys)
        }
        found |= dict.fromkeys(nearest, max(found.values()) + 1)
    return found


def _up(tables: Mapping[Path, Table], keys: Mapping[Path, pl.DataFrame], picked: dict[Path, pl.Series]) -> None:
    """Add the rows that those which go along refer to, until nothing is missing."""
    changed = True
    while changed:
        changed = False
        for path, table in tables.items():
            going = keys[path].filter(picked[path])
            for key in table.foreign_keys:
                if key.table not in picked or not len(going):
                    continue
                needed = going.select(pl.col(list(key.columns))).drop_nulls().unique()
                needed = needed.rename(dict(zip(key.columns, _renamed(key), strict=True)))
                more = _among(keys[key.table], key, needed)
                grown = picked[key.table] | more
                if int(grown.sum() or 0) > int(picked[key.table].sum() or 0):
                    picked[key.table] = grown
                    changed = True


def _renamed(key: ForeignKey) -> list[str]:
    return [f"\x00{at}" for at in range(len(key.columns))]


def _among(parents: pl.DataFrame, key: ForeignKey, needed: pl.DataFrame) -> pl.Series:
    """For each row of a parent, whether its key is among the needed ones."""
    marked = needed.with_columns(pl.lit(True).alias(_CHOSEN))
    own = parents.select([pl.col(name).alias(to) for name, to in zip(key.referenced, _renamed(key), strict=True)])
    own, marked = _alike(own, marked, _renamed(key))
    return own.join(marked, on=_renamed(key), how="left", maintain_order="left")[_CHOSEN].fill_null(False)


def _fits(children: pl.DataFrame, key: ForeignKey, parents: pl.DataFrame) -> pl.Series:
    """For each row of a child, whether its reference is NULL or leads to one of these parents."""
    names = _renamed(key)
    own = children.select([pl.col(name).alias(to) for name, to in zip(key.columns, names, strict=True)])
    held = parents.select([pl.col(name).alias(to) for name, to in zip(key.referenced, names, strict=True)]).unique()
    own, held = _alike(own, held.with_columns(pl.lit(True).alias(_CHOSEN)), names)
    found = own.join(held, on=names, how="left", maintain_order="left")[_CHOSEN].fill_null(False)
    missing = own.select(pl.any_horizontal([pl.col(name).is_null() for name in names]).alias(_CHOSEN))[_CHOSEN]
    return found | missing


def _alike(one: pl.DataFrame, other: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both with equal types in the columns that they are joined by."""
    differing = [name for name in names if one.schema[name] != other.schema[name]]
    as_text = [pl.col(name).cast(pl.String) for name in differing]
    return one.with_columns(as_text), other.with_columns(as_text)


def parents_first(tables: Mapping[Path, Table], distances: Mapping[Path, int]) -> list[Path]:
    """Tables after those that they refer to; in a circle the one nearest to what was chosen comes first.

    Else a tenant's table would be taken for one that depends on nothing, because the tenant names its owner.
    """
    graph = {
        path: {key.table for key in table.foreign_keys if key.table != path and key.table in tables}
        for path, table in tables.items()
    }
    while True:
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle: list[Path] = error.args[1]
            parent, child = min(pairwise(circle), key=lambda pair: distances.get(pair[1], len(tables)))
            graph[child].discard(parent)
