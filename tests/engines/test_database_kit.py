"""Databases for tests: copies of a template, transactions rolled back, plans and schemas asserted, on every engine."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from dbwright.errors import Unavailable, UsageError
from dbwright.testing import Database, Template, throwaway
from tests.support.scratches import ENGINES, opened_or_missing

_SCHEMA = """
CREATE TABLE customers (
    id integer NOT NULL, name varchar(80) NOT NULL, email varchar(120) NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id), CONSTRAINT customers_email_key UNIQUE (email)
);
CREATE TABLE orders (
    id integer NOT NULL, customer_id integer NOT NULL, total integer, status varchar(10),
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
    CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
INSERT INTO customers VALUES (1, 'Ada', 'ada@example.com');
"""


@pytest.fixture(scope="module", params=ENGINES)
def template(request: pytest.FixtureRequest) -> Iterator[Template]:
    with ExitStack() as opened, opened_or_missing(request.param, lambda: throwaway(request.param)):
        yield Template(request.param, lambda database: database.execute(_SCHEMA), opened)


@pytest.fixture
def kit(template: Template) -> Iterator[Database]:
    with template.copy() as copied:
        yield copied


def test_each_copy_has_the_rows_and_is_its_own(template: Template) -> None:
    with template.copy() as first, template.copy() as second:
        first.insert("customers", id=2, name="Grace", email="grace@example.com")
        assert first.count("customers") == 2
        assert second.rows("customers") == [{"id": 1, "name": "Ada", "email": "ada@example.com"}]
        assert first.url != second.url


def test_a_copy_holds_everything(template: Template, kit: Database) -> None:
    kit.schema.has_view("totals").has_no_table("nothing")
    kit.schema.has_table("orders").has_foreign_key("customer_id", to="customers", on_delete="cascade").has_check(
        "total"
    )
    with template.copy() as other:
        kit.schema.equals(other.catalog())


def test_what_is_rolled_back_is_gone(kit: Database) -> None:
    with kit.rolled_back():
        kit.insert("customers", id=2, name="Grace", email="grace@example.com")
        assert kit.count("customers") == 2
    assert kit.count("customers") == 1


def test_rolled_back_after_a_failure(kit: Database) -> None:
    def fail() -> None:
        with kit.rolled_back():
            kit.insert("customers", id=2, name="Grace", email="grace@example.com")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert kit.count("customers") == 1


def test_foreign_keys_hold_while_rolled_back(kit: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), kit.rolled_back():
        kit.insert("orders", id=1, customer_id=99)


def test_sqlalchemy_sessions_are_rolled_back(kit: Database) -> None:
    with kit.sqlalchemy_session() as session:
        session.execute(text("INSERT INTO customers VALUES (2, 'Grace', 'grace@example.com')"))
        session.commit()
        assert session.execute(text("SELECT count(*) FROM customers")).scalar() == 2
    assert kit.count("customers") == 1


def test_plans(kit: Database) -> None:
    plan = kit.plan("SELECT id FROM orders WHERE customer_id = 7")
    plan.uses_index("orders_customer_id_idx").uses_an_index_on("orders").scans_nothing().sorts_nothing()
    scan = kit.plan("SELECT * FROM customers c ORDER BY name")
    with pytest.raises(AssertionError, match="customers"):
        scan.uses_an_index_on("customers")
    with pytest.raises(AssertionError, match=r"All of customers \(1 rows\) is read"):
        scan.scans_nothing()
    scan.scans_nothing(over=1)
    with pytest.raises(AssertionError, match="sorted"):
        scan.sorts_nothing()
    with pytest.raises(AssertionError, match="orders_customer_id_idx is not used"):
        scan.uses_index("orders_customer_id_idx")


def test_explaining_does_not_run_the_query(kit: Database) -> None:
    kit.plan("DELETE FROM customers WHERE id = 1")
    assert kit.count("customers") == 1


def test_schema_assertions_fail_with_what_there_is(kit: Database) -> None:
    held = kit.schema.has_table("orders")
    held.has_primary_key("id").has_index_on("customer_id").has_column("total", type="integer", nullable=True)
    kit.schema.has_table("customers").is_unique("email").has_no_column("age")
    for failing, sentence in (
        (lambda: kit.schema.has_table("order"), "There are: customers, orders"),
        (lambda: held.has_column("totl"), "orders has no column totl"),
        (lambda: held.has_column("total", nullable=False), "total may be NULL"),
        (lambda: held.has_column("total", type="text"), "not text"),
        (lambda: held.has_foreign_key("total", to="customers"), "does not refer to customers"),
        (lambda: held.has_foreign_key("customer_id", to="customers", on_delete="restrict"), "on_delete is cascade"),
        (lambda: held.has_index_on("total"), "no index begins with"),
        (lambda: held.is_unique("customer_id"), "nothing keeps"),
        (lambda: held.has_primary_key("customer_id"), "the primary key is"),
        (lambda: held.has_trigger("keep"), "no trigger keep"),
        (lambda: held.has_row_security(), "row-level security"),
        (lambda: kit.schema.has_view("none"), "There are: totals"),
    ):
        with pytest.raises(AssertionError, match=sentence.replace("(", r"\(")):
            failing()


def test_throwaway_databases_that_cannot_be_had() -> None:
    with pytest.raises(Unavailable, match="mongodb"), throwaway("mongodb"):
        pass
    with pytest.raises(UsageError), throwaway("oracle"):
        pass
