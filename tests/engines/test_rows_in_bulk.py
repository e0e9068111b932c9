"""Many rows read in batches, and many written at once, on every engine."""

import datetime
from collections.abc import Generator
from decimal import Decimal

import pytest

from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault

ODD = 'a "b` %s c'


def _table(scratch: Scratch) -> str:
    """A table of every common type, with one column whose name needs quotes; returns what it is called."""
    kind, quote = engine(scratch.url.scheme).name, engine(scratch.url.scheme).quote
    binary = "bytea" if kind == "postgres" else "blob"
    moment = "timestamp NULL" if kind == "mysql" else "timestamp"
    name = quote("my rows")
    with scratch.open() as session:
        session.change(
            f"CREATE TABLE {name} (id integer PRIMARY KEY, {quote(ODD)} varchar(99), d date, t {moment}, n numeric(10,2),"
            f" b {binary}, f double precision)"
        )
    return name


COLUMNS = ("id", ODD, "d", "t", "n", "b", "f")


def _row(number: int) -> tuple[object, ...]:
    text = "x%y'\\ \n\t\"ü😀" if number % 2 else None
    moment = datetime.datetime(2024, 1, 1, 2, 3, 4, tzinfo=datetime.UTC).replace(tzinfo=None)
    return (number, text, datetime.date(2024, 2, 29), moment, Decimal("1.50"), b"\x00\xff", 0.1)


def test_rows_are_written_as_given_and_read_in_batches(scratch: Scratch) -> None:
    name = _table(scratch)
    with scratch.open() as session:
        assert session.write_rows(name, COLUMNS, map(_row, range(2500))) == 2500
        assert session.write_rows(name, COLUMNS, []) == 0
        batches = list(session.stream(f"SELECT * FROM {name} ORDER BY id", 1000))
        assert [len(batch) for batch in batches] == [1000, 1000, 500]
        expected = _row(1)
        found = batches[0][1]
        assert found[:2] == expected[:2]
        assert str(found[2]) == str(expected[2])
        assert str(found[3]) == str(expected[3])
        assert float(str(found[4])) == 1.5
        assert found[5:] == expected[5:]
        assert batches[0][0][1] is None


def test_all_rows_are_written_or_none(scratch: Scratch) -> None:
    name = _table(scratch)
    with scratch.open() as session:
        with pytest.raises(ExecutionFault):
            session.write_rows(name, ["id"], [(number % 1500,) for number in range(1501)])
        assert session.query(f"SELECT COUNT(*) FROM {name}") == [(0,)]
        with session.transaction():
            session.write_rows(name, ["id"], [(1,)])
        assert session.query(f"SELECT COUNT(*) FROM {name}") == [(1,)]


def test_a_stream_that_is_left_early_leaves_the_session_usable(scratch: Scratch) -> None:
    name = _table(scratch)
    with scratch.open() as session:
        session.write_rows(name, ["id"], [(number,) for number in range(500)])
        stream = session.stream(f"SELECT id FROM {name}", 10)
        assert len(next(stream)) == 10
        assert isinstance(stream, Generator)
        stream.close()
        assert session.query(f"SELECT COUNT(*) FROM {name}") == [(500,)]


def test_a_stream_that_the_engine_refuses_says_so(scratch: Scratch) -> None:
    with scratch.open() as session:
        with pytest.raises(ExecutionFault):
            list(session.stream("SELECT * FROM there_is_no_such_table"))
        assert session.query("SELECT 1") == [(1,)]
