"""Published problems with their published answers, and each answer against the definitions where these can be worked out."""

from dataclasses import astuple

import pytest

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.chase import is_lossless
from dbwright.normalize.theory.closure import equivalent
from dbwright.normalize.theory.cover import minimal_cover
from dbwright.normalize.theory.decomposition import decompose
from dbwright.normalize.theory.forms import normal_form
from dbwright.normalize.theory.implication import implied, mixed_closure
from dbwright.normalize.theory.notation import read_dependencies
from dbwright.normalize.theory.preservation import preserves
from dbwright.normalize.theory.relation import FORMS, Form
from tests.unit.normalize.theory import brute_force
from tests.unit.normalize.theory.textbook import (
    date,
    elmasri_navathe,
    examinations,
    garcia_molina,
    lexicon,
    papers,
    ramakrishnan,
    silberschatz,
    ullman,
)
from tests.unit.normalize.theory.textbook.problem import Problem

_BOOKS = (elmasri_navathe, ullman, garcia_molina, silberschatz, ramakrishnan, date, papers, lexicon, examinations)
PROBLEMS = [problem for book in _BOOKS for problem in book.PROBLEMS]
_ORDER = ("1NF", "2NF", "3NF", "EKNF", "BCNF", "4NF", "ETNF", "5NF", "6NF")

every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=[each.source for each in PROBLEMS])


def test_there_are_as_many_problems_as_promised() -> None:
    assert len(PROBLEMS) >= 60
    assert len({each.source for each in PROBLEMS}) == len(PROBLEMS)
    assert all(any(astuple(each)[3:]) for each in PROBLEMS), "a problem without an answer"


@every_problem
def test_keys_and_closures(problem: Problem) -> None:
    relation = problem.read()
    found = normal_form(relation)
    if problem.keys:
        expected = {problem.attributes(key) for key in problem.keys}
        assert set(found.keys) == expected
        assert found.prime == frozenset().union(*expected)
        if not relation.multivalued and not relation.joins:
            assert brute_force.keys(relation.attributes, relation.functional) == expected
    for start, closed in problem.closures.items():
        assert mixed_closure(problem.attributes(start), relation) == problem.attributes(closed)
        assert brute_force.closed(problem.attributes(start), relation.functional) == problem.attributes(closed)


@every_problem
def test_the_normal_form(problem: Problem) -> None:
    found = normal_form(problem.read())
    if problem.inside:
        assert found.verdict(problem.inside).holds, found.why_not_next
    if problem.outside:
        assert found.verdict(problem.outside).holds is False
        assert _ORDER.index(found.form) < _ORDER.index(problem.outside)
        assert found.why_not_next
    relation = problem.read()
    if not relation.multivalued and not relation.joins and len(relation.attributes) < 7:
        expected = brute_force.highest(relation.attributes, relation.functional)
        assert found.form == ("5NF" if expected == "BCNF" else expected)


@every_problem
def test_what_is_implied(problem: Problem) -> None:
    relation = problem.read()
    for texts, expected in ((problem.implied, True), (problem.not_implied, False)):
        for text in texts:
            for each in read_dependencies(text, relation.attributes):
                assert implied(relation, each) is expected, text


@every_problem
def test_covers(problem: Problem) -> None:
    relation = problem.read()
    cover = minimal_cover(relation.functional, relation.attributes)
    for text in (*problem.covers, *problem.equivalent):
        published = [each for each in read_dependencies(text, relation.attributes) if isinstance(each, Functional)]
        assert equivalent(published, relation.functional), text
    if problem.covers:
        singles = [
            {
                Functional(each.left, frozenset({name}))
                for each in read_dependencies(text, relation.attributes)
                if isinstance(each, Functional)
                for name in each.right
            }
            for text in problem.covers
        ]
        assert set(cover) in singles


@every_problem
def test_decompositions_that_are_given(problem: Problem) -> None:
    relation = problem.read()
    for text in problem.lossless:
        assert is_lossless(relation, problem.parts(text)) is True, text
    for text in problem.lossy:
        assert is_lossless(relation, problem.parts(text)) is False, text
    for text in problem.preserving:
        assert preserves(relation.functional, problem.parts(text)), text
    for text in problem.losing:
        assert not preserves(relation.functional, problem.parts(text)), text


@every_problem
def test_decompositions_that_are_made(problem: Problem) -> None:
    relation = problem.read()
    for form in FORMS[2:]:
        made = decompose(relation, form)
        assert made.lossless
        assert FORMS.index(made.reached) >= FORMS.index(form)
        if form in ("3NF", "EKNF"):
            assert preserves(relation.functional, [each.attributes for each in made.fragments])
        if form in problem.to:
            found = frozenset(each.attributes for each in made.fragments)
            assert found in [problem.parts(text) for text in problem.to[form]], sorted(map(sorted, found))


@every_problem
def test_an_answer_names_only_forms_that_exist(problem: Problem) -> None:
    forms: tuple[Form, ...] = FORMS
    assert set(problem.to) <= set(forms)
    assert problem.inside in (*_ORDER, "")
    assert problem.outside in (*_ORDER, "")
