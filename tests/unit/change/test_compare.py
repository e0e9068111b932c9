"""Comparing: nothing for equal catalogs, and every single change is found."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from dbwright.catalog.codec import canonical
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Composite,
    Domain,
    Enum,
    Event,
    EventTrigger,
    Exclusion,
    Extension,
    ForeignKey,
    Generated,
    Grant,
    Identity,
    Index,
    KeyPart,
    Namespace,
    Object,
    Partitioning,
    PartitionOf,
    Policy,
    PrimaryKey,
    Range,
    Role,
    Routine,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
)
from dbwright.catalog.types import Type
from dbwright.change.compare import compare
from tests.support.schemas import DIALECTS, catalogs

_INTEGER = Type("integer", "integer", bits=32)
_TEXT = Type("varchar", "character varying(20)", length=20)
SINK = Catalog(
    engine="postgres",
    namespaces=(Namespace(name="public"),),
    extensions=(Extension(name="citext", namespace="public", version="1"),),
    enums=(Enum(namespace="public", name="mood", labels=("a", "b")),),
    domains=(Domain(namespace="public", name="d", type=_INTEGER, checks=(Check(name="dc", expression="VALUE > 0"),)),),
    composites=(Composite(namespace="public", name="c", attributes=(Column(name="x", type=_INTEGER),)),),
    ranges=(Range(namespace="public", name="r", subtype=_INTEGER),),
    sequences=(Sequence(namespace="public", name="s"),),
    tables=(
        Table(
            namespace="public",
            name="t",
            columns=(
                Column(name="id", type=_INTEGER, nullable=False, identity=Identity(generation="always")),
                Column(name="name", type=_TEXT, default="'x'"),
                Column(name="long", type=_TEXT, generated=Generated(expression="name")),
            ),
            primary_key=PrimaryKey(columns=("id",), name="t_pkey"),
            uniques=(Unique(columns=("name",), name="uq"), Unique(columns=("id", "name"))),
            foreign_keys=(ForeignKey(columns=("id",), table=("public", "u"), referenced=("id",), name="fk"),),
            checks=(Check(name="ck", expression="id > 0"), Check(expression="id < 9")),
            exclusions=(Exclusion(name="ex", definition="EXCLUDE …"),),
            indexes=(Index(name="ix", parts=(KeyPart(column="name"), KeyPart(expression="lower(name)"))),),
            triggers=(Trigger(name="tr", timing="before", events=("insert",), definition="CREATE TRIGGER …"),),
            policies=(Policy(name="po"),),
            partitioning=Partitioning(strategy="range", parts=(KeyPart(column="id"),)),
        ),
        Table(namespace="public", name="u", columns=(Column(name="id", type=_INTEGER),),
              partition_of=PartitionOf(table=("public", "t"), bound="DEFAULT")),
    ),
    views=(
        View(namespace="public", name="v", definition="SELECT 1", columns=(Column(name="x", type=_INTEGER),),
             indexes=(Index(name="vix", parts=(KeyPart(column="x"),)),), depends_on=(Ref("table", ("public", "t")),)),
    ),
    routines=(Routine(namespace="public", name="f", definition="CREATE FUNCTION …"),),
    event_triggers=(EventTrigger(name="et", event="ddl_command_start", definition="CREATE EVENT TRIGGER …"),),
    events=(Event(namespace="public", name="ev", definition="CREATE EVENT …"),),
    roles=(Role(name="me"),),
    grants=(Grant(grantee="me", privileges=("select",), on=Ref("table", ("public", "t"))),),
)  # fmt: skip
_IGNORED = {"Catalog": {"engine", "version", "name", "unread"}}


def otherwise(value: Any) -> Iterator[Any]:
    """Values that differ from one in one place, for every place that it has."""
    match value:
        case Object() | Type() | Ref():
            for field in msgspec.structs.fields(value):
                if field.name in _IGNORED.get(type(value).__name__, ()):
                    continue
                for changed in _otherwise_field(type(value), field.name, getattr(value, field.name)):
                    yield msgspec.structs.replace(value, **{field.name: changed})
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield value + "~"
        case dict():
            yield {**value, "more": "1"}
        case tuple():
            for place, each in enumerate(value):
                yield value[:place] + value[place + 1 :]
                yield from ((*value[:place], changed, *value[place + 1 :]) for changed in otherwise(each))


_OF_NONE = {int: 7, str: "set", tuple: ("a", "b")}
_FOR_NONE: dict[tuple[str, str], Any] = {
    ("Column", "generated"): Generated(expression="1"),
    ("Column", "identity"): Identity(generation="always"),
    ("Table", "primary_key"): PrimaryKey(columns=("id",)),
    ("Table", "partitioning"): Partitioning(strategy="list"),
    ("Table", "partition_of"): PartitionOf(table=("a", "b"), bound="x"),
    ("Type", "element"): _INTEGER,
    ("KeyPart", "nulls_first"): True,
}
_NOT_EMPTY: dict[str, Any] = {"member_of": ("x",), "roles": ("x",), "inherits": (("a", "b"),), "user_type": ("a", "b")}


def _otherwise_field(kind: type, name: str, value: Any) -> Iterator[Any]:
    if value is None:
        yield _FOR_NONE.get((kind.__name__, name), _NOT_EMPTY.get(name, 7 if name in _NUMBERS else "set"))
    elif value == () and name in _LISTS:
        yield _NOT_EMPTY.get(name, ("x",))
    else:
        yield from otherwise(value)


_NUMBERS = {
    "bits",
    "length",
    "precision",
    "scale",
    "start",
    "increment",
    "minimum",
    "maximum",
    "cache",
    "prefix_length",
}
_LISTS = {
    "member_of",
    "roles",
    "inherits",
    "include",
    "prefix_lengths",
    "descending",
    "on_delete_columns",
    "values",
    "columns",
}
CHANGES = list(otherwise(SINK))


def test_a_catalog_equals_itself() -> None:
    assert compare(SINK, SINK) == ()


def test_every_single_change_is_found() -> None:
    assert len(CHANGES) > 250
    missed = [changed for changed in CHANGES if not compare(SINK, changed)]
    assert missed == []


def test_every_single_change_is_found_backwards_too() -> None:
    for changed in CHANGES:
        there, back = compare(SINK, changed), compare(changed, SINK)
        assert {each.target for each in there} == {each.target for each in back}
        opposite = {"added": "removed", "removed": "added", "changed": "changed"}
        assert {(each.target, opposite[each.change]) for each in there} == {(each.target, each.change) for each in back}


def test_the_order_of_objects_does_not_count() -> None:
    turned = msgspec.structs.replace(SINK, tables=SINK.tables[::-1])
    assert compare(SINK, turned) == ()


def test_the_order_of_columns_counts() -> None:
    table = SINK.tables[0]
    turned = msgspec.structs.replace(table, columns=table.columns[::-1])
    (found,) = compare(SINK, msgspec.structs.replace(SINK, tables=(turned, SINK.tables[1])))
    assert found.fields[0].field == "column order"


def test_parts_of_a_new_table_are_not_listed_again() -> None:
    fewer = msgspec.structs.replace(SINK, tables=SINK.tables[:1])
    assert [(each.change, each.target) for each in compare(fewer, SINK)] == [("added", Ref("table", ("public", "u")))]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("varchar(20)", "VARCHAR(20)", True),
        ("varchar(20)", "varchar(21)", False),
    ],
)
def test_the_case_of_a_type_has_no_meaning(old: str, new: str, same: bool) -> None:
    def catalog(spelling: str) -> Catalog:
        column = Column(name="a", type=Type("varchar", spelling, length=20))
        return Catalog(engine="sqlite", tables=(Table(namespace="", name="t", columns=(column,)),))

    assert (compare(catalog(old), catalog(new)) == ()) is same


def test_the_labels_of_an_enum_have_their_case() -> None:
    def catalog(label: str) -> Catalog:
        column = Column(name="a", type=Type("enum", f"enum('{label}')", values=(label,)))
        return Catalog(engine="mysql", tables=(Table(namespace="", name="t", columns=(column,)),))

    assert compare(catalog("a"), catalog("A"))


def test_postgresql_prints_a_list_in_two_ways() -> None:
    def catalog(expression: str) -> Catalog:
        table = Table(namespace="public", name="t", checks=(Check(name="ck", expression=expression),))
        return Catalog(engine="postgres", tables=(table,))

    one = catalog("(s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])")
    other = catalog("(s)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])")
    different = catalog("(s)::text = ANY (ARRAY[('a'::character varying)::text, ('c'::character varying)::text])")
    assert compare(one, other) == ()
    assert compare(one, different)


@settings(max_examples=40, deadline=None)
@given(catalogs(DIALECTS["postgres"]), catalogs(DIALECTS["postgres"]))
def test_nothing_exactly_where_equal(one: Catalog, other: Catalog) -> None:
    assert compare(one, one) == ()
    assert (compare(one, other) == ()) is (canonical(one) == canonical(other))
