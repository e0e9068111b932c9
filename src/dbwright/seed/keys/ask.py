"""What must be known of a table, and of those that it refers to, to decide how its rows are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dbwright.catalog.objects import Catalog, Table
from dbwright.seed.base import TableHint, Values
from dbwright.seed.checks.checked import Checked
from dbwright.seed.keys.pool import Pool

Path = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What must be known to lay out a table.

    rows: how many are wanted. pools: the rows of the other tables; a table without rows has an empty one. values: for the
    columns that no foreign key sets. referenced: columns that foreign keys of whatever table refer to.
    later: numbers of the foreign keys that are filled by an UPDATE. circle: those that must not refer beyond row 0 in
    row 0, or, where `paired`, that lead from each row to the row of the same number.
    existing: of the rows that are there, the columns of keys.
    """

    table: Table
    rows: int
    catalog: Catalog
    tables: Mapping[Path, Table]
    checked: Checked
    values: Sequence[Values]
    pools: Callable[[Path], Pool]
    hint: TableHint
    seed: int
    referenced: frozenset[str] = frozenset()
    later: frozenset[int] = frozenset()
    circle: frozenset[int] = frozenset()
    paired: bool = False
    existing: pl.DataFrame | None = None
