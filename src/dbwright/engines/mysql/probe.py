"""Answers to questions about the rows: read-only, few scans for many questions, bounded in time, sampled where large."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from dbwright.catalog.facts import (
    Answer,
    Counted,
    CountNotTrue,
    CountOrphans,
    Facts,
    Question,
    Shapes,
    TopValues,
    Unanswered,
    Values,
    key_of,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, View
from dbwright.engines.base import Budget
from dbwright.engines.mysql.probe_orphans import orphans
from dbwright.engines.mysql.probe_parts import Part, columns_of, may_be_shown, part_of, shown, whole
from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.mysql.shapes import has_shape, is_filled, text_of
from dbwright.engines.mysql.words import tick
from dbwright.errors import ExecutionFault

_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_UNSIGNED_SUBTRACTION"
_AT_ONCE = 40
"""Questions to a scan, so that no statement grows beyond what a server takes."""
_EXAMPLES = 3
_TIMED_OUT = frozenset(("1317", "1969", "3024"))
_DENIED = frozenset(("1142", "1143", "1044", "1370"))


def answer(
    session: MySQLSession, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
) -> dict[Question, Answer]:
    """Ask all questions. Only a lost connection is raised; whatever else fails makes its own question Unanswered."""
    before = session.query("SELECT @@SESSION.sql_mode")[0][0]
    session.query(f"SET SESSION sql_mode = '{_MODE}'")
    session.query(f"SET SESSION lock_wait_timeout = {max(1, round(budget.seconds_each))}")
    clock = _Clock(session, budget)
    answers: dict[Question, Answer] = {}
    try:
        lookup = Lookup(catalog)
        for _, group in groupby(sorted(set(questions), key=key_of), key=lambda question: question.table.path):
            answers |= _Table(clock, lookup, facts, budget).ask(list(group))
    finally:
        session.limit(None)
        session.query(f"SET SESSION sql_mode = '{before}'")
        session.query("SET SESSION lock_wait_timeout = DEFAULT")
    return answers


class _Clock:
    """Runs queries, each within its own time and all within theirs."""

    def __init__(self, session: MySQLSession, budget: Budget) -> None:
        self.session = session
        self._budget = budget
        self._end = time.monotonic() + budget.seconds

    @property
    def left(self) -> float:
        return self._end - time.monotonic()

    def run(self, sql: str) -> list[tuple[object, ...]]:
        if self.left <= 0:
            raise OutOfTime
        self.session.limit(max(0.01, min(self._budget.seconds_each, self.left)))
        return self.session.query(sql)


class OutOfTime(Exception):
    """The time for all questions is used up."""


@dataclass(frozen=True)
class _Source:
    """Where the rows come from: the whole table or a sample of it."""

    sql: str
    sampled: bool


class _Table:
    """Asks all questions of one table."""

    def __init__(self, clock: _Clock, lookup: Lookup, facts: Facts, budget: Budget) -> None:
        self._clock = clock
        self._lookup = lookup
        self._facts = facts
        self._budget = budget

    def ask(self, questions: list[Question]) -> dict[Question, Answer]:
        ref = questions[0].table
        held = self._lookup.table(ref.path) or self._lookup.view(ref.path)
        if held is None:
            return {each: _unanswered(f"there is no table {ref}") for each in questions}
        self._name = ".".join(tick(part) for part in ref.path[:2] if part)
        self._columns: dict[str, Column] = {column.name: column for column in held.columns}
        self._key = held.primary_key.columns if not isinstance(held, View) and held.primary_key else ()
        rows = self._facts.rows(ref)
        self._large = rows is not None and rows > self._budget.sample_above
        answers: dict[Question, Answer] = {}
        together: list[tuple[Question, Part]] = []
        for question in questions:
            missing = [name for name in columns_of(question) if name not in self._columns]
            if missing:
                answers[question] = _unanswered(f"there is no column {ref}.{missing[0]}")
                continue
            part = part_of(question, {name: column.type.kind for name, column in self._columns.items()})
            if part:
                together.append((question, part))
            else:
                answers[question] = self._alone(question)
        for start in range(0, len(together), _AT_ONCE):
            answers |= self._scan(together[start : start + _AT_ONCE])
        return answers

    # -------------------------------------------------------- many questions, one scan

    def _scan(self, asked: list[tuple[Question, Part]], *, sample: bool = False) -> dict[Question, Answer]:
        source = self._source([question for question, _ in asked], sample=sample or self._large)
        aggregates = [aggregate for _, part in asked for aggregate in part.aggregates]
        try:
            cells = self._clock.run(f"SELECT COUNT(*), {', '.join(aggregates)} FROM {source.sql}")[0]
        except OutOfTime:
            return {question: _out_of_time() for question, _ in asked}
        except ExecutionFault as fault:
            if fault.code in _TIMED_OUT and not source.sampled:
                return self._scan(asked, sample=True)
            if len(asked) == 1 or fault.code == "1142":
                return {question: _unanswered(_why(fault)) for question, _ in asked}
            middle = len(asked) // 2
            return self._scan(asked[:middle], sample=sample) | self._scan(asked[middle:], sample=sample)
        rows, place = whole(cells[0]), 1
        answers: dict[Question, Answer] = {}
        for question, part in asked:
            own = cells[place : place + len(part.aggregates)]
            place += len(part.aggregates)
            answers[question] = self._finished(question, part, part.answer(rows, own), source)
        return answers

    def _finished(self, question: Question, part: Part, found: Answer, source: _Source) -> Answer:
        """The answer with its own query, and with examples where there is something to show."""
        own = self._source([question], sample=source.sampled)
        found = msgspec.structs.replace(found, sampled=source.sampled, sql=part.query(own.sql))
        if not may_be_shown(part.shown):
            return found
        if isinstance(found, Counted) and part.condition and found.matching:
            key = tuple(column for column in self._key if column not in part.shown and may_be_shown((column,)))
            columns = key + part.shown
            wide = self._columns_source(columns, sample=source.sampled)
            rows = self._examples(f"SELECT {_names(columns)} FROM {wide} WHERE {part.condition} LIMIT {_EXAMPLES}")
            return msgspec.structs.replace(found, examples=rows, example_columns=columns) if rows else found
        if isinstance(found, Shapes) and found.counts:
            return msgspec.structs.replace(found, examples=self._shape_examples(part.shown[0], found, own))
        return found

    def _examples(self, sql: str) -> tuple[tuple[str | None, ...], ...]:
        try:
            return tuple(tuple(shown(cell) for cell in row) for row in self._clock.run(sql))
        except (ExecutionFault, OutOfTime):
            return ()

    def _shape_examples(self, column: str, found: Shapes, source: _Source) -> dict[str, tuple[str, ...]]:
        queries = [
            f"(SELECT DISTINCT '{shape}', LEFT({text_of(column)}, 200) FROM {source.sql}"
            f" WHERE {is_filled(column)} AND {has_shape(column, shape)} LIMIT {_EXAMPLES})"
            for shape in found.counts
        ]
        examples: dict[str, tuple[str, ...]] = {}
        for shape, value in self._examples(" UNION ALL ".join(queries)):
            if shape and value:
                examples[shape] = (*examples.get(shape, ()), value)
        return examples

    # -------------------------------------------------------- one question, one query

    def _alone(self, question: Question) -> Answer:
        for sample in (True,) if self._large else (False, True):
            try:
                if isinstance(question, TopValues):
                    return self._top_values(question, sample)
                if isinstance(question, CountOrphans):
                    return self._orphans(question, sample)
            except OutOfTime:
                return _out_of_time()
            except ExecutionFault as fault:
                if fault.code not in _TIMED_OUT or sample:
                    return _unanswered(_why(fault))
        return _unanswered(f"MySQL cannot answer {type(question).__name__}")

    def _top_values(self, question: TopValues, sample: bool) -> Answer:
        source = self._source([question], sample=sample)
        name = tick(question.column)
        value = f"{name} + 0" if self._columns[question.column].type.kind == "bit" else name
        sql = (
            f"SELECT {value}, COUNT(*) FROM {source.sql} WHERE {name} IS NOT NULL"
            f" GROUP BY {value} ORDER BY COUNT(*) DESC, {value} LIMIT {question.limit}"
        )
        counting = f"SELECT COUNT(*), COUNT({name}), COUNT(DISTINCT {name}) FROM {source.sql}"
        counts = self._clock.run(counting)[0]
        showable = may_be_shown((question.column,))
        top = self._clock.run(sql) if showable else []
        return Values(
            rows=whole(counts[0]),
            sampled=source.sampled,
            sql=sql if showable else counting,
            values=tuple((shown(cell) or "", whole(count)) for cell, count in top),
            distinct=whole(counts[2]),
            filled=whole(counts[1]),
        )

    def _orphans(self, question: CountOrphans, sample: bool) -> Answer:
        parent = self._lookup.table(question.parent.path)
        missing = [name for name in question.parent_columns if parent is None or parent.column(name) is None]
        if parent is None or missing:
            return _unanswered(f"there is no {question.parent}{f'.{missing[0]}' if parent else ''}")
        source = self._source([question], sample=sample)
        query = orphans(question, source.sql, self._columns, parent)
        rows, considered, matching = (whole(cell) for cell in self._clock.run(query.count)[0])
        found = Counted(rows=rows, sampled=source.sampled, sql=query.count, matching=matching, considered=considered)
        if not matching or not may_be_shown(question.columns):
            return found
        examples = self._examples(f"{query.examples} LIMIT {_EXAMPLES}")
        return msgspec.structs.replace(found, examples=examples, example_columns=question.columns if examples else ())

    # -------------------------------------------------------- where the rows come from

    def _source(self, questions: list[Question], *, sample: bool) -> _Source:
        needed = {name for question in questions for name in columns_of(question)}
        if any(isinstance(question, CountNotTrue) for question in questions):
            needed = set(self._columns)
        columns = tuple(name for name in self._columns if name in needed)
        return _Source(self._columns_source(columns, sample=sample), sample)

    def _columns_source(self, columns: tuple[str, ...], *, sample: bool) -> str:
        """The table, or its first rows under the table's own name, so that expressions read the same over both."""
        if not sample:
            return self._name
        bare = self._name.rpartition("`.`")[2]
        alias = bare if bare.startswith("`") else f"`{bare}"
        return f"(SELECT {_names(columns)} FROM {self._name} LIMIT {self._budget.sample_rows}) AS {alias}"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(tick(column) for column in columns) or "1"


def _unanswered(reason: str) -> Unanswered:
    return Unanswered(rows=0, reason=reason)


def _out_of_time() -> Unanswered:
    return _unanswered("the time for all questions was used up")


def _why(fault: ExecutionFault) -> str:
    if fault.code in _TIMED_OUT:
        return "it took longer than the time for one question"
    if fault.code in _DENIED:
        return "this account may not read the table"
    return fault.message.partition(": ")[2].rstrip(".") or fault.message
