"""What must differ in a table, from keys, indexes, expressions and generated columns."""

from dbwright.catalog.objects import Column, Generated, Index, KeyPart, PrimaryKey, Table, Unique
from dbwright.catalog.types import Type
from dbwright.seed.keys.required import Key, columns_in, required_keys

TEXT, NUMBER = Type("text", "text"), Type("integer", "integer", bits=32)


def _table(*columns: str, generated: dict[str, str] | None = None, **parts: object) -> Table:
    made = [Column(name=name, type=NUMBER) for name in columns]
    made += [
        Column(name=name, type=NUMBER, generated=Generated(expression=text)) for name, text in (generated or {}).items()
    ]
    return Table(namespace="", name="t", columns=tuple(made), **parts)  # type: ignore[arg-type]  # parts of a table


def _index(*parts: KeyPart, predicate: str | None = None) -> Index:
    return Index(name="x", parts=parts, unique=True, predicate=predicate)


def _only(table: Table) -> Key:
    (key,) = required_keys(table)
    return key


def test_narrow_keys_come_first_and_equal_ones_once() -> None:
    table = _table(
        "a", "b",
        primary_key=PrimaryKey(columns=("a", "b")),
        uniques=(Unique(columns=("b", "a")), Unique(columns=("b",), nulls_distinct=False)),
    )  # fmt: skip
    keys = required_keys(table)
    assert [key.columns for key in keys] == [("b",), ("a", "b")]
    assert [key.nulls_differ for key in keys] == [False, False]


def test_an_expression_counts_by_its_columns() -> None:
    key = _only(_table("email", "e", indexes=(_index(KeyPart(expression="lower(email)")),)))
    assert key.columns == ("email",)
    assert not key.plain


def test_both_orders_of_a_pair_are_one() -> None:
    parts = (KeyPart(expression="LEAST(a, b)"), KeyPart(expression="GREATEST(a, b)"))
    key = _only(_table("a", "b", indexes=(_index(*parts),)))
    assert key.either_way
    assert key.columns == ("a", "b")


def test_a_generated_column_counts_by_what_it_is_computed_from() -> None:
    table = _table("a", "b", generated={"g": "a * 2", "h": "g + 1"}, uniques=(Unique(columns=("h",)),))
    assert _only(table).columns == ("a",)


def test_a_case_without_else_is_a_condition() -> None:
    cases = [
        "case when `status` <> 'cancelled' then `a` end",
        "(CASE WHEN (status <> 'cancelled'::text) THEN a ELSE NULL::integer END)",
        "if(status <> 'cancelled',a,NULL)",
    ]
    for text in cases:
        key = _only(_table("a", "status", generated={"g": text}, uniques=(Unique(columns=("g",)),)))
        assert key.columns == ("a",), text
        assert "cancelled" in (key.predicate or "")


def test_a_marker_for_living_rows_is_a_condition_alone() -> None:
    table = _table(
        "a", "gone", generated={"live": "if(`gone` is null,1,NULL)"}, uniques=(Unique(columns=("a", "live")),)
    )
    key = _only(table)
    assert key.columns == ("a",)
    assert key.predicate == "`gone` is null"


def test_an_index_that_is_not_valid_asks_for_nothing() -> None:
    index = Index(name="x", parts=(KeyPart(column="a"),), unique=True, valid=False)
    assert required_keys(_table("a", indexes=(index,))) == []


def test_names_are_found_whole() -> None:
    table = _table("a", "ab", "a.b", 'q"x')
    assert columns_in('lower("ab") || a(1)', table) == ("ab",)
    assert columns_in("`a.b` + 1", table) == ("a.b",)
