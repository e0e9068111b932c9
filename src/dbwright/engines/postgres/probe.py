"""Answers questions about the rows: all questions of one table share one scan where they can. Nothing is ever written."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import errors

from dbwright.catalog.facts import Answer, Facts, Question, Unanswered
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.asking import answer_by_table, charge, missing_from
from dbwright.engines.base import Budget
from dbwright.engines.postgres.plans import Plan
from dbwright.engines.postgres.questions import plan
from dbwright.engines.postgres.related import OWN_QUERIES, answered
from dbwright.engines.postgres.runner import OutOfTime, Runner
from dbwright.engines.postgres.samples import Source, sample, whole
from dbwright.engines.postgres.words import identifier

_COLUMNS_IN_ONE_QUERY = 300


def answer(
    connection: psycopg.Connection[Any],
    version: tuple[int, ...],
    catalog: Catalog,
    facts: Facts,
    questions: Sequence[Question],
    budget: Budget,
) -> dict[Question, Answer]:
    """The answers; what fails or takes too long is Unanswered with its reason."""
    runner = Runner(connection, version, catalog, facts, budget)

    def ask(table: Table, asked: list[Question]) -> dict[Question, Answer]:
        return _TableProbe(runner, table).answers(asked)

    before = runner.blocks()
    answers = answer_by_table(runner.lookup.table, questions, facts, budget, ask)
    after = runner.blocks()
    blocks = (after[0] - before[0], after[1] - before[1]) if before and after else None
    charge(runner, answers.values(), blocks)
    return answers


class _TableProbe:
    """Asks one table. rows: about how many it has, None where that is not known."""

    def __init__(self, runner: Runner, table: Table) -> None:
        self.runner = runner
        self.table = table
        self.rows = runner.facts.rows(table.ref)

    def answers(self, questions: Sequence[Question]) -> dict[Question, Answer]:
        """The answers to all questions on this table."""
        found: dict[Question, Answer] = {}
        plans: list[Plan] = []
        own = [question for question in questions if isinstance(question, OWN_QUERIES)]
        for question in questions:
            if isinstance(question, OWN_QUERIES):
                continue
            planned = plan(question, self.table, self.runner.lookup, self.runner.version)
            if isinstance(planned, Plan):
                plans.append(planned)
            else:
                found[question] = planned
        if self.runner.is_large(self.table):
            found |= self._all([each for each in plans if each.whole], whole(self.table))
            found |= self._all([each for each in plans if not each.whole], self._sample())
        else:
            found |= self._all(plans, whole(self.table))
        for question in own:
            missing = missing_from(question, self.table, self.runner.lookup)
            found[question] = (
                Unanswered(rows=0, reason=missing) if missing else answered(question, self.table, self.runner)
            )
        return found

    def _all(self, plans: Sequence[Plan], source: Source) -> dict[Question, Answer]:
        found: dict[Question, Answer] = {}
        for chunk in _chunks(plans):
            found |= self._together(chunk, source)
        return found

    def _together(self, plans: Sequence[Plan], source: Source) -> dict[Question, Answer]:
        """One SELECT for all; where it was too slow, from a sample, and where it failed, each question by itself."""
        try:
            # Where all rows of a large table count, their number is left as it is known: an index may give the answers.
            spared = self.rows if not source.sampled and self.runner.is_large(self.table) else None
            number = "count(*)" if spared is None else f"{spared}::bigint"
            columns = [number, *(column for each in plans for column in each.columns)]
            helpers = dict.fromkeys(helper for each in plans for helper in each.helpers)
            row = self.runner.query(f"SELECT {', '.join(columns)} FROM {self._with_helpers(source, list(helpers))}")[0]
        except (psycopg.Error, OutOfTime) as error:
            if self.runner.connection.closed:
                raise
            if self._is_slow(error, source):
                return self._together(plans, self._sample())
            if len(plans) == 1 or isinstance(error, OutOfTime):
                return {each.question: self.runner.unanswered(error, self.table, each.sql) for each in plans}
            found: dict[Question, Answer] = {}
            for each in plans:
                found |= self._together([each], source)
            return found
        if source.sampled and not row[0] and "TABLESAMPLE" in source.sql:
            return self._together(plans, self._sample(first=True))
        self.runner.rows += int(row[0])
        place, found = 1, {}
        for each in plans:
            values = row[place : place + len(each.columns)]
            place += len(each.columns)
            found[each.question] = self._finished(each, source, int(row[0]), values)
        return found

    def _finished(self, each: Plan, source: Source, rows: int, values: Sequence[Any]) -> Answer:
        """The answer, after the question's own query where it has one."""
        try:
            query = each.query(self._with_helpers(source, list(each.helpers)), values) if each.query else None
            found = self.runner.query(query) if query else []
        except (psycopg.Error, OutOfTime) as error:
            if self.runner.connection.closed:
                raise
            if self._is_slow(error, source):
                return self._together([each], self._sample())[each.question]
            return self.runner.unanswered(error, self.table, each.sql)
        return each.build(rows, source.sampled, values, found)

    def _with_helpers(self, source: Source, helpers: list[str]) -> str:
        """The rows under the table's own name, with expressions that several columns of the SELECT use."""
        if not helpers:
            return source.sql
        name = identifier(self.table.name)
        return f"(SELECT {name}.*, {', '.join(helpers)} FROM {source.sql}) AS {name}"

    def _is_slow(self, error: Exception, source: Source) -> bool:
        """Whether it was too slow, so that a sample may help."""
        too_many = (self.rows or 0) > self.runner.budget.sample_rows
        return isinstance(error, errors.QueryCanceled) and not source.sampled and too_many

    def _sample(self, *, first: bool = False) -> Source:
        return sample(self.table, self.rows, self.runner.budget, first=first)


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
