"""Frames of values made straight from `values_for`, without a plan: for tests of meanings, limits and laws."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl

from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.engines.postgres.types import canonical_spelling, meaning
from dbwright.seed.base import Limit, Settings, Values
from dbwright.seed.draw import Draw, Rows
from dbwright.seed.values import values_for


def table_of(name: str, /, **columns: str) -> Table:
    """A PostgreSQL table; the type of a column ends in "?" where it may be NULL."""
    made = [
        Column(name=column, type=meaning(canonical_spelling(spelling.rstrip("?"))), nullable=spelling.endswith("?"))
        for column, spelling in columns.items()
    ]
    return Table(namespace="public", name=name, columns=tuple(made))


def in_order(values: list[Values]) -> list[Values]:
    """The values so that each comes after those that it needs. Fails where they need each other."""
    done: set[str] = set()
    order: list[Values] = []
    while len(order) < len(values):
        ready = [each for each in values if each not in order and done.issuperset(each.needs)]
        assert ready, "columns need each other"
        order += ready
        done.update(name for each in ready for name in each.columns)
    return order


def made(
    table: Table,
    rows: int | Rows = 300,
    *,
    settings: Settings | None = None,
    limits: Mapping[str, Limit] | None = None,
    numbered: Collection[str] = (),
    catalog: Catalog | None = None,
) -> pl.DataFrame:
    """The columns of a table for some rows; those in `numbered` by number, the others at random."""
    chosen = np.arange(rows, dtype=np.int64) if isinstance(rows, int) else rows
    settings = settings or Settings()
    catalog = catalog or Catalog(engine="postgres", tables=(table,))
    frame = pl.DataFrame(height=len(chosen))
    for values in in_order(values_for(table, catalog, settings, limits or {})):
        name = values.columns[0]
        given = frame.select(values.needs) if values.needs else pl.DataFrame()
        ask = values.nth if name in numbered else values.draw
        part = ask(chosen, Draw(settings.seed, table.name, name), given)
        assert part.columns == list(values.columns)
        assert len(part) == len(chosen)
        frame = frame.hstack(part)
    return frame


def share_of(condition: pl.Series) -> float:
    """In which share of the rows a condition is true."""
    return int(condition.sum()) / len(condition)
