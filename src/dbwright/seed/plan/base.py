"""The plan of a run as data: tables in order, how many rows each gets, the steps, and what was left out and why."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from dbwright.catalog.objects import Catalog, Table
from dbwright.seed.base import Impossible, Settings

if TYPE_CHECKING:
    import polars as pl

Path: TypeAlias = tuple[str, str]
"""Namespace and name of a table."""


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """What the target holds before the run.

    rows: how many rows a table has; tables that are not named have none.
    keys: of tables with rows, the columns that `columns_to_read` names, one line for each row, as native values. Rows of
    the run may refer to them, and do not repeat what must be unique.
    """

    rows: dict[Path, int] = {}
    keys: dict[Path, pl.DataFrame] = {}


class TablePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What one table gets.

    rows: how many are written, numbered from 0. wanted: how many were asked for, where that is more. before: rows there already.
    columns: those that are written, in the order of the frames; what the database computes itself is not among them.
    later: columns that get their final value by an UPDATE, once the rows that they refer to are there; `key` finds the row.
    overriding: whether PostgreSQL must be told OVERRIDING SYSTEM VALUE. numbered: columns whose sequence must be moved past
    the highest value afterwards. notes: plain sentences on what is not as was asked.
    """

    table: Table
    rows: int
    wanted: int | None = None
    before: int = 0
    columns: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    overriding: bool = False
    numbered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Namespace and name of the table."""
        return (self.table.namespace, self.table.name)


class Insert(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Write the rows from `start` to below `stop` of a table, in batches of any size: `Maker.frame`."""

    table: Path
    start: int
    stop: int


class Together(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Rows of several tables that need each other, written in one transaction.

    how: "deferred": SET CONSTRAINTS ALL DEFERRED (SQLite: PRAGMA defer_foreign_keys) and then one insert after the other;
    "one statement": one INSERT within another's WITH (PostgreSQL), whose references are checked at its end;
    "unchecked": MySQL, which can do neither: foreign_key_checks is off for these rows only, and `Maker` makes them right;
    the references are checked by query before the transaction ends.
    All parts have the same number of rows; a batch takes the same rows of each.
    """

    parts: tuple[Insert, ...]
    how: Literal["deferred", "one statement", "unchecked"]


class Update(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Set `columns` of rows that are there, found by `key`: `Maker.later_frame` gives both."""

    table: Path
    start: int
    stop: int
    columns: tuple[str, ...]
    key: tuple[str, ...]


Step: TypeAlias = Insert | Together | Update


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A table that gets no rows, and why, as a plain sentence without the name of the table."""

    table: Path
    reason: str


class SeedPlan(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The whole run.

    tables: in the order of writing. steps: what to do, in order; every row of `tables` is in exactly one Insert.
    impossible: where it is not empty, nothing may be written. notes: what else should be said, as plain sentences.
    """

    catalog: Catalog
    settings: Settings
    existing: Existing
    tables: tuple[TablePlan, ...] = ()
    steps: tuple[Step, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    impossible: tuple[Impossible, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self, path: Path) -> TablePlan | None:
        """The plan of one table; None where it gets no rows."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> dict[Path, TablePlan]:
        return {each.path: each for each in self.tables}
