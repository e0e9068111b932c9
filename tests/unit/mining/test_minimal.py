"""Minimal dependencies and unique combinations are those of the definitions, whichever way the search takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, UniqueColumns
from dbwright.mining import agree, minimal, partition, refutation, validation
from dbwright.mining.allowance import Allowance
from dbwright.mining.encode import encode
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.functional import minimal_functional
from dbwright.mining.unique import minimal_unique
from tests.support.mined import mined

_NAMES = "abcdef"
_VALUES = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]), st.sampled_from([str(n) for n in range(20)]))

_WAYS: dict[str, list[tuple[object, str, int]]] = {
    "all pairs": [],
    "sampled pairs": [(minimal, "_EVERY_PAIR", -1)],
    "few pairs": [
        (minimal, "_EVERY_PAIR", -1),
        (agree, "_SAMPLED", 0),
        (refutation, "PAIRS", 1),
        (validation, "_REFUTED", 0),
    ],
    "large partitions": [
        (minimal, "_EVERY_PAIR", -1),
        (agree, "_SAMPLED", 0),
        (validation, "_SMALL", 0),
        (partition, "_DIRECT", -1),
    ],
    "small heaps": [
        (minimal, "_EVERY_PAIR", -1),
        (agree, "_SAMPLED", 0),
        (validation, "_TOGETHER", 0),
        (refutation, "_EXPANDED", 1),
    ],
    "many columns": [(agree, "_FLAGGED", -1), (minimal, "_INDEXED", 1), (minimal, "_EVERY_PAIR", -1)],
    "little memory": [
        (minimal, "_OPEN", 0),
        (minimal, "_STEP", 1),
        (minimal, "_UNPROVED", 1),
        (minimal, "_EVERY_PAIR", -1),
    ],
    "too many sets": [(minimal, "_MINIMISED", 8)],
}


@contextmanager
def _way(name: str) -> Iterator[None]:
    """The search with other limits, so that a small table takes the ways of a large one."""
    with pytest.MonkeyPatch.context() as patch:
        for module, limit, value in _WAYS[name]:
            patch.setattr(module, limit, value)
        yield


@st.composite
def _tables(draw: st.DrawFn) -> tuple[str, list[tuple[str | None, ...]]]:
    names = _NAMES[: draw(st.integers(1, len(_NAMES)))]
    rows = draw(st.lists(st.tuples(*[_VALUES] * len(names)), max_size=25))
    return names, rows


def _encoded(names: str, rows: list[tuple[str | None, ...]]) -> EncodedTable:
    return encode(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))


@pytest.mark.parametrize("way", _WAYS)
@given(_tables(), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_as_by_trying_everything(way: str, drawn: tuple[str, list[tuple[str | None, ...]]], most: int) -> None:
    names, rows = drawn
    expected = {each.dependency for each in mined(list(names), rows, max_left=most)[0].found}
    with _way(way):
        functional = minimal_functional(_encoded(names, rows), max_left=most)
        unique = minimal_unique(_encoded(names, rows), max_columns=most)
    assert functional.complete
    assert unique.complete
    assert len(set(functional.found)) == len(functional.found)
    assert len(set(unique.found)) == len(unique.found)
    assert {*functional.found, *unique.found} == expected


@pytest.mark.parametrize("way", _WAYS)
def test_duplicate_rows_leave_no_key(way: str) -> None:
    with _way(way):
        table = _encoded("abc", [("x", "y", "z"), ("x", "y", "z"), ("1", "2", "3")])
        assert minimal_unique(table).found == ()
        assert len(minimal_functional(table).found) == 6


def test_the_shortest_come_first() -> None:
    random = np.random.default_rng(5)
    table = encode(pl.DataFrame({f"c{n}": random.integers(0, 3 + n, 300) for n in range(9)}))
    for sizes in (
        [len(each.left) for each in minimal_functional(table).found],
        [len(each.columns) for each in minimal_unique(table).found],
    ):
        assert sizes
        assert sizes == sorted(sizes)


@pytest.mark.parametrize("rows", [0, 1])
def test_no_rows_or_one(rows: int) -> None:
    table = encode(pl.DataFrame({"a": [1] * rows, "b": [None] * rows}))
    constants = (Functional(frozenset(), frozenset("a")), Functional(frozenset(), frozenset("b")))
    assert minimal_functional(table).found == constants
    assert minimal_unique(table).found == (UniqueColumns(frozenset()),)


def test_all_null() -> None:
    frame = pl.DataFrame({"a": [None, None], "b": [None, None]})
    assert [each.left for each in minimal_functional(encode(frame)).found] == [frozenset(), frozenset()]
    assert minimal_unique(encode(frame)).found == ()
    assert minimal_unique(encode(frame, nulls="distinct")).found == (
        UniqueColumns(frozenset("a")),
        UniqueColumns(frozenset("b")),
    )


def test_no_columns() -> None:
    table = encode(pl.DataFrame())
    assert minimal_functional(table).found == ()
    assert minimal_unique(table).found == (UniqueColumns(frozenset()),)


def test_300_columns() -> None:
    random = np.random.default_rng(6)
    columns = {f"c{n}": random.integers(0, 40, 60) for n in range(298)}
    table = encode(pl.DataFrame({**columns, "copy": columns["c7"], "same": [1] * 60}))
    found = minimal_functional(table, max_left=1).found
    assert set(found) == {
        Functional(frozenset(), frozenset({"same"})),
        Functional(frozenset({"c7"}), frozenset({"copy"})),
        Functional(frozenset({"copy"}), frozenset({"c7"})),
    }


def _wide() -> EncodedTable:
    random = np.random.default_rng(7)
    return encode(pl.DataFrame({f"c{n}": random.integers(0, 2 + n % 30, 3000) for n in range(60)}))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"seconds": 0.0}, "the time allowed was over"),
        ({"seconds": 1.0}, "the time allowed was over"),
        ({"bytes": 3 << 20}, "the 3 MB of memory allowed were full"),
    ],
)
def test_what_is_found_before_the_end_is_right(limits: dict[str, Any], said: str) -> None:
    table = _wide()
    search = minimal_functional(table, allowance=Allowance(**limits))
    assert not search.complete
    assert search.stopped == said
    place = {name: at for at, name in enumerate(table.columns)}
    for each in search.found[:50]:
        (right,) = each.right
        left = [place[name] for name in each.left]
        assert _holds(table, left, place[right])
        assert not any(_holds(table, [c for c in left if c != column], place[right]) for column in left)


def test_memory_for_the_partitions_of_many_rows_counts() -> None:
    random = np.random.default_rng(8)
    columns = {f"c{n}": random.integers(0, 4, 200_000) for n in range(4)}
    table = encode(
        pl.DataFrame({**columns, "code": sum(values * 4**n for n, values in enumerate(columns.values())) % 251})
    )
    search = minimal_functional(table, allowance=Allowance(bytes=4 << 20))
    assert not search.complete
    assert search.stopped == "the 4 MB of memory allowed were full"


def _holds(table: EncodedTable, left: list[int], right: int) -> bool:
    groups = np.unique(table.codes[left], axis=1)
    both = np.unique(table.codes[[*left, right]], axis=1)
    return int(groups.shape[1]) == int(both.shape[1])
