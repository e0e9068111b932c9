"""Runs the questions' queries, each within its own time and all within theirs."""

import sqlite3
import time
from typing import Any

from dbwright.catalog.facts import Facts, Unanswered
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Budget
from dbwright.engines.relating.dialect import CannotAsk
from dbwright.engines.sqlite.clock import limited, ran_out


class OutOfTime(sqlite3.OperationalError):
    """The time for all questions is over."""


class Runner:
    """queries, seconds, rows: what was spent until now."""

    def __init__(self, connection: sqlite3.Connection, catalog: Catalog, facts: Facts, budget: Budget) -> None:
        self.connection = connection
        self.lookup = Lookup(catalog)
        self.facts = facts
        self.budget = budget
        self.queries = 0
        self.seconds = 0.0
        self.rows = 0
        self.samples: dict[Ref, str] = {}
        """The query for the sample of each table that has needed one."""
        self._end = time.monotonic() + budget.seconds

    @property
    def left(self) -> float:
        """The seconds that are left for all questions."""
        return self._end - time.monotonic()

    def is_large(self, table: Table) -> bool:
        """Whether only a sample of the table is asked."""
        return (self.facts.rows(table.ref) or 0) > self.budget.sample_above

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        seconds = min(self.budget.seconds_each, self.left)
        if seconds <= 0:
            raise OutOfTime
        started = time.monotonic()
        self.queries += 1
        try:
            with limited(self.connection, seconds):
                return self.connection.execute(sql).fetchall()
        finally:
            self.seconds += time.monotonic() - started

    def unanswered(self, error: Exception, sql: str | None = None) -> Unanswered:
        """Why there is no answer, in a sentence."""
        if isinstance(error, CannotAsk):
            reason = str(error)
        elif isinstance(error, OutOfTime):
            reason = f"The {self.budget.seconds:g} seconds for all questions were over."
        elif isinstance(error, sqlite3.Error) and ran_out(error):
            reason = f"It took more than {self.budget.seconds_each:g} seconds."
        else:
            reason = f"SQLite says: {error}."
        return Unanswered(rows=0, sql=sql, reason=reason)
