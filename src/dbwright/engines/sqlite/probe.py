"""Answers questions about the rows: all questions of one table share one scan where they can."""

import sqlite3
from collections.abc import Iterator, Sequence

from dbwright.catalog.facts import Answer, Facts, MaximumOf, Question, Unanswered
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.asking import answer_by_table, charge, leads_an_index, missing_from
from dbwright.engines.base import Budget
from dbwright.engines.sqlite.clock import ran_out
from dbwright.engines.sqlite.plans import Plan
from dbwright.engines.sqlite.questions import plan
from dbwright.engines.sqlite.related import OWN_QUERIES, answered
from dbwright.engines.sqlite.runner import OutOfTime, Runner
from dbwright.engines.sqlite.samples import Source, sample, whole
from dbwright.engines.sqlite.seen_shapes import register_shapes

_COLUMNS_IN_ONE_QUERY = 400


def answer(
    connection: sqlite3.Connection, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
) -> dict[Question, Answer]:
    """The answers; what fails or takes too long is Unanswered with its reason."""
    register_shapes(connection)
    runner = Runner(connection, catalog, facts, budget)

    def ask(table: Table, asked: list[Question]) -> dict[Question, Answer]:
        return _TableProbe(runner, table).answers(asked)

    answers = answer_by_table(runner.lookup.table, questions, facts, budget, ask)
    charge(runner, answers.values())
    return answers


class _TableProbe:
    def __init__(self, runner: Runner, table: Table) -> None:
        self.runner = runner
        self.table = table
        self.rows = runner.facts.rows(table.ref)

    def answers(self, questions: Sequence[Question]) -> dict[Question, Answer]:
        found: dict[Question, Answer] = {}
        plans: list[Plan] = []
        own = [question for question in questions if isinstance(question, OWN_QUERIES)]
        for question in questions:
            if isinstance(question, OWN_QUERIES):
                continue
            planned = plan(question, self.table, self.runner.lookup)
            if isinstance(planned, Plan):
                plans.append(planned)
            else:
                found[question] = planned
        source = self._source()
        if source.sampled:
            whole_ones = [each for each in plans if each.whole]
            found.update(self._by_index(whole_ones))
            found.update(self._together([each for each in whole_ones if each.question not in found], whole(self.table)))
            plans = [each for each in plans if not each.whole]
        for chunk in _chunks(plans):
            found.update(self._together(chunk, source))
        for question in own:
            missing = missing_from(question, self.table, self.runner.lookup)
            found[question] = (
                Unanswered(rows=0, reason=missing) if missing else answered(question, self.table, self.runner)
            )
        return found

    def _source(self) -> Source:
        try:
            return sample(self.runner, self.table) if self.runner.is_large(self.table) else whole(self.table)
        except OutOfTime:
            return whole(self.table)  # there is no time for any question

    def _by_index(self, plans: Sequence[Plan]) -> dict[Question, Answer]:
        """The largest values that an index gives at once, where they are numbers."""
        found: dict[Question, Answer] = {}
        for each in plans:
            if isinstance(each.question, MaximumOf) and leads_an_index(self.table, (each.question.column,)):
                try:
                    largest = self.runner.query(each.sql)[0][0]
                except sqlite3.Error:
                    continue  # asked again with the others, and answered with the reason
                if isinstance(largest, int | float):
                    found[each.question] = each.build(self.rows or 0, False, [largest])
        return found

    def _together(self, plans: Sequence[Plan], source: Source) -> dict[Question, Answer]:
        """One SELECT for all; where it fails, from a sample if it was too slow, and each question by itself if need be."""
        if not plans:
            return {}
        try:
            return self._ask(plans, source)
        except sqlite3.Error as error:
            if (
                ran_out(error)
                and not source.sampled
                and self.runner.left > 0
                and (self.rows or 0) > self.runner.budget.sample_rows
            ):
                return self._together(plans, sample(self.runner, self.table))
            if len(plans) == 1:
                return {plans[0].question: self.runner.unanswered(error, plans[0].sql)}
            found: dict[Question, Answer] = {}
            for each in plans:
                found.update(self._together([each], source))
            return found

    def _ask(self, plans: Sequence[Plan], source: Source) -> dict[Question, Answer]:
        columns = ["count(*)", *(column for each in plans for column in each.columns)]
        row = self.runner.query(f"SELECT {', '.join(columns)} FROM {source.sql}")[0]
        self.runner.rows += int(row[0])
        found: dict[Question, Answer] = {}
        place = 1
        for each in plans:
            values = row[place : place + len(each.columns)]
            place += len(each.columns)
            found[each.question] = self._finished(each, each.build(int(row[0]), source.sampled, values), source)
        return found

    def _finished(self, each: Plan, first: Answer, source: Source) -> Answer:
        follow_up = each.follow_up(first)
        if follow_up is None:
            return first
        try:
            return each.finish(first, self.runner.query(follow_up.replace("{source}", source.sql)))
        except sqlite3.Error as error:
            return self.runner.unanswered(error, each.sql)


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
