"""Steps cut into batches, and frames made ahead."""

import threading
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy")

from dbwright.app.seed.batches import Ahead, Batch, Frames, tables_of
from dbwright.app.seed.batches import batches as cut
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.seed.base import Settings
from dbwright.seed.plan.base import Existing, Insert, SeedPlan, Step, TablePlan, Together


def _plan(*steps: Step, columns: int = 1) -> SeedPlan:
    names = tuple(f"c{number}" for number in range(columns))
    held = tuple(Column(name=name, type=Type("integer", "integer")) for name in names)
    tables = tuple(
        TablePlan(table=Table(namespace="", name=name, columns=held), rows=100, columns=names) for name in ("a", "b")
    )
    return SeedPlan(
        catalog=Catalog(engine="sqlite"), settings=Settings(), existing=Existing(), tables=tables, steps=steps
    )


def batches(plan: SeedPlan, size: int, number: int = 0, row: int | None = None) -> Iterator[Batch]:
    return cut(plan.steps, tables_of(plan), size, number, row)


def _insert(table: str, start: int, stop: int) -> Insert:
    return Insert(table=("", table), start=start, stop=stop)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4),
    st.integers(1, 20),
    st.integers(0, 4),
    st.integers(0, 120),
)
def test_every_row_that_is_left_is_in_one_batch(
    ranges: list[tuple[int, int]], size: int, number: int, row: int
) -> None:
    steps = [_insert("ab"[at % 2], start, start + length) for at, (start, length) in enumerate(ranges)]
    found = [
        (batch.number, at)
        for batch in batches(_plan(*steps), size, number, row)
        for at in range(batch.start, batch.stop)
    ]
    wanted = [
        (place, at)
        for place, step in enumerate(steps)
        for at in range(step.start, step.stop)
        if place > number or (place == number and at >= row)
    ]
    assert found == wanted


def test_wide_tables_have_smaller_batches() -> None:
    steps = [_insert("a", 0, 100_000)]
    assert next(batches(_plan(*steps), 50_000)).rows == 50_000
    assert next(batches(_plan(*steps, columns=100), 50_000)).rows == 10_000


def test_rows_that_need_each_other_are_cut_together() -> None:
    step = Together(parts=(_insert("a", 0, 10), _insert("b", 5, 15)), how="deferred")
    assert [(batch.start, batch.stop) for batch in batches(_plan(step), 4)] == [(0, 4), (4, 8), (8, 10)]


def test_frames_come_in_order_and_a_few_ahead() -> None:
    asked: list[int] = []

    def make(batch: Batch) -> Frames:
        asked.append(batch.start)
        return [pl.DataFrame({"at": [batch.start]})]

    seen = []
    for batch, frames in Ahead(make, batches(_plan(_insert("a", 0, 100)), 10)):
        seen.append(batch.start)
        assert frames[0]["at"].to_list() == [batch.start]
        assert len(asked) <= len(seen) + 2
    assert seen == list(range(0, 100, 10))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dbwright-rows")]


def test_frames_are_made_anew_where_they_have_become_wrong() -> None:
    value = 1
    ahead = Ahead(lambda batch: [pl.DataFrame({"v": [value]})], batches(_plan(_insert("a", 0, 50)), 10))
    seen = []
    for batch, frames in ahead:
        seen.append(frames[0]["v"][0])
        if batch.start == 20:
            ahead.pause()
            value = 2
            ahead.make_anew()
    assert seen == [1, 1, 1, 2, 2]


def test_an_error_in_making_comes_out_in_its_place() -> None:
    def make(batch: Batch) -> Frames:
        if batch.start == 20:
            raise RuntimeError("twenty")
        return []

    made = iter(Ahead(make, batches(_plan(_insert("a", 0, 50)), 10)))
    assert [next(made)[0].start, next(made)[0].start] == [0, 10]
    with pytest.raises(RuntimeError, match="twenty"):
        next(made)
