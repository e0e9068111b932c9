"""Options, expressions and queries as a person writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.objects import Catalog, Column, ForeignKey, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.denormalize.asked import Asked, parse, read_path
from dbwright.denormalize.buckets import named_query
from dbwright.denormalize.expressions import read_expression
from dbwright.denormalize.names import free_names
from dbwright.denormalize.query import QueryReader, Refused
from dbwright.denormalize.types import sum_type
from dbwright.denormalize.words import mark, marks
from dbwright.errors import UsageError

WHOLE, TEXT = Type("integer", "integer", bits=32), Type("text", "text")
ITEMS = Table(
    namespace="", name="items",
    columns=(
        Column(name="id", type=WHOLE, nullable=False), Column(name="order_id", type=WHOLE, nullable=False),
        Column(name="amount", type=WHOLE),
    ),
    foreign_keys=(ForeignKey(columns=("order_id",), table=("", "orders"), referenced=("id",)),),
)  # fmt: skip
ORDERS = Table(
    namespace="", name="orders", primary_key=PrimaryKey(columns=("id",)),
    columns=(
        Column(name="id", type=WHOLE, nullable=False), Column(name="state", type=TEXT),
        Column(name="placed", type=Type("timestamp", "timestamp")),
    ),
)  # fmt: skip
CATALOG = Catalog(engine="sqlite", tables=(ITEMS, ORDERS))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("posts.n=comments", Asked(("posts", "n"), ("comments",), (), None)),
        (
            " a.posts.n = a.comments by post_id where x > 1 ",
            Asked(("a", "posts", "n"), ("a", "comments"), ("post_id",), "x > 1"),
        ),
        ('"my ""posts"."n.n"="by" by "where", b', Asked(('my "posts', "n.n"), ("by",), ("where", "b"), None)),
        ("`p`.`n`=c WHERE a = 'by'", Asked(("p", "n"), ("c",), (), "a = 'by'")),
    ],
)
def test_parts_of_an_option(text: str, asked: Asked) -> None:
    assert parse("counter", text) == asked


@pytest.mark.parametrize(
    "text", ["", "posts", "posts.n=", "=c", "posts.n=a.b.c.d", "posts.n=comments by", "posts.n=c where "]
)
def test_what_is_no_option(text: str) -> None:
    with pytest.raises(UsageError):
        parse("counter", text)


@given(st.text(min_size=1, max_size=30))
def test_marks_are_read_back(text: str) -> None:
    written = mark("counter", text)
    assert marks(f"BEGIN {written} UPDATE x; END") == [("counter", text)]
    assert written.count("*/") == 1
    assert "$" not in written


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=8))
def test_names_are_free_and_short(wanted: list[str]) -> None:
    free = free_names(CATALOG, 63, in_bytes=True)
    given_names = [free("", name) for name in [*wanted, *wanted, "items"]]
    assert len({name.casefold() for name in given_names}) == len(given_names)
    assert all(len(name.encode()) < 63 for name in given_names)
    assert given_names[-1] != "items"


@pytest.mark.parametrize(
    ("dialect", "text", "spelled"),
    [
        ("postgres", 'a = 1 AND "b c" IS NULL', 'NEW."a" = 1 AND NEW."b c" IS NULL'),
        ("postgres", "year > extract(year FROM at)", 'NEW."year" > extract(year FROM NEW."at")'),
        ("mysql", "`a``b` <> 'a' OR t.c", 'NEW."a`b" <> \'a\' OR NEW."c"'),
        ("sqlite", "coalesce(a, 0) % 2 = 0 AND b LIKE '%a%'", 'coalesce(NEW."a", 0) % 2 = 0 AND NEW."b" LIKE \'%a%\''),
    ],
)
def test_columns_are_named_anew_and_nothing_else(dialect: str, text: str, spelled: str) -> None:
    expression = read_expression(text, dialect, "it")
    assert expression.spelled(lambda use: f'NEW."{use.name}"') == spelled


@pytest.mark.parametrize(
    "text",
    [
        "now() > at",
        "random() < 1",
        "count(*)",
        "a; b",
        "a, b",
        "a -- b",
        "(SELECT 1)",
        "a IN (SELECT b FROM c)",
        "SELECT",
        "a FROM b",
    ],
)
def test_expressions_that_do_not_last(text: str) -> None:
    with pytest.raises(UsageError):
        read_expression(text, "postgres", "it")


def test_a_query_taken_apart() -> None:
    text = (
        "SELECT o.state AS s, i.amount / 2, count(*) AS n, sum(amount) AS total FROM items AS i"
        " JOIN orders o ON o.id = i.order_id WHERE amount > 1 GROUP BY s, 2"
    )
    with pytest.raises(UsageError, match="has no name"):
        QueryReader(text, CATALOG, "sqlite", "sqlite").read()
    query = QueryReader(text.replace("amount / 2", "amount / 2 AS half"), CATALOG, "sqlite", "sqlite").read()
    assert [source.table.name for source in query.sources] == ["items", "orders"]
    assert [(key.name, key.nullable) for key in query.keys] == [("s", True), ("half", True)]
    assert [(each.name, each.kind) for each in query.measures] == [("n", "rows"), ("total", "sum")]
    assert query.used(0) == {"amount", "order_id"}
    assert query.used(1) == {"state"}


def test_the_root_is_the_table_that_refers() -> None:
    query = QueryReader(
        "SELECT o.id, sum(amount) AS a FROM orders o JOIN items i ON (i.order_id = o.id) GROUP BY o.id",
        CATALOG,
        "sqlite",
        "sqlite",
    ).read()
    assert [source.table.name for source in query.sources] == ["items", "orders"]
    assert (query.rows.name, query.rows.kind) == ("items_count", "rows")
    assert not query.keys[0].nullable


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT state, count(*) AS n FROM orders GROUP BY state HAVING count(*) > 1", "HAVING"),
        ("SELECT DISTINCT state FROM orders GROUP BY state", "DISTINCT"),
        ("SELECT state, count(DISTINCT id) AS n FROM orders GROUP BY state", "different values"),
        ("SELECT state, max(id) AS n FROM orders GROUP BY state", "extreme"),
        ("SELECT state, count(*) + 1 AS n FROM orders GROUP BY state", "count"),
        ("SELECT state, id, count(*) AS n FROM orders GROUP BY state", "neither grouped by nor counted"),
        ("SELECT count(*) AS n FROM orders GROUP BY state", "does not show"),
        ("SELECT state, count(*) AS n FROM (SELECT * FROM orders) AS o GROUP BY state", "something else than a table"),
        ("SELECT a.state, count(*) AS n FROM orders a JOIN orders b ON a.id = b.id GROUP BY a.state", "twice"),
        ("SELECT state, count(*) AS n FROM orders, items GROUP BY state", "inner joins only"),
        ("SELECT state, count(*) AS n FROM orders JOIN items USING (id) GROUP BY state", "needs ON"),
        ("SELECT state, count(*) AS n FROM orders UNION SELECT 'a', 1", "single SELECT"),
        ("SELECT state, count(*) AS n FROM orders GROUP BY state LIMIT 3", "LIMIT"),
    ],
)
def test_queries_that_triggers_cannot_keep(text: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        QueryReader(text, CATALOG, "sqlite", "sqlite").read()


def test_the_short_form_of_a_rollup() -> None:
    path, query = named_query(
        '"daily ""sales" = orders by month(placed), state sum id where id > 2', CATALOG, "sqlite", lambda name: name
    )
    assert path == ('daily "sales',)
    assert query == (
        "SELECT strftime('%Y-%m-01', placed) AS month, state, count(*) AS orders_count, sum(id) AS id_sum FROM orders"
        " WHERE id > 2 GROUP BY 1, 2"
    )
    assert named_query("a.b=SELECT 1", CATALOG, "sqlite", str) == (("a", "b"), "SELECT 1")
    with pytest.raises(UsageError, match="which has no day"):
        named_query("d=orders by day(state)", CATALOG, "postgres", str)
    with pytest.raises(UsageError):
        read_path("a b")


@pytest.mark.parametrize(
    ("engine", "of", "kind", "precision"),
    [
        ("postgres", None, "integer", None),
        ("mysql", Type("integer", "bigint unsigned", bits=64, unsigned=True), "decimal", 42),
        ("mysql", Type("decimal", "decimal(60,2)", precision=60, scale=2), "decimal", 65),
        ("postgres", Type("decimal", "numeric(10,2)", precision=10, scale=2), "decimal", 32),
        ("sqlite", Type("decimal", "DECIMAL(10,2)", precision=10, scale=2), "decimal", None),
    ],
)
def test_sums_have_room(engine: str, of: Type | None, kind: str, precision: int | None) -> None:
    found = sum_type(of, engine)
    assert (found.kind, found.precision) == (kind, precision)
