"""Every decomposition is lossless, in the form it claims, and preserves what it says, on random dependencies and on rows."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, Join
from dbwright.normalize.theory.analysis import analysis
from dbwright.normalize.theory.closure import implies
from dbwright.normalize.theory.decomposition import decompose
from dbwright.normalize.theory.forms import normal_form
from dbwright.normalize.theory.implication import implied
from dbwright.normalize.theory.notation import Readable
from dbwright.normalize.theory.preservation import preserves
from dbwright.normalize.theory.relation import FORMS, Form, Relation
from dbwright.normalize.theory.split import Decomposition
from tests.unit.normalize.theory import brute_force
from tests.unit.normalize.theory.brute_force import Names, functional_sets, mixed_sets, subsets

laws = settings(deadline=None, max_examples=80)

_BOTH: tuple[Form, ...] = ("3NF", "BCNF")


def at_least(found: str, wanted: str) -> bool:
    """Whether a form is as strong as another."""
    order: list[str] = list(FORMS)
    return order.index(found) >= order.index(wanted)


def within(relation: Relation, part: Names) -> tuple[Functional, ...]:
    """All functional dependencies that hold within a part, by the definition."""
    return tuple(
        Functional(left, brute_force.closed(left, relation.functional) & part - left) for left in subsets(part)
    )


def sound(relation: Relation, made: Decomposition) -> None:
    """What holds for every decomposition."""
    parts = [fragment.attributes for fragment in made.fragments]
    assert frozenset().union(*parts) == frozenset(relation.attributes)
    assert not any(one <= other for place, one in enumerate(parts) for rest, other in enumerate(parts) if place != rest)
    assert made.lossless is True
    assert made.proof.holds in (True, None)
    assert len({fragment.relation.name for fragment in made.fragments}) == len(parts)
    for fragment in made.fragments:
        assert fragment.because is None or _named(fragment.because) <= fragment.attributes


def _named(dependency: Readable) -> Names:
    return frozenset() if isinstance(dependency, Join) else dependency.left | dependency.right


@laws
@given(functional_sets(most=6), st.sampled_from(["3NF", "EKNF", "BCNF", "4NF", "5NF"]))
def test_functional_decompositions(relation: Relation, to: Form) -> None:
    made = decompose(relation, to)
    sound(relation, made)
    wanted = {"3NF": "EKNF", "EKNF": "EKNF"}.get(to, "BCNF")
    for fragment in made.fragments:
        local = within(relation, fragment.attributes)
        form = brute_force.highest(fragment.attributes, local)
        assert at_least(form, wanted)
        assert fragment.form == ("5NF" if form == "BCNF" else form)
        assert set(fragment.keys) == brute_force.keys(fragment.attributes, local)
    parts = [fragment.attributes for fragment in made.fragments]
    kept = [each for part in parts for each in within(relation, part)]
    assert made.preserving == all(each.right <= brute_force.closed(each.left, kept) for each in relation.functional)
    if to in ("3NF", "EKNF"):
        assert made.preserving


@settings(deadline=None, max_examples=40)
@given(functional_sets(most=4, dependencies=5))
def test_boyce_codd_preserves_all_where_any_decomposition_does(relation: Relation) -> None:
    made = decompose(relation, "BCNF")
    if made.preserving:
        return
    in_form = [
        part
        for part in subsets(relation.attributes)
        if part and brute_force.highest(part, within(relation, part)) == "BCNF"
    ]
    # If any set of parts in BCNF preserves all dependencies, all of them together do.
    assert not preserves(relation.functional, in_form)
    assert any("No decomposition into BCNF preserves" in note for note in made.notes)


@laws
@given(mixed_sets(most=5), st.sampled_from(["3NF", "BCNF", "4NF", "5NF"]))
def test_mixed_decompositions(relation: Relation, to: Form) -> None:
    made = decompose(relation, to)
    sound(relation, made)
    assert at_least(made.reached, to)
    for fragment in made.fragments:
        assert at_least(fragment.form, to)
        for each in fragment.relation.functional:
            assert implied(relation, each)


@settings(deadline=None, max_examples=50)
@given(mixed_sets(most=4), st.sampled_from(["3NF", "BCNF", "4NF", "5NF"]), st.data())
def test_rows_come_back_from_their_parts(relation: Relation, to: Form, data: st.DataObject) -> None:
    row = st.tuples(*(st.integers(0, 2) for _ in relation.attributes))
    rows = brute_force.repaired(data.draw(st.sets(row, max_size=5)), relation)
    if rows is None:
        return
    assert brute_force.keeps(rows, relation)
    parts = [fragment.attributes for fragment in decompose(relation, to).fragments]
    assert brute_force.joined(rows, relation.attributes, parts) == rows


@laws
@given(mixed_sets(most=4))
def test_parts_in_fourth_form_by_definition(relation: Relation) -> None:
    """A part that is said to be in 4NF has, in every repaired relation, nothing that combines freely but by a key."""
    made = decompose(relation, "4NF")
    for fragment in made.fragments:
        names = tuple(sorted(fragment.attributes))
        for left in subsets(names):
            if any(key <= left for key in fragment.keys):
                continue
            first = tuple(0 for _ in relation.attributes)
            second = tuple(0 if name in left else 1 for name in relation.attributes)
            rows = brute_force.repaired({first, second}, relation)
            assert rows is not None
            part = brute_force.project(rows, relation.attributes, fragment.attributes)
            ordered = tuple(name for name in relation.attributes if name in fragment.attributes)
            free = [name for name in ordered if name not in left]
            assert len(part) == 2, "something is determined, or combines freely"
            assert all(len({row[ordered.index(name)] for row in part}) == 2 for name in free)


@laws
@given(functional_sets(most=5))
def test_the_choice_is_laid_out_exactly_where_something_is_lost(relation: Relation) -> None:
    found = analysis(relation)
    made = found.decomposition("BCNF")
    if made is None or made.preserving:
        assert found.choice is None
        return
    assert found.choice is not None
    assert found.choice.certain == "proved"
    assert set(found.choice.lost) == set(made.lost)
    assert [option.form for option in found.choice.options] == ["3NF", "BCNF"]
    for option in found.choice.options:
        assert option.keeps
        assert option.costs
    assert all(implies(relation.functional, each) for each in found.choice.lost)


@pytest.mark.parametrize("to", ["3NF", "EKNF", "BCNF", "4NF", "5NF"])
def test_a_relation_in_the_form_stays_whole(to: Form) -> None:
    relation = Relation(name="R", attributes=("A", "B", "C"), functional=(Functional(frozenset("A"), frozenset("BC")),))
    made = decompose(relation, to)
    assert [fragment.attributes for fragment in made.fragments] == [frozenset("ABC")]
    assert made.preserving
    assert made.fragments[0].relation.name == "R"


def test_every_set_of_dependencies_over_three_attributes() -> None:
    """All sets of functional dependencies with one attribute on the left and one on the right, none left to chance."""
    names = ("A", "B", "C")
    every = [
        Functional(frozenset(left), frozenset(right)) for left, right in product(("", *names, "AB", "BC", "AC"), names)
    ]
    every = [each for each in every if not each.right <= each.left]
    for size in range(4):
        for chosen in combinations(every, size):
            relation = Relation(name="R", attributes=names, functional=chosen)
            found = brute_force.highest(names, chosen)
            assert normal_form(relation).form == ("5NF" if found == "BCNF" else found)
            for to in _BOTH:
                made = decompose(relation, to)
                sound(relation, made)
                assert at_least(made.reached, to)
