"""Questions that have queries of their own: rows beside other rows, and the keys of JSON documents."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from dbwright.catalog.facts import Answer, JsonKeys, Question
from dbwright.catalog.objects import Table
from dbwright.engines.asking import distinct_values
from dbwright.engines.relating.answers import RELATING, Asking, related
from dbwright.engines.relating.dialect import CannotAsk, Dialect
from dbwright.engines.sqlite.clock import ran_out
from dbwright.engines.sqlite.dialect import SqliteDialect
from dbwright.engines.sqlite.json_keys import json_keys
from dbwright.engines.sqlite.runner import Runner
from dbwright.engines.sqlite.samples import sample, whole

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
            too_slow=lambda error: isinstance(error, sqlite3.Error) and ran_out(error) and runner.left > 0,
        )
    except (sqlite3.Error, CannotAsk) as error:
        return runner.unanswered(error)
    runner.rows += found.rows
    return found


class _Rows:
    """The rows of a table, as the questions want them."""

    def __init__(self, runner: Runner, table: Table, sampled: bool) -> None:
        self.dialect: Dialect = SqliteDialect()
        self.table = table
        self.lookup = runner.lookup
        self.sampled = sampled
        self._runner = runner

    def source(self, alias: str, columns: Sequence[str]) -> str:
        if not self.sampled:
            return whole(self.table, alias).sql
        return sample(self._runner, self.table, alias).sql

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self._runner.query(sql)

    def examples(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._runner.query(sql)
        except sqlite3.Error:
            return []

    def distinct(self, table: Table, column: str) -> int | None:
        return distinct_values(table, column, self._runner.facts) if self._runner.is_large(table) else None
