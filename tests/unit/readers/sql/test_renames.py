"""Comments that tell former names are tied to the table or column at which they stand."""

from pathlib import Path

import pytest

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.change.compare import Rename
from dbwright.errors import UsageError
from dbwright.readers.source import open_source
from dbwright.readers.sql.renames import FormerName, renames_for

SQL = """-- dbwright: renamed from purchases
CREATE TABLE orders (
    id integer PRIMARY KEY,
    amount integer UNIQUE CHECK (amount > 0), -- dbwright: renamed from total
    -- dbwright: renamed from "odd.name"
    plain text,
    note text DEFAULT '-- dbwright: renamed from nothing',
    two integer, three integer /* dbwright: renamed from `drei` */,
    long_one integer
        NOT NULL, -- dbwright: renamed from lang
    PRIMARY KEY (id)
);
CREATE TABLE people (id integer); -- dbwright: renamed from shop.persons
"""
_INTEGER = Type("integer", "integer", bits=32)


def _read(tmp_path: Path, text: str, dialect: str = "sqlite") -> tuple[FormerName, ...]:
    path = tmp_path / "schema.sql"
    path.write_text(text, encoding="utf-8")
    with open_source(str(path), dialect=dialect, parse_only=True) as source:
        return source.former_names


def _catalog(*tables: tuple[str, tuple[str, ...]]) -> Catalog:
    return Catalog(
        engine="sqlite",
        tables=tuple(
            Table(namespace="", name=name, columns=tuple(Column(name=each, type=_INTEGER) for each in columns))
            for name, columns in tables
        ),
    )


def test_each_comment_finds_its_object(tmp_path: Path) -> None:
    found = {
        each.target: each.former
        for each in _read(tmp_path, SQL.replace("    PRIMARY KEY (id)\n", "    four integer\n"))
    }
    orders = Ref("table", ("", "orders"))
    assert found == {
        orders: ("purchases",),
        orders.child("column", "amount"): ("total",),
        orders.child("column", "plain"): ("odd.name",),
        orders.child("column", "three"): ("drei",),
        orders.child("column", "long_one"): ("lang",),
        Ref("table", ("", "people")): ("shop", "persons"),
    }


def test_places_are_told(tmp_path: Path) -> None:
    assert [each.location.line for each in _read(tmp_path, SQL)] == [1, 4, 5, 8, 10, 13]


def test_only_what_is_still_to_be_done_becomes_a_rename(tmp_path: Path) -> None:
    said = _read(tmp_path, SQL.partition("CREATE TABLE people")[0])
    before = _catalog(("purchases", ("id", "TOTAL", "odd.name", "drei", "lang")))
    renames, notes = renames_for(said, before)
    table = Ref("table", ("", "purchases"))
    assert renames == (
        Rename(table, ("", "orders")),
        Rename(table.child("column", "TOTAL"), "amount"),
        Rename(table.child("column", "odd.name"), "plain"),
        Rename(table.child("column", "drei"), "three"),
        Rename(table.child("column", "lang"), "long_one"),
    )
    assert notes == ()
    after = _catalog(("orders", ("id", "amount", "plain", "three", "long_one")))
    assert renames_for(said, after) == ((), ())


def test_what_fits_nothing_is_said(tmp_path: Path) -> None:
    said = _read(tmp_path, "CREATE TABLE t (\n  a integer, -- dbwright: renamed from b\n  c integer\n);")
    renames, (note,) = renames_for(said, _catalog(("t", ("c",))))
    assert renames == ()
    assert "schema.sql:2: t.a is said to be renamed from b" in note


def test_a_comment_at_a_constraint_of_its_own(tmp_path: Path) -> None:
    said = _read(tmp_path, "CREATE TABLE t (\n  a integer,\n  UNIQUE (a) -- dbwright: renamed from b\n);")
    assert [each.target for each in said] == [None]


def test_a_comment_at_nothing(tmp_path: Path) -> None:
    said = _read(tmp_path, "CREATE TABLE t (a integer);\n-- dbwright: renamed from x\nDROP TABLE IF EXISTS u;")
    with pytest.raises(UsageError, match="stands at no table and no column"):
        renames_for(said, _catalog(("t", ("a",))))
