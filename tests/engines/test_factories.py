"""Rows for tests, made from the catalog on every engine."""

from collections.abc import Iterator

import pytest

from dbwright.errors import ExecutionFault, UsageError
from dbwright.testing import Database, throwaway
from tests.support.scratches import ENGINES, opened_or_missing

_KEYS = {"postgres": "bigint GENERATED ALWAYS AS IDENTITY", "mysql": "bigint AUTO_INCREMENT", "sqlite": "INTEGER"}
_SCHEMA = """
CREATE TABLE countries (code char(2) NOT NULL, name varchar(60) NOT NULL, CONSTRAINT countries_pkey PRIMARY KEY (code));
CREATE TABLE users (
    id {key}, email varchar(120) NOT NULL, country_code char(2) NOT NULL, invited_by {number},
    starts_on date NOT NULL, ends_on date NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id), CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_country_fkey FOREIGN KEY (country_code) REFERENCES countries (code),
    CONSTRAINT users_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users (id),
    CONSTRAINT users_days_check CHECK (starts_on < ends_on)
);
CREATE TABLE orders (
    id {key}, user_id {number} NOT NULL, total integer NOT NULL, status varchar(10) NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT orders_status_check CHECK (status IN ('new', 'paid')), CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE TABLE order_items (
    order_id {number} NOT NULL, line integer NOT NULL, quantity integer NOT NULL,
    CONSTRAINT order_items_pkey PRIMARY KEY (order_id, line),
    CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT order_items_quantity_check CHECK (quantity > 0)
);
INSERT INTO countries VALUES ('XX', 'Nowhere');
"""


@pytest.fixture(params=ENGINES)
def kit(request: pytest.FixtureRequest) -> Iterator[Database]:
    with opened_or_missing(request.param, lambda: throwaway(request.param)) as database:
        number = "INTEGER" if request.param == "sqlite" else "bigint"
        database.execute(_SCHEMA.format(key=_KEYS[request.param], number=number))
        yield database


def test_a_row_comes_with_those_that_it_needs(kit: Database) -> None:
    item = kit.make("order_items", quantity=3)
    assert item["quantity"] == 3
    assert [kit.count(table) for table in ("order_items", "orders", "users")] == [1, 1, 1]
    order = kit.rows("orders")[0]
    assert order["id"] == item["order_id"]
    assert order["status"] in ("new", "paid")


def test_rows_that_were_there_are_referred_to(kit: Database) -> None:
    assert kit.make("users")["country_code"] == "XX"
    assert kit.count("countries") == 1


def test_many_rows_differ_where_they_must(kit: Database) -> None:
    made = kit.make_many("users", 30)
    assert len({row["email"] for row in made}) == 30
    assert len({row["id"] for row in made}) == 30
    assert kit.count("users") == 30


def test_parents_are_given_as_rows(kit: Database) -> None:
    user = kit.make("users")
    orders = [kit.make("orders", user=user), kit.make("orders", users=user), kit.make("orders", user_id=user["id"])]
    assert {order["user_id"] for order in orders} == {user["id"]}
    assert kit.count("users") == 1


def test_references_that_may_be_missing_are(kit: Database) -> None:
    assert kit.make("users")["invited_by"] is None


def test_what_the_test_gives_is_not_changed(kit: Database) -> None:
    with pytest.raises(ExecutionFault):
        kit.make("orders", total=-1)
    with pytest.raises(UsageError, match="orders has no column totl"):
        kit.make("orders", totl=1)
    with pytest.raises(UsageError, match=r"no table .*order"):
        kit.make("order")


def test_the_same_rows_every_time(kit: Database) -> None:
    made = kit.make_many("users", 3)
    with throwaway(kit.engine) as other:
        number = "INTEGER" if kit.engine == "sqlite" else "bigint"
        other.execute(_SCHEMA.format(key=_KEYS[kit.engine], number=number))
        assert other.make_many("users", 3) == made
