"""Every kind of dependency is written as a line that is read back as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.catalog.dependencies import (
    Conditional,
    Dependency,
    Derived,
    Functional,
    Included,
    Join,
    Multivalued,
    Ordered,
    UniqueColumns,
)
from dbwright.catalog.names import Ref
from dbwright.errors import UsageError
from dbwright.normalize.judgement.written import read_written, same, written

_NAMES = st.one_of(
    st.sampled_from(
        [
            "zip",
            "zip code",
            'q"x',
            "where",
            "key",
            "in",
            "a,b",
            "is",
            "->",
            "∅",
            "sorts",
            "null",
            "größe",
            "1",
            "a.b",
            "🙂",
        ]
    ),
    st.sampled_from(["=", "'", ":", "<=", "≤", "⋈", "key(a)", "#", "''", "and"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=5).filter(str.strip),
)


@st.composite
def dependencies(draw: st.DrawFn) -> tuple[list[str], Dependency]:
    names = draw(st.lists(_NAMES, min_size=3, max_size=6, unique_by=str.casefold))
    columns = st.sampled_from(names)
    sets = st.frozensets(columns, max_size=3)
    one = draw(columns)
    left = draw(sets) - {one}
    pair = draw(st.lists(columns, min_size=2, max_size=2, unique=True))
    value = st.one_of(st.none(), st.text(max_size=6))
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return names, Functional(left, frozenset((one,)))
    if kind == 1:
        return names, Multivalued(left, frozenset((one,)))
    if kind == 2:
        return names, UniqueColumns(left)
    if kind == 3:
        half = len(names) // 2
        return names, Join(frozenset((frozenset(names[: half + 1]), frozenset(names[half:]))))
    if kind == 4:
        compared = draw(st.booleans())
        if compared:
            return names, Ordered(pair[0], pair[1], compared=True)
        return names, Ordered(pair[0], pair[1], descending=draw(st.booleans()), strict=draw(st.booleans()))
    if kind == 5:
        parent = Ref("table", (draw(_NAMES), draw(_NAMES)))
        return names, Included(tuple(pair), parent, tuple(draw(st.lists(_NAMES, min_size=2, max_size=2))))
    if kind == 6:
        condition = tuple((name, draw(value)) for name in pair)
        constant = draw(st.one_of(st.just(()), st.tuples(value)))
        return names, Conditional(condition, left, frozenset((one,)), constant)
    quoted = ['"' + name.replace('"', '""') + '"' for name in pair]
    return names, Derived(one, f"{quoted[0]} * 2 - {quoted[1]}", frozenset(pair), kind="formula")


@given(dependencies())
def test_what_is_written_is_read_back(case: tuple[list[str], Dependency]) -> None:
    names, dependency = case
    assert read_written(written(dependency, names), names) == (dependency,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zip -> city", [Functional(frozenset(("zip",)), frozenset(("city",)))]),
        ("ZIP→City", [Functional(frozenset(("zip",)), frozenset(("city",)))]),
        ("-> city", [Functional(frozenset(), frozenset(("city",)))]),
        ("unique (zip, street)", [UniqueColumns(frozenset(("zip", "street")))]),
        ("zip ≤ city", [Ordered("zip", "city", compared=True)]),
        ("zip in cities(zip)", [Included(("zip",), Ref("table", ("", "cities")), ("zip",))]),
    ],
)
def test_what_people_write(text: str, expected: list[Dependency]) -> None:
    names = ["zip", "city", "street"]
    if text == "ZIP→City":
        with pytest.raises(UsageError, match="ZIP"):
            read_written(text, names)
        return
    assert list(read_written(text, names)) == expected


def test_several_columns_on_the_right_are_several_dependencies() -> None:
    found = read_written("a -> c, b", ["a", "b", "c"])
    assert found == tuple(Functional(frozenset("a"), frozenset(name)) for name in "bc")


@pytest.mark.parametrize(
    "text", ["", "zip", "zip -> nowhere", "key(nowhere)", "a -> a", "a -> b where", "a -> b where c", "(a, b) in p(x)"]
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_written(text, ["a", "b", "c", "zip"])


def test_a_formula_is_the_same_whatever_its_kind() -> None:
    one = Derived("c", '"a" + "b"', frozenset("ab"), kind="sum")
    assert same(one, Derived("c", '"a" + "b"', frozenset("ab"), kind="formula"))
    assert not same(one, Derived("c", '"a" - "b"', frozenset("ab")))
