"""One frame, all kinds, one allowance: what is known of each is labelled for what it is."""

import datetime
import zoneinfo

import msgspec
import numpy as np
import polars as pl
import pytest

from dbwright.catalog.dependencies import (
    Conditional,
    Derived,
    Discovery,
    Functional,
    Ordered,
    Standing,
    UniqueColumns,
    Violation,
)
from dbwright.catalog.names import Ref
from dbwright.mining.all_kinds import mine
from dbwright.mining.allowance import Allowance
from dbwright.mining.held import text_of, violation

_TABLE = Ref("table", ("", "orders"))


def _orders() -> pl.DataFrame:
    random = np.random.default_rng(0)
    zips = random.integers(0, 60, 1000)
    cities = [f"city {zip_ // 2}" for zip_ in zips]
    cities[10] = "elsewhere"
    price, quantity = random.integers(1, 900, 1000), random.integers(1, 9, 1000)
    return pl.DataFrame(
        {
            "id": range(1, 1001),
            "zip": [f"{zip_:05d}" for zip_ in zips],
            "city": cities,
            "price": price,
            "quantity": quantity,
            "total": price * quantity,
            "kind": (kinds := random.choice(["card", "cash"], 1000)),
            "card": [f"{random.integers(10**9)}" if kind == "card" else None for kind in kinds],
        }
    )


def test_every_kind_with_its_standing() -> None:
    found = mine(_orders(), table=_TABLE)
    assert found.complete
    assert not found.notes
    assert (found.rows, found.read) == (1000, 1000)
    standing = {each.dependency: each.standing for each in found.found}
    assert standing[UniqueColumns(frozenset({"id"}))] is Standing.PROVED
    assert standing[Functional(frozenset({"id"}), frozenset({"city"}))] is Standing.PROVED
    assert standing[Functional(frozenset({"zip"}), frozenset({"city"}))] is Standing.APPROXIMATE
    assert standing[Conditional((("kind", "cash"),), frozenset(), frozenset({"card"}), (None,))] is Standing.PROVED
    assert (
        standing[Derived("total", '"price" * "quantity"', frozenset({"price", "quantity"}), "product")]
        is Standing.PROVED
    )


def test_rows_against_an_approximate_one_are_shown() -> None:
    frame = _orders()
    (found,) = (each for each in mine(frame, kinds=["approximate"], table=_TABLE).found)
    zip_ = frame["zip"][10]
    right = frame["city"].filter(frame["zip"] == zip_).len()
    (shown,) = found.violations
    assert (found.against, found.groups, found.error) == (1, 1, 0.001)
    assert shown.columns == ("zip", "city")
    assert dict(zip(shown.rows, shown.counts, strict=True)) == {
        (zip_, f"city {int(zip_) // 2}"): right - 1,
        (zip_, "elsewhere"): 1,
    }


def test_a_sample_proves_nothing() -> None:
    found = mine(_orders(), table=_TABLE, whole=False, rows=10_000_000)
    assert (found.rows, found.read) == (10_000_000, 1000)
    assert {each.standing for each in found.found} == {Standing.NOT_REFUTED, Standing.APPROXIMATE}


def test_only_the_kinds_asked_for() -> None:
    found = mine(_orders(), kinds=["unique"], table=_TABLE)
    assert {type(each.dependency) for each in found.found} == {UniqueColumns}


def test_typed_values_beside_texts() -> None:
    random = np.random.default_rng(1)
    days = random.integers(1, 28, 200)
    frame = pl.DataFrame(
        {"starts": [f"{day}.1.2024" for day in days], "ends": [f"{day + 1 + day % 3}.1.2024" for day in days]}
    )
    values = pl.DataFrame(
        {
            "starts": [datetime.date(2024, 1, int(day)) for day in days],
            "ends": [datetime.date(2024, 1, 1) + datetime.timedelta(days=int(day + day % 3)) for day in days],
        }
    )
    ordered = Ordered("starts", "ends", compared=True)
    assert ordered in [each.dependency for each in mine(frame, table=_TABLE, values=values).found]
    assert ordered not in [each.dependency for each in mine(frame, table=_TABLE).found]


@pytest.mark.parametrize("allowance", [Allowance(0.0), Allowance(None, 1)])
def test_what_was_not_finished_says_so(allowance: Allowance) -> None:
    found = mine(_orders(), table=_TABLE, allowance=allowance)
    assert not found.complete
    assert found.notes
    assert all("not finished" in note for note in found.notes)


def _odd_frames() -> dict[str, pl.DataFrame]:
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    odd = pl.DataFrame(
        {
            'a"b': [1.0, float("nan"), float("inf")] * 8,
            "% 😀": [None] * 24,
            "select": ["ä", "ß", "😀", ""] * 6,
            "bytes": [b"\x00\xff", b"a"] * 12,
            "zoned": [datetime.datetime(2024, 1, 1, tzinfo=zone) + n * datetime.timedelta(hours=1) for n in range(24)],
            "time": [datetime.time(n) for n in range(24)],
            "span": [datetime.timedelta(n) for n in range(24)],
            "flag": [True, False] * 12,
            "list": [[n] for n in range(24)],
            "struct": [{"n": n} for n in range(24)],
            "big": [2**62 + n for n in range(24)],
            "a.b": pl.Series(["x", "y"] * 12, dtype=pl.Categorical()),
            "object": pl.Series([object()] * 24, dtype=pl.Object),
        }
    )
    return {
        "odd": odd,
        "one row": odd.head(1),
        "two rows": odd.drop("object").head(2),
        "no rows": odd.drop("object").head(0),
        "nothing": pl.DataFrame(),
        "all null": pl.DataFrame({"a": [None] * 50, "b": [None] * 50}),
        "one row again and again": pl.DataFrame({"a": [1] * 50, "b": ["x"] * 50}),
    }


@pytest.mark.parametrize("name", _odd_frames())
@pytest.mark.parametrize("nulls", ["equal", "distinct"])
def test_odd_tables(name: str, nulls: str) -> None:
    found = mine(_odd_frames()[name], table=_TABLE, nulls=nulls)  # type: ignore[arg-type]
    assert found.complete
    assert msgspec.json.decode(msgspec.json.encode(found, order="deterministic"), type=Discovery) == found


def test_three_hundred_columns_within_the_time() -> None:
    random = np.random.default_rng(2)
    frame = pl.DataFrame({f"c{n}": random.integers(0, 50, 200) for n in range(300)})
    found = mine(frame, table=_TABLE, max_left=1, allowance=Allowance(5.0))
    assert any("more than 60 columns" in note for note in found.notes)
    assert not found.complete


def test_rows_as_they_are_shown() -> None:
    frame = pl.DataFrame({"a": [1, 1, 2], "b": [b"\x01", b"\x01", None], "c": [True, True, False]})
    assert violation(frame, [0, 1, 2], ["b", "a", "c"]) == Violation(
        columns=("b", "a", "c"), rows=(("0x01", "1", "true"), (None, "2", "false")), counts=(2, 1)
    )
    assert text_of(datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.UTC)) == "2024-01-02 03:04:00+00:00"
