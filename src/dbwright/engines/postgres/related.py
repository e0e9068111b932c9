"""Questions that have queries of their own: rows beside other rows, and the keys of JSON documents."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import errors

from dbwright.catalog.facts import Answer, JsonKeys, Question
from dbwright.catalog.objects import Table
from dbwright.engines.asking import distinct_values
from dbwright.engines.postgres.dialect import PostgresDialect
from dbwright.engines.postgres.json_keys import json_keys
from dbwright.engines.postgres.runner import OutOfTime, Runner
from dbwright.engines.postgres.samples import sample, whole
from dbwright.engines.relating.answers import RELATING, Asking, related
from dbwright.engines.relating.dialect import CannotAsk, Dialect

_ASKED: dict[type[Question], Asking] = {**RELATING, JsonKeys: json_keys}
OWN_QUERIES = tuple(_ASKED)


def answered(question: Question, table: Table, runner: Runner) -> Answer:
    """The answer, or why there is none."""
    try:
        found = related(
            _ASKED[type(question)],
            question,
            lambda sampled: _Rows(runner, table, sampled),
            large=runner.is_large(table),
            can_shrink=(runner.facts.rows(table.ref) or 0) > runner.budget.sample_rows,
            too_slow=lambda error: isinstance(error, errors.QueryCanceled),
        )
        if found.sampled and not found.rows:
            # Chance drew nothing.
            found = _ASKED[type(question)](question, _Rows(runner, table, True, first=True))
    except (psycopg.Error, OutOfTime, CannotAsk) as error:
        if runner.connection.closed:
            raise
        return runner.unanswered(error, table)
    runner.rows += found.rows
    return found


class _Rows:
    """The rows of a table, as the questions want them."""

    def __init__(self, runner: Runner, table: Table, sampled: bool, *, first: bool = False) -> None:
        self.dialect: Dialect = PostgresDialect()
        self.table = table
        self.lookup = runner.lookup
        self.sampled = sampled
        self.version = runner.version
        self._runner = runner
        self._first = first

    def source(self, alias: str, columns: Sequence[str]) -> str:
        if not self.sampled:
            return whole(self.table, alias).sql
        rows = self._runner.facts.rows(self.table.ref)
        return sample(self.table, rows, self._runner.budget, alias=alias, first=self._first).sql

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self._runner.query(sql)

    def examples(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._runner.query(sql)
        except (psycopg.Error, OutOfTime):
            if self._runner.connection.closed:
                raise
            return []

    def distinct(self, table: Table, column: str) -> int | None:
        return distinct_values(table, column, self._runner.facts) if self._runner.is_large(table) else None
