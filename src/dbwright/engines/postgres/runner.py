"""Runs the questions' queries: read-only, each within its own time and all within theirs."""

import time
from typing import Any

import psycopg
from psycopg import errors

from dbwright.catalog.facts import Facts, Unanswered
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Budget
from dbwright.engines.relating.dialect import CannotAsk

_FIRST_WITH_BLOCKS = 18
_BLOCKS = """
SELECT coalesce(sum(read_bytes), 0)::bigint / current_setting('block_size')::int, coalesce(sum(hits), 0)::bigint
FROM pg_stat_get_backend_io(pg_backend_pid())
"""


class OutOfTime(Exception):
    """The time for all questions is over."""


class Runner:
    """queries, seconds, rows: what was spent until now."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        version: tuple[int, ...],
        catalog: Catalog,
        facts: Facts,
        budget: Budget,
    ) -> None:
        self.connection = connection
        self.version = version[0]
        self.lookup = Lookup(catalog)
        self.facts = facts
        self.budget = budget
        self.queries = 0
        self.seconds = 0.0
        self.rows = 0
        self._end = time.monotonic() + budget.seconds

    def is_large(self, table: Table) -> bool:
        """Whether only a sample of the table is asked."""
        return (self.facts.rows(table.ref) or 0) > self.budget.sample_above

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one query, in a transaction of its own."""
        started = time.monotonic()
        seconds = min(self.budget.seconds_each, self._end - started)
        if seconds <= 0:
            raise OutOfTime
        self.queries += 1
        # A policy that hid rows would make the answers untrue: with row_security off the server refuses instead.
        self.connection.execute(
            f"BEGIN READ ONLY; SET LOCAL statement_timeout = {max(1, int(seconds * 1000))};"
            " SET LOCAL lock_timeout = '2s'; SET LOCAL row_security = off; SET LOCAL jit = off;"
            " SET LOCAL max_parallel_workers_per_gather = 0;"
            " SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'"
        )
        try:
            cursor = self.connection.execute(sql.encode(), prepare=False)
            return cursor.fetchall()
        finally:
            if not self.connection.closed:
                self.connection.execute("ROLLBACK")
            self.seconds += time.monotonic() - started

    def blocks(self) -> tuple[int, int] | None:
        """Blocks that this session has read from disk, and found in memory; None before version 18, which counts them."""
        if self.version < _FIRST_WITH_BLOCKS:
            return None
        try:
            # What was counted is told about once a second, if it isn't asked for.
            self.connection.execute("SELECT pg_stat_force_next_flush()")
            row = self.connection.execute(_BLOCKS).fetchone()
        except psycopg.Error:
            if self.connection.closed:
                raise
            return None
        return (int(row[0]), int(row[1])) if row else None

    def unanswered(self, error: Exception, table: Table, sql: str | None = None) -> Unanswered:
        """Why there is no answer, in a sentence."""
        if isinstance(error, CannotAsk):
            reason = str(error)
        elif isinstance(error, OutOfTime):
            reason = f"The {self.budget.seconds:g} seconds for all questions were over."
        elif isinstance(error, errors.QueryCanceled):
            reason = f"It took more than {self.budget.seconds_each:g} seconds."
        elif isinstance(error, errors.LockNotAvailable):
            reason = f"The table {table.name} was locked by somebody else."
        elif isinstance(error, psycopg.Error) and error.diag.message_primary:
            reason = f"PostgreSQL says: {error.diag.message_primary}."
        else:
            reason = f"PostgreSQL says: {str(error).strip()}."
        return Unanswered(rows=0, sql=sql, reason=reason)
