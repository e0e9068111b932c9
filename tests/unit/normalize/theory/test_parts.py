"""What holds within some of a relation's attributes, judged without taking the relation apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory import projection
from dbwright.normalize.theory.forms import Judge
from dbwright.normalize.theory.implication import Theory
from dbwright.normalize.theory.notation import read
from dbwright.normalize.theory.product import joins_against_keys, product_against
from dbwright.normalize.theory.projection import project, projected
from dbwright.normalize.theory.relation import Relation
from tests.unit.normalize.theory import brute_force
from tests.unit.normalize.theory.brute_force import Names, Row, functional_sets, mixed_sets, subsets


def two_rows(relation: Relation, left: Names, within: tuple[str, ...]) -> set[Row]:
    """The most general rows of a part that agree on some attributes."""
    first = tuple(0 for _ in relation.attributes)
    second = tuple(0 if name in left else 1 for name in relation.attributes)
    rows = brute_force.repaired({first, second}, relation)
    assert rows is not None
    return brute_force.project(rows, relation.attributes, frozenset(within))


@settings(deadline=None, max_examples=80)
@given(mixed_sets(least=3, most=5), st.data())
def test_keys_and_forms_of_a_part(relation: Relation, data: st.DataObject) -> None:
    chosen = data.draw(st.frozensets(st.sampled_from(relation.attributes), min_size=2))
    within = tuple(name for name in relation.attributes if name in chosen)
    theory = Theory(relation)
    found = Judge(theory, theory.universe.mask(within)).forms()
    follows, free = [], []
    for left in subsets(within):
        rows = two_rows(relation, left, within)
        closed = frozenset(name for place, name in enumerate(within) if len({row[place] for row in rows}) == 1)
        follows.append(Functional(left, closed - left))
        if closed != frozenset(within) and (closed > left or len(rows) > 2):
            free.append(left)
    follows = [each for each in follows if each.right]
    assert set(found.keys) == brute_force.keys(within, follows)
    expected = brute_force.highest(within, follows)
    assert found.form == expected or (expected == "BCNF" and found.form in ("4NF", "5NF"))
    assert found.verdict("4NF").holds == (not free)


@settings(deadline=None, max_examples=80)
@given(mixed_sets(least=3, most=4), st.data())
def test_join_dependencies_of_a_part_hold_in_it(relation: Relation, data: st.DataObject) -> None:
    row = st.tuples(*(st.integers(0, 2) for _ in relation.attributes))
    rows = brute_force.repaired(data.draw(st.sets(row, max_size=5)), relation)
    if rows is None:
        return
    theory = Theory(relation)
    for chosen in subsets(relation.attributes):
        mask = theory.universe.mask(chosen)
        within = tuple(name for name in relation.attributes if name in chosen)
        part = brute_force.project(rows, relation.attributes, chosen)
        for join in joins_against_keys(theory, mask, Judge(theory, mask).keys):
            assert brute_force.joined(part, within, [theory.universe.set(each) for each in join]) == part


def test_a_part_may_combine_freely_where_no_left_side_given_lies_in_it() -> None:
    theory = Theory(read("R(A, B, C, D)", ["BD -> A", "∅ ->> D"]))
    found = product_against(theory, theory.universe.mask("ABC"))
    # Some D stands beside every row, and with it B gives A.
    assert found.arrows == (theory.universe.arrow(Functional(frozenset("B"), frozenset("A"))),)


def test_a_join_dependency_cut_down_to_a_part_may_not_hold_there() -> None:
    theory = Theory(read("R(A, B, C, D)", ["⋈(A D, B D, C D)"]))
    # Given D, the others combine freely; with D gone, they need not.
    assert joins_against_keys(theory, theory.universe.mask("ABC"), [theory.universe.mask("ABC")]) == []
    assert joins_against_keys(theory, theory.universe.mask("ABD"), [theory.universe.mask("ABD")]) == [
        (theory.universe.mask("AD"), theory.universe.mask("BD"))
    ]


@settings(deadline=None, max_examples=100)
@given(functional_sets(), st.data())
def test_resolution_projects_as_trying_all_sets_does(relation: Relation, data: st.DataObject) -> None:
    within = data.draw(st.frozensets(st.sampled_from(relation.attributes)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(projection, "_FEW", -1)
        found = project(relation.functional, sorted(within))
    assert all(each.left | each.right <= within for each in found)
    for start in subsets(within):
        assert brute_force.closed(start, found) == brute_force.closed(start, relation.functional) & within


def test_a_projection_that_needs_exponentially_many_is_cut_short_and_says_so() -> None:
    # Each A or B gives its C, all C give D: without the C, 2^12 left sides (Fischer, Jou and Tsou 1983).
    pairs = range(12)
    names = [f"{letter}{number}" for number in pairs for letter in "ABC"]
    given_ = [f"{letter}{number} -> C{number}" for number in pairs for letter in "AB"]
    relation = read(f"R({', '.join(names)}, D)", [*given_, f"{', '.join(f'C{number}' for number in pairs)} -> D"])
    theory = Theory(relation)
    within = theory.all & ~theory.universe.mask([f"C{number}" for number in pairs])
    assert not projected(theory.arrows, within, limit=1_000).complete
