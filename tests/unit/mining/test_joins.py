"""Join dependencies of three components: the agents of Date's book, and what is none."""

from itertools import combinations, product

import numpy as np
import polars as pl

from dbwright.catalog.dependencies import Join
from dbwright.mining.encode import encode
from dbwright.mining.functional import minimal_functional
from dbwright.mining.joins import joins


def _found(frame: pl.DataFrame) -> list[Join]:
    table = encode(frame)
    search = joins(table, minimal_functional(table).found)
    assert search.complete
    return [each.dependency for each in search.found if isinstance(each.dependency, Join)]


def _agents(seed: int = 0) -> pl.DataFrame:
    """Who sells what for whom: all that three independent facts allow."""
    random = np.random.default_rng(seed)
    speaks, makes, sells = (random.random((12, 12)) < 0.45 for _ in range(3))
    rows = [
        (f"agent {a}", f"company {c}", f"product {p}")
        for a, c, p in product(range(12), repeat=3)
        if speaks[a, c] and makes[c, p] and sells[a, p]
    ]
    return pl.DataFrame(rows, schema=["agent", "company", "product"], orient="row")


def test_agent_company_product() -> None:
    pairs = frozenset(frozenset(each) for each in combinations(("agent", "company", "product"), 2))
    assert _found(_agents()) == [Join(pairs)]


def test_columns_that_others_tell_go_along() -> None:
    frame = _agents().with_columns(
        town=pl.col("company").str.replace("company", "town"), team=pl.col("agent").str.slice(6, 1)
    )
    (join,) = _found(frame)
    assert frozenset().union(*join.components) == set(frame.columns)
    assert all(("town" in each) == ("company" in each) or "agent" not in each for each in join.components)


def test_a_missing_row_refutes_it() -> None:
    frame = _agents()
    assert not _found(frame.tail(frame.height - 1))


def test_scattered_rows_are_no_evidence() -> None:
    random = np.random.default_rng(1)
    frame = pl.DataFrame({name: random.integers(0, 400, 600) for name in "abc"}).unique(maintain_order=True)
    assert not _found(frame)


def test_a_multivalued_dependency_says_it_already() -> None:
    rows = [(x, y, z) for x in range(6) for y in range(x, x + 4) for z in range(x, x + 3)]
    assert not _found(pl.DataFrame(rows, schema=["x", "y", "z"], orient="row"))


def test_what_is_found_joins_to_the_rows() -> None:
    for seed in range(4):
        frame = _agents(seed)
        for join in _found(frame):
            first, second, third = (frame.select(sorted(each)).unique() for each in join.components)
            joined = first.join(second, on=list(set(first.columns) & set(second.columns)))
            joined = joined.join(third, on=list(set(joined.columns) & set(third.columns)), how="semi")
            assert sorted(joined.select(frame.columns).rows()) == sorted(frame.rows())
