"""Answers questions about the rows: all questions of one table share one scan where they can."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from dbwright.catalog.facts import Answer, Facts, Question, Unanswered
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.shapes import shapes_of
from dbwright.engines.asking import answer_by_table
from dbwright.engines.base import Budget
from dbwright.engines.sqlite.clock import limited, ran_out
from dbwright.engines.sqlite.questions import Plan, Seen, plan
from dbwright.engines.sqlite.words import folded, quote

_COLUMNS_IN_ONE_QUERY = 400
_BLOCKS = 500
"""A sample is read in so many blocks of neighbouring rows, spread evenly over the rowids."""

_LONGEST_TEXT = 10_000
_EXAMPLES = 3
_cached_shapes = lru_cache(maxsize=50_000)(shapes_of)


def answer(
    connection: sqlite3.Connection, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
) -> dict[Question, Answer]:
    """The answers; what fails or takes too long is Unanswered with its reason."""
    _register_shapes(connection)
    lookup = Lookup(catalog)
    end = time.monotonic() + budget.seconds

    def ask(table: Table, asked: list[Question]) -> dict[Question, Answer]:
        return _TableProbe(connection, table, lookup, facts, budget, end).answers(asked)

    return answer_by_table(lookup, questions, ask)


class _Source(NamedTuple):
    """The rows to look at: what stands after FROM, under the table's own name."""

    sql: str
    sampled: bool


class _TableProbe:
    def __init__(
        self, connection: sqlite3.Connection, table: Table, lookup: Lookup, facts: Facts, budget: Budget, end: float
    ) -> None:
        self.connection = connection
        self.table = table
        self.lookup = lookup
        self.rows = facts.rows(table.ref)
        self.budget = budget
        self.end = end

    def answers(self, questions: Sequence[Question]) -> dict[Question, Answer]:
        found: dict[Question, Answer] = {}
        plans: list[Plan] = []
        for question in questions:
            planned = plan(question, self.table, self.lookup)
            if isinstance(planned, Plan):
                plans.append(planned)
            else:
                found[question] = planned
        whole = _Source(quote(self.table.name), False)
        source = self._sample() if self.rows is not None and self.rows > self.budget.sample_above else whole
        if source.sampled:
            found.update(self._together([each for each in plans if each.whole], whole))
            plans = [each for each in plans if not each.whole]
        for chunk in _chunks(plans):
            found.update(self._together(chunk, source))
        return found

    def _together(self, plans: Sequence[Plan], source: _Source) -> dict[Question, Answer]:
        """One SELECT for all; where it fails, from a sample if it was too slow, and each question by itself if need be."""
        if not plans:
            return {}
        try:
            return self._ask(plans, source)
        except sqlite3.Error as error:
            if (
                ran_out(error)
                and not source.sampled
                and self._left() > 0
                and (self.rows or 0) > self.budget.sample_rows
            ):
                return self._together(plans, self._sample())
            if len(plans) == 1:
                return {plans[0].question: self._unanswered(plans[0], error)}
            found: dict[Question, Answer] = {}
            for each in plans:
                found.update(self._together([each], source))
            return found

    def _ask(self, plans: Sequence[Plan], source: _Source) -> dict[Question, Answer]:
        columns = ["count(*)", *(column for each in plans for column in each.columns)]
        row = self._query(f"SELECT {', '.join(columns)} FROM {source.sql}")[0]
        found: dict[Question, Answer] = {}
        place = 1
        for each in plans:
            values = row[place : place + len(each.columns)]
            place += len(each.columns)
            found[each.question] = self._finished(each, each.build(int(row[0]), source.sampled, values), source)
        return found

    def _finished(self, each: Plan, first: Answer, source: _Source) -> Answer:
        follow_up = each.follow_up(first)
        if follow_up is None:
            return first
        try:
            return each.finish(first, self._query(follow_up.replace("{source}", source.sql)))
        except sqlite3.Error as error:
            return self._unanswered(each, error)

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        seconds = min(self.budget.seconds_each, self._left())
        if seconds <= 0:
            raise _OutOfTime
        with limited(self.connection, seconds):
            return self.connection.execute(sql).fetchall()

    def _left(self) -> float:
        return self.end - time.monotonic()

    def _unanswered(self, each: Plan, error: sqlite3.Error) -> Unanswered:
        if isinstance(error, _OutOfTime):
            reason = f"The {self.budget.seconds:g} seconds for all questions were over."
        elif ran_out(error):
            reason = f"It took more than {self.budget.seconds_each:g} seconds."
        else:
            reason = f"SQLite says: {error}."
        return Unanswered(rows=0, sql=each.sql, reason=reason)

    # ------------------------------------------------------------ samples

    def _sample(self) -> _Source:
        name = quote(self.table.name)
        wanted = self.budget.sample_rows
        rowid = self._rowid()
        ends = self._query(f"SELECT min({rowid}), max({rowid}) FROM {name}")[0] if rowid else (None, None)
        first, last = ends
        if not isinstance(first, int) or not isinstance(last, int) or not self.rows:
            return _Source(f"(SELECT * FROM {name} LIMIT {wanted}) AS {name}", True)
        span = last - first + 1
        stride = max(span // _BLOCKS, 1)
        width = min(max(span * wanted // self.rows // _BLOCKS, 1), stride)
        blocks = (
            f"WITH RECURSIVE dbwright_block(start) AS (SELECT {first} UNION ALL"
            f" SELECT start + {stride} FROM dbwright_block WHERE start <= {last} - {stride})"
            f" SELECT {name}.* FROM dbwright_block CROSS JOIN {name}"
            f" WHERE {name}.{rowid} >= start AND {name}.{rowid} - start < {width} LIMIT {wanted}"
        )
        return _Source(f"({blocks}) AS {name}", True)

    def _rowid(self) -> str | None:
        """The name by which the rowid can be reached, if the table has one that no column hides."""
        if self.table.without_rowid or self.table.kind != "ordinary":
            return None
        taken = {folded(column.name) for column in self.table.columns}
        return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


class _OutOfTime(sqlite3.OperationalError):
    """The time for all questions is over."""


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


# ---------------------------------------------------------------- shapes of texts


def _register_shapes(connection: sqlite3.Connection) -> None:
    """Give the connection the aggregate `dbwright_shapes`. Texts come as bytes, so that a broken encoding does no harm."""
    encoding = str(connection.execute("PRAGMA encoding").fetchone()[0])

    class ShapesOfTexts:
        """Counts shapes; its result is JSON."""

        def __init__(self) -> None:
            self.seen = Seen()

        def step(self, raw: bytes | None) -> None:
            if raw is None:
                return
            text = raw.decode(encoding, "replace")
            seen = self.seen
            seen.filled += 1
            seen.longest = max(seen.longest, len(text))
            for shape in _cached_shapes(text) if len(text) < _LONGEST_TEXT else shapes_of(text):
                seen.counts[shape] = seen.counts.get(shape, 0) + 1
                examples = seen.examples.setdefault(shape, [])
                if len(examples) < _EXAMPLES and text not in examples:
                    examples.append(text)

        def finalize(self) -> bytes:
            return msgspec.json.encode(self.seen)

    connection.create_aggregate("dbwright_shapes", 1, ShapesOfTexts)  # type: ignore[arg-type]
