"""Children over parents: every child has one parent, the counts add up, and no parent gets more than it may."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.seed.base import RelationHint
from dbwright.seed.draw import Draw
from dbwright.seed.keys.spread import Spread

SKEWS = st.sampled_from(["even", "zipf", "log-normal"])


@given(st.integers(0, 3_000), st.integers(1, 400), SKEWS, st.floats(0.1, 3), st.none() | st.floats(0, 0.95))
def test_runs_of_children_fill_the_range(
    children: int, parents: int, skew: str, strength: float, childless: float | None
) -> None:
    spread = Spread(children, parents, RelationHint(skew=skew, strength=strength, childless=childless))
    found = spread.parent(np.arange(children, dtype=np.int64))
    counts = np.bincount(found, minlength=parents)
    assert counts.sum() == children
    assert counts.tolist() == spread.count(np.arange(parents)).tolist()
    assert (np.diff(found) >= 0).all()
    assert (spread.start(found) <= np.arange(children)).all()


@given(st.integers(1, 3_000), st.integers(1, 400), SKEWS, st.integers(1, 50))
def test_no_parent_has_more_than_it_may(children: int, parents: int, skew: str, most: int) -> None:
    children = min(children, parents * most)
    spread = Spread(children, parents, RelationHint(skew=skew, childless=0.5), most=most)
    assert spread.count(np.arange(parents)).max() <= most


@pytest.mark.parametrize("skew", ["even", "zipf", "log-normal"])
def test_random_parents_are_as_popular_as_counted_ones(skew: str) -> None:
    spread = Spread(20_000, 50, RelationHint(skew=skew))
    drawn = np.bincount(spread.random(Draw(1, "x").fractions(np.arange(20_000))), minlength=50)
    assert abs(drawn / 20_000 - spread.count(np.arange(50)) / 20_000).max() < 0.02


def test_skew_makes_few_parents_have_most_children() -> None:
    even, zipf = (Spread(10_000, 100, RelationHint(skew=skew, strength=1.16)) for skew in ("even", "zipf"))
    parents = np.arange(100)
    assert even.count(parents).max() == 100
    assert np.sort(zipf.count(parents))[-20:].sum() > 7_000


def test_a_share_of_parents_stays_without_children() -> None:
    spread = Spread(10_000, 100, RelationHint(skew="even", childless=0.3))
    assert (spread.count(np.arange(100)) == 0).sum() == 30


def test_many_children_of_many_parents_do_not_overflow() -> None:
    spread = Spread(10**13, 10**7, RelationHint(skew="even"))
    assert spread.parent(np.array([0, 10**13 - 1])).tolist() == [0, 10**7 - 1]
