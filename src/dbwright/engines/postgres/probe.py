"""Answers questions about the rows: all questions of one table share one scan where they can. Nothing is ever written."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import errors

from dbwright.catalog.facts import Answer, Facts, Question, Unanswered
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.asking import answer_by_table
from dbwright.engines.base import Budget
from dbwright.engines.postgres.questions import Plan, plan
from dbwright.engines.postgres.words import identifier, qualified

_COLUMNS_IN_ONE_QUERY = 300
_ENOUGH_FOR_BLOCKS = 10_000
_SAMPLED_MORE = 1.2
"""Blocks are drawn by chance: a few more than needed make a sample of the wanted size likely."""


def answer(
    connection: psycopg.Connection[Any],
    version: tuple[int, ...],
    catalog: Catalog,
    facts: Facts,
    questions: Sequence[Question],
    budget: Budget,
) -> dict[Question, Answer]:
    """The answers; what fails or takes too long is Unanswered with its reason."""
    lookup = Lookup(catalog)
    end = time.monotonic() + budget.seconds

    def ask(table: Table, asked: list[Question]) -> dict[Question, Answer]:
        return _TableProbe(connection, version[0], table, lookup, facts.rows(table.ref), budget, end).answers(asked)

    return answer_by_table(lookup, questions, ask)


class _Source(NamedTuple):
    """The rows to look at: what stands after FROM, under the table's own name."""

    sql: str
    sampled: bool


class _OutOfTime(Exception):
    """The time for all questions is over."""


class _TableProbe:
    """Asks one table. rows: about how many it has, None where that is not known."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        version: int,
        table: Table,
        lookup: Lookup,
        rows: int | None,
        budget: Budget,
        end: float,
    ) -> None:
        self.connection = connection
        self.version = version
        self.table = table
        self.lookup = lookup
        self.rows = rows
        self.budget = budget
        self.end = end

    def answers(self, questions: Sequence[Question]) -> dict[Question, Answer]:
        """The answers to all questions on this table."""
        found: dict[Question, Answer] = {}
        plans: list[Plan] = []
        for question in questions:
            planned = plan(question, self.table, self.lookup, self.version)
            if isinstance(planned, Plan):
                plans.append(planned)
            else:
                found[question] = planned
        whole = _Source(qualified(self.table.namespace, self.table.name), False)
        if self.rows is not None and self.rows > self.budget.sample_above:
            found |= self._all([each for each in plans if each.whole], whole)
            found |= self._all([each for each in plans if not each.whole], self._sample())
        else:
            found |= self._all(plans, whole)
        return found

    def _all(self, plans: Sequence[Plan], source: _Source) -> dict[Question, Answer]:
        found: dict[Question, Answer] = {}
        for chunk in _chunks(plans):
            found |= self._together(chunk, source)
        return found

    def _together(self, plans: Sequence[Plan], source: _Source) -> dict[Question, Answer]:
        """One SELECT for all; where it was too slow, from a sample, and where it failed, each question by itself."""
        try:
            columns = ["count(*)", *(column for each in plans for column in each.columns)]
            helpers = dict.fromkeys(helper for each in plans for helper in each.helpers)
            row = self._query(f"SELECT {', '.join(columns)} FROM {self._with_helpers(source, list(helpers))}")[0]
        except (psycopg.Error, _OutOfTime) as error:
            if self.connection.closed:
                raise
            slow = isinstance(error, errors.QueryCanceled)
            if slow and not source.sampled and (self.rows or 0) > self.budget.sample_rows:
                return self._together(plans, self._sample())
            if len(plans) == 1 or isinstance(error, _OutOfTime):
                return {each.question: self._unanswered(each, error) for each in plans}
            found: dict[Question, Answer] = {}
            for each in plans:
                found |= self._together([each], source)
            return found
        if source.sampled and not row[0] and "TABLESAMPLE" in source.sql:
            return self._together(plans, self._sample(first_rows=True))
        place, found = 1, {}
        for each in plans:
            values = row[place : place + len(each.columns)]
            place += len(each.columns)
            found[each.question] = self._finished(each, source, int(row[0]), values)
        return found

    def _finished(self, each: Plan, source: _Source, rows: int, values: Sequence[Any]) -> Answer:
        """The answer, after the question's own query where it has one."""
        try:
            query = each.query(self._with_helpers(source, list(each.helpers)), values) if each.query else None
            found = self._query(query) if query else []
        except (psycopg.Error, _OutOfTime) as error:
            if self.connection.closed:
                raise
            slow = isinstance(error, errors.QueryCanceled)
            if slow and not source.sampled and (self.rows or 0) > self.budget.sample_rows:
                return self._together([each], self._sample())[each.question]
            return self._unanswered(each, error)
        return each.build(rows, source.sampled, values, found)

    def _with_helpers(self, source: _Source, helpers: list[str]) -> str:
        """The rows under the table's own name, with expressions that several columns of the SELECT use."""
        name = identifier(self.table.name)
        if not helpers:
            return source.sql if source.sampled else f"{source.sql} AS {name}"
        inner = source.sql if source.sampled else f"{source.sql} AS {name}"
        return f"(SELECT {name}.*, {', '.join(helpers)} FROM {inner}) AS {name}"

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        seconds = min(self.budget.seconds_each, self.end - time.monotonic())
        if seconds <= 0:
            raise _OutOfTime
        # A policy that hid rows would make the answers untrue: with row_security off the server refuses instead.
        self.connection.execute(
            f"BEGIN READ ONLY; SET LOCAL statement_timeout = {max(1, int(seconds * 1000))};"
            " SET LOCAL lock_timeout = '2s'; SET LOCAL row_security = off; SET LOCAL jit = off;"
            " SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'"
        )
        try:
            cursor = self.connection.execute(sql.encode(), prepare=False)
            return cursor.fetchall()
        finally:
            if not self.connection.closed:
                self.connection.execute("ROLLBACK")

    def _unanswered(self, each: Plan, error: Exception) -> Unanswered:
        if isinstance(error, _OutOfTime):
            reason = f"The {self.budget.seconds:g} seconds for all questions were over."
        elif isinstance(error, errors.QueryCanceled):
            reason = f"It took more than {self.budget.seconds_each:g} seconds."
        elif isinstance(error, errors.LockNotAvailable):
            reason = f"The table {self.table.name} was locked by somebody else."
        elif isinstance(error, psycopg.Error) and error.diag.message_primary:
            reason = f"PostgreSQL says: {error.diag.message_primary}."
        else:
            reason = f"PostgreSQL says: {str(error).strip()}."
        return Unanswered(rows=0, sql=each.sql, reason=reason)

    def _sample(self, *, first_rows: bool = False) -> _Source:
        """Rows drawn by chance, always the same ones, block by block for large samples.

        Of foreign tables, and where chance drew nothing, the first rows.
        """
        name = identifier(self.table.name)
        full = qualified(self.table.namespace, self.table.name)
        drawn = ""
        if self.table.kind != "foreign" and self.rows and not first_rows:
            percent = min(100.0, 100.0 * self.budget.sample_rows * _SAMPLED_MORE / self.rows)
            method = "SYSTEM" if self.budget.sample_rows >= _ENOUGH_FOR_BLOCKS else "BERNOULLI"
            drawn = f" TABLESAMPLE {method} ({percent:.6f}) REPEATABLE (1)"
        return _Source(f"(SELECT * FROM {full}{drawn} LIMIT {self.budget.sample_rows}) AS {name}", True)


def _chunks(plans: Sequence[Plan]) -> Iterator[list[Plan]]:
    chunk: list[Plan] = []
    width = 0
    for each in plans:
        if chunk and width + len(each.columns) > _COLUMNS_IN_ONE_QUERY:
            yield chunk
            chunk, width = [], 0
        chunk.append(each)
        width += len(each.columns)
    if chunk:
        yield chunk
