"""Catalogs by hand, for what draws them."""

import pytest

from dbwright.catalog.objects import Catalog, Column, ForeignKey, PartitionOf, PrimaryKey, Table, Unique, View
from dbwright.catalog.types import Type

NASTY = ('quote " and \\', "<b> & </table>", "{brace|pipe}", "🦆 %% #", "]]> --", "tab\tline\nbell\x07", "select", "")
NUMBER = Type("integer", "bigint", bits=64)

Reference = tuple[str, str, str, bool]
"""The column, the namespace and the table that it names, and whether it may be NULL."""


def make_table(
    namespace: str, name: str, *references: Reference, key: bool = True, unique: str | None = None, more: int = 0
) -> Table:
    return Table(
        namespace=namespace,
        name=name,
        columns=(
            Column(name="id", type=NUMBER, nullable=False),
            *(Column(name=column, type=NUMBER, nullable=nullable) for column, _, _, nullable in references),
            *(Column(name=f"plain_{at}", type=Type("text", "text")) for at in range(more)),
        ),
        primary_key=PrimaryKey(columns=("id",)) if key else None,
        uniques=(Unique(columns=(unique,)),) if unique else (),
        foreign_keys=tuple(
            ForeignKey(columns=(column,), table=(schema, parent), referenced=("id",))
            for column, schema, parent, _ in references
        ),
    )


def make_catalog(*tables: Table) -> Catalog:
    return Catalog(engine="postgres", name="shop", tables=tables)


@pytest.fixture(scope="session")
def shop() -> Catalog:
    return Catalog(
        engine="postgres",
        name="shop",
        tables=(
            make_table("public", "customers", more=2),
            make_table("public", "orders", ("customer_id", "public", "customers", False)),
            make_table("public", "profiles", ("customer_id", "public", "customers", True), unique="customer_id"),
            make_table("public", "categories", ("parent_id", "public", "categories", True)),
            make_table("public", "alone"),
            make_table("public", "dangling", ("gone_id", "public", "nowhere", True)),
        ),
        views=(
            View(namespace="public", name="totals", definition="SELECT 1", columns=(Column(name="n", type=NUMBER),)),
        ),
    )


@pytest.fixture(scope="session")
def nasty() -> Catalog:
    """A table for each awkward name, with columns of all these names, each referring to the next."""
    tables = []
    for at, name in enumerate(NASTY):
        columns = tuple(Column(name=each, type=Type("other", f"{each}({each})")) for each in NASTY)
        nearby = NASTY[(at + 1) % len(NASTY)]
        key = ForeignKey(columns=(NASTY[0],), table=(name, nearby), referenced=(NASTY[1],))
        tables.append(Table(namespace=name, name=name, columns=columns, foreign_keys=(key,)))
        tables.append(Table(namespace=name, name=nearby, columns=columns))
    return Catalog(engine="postgres", name=NASTY[0], tables=tuple(tables))


@pytest.fixture(scope="session")
def large() -> Catalog:
    """A hundred tables of 8 namespaces; all name the table users."""
    tables = [make_table("s0", "users", more=3)]
    for at in range(1, 100):
        above = (f"s{(at // 2) % 8}", f"t{at // 2}") if at > 1 else ("s0", "users")
        tables.append(
            make_table(
                f"s{at % 8}",
                f"t{at}",
                ("above_id", *above, bool(at % 2)),
                ("created_by", "s0", "users", False),
                more=at % 7,
            )
        )
    return make_catalog(*tables)


@pytest.fixture(scope="session")
def partitioned() -> Catalog:
    """A table in three parts, of which each has the foreign key."""
    whole = make_table("", "payments")
    parts = []
    for month in ("01", "02", "03"):
        part = make_table("", f"payments_{month}", ("customer_id", "", "customers", False))
        fields = {name: getattr(part, name) for name in ("columns", "primary_key", "foreign_keys")}
        parts.append(
            Table(namespace="", name=part.name, partition_of=PartitionOf(table=("", "payments"), bound=""), **fields)
        )
    return make_catalog(whole, *parts, make_table("", "customers"))


@pytest.fixture(scope="session")
def empty() -> Catalog:
    return make_catalog()
