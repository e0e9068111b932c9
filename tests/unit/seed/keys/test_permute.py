"""Permutations by a key: bijections of every size, the same each time, another for each key and each group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dbwright.seed.draw import Draw
from dbwright.seed.keys.permute import MOST, permuted


@given(st.integers(1, 5_000), st.integers(0, 2**32))
def test_every_number_of_the_range_comes_once(size: int, seed: int) -> None:
    found = permuted(np.arange(size, dtype=np.int64), size, Draw(seed, "x"))
    assert sorted(found.tolist()) == list(range(size))


@given(st.integers(1, MOST), st.sets(st.integers(0, MOST - 1), min_size=1, max_size=50), st.integers(0, 99))
def test_numbers_of_a_large_range_stay_different_and_inside(size: int, numbers: set[int], seed: int) -> None:
    inside = np.array(sorted({number % size for number in numbers}), dtype=np.int64)
    found = permuted(inside, size, Draw(seed, "x"))
    assert len(set(found.tolist())) == len(inside)
    assert found.min() >= 0
    assert found.max() < size


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 99))
def test_each_group_has_a_permutation_of_its_own_size(sizes: list[int], seed: int) -> None:
    groups = np.repeat(np.arange(len(sizes)), sizes)
    numbers = np.concatenate([np.arange(size) for size in sizes])
    found = permuted(numbers, np.repeat(np.array(sizes), sizes), Draw(seed, "x"), groups)
    for group, size in enumerate(sizes):
        assert sorted(found[groups == group].tolist()) == list(range(size))


def test_a_number_goes_to_the_same_place_whatever_is_asked_with_it() -> None:
    whole = permuted(np.arange(1_000, dtype=np.int64), 1_000, Draw(3, "x"))
    some = permuted(np.array([999, 5, 5, 0]), 1_000, Draw(3, "x"))
    assert some.tolist() == whole[[999, 5, 5, 0]].tolist()


def test_another_key_is_another_permutation() -> None:
    numbers = np.arange(1_000, dtype=np.int64)
    first, second = (permuted(numbers, 1_000, Draw(1, name)) for name in ("x", "y"))
    assert (first != second).mean() > 0.9
    assert abs(np.corrcoef(numbers, first)[0, 1]) < 0.2


def test_nothing_gives_nothing() -> None:
    assert permuted(np.array([], dtype=np.int64), 5, Draw(1, "x")).tolist() == []
