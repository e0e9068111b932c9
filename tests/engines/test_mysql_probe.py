"""Questions about rows, answered by MySQL or MariaDB with exact numbers."""

import time

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
    TableStats,
    TextShapes,
    TopValues,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.names import Ref
from dbwright.engines.base import Budget, Scratch
from dbwright.engines.mysql.engine import ENGINE
from tests.support.mysql import run

PEOPLE = Ref("table", ("", "people"))
ORDERS = Ref("table", ("", "orders"))
EMPTY = Ref("table", ("", "unfilled"))

SCHEMA = [
    "SET SESSION sql_mode = ''",
    "CREATE TABLE people (id int PRIMARY KEY, first varchar(20), last varchar(20), full_name varchar(50), born date, died date)",
    (
        "CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, person_id int, person_text varchar(20), status varchar(10),"
        " quantity int unsigned, price decimal(8,2), tax int unsigned, total decimal(10,2), bits bit(3), raw varbinary(8), at datetime,"
        " span time, password varchar(40), hidden int INVISIBLE DEFAULT 4, doc json, shape text)"
    ),
    "CREATE TABLE unfilled (id int, word varchar(5), bits bit(1))",
    (
        "INSERT INTO people VALUES (1, 'A', 'B', 'A B', '2000-01-01', NULL), (2, 'C', 'D', 'C  D', '2000-01-02', '2000-01-01'),"
        " (3, NULL, 'F', 'F', '2001-01-01', '2002-01-01')"
    ),
    (
        "INSERT INTO orders (person_id, person_text, status, quantity, price, tax, total, bits, raw, at, span, password, shape) VALUES"
        " (1, '1', 'new', 2, 5, 1, 11, b'101', 0xff00, '0000-00-00 00:00:00', '-25:00:00', 'hunter2', '12'),"
        " (1, '1', 'new', 2, 5, 1, 12, b'001', 'ab', '2020-01-02 03:04:05', '01:02:03', 'hunter3', '2020-01-31'),"
        " (9, '9x', 'done', 1, 5, 3, 4, NULL, NULL, NULL, NULL, NULL, '{\"a\": [1]}'),"
        " (NULL, NULL, 'NEW', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ''),"
        " (2, '2', NULL, 1, 2, 0, 2, NULL, NULL, NULL, NULL, NULL, NULL)"
    ),
]


def ask(
    scratch: Scratch, *questions: Question, budget: Budget | None = None, facts: Facts | None = None
) -> list[Answer]:
    """The answers in the order of the questions; each answer's own query must run."""
    with ENGINE.connect(scratch.url) as session:
        catalog = session.inspect().catalog
        found = session.answer(catalog, facts or Facts(), questions, budget or Budget())
        for answer in found.values():
            if answer.sql:
                session.query(answer.sql)
    assert set(found) == set(questions)
    return [found[question] for question in questions]


@pytest.fixture
def shop(mysql_scratch: Scratch) -> Scratch:
    run(mysql_scratch, SCHEMA)
    return mysql_scratch


def test_counts(shop: Scratch) -> None:
    nulls, one, two, largest, bits = ask(
        shop,
        CountNulls(ORDERS, "status"),
        CountDistinct(ORDERS, ("person_id",)),
        CountDistinct(ORDERS, ("person_id", "quantity")),
        MaximumOf(ORDERS, "total"),
        MaximumOf(ORDERS, "bits"),
    )
    assert isinstance(nulls, Counted)
    assert (nulls.rows, nulls.matching, nulls.considered, nulls.sampled) == (5, 1, 5, False)
    assert nulls.sql == "SELECT COUNT(*) FROM `orders` WHERE `status` IS NULL"
    assert isinstance(one, Distinct)
    assert (one.distinct, one.complete) == (3, 4)
    assert isinstance(two, Distinct)
    assert (two.distinct, two.complete) == (3, 4)
    assert isinstance(largest, Value)
    assert largest.value == "12.00"
    assert isinstance(bits, Value)
    assert bits.value == "5"


def test_values_of_every_kind_are_text(shop: Scratch) -> None:
    columns = ("status", "bits", "raw", "at", "span")
    answers = ask(shop, *(TopValues(ORDERS, column) for column in columns))
    values = {
        column: answer.values for column, answer in zip(columns, answers, strict=True) if isinstance(answer, Values)
    }
    assert values["status"][0][0].lower() == "new"
    assert [count for _, count in values["status"]] == [3, 1]
    assert set(values["bits"]) == {("5", 1), ("1", 1)}
    assert set(values["raw"]) == {("0xff00", 1), ("ab", 1)}
    assert set(values["at"]) == {("0000-00-00 00:00:00", 1), ("2020-01-02 03:04:05", 1)}
    assert set(values["span"]) == {("-25:00:00", 1), ("01:02:03", 1)}


def test_orphans(shop: Scratch) -> None:
    by_number, by_text, pair = ask(
        shop,
        CountOrphans(ORDERS, ("person_id",), PEOPLE, ("id",)),
        CountOrphans(ORDERS, ("person_text",), PEOPLE, ("id",)),
        CountOrphans(ORDERS, ("person_id", "quantity"), PEOPLE, ("id", "id")),
    )
    assert isinstance(by_number, Counted)
    assert (by_number.rows, by_number.considered, by_number.matching) == (5, 4, 1)
    assert by_number.examples == (("9",),)
    assert isinstance(by_text, Counted)
    assert (by_text.considered, by_text.matching, by_text.examples) == (4, 1, (("9x",),))
    assert isinstance(pair, Counted)
    assert (pair.considered, pair.matching) == (4, 4)


def test_rules_between_columns(shop: Scratch) -> None:
    order, product, difference, text, check = ask(
        shop,
        CountOutOfOrder(PEOPLE, "born", "died"),
        CountUnequal(ORDERS, "total", ((1, ("quantity", "price")), (1, ("tax",)))),
        CountUnequal(ORDERS, "total", ((1, ("quantity",)), (-1, ("tax",)))),
        CountUnequalText(PEOPLE, "full_name", ("first", "last")),
        CountNotTrue(ORDERS, "quantity > 1 AND hidden > 3"),
    )
    assert isinstance(order, Counted)
    assert (order.considered, order.matching) == (2, 1)
    assert order.example_columns == ("id", "born", "died")
    assert order.examples == (("2", "2000-01-02", "2000-01-01"),)
    assert isinstance(product, Counted)
    assert (product.considered, product.matching) == (4, 2)
    assert isinstance(difference, Counted)
    assert difference.matching == 4
    assert isinstance(text, Counted)
    assert (text.considered, text.matching) == (2, 1)
    assert isinstance(check, CheckOutcome)
    assert (check.unknown, check.false) == (1, 2)


def test_shapes(mysql_scratch: Scratch) -> None:
    samples = {
        "integer": ["0", "-12", "+7", "12345678901234567890"],
        "decimal": ["1.5", "-0.25", ".5", "1.2e5"],
        "boolean": ["true", "NO", "y"],
        "date": ["2024-02-28", "28.02.2024", "2/28/2024"],
        "timestamp": ["2024-02-28 10:11:12", "2024-02-28T10:11:12.123Z", "2024-02-28 10:11+02:00"],
        "uuid": ["123e4567-e89b-12d3-a456-426614174000"],
        "json": ['{"a": 1}', "[1, 2]"],
        "ip": ["10.0.0.255", "2001:db8::1", "10.0.0.0/8", "::1"],
        "list": ["a,b", "red; green; blue", "x|y|z"],
        "email": ["someone@example.org"],
        "hash": ["$2b$12$abcdefghijklmnopqrstuv", "d41d8cd98f00b204e9800998ecf8427e"],
        "": [
            "007",
            "hello, world. And more!",
            "10.0.0.999",
            "2024-13-01",
            "1.2.3",
            "{not json}",
            "x" * 5000,
            "ü" * 300,
            "a\nb",
        ],
    }
    run(
        mysql_scratch,
        ["CREATE TABLE unfilled (id int AUTO_INCREMENT PRIMARY KEY, word text, code text CHARACTER SET latin1)"],
    )
    for shape, values in samples.items():
        for value in values:
            escaped = value.replace("\\", "\\\\").replace("'", "''")
            run(
                mysql_scratch,
                ["DELETE FROM unfilled", f"INSERT INTO unfilled (word) VALUES ('{escaped}'), (''), (NULL)"],
            )
            (found,) = ask(mysql_scratch, TextShapes(EMPTY, "word"))
            assert isinstance(found, Shapes)
            assert (found.rows, found.filled, found.distinct, found.longest) == (3, 1, 1, len(value))
            assert found.counts.get(shape, 0) == (1 if shape else 0), (shape, value, found.counts)
            expected = {shape, "list"} if shape == "json" else {shape} if shape else {"list"}
            assert set(found.counts) <= expected, (shape, value, found.counts)
            if shape:
                assert found.examples[shape] == (value[:200],)


def test_secrets_are_never_shown(shop: Scratch) -> None:
    shapes, top, orphans = ask(
        shop,
        TextShapes(ORDERS, "password"),
        TopValues(ORDERS, "password"),
        CountOrphans(ORDERS, ("password",), PEOPLE, ("first",)),
    )
    assert isinstance(shapes, Shapes)
    assert (shapes.filled, shapes.examples) == (2, {})
    assert isinstance(top, Values)
    assert (top.distinct, top.values) == (2, ())
    assert isinstance(orphans, Counted)
    assert (orphans.matching, orphans.examples) == (2, ())
    assert "hunter" not in repr([shapes, top, orphans])


def test_empty_tables(shop: Scratch) -> None:
    answers = ask(
        shop,
        CountNulls(EMPTY, "id"),
        CountDistinct(EMPTY, ("id", "word")),
        MaximumOf(EMPTY, "id"),
        TopValues(EMPTY, "bits"),
        TextShapes(EMPTY, "word"),
        CountOrphans(EMPTY, ("id",), PEOPLE, ("id",)),
    )
    assert [answer.rows for answer in answers] == [0] * 6
    assert isinstance(answers[2], Value)
    assert answers[2].value is None


def test_what_cannot_be_answered_says_why_and_leaves_the_rest(shop: Scratch) -> None:
    column, table, expression, parent, good = ask(
        shop,
        CountNulls(ORDERS, "nothing"),
        CountNulls(Ref("table", ("", "nowhere")), "id"),
        CountNotTrue(ORDERS, "no_such_column > 1"),
        CountOrphans(ORDERS, ("person_id",), Ref("table", ("", "nowhere")), ("id",)),
        CountNulls(ORDERS, "status"),
    )
    assert isinstance(column, Unanswered)
    assert column.reason == "There is no column nothing in orders."
    assert isinstance(table, Unanswered)
    assert table.reason == "There is no table nowhere."
    assert isinstance(expression, Unanswered)
    assert "no_such_column" in expression.reason
    assert isinstance(parent, Unanswered)
    assert parent.reason == "There is no table nowhere."
    assert isinstance(good, Counted)


def test_large_tables_are_sampled(shop: Scratch) -> None:
    facts = Facts(has_rows=True, tables={ORDERS: TableStats(rows=5)})
    nulls, orphans, top, shapes, check = ask(
        shop,
        CountNulls(ORDERS, "status"),
        CountOrphans(ORDERS, ("person_id",), PEOPLE, ("id",)),
        TopValues(ORDERS, "status"),
        TextShapes(ORDERS, "shape"),
        CountNotTrue(ORDERS, "hidden > 3"),
        budget=Budget(sample_above=4, sample_rows=2),
        facts=facts,
    )
    for answer in (nulls, orphans, top, shapes, check):
        assert (answer.rows, answer.sampled) == (2, True)
    assert isinstance(check, CheckOutcome)
    assert (check.unknown, check.false) == (0, 0)


def test_time_is_limited(shop: Scratch) -> None:
    slow = CountNotTrue(ORDERS, "BENCHMARK(100000000, SHA2(hidden, 512)) >= 0")
    started = time.monotonic()
    (late,) = ask(shop, slow, budget=Budget(seconds_each=0.3, seconds=5))
    assert isinstance(late, Unanswered)
    assert late.reason == "It took more than 0.3 seconds."
    (never,) = ask(shop, slow, budget=Budget(seconds=0))
    assert isinstance(never, Unanswered)
    assert never.reason == "The 0 seconds for all questions were over."
    assert time.monotonic() - started < 10


def test_odd_names(mysql_scratch: Scratch) -> None:
    run(
        mysql_scratch,
        [
            "CREATE TABLE `se``l.ect` (`gr oup` int, `qu'ote` varchar(9))",
            "INSERT INTO `se``l.ect` VALUES (1, 'x'), (2, '7')",
        ],
    )
    table = Ref("table", ("", "se`l.ect"))
    facts = Facts(has_rows=True, tables={table: TableStats(rows=2)})
    for budget in (Budget(), Budget(sample_above=1, sample_rows=1)):
        answers = ask(
            mysql_scratch,
            CountNulls(table, "gr oup"),
            TextShapes(table, "qu'ote"),
            TopValues(table, "gr oup"),
            CountOrphans(table, ("gr oup",), table, ("gr oup",)),
            budget=budget,
            facts=facts,
        )
        assert not any(isinstance(answer, Unanswered) for answer in answers)
