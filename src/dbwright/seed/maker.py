"""Rows of planned tables: all columns of a row put together, whatever rows are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from dbwright.catalog.objects import Table
from dbwright.seed.plan.base import Path, SeedPlan, TablePlan
from dbwright.seed.plan.workshop import Judge, Workshop

_MOST_ATTEMPTS = 40


class Maker:
    """Makes the rows of a plan. Rows are the same whatever range they are asked for in, and by whichever process.

    attempts: rows that the database refused and that were drawn anew, by table and number, from an interrupted run.
    judges: by table, what asks the database about conditions that only it can evaluate; without it such conditions are left
    to its refusal.
    """

    def __init__(
        self,
        plan: SeedPlan,
        attempts: Mapping[Path, Mapping[int, int]] | None = None,
        *,
        judges: Callable[[Table], Judge] | None = None,
    ) -> None:
        self.plan = plan
        self.attempts: dict[Path, dict[int, int]] = {path: dict(rows) for path, rows in (attempts or {}).items()}
        self._workshop = Workshop(plan.catalog, plan.settings, plan.existing, attempts=self.attempts, judges=judges)
        for table in plan.tables:
            self._workshop.expect(table.path, table.rows)

    def frame(self, table: TablePlan, start: int, stop: int) -> pl.DataFrame:
        """The rows from `start` to below `stop`: `table.columns`, one line each.

        Raises Refused where no row is found that meets the conditions of the table.
        """
        return self._workshop.rows(table.path).frame(start, stop).select(table.columns)

    def later_frame(self, table: TablePlan, start: int, stop: int) -> pl.DataFrame:
        """For the UPDATE of an `Update` step: the columns of `table.key`, then the final values of `table.later`."""
        found = self._workshop.rows(table.path).later(table.key, start, stop)
        return found.select(*table.key, *table.later)

    def redraw(self, table: TablePlan, row: int) -> bool:
        """Let a row that the database refused be drawn anew from now on; False after too many attempts."""
        attempts = self.attempts.setdefault(table.path, {})
        if attempts.get(row, 0) >= _MOST_ATTEMPTS:
            return False
        attempts[row] = attempts.get(row, 0) + 1
        self._workshop.pool(table.path).forget()
        return True
