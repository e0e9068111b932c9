"""Functional, multivalued and join dependencies together, against all relations over two values and against the definitions."""

from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, Join, Multivalued
from dbwright.normalize.theory.chase import chased, is_lossless
from dbwright.normalize.theory.forms import normal_form
from dbwright.normalize.theory.implication import dependency_basis, implied, mixed_closure
from dbwright.normalize.theory.keys import keys_of
from dbwright.normalize.theory.notation import Readable
from dbwright.normalize.theory.relation import Relation
from tests.unit.normalize.theory import brute_force
from tests.unit.normalize.theory.brute_force import Names, functional_sets, mixed_sets, subsets

laws = settings(deadline=None, max_examples=80)


@laws
@given(mixed_sets(most=3))
def test_closure_and_basis_agree_with_all_relations_of_two_values(relation: Relation) -> None:
    models = [(rows, relation.attributes) for rows in brute_force.models(relation)]
    for left in subsets(relation.attributes):
        closed = mixed_closure(left, relation)
        for right in subsets(relation.attributes):
            functional, multivalued = Functional(left, right), Multivalued(left, right)
            assert (right <= closed) == all(brute_force.holds(*each, functional) for each in models)
            assert implied(relation, functional) == (right <= closed)
            assert implied(relation, multivalued) == all(brute_force.holds(*each, multivalued) for each in models)


@laws
@given(mixed_sets(least=4, most=5))
def test_closure_and_basis_agree_with_two_rows_repaired(relation: Relation) -> None:
    for left in subsets(relation.attributes):
        first = tuple(0 for _ in relation.attributes)
        second = tuple(0 if name in left else 1 for name in relation.attributes)
        rows = brute_force.repaired({first, second}, relation)
        assert rows is not None
        closed = mixed_closure(left, relation)
        assert closed == {
            name for place, name in enumerate(relation.attributes) if len({row[place] for row in rows}) == 1
        }
        blocks = dependency_basis(left, relation)
        assert sum(map(len, blocks)) == len(relation.attributes) - len(left)
        assert len(rows) == 2 ** sum(not each <= closed for each in blocks)
        for right in subsets(relation.attributes):
            multivalued = Multivalued(left, right)
            assert implied(relation, multivalued) == brute_force.holds(rows, relation.attributes, multivalued)


@laws
@given(mixed_sets(), st.data())
def test_a_chase_proves_or_shows_rows_against_it(relation: Relation, data: st.DataObject) -> None:
    components = data.draw(_components(relation.attributes))
    outcome = chased(relation, components)
    assert outcome.holds is not None
    assert outcome.holds == is_lossless(relation, components) == implied(relation, Join(frozenset(components)))
    numbers = {value: number for number, value in enumerate(sorted({value for row in outcome.after for value in row}))}
    rows = {tuple(numbers[value] for value in row) for row in outcome.after}
    distinguished = tuple(0 for _ in relation.attributes)
    assert outcome.holds == (distinguished in rows)
    if not outcome.holds:
        assert brute_force.keeps(rows, relation), "the counterexample breaks a dependency"
        assert distinguished in brute_force.joined(rows, relation.attributes, components)


@laws
@given(mixed_sets(most=3), st.data())
def test_what_a_chase_proves_holds_in_all_relations_of_two_values(relation: Relation, data: st.DataObject) -> None:
    components = data.draw(_components(relation.attributes))
    if is_lossless(relation, components):
        for rows in brute_force.models(relation):
            assert brute_force.joined(rows, relation.attributes, components) == rows


@laws
@given(mixed_sets())
def test_keys_are_those_of_the_closure(relation: Relation) -> None:
    everything = frozenset(relation.attributes)
    superkeys = [each for each in subsets(everything) if mixed_closure(each, relation) == everything]
    expected = {each for each in superkeys if not any(other < each for other in superkeys)}
    assert set(keys_of(relation).keys) == expected


@laws
@given(mixed_sets())
def test_forms_are_those_of_the_definitions(relation: Relation) -> None:
    everything = frozenset(relation.attributes)
    follows = tuple(Functional(left, mixed_closure(left, relation) - left) for left in subsets(everything))
    follows = tuple(each for each in follows if each.right)
    expected = brute_force.highest(everything, follows)
    found = normal_form(relation)
    if expected != "BCNF":
        assert found.form == expected
        return
    keys = brute_force.keys(everything, follows)
    by_keys = Relation(
        name="K", attributes=relation.attributes, functional=tuple(Functional(key, everything) for key in keys)
    )

    def superkey(left: Names) -> bool:
        return any(key <= left for key in keys)

    fourth = all(
        superkey(left) or right <= left or left | right == everything
        for left in subsets(everything)
        for right in subsets(everything)
        if not superkey(left) and implied(relation, Multivalued(left, right))
    )
    every: list[Readable] = [*relation.functional, *relation.multivalued, *relation.joins]
    fifth = all(implied(by_keys, each) for each in every)
    essential = fourth and all(
        any(superkey(each) for each in join.components) or everything in join.components for join in relation.joins
    )
    sixth = fifth and all(len(key) >= len(everything) - 1 for key in keys)
    assert found.verdict("4NF").holds == fourth
    assert found.verdict("ETNF").holds == essential
    assert found.verdict("5NF").holds == fifth
    assert found.verdict("6NF").holds == sixth
    assert found.form == ("5NF" if fifth else "4NF" if fourth else "BCNF")
    assert not fifth or essential


@laws
@given(mixed_sets(most=3))
def test_fifth_form_is_that_of_all_join_dependencies(relation: Relation) -> None:
    """Fagin's definition looks at every join dependency that follows; the dependencies given decide all the same."""
    found = normal_form(relation)
    everything = frozenset(relation.attributes)
    by_keys = Relation(
        name="K", attributes=relation.attributes, functional=tuple(Functional(key, everything) for key in found.keys)
    )
    sets = [each for each in subsets(everything) if each]
    every = (
        Join(frozenset(chosen))
        for size in (1, 2, 3)
        for chosen in combinations(sets, size)
        if frozenset().union(*chosen) == everything
    )
    assert (found.form == "5NF") == all(implied(by_keys, each) for each in every if implied(relation, each))


@laws
@given(functional_sets(most=5))
def test_sixth_form_has_no_join_dependency_that_says_something(relation: Relation) -> None:
    assume(len(relation.attributes) > 1)
    everything = frozenset(relation.attributes)
    split = any(
        is_lossless(relation, [everything - {one}, everything - {other}])
        for one, other in combinations(sorted(everything), 2)
    )
    if normal_form(relation).verdict("6NF").holds:
        assert not split
    elif normal_form(relation).form == "5NF":
        assert split


def _components(attributes: tuple[str, ...]) -> st.SearchStrategy[list[Names]]:
    some = st.frozensets(st.sampled_from(attributes), min_size=1)

    def completed(parts: list[Names]) -> list[Names]:
        missing = frozenset(attributes).difference(*parts)
        return [*parts, missing] if missing else parts

    return st.lists(some, min_size=1, max_size=4).map(completed)
