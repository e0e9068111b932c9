"""By property: after any statements what is kept equals a recount, on every engine."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine_of
from dbwright.readers.sql.split import Dialect, split
from tests.engines.test_denormalize import KEPT, ROLLUPS, SHOP, shop
from tests.support.kept import attempt, keep, run, wrong

IDS = st.integers(1, 6)
MAYBE = st.one_of(IDS.map(str), st.just("NULL"))
AMOUNTS = st.sampled_from(("NULL", "0", "1.25", "-3.5", "1000"))
WHOLE = st.sampled_from(("NULL", "0", "1", "-2", "7"))
NAMES = st.sampled_from(("'a'", "'b'", "'it''s'", "''"))
MOMENTS = st.sampled_from(("'2024-01-01 00:00:00'", "'2024-01-01 23:59:59'", "'2024-02-29 12:00:00'"))
WHERE = st.one_of(
    st.just("1 = 1"),
    st.builds("id = {}".format, IDS),
    st.builds("id > {}".format, IDS),
    st.builds("id IN ({}, {})".format, IDS, IDS),
)
LINES = st.one_of(
    st.just("1 = 1"),
    st.builds("order_id = {}".format, IDS),
    st.builds("product_id IN ({}, {})".format, IDS, IDS),
    st.builds("line = {}".format, IDS),
    st.builds("order_id = {} AND line = {}".format, IDS, IDS),
)
ITEM = st.builds("({}, {}, {}, {}, {}, {})".format, IDS, IDS, IDS, AMOUNTS, WHOLE, WHOLE)
ORDER = st.builds("({}, {}, {}, {})".format, IDS, MAYBE, MOMENTS, st.integers(0, 1))
INTO_ITEMS = "INSERT INTO items (order_id, line, product_id, amount, pieces, weight) VALUES "
INTO_ORDERS = "INSERT INTO orders (id, customer_id, placed, paid) VALUES "

_SETS = st.one_of(
    st.builds("amount = {}".format, AMOUNTS),
    st.builds("amount = amount + 1, pieces = {}".format, WHOLE),
    st.builds("weight = {}".format, AMOUNTS),
    st.builds("product_id = {}".format, IDS),
    st.builds("order_id = {}, amount = {}".format, IDS, AMOUNTS),
    st.builds("line = line + {}".format, IDS),
    st.builds("product_name = {}".format, NAMES),
    st.builds("order_id = {}, product_id = {}, pieces = 3".format, IDS, IDS),
)
_STATEMENTS = st.one_of(
    st.lists(ITEM, min_size=1, max_size=4).map(lambda rows: INTO_ITEMS + ", ".join(rows)),
    st.lists(ORDER, min_size=1, max_size=3).map(lambda rows: INTO_ORDERS + ", ".join(rows)),
    st.builds("INSERT INTO customers (id, name, region_id) VALUES ({}, {}, {})".format, IDS, NAMES, st.integers(1, 2)),
    st.builds(
        "INSERT INTO products (id, name, category, items_count) VALUES ({}, {}, {}, {})".format, IDS, NAMES, NAMES, IDS
    ),
    st.builds("UPDATE items SET {} WHERE {}".format, _SETS, LINES),
    st.builds("UPDATE orders SET customer_id = {}, paid = 1 - paid WHERE {}".format, MAYBE, WHERE),
    st.builds("UPDATE orders SET placed = {} WHERE {}".format, MOMENTS, WHERE),
    st.builds("UPDATE orders SET id = {} WHERE id = {}".format, IDS, IDS),
    st.builds("UPDATE customers SET name = {}, region_id = {} WHERE {}".format, NAMES, st.integers(1, 2), WHERE),
    st.builds("UPDATE customers SET id = {}, name = {} WHERE id = {}".format, IDS, NAMES, IDS),
    st.builds("UPDATE products SET id = {}, category = {} WHERE id = {}".format, IDS, NAMES, IDS),
    st.builds("UPDATE products SET name = {}, category = {} WHERE {}".format, NAMES, NAMES, WHERE),
    st.builds("UPDATE regions SET name = {} WHERE {}".format, NAMES, WHERE),
    st.builds("DELETE FROM {} WHERE {}".format, st.sampled_from(("orders", "customers", "products", "regions")), WHERE),
    st.builds("DELETE FROM items WHERE {}".format, LINES),
)
_OWN: dict[str, st.SearchStrategy[str]] = {
    "postgres": st.one_of(
        st.just("TRUNCATE items"),
        st.just("TRUNCATE orders CASCADE"),
        ITEM.map(lambda row: f"{INTO_ITEMS}{row} ON CONFLICT (order_id, line) DO UPDATE SET amount = 5, product_id = excluded.product_id"),
        ITEM.map(lambda row: f"{INTO_ITEMS}{row} ON CONFLICT DO NOTHING"),
        st.just("WITH gone AS (DELETE FROM items WHERE line = 1 RETURNING *) INSERT INTO items (order_id, line, product_id, amount)"
                " SELECT order_id, 8, 5 - product_id, amount FROM gone"),
        st.just("MERGE INTO items AS i USING orders AS o ON i.order_id = o.id WHEN MATCHED AND o.paid = 1 THEN DELETE"
                " WHEN MATCHED THEN UPDATE SET amount = 4, product_id = 2"
                " WHEN NOT MATCHED THEN INSERT (order_id, line, product_id) VALUES (o.id, 1, 3)"),
    ),
    "mysql": st.one_of(
        ITEM.map(lambda row: f"REPLACE{INTO_ITEMS.removeprefix('INSERT')}{row}"),
        ITEM.map(lambda row: f"{INTO_ITEMS.replace('INSERT', 'INSERT IGNORE')}{row}"),
        ITEM.map(lambda row: f"{INTO_ITEMS}{row} ON DUPLICATE KEY UPDATE amount = 5, product_id = 2"),
        ORDER.map(lambda row: f"{INTO_ORDERS}{row} ON DUPLICATE KEY UPDATE paid = 1 - paid, customer_id = 1"),
    ),
    "sqlite": st.one_of(
        ITEM.map(lambda row: f"{INTO_ITEMS}{row} ON CONFLICT (order_id, line) DO UPDATE SET amount = 5, product_id = excluded.product_id"),
        ITEM.map(lambda row: f"{INTO_ITEMS.replace('INSERT', 'INSERT OR IGNORE')}{row}"),
        ITEM.map(lambda row: f"{INTO_ITEMS.replace('INSERT', 'INSERT OR REPLACE')}{row}"),
        st.builds("UPDATE OR IGNORE items SET line = {}, amount = 3 WHERE line = {}".format, IDS, IDS),
        st.builds("UPDATE OR IGNORE products SET id = {}, category = 'x'".format, IDS),
    ),
}  # fmt: skip


def _begin_anew(session: Session, dialect: Dialect) -> None:
    run(session, *(f"DELETE FROM {table}" for table in ("items", "orders", "customers", "products", "regions")))
    for statement in split(SHOP, dialect):
        if statement.text.startswith("INSERT"):
            text = statement.text.replace("INTO orders VALUES", "INTO orders (id, customer_id, placed, paid) VALUES")
            text = text.replace(
                "INTO items VALUES", "INTO items (order_id, line, product_id, amount, pieces, weight) VALUES"
            )
            text = text.replace("INTO customers VALUES", "INTO customers (id, name, region_id) VALUES")
            run(session, text.replace("INTO products VALUES", "INTO products (id, name, category) VALUES"))


def test_any_statements(scratch: Scratch) -> None:
    name = engine_of(scratch.url).name
    dialect: Dialect = "mysql" if name == "mysql" else "sqlite" if name == "sqlite" else "postgres"
    with scratch.open() as session:
        shop(session, dialect)
        if dialect == "sqlite":
            session.query("PRAGMA recursive_triggers = ON")
        kept = keep(session, dialect, *KEPT, *ROLLUPS)

        @given(st.lists(st.one_of(_STATEMENTS, _STATEMENTS, _OWN[dialect]), min_size=1, max_size=12))
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def holds(texts: Sequence[str]) -> None:
            _begin_anew(session, dialect)
            run(session, *(fill.sql for each in kept for fill in each.repairs))  # what an example before may have left
            assert wrong(session, kept) == {}
            for text in texts:
                ran = attempt(session, text)
                assert (ran, text, wrong(session, kept)) == (ran, text, {})

        holds()
