"""Conditional dependencies: subtypes, rules of one country, and no flood of accidents."""

import numpy as np
import polars as pl

from dbwright.catalog.dependencies import Conditional
from dbwright.mining.conditional import conditional
from dbwright.mining.encode import encode


def _found(frame: pl.DataFrame) -> dict[Conditional, int]:
    return {
        each.dependency: each.rows
        for each in conditional(frame, encode(frame)).found
        if isinstance(each.dependency, Conditional)
    }


def test_kinds_of_rows_leave_the_columns_of_others_empty() -> None:
    random = np.random.default_rng(0)
    kinds = random.choice(["card", "bank", "cash"], 600)
    frame = pl.DataFrame(
        {
            "id": range(600),
            "kind": kinds,
            "iban": [f"DE{random.integers(10**12)}" if kind == "bank" else None for kind in kinds],
            "card": [f"{random.integers(10**12)}" if kind == "card" else None for kind in kinds],
        }
    )
    found = _found(frame)
    empty = {(each.condition[0][1], *each.right) for each in found if each.constant == (None,)}
    assert empty == {("card", "iban"), ("cash", "iban"), ("bank", "card"), ("cash", "card")}
    assert all(not each.left for each in found)


def test_a_rule_that_holds_in_one_country() -> None:
    random = np.random.default_rng(1)
    country = random.choice(["US", "DE", "FR", "IT"], 3000)
    code = random.integers(0, 50, 3000)
    city = np.where(country == "US", code // 2, random.integers(0, 25, 3000))
    found = _found(pl.DataFrame({"country": country, "code": code, "city": city}))
    assert list(found) == [Conditional((("country", "US"),), frozenset({"code"}), frozenset({"city"}))]
    assert found[next(iter(found))] == int((country == "US").sum())


def test_a_dependency_that_always_holds_is_not_conditional() -> None:
    random = np.random.default_rng(2)
    code = random.integers(0, 50, 2000)
    frame = pl.DataFrame({"country": random.choice(["US", "DE"], 2000), "code": code, "city": code // 2})
    assert not _found(frame)


def test_independent_columns_give_nothing() -> None:
    random = np.random.default_rng(3)
    frame = pl.DataFrame({f"c{n}": random.integers(0, 3 + 4 * n, 3000) for n in range(7)})
    assert not _found(frame)


def test_all_rows_of_the_condition_obey() -> None:
    random = np.random.default_rng(4)
    state = random.choice(["open", "paid"], 500)
    frame = pl.DataFrame({"state": state, "paid_on": np.where(state == "paid", random.integers(1, 99, 500), -1)})
    assert [(each.condition, each.constant) for each in _found(frame)] == [((("state", "open"),), ("-1",))]
    spoiled = frame.with_columns(
        paid_on=pl.when(pl.int_range(500) == int((state == "open").argmax())).then(5).otherwise("paid_on")
    )
    assert not _found(spoiled)


def test_few_rows_say_nothing() -> None:
    assert not _found(pl.DataFrame({"kind": ["a", "b"] * 5, "other": [None, 1] * 5}))
    assert not _found(pl.DataFrame({"kind": [], "other": []}))
