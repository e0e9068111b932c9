"""Multivalued dependencies against their definition, and the cases that follow from something else."""

from itertools import product

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, Multivalued
from dbwright.mining.encode import encode
from dbwright.mining.functional import minimal_functional
from dbwright.mining.multivalued import multivalued

_COURSES = {
    "databases": (("Codd", "Fagin"), ("Date", "Ullman", "Maier")),
    "logic": (("Armstrong", "Beeri", "Fagin"), ("Smullyan", "Enderton")),
    "algebra": (("Noether",), ("van der Waerden", "Lang")),
    "sets": (("Cantor", "Hausdorff"), ("Halmos", "Lang")),
}
_ROWS = [(c, t, b) for c, (teachers, books) in _COURSES.items() for t, b in product(teachers, books)]


def _mvd(left: str, right: str) -> Multivalued:
    return Multivalued(frozenset(left.split()), frozenset(right.split()))


def _found(frame: pl.DataFrame, max_left: int = 2) -> list[Multivalued]:
    table = encode(frame)
    functional = minimal_functional(table).found
    search = multivalued(table, functional, max_left=max_left)
    assert search.complete
    return [each.dependency for each in search.found if isinstance(each.dependency, Multivalued)]


def _holds(rows: list[tuple[object, ...]], names: list[str], dependency: Multivalued) -> bool:
    """By definition: for two rows that agree on the left, the row with the right of one and the rest of the other is there."""
    there = set(rows)
    left = [names.index(name) for name in dependency.left]
    right = {names.index(name) for name in dependency.right}
    return all(
        tuple(a[place] if place in right or place in left else b[place] for place in range(len(names))) in there
        for a in rows
        for b in rows
        if all(a[place] == b[place] for place in left)
    )


def test_teachers_and_books_of_a_course() -> None:
    frame = pl.DataFrame(_ROWS, schema=["course", "teacher", "book"], orient="row")
    assert _found(frame) in ([_mvd("course", "teacher")], [_mvd("course", "book")])


def test_one_row_missing_and_it_is_gone() -> None:
    frame = pl.DataFrame(_ROWS[:-1], schema=["course", "teacher", "book"], orient="row")
    assert not _found(frame)


def test_what_the_course_tells_goes_along() -> None:
    rows = [(c, c[0].upper(), len(c), t, b) for c, t, b in _ROWS]
    frame = pl.DataFrame(rows, schema=["course", "letter", "length", "teacher", "book"], orient="row")
    (only,) = _found(frame)
    assert only.left in ({"course"}, {"letter"})
    assert only.right in ({"teacher"}, {"book"})


def test_a_part_of_two_columns() -> None:
    rows = [(c, t, b, b[::-1][0] + str(p)) for c, t, b in _ROWS for p in range(2)]
    frame = pl.DataFrame(rows, schema=["course", "teacher", "book", "place"], orient="row")
    assert _mvd("course", "teacher") in _found(frame)


def test_everything_with_everything() -> None:
    rows = list(product(range(4), "abc", (True, False)))
    frame = pl.DataFrame(rows, schema=["number", "letter", "flag"], orient="row")
    found = _found(frame)
    assert len(found) == 2
    assert all(each.left == frozenset() for each in found)


def test_beside_a_key_nothing_is_free() -> None:
    frame = pl.DataFrame(_ROWS, schema=["course", "teacher", "book"], orient="row").with_row_index("id")
    assert not _found(frame)


def test_repeated_rows_of_few_values_mean_nothing() -> None:
    random = np.random.default_rng(0)
    frame = pl.DataFrame(
        {"region": random.integers(0, 4, 2000), "sex": random.integers(0, 2, 2000), "old": random.integers(0, 2, 2000)}
    )
    assert not _found(frame)


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=8, max_size=60, unique=True))
@settings(max_examples=150, deadline=None)
def test_all_that_is_found_holds_and_follows_from_no_functional_dependency(rows: list[tuple[int, ...]]) -> None:
    names = ["a", "b", "c", "d"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    exact = {(each.left, next(iter(each.right))) for each in minimal_functional(encode(frame)).found}
    for each in _found(frame):
        assert _holds([tuple(row) for row in rows], names, each)
        assert not each.left & each.right
        assert each.left | each.right != set(names)
        for name in each.right:
            assert not any(left <= each.left and right == name for left, right in exact)


@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(0, 5), min_size=2, max_size=4), st.sets(st.integers(0, 5), min_size=2, max_size=4)
        ),
        min_size=3,
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_groups_of_all_combinations_are_found(groups: list[tuple[set[int], set[int]]]) -> None:
    rows = [(number, one, other) for number, (left, right) in enumerate(groups) for one, other in product(left, right)]
    table = encode(pl.DataFrame(rows, schema=["x", "y", "z"], orient="row"))
    found = multivalued(table, [Functional(frozenset({"y", "z"}), frozenset())]).found
    assert any(
        each.dependency in (_mvd("x", "y"), _mvd("x", "z"), _mvd("", "x"), _mvd("", "y"), _mvd("", "z"))
        for each in found
    )
