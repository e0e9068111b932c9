"""Answers to questions about the rows: read-only, few scans for many questions, bounded in time, sampled where large."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.facts import (
    Answer,
    Counted,
    CountMatching,
    CountNotTrue,
    CountOrphans,
    Facts,
    MaximumOf,
    Question,
    Shapes,
    TopValues,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.catalog.secret_shapes import SECRET_SHAPES
from dbwright.engines.asking import EXAMPLES, answer_by_table, charge, columns_of, missing_from, shortened
from dbwright.engines.base import Budget
from dbwright.engines.mysql.probe_orphans import orphans
from dbwright.engines.mysql.probe_parts import Part, may_be_shown, part_of, shown, whole
from dbwright.engines.mysql.related import OWN_QUERIES, answered
from dbwright.engines.mysql.runner import OutOfTime, Runner, too_slow
from dbwright.engines.mysql.samples import Samples
from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.mysql.shapes import has_shape, is_filled, text_of
from dbwright.engines.mysql.words import tick
from dbwright.errors import ExecutionFault

_AT_ONCE = 40
"""Questions to a scan, so that no statement grows beyond what a server takes."""
_EXAMPLES_OF_A_SHAPE = 3
_NO_PERMISSION = "1142"


def answer(
    session: MySQLSession, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
) -> dict[Question, Answer]:
    """Ask all questions. Only a lost connection is raised; whatever else fails makes its own question Unanswered."""
    runner = Runner(session, catalog, facts, budget)

    def ask(table: Table | View, asked: list[Question]) -> dict[Question, Answer]:
        return _TableProbe(runner, table).answers(asked)

    def find(path: tuple[str, ...]) -> Table | View | None:
        return runner.lookup.table(path) or runner.lookup.view(path)

    with runner.prepared():
        answers = answer_by_table(find, questions, facts, budget, ask)
    charge(runner, answers.values())
    return answers


class _TableProbe:
    """Asks all questions of one table or view."""

    def __init__(self, runner: Runner, table: Table | View) -> None:
        self.runner = runner
        self.table = table
        self.samples = Samples(runner, table)
        self.columns = {column.name: column for column in table.columns}
        self.key = table.primary_key.columns if isinstance(table, Table) and table.primary_key else ()
        self.large = runner.is_large(table)

    def answers(self, questions: list[Question]) -> dict[Question, Answer]:
        """The answers to all questions on this table."""
        found: dict[Question, Answer] = {}
        together: list[tuple[Question, Part]] = []
        kinds: dict[str, str] = {name: column.type.kind for name, column in self.columns.items()}
        alone: list[Question] = []
        for question in questions:
            missing = missing_from(question, self.table, self.runner.lookup)
            part = None if missing else part_of(question, kinds)
            if missing:
                found[question] = Unanswered(rows=0, reason=missing)
            elif part and not (self.large and isinstance(question, MaximumOf)):
                together.append((question, part))
            else:
                alone.append(question)
        for start in range(0, len(together), _AT_ONCE):
            found |= self._scan(together[start : start + _AT_ONCE])
        return found | {question: self._alone(question) for question in alone}

    # -------------------------------------------------------- many questions, one scan

    def _scan(self, asked: list[tuple[Question, Part]], *, sample: bool = False) -> dict[Question, Answer]:
        sampled = sample or self.large
        aggregates = [aggregate for _, part in asked for aggregate in part.aggregates]
        source = self._source([question for question, _ in asked], sampled=sampled)
        try:
            cells = self.runner.query(f"SELECT COUNT(*), {', '.join(aggregates)} FROM {source}")[0]
        except (OutOfTime, ExecutionFault) as error:
            if too_slow(error) and not sampled:
                return self._scan(asked, sample=True)
            denied = isinstance(error, ExecutionFault) and error.code == _NO_PERMISSION
            if len(asked) == 1 or denied or isinstance(error, OutOfTime):
                return {question: self.runner.unanswered(error, self.table) for question, _ in asked}
            middle = len(asked) // 2
            return self._scan(asked[:middle], sample=sample) | self._scan(asked[middle:], sample=sample)
        rows, place = whole(cells[0]), 1
        self.runner.rows += rows
        found: dict[Question, Answer] = {}
        for question, part in asked:
            own = cells[place : place + len(part.aggregates)]
            place += len(part.aggregates)
            found[question] = self._finished(question, part, part.answer(rows, own), sampled)
        return found

    def _finished(self, question: Question, part: Part, found: Answer, sampled: bool) -> Answer:
        """The answer with its own query, and with examples where there is something to show."""
        own = self._source([question], sampled=sampled)
        found = msgspec.structs.replace(found, sampled=sampled, sql=part.query(self._source([question], sampled=False)))
        if isinstance(found, Counted) and part.condition and found.matching:
            columns = tuple(column for column in dict.fromkeys((*self.key, *part.shown)) if may_be_shown((column,)))
            needed = tuple(self.columns) if isinstance(question, CountMatching) else (*self.key, *columns_of(question))
            wide = self.samples.source(tuple(dict.fromkeys(needed)), sampled=sampled)
            rows = self._examples(f"SELECT {_names(columns)} FROM {wide} WHERE {part.condition} LIMIT {EXAMPLES}")
            return msgspec.structs.replace(found, examples=rows, example_columns=columns) if rows and columns else found
        secret = isinstance(found, Shapes) and bool(found.counts.keys() & set(SECRET_SHAPES))
        if isinstance(found, Shapes) and found.counts and not secret and may_be_shown(part.shown):
            return msgspec.structs.replace(found, examples=self._shape_examples(part.shown[0], found, own))
        return found

    def _examples(self, sql: str) -> tuple[tuple[str | None, ...], ...]:
        return tuple(tuple(shortened(shown(cell), 200) for cell in row) for row in self.runner.examples(sql))

    def _shape_examples(self, column: str, found: Shapes, source: str) -> dict[str, tuple[str, ...]]:
        queries = [
            f"(SELECT DISTINCT '{shape}', LEFT({text_of(column)}, 200) FROM {source}"
            f" WHERE {is_filled(column)} AND {has_shape(column, shape)} LIMIT {_EXAMPLES_OF_A_SHAPE})"
            for shape in found.counts
        ]
        examples: dict[str, tuple[str, ...]] = {}
        for shape, value in self._examples(" UNION ALL ".join(queries)):
            if shape and value:
                examples[shape] = (*examples.get(shape, ()), value)
        return examples

    # -------------------------------------------------------- one question, one query

    def _alone(self, question: Question) -> Answer:
        if isinstance(question, OWN_QUERIES):
            if isinstance(self.table, View):
                return Unanswered(rows=0, reason=f"{self.table.name} is a view.")
            return answered(question, self.table, self.runner, self.samples)
        for sampled in (True,) if self.large else (False, True):
            try:
                if isinstance(question, TopValues):
                    return self._top_values(question, sampled)
                if isinstance(question, MaximumOf):
                    return self._maximum(question)
                if isinstance(question, CountOrphans):
                    return self._orphans(question, sampled)
            except (ExecutionFault, OutOfTime) as error:
                if not too_slow(error) or sampled:
                    return self.runner.unanswered(error, self.table)
        return Unanswered(rows=0, reason=f"MySQL has no {type(question).__name__} to ask for.")

    def _maximum(self, question: MaximumOf) -> Answer:
        """Of a large table: never from a sample, and without counting the rows, since an index may give it at once."""
        value = (
            f"{tick(question.column)} + 0"
            if self.columns[question.column].type.kind == "bit"
            else tick(question.column)
        )
        sql = f"SELECT MAX({value}) FROM {self._source([question], sampled=False)}"
        found = self.runner.query(sql)[0][0]
        return Value(rows=self.runner.facts.rows(self.table.ref) or 0, sql=sql, value=shown(found))

    def _top_values(self, question: TopValues, sampled: bool) -> Answer:
        name = tick(question.column)
        value = f"{name} + 0" if self.columns[question.column].type.kind == "bit" else name

        def frequent(source: str) -> str:
            return (
                f"SELECT {value}, COUNT(*) FROM {source} WHERE {name} IS NOT NULL"
                f" GROUP BY {value} ORDER BY COUNT(*) DESC, {value} LIMIT {question.limit}"
            )

        def counting(source: str) -> str:
            return f"SELECT COUNT(*), COUNT({name}), COUNT(DISTINCT {name}) FROM {source}"

        source, everything = (self._source([question], sampled=wanted) for wanted in (sampled, False))
        rows, filled, distinct = (whole(cell) for cell in self.runner.query(counting(source))[0])
        self.runner.rows += rows
        showable = may_be_shown((question.column,))
        top = self.runner.query(frequent(source)) if showable else []
        return Values(
            rows=rows,
            sampled=sampled,
            sql=frequent(everything) if showable else counting(everything),
            values=tuple((shown(cell) or "", whole(count)) for cell, count in top),
            distinct=distinct,
            filled=filled,
        )

    def _orphans(self, question: CountOrphans, sampled: bool) -> Answer:
        parent = self.runner.lookup.table(question.parent.path)
        assert parent is not None
        query = orphans(question, self._source([question], sampled=sampled), self.columns, parent)
        rows, considered, matching = (whole(cell) for cell in self.runner.query(query.count)[0])
        self.runner.rows += rows
        sql = orphans(question, self._source([question], sampled=False), self.columns, parent).examples
        found = Counted(rows=rows, sampled=sampled, sql=sql, matching=matching, considered=considered)
        if not matching or not may_be_shown(question.columns):
            return found
        examples = self._examples(f"{query.examples} LIMIT {EXAMPLES}")
        return msgspec.structs.replace(found, examples=examples, example_columns=question.columns if examples else ())

    def _source(self, questions: list[Question], *, sampled: bool) -> str:
        """The rows with the columns that the questions need."""
        needed = {name for question in questions for name in columns_of(question)}
        if any(isinstance(question, CountNotTrue | CountMatching) for question in questions):
            needed = set(self.columns)
        return self.samples.source([name for name in self.columns if name in needed], sampled=sampled)


def _names(columns: Sequence[str]) -> str:
    return ", ".join(tick(column) for column in columns) or "1"
