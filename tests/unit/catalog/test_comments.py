from dbwright.catalog.comments import can_be_described, coverage, undescribed
from dbwright.catalog.objects import Catalog, Column, PartitionOf, Table, View
from dbwright.catalog.types import Type

TEXT = Type("text", "text")


def column(name: str, comment: str | None = None) -> Column:
    return Column(name=name, type=TEXT, comment=comment)


CATALOG = Catalog(
    engine="postgres",
    tables=(
        Table(namespace="public", name="orders", comment="All orders", columns=(column("id", "The key"), column("at"))),
        Table(namespace="public", name="a", columns=(column("id"),)),
        Table(
            namespace="public",
            name="orders_2026",
            columns=(column("id"),),
            partition_of=PartitionOf(table=("public", "orders"), bound="DEFAULT"),
        ),
    ),
    views=(View(namespace="public", name="v", definition="SELECT 1", comment="One", columns=(column("n", "It"),)),),
)


def test_tables_views_and_columns_count_alike_and_partitions_not() -> None:
    found = coverage(CATALOG)
    assert (found.tables, found.described_tables, found.columns, found.described_columns) == (3, 2, 4, 2)
    assert found.percent == 57
    assert coverage(Catalog(engine="postgres")).percent == 100


def test_what_has_no_comment_is_listed_by_name() -> None:
    assert [(str(ref), described, columns) for ref, described, columns in undescribed(CATALOG)] == [
        ("public.a", False, ("id",)),
        ("public.orders", True, ("at",)),
    ]


def test_sqlite_keeps_no_comments() -> None:
    assert can_be_described(CATALOG)
    assert not can_be_described(Catalog(engine="sqlite", tables=(Table(namespace="", name="t"),)))
