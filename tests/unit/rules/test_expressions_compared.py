"""What checks say beside each other and beside a value: whatever is claimed holds in a real database too."""

import itertools
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.rules.design._expressions import (
    Domain,
    alternatives,
    asks_not_null,
    column_pinned,
    conjuncts,
    implies,
    literal,
    outcomes,
    parse,
    refuses,
)

COLUMNS = {"a": Domain(), "b": Domain()}
_COMPARISONS = st.builds(
    "{} {} {}".format,
    st.sampled_from(("a", "b")),
    st.sampled_from(("<", "<=", "=", "<>", ">", ">=")),
    st.sampled_from(("0", "1", "2", "-1", "b")),
)
_ATOMS = st.one_of(_COMPARISONS, st.sampled_from(("a IS NULL", "b IS NOT NULL", "a IN (0, 2)", "b BETWEEN 0 AND 1")))
_EXPRESSIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("(NOT {})".format, inner),
    ),
    max_leaves=4,
)
_VALUES = (None, -1, 0, 0.5, 1, 2, 3)


def _truths(expression: str) -> list[bool | None]:
    """What SQLite makes of an expression for every pair of values."""
    rows = [
        f"({'NULL' if a is None else a}, {'NULL' if b is None else b})" for a, b in itertools.product(_VALUES, _VALUES)
    ]
    with sqlite3.connect(":memory:") as connection:
        found = connection.execute(
            f"WITH rows (a, b) AS (VALUES {', '.join(rows)}) SELECT {expression} FROM rows"
        ).fetchall()
    connection.close()
    return [None if truth is None else bool(truth) for (truth,) in found]


@settings(max_examples=150, deadline=None)
@given(_EXPRESSIONS, _EXPRESSIONS)
def test_what_implies_another_does_so_in_the_database(stricter: str, laxer: str) -> None:
    first, second = parse(stricter, "sqlite"), parse(laxer, "sqlite")
    assert first is not None
    assert second is not None
    if implies(first, second, COLUMNS):
        pairs = zip(_truths(stricter), _truths(laxer), strict=True)
        assert all(lax is not False for strict, lax in pairs if strict is not False)


@settings(max_examples=150, deadline=None)
@given(_EXPRESSIONS, st.sampled_from((0, 1, 2)))
def test_what_refuses_a_value_does_so_in_the_database(expression: str, value: int) -> None:
    tree = parse(expression, "sqlite")
    assert tree is not None
    if refuses(tree, COLUMNS, "a", Decimal(value), any_case=False):
        pairs = itertools.product(_VALUES, _VALUES)
        assert all(truth is False for (a, _), truth in zip(pairs, _truths(expression), strict=True) if a == value)


@pytest.mark.parametrize(
    ("stricter", "laxer"),
    [
        ("a > 0", "a >= 0"),
        ("a > 0", "0 < a"),
        ("a IN (0, 1)", "a = 0 OR a = 1"),
        ("a > 0 AND b > 0", "a > 0"),
        ("a BETWEEN 1 AND 3", "a <= 3"),
        ("f(a) AND a > 1", "f(a)"),
    ],
)
def test_an_implication_is_seen(stricter: str, laxer: str) -> None:
    first, second = parse(stricter, "postgres"), parse(laxer, "postgres")
    assert implies(first, second, COLUMNS)


@pytest.mark.parametrize(("one", "other"), [("a >= 0", "a > 0"), ("a > 0 OR b > 0", "a > 0"), ("f(a)", "g(a)")])
def test_no_implication_is_made_up(one: str, other: str) -> None:
    assert not implies(parse(one, "postgres"), parse(other, "postgres"), COLUMNS)


@pytest.mark.parametrize(
    ("expression", "value", "any_case", "refused"),
    [
        ("a IN ('open', 'paid')", "new", False, True),
        ("a IN ('open', 'paid')", "Open", False, True),
        ("a IN ('open', 'paid')", "Open", True, False),
        ("length(a) > 4", "abc", False, True),
        ("length(a) > 4", "abcdef", False, False),
        ("a = upper(a)", "x", False, True),
        ("a = lower(a)", "x", False, False),
        ("a > 0 OR b > 0", Decimal(0), False, False),
        ("a > 0 AND f(b)", Decimal(0), False, True),
        ("a LIKE 'x%'", "y", False, False),
        ("a > 'b'", "a", False, False),
    ],
)
def test_a_value_is_tried(expression: str, value: Decimal | str, any_case: bool, refused: bool) -> None:
    tree = parse(expression, "postgres")
    assert refuses(tree, COLUMNS, "a", value, any_case=any_case) is refused


def test_types_bound_what_is_tried() -> None:
    tiny = {"a": Domain(nullable=False, whole=True, least=-128, most=127)}
    assert outcomes(parse("a < 128", "postgres"), tiny) == frozenset((True,))
    assert outcomes(parse("a < 127", "postgres"), tiny) == frozenset((True, False))
    short = {"a": Domain(nullable=False, longest=5)}
    assert outcomes(parse("length(a) <= 5", "postgres"), short) == frozenset((True,))
    assert outcomes(parse("length(a) <= 4", "postgres"), short) == frozenset((True, False))


def test_parts_of_conditions_are_told() -> None:
    assert len(conjuncts(parse("a > 0 AND (b > 0 AND a < 5)", "postgres"))) == 3
    assert len(alternatives(parse("a > 0 OR (b > 0 OR a < 5)", "postgres"))) == 3
    assert column_pinned(parse("a = 5", "postgres")) == "a"
    assert column_pinned(parse("a IS NULL", "postgres")) == "a"
    assert column_pinned(parse("NOT a", "postgres")) == "a"
    assert column_pinned(parse("a IS NOT NULL", "postgres")) is None
    assert column_pinned(parse("a > 5", "postgres")) is None
    assert asks_not_null(parse("a IS NOT NULL", "sqlite"))
    assert not asks_not_null(parse("a > 0", "sqlite"))


@pytest.mark.parametrize(
    ("text", "value"), [("0", Decimal(0)), ("-1.5", Decimal("-1.5")), ("'it''s'", "it's"), ("now()", None), ("a", None)]
)
def test_a_literal_is_read(text: str, value: Decimal | str | None) -> None:
    assert literal(text, "postgres") == value
