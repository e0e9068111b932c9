"""References between tables that nobody declared, and tables that cannot be read."""

import pytest

from dbwright.app.dependencies.across import discover_tables
from dbwright.app.dependencies.options import Options
from dbwright.catalog.dependencies import Included, Standing
from dbwright.engines.base import Scratch
from dbwright.engines.url import format_url
from dbwright.mining.allowance import Allowance
from dbwright.tables.open import open_tables

pytest.importorskip("polars")


def _shop(scratch: Scratch) -> None:
    with scratch.open() as session:
        session.change("CREATE TABLE customers (id integer PRIMARY KEY, name varchar(40))")
        session.change("CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, total integer)")
        session.write_rows("customers", ["id", "name"], [(100 + n, f"Name {n}") for n in range(40)])
        orders = [(n, 100 + n * 7 % 40, n * n % 97) for n in range(300)]
        session.write_rows("orders", ["id", "customer_id", "total"], orders)


def test_missing_foreign_keys_are_found(scratch: Scratch) -> None:
    _shop(scratch)
    with open_tables(format_url(scratch.url)) as tables:
        found = {each.table.name: each for each in discover_tables(tables)}
    references = [each for each in found["orders"].found if isinstance(each.dependency, Included)]
    assert [each.dependency.columns for each in references if isinstance(each.dependency, Included)] == [
        ("customer_id",)
    ]
    assert references[0].standing is Standing.PROVED
    assert not any(isinstance(each.dependency, Included) for each in found["customers"].found)


def test_large_tables_are_named_as_left_out(scratch: Scratch) -> None:
    _shop(scratch)
    with open_tables(format_url(scratch.url)) as tables:
        found = {each.table.name: each for each in discover_tables(tables, Options(whole=100))}
    assert any("orders were not looked for" in note for note in found["orders"].notes)
    assert not found["orders"].complete


def test_time_over_is_told_for_every_table(scratch: Scratch) -> None:
    _shop(scratch)
    with open_tables(format_url(scratch.url)) as tables:
        found = discover_tables(tables, allowance=Allowance(0.0))
    assert len(found) == 2
    assert all(not each.complete and each.notes for each in found)


def test_a_table_that_cannot_be_read_does_not_stop_the_others(postgres_scratch: Scratch) -> None:
    _shop(postgres_scratch)
    with postgres_scratch.open() as session:
        session.change("CREATE VIEW broken AS SELECT id, 1 / (total - total) AS nothing FROM orders")
    with open_tables(format_url(postgres_scratch.url), tables=["broken", "orders"]) as tables:
        broken, orders = discover_tables(tables)
    assert not broken.complete
    assert "division by zero" in broken.notes[0]
    assert orders.found
