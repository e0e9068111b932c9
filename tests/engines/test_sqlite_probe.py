"""SQLite: questions about the rows have exact answers, and what cannot be asked says why."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest

from dbwright.catalog.facts import (
    Answer,
    CheckOutcome,
    CountDistinct,
    Counted,
    CountNotTrue,
    CountNulls,
    CountOrphans,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
    Distinct,
    Facts,
    MaximumOf,
    Question,
    SequenceState,
    Shapes,
    TextShapes,
    TopValues,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.names import Ref
from dbwright.engines.base import Budget
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.engines.sqlite.session import SqliteSession

T = Ref("table", ("", "t"))
PARENT = Ref("table", ("", "parent"))


class Asked:
    """Asks a database that a script made."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.catalog = session.inspect().catalog
        self.facts: Facts = session.measure(self.catalog)

    def ask(self, question: Question, budget: Budget | None = None) -> Answer:
        answers: dict[Question, Answer] = self.session.answer(self.catalog, self.facts, [question], budget or Budget())
        return answers[question]


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> Iterator[Asked]:
    """The database of the test's script, opened for reading."""
    with ENGINE.scratch() as scratch:
        with closing(sqlite3.connect(scratch.url.database)) as connection:
            connection.executescript(request.param)
        with ENGINE.connect(scratch.url) as session:
            assert isinstance(session, SqliteSession)
            yield Asked(session)


def database(script: str) -> pytest.MarkDecorator:
    """Gives the test's `rows` this script."""
    return pytest.mark.parametrize("rows", [script], indirect=True, ids=["database"])


MIXED = """
CREATE TABLE t (id INTEGER PRIMARY KEY, n, a INT, b INT, first TEXT, last TEXT, name TEXT, password TEXT);
INSERT INTO t VALUES (1, 5, 1, 10, '2024-01-01', '2024-02-01', '2024-01-01 2024-02-01', 'x');
INSERT INTO t VALUES (2, 'text', 1, 20, '2024-03-01', '2024-02-01', 'wrong', 'y');
INSERT INTO t VALUES (3, x'ff00', 2, NULL, NULL, '2024-02-01', NULL, 'y');
INSERT INTO t VALUES (4, NULL, NULL, 10, 'zebra', 'apple', 'zebra apple', NULL);
INSERT INTO t VALUES (5, 9e999, 2, 10, '', '', ' ', '');
"""


@database(MIXED)
def test_exact_numbers(rows: Asked) -> None:
    nulls = rows.ask(CountNulls(T, "a"))
    assert isinstance(nulls, Counted)
    assert (nulls.rows, nulls.matching, nulls.considered, nulls.sampled) == (5, 1, 5, False)
    one = rows.ask(CountDistinct(T, ("a",)))
    assert isinstance(one, Distinct)
    assert (one.distinct, one.complete) == (2, 4)
    two = rows.ask(CountDistinct(T, ("a", "b")))
    assert isinstance(two, Distinct)
    assert (two.distinct, two.complete) == (3, 3)
    top = rows.ask(TopValues(T, "b"))
    assert isinstance(top, Values)
    assert (top.values, top.distinct, top.filled) == ((("10", 3), ("20", 1)), 2, 4)
    largest = rows.ask(MaximumOf(T, "b"))
    assert isinstance(largest, Value)
    assert largest.value == "20"


@database(MIXED)
def test_mixed_values_do_no_harm(rows: Asked) -> None:
    top = rows.ask(TopValues(T, "n"))
    assert isinstance(top, Values)
    assert {value for value, _ in top.values} == {"5", "text", "x'ff00'", "inf"}
    largest = rows.ask(MaximumOf(T, "n"))
    assert isinstance(largest, Value)
    assert largest.value == "inf"
    shapes = rows.ask(TextShapes(T, "n"))
    assert isinstance(shapes, Shapes)
    assert shapes.filled == 1


@database(MIXED)
def test_order_is_asked_of_comparable_values_only(rows: Asked) -> None:
    answer = rows.ask(CountOutOfOrder(T, "first", "last"))
    assert isinstance(answer, Counted)
    assert (answer.matching, answer.considered) == (1, 2)
    assert answer.example_columns == ("id", "first", "last")
    assert answer.examples == (("2", "2024-03-01", "2024-02-01"),)


@database(MIXED)
def test_joined_text(rows: Asked) -> None:
    answer = rows.ask(CountUnequalText(T, "name", ("first", "last")))
    assert isinstance(answer, Counted)
    assert (answer.matching, answer.considered) == (1, 4)


@database(MIXED)
def test_secrets_are_never_shown(rows: Asked) -> None:
    top = rows.ask(TopValues(T, "password"))
    assert isinstance(top, Values)
    assert (top.values, top.filled) == ((), 4)
    shapes = rows.ask(TextShapes(T, "password"))
    assert isinstance(shapes, Shapes)
    assert shapes.counts == {"boolean": 2}
    assert shapes.examples == {}
    orphans = rows.ask(CountOrphans(T, ("password",), T, ("name",)))
    assert isinstance(orphans, Counted)
    assert orphans.matching == 4
    assert orphans.examples == ()


@database(MIXED)
def test_an_expression(rows: Asked) -> None:
    answer = rows.ask(CountNotTrue(T, "a < b -- a comment"))
    assert isinstance(answer, CheckOutcome)
    assert (answer.unknown, answer.false) == (2, 0)


@database(MIXED)
def test_what_cannot_be_asked_spoils_nothing_else(rows: Asked) -> None:
    questions: list[Question] = [
        CountNotTrue(T, "nope > 1"),
        CountNotTrue(T, "a >"),
        CountNulls(T, "nope"),
        CountNulls(Ref("table", ("", "nope")), "a"),
        CountOrphans(T, ("a",), Ref("table", ("", "nope")), ("a",)),
        CountNulls(T, "a"),
    ]
    answers = rows.session.answer(rows.catalog, rows.facts, questions, Budget())
    assert [isinstance(answers[each], Unanswered) for each in questions] == [True] * 5 + [False]
    assert answers[questions[2]].reason == "There is no column nope in t."


@database("""
CREATE TABLE parent (id INTEGER PRIMARY KEY, x INT, y INT);
INSERT INTO parent VALUES (1, 1, 1), (2, 1, NULL), (3, 2, 2);
CREATE TABLE t (p INT, x INT, y INT);
INSERT INTO t VALUES (1, 1, 1), (9, 1, 2), (9, 2, 2), (NULL, 3, 3), (8, NULL, 1);
""")
def test_orphans(rows: Asked) -> None:
    one = rows.ask(CountOrphans(T, ("p",), PARENT, ("id",)))
    assert isinstance(one, Counted)
    assert (one.matching, one.considered) == (3, 4)
    assert set(one.examples) == {("9",), ("8",)}
    two = rows.ask(CountOrphans(T, ("x", "y"), PARENT, ("x", "y")))
    assert isinstance(two, Counted)
    assert (two.matching, two.considered) == (2, 4)


@database("""
CREATE TABLE t (quantity INT, price REAL, total REAL, tax REAL);
INSERT INTO t VALUES (3, 0.1, 0.3, 0), (2, 5, 10.01, NULL), (1, 1, NULL, 1), (2, 5, 10.004, NULL), (2, 5, 11, 1);
""")
def test_sums(rows: Asked) -> None:
    product = rows.ask(CountUnequal(T, "total", ((1, ("quantity", "price")),)))
    assert isinstance(product, Counted)
    assert (product.matching, product.considered) == (2, 4)
    both = rows.ask(CountUnequal(T, "total", ((1, ("quantity", "price")), (1, ("tax",)))))
    assert isinstance(both, Counted)
    assert both.matching == 1


@database(
    "CREATE TABLE t (a TEXT, b); INSERT INTO t VALUES (CAST(x'ff41c3' AS TEXT), 1), ('12', 2), ('{\"a\": 1}', 3);"
)
def test_a_broken_encoding_does_no_harm(rows: Asked) -> None:
    shapes = rows.ask(TextShapes(T, "a"))
    assert isinstance(shapes, Shapes)
    assert (shapes.filled, shapes.counts) == (3, {"integer": 1, "json": 1})
    top = rows.ask(TopValues(T, "a"))
    assert isinstance(top, Values)
    assert len(top.values) == 3


@database("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('17'), ('ü@x.de');")
def test_utf_16(rows: Asked) -> None:
    shapes = rows.ask(TextShapes(T, "a"))
    assert isinstance(shapes, Shapes)
    assert shapes.counts == {"integer": 1, "email": 1}


_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO t SELECT i, i % 7 FROM n;"
)


@database("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT);" + _NUMBERS.format(20_000))
def test_samples(rows: Asked) -> None:
    small = Budget(sample_above=1000, sample_rows=2000)
    answer = rows.ask(CountDistinct(T, ("a",)), small)
    assert isinstance(answer, Distinct)
    assert answer.sampled
    assert 500 <= answer.rows <= 2000
    assert answer.distinct == 7
    largest = rows.ask(MaximumOf(T, "id"), small)
    assert isinstance(largest, Value)
    assert (largest.value, largest.sampled) == ("20000", False)
    nulls = rows.ask(CountNulls(T, "a"), small)
    assert isinstance(nulls, Counted)
    assert (nulls.matching, nulls.sampled) == (0, True)


@pytest.mark.parametrize(
    "rows",
    [
        "CREATE TABLE t (id INT PRIMARY KEY, a INT) WITHOUT ROWID;" + _NUMBERS.format(5000),
        "CREATE TABLE t (rowid INT, a INT);" + _NUMBERS.format(5000),
        "CREATE TABLE t (rowid TEXT, _rowid_ INT);" + _NUMBERS.format(5000),
    ],
    indirect=True,
    ids=["without rowid", "a column named rowid", "two such columns"],
)
def test_samples_of_tables_without_a_plain_rowid(rows: Asked) -> None:
    name = rows.catalog.tables[0].columns[1].name
    answer = rows.ask(CountDistinct(T, (name,)), Budget(sample_above=1000, sample_rows=1000))
    assert isinstance(answer, Distinct)
    assert (answer.sampled, answer.distinct) == (True, 7)
    assert 300 <= answer.rows <= 1000


@database("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT);" + _NUMBERS.format(200_000))
def test_time_limits(rows: Asked) -> None:
    slow = CountNotTrue(T, "(SELECT count(*) FROM t AS other WHERE other.a = t.a) > 0")
    answer = rows.ask(slow, Budget(seconds_each=0.2, seconds=0.5))
    assert isinstance(answer, Unanswered)
    assert "seconds" in answer.reason
    nothing = rows.ask(CountNulls(T, "a"), Budget(seconds=0))
    assert isinstance(nothing, Unanswered)
    again = rows.ask(CountNulls(T, "a"))
    assert isinstance(again, Counted)


@database("""
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO t VALUES (1, 'a'), (100, 'b'); DELETE FROM t WHERE id = 100;
CREATE TABLE plain (id INTEGER PRIMARY KEY); INSERT INTO plain VALUES (9223372036854775807);
CREATE TABLE empty (id INTEGER PRIMARY KEY); CREATE TABLE keyless (a); CREATE INDEX ix ON t (a);
""")
def test_measures(rows: Asked) -> None:
    facts = rows.facts
    assert facts.has_rows
    assert {ref.name: (stats.rows, stats.exact) for ref, stats in facts.tables.items()} == {
        "t": (1, True),
        "plain": (1, True),
        "empty": (0, True),
        "keyless": (0, True),
    }
    largest = 2**63 - 1
    assert {str(ref): state for ref, state in facts.sequences.items()} == {
        "t.id": SequenceState(last=100, maximum=largest),
        "plain.id": SequenceState(last=largest, maximum=largest),
    }
    assert all(use.scans is None for use in facts.indexes.values())


def test_many_tables_are_counted_in_few_queries() -> None:
    with ENGINE.scratch() as scratch:
        with closing(sqlite3.connect(scratch.url.database)) as connection:
            connection.executescript("BEGIN;" + "".join(f"CREATE TABLE t{n} (a);" for n in range(1200)) + "COMMIT;")
        with ENGINE.connect(scratch.url) as session:
            facts = session.measure(session.inspect().catalog)
    assert len(facts.tables) == 1200


def test_answers_survive_json() -> None:
    answer = Counted(rows=1, matching=0, considered=1)
    assert msgspec.json.decode(msgspec.json.encode(answer), type=Counted) == answer
