"""Names and look-ups."""

import pytest

from dbwright.catalog.lookup import Lookup, every_column, find_table, with_column, with_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.catalog.types import Type
from dbwright.errors import UsageError

_INTEGER = Type(kind="integer", spelling="INTEGER")
_A = Table(namespace="", name="a", columns=(Column(name="id", type=_INTEGER),))
_B = Table(
    namespace="",
    name="b",
    columns=(Column(name="a_id", type=_INTEGER),),
    foreign_keys=(ForeignKey(columns=("a_id",), table=("", "a"), referenced=("id",)),),
)
_CATALOG = Catalog(engine="sqlite", tables=(_A, _B))


def test_a_name_and_its_parts() -> None:
    column = Ref("column", ("public", "orders", "id"))
    assert (column.name, column.namespace, str(column)) == ("id", "public", "public.orders.id")
    assert column.table == Ref("table", ("public", "orders"))
    assert Ref("table", ("public", "orders")).child("column", "id") == column


def test_a_nameless_namespace_is_not_shown() -> None:
    assert str(Ref("column", ("", "orders", "id"))) == "orders.id"
    assert Ref("catalog", ()).name == ""


def test_looking_up() -> None:
    lookup = Lookup(_CATALOG)
    assert lookup.table(("", "a")) is _A
    assert lookup.table(("", "nope")) is None
    assert lookup.column(_A.column_ref("id")) is _A.columns[0]
    assert lookup.referencing(_A) == [(_B, _B.foreign_keys[0])]
    assert lookup.referencing(_B) == []
    assert [(table.name, column.name) for table, column in every_column(_CATALOG)] == [("a", "id"), ("b", "a_id")]


def test_changing_leaves_the_rest() -> None:
    changed = with_column(_CATALOG, _A.column_ref("id"), lambda c: Column(name="id", type=c.type, nullable=False))
    assert not find_table(changed, _A.ref).columns[0].nullable
    assert changed.tables[1] is _B
    assert _CATALOG.tables[0].columns[0].nullable


@pytest.mark.parametrize("path", [("", "nope"), ("other", "a")])
def test_what_is_not_there(path: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="There is no table"):
        with_table(_CATALOG, Ref("table", path), lambda table: table)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"There is no column a\.nope"):
        with_column(_CATALOG, _A.column_ref("nope"), lambda column: column)
