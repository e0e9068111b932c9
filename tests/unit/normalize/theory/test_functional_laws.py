"""Closures, covers, keys, projections and forms against the definitions, on random functional dependencies."""

from functools import partial
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.armstrong import armstrong, pair_against
from dbwright.normalize.theory.closure import Closures, closure, derivation, equivalent, implies, trivial
from dbwright.normalize.theory.cover import canonical_cover, minimal_cover, minimum_cover
from dbwright.normalize.theory.forms import normal_form
from dbwright.normalize.theory.keys import always_in_keys, candidate_keys, is_superkey, keys_of, one_key
from dbwright.normalize.theory.lefts import border, determining, transversals
from dbwright.normalize.theory.masks import Universe, smallest
from dbwright.normalize.theory.masks import subsets as mask_subsets
from dbwright.normalize.theory.preservation import lost
from dbwright.normalize.theory.projection import project
from dbwright.normalize.theory.relation import Relation
from tests.unit.normalize.theory import brute_force
from tests.unit.normalize.theory.brute_force import functional_sets, subsets

laws = settings(deadline=None, max_examples=100)


@laws
@given(functional_sets())
def test_closures_are_those_of_the_definition(relation: Relation) -> None:
    for start in subsets(relation.attributes):
        assert closure(start, relation.functional) == brute_force.closed(start, relation.functional)


@laws
@given(functional_sets(), st.data())
def test_a_closure_without_some_dependencies_uses_none_of_them(relation: Relation, data: st.DataObject) -> None:
    without = data.draw(st.sets(st.sampled_from(range(len(relation.functional))))) if relation.functional else set()
    universe = Universe(relation.attributes)
    closures = Closures(universe.arrow(each) for each in relation.functional)
    kept = [each for place, each in enumerate(relation.functional) if place not in without]
    for start in subsets(relation.attributes):
        found = closures.of(universe.mask(start), without=without)
        assert universe.set(found) == brute_force.closed(start, kept)


@laws
@given(functional_sets())
def test_a_derivation_uses_each_step_and_ends_with_what_was_asked(relation: Relation) -> None:
    for left, right in brute_force.all_functional(relation.attributes, relation.functional):
        steps = derivation(relation.functional, Functional(left, frozenset(right)))
        assert steps is not None
        known = left
        for step in steps:
            assert step.used.left <= known
            assert step.gained == step.used.right - known != frozenset()
            known |= step.used.right
            assert step.known == known
        assert right in known
        assert {right} == frozenset(right)
        for dropped in range(len(steps)):
            fewer = [step.used for place, step in enumerate(steps) if place != dropped]
            assert right not in brute_force.closed(left, fewer) or len({step.used for step in steps}) < len(steps)


@laws
@given(functional_sets())
def test_a_minimal_cover_says_the_same_with_nothing_too_many(relation: Relation) -> None:
    cover = minimal_cover(relation.functional, relation.attributes)
    assert equivalent(cover, relation.functional)
    for place, each in enumerate(cover):
        assert len(each.right) == 1
        assert not trivial(each)
        rest = cover[:place] + cover[place + 1 :]
        assert not implies(rest, each), "a dependency too many"
        for name in each.left:
            assert not implies(cover, Functional(each.left - {name}, each.right)), "an attribute too many"
    canonical = canonical_cover(relation.functional, relation.attributes)
    assert equivalent(canonical, cover)
    assert len({each.left for each in canonical}) == len(canonical)


@settings(deadline=None, max_examples=60)
@given(functional_sets(most=4, dependencies=4))
def test_a_minimum_cover_has_the_fewest_dependencies(relation: Relation) -> None:
    cover = minimum_cover(relation.functional, relation.attributes)
    assert equivalent(cover, relation.functional)
    maximal = {
        Functional(left, brute_force.closed(left, relation.functional) - left) for left in subsets(relation.attributes)
    }
    candidates = [each for each in maximal if each.right]
    for size in range(len(cover)):
        for fewer in combinations(candidates, size):
            assert not all(each.right <= brute_force.closed(each.left, fewer) for each in relation.functional)


@laws
@given(functional_sets())
def test_keys_are_those_of_the_definition(relation: Relation) -> None:
    expected = brute_force.keys(relation.attributes, relation.functional)
    found = candidate_keys(relation.attributes, relation.functional)
    assert found.complete
    assert len(found.keys) == len(expected)
    assert set(found.keys) == expected == set(keys_of(relation).keys)
    assert found.prime == frozenset().union(*expected)
    assert one_key(relation.attributes, relation.functional) in expected
    assert always_in_keys(relation) == frozenset(relation.attributes).intersection(*expected)
    for each in subsets(relation.attributes):
        assert is_superkey(each, relation) == any(key <= each for key in expected)


@laws
@given(functional_sets(), st.integers(1, 3))
def test_keys_beyond_the_limit_are_told(relation: Relation, limit: int) -> None:
    expected = brute_force.keys(relation.attributes, relation.functional)
    found = candidate_keys(relation.attributes, relation.functional, limit)
    assert set(found.keys) <= expected
    assert len(found.keys) == min(limit, len(expected))
    assert found.complete == (len(expected) <= limit)


@laws
@given(functional_sets(most=5))
def test_smallest_left_sides_are_those_of_the_definition(relation: Relation) -> None:
    universe = Universe(relation.attributes)
    closures = Closures(universe.arrow(each) for each in relation.functional)
    for name in relation.attributes:
        bit = universe.mask([name])
        found = determining(closures, bit, universe.all & ~bit).masks
        everywhere = {
            left
            for left, right in brute_force.all_functional(relation.attributes, relation.functional)
            if right == name
        }
        assert {universe.set(each) for each in found} == {
            each for each in everywhere if not any(other < each for other in everywhere)
        }
        edge = border(universe.all & ~bit, partial(_determines, closures, bit))
        assert edge.complete
        assert set(edge.smallest) == set(found)
        failing = [each for each in mask_subsets(universe.all & ~bit) if not closures.implies((each, bit))]
        assert set(edge.largest) == {
            each for each in failing if not any(each != other and not each & ~other for other in failing)
        }


def _determines(closures: Closures, bit: int, mask: int) -> bool:
    return closures.implies((mask, bit))


@given(st.lists(st.integers(1, 63), max_size=6))
def test_transversals_are_the_smallest_sets_that_meet_all(sets: list[int]) -> None:
    meeting = [each for each in range(64) if all(each & one for one in sets)]
    assert set(transversals(sets)) == set(smallest(meeting))


@laws
@given(functional_sets(), st.data())
def test_projections_say_what_follows_within_the_attributes(relation: Relation, data: st.DataObject) -> None:
    within = data.draw(st.frozensets(st.sampled_from(relation.attributes)))
    found = project(relation.functional, sorted(within))
    assert all(each.left | each.right <= within for each in found)
    for start in subsets(within):
        assert brute_force.closed(start, found) == brute_force.closed(start, relation.functional) & within


@laws
@given(functional_sets(most=5), st.data())
def test_lost_dependencies_are_those_of_the_definition(relation: Relation, data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.frozensets(st.sampled_from(relation.attributes)), max_size=3))
    kept = [each for part in parts for each in project(relation.functional, sorted(part))]
    expected = tuple(each for each in relation.functional if not each.right <= brute_force.closed(each.left, kept))
    assert lost(relation.functional, parts) == expected


@laws
@given(functional_sets(most=5))
def test_the_highest_form_is_that_of_the_definitions(relation: Relation) -> None:
    found = normal_form(relation)
    expected = brute_force.highest(relation.attributes, relation.functional)
    # With functional dependencies alone, whatever is in BCNF is in 5NF.
    assert found.form == ("5NF" if expected == "BCNF" else expected)
    assert bool(found.why_not_next) == (found.form != "5NF")
    for verdict in found.verdicts:
        if verdict.holds is False:
            assert verdict.witnesses
            if verdict.form not in ("6NF",):
                assert all(
                    isinstance(each, Functional) and implies(relation.functional, each) and not trivial(each)
                    for each in verdict.witnesses
                )


@laws
@given(functional_sets(most=5))
def test_an_armstrong_relation_keeps_exactly_what_follows(relation: Relation) -> None:
    example = armstrong(relation)
    assert example is not None
    assert example.attributes == relation.attributes
    values = [tuple(map(hash, row)) for row in example.rows]
    for left in subsets(relation.attributes):
        for name in relation.attributes:
            follows = name in brute_force.closed(left, relation.functional)
            assert brute_force.holds(values, relation.attributes, Functional(left, frozenset({name}))) == follows


@laws
@given(functional_sets(most=5))
def test_two_rows_against_a_dependency_keep_all_others(relation: Relation) -> None:
    for left in subsets(relation.attributes):
        for name in relation.attributes:
            asked = Functional(left, frozenset({name}))
            pair = pair_against(asked, relation.functional, relation.attributes)
            if name in brute_force.closed(left, relation.functional):
                assert pair is None
                continue
            assert pair is not None
            assert left <= pair.agree
            assert name in pair.differ
            assert pair.agree | pair.differ == frozenset(relation.attributes)
            rows = [
                tuple(0 for _ in relation.attributes),
                tuple(int(one in pair.differ) for one in relation.attributes),
            ]
            assert brute_force.keeps(rows, relation)
            for more in pair.differ - {name}:
                assert name in brute_force.closed(pair.agree | {more}, relation.functional), "could agree on more"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_relation_without_dependencies_has_one_key(count: int) -> None:
    names = brute_force.LETTERS[:count]
    assert candidate_keys(names, ()).keys == (frozenset(names),)
