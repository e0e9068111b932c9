"""Order between columns: comparisons within a row, columns that sort each other, and chance."""

import datetime

import numpy as np
import polars as pl
import pytest

from dbwright.catalog.dependencies import Derived, Ordered
from dbwright.mining.encode import encode
from dbwright.mining.held import Held
from dbwright.mining.ordered import ordered
from dbwright.mining.typed import typed

_DAY = datetime.timedelta(days=1)
_START = datetime.date(2024, 1, 1)


def _search(frame: pl.DataFrame, max_error: float = 0.01) -> list[Held]:
    return list(ordered(typed(frame), encode(frame), max_error=max_error).found)


def _found(frame: pl.DataFrame, max_error: float = 0.01) -> list[Ordered]:
    return [each.dependency for each in _search(frame, max_error) if isinstance(each.dependency, Ordered)]


def _rentals(rows: int = 300) -> pl.DataFrame:
    random = np.random.default_rng(0)
    out = [_START + int(day) * _DAY for day in random.integers(0, 300, rows)]
    back = [day + int(length) * _DAY for day, length in zip(out, random.integers(0, 10, rows), strict=True)]
    return pl.DataFrame({"rented_on": out, "returned_on": back})


def test_a_beginning_is_not_after_its_end() -> None:
    assert _found(_rentals()) == [Ordered("rented_on", "returned_on", compared=True)]


def test_nulls_say_nothing() -> None:
    frame = _rentals().with_columns(returned_on=pl.when(pl.int_range(300) % 3 == 0).then(None).otherwise("returned_on"))
    (held,) = _search(frame)
    assert (held.dependency, held.rows) == (Ordered("rented_on", "returned_on", compared=True), 200)


def test_the_rows_against_it() -> None:
    frame = _rentals().with_columns(
        returned_on=pl.when(pl.int_range(300) == 42).then(pl.lit(datetime.date(1999, 1, 1))).otherwise("returned_on")
    )
    (held,) = _search(frame)
    assert held.against.tolist() == [42]
    assert not _search(frame, max_error=0.0)


def test_dates_that_are_text() -> None:
    assert _found(_rentals().cast(pl.String)) == [Ordered("rented_on", "returned_on", compared=True)]


def test_ranges_that_never_meet_say_nothing() -> None:
    random = np.random.default_rng(1)
    assert not _found(pl.DataFrame({"stars": random.integers(1, 6, 500), "price": random.integers(10, 500, 500)}))


def test_what_follows_is_left_out() -> None:
    random = np.random.default_rng(2)
    days = np.cumsum(random.integers(0, 40, (400, 3)), axis=1) + random.integers(0, 200, 400)[:, None]
    frame = pl.DataFrame(
        {n: [_START + int(d) * _DAY for d in days[:, p]] for p, n in enumerate(("ordered", "sent", "received"))}
    )
    assert set(_found(frame)) == {Ordered("ordered", "sent", compared=True), Ordered("sent", "received", compared=True)}


@pytest.mark.parametrize("descending", [False, True])
def test_one_column_sorts_another(descending: bool) -> None:
    random = np.random.default_rng(3)
    income = random.integers(0, 100_000, 400)
    tax = income // 20_000 * (-1 if descending else 1)
    (found,) = _found(pl.DataFrame({"tax_class": tax, "income": income}))
    assert found == Ordered("income", "tax_class", descending=descending, strict=True)


def test_one_exception_and_it_does_not() -> None:
    random = np.random.default_rng(3)
    income = random.integers(0, 100_000, 4000)
    tax = income // 10_000
    tax[np.argsort(income)[2000]] = 0
    assert not [each for each in _found(pl.DataFrame({"tax_class": tax, "income": income})) if not each.compared]


def test_equal_left_values_may_have_several_right_ones() -> None:
    years = np.repeat(np.arange(1990, 2020), 12)
    price = np.arange(360) * 3 + 100
    found = _found(pl.DataFrame({"price": price, "year": years}))
    assert found == [Ordered("price", "year", strict=True)]


def test_enums_and_keys_that_run_in_parallel_say_nothing() -> None:
    assert not _found(pl.DataFrame({"level": [1, 2, 3] * 100, "grade": [10, 20, 30] * 100}))
    assert not _found(pl.DataFrame({"customer_id": range(100), "address_id": range(5, 105)}))


def test_a_key_that_sorts_a_time_is_told() -> None:
    times = [
        datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC) + n * n * datetime.timedelta(minutes=1) for n in range(100)
    ]
    assert _found(pl.DataFrame({"id": range(100), "created_at": times})) == [Ordered("id", "created_at", strict=True)]


def test_formulas_say_it_already() -> None:
    random = np.random.default_rng(4)
    net = random.integers(1, 1000, 300)
    frame = pl.DataFrame({"net": net, "gross": net * 2})
    formula = Derived("gross", '"net" * 2', frozenset({"net"}), "scale")
    assert _found(frame)
    assert not ordered(frame, encode(frame), derived=[formula]).found


def test_no_rows() -> None:
    assert not _found(pl.DataFrame({"a": [], "b": []}, schema={"a": pl.Int64, "b": pl.Date}))
    assert not _found(pl.DataFrame({"a": [1, None], "b": [None, 2]}))


def test_lines_sort_dates_because_orders_do() -> None:
    order = np.repeat(np.arange(60), 3)
    frame = pl.DataFrame(
        {"line_id": range(180), "order_id": order, "ordered_on": [_START + int(n) * _DAY for n in order * 2]}
    )
    assert _found(frame) == [Ordered("order_id", "ordered_on", strict=True)]
