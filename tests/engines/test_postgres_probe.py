"""PostgreSQL: questions about the rows."""

from collections.abc import Sequence

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
    Shapes,
    TextShapes,
    TopValues,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.names import Ref
from dbwright.engines.base import Budget, Scratch, Statement

pytestmark = pytest.mark.postgres
_T = Ref("table", ("public", "od.d T"))
_PARENT = Ref("table", ("public", "parent"))
_SCHEMA = """
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE DOMAIN short AS text;
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent VALUES (1), (2);
CREATE TABLE "od.d T" (
    id integer PRIMARY KEY, "p q" integer, ref text, f double precision, a date, b date, price numeric, qty integer,
    total numeric, first text, last text, "full" text, m mood, d short, tags text[], j json, password text, "when" text
);
INSERT INTO "od.d T" VALUES
    (1, 1, '1', 'NaN', '2024-01-02', '2024-01-01', 1.50, 2, 3.00, 'A', 'B', 'A B', 'ok', '12', '{a}', '{}', 'x', '2024-02-29'),
    (2, 9, '7', 'Infinity', 'infinity', '2024-01-01', 1.50, 2, 3.01, 'A', 'B', 'A-B', 'bad', '{"a": 1}', '{}', '[]', 'y', '2023-02-29'),
    (3, NULL, NULL, 2.5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'red,green', NULL, NULL, NULL, '31/12/2024 10:00');
"""


@pytest.fixture
def scratch(postgres_scratch: Scratch) -> Scratch:
    with postgres_scratch.open() as session:
        session.query(_SCHEMA)
    return postgres_scratch


def _ask(
    scratch: Scratch, *questions: Question, budget: Budget | None = None, facts: Facts | None = None
) -> list[Answer]:
    with scratch.open() as session:
        catalog = session.inspect().catalog
        answers = session.answer(catalog, facts or session.measure(catalog), questions, budget or Budget())
        for answer in answers.values():
            if answer.sql and not isinstance(answer, Unanswered):
                session.query(answer.sql)
    return [answers[question] for question in questions]


def _only(answers: Sequence[Answer]) -> Answer:
    assert len(answers) == 1
    return answers[0]


def test_all_questions_at_once(scratch: Scratch) -> None:
    nulls, distinct, two, largest, mood, order, unequal, text, check = _ask(
        scratch,
        CountNulls(_T, "p q"),
        CountDistinct(_T, ("m",)),
        CountDistinct(_T, ("price", "j")),
        MaximumOf(_T, "f"),
        TopValues(_T, "m"),
        CountOutOfOrder(_T, "a", "b"),
        CountUnequal(_T, "total", ((1, ("price", "qty")),)),
        CountUnequalText(_T, "full", ("first", "last")),
        CountNotTrue(_T, "qty > 5 -- said so"),
    )
    assert isinstance(nulls, Counted)
    assert (nulls.rows, nulls.matching) == (3, 1)
    assert isinstance(distinct, Distinct)
    assert (distinct.distinct, distinct.complete) == (2, 2)
    assert isinstance(two, Distinct)
    assert (two.distinct, two.complete) == (2, 2)
    assert isinstance(largest, Value)
    assert largest.value == "2.5"
    assert isinstance(mood, Values)
    assert mood.values == (("bad", 1), ("ok", 1))
    assert isinstance(order, Counted)
    assert (order.considered, order.matching) == (2, 2)
    assert order.example_columns == ("id", "a", "b")
    assert isinstance(unequal, Counted)
    assert [row[0] for row in unequal.examples] == ["2"]
    assert isinstance(text, Counted)
    assert (text.considered, text.matching) == (2, 1)
    assert isinstance(check, CheckOutcome)
    assert (check.unknown, check.false) == (1, 2)


def test_orphans_are_counted_across_types(scratch: Scratch) -> None:
    same, other = _ask(
        scratch,
        CountOrphans(_T, ("p q",), _PARENT, ("id",)),
        CountOrphans(_T, ("ref",), _PARENT, ("id",)),
    )
    assert isinstance(same, Counted)
    assert (same.considered, same.matching, same.examples) == (2, 1, (("9",),))
    assert isinstance(other, Counted)
    assert (other.matching, other.examples) == (1, (("7",),))


def test_texts_have_shapes_and_secrets_are_not_shown(scratch: Scratch) -> None:
    mixed, dates, secret = _ask(scratch, TextShapes(_T, "d"), TextShapes(_T, "when"), TopValues(_T, "password"))
    assert isinstance(mixed, Shapes)
    assert mixed.counts == {"integer": 1, "json": 1, "list": 1}
    assert mixed.examples["json"] == ('{"a": 1}',)
    assert isinstance(dates, Shapes)
    assert dates.counts == {"date": 1, "timestamp": 1}
    assert isinstance(secret, Values)
    assert (secret.distinct, secret.values) == (2, ())


def test_odd_types_do_not_crash(scratch: Scratch) -> None:
    tags, json, broken, missing = _ask(
        scratch, TopValues(_T, "tags"), TopValues(_T, "j"), CountNotTrue(_T, "qty > 'x'"), CountNulls(_T, "nope")
    )
    assert isinstance(tags, Values)
    assert tags.distinct == 2
    assert isinstance(json, Values)
    assert json.distinct == 2
    assert isinstance(broken, Unanswered)
    assert isinstance(missing, Unanswered)
    assert "no column nope" in missing.reason


def test_an_empty_table_is_no_trouble(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query("CREATE TABLE parent (id integer, note text)")
    largest, shapes = _ask(postgres_scratch, MaximumOf(_PARENT, "id"), TextShapes(_PARENT, "note"))
    assert isinstance(largest, Value)
    assert largest.value is None
    assert isinstance(shapes, Shapes)
    assert (shapes.filled, shapes.longest) == (0, 0)


def test_large_tables_are_sampled_and_slow_questions_end(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query(
            "CREATE TABLE parent (id integer, x text); INSERT INTO parent SELECT i, i % 7 FROM generate_series(1, 50000) i"
        )
    nulls, largest = _ask(
        postgres_scratch,
        CountNulls(_PARENT, "x"),
        MaximumOf(_PARENT, "id"),
        budget=Budget(sample_above=1_000, sample_rows=500),
    )
    assert nulls.sampled
    assert 0 < nulls.rows <= 500
    assert isinstance(largest, Value)
    assert (largest.value, largest.sampled) == ("50000", False)
    slow = _only(_ask(postgres_scratch, CountNotTrue(_PARENT, "pg_sleep(1) IS NULL"), budget=Budget(seconds_each=0.2)))
    assert isinstance(slow, Unanswered)
    assert "0.2 seconds" in slow.reason
    late = _only(_ask(postgres_scratch, CountNulls(_PARENT, "x"), budget=Budget(seconds=0)))
    assert isinstance(late, Unanswered)


def test_counters_and_sequences_are_measured(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query(
            "CREATE SEQUENCE s AS bigint; CREATE TABLE parent (id smallserial PRIMARY KEY, n integer DEFAULT nextval('s'))"
        )
        session.query("INSERT INTO parent (n) SELECT nextval('s') FROM generate_series(1, 40)")
        catalog = session.inspect().catalog
        facts = session.measure(catalog)
    assert facts.tables[_PARENT].rows == 40
    assert facts.sequences[_PARENT.child("column", "id")].last == 40
    assert facts.sequences[_PARENT.child("column", "id")].maximum == 32767
    assert facts.sequences[_PARENT.child("column", "n")].maximum == 2**31 - 1
    assert facts.sequences[Ref("sequence", ("public", "s"))].maximum == 2**63 - 1
    use = facts.indexes[_PARENT.child("index", "parent_pkey")]
    assert use.days is not None
    assert use.days >= 0


def test_a_text_that_begins_with_v_is_no_number(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.execute([Statement(text="CREATE TABLE releases (tag text)"),
                         Statement(text="INSERT INTO releases SELECT 'v1.' || n FROM generate_series(1, 30) n")])  # fmt: skip
        catalog = session.inspect().catalog
        question = TextShapes(table=catalog.tables[0].ref, column="tag")
        answer = session.answer(catalog, session.measure(catalog), [question], Budget())[question]
    assert isinstance(answer, Shapes)
    assert answer.filled == 30
    assert not answer.counts.get("decimal")
