"""The catalog's JSON: an exact round trip, a schema that holds, and a hash that knows no order."""

import json
import random

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    ForeignKey,
    Generated,
    Identity,
    Index,
    KeyPart,
    PrimaryKey,
    Table,
    Trigger,
    Unique,
    Unread,
    View,
)
from dbwright.catalog.types import Type
from dbwright.errors import SourceError

_NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_MAYBE = st.none() | _NAMES
_TYPES = st.builds(
    Type,
    kind=st.sampled_from(["integer", "decimal", "text", "timestamp"]),
    spelling=_NAMES,
    bits=st.none() | st.sampled_from([8, 64]),
    precision=st.none() | st.integers(0, 40),
    values=st.lists(_NAMES, max_size=2).map(tuple),
)
_COLUMNS = st.builds(
    Column,
    name=_NAMES,
    type=_TYPES,
    nullable=st.booleans(),
    default=_MAYBE,
    generated=st.none() | st.builds(Generated, expression=_NAMES, stored=st.booleans()),
    identity=st.none() | st.builds(Identity, generation=st.sampled_from(["always", "autoincrement"])),
    options=st.dictionaries(_NAMES, _NAMES, max_size=2),
)
_SOME_NAMES = st.lists(_NAMES, min_size=1, max_size=3).map(tuple)
_TABLES = st.builds(
    Table,
    namespace=_NAMES,
    name=_NAMES,
    columns=st.lists(_COLUMNS, max_size=3).map(tuple),
    primary_key=st.none() | st.builds(PrimaryKey, columns=_SOME_NAMES, name=_MAYBE),
    uniques=st.lists(st.builds(Unique, columns=_SOME_NAMES, name=_MAYBE), max_size=3).map(tuple),
    foreign_keys=st.lists(
        st.builds(
            ForeignKey,
            columns=_SOME_NAMES,
            table=st.tuples(_NAMES, _NAMES),
            referenced=_SOME_NAMES,
            on_delete=st.sampled_from(["no action", "cascade"]),
        ),
        max_size=2,
    ).map(tuple),
    checks=st.lists(st.builds(Check, expression=_NAMES, name=_MAYBE), max_size=3).map(tuple),
    indexes=st.lists(
        st.builds(Index, name=_NAMES, parts=st.lists(st.builds(KeyPart, column=_NAMES), max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    triggers=st.lists(
        st.builds(
            Trigger, name=_NAMES, timing=st.just("before"), events=st.just(("insert", "delete")), definition=_NAMES
        ),
        max_size=2,
    ).map(tuple),
)
_VIEWS = st.builds(
    View,
    namespace=_NAMES,
    name=_NAMES,
    definition=_NAMES,
    depends_on=st.lists(st.builds(Ref, kind=st.just("table"), path=st.tuples(_NAMES, _NAMES)), max_size=2).map(tuple),
)
CATALOGS = st.builds(
    Catalog,
    engine=st.sampled_from(["postgres", "mysql", "sqlite"]),
    version=st.lists(st.integers(0, 99), max_size=3).map(tuple),
    name=_NAMES,
    tables=st.lists(_TABLES, max_size=3).map(tuple),
    views=st.lists(_VIEWS, max_size=2).map(tuple),
    unread=st.lists(st.builds(Unread, kind=_NAMES, name=_NAMES), max_size=1).map(tuple),
)
_VALIDATOR = jsonschema.Draft202012Validator(codec.schema())
_FEWER = settings(max_examples=50, deadline=None)


@given(CATALOGS)
@_FEWER
def test_the_round_trip_is_exact(catalog: Catalog) -> None:
    written = codec.encode(catalog)
    read = codec.decode(written)
    assert read == codec.canonical(catalog)
    assert codec.encode(read) == written
    assert codec.digest(read) == codec.digest(catalog)


@given(CATALOGS)
@_FEWER
def test_the_schema_holds(catalog: Catalog) -> None:
    _VALIDATOR.validate(json.loads(codec.encode(catalog)))


@given(CATALOGS, st.randoms(use_true_random=False))
@_FEWER
def test_order_does_not_count(catalog: Catalog, chance: random.Random) -> None:
    def shuffled(objects: tuple[Table, ...]) -> tuple[Table, ...]:
        return tuple(chance.sample(objects, len(objects)))

    tables = tuple(
        replace(table, checks=tuple(chance.sample(table.checks, len(table.checks))), uniques=table.uniques[::-1])
        for table in catalog.tables
    )
    mixed = replace(catalog, tables=shuffled(tables), views=catalog.views[::-1])
    assert codec.digest(mixed) == codec.digest(catalog)


def test_what_counts_in_the_hash() -> None:
    table = Table(namespace="", name="t", columns=(Column(name="a", type=Type(kind="text", spelling="TEXT")),))
    catalog = Catalog(engine="sqlite", tables=(table,))
    told = replace(catalog, version=(3, 40), name="shop.db", unread=(Unread(kind="view", name="v"),))
    assert codec.digest(told) == codec.digest(catalog)
    other = replace(catalog, tables=(replace(table, strict=True),))
    assert codec.digest(other) != codec.digest(catalog)
    swapped = replace(table, columns=(*table.columns, replace(table.columns[0], name="b")))
    turned = replace(swapped, columns=swapped.columns[::-1])  # the order of columns means something
    assert codec.digest(replace(catalog, tables=(swapped,))) != codec.digest(replace(catalog, tables=(turned,)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a catalog"),
        ("{", "not a catalog"),
        ("[]", "not a catalog"),
        ('{"format": "dbwright-catalog/1"}', "not a catalog"),
        ('{"format": "dbwright-catalog/1", "catalog": {"engine": "sqlite", "surprise": 1}}', "surprise"),
        ('{"format": "dbwright-catalog/99", "catalog": {"engine": "sqlite"}}', "dbwright-catalog/99"),
    ],
)
def test_what_is_no_catalog(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        codec.decode(text)
