"""What check expressions evaluate to: only what holds for all values is claimed."""

import pytest

from dbwright.rules.design._expressions import Domain, compares_with_null, forbids_empty, null_passes, parse, verdict

REQUIRED = {"x": Domain(nullable=False), "y": Domain(nullable=False), "n": Domain(nullable=False, whole=True)}


@pytest.mark.parametrize(
    "expression",
    [
        "1 = 1",
        "TRUE",
        "x = x",
        "x > 0 OR x <= 0",
        "x > 0 OR x < 10",
        "x >= 0 OR x IS NULL OR x < 0",
        "x BETWEEN 1 AND 5 OR x < 1 OR x > 5",
        "x <> 'a' OR x <> 'b'",
        "x IN ('a', 'b') OR TRUE",
        "NOT (x > 5 AND x < 3)",
        "x < y OR x >= y",
        "length(x) >= 0",
        "x = NULL",
        "x <> NULL",
        "x IN (1, NULL)",
        "f(x) OR NOT f(x)",
        "(x >= 0) OR (x IS NOT NULL)",
        "lower(x) = lower(x)",
        "x = ANY (ARRAY['a', NULL])",
    ],
)
def test_what_never_refuses_is_told(expression: str) -> None:
    tree = parse(expression, "postgres")
    assert tree is not None
    assert verdict(tree, REQUIRED) == "always passes"


@pytest.mark.parametrize(
    "expression",
    ["x > 10 AND x < 5", "FALSE", "x <> x", "n > 1 AND n < 2", "x < y AND y < x", "x = 'a' AND x = 'b'", "2 < 1"],
)
def test_what_is_never_true_is_told(expression: str) -> None:
    tree = parse(expression, "postgres")
    assert tree is not None
    assert verdict(tree, REQUIRED) == "never true"


@pytest.mark.parametrize(
    "expression",
    [
        "x > 0",
        "x > 1 AND x < 2",
        "x > 0 OR y > 0",
        "x IN ('a', 'b')",
        "x = ANY (ARRAY['a'::varchar, 'b'::varchar]::text[])",
        "x <> ALL (ARRAY['a', 'b'])",
        "x <= y",
        "x < y AND y < z",
        "x = x::integer",
        "f(x) > 3",
        "x LIKE 'a%'",
        "x ~ '^[a-z]+$'",
        "x + y > 3",
        "x >= 'a' AND x <= 'Z'",
        "x = 'a' OR x = 'A'",
        "x >= '2020-01-01' AND x < '2021-01-01'",
        "(x IS NULL) <> (y IS NULL)",
        "x IS NOT NULL OR y IS NOT NULL",
        "length(x) > 0",
        "random() = random()",
        "x > 0 AND x > 1 AND x < 100 AND y <> 5",
        "CASE WHEN x > 0 THEN y > 0 ELSE TRUE END",
        "coalesce(x, 0) + coalesce(y, 0) = 1",
        "x % 2 = 0",
    ],
)
@pytest.mark.parametrize("nullable", [True, False])
def test_ordinary_checks_are_left_alone(expression: str, nullable: bool) -> None:
    tree = parse(expression, "postgres")
    assert tree is not None
    domains = {name: Domain(nullable=nullable) for name in "xyz"}
    if nullable or ("IS NULL" not in expression and "IS NOT NULL" not in expression):
        assert verdict(tree, domains) is None


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
def test_is_null_and_is_not_null_are_opposites(engine: str) -> None:
    for expression in ("x IS NULL OR x IS NOT NULL", "x >= 0 OR x IS NOT NULL", "(x IS TRUE) OR (x IS NOT TRUE)"):
        tree = parse(expression, engine)
        assert tree is not None
        assert verdict(tree, {}) == "always passes", expression
    tree = parse("x IS NULL AND x IS NOT NULL", engine)
    assert tree is not None
    assert verdict(tree, {}) == "never true"


def test_types_narrow_the_values() -> None:
    tree = parse("x >= 0", "mysql")
    assert tree is not None
    assert verdict(tree, {"x": Domain(nullable=False, whole=True, least=0)}) == "always passes"
    assert verdict(tree, {"x": Domain(nullable=False, whole=True)}) is None


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("expression", ["trim(x) <> ''", "length(x) > 0", "x <> ''", "length(trim(x)) >= 1"])
def test_null_gets_past_a_check_for_emptiness(expression: str, engine: str) -> None:
    tree = parse(expression, engine)
    assert tree is not None
    assert forbids_empty(tree)
    assert null_passes(tree, {"x": Domain()}, "x")


def test_null_that_is_named_is_no_oversight() -> None:
    tree = parse("x IS NOT NULL AND length(x) > 0", "sqlite")
    assert tree is not None
    assert not null_passes(tree, {"x": Domain()}, "x")


def test_the_comparison_with_null_is_shown() -> None:
    tree = parse("x IN ('a', NULL)", "sqlite")
    assert tree is not None
    assert compares_with_null(tree) == "x IN ('a', NULL)"
    plain = parse("x IS NULL OR x IN ('a')", "sqlite")
    assert plain is not None
    assert compares_with_null(plain) is None


@pytest.mark.parametrize("expression", ["", "x >", "((", "x IN (", "; DROP TABLE t", "x" * 10_000 + " >"])
def test_what_cannot_be_parsed_is_no_error(expression: str) -> None:
    parse(expression, "postgres")
