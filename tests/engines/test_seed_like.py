"""Distributions learned from a database in use, on every engine: what is taken over, and what never is."""

import msgspec
import numpy as np
import polars as pl
import pytest

from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine
from dbwright.seed.base import ColumnHint, Settings, TableHint
from dbwright.seed.draw import Draw
from dbwright.seed.like import learn
from dbwright.seed.values import values_for

ROWS = 4_000
TABLES = (
    "CREATE TABLE customers (id integer PRIMARY KEY, name varchar(80) NOT NULL, active boolean NOT NULL)",
    (
        "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers (id), status varchar(20) NOT NULL,"
        " amount numeric(10,2), placed_on date NOT NULL, note varchar(200), FOREIGN KEY (customer_id) REFERENCES customers (id))"
    ),
)


def _fill(session: Session) -> None:
    for statement in TABLES:
        session.change(statement)
    numbers = np.arange(ROWS)
    draw = Draw(3, "like")
    catalog = session.inspect().catalog
    by_name = {table.name: table for table in catalog.tables}
    customers = pl.DataFrame(
        {
            "id": np.arange(500),
            "name": [f"Secret Person {number}" for number in range(500)],
            "active": [number % 10 != 0 for number in range(500)],
        }
    )
    amounts = np.round(np.exp(4 + draw.of("amount").normals(numbers)), 2)
    orders = pl.DataFrame(
        {
            "id": numbers,
            "customer_id": (draw.of("parent").fractions(numbers) ** 3 * 400).astype(np.int64),
            "status": ["paid" if number % 5 else "open" for number in range(ROWS - 1)] + ["unique-status"],
            "amount": [None if number % 4 == 0 else float(amounts[number]) for number in range(ROWS)],
            "placed_on": pl.Series((19_000 + numbers % 365).astype(np.int32)).cast(pl.Date),
            "note": [f"private note {number}" for number in range(ROWS)],
        }
    )
    session.write_frames([(by_name["customers"], customers)])
    session.write_frames([(by_name["orders"], orders)])
    if engine(session.url.scheme).name == "postgres":
        session.change("ANALYZE")


def test_shares_bounds_and_relations_are_learned_and_no_text(scratch: Scratch) -> None:
    with scratch.open() as session:
        _fill(session)
        catalog = session.inspect().catalog
        settings, sentences = learn(session, catalog, Settings())
    hints = {name.rpartition(".")[2]: hint for name, hint in settings.tables.items()}
    orders = hints["orders"]
    assert orders.rows == ROWS
    assert hints["customers"].rows == 500
    amount = orders.columns["amount"]
    assert amount.nulls == pytest.approx(0.25, abs=0.02)
    assert amount.quantiles is not None
    assert float(amount.quantiles[len(amount.quantiles) // 2]) == pytest.approx(np.exp(4), rel=0.2)
    placed = orders.columns["placed_on"]
    assert placed.quantiles is not None
    assert str(placed.quantiles[0]).startswith("2022-01")
    relation = orders.relations["customer_id"]
    assert relation.childless == pytest.approx(0.2, abs=0.06)
    assert relation.per_parent == pytest.approx(10, rel=0.1)
    assert relation.skew == "log-normal"
    active = hints["customers"].columns["active"].values
    assert isinstance(active, dict)
    assert active["true"] == pytest.approx(0.9, abs=0.02)
    told = msgspec.json.encode(settings).decode()
    assert not any(text in told for text in ("Secret", "private", "paid", "unique-status"))
    assert any("orders" in sentence and "1 relation" in sentence for sentence in sentences)


def test_values_of_few_texts_are_taken_over_where_that_is_asked_for(scratch: Scratch) -> None:
    with scratch.open() as session:
        _fill(session)
        catalog = session.inspect().catalog
        settings, _ = learn(session, catalog, Settings(), categories=True)
    orders = next(hint for name, hint in settings.tables.items() if name.endswith("orders"))
    values = orders.columns["status"].values
    assert isinstance(values, dict)
    assert set(values) == {"paid", "open"}
    told = msgspec.json.encode(settings).decode()
    assert not any(text in told for text in ("Secret", "private", "unique-status"))


def test_what_the_settings_say_stays(scratch: Scratch) -> None:
    said = Settings(tables={"orders": TableHint(rows=7, columns={"amount": ColumnHint(constant=3)})})
    with scratch.open() as session:
        _fill(session)
        settings, _ = learn(session, session.inspect().catalog, said)
    orders = settings.tables["orders"]
    assert orders.rows == 7
    assert orders.columns["amount"].constant == 3
    assert orders.columns["placed_on"].quantiles is not None


def test_rows_made_by_what_was_learned_look_like_the_rows_seen(scratch: Scratch) -> None:
    with scratch.open() as session:
        _fill(session)
        catalog = session.inspect().catalog
        settings, _ = learn(session, catalog, Settings())
    table = next(table for table in catalog.tables if table.name == "orders")
    rows = np.arange(5_000)
    made = {}
    for values in values_for(table, catalog, settings, {}):
        if not values.needs:
            made[values.columns[0]] = values.draw(rows, Draw(1, values.columns[0]), pl.DataFrame()).to_series()
    amounts = made["amount"].drop_nulls().cast(pl.Float64)
    assert made["amount"].null_count() / 5_000 == pytest.approx(0.25, abs=0.03)
    assert amounts.median() == pytest.approx(np.exp(4), rel=0.2)
    assert amounts.quantile(0.9) == pytest.approx(np.exp(4 + 1.2816), rel=0.25)
    placed = made["placed_on"]
    assert str(placed.min()) >= "2022-01-01"
    assert str(placed.max()) <= "2023-01-08"


def test_few_rows_tell_nothing_of_their_values(scratch: Scratch) -> None:
    with scratch.open() as session:
        session.change("CREATE TABLE salaries (id integer PRIMARY KEY, amount integer)")
        table = session.inspect().catalog.tables[0]
        session.write_frames([(table, pl.DataFrame({"id": [1, 2, 3], "amount": [123_457, 234_567, 345_679]}))])
        if engine(session.url.scheme).name == "postgres":
            session.change("ANALYZE")
        settings, _ = learn(session, session.inspect().catalog, Settings())
    told = msgspec.json.encode(settings).decode()
    assert not any(text in told for text in ("123457", "234567", "345679", "123_457"))
    hints = next(iter(settings.tables.values()))
    assert hints.columns["amount"].quantiles is None
