"""What conditions on one column say about its values."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dbwright.catalog.objects import Catalog, Check, Column, Domain, Enum, Table
from dbwright.catalog.types import Type
from dbwright.seed.base import Limit
from dbwright.seed.checks.understand import understand

_NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
_INTEGER, _SMALL = Type("integer", "integer", bits=32), Type("integer", "smallint", bits=16)
_PRICE, _TEXT = Type("decimal", "numeric(10,2)", precision=10, scale=2), Type("text", "text")
_NAME, _DAY = Type("varchar", "character varying(20)", length=20), Type("date", "date")
_INSTANT = Type("timestamp", "timestamp with time zone", with_zone=True)
_FLAG, _REAL = Type("boolean", "boolean"), Type("float", "double precision", bits=64)


def _limit(type_: Type, *checks: str, nullable: bool = True, engine: str = "postgres", other: Type = _INTEGER) -> Limit:
    columns = (Column(name="x", type=type_, nullable=nullable), Column(name="y", type=other))
    table = Table(namespace="", name="t", columns=columns, checks=tuple(Check(expression=each) for each in checks))
    return understand(table, Catalog(engine=engine, tables=(table,)), now=_NOW).limits["x"]


@pytest.mark.parametrize(
    ("type_", "check", "lowest", "highest"),
    [
        (_INTEGER, "x > 0", 1, 2**31 - 1),
        (_INTEGER, "0 < x AND x <= 5", 1, 5),
        (_INTEGER, "x BETWEEN -3 AND 3", -3, 3),
        (_INTEGER, "x < 2.5", -(2**31), 2),
        (_INTEGER, "x >= 2.5", 3, 2**31 - 1),
        (_INTEGER, "abs(x) <= 7", -7, 7),
        (_INTEGER, "x IS NULL OR x > 10", 11, 2**31 - 1),
        (_INTEGER, "NOT (x < 4)", 4, 2**31 - 1),
        (_INTEGER, "x > 5 OR x = 3", 3, 2**31 - 1),
        (_SMALL, "x > ('-5'::integer)::numeric", -4, 2**15 - 1),
        (_PRICE, "x > (0)::numeric", Decimal("0.01"), Decimal("99999999.99")),
        (_PRICE, "x < 10.005", Decimal("-99999999.99"), Decimal("10.00")),
        (_DAY, "x >= '2020-01-01'::date", date(2020, 1, 1), None),
        (_DAY, "x < CURRENT_DATE", None, date(2025, 6, 14)),
        (_DAY, "x <= (CURRENT_DATE - '18 years'::interval)", None, date(2007, 6, 15)),
        (_DAY, "EXTRACT(year FROM x) BETWEEN 2000 AND 2005", date(2000, 1, 1), date(2005, 12, 31)),
        (_INSTANT, "x <= now()", None, _NOW),
        (_INSTANT, "x > '2020-01-01 00:00:00+00'::timestamptz", datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC), None),
        (_REAL, "x >= 0 AND x <= 1", 0.0, 1.0),
    ],
)
def test_bounds(type_: Type, check: str, lowest: Any, highest: Any) -> None:
    limit = _limit(type_, check)
    assert (limit.lowest, limit.highest) == (lowest, highest)


@pytest.mark.parametrize(
    ("type_", "check", "allowed"),
    [
        (_TEXT, "x IN ('a', 'b')", ("a", "b")),
        (_TEXT, "x = ANY (ARRAY['a'::text, 'b'::text])", ("a", "b")),
        (_NAME, "(x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])", ("a", "b")),
        (_TEXT, "x = 'a' OR x = 'b'", ("a", "b")),
        (_TEXT, "x IN ('a', 'b', 'c') AND x <> 'b'", ("a", "c")),
        (_INTEGER, "x IN (1, 2, 3) AND x > 1", (2, 3)),
        (_INTEGER, "x IN (1, 2.5, 3.0)", (1, 3)),
        (_FLAG, "x", (True,)),
        (_FLAG, "NOT x", (False,)),
        (_FLAG, "x IS TRUE", (True,)),
    ],
)
def test_the_only_values(type_: Type, check: str, allowed: tuple[Any, ...]) -> None:
    assert _limit(type_, check).allowed == allowed


@pytest.mark.parametrize(
    ("check", "least", "most"),
    [
        ("x <> ''", 1, 20),
        ("length(x) >= 3", 3, 20),
        ("char_length(x) BETWEEN 2 AND 8", 2, 8),
        ("length(trim(x)) > 0", 1, 20),
        ("btrim(x) <> ''::text", 1, 20),
        ("length(x) = 5", 5, 5),
        ("length(x) < 500", 0, 20),
    ],
)
def test_lengths(check: str, least: int, most: int) -> None:
    limit = _limit(_NAME, check)
    assert (limit.least_length, limit.most_length) == (least, most)


@pytest.mark.parametrize(
    ("check", "engine", "pattern"),
    [
        ("x ~ '^[A-Z]{3}$'", "postgres", "[A-Z]{3}"),
        ("x ~ 'b'", "postgres", ".*b.*"),
        ("x ~ '^a|b$'", "postgres", "(?:a.*|.*b)"),
        ("x ~ '^(a|b)$'", "postgres", "(a|b)"),
        ("x LIKE 'a\\_%'", "postgres", "a_.*"),
        ("x LIKE 'a%' ESCAPE '!'", "mysql", "a.*"),
        ("x SIMILAR TO '(a|b)%'", "postgres", "(?:(?:a|b).*)"),
        ("x regexp '^[a-z]+$'", "mysql", "[a-z]+"),
        ("x GLOB '[A-Z][0-9]*'", "sqlite", "[A-Z][0-9].*"),
        ("x !~ '[0-9]'", "postgres", "[^0-9]*"),
        ("x NOT GLOB '*[^0-9a-f]*'", "sqlite", "[0-9a-f]*"),
        ("position('@' in x) > 1", "postgres", ".{1,}@.*"),
        ("left(x, 2) = 'AB'", "postgres", "AB.*"),
    ],
)
def test_patterns(check: str, engine: str, pattern: str) -> None:
    assert _limit(_TEXT, check, engine=engine).patterns == (pattern,)


@pytest.mark.parametrize(
    ("check", "good"), [("x = date(x)", "2024-02-29"), ("datetime(x) IS NOT NULL", "1999-12-31 23:59:59")]
)
def test_texts_of_sqlite_that_are_taken_for_dates_are_written_as_such(check: str, good: str) -> None:
    (pattern,) = _limit(_TEXT, check, engine="sqlite").patterns
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, good.replace("-", "/"))
    assert not re.fullmatch(pattern, good.replace("2024", "2023").replace("12-31", "11-31"))


def test_a_negated_pattern_is_no_pattern() -> None:
    assert _limit(_TEXT, "x !~ 'ab'").patterns == ()


def test_letters_in_one_case() -> None:
    assert _limit(_TEXT, "x = upper(x)").letter_case == "upper"
    assert _limit(_TEXT, "lower(x) = x").letter_case == "lower"


def test_null_is_allowed_where_nothing_says_otherwise() -> None:
    assert _limit(_TEXT, "x > 'a'").nullable
    assert not _limit(_TEXT, "x IS NOT NULL").nullable
    assert not _limit(_TEXT, nullable=False).nullable
    assert _limit(_TEXT, "x IS NOT NULL OR y > 0").nullable


def test_a_check_that_is_not_enforced_says_nothing() -> None:
    table = Table(
        namespace="",
        name="t",
        columns=(Column(name="x", type=_INTEGER),),
        checks=(Check(expression="x > 5", enforced=False),),
    )
    checked = understand(table, Catalog(engine="mysql", tables=(table,)))
    assert checked.limits["x"].lowest == -(2**31)
    assert checked.tests == ()


def test_domains_and_enums_say_what_their_columns_may_hold() -> None:
    domain = Domain(
        namespace="public",
        name="percent",
        type=_INTEGER,
        nullable=False,
        checks=(Check(expression="VALUE >= 0 AND VALUE <= 100"),),
    )
    outer = Domain(
        namespace="public",
        name="even",
        type=Type("domain", "percent", user_type=("public", "percent")),
        checks=(Check(expression="VALUE % 2 = 0"),),
    )
    enum = Enum(namespace="public", name="mood", labels=("sad", "ok"))
    columns = (
        Column(name="p", type=Type("domain", "even", user_type=("public", "even"))),
        Column(name="m", type=Type("enum", "mood", user_type=("public", "mood"))),
        Column(name="value", type=_INTEGER),
    )
    table = Table(namespace="public", name="t", columns=columns)
    checked = understand(table, Catalog(engine="postgres", tables=(table,), domains=(domain, outer), enums=(enum,)))
    assert (checked.limits["p"].lowest, checked.limits["p"].highest, checked.limits["p"].nullable) == (0, 100, False)
    assert checked.limits["m"].allowed == ("sad", "ok")
    assert [test.columns for test in checked.tests] == [("p",), ("p",)]


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (("x > 5", "x < 3"), "at least 6 and at most 2"),
        (("x IN (1, 2)", "x NOT IN (1, 2)"), "leave no value"),
        (("x IN (1, 2)", "x > 2"), "leave no value"),
    ],
)
def test_conditions_that_no_value_meets_are_named_beforehand(checks: tuple[str, ...], words: str) -> None:
    table = Table(
        namespace="shop",
        name="t",
        columns=(Column(name="x", type=_INTEGER, nullable=False),),
        checks=tuple(Check(expression=each) for each in checks),
    )
    (found,) = understand(table, Catalog(engine="postgres", tables=(table,))).impossible
    assert found.where == "shop.t.x"
    assert words in found.sentence


def test_a_condition_that_is_false_for_every_row_is_named_beforehand() -> None:
    table = Table(
        namespace="", name="t", columns=(Column(name="x", type=_INTEGER),), checks=(Check(expression="1 = 2"),)
    )
    (found,) = understand(table, Catalog(engine="sqlite", tables=(table,))).impossible
    assert "never true" in found.sentence


def test_conditions_that_only_null_meets_are_possible_where_null_is_allowed() -> None:
    table = Table(
        namespace="",
        name="t",
        columns=(Column(name="x", type=_INTEGER),),
        checks=(Check(expression="x > 5 AND x < 3"),),
    )
    assert understand(table, Catalog(engine="postgres", tables=(table,))).impossible == ()


@pytest.mark.parametrize(
    ("type_", "engine", "lowest", "highest"),
    [
        (Type("integer", "tinyint unsigned", bits=8, unsigned=True), "mysql", 0, 255),
        (
            Type("decimal", "decimal(4,1) unsigned", precision=4, scale=1, unsigned=True),
            "mysql",
            Decimal(0),
            Decimal("999.9"),
        ),
        (Type("year", "year"), "mysql", 1901, 2155),
        (Type("date", "date"), "mysql", date(1000, 1, 1), date(9999, 12, 31)),
        (Type("decimal", "decimal(4,1)", precision=4, scale=1), "sqlite", None, None),
    ],
)
def test_types_have_bounds(type_: Type, engine: str, lowest: Any, highest: Any) -> None:
    limit = _limit(type_, engine=engine)
    assert (limit.lowest, limit.highest) == (lowest, highest)


def test_timestamps_of_mysql_end_in_2038() -> None:
    limit = _limit(Type("timestamp", "timestamp", with_zone=True), engine="mysql")
    assert limit.highest < datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC) < limit.highest + timedelta(days=3)
