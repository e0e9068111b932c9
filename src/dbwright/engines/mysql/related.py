"""Questions that have queries of their own: rows beside other rows, and the keys of JSON documents."""

from collections.abc import Sequence
from typing import Any

from dbwright.catalog.facts import Answer, JsonKeys, Question
from dbwright.catalog.objects import Table
from dbwright.engines.asking import distinct_values
from dbwright.engines.mysql.dialect import MySQLDialect
from dbwright.engines.mysql.json_keys import json_keys
from dbwright.engines.mysql.runner import OutOfTime, Runner, too_slow
from dbwright.engines.mysql.samples import Samples
from dbwright.engines.relating.answers import RELATING, Asking, related
from dbwright.engines.relating.dialect import CannotAsk, Dialect
from dbwright.errors import ExecutionFault

_ASKED: dict[type[Question], Asking] = {**RELATING, JsonKeys: json_keys}
OWN_QUERIES = tuple(_ASKED)


def answered(question: Question, table: Table, runner: Runner, samples: Samples) -> Answer:
    """The answer, or why there is none."""
    try:
        found = related(
            _ASKED[type(question)],
            question,
            lambda sampled: _Rows(table, runner, samples, sampled),
            large=runner.is_large(table),
            can_shrink=(runner.facts.rows(table.ref) or 0) > runner.budget.sample_rows,
            too_slow=too_slow,
        )
    except (ExecutionFault, OutOfTime, CannotAsk) as error:
        return runner.unanswered(error, table)
    runner.rows += found.rows
    return found


class _Rows:
    """The rows of a table, as the questions want them."""

    def __init__(self, table: Table, runner: Runner, samples: Samples, sampled: bool) -> None:
        self.dialect: Dialect = MySQLDialect(runner.session.flavour, runner.session.version)
        self.table = table
        self.lookup = runner.lookup
        self.sampled = sampled
        self._runner = runner
        self._samples = samples

    def source(self, alias: str, columns: Sequence[str]) -> str:
        return self._samples.source(columns, sampled=self.sampled, alias=alias)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self._runner.query(sql)

    def examples(self, sql: str) -> list[tuple[Any, ...]]:
        return self._runner.examples(sql)

    def distinct(self, table: Table, column: str) -> int | None:
        return distinct_values(table, column, self._runner.facts) if self._runner.is_large(table) else None
