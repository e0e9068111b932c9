"""Runs the questions' queries, each within its own time and all within theirs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from dbwright.catalog.facts import Facts, Unanswered
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.engines.base import Budget
from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.relating.dialect import CannotAsk
from dbwright.errors import ExecutionFault

_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_UNSIGNED_SUBTRACTION"
_TIMED_OUT = frozenset(("1317", "1969", "3024"))
_LOCKED = frozenset(("1205",))
_DENIED = frozenset(("1142", "1143", "1044", "1370"))


class OutOfTime(Exception):
    """The time for all questions is over."""


def too_slow(error: Exception) -> bool:
    """Whether a query was stopped by its time limit."""
    return isinstance(error, ExecutionFault) and error.code in _TIMED_OUT


class Runner:
    """queries, seconds, rows: what was spent until now."""

    def __init__(self, session: MySQLSession, catalog: Catalog, facts: Facts, budget: Budget) -> None:
        self.session = session
        self.lookup = Lookup(catalog)
        self.facts = facts
        self.budget = budget
        self.queries = 0
        self.seconds = 0.0
        self.rows = 0
        self._end = time.monotonic() + budget.seconds

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """The settings that the queries need, and afterwards those that the session had."""
        before = self.session.query("SELECT @@SESSION.sql_mode")[0][0]
        self.session.query(f"SET SESSION sql_mode = '{_MODE}'")
        self.session.query(f"SET SESSION lock_wait_timeout = {max(1, round(self.budget.seconds_each))}")
        try:
            yield
        finally:
            self.session.limit(None)
            self.session.query(f"SET SESSION sql_mode = '{before}'")
            self.session.query("SET SESSION lock_wait_timeout = DEFAULT")

    def is_large(self, table: Table | View) -> bool:
        """Whether only a sample of the table is asked."""
        return (self.facts.rows(table.ref) or 0) > self.budget.sample_above

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of one query."""
        started = time.monotonic()
        seconds = min(self.budget.seconds_each, self._end - started)
        if seconds <= 0:
            raise OutOfTime
        self.queries += 1
        try:
            self.session.limit(max(0.01, seconds))
            return self.session.query(sql)
        finally:
            self.seconds += time.monotonic() - started

    def examples(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of one query; none where it fails."""
        try:
            return self.query(sql)
        except (ExecutionFault, OutOfTime):
            return []

    def unanswered(self, error: Exception, table: Table | View) -> Unanswered:
        """Why there is no answer, in a sentence."""
        if isinstance(error, OutOfTime):
            reason = f"The {self.budget.seconds:g} seconds for all questions were over."
        elif too_slow(error):
            reason = f"It took more than {self.budget.seconds_each:g} seconds."
        elif isinstance(error, ExecutionFault) and error.code in _LOCKED:
            reason = f"The table {table.name} was locked by somebody else."
        elif isinstance(error, ExecutionFault) and error.code in _DENIED:
            reason = f"This account may not read the table {table.name}."
        elif isinstance(error, CannotAsk):
            reason = str(error)
        else:
            message = error.message if isinstance(error, ExecutionFault) else str(error)
            product = "MariaDB" if self.session.flavour == "mariadb" else "MySQL"
            reason = f"{product} says: {(message.partition(': ')[2] or message).rstrip('.')}."
        return Unanswered(rows=0, reason=reason)
