"""Relations and dependencies from texts and back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, Join, Multivalued
from dbwright.errors import UsageError
from dbwright.normalize.theory.notation import Readable, read, read_dependencies, show, show_relation
from dbwright.normalize.theory.relation import Relation


def fd(left: str, right: str) -> Functional:
    return Functional(frozenset(left.split()), frozenset(right.split()))


def mvd(left: str, right: str) -> Multivalued:
    return Multivalued(frozenset(left.split()), frozenset(right.split()))


def jd(*components: str) -> Join:
    return Join(frozenset(frozenset(each.split()) for each in components))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A -> B", [fd("A", "B")]),
        ("A,B->C", [fd("A B", "C")]),
        ("A B → C D", [fd("A B", "C D")]),
        ("AB -> CD", [fd("A B", "C D")]),
        ("{A, B} --> {C}", [fd("A B", "C")]),
        ("(A, B) => C", [fd("A B", "C")]),
        ("A -> B -> C", [fd("A", "B"), fd("B", "C")]),
        ("A <-> B", [fd("A", "B"), fd("B", "A")]),
        ("A ↔ BC", [fd("A", "B C"), fd("B C", "A")]),
        ("-> A", [fd("", "A")]),
        ("∅ -> A", [fd("", "A")]),
        ("{} → A", [fd("", "A")]),
        ("A -> A", [fd("A", "A")]),
        ("A ->> B", [mvd("A", "B")]),
        ("A →→ B", [mvd("A", "B")]),
        ("A ->-> B C", [mvd("A", "B C")]),
        ("A ↠ B | CD", [mvd("A", "B")]),
        ("A ->> B | C | D", [mvd("A", "B"), mvd("A", "C"), mvd("A", "D")]),
        ("∅ ->> A", [mvd("", "A")]),
        ("⋈(A B, B C, C D)", [jd("A B", "B C", "C D")]),
        ("*(AB, BCD)", [jd("A B", "B C D")]),
        ("*{ {A,B}, {B,C,D} }", [jd("A B", "B C D")]),
        ("join(A, B; B, C; C, D)", [jd("A B", "B C", "C D")]),
        ("JD[", None),
        ("AB ⋈ BCD", None),
        ("key(A, B)", [fd("A B", "A B C D")]),
        ("UNIQUE A", [fd("A", "A B C D")]),
        ("A -> B; C -> D\nB -> C  ", [fd("A", "B"), fd("C", "D"), fd("B", "C")]),
        ("# nothing\nA -> B", [fd("A", "B")]),
        ("", []),
    ],
)
def test_dependencies(text: str, expected: list[Readable] | None) -> None:
    if expected is None:
        with pytest.raises(UsageError):
            read_dependencies(text, tuple("ABCD"))
    else:
        assert list(read_dependencies(text, tuple("ABCD"))) == expected


@pytest.mark.parametrize(
    ("text", "name", "attributes"),
    [
        ("R(A,B,C)", "R", ("A", "B", "C")),
        ("R(A B C)", "R", ("A", "B", "C")),
        ("R = {A, B}", "R", ("A", "B")),
        ("(A, B)", "R", ("A", "B")),
        (
            "order-items(order_id, no#, größe, 名前, e@mail)",
            "order-items",
            ("order_id", "no#", "größe", "名前", "e@mail"),
        ),
        ('R("=", ",", "#", "(", "|")', "R", ("=", ",", "#", "(", "|")),
        ('"my table"("a, b", `c(d)`, [e->f], "say ""x""")', "my table", ("a, b", "c(d)", "e->f", 'say "x"')),
        ("R(ABCD)", "R", ("A", "B", "C", "D")),
        ("R(id)", "R", ("id",)),
    ],
)
def test_relations(text: str, name: str, attributes: tuple[str, ...]) -> None:
    relation = read(text)
    assert (relation.name, relation.attributes) == (name, attributes)
    assert read(show_relation(relation)).attributes == attributes


def test_a_word_of_capitals_is_one_attribute_where_a_dependency_says_so() -> None:
    assert read("R(ID)", ["ID -> ID"]).attributes == ("ID",)
    assert read("R(ABC)", ["A -> B"]).attributes == ("A", "B", "C")


@pytest.mark.parametrize(
    ("relation", "dependency", "said", "hint"),
    [
        ("R", "", "is no relation", "R(A, B, C)"),
        ("R()", "", "is no relation", "R(A, B, C)"),
        ("R(A, A)", "", "more than once", ""),
        ("R(A, B)", "A -> C", "no attribute 'C'", "A, B"),
        ("R(name, city)", "Name -> city", "no attribute 'Name'", "Did you mean name?"),
        ("R(A, B)", "A B", "no arrow", "->"),
        ("R(A, B)", "A ->", "nothing after its arrow", "->"),
        ("R(A, B, C)", "⋈(A, B)", "leaves out C", "all attributes"),
        ("R(A, B, C)", "⋈()", "no component", "⋈(A B, B C)"),
        ("R(A, B, C, D)", "A ->> B | C", "leaves out D", "all attributes"),
        ("R(A, B)", "A -> (B", "cannot stand", "->"),
        ("R(A, B)", 'A -> "B', "cannot be read from character", "->"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(relation: str, dependency: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(relation, [dependency])
    assert said in raised.value.message
    assert hint in (raised.value.hint or "")


_names = st.text(min_size=1, max_size=8).filter(
    lambda name: "\n" not in name and "\r" not in name and name.splitlines() == [name]
)


@given(st.lists(_names, min_size=1, max_size=6, unique=True), st.data())
def test_what_is_shown_reads_as_the_same(names: list[str], data: st.DataObject) -> None:
    some = st.frozensets(st.sampled_from(names))
    more = st.frozensets(st.sampled_from(names), min_size=1)
    dependency = data.draw(
        st.one_of(
            st.builds(Functional, some, more),
            st.builds(Multivalued, some, more),
            st.frozensets(more).map(lambda parts: Join(parts | {frozenset(names)})),
        )
    )
    assert read_dependencies(show(dependency, names), names) == (dependency,)
    relation = Relation(name="R", attributes=tuple(names))
    assert read(
        show_relation(relation), ["-> " + show(Functional(frozenset(), frozenset(names)))[4:]]
    ).attributes == tuple(names)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for relation, dependency in ((text, ""), ("R(A, B, C)", text)):
        with suppress(UsageError):
            assert read(relation, [dependency]).attributes
