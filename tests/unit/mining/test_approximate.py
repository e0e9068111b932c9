"""Approximate functional dependencies: the error by brute force, the rows against them, and what chance explains."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional
from dbwright.mining.allowance import Allowance
from dbwright.mining.approximate import approximate
from dbwright.mining.encode import encode
from dbwright.mining.groups import group_by, rows_against

_ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(["x", "y", None])), min_size=1, max_size=40
)


def _fd(left: str, right: str) -> Functional:
    return Functional(frozenset(left.split()), frozenset({right}))


@given(_ROWS)
@settings(max_examples=200, deadline=None)
def test_fewest_rows_are_against(rows: list[tuple[int, int, str | None]]) -> None:
    table = encode(pl.DataFrame(rows, schema=["a", "b", "c"], orient="row"))
    against = rows_against(group_by(table, [0, 1]), table.codes[2], table.distinct[2])
    groups: dict[tuple[int, int], list[str | None]] = {}
    for a, b, c in rows:
        groups.setdefault((a, b), []).append(c)
    assert len(against) == sum(len(values) - max(values.count(v) for v in values) for values in groups.values())
    left = [row for number, row in enumerate(rows) if number not in set(against.tolist())]
    assert len({(a, b) for a, b, _ in left}) == len({(a, b, c) for a, b, c in left})


def test_a_few_wrong_cities_are_found_with_their_rows() -> None:
    zips = [str(10000 + number % 40) for number in range(1000)]
    cities = [f"city {int(zip_) % 40 // 2}" for zip_ in zips]
    cities[7] = cities[500] = "elsewhere"
    found = approximate(encode(pl.DataFrame({"zip": zips, "city": cities}))).found
    assert [each.dependency for each in found] == [_fd("zip", "city")]
    assert found[0].against.tolist() == [7, 500]
    assert found[0].error == 0.002


def test_what_holds_exactly_is_not_told() -> None:
    frame = pl.DataFrame({"zip": [n % 40 for n in range(1000)], "city": [n % 40 // 2 for n in range(1000)]})
    assert not approximate(encode(frame)).found


def test_independent_columns_give_nothing() -> None:
    random = np.random.default_rng(3)
    frame = pl.DataFrame({f"c{n}": random.integers(0, 5 + 7 * n, 2000) for n in range(8)})
    assert not approximate(encode(frame)).found


def test_a_left_side_that_is_nearly_a_key_is_no_evidence() -> None:
    random = np.random.default_rng(4)
    near_key = np.arange(2000)
    near_key[:60] = np.arange(60, 120)  # 60 repeated values, so that at most 60 rows can ever disagree
    frame = pl.DataFrame({"near_key": near_key, "other": random.integers(0, 2, 2000)})
    assert not approximate(encode(frame), max_error=0.02).found


def test_a_right_side_that_hardly_varies_is_no_evidence() -> None:
    random = np.random.default_rng(5)
    flag = np.zeros(2000, dtype=int)
    flag[:9] = 1
    assert not approximate(encode(pl.DataFrame({"any": random.integers(0, 100, 2000), "flag": flag}))).found


def test_two_columns_together() -> None:
    random = np.random.default_rng(6)
    product, region = random.integers(0, 20, 4000), random.integers(0, 10, 4000)
    price = random.integers(0, 60, 200)[product * 10 + region]
    price[11] = 999
    found = approximate(encode(pl.DataFrame({"product": product, "region": region, "price": price}))).found
    assert [each.dependency for each in found] == [_fd("product region", "price")]
    assert found[0].against.tolist() == [11]


def test_rows_repeated_by_a_join_are_one_piece_of_evidence() -> None:
    """Each order has fifty lines; that its two columns agree in all of them says nothing of other orders."""
    random = np.random.default_rng(7)
    order = np.repeat(np.arange(40), 50)
    frame = pl.DataFrame(
        {
            "line": np.arange(2000),
            "order_no": order,
            "agent": (np.arange(40) // 1.05).astype(int)[order],
            "total": random.integers(0, 30, 40)[order],
        }
    )
    frame = frame.with_columns(total=pl.when(pl.col("line") == 3).then(77).otherwise("total"))
    assert _fd("agent", "total") not in [each.dependency for each in approximate(encode(frame)).found]


def test_time_over() -> None:
    frame = pl.DataFrame({f"c{n}": [row % (7 + n) for row in range(500)] for n in range(5)})
    search = approximate(encode(frame), allowance=Allowance(0.0))
    assert not search.complete
    assert "time" in search.stopped
