"""Rows of live tables as polars columns: nothing is lost, equal values stay equal, and samples are rows of the table."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dbwright.app.dependencies.sampling import blocks, united, values
from dbwright.engines.base import Scratch
from dbwright.engines.url import format_url
from dbwright.errors import UsageError
from dbwright.tables.base import RowSource, Sample
from dbwright.tables.live import LiveTable
from dbwright.tables.open import open_tables
from dbwright.tables.sketch import sketch_of

pl = pytest.importorskip("polars")


def _only(scratch: Scratch, *statements: str) -> "Iterator[RowSource]":
    with scratch.open() as session:
        for statement in statements:
            session.change(statement)
    with open_tables(format_url(scratch.url)) as (table,):
        yield table


def test_postgres_types(postgres_scratch: Scratch) -> None:
    columns = (
        "i bigint, n numeric, m numeric(6,2), d date, t timestamptz, k time, b bytea, ok boolean, f double precision,"
        " j jsonb, a integer[], u uuid, r char(4), s interval, w point, x money, y bit(3), e text"
    )
    one = (
        "1, 1.50, 2.5, '2024-02-29', '2024-01-01 12:00+02', '10:00', '\\x00ff', true, 'NaN', '{\"b\": 1, \"a\": 2}', '{1,2}',"
        " '00000000-0000-0000-0000-000000000001', 'ab', '1 month', '(1,2)', 3.5, B'101', ''"
    )
    two = (
        "9223372036854775807, 1.5000, -2.5, '0001-01-01', '1999-12-31 23:59:59.123456+00', '24:00', '', false, '-Infinity', 'null',"
        " '{}', '00000000-0000-0000-0000-000000000002', 'ab  ', '30 days', '(0,0)', -1, B'000', 'é😀'"
    )
    nothing = ", ".join(["NULL"] * 18)
    for table in _only(
        postgres_scratch, f"CREATE TABLE t ({columns})", f"INSERT INTO t VALUES ({one}), ({two}), ({nothing})"
    ):
        frame = table.frame()
        assert frame["i"].to_list() == [1, 2**63 - 1, None]
        assert frame["n"].to_list() == [Decimal("1.5"), Decimal("1.5"), None]
        assert frame["m"].to_list() == [Decimal("2.5"), Decimal("-2.5"), None]
        assert frame["d"].to_list() == [datetime.date(2024, 2, 29), datetime.date(1, 1, 1), None]
        assert frame["t"].to_list()[0] == datetime.datetime(2024, 1, 1, 10, tzinfo=datetime.UTC)
        assert frame["k"].to_list() == ["10:00:00", "24:00:00", None]  # polars has no time of 24:00
        assert frame["b"].to_list() == [b"\x00\xff", b"", None]
        assert frame["ok"].to_list() == [True, False, None]
        assert frame["f"].is_nan().to_list() == [True, False, None]
        assert frame["j"].to_list() == ['{"a": 2, "b": 1}', "null", None]
        assert frame["r"].n_unique() == 2
        assert frame["e"].to_list() == ["", "é😀", None]
        assert frame["x"].to_list() == [Decimal("3.50"), Decimal("-1.00"), None]
        assert table.frame(["e", "i"]).columns == ["i", "e"]


def test_postgres_dates_that_never_come_stay_what_they_are(postgres_scratch: Scratch) -> None:
    for table in _only(
        postgres_scratch,
        "CREATE TABLE t (d date, t timestamp, n numeric)",
        "INSERT INTO t VALUES ('infinity', '-infinity', 'NaN'), ('2024-01-01', '2024-01-01', 1), ('0044-03-15 BC', '20000-01-01', 1e40)",
    ):
        frame = table.frame()
        assert frame["d"].to_list() == ["infinity", "2024-01-01", "0044-03-15 BC"]
        assert frame["t"].n_unique() == frame["n"].n_unique() == 3


def test_mysql_types(mysql_scratch: Scratch) -> None:
    for table in _only(
        mysql_scratch,
        "CREATE TABLE t (u bigint unsigned, f float, ok boolean, b bit(9), y year, e enum('a','B'), s set('x','y'), d date,"
        " k time, v varbinary(9), j json, m decimal(30,10), ts timestamp NULL, c char(4))",
        "INSERT INTO t VALUES (18446744073709551615, 0.1, 2, b'100000001', 2024, 'B', 'x,y', '2024-01-01', '-100:00:00', X'00FF', '[1]',"
        " 12345678901234567890.0123456789, '2024-01-01 00:00:00', 'a '), (1, 0.10000001, 0, b'1', 1999, 'a', '', NULL, '10:00:00', '',"
        " '{}', 0, NULL, 'a')",
    ):
        frame = table.frame()
        assert frame["u"].to_list() == [2**64 - 1, 1]
        assert frame["ok"].to_list() == [2, 0]
        assert frame["b"].to_list() == [257, 1]
        assert frame["y"].to_list() == [2024, 1999]
        assert frame["e"].to_list() == ["B", "a"]
        assert frame["k"].to_list() == ["-100:00:00", "10:00:00"]
        assert frame["v"].to_list() == [b"\x00\xff", b""]
        assert frame["m"].to_list()[0] == Decimal("12345678901234567890.0123456789")
        assert frame["f"].n_unique() == table.query("SELECT COUNT(DISTINCT f) FROM t")[0][0]


def test_sqlite_columns_of_mixed_values_keep_apart_what_sqlite_keeps_apart(sqlite_scratch: Scratch) -> None:
    for table in _only(
        sqlite_scratch,
        "CREATE TABLE t (m, n INTEGER, d DATE, w DATE)",
        "INSERT INTO t VALUES (1, 1, '2024-01-01', '2024-1-1'), ('1', 2, '2024-02-29', '2024-01-01'), (1.0, 3, NULL, NULL),"
        " (x'31', 4, NULL, NULL), (NULL, 9007199254740993, NULL, NULL), (1.5, 9007199254740992.0, NULL, NULL), ('x''31''', 7, NULL, NULL)",
    ):
        frame = table.frame()
        assert frame["m"].to_list() == ["1", "'1'", "1", "x'31'", None, "1.5", "'x'31''"]
        assert frame["n"].to_list()[4] == 9007199254740993
        assert frame["d"].to_list()[:2] == [datetime.date(2024, 1, 1), datetime.date(2024, 2, 29)]
        assert frame["w"].to_list()[:2] == ["2024-1-1", "2024-01-01"]


def test_tables_without_rows_or_with_one(scratch: Scratch) -> None:
    with scratch.open() as session:
        session.change("CREATE TABLE none (a integer, b varchar(9), d date)")
        session.change("CREATE TABLE single (a integer, b varchar(9))")
        session.change("INSERT INTO single VALUES (NULL, NULL)")
    with open_tables(format_url(scratch.url), tables=["none", "single"]) as (none, single):
        assert none.frame().shape == (0, 3)
        assert none.frame(sample=Sample(rows=5)).shape == (0, 3)
        assert single.frame().rows() == [(None, None)]
        assert none.count() == 0
        assert single.estimate() == 1
        assert sketch_of(none).rows == 0
        assert set(sketch_of(single).constant) == {"a", "b"}


def test_three_hundred_columns(scratch: Scratch) -> None:
    with scratch.open() as session:
        names = [f"c{place}" for place in range(300)]
        session.change(f"CREATE TABLE wide ({', '.join(f'{name} integer' for name in names)})")
        session.write_rows("wide", names, [[row + place % 2 for place in range(300)] for row in range(3)])
    with open_tables(format_url(scratch.url)) as (table,):
        assert table.frame().shape == (3, 300)
        sketch = sketch_of(table)
        assert (sketch.rows, len(sketch.nulls), sketch.constant) == (3, 300, ())


# ---------------------------------------------------------------- samples


@pytest.fixture
def numbers(scratch: Scratch) -> Iterator[LiveTable]:
    """8,000 rows: id, and groups of about four rows."""
    with scratch.open() as session:
        session.change("CREATE TABLE numbers (id integer primary key, grp integer, word varchar(9))")
        session.write_rows("numbers", ["id", "grp", "word"], [(n, n * 7919 % 2000, f"w{n % 3}") for n in range(8000)])
        if scratch.url.scheme.startswith("postgres"):
            session.query("ANALYZE numbers")
    with open_tables(format_url(scratch.url)) as (table,):
        assert isinstance(table, LiveTable)
        yield table


def test_blocks_are_some_rows_each_once_and_the_same_ones_for_the_same_seed(numbers: LiveTable) -> None:
    frame = numbers.frame(sample=Sample(rows=800))
    assert 0 < frame.height <= 800
    assert frame["id"].n_unique() == frame.height
    assert numbers.frame(sample=Sample(rows=800)).equals(frame)
    assert numbers.frame(sample=Sample(rows=9000)).height == 8000


def test_value_samples_have_all_rows_of_a_value(numbers: LiveTable) -> None:
    frame = numbers.frame(sample=Sample(rows=400, kind="value", columns=("grp",), seed=1))
    assert 100 < frame.height < 800
    assert set(frame.group_by("grp").len()["len"]) == {4}
    other = numbers.frame(sample=Sample(rows=400, kind="value", columns=("grp",), seed=2))
    assert set(other["grp"]) != set(frame["grp"])


def test_rows_drawn_by_value_meet(numbers: LiveTable) -> None:
    sketch = sketch_of(numbers)
    block = blocks(numbers, 400, 0)
    drawn = values(numbers, block, sketch, 800, 0)
    assert drawn is not None
    assert set(drawn.group_by("grp").len()["len"]) == {4}
    both = united(block, drawn)
    assert both.height == both["id"].n_unique()


def test_union_of_samples_keeps_rows_that_the_table_has_twice() -> None:
    one = pl.DataFrame({"a": [1, 1, 2, None, None], "number": [0, 0, 0, None, None]})
    other = pl.DataFrame({"a": [1, 3, None], "number": [0, 0, None]})
    assert sorted(united(one, other)["a"].to_list(), key=str) == [1, 1, 2, 3, None, None]


def test_sketch_knows_constants_and_about_how_many_values(numbers: LiveTable) -> None:
    sketch = sketch_of(numbers)
    assert sketch.rows == 8000
    assert sketch.constant == ()
    for name, about in {"id": 8000, "grp": 2000}.items():
        if name in sketch.distinct:
            assert 0.8 * about < sketch.distinct[name] <= 1.2 * about


# ---------------------------------------------------------------- opening


def test_tables_are_found_by_their_names(scratch: Scratch) -> None:
    with scratch.open() as session:
        session.change("CREATE TABLE orders (id integer)")
        session.change("CREATE TABLE items (id integer)")
        session.change("CREATE VIEW both_of_them AS SELECT orders.id FROM orders, items")
    url = format_url(scratch.url)
    with open_tables(url) as tables:
        assert sorted(table.table.name for table in tables) == ["items", "orders"]
    with open_tables(url, tables=["ORDERS", "both_of_them", "orders"]) as tables:
        assert [table.table.name for table in tables] == ["orders", "both_of_them"]
        assert tables[1].frame().shape == (0, 1)
        assert tables[1].estimate() == 0
    with pytest.raises(UsageError, match="no table ordres") as told, open_tables(url, tables=["ordres"]):
        pass
    assert told.value.hint == "Did you mean orders?"


def test_files_and_sqlite_files_are_opened_by_their_path(tmp_path: Path, sqlite_scratch: Scratch) -> None:
    (tmp_path / "orders.csv").write_text("id,city\n1,Ulm\n2,Bonn\n")
    with open_tables(str(tmp_path / "orders.csv")) as (table,):
        assert table.frame().height == 2
    with sqlite_scratch.open() as session:
        session.change("CREATE TABLE t (a)")
    with open_tables(sqlite_scratch.url.database) as (table,):
        assert table.frame().shape == (0, 1)
