"""Presets and options of the rules on names, and what MySQL and MariaDB don't both reserve."""

from typing import Any

import pytest

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, Index, KeyPart, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.errors import UsageError
from dbwright.finding import Finding
from dbwright.rules.base import Subject, rule

_INTEGER = Type("integer", "integer", bits=32)


def _table(name: str, *columns: str, index: str | None = None) -> Table:
    return Table(
        namespace="",
        name=name,
        columns=tuple(Column(name=column, type=_INTEGER) for column in columns),
        primary_key=PrimaryKey(columns=columns[:1]),
        indexes=(Index(name=index, parts=(KeyPart(column=columns[-1]),)),) if index else (),
    )


def _found(code: str, *tables: Table, product: str = "sqlite", **options: Any) -> list[Finding]:
    catalog = Catalog(engine=product, tables=tables)
    subject = Subject(
        catalog=catalog,
        lookup=Lookup(catalog),
        engine="mysql" if product in ("mysql", "mariadb") else product,
        reserved=frozenset({"system", "offset", "order"}),
        options=options,
    )
    return list(rule(code).check(subject))


def test_a_preset_says_how_tables_and_columns_are_written() -> None:
    assert not _found("N001", _table("OrderLine", "Id", "UnitPrice"), preset="pascal")
    targets = [
        str(finding.target) for finding in _found("N001", _table("OrderLine", "id", "UnitPrice"), preset="snake-plural")
    ]
    assert targets == ["OrderLine", "OrderLine.UnitPrice"]


def test_a_preset_says_the_number_of_tables() -> None:
    assert [str(each.target) for each in _found("N004", _table("orders", "id"), preset="snake-singular")] == ["orders"]
    assert not _found("N004", _table("orders", "id"), preset="snake-plural")
    assert [str(each.target) for each in _found("N004", _table("order", "id"), number="plural")] == ["order"]


def test_a_preset_says_how_indexes_begin() -> None:
    table = _table("Orders", "Id", "UserId", index="idx_user")
    assert ["IX_" in each.message for each in _found("N012", table, preset="pascal")] == [True]
    assert not _found("N012", table)


@pytest.mark.parametrize("code", ["N001", "N004", "N012"])
def test_an_unknown_preset_is_refused(code: str) -> None:
    with pytest.raises(UsageError, match="naming preset"):
        _found(code, _table("orders", "id"), preset="hungarian")


def test_a_word_that_the_other_product_reserves_is_a_note() -> None:
    table = _table("shops", "id", "system", "offset")
    assert sorted((each.severity, each.target.name) for each in _found("N002", table, product="mariadb")) == [
        ("note", "system"),
        ("warning", "offset"),
    ]
    assert sorted((each.severity, each.target.name) for each in _found("N002", table, product="mysql")) == [
        ("note", "offset"),
        ("warning", "system"),
    ]


def test_further_abbreviations_can_be_given() -> None:
    tables = (_table("kunden", "id", "kunde"), _table("orders", "id", "kd"))
    assert [str(each.target) for each in _found("N005", *tables, words={"kd": "kunde"})] == ["orders.kd"]
    with pytest.raises(UsageError, match="words"):
        _found("N005", *tables, words=["kd"])
