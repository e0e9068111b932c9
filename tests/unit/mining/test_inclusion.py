"""Inclusion across tables, and which of it is a reference."""

import datetime

import polars as pl
import pytest

from dbwright.catalog.dependencies import Included
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.mining.allowance import Allowance
from dbwright.mining.inclusion import inclusions
from dbwright.mining.references import references

_ORDERS, _CUSTOMERS, _LINES = (Ref("table", ("", name)) for name in ("orders", "customers", "order_lines"))


def _included(frames: list[tuple[Ref, pl.DataFrame]], **options: float) -> set[tuple[Ref, Included]]:
    search = inclusions(frames, **options)  # type: ignore[arg-type]
    return {(each.table, each.held.dependency) for each in search.found if isinstance(each.held.dependency, Included)}


def _shop() -> dict[str, pl.DataFrame]:
    return {
        "customers": pl.DataFrame(
            {"customer_id": [n * 7 + 3 for n in range(60)], "name": [f"name {n % 50}" for n in range(60)]}
        ),
        "orders": pl.DataFrame(
            {
                "order_id": range(1000, 1200),
                "customer_id": [n * 13 % 60 * 7 + 3 for n in range(200)],
                "pieces": [n % 9 for n in range(200)],
            }
        ),
    }


def _table(name: str, frame: pl.DataFrame) -> Table:
    integer, text = Type(kind="integer", spelling="bigint"), Type(kind="text", spelling="text")
    columns = tuple(
        Column(name=each.name, type=integer if each.dtype.is_integer() else text, nullable=True)
        for each in frame.iter_columns()
    )
    return Table(namespace="", name=name, columns=columns)


def test_values_lie_in_a_key() -> None:
    shop = _shop()
    frames = [(_ORDERS, shop["orders"]), (_CUSTOMERS, shop["customers"])]
    assert _included(frames) == {(_ORDERS, Included(("customer_id",), _CUSTOMERS, ("customer_id",)))}


def test_orphans_with_their_rows() -> None:
    shop = _shop()
    orders = shop["orders"].with_columns(customer_id=pl.when(pl.int_range(200) == 5).then(4).otherwise("customer_id"))
    frames = [(_ORDERS, orders), (_CUSTOMERS, shop["customers"])]
    assert not _included(frames)
    (found,) = (each for each in inclusions(frames, max_error=0.01).found if each.table == _ORDERS)
    assert found.held.against.tolist() == [5]


def test_null_refers_to_nothing() -> None:
    shop = _shop()
    orders = shop["orders"].with_columns(
        customer_id=pl.when(pl.int_range(200) < 150).then(None).otherwise("customer_id")
    )
    (found,) = inclusions([(_ORDERS, orders), (_CUSTOMERS, shop["customers"])]).found
    assert found.held.rows == 50


@pytest.mark.parametrize(
    ("child", "parent", "equal"),
    [
        (pl.Series([1, 2, 3], dtype=pl.Int16), pl.Series([3, 2, 1, 0], dtype=pl.UInt64), True),
        (pl.Series(["1", "2", "3"]), pl.Series([1, 2, 3, 4]), False),
        (pl.Series([b"a", b"b", b"c"]), pl.Series([b"a", b"b", b"c", b"d"]), True),
        (
            pl.Series([datetime.date(2024, 1, n) for n in (1, 2, 3)]),
            pl.Series([datetime.date(2024, 1, n) for n in (1, 2, 3, 4)]),
            True,
        ),
    ],
)
def test_values_are_compared_by_kind(child: pl.Series, parent: pl.Series, equal: bool) -> None:
    found = _included([(_ORDERS, pl.DataFrame({"a": child})), (_CUSTOMERS, pl.DataFrame({"b": parent}))])
    assert ((_ORDERS, Included(("a",), _CUSTOMERS, ("b",))) in found) == equal


def test_two_columns_in_a_key_of_two() -> None:
    orders = pl.DataFrame({"shop": [n % 5 for n in range(100)], "number": [n // 5 for n in range(100)]})
    lines = orders.sample(300, with_replacement=True, seed=0).rename({"number": "order_number"})
    key = {_ORDERS: [("shop", "number")]}
    found = inclusions([(_ORDERS, orders), (_LINES, lines)], keys=key).found
    assert [(each.table, each.held.dependency) for each in found] == [
        (_LINES, Included(("shop", "order_number"), _ORDERS, ("shop", "number")))
    ]
    without_one = orders.head(99)  # (4, 19) is missing, though both values are there
    spoiled = inclusions([(_ORDERS, without_one), (_LINES, lines)], keys=key).found
    assert (4, 19) in lines.rows()
    assert not spoiled


def test_a_reference_without_declared_keys() -> None:
    search = references([(_table(name, frame), frame) for name, frame in _shop().items()])
    (found,) = search.found
    assert (found.table, found.held.dependency) == (_ORDERS, Included(("customer_id",), _CUSTOMERS, ("customer_id",)))
    assert found.probability > 0.9
    assert found.reasons


def test_a_reference_with_a_few_orphans() -> None:
    shop = _shop()
    shop["orders"] = shop["orders"].with_columns(
        customer_id=pl.when(pl.int_range(200) == 5).then(4).otherwise("customer_id")
    )
    (found,) = references([(_table(name, frame), frame) for name, frame in shop.items()]).found
    assert found.held.against.tolist() == [5]


def test_counts_that_lie_in_a_key_are_none() -> None:
    customers = pl.DataFrame({"customer_id": range(60)})
    orders = pl.DataFrame({"order_id": range(100, 300), "pieces": [n % 9 for n in range(200)]})
    assert _included([(_ORDERS, orders), (_CUSTOMERS, customers)])
    assert not references([(_table("customers", customers), customers), (_table("orders", orders), orders)]).found


def test_empty_tables_and_no_time() -> None:
    shop = _shop()
    empty = {name: frame.head(0) for name, frame in shop.items()}
    assert not references([(_table(name, frame), frame) for name, frame in empty.items()]).found
    assert not inclusions([(_ORDERS, empty["orders"]), (_CUSTOMERS, empty["customers"])]).found
    assert not inclusions([]).found
    over = inclusions([(_ORDERS, shop["orders"]), (_CUSTOMERS, shop["customers"])], allowance=Allowance(0.0))
    assert not over.complete
