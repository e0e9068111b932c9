"""Frames of columns written at once, on every engine."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dbwright.catalog.objects import Table
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault

ODD = 'a "b` %s c, ü'
NAME = "my rows"
TEXTS = ["", "NULL", "\\N", "\\.", "x%y'\\ \n\t\"ü😀", "a,b", "'", '"', None, " "]


def _table(session: Session, sql: str, name: str = NAME) -> Table:
    session.change(sql)
    return next(table for table in session.inspect().catalog.tables if table.name == name)


def _of_every_type(session: Session) -> Table:
    kind, quote = engine(session.url.scheme).name, engine(session.url.scheme).quote
    binary = {"postgres": "bytea", "mysql": "blob"}.get(kind, "blob")
    moment = {"postgres": "timestamptz", "mysql": "timestamp(6) NULL"}.get(kind, "timestamp")
    plain = {"postgres": "timestamp", "mysql": "datetime(6)"}.get(kind, "timestamp")
    return _table(
        session,
        f"CREATE TABLE {quote(NAME)} (id integer PRIMARY KEY, {quote(ODD)} varchar(99), d date, m {moment}, p {plain},"
        f" n numeric(10,2), b {binary}, f double precision, t time, y boolean)",
    )


def _frame(rows: int) -> pl.DataFrame:
    count = range(rows)
    moment = datetime.datetime(2024, 3, 31, 1, 3, 4, 5, tzinfo=datetime.UTC)
    return pl.DataFrame(
        {
            "id": list(count),
            ODD: [TEXTS[number % len(TEXTS)] for number in count],
            "d": [None if number % 3 == 0 else datetime.date(2024, 2, 29) for number in count],
            "m": [moment for number in count],
            "p": [moment.replace(tzinfo=None) for number in count],
            "n": [None if number % 5 == 0 else Decimal("1.50") for number in count],
            "b": [None if number % 7 == 0 else b"\x00\xff'\\\"\n," for number in count],
            "f": [0.1 + number for number in count],
            "t": [datetime.time(1, 2, 3) for number in count],
            "y": [None if number % 4 == 0 else number % 2 == 0 for number in count],
        },
        schema_overrides={"m": pl.Datetime("us", "UTC"), "n": pl.Decimal(10, 2), "b": pl.Binary},
    )


@pytest.mark.parametrize("way", ["usual", "without LOAD DATA"])
def test_values_arrive_as_given(scratch: Scratch, way: str) -> None:
    kind = engine(scratch.url.scheme).name
    with scratch.open() as session:
        table = _of_every_type(session)
        frame = _frame(130)
        if kind == "mysql":
            with _loading(session, allowed=way == "usual"):
                assert session.write_frames([(table, frame)]) == 130
        elif way != "usual":
            pytest.skip("only MySQL has two ways")
        else:
            assert session.write_frames([(table, frame)]) == 130
        quote = engine(scratch.url.scheme).quote
        if kind == "mysql":
            session.query("SET time_zone = '+00:00'")
        found = session.query(f"SELECT * FROM {quote(NAME)} ORDER BY id")
        for given, got in zip(frame.rows(), found, strict=True):
            assert got[:2] == given[:2]
            assert (got[2] is None) == (given[2] is None)
            assert str(got[2]) == str(given[2])
            assert _moment(got[3]) == given[4]
            assert _moment(got[4]) == given[4]
            assert (None if got[5] is None else float(str(got[5]))) == (None if given[5] is None else 1.5)
            assert got[6:8] == given[6:8]
            assert str(got[8]).lstrip("0") == "1:02:03"
            assert got[9] == given[9]


@contextmanager
def _loading(session: Session, allowed: bool) -> Iterator[None]:
    """Allows LOAD DATA LOCAL or not, for the whole server."""
    before = session.query("SELECT @@global.local_infile")[0][0]
    session.query(f"SET GLOBAL local_infile = {int(allowed)}")
    try:
        yield
    finally:
        session.query(f"SET GLOBAL local_infile = {before}")


def _moment(value: object) -> datetime.datetime:
    """A moment as the engine gives it, in UTC and without a zone."""
    given = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(str(value))
    return given.astimezone(datetime.UTC).replace(tzinfo=None) if given.tzinfo else given


def test_a_single_column_of_nulls(scratch: Scratch) -> None:
    with scratch.open() as session:
        table = _table(session, "CREATE TABLE t (a integer, b varchar(9))", "t")
        session.write_frames([(table, pl.DataFrame({"a": [1, None, 3]}))])
        session.write_frames([(table, pl.DataFrame({"b": [None, "", "x"]}))])
        assert session.query("SELECT COUNT(*), COUNT(a), COUNT(b) FROM t") == [(6, 2, 2)]


def test_rows_of_defaults(scratch: Scratch) -> None:
    with scratch.open() as session:
        table = _table(session, "CREATE TABLE t (a integer DEFAULT 7)", "t")
        assert session.write_frames([(table, pl.DataFrame(height=3))]) == 3
        assert session.query("SELECT a FROM t") == [(7,)] * 3


def test_no_rows_are_written_where_one_does_not_fit(scratch: Scratch) -> None:
    with scratch.open() as session:
        table = _table(session, "CREATE TABLE t (a integer PRIMARY KEY, b integer CHECK (b < 5))", "t")
        for wrong in ({"a": [1, 2, 1], "b": [1, 1, 1]}, {"a": [1, 2, 3], "b": [1, 9, 1]}):
            with pytest.raises(ExecutionFault):
                session.write_frames([(table, pl.DataFrame(wrong))])
            assert session.query("SELECT COUNT(*) FROM t") == [(0,)]
        assert session.write_frames([(table, pl.DataFrame({"a": [1, 2], "b": [1, None]}))]) == 2


def test_a_text_that_is_too_long_is_refused_and_not_cut(scratch: Scratch) -> None:
    with scratch.open() as session:
        long = "CHECK (length(a) < 4)" if engine(scratch.url.scheme).name == "sqlite" else ""
        table = _table(session, f"CREATE TABLE t (a varchar(3) {long})", "t")
        with pytest.raises(ExecutionFault):
            session.write_frames([(table, pl.DataFrame({"a": ["abc", "abcd"]}))])
        assert session.query("SELECT COUNT(*) FROM t") == [(0,)]


def test_foreign_keys_are_at_work(scratch: Scratch) -> None:
    with scratch.open() as session:
        parent = _table(session, "CREATE TABLE p (id integer PRIMARY KEY)", "p")
        child = _table(session, "CREATE TABLE c (p integer, FOREIGN KEY (p) REFERENCES p (id))", "c")
        with pytest.raises(ExecutionFault):
            session.write_frames([(child, pl.DataFrame({"p": [1]}))])
        session.write_frames([(parent, pl.DataFrame({"id": [1]})), (child, pl.DataFrame({"p": [1, None]}))])
        assert session.query("SELECT COUNT(*) FROM c") == [(2,)]


def test_a_circle_is_written_where_constraints_can_wait(scratch: Scratch) -> None:
    if engine(scratch.url.scheme).name == "mysql":
        pytest.skip("MySQL and MariaDB have no constraints that wait")
    with scratch.open() as session:
        wait = "DEFERRABLE INITIALLY IMMEDIATE"
        session.change("CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL)")
        b = _table(
            session, f"CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a (id) {wait})", "b"
        )
        if engine(scratch.url.scheme).name == "postgres":
            session.change(f"ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id) {wait}")
        a = next(table for table in session.inspect().catalog.tables if table.name == "a")
        frames = [(b, pl.DataFrame({"id": [1], "a": [1]})), (a, pl.DataFrame({"id": [1], "b": [1]}))]
        assert session.write_frames(frames, "deferred") == 2
        frames[1] = (a, pl.DataFrame({"id": [2], "b": [1]}))
        frames[0] = (b, pl.DataFrame({"id": [3], "a": [3]}))
        with pytest.raises(ExecutionFault):
            session.write_frames(frames, "deferred")
        assert session.query("SELECT COUNT(*) FROM a") == [(1,)]


def test_what_was_written_before_in_a_transaction_stays_when_a_frame_is_refused(scratch: Scratch) -> None:
    if engine(scratch.url.scheme).name == "sqlite":
        pytest.skip("SQLite writes frames in transactions of their own")
    with scratch.open() as session:
        table = _table(session, "CREATE TABLE t (a integer PRIMARY KEY)", "t")
        with session.transaction():
            session.write_frames([(table, pl.DataFrame({"a": [1]}))])
            with pytest.raises(ExecutionFault):
                session.write_frames([(table, pl.DataFrame({"a": [2, 1]}))])
        assert session.query("SELECT a FROM t") == [(1,)]


def test_bits_and_points(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        table = _table(session, "CREATE TABLE t (a bit(4), b bit(1), g point)", "t")
        frame = pl.DataFrame({"a": ["0101", None], "b": [1, 0], "g": ["POINT(1 2)", None]})
        for allowed in (True, False):
            with _loading(session, allowed):
                session.write_frames([(table, frame)])
            assert session.query("SELECT a + 0, b + 0, ST_AsText(g) FROM t") == [(5, 1, "POINT(1 2)"), (None, 0, None)]
            session.query("DELETE FROM t")


def test_rows_reach_a_table_whose_row_security_binds_us(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        table = _table(session, "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, a text, b bytea)", "t")
        session.change("CREATE ROLE seeder_under_rls")
        try:
            session.query("GRANT ALL ON t TO seeder_under_rls")
            session.query("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
            session.query("CREATE POLICY p ON t USING (a <> 'no')")
            session.query("SET ROLE seeder_under_rls")
            frame = pl.DataFrame({"id": [5, 6], "a": ["it's \\", None], "b": [b"\x00\xff", None]})
            with pytest.raises(ExecutionFault, match="row-level security"):
                session.write_frames([(table, frame)])
            frame = frame.with_columns(pl.col("a").fill_null("y"))
            session.write_frames([(table, frame)])
            session.query("RESET ROLE")
            assert session.query("SELECT * FROM t ORDER BY id") == [(5, "it's \\", b"\x00\xff"), (6, "y", None)]
        finally:
            session.query("RESET ROLE")
            session.query("DROP OWNED BY seeder_under_rls")
            session.query("DROP ROLE seeder_under_rls")


def test_a_circle_is_written_in_one_statement(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.change("CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL, d date)")
        session.change(
            "CREATE TABLE b (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer NOT NULL REFERENCES a)"
        )
        session.change("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b")
        a, b = session.inspect().catalog.tables
        frames = [
            (a, pl.DataFrame({"id": [1, 2], "b": [2, 1], "d": [datetime.date(2024, 1, 1), None]})),
            (b, pl.DataFrame({"id": [1, 2], "a": [1, 2]})),
        ]
        assert session.write_frames(frames, "one statement") == 4
        with pytest.raises(ExecutionFault):
            session.write_frames(
                [(a, frames[0][1].with_columns(id=pl.col("id") + 5, b=pl.lit(9))), frames[1]], "one statement"
            )
        assert session.query("SELECT id, b FROM a ORDER BY id") == [(1, 2), (2, 1)]


def test_a_circle_is_written_unchecked_and_checked_afterwards(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        session.change("CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL)")
        session.change("CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL, FOREIGN KEY (a) REFERENCES a (id))")
        session.change("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id)")
        a, b = session.inspect().catalog.tables
        wrong = [(a, pl.DataFrame({"id": [1], "b": [9]})), (b, pl.DataFrame({"id": [1], "a": [1]}))]
        with pytest.raises(ExecutionFault, match="foreign key"):
            session.write_frames(wrong, "unchecked")
        assert session.query("SELECT COUNT(*) FROM a") == [(0,)]
        wrong[0] = (a, pl.DataFrame({"id": [1], "b": [1]}))
        assert session.write_frames(wrong, "unchecked") == 2
        assert session.query("SELECT @@foreign_key_checks") == [(1,)]


def test_columns_are_set_by_a_key(scratch: Scratch) -> None:
    with scratch.open() as session:
        table = _table(
            session,
            "CREATE TABLE t (a integer, b varchar(9), c date, d integer REFERENCES t (e), e integer UNIQUE, PRIMARY KEY (a, b))",
            "t",
        )
        count = range(2000)
        frame = pl.DataFrame({"a": count, "b": [f"x'{each}" for each in count], "e": count})
        session.write_frames([(table, frame)])
        later = frame.select("a", "b", c=pl.lit(datetime.date(2024, 5, 6)), d=pl.lit(1999) - pl.col("a"))
        assert session.update_frame(table, later, ("a", "b")) == 2000
        assert session.query("SELECT COUNT(*), MIN(d + e), MAX(d + e) FROM t WHERE c = '2024-05-06'") == [
            (2000, 1999, 1999)
        ]
        if engine(scratch.url.scheme).name != "mysql":
            with pytest.raises(ExecutionFault):
                session.update_frame(table, later.with_columns(d=pl.lit(5000)), ("a", "b"))
        assert session.query("SELECT COUNT(*) FROM t WHERE d = 5000") == [(0,)]
        session.settle_rows(table, ())


def test_what_changes_itself_stays_when_columns_are_set(mysql_scratch: Scratch) -> None:
    moment = datetime.datetime(2001, 2, 3, tzinfo=datetime.UTC).replace(tzinfo=None)
    with mysql_scratch.open() as session:
        table = _table(
            session, "CREATE TABLE t (a integer PRIMARY KEY, b integer, u datetime ON UPDATE CURRENT_TIMESTAMP)", "t"
        )
        session.write_frames([(table, pl.DataFrame({"a": [1], "u": [moment]}))])
        session.update_frame(table, pl.DataFrame({"a": [1], "b": [7]}), ("a",))
        assert session.query("SELECT b, u FROM t") == [(7, moment)]


def test_sequences_go_on_after_the_rows(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        table = _table(
            session, 'CREATE TABLE "T t" (a serial, b bigint GENERATED ALWAYS AS IDENTITY, c integer)', "T t"
        )
        session.settle_rows(table, ("a", "b"))
        session.change('INSERT INTO "T t" (c) VALUES (0)')
        session.write_frames([(table, pl.DataFrame({"a": [2, 3], "b": [5, 4]}))])
        session.settle_rows(table, ("a", "b"))
        session.change('INSERT INTO "T t" (c) VALUES (1)')
        assert session.query('SELECT a, b FROM "T t" WHERE c IS NOT NULL ORDER BY c') == [(1, 1), (4, 6)]


def test_the_row_that_was_refused_is_told_where_the_engine_knows(scratch: Scratch) -> None:
    with scratch.open() as session:
        table = _table(session, "CREATE TABLE t (a integer PRIMARY KEY, b integer CHECK (b < 5))", "t")
        frame = pl.DataFrame({"a": range(100), "b": [9 if number == 41 else 1 for number in range(100)]})
        with pytest.raises(ExecutionFault) as caught:
            session.write_frames([(table, frame)])
        assert caught.value.row == (None if engine(scratch.url.scheme).name == "mysql" else 41)


def test_no_file_is_sent_that_was_not_meant(mysql_scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("7\n")
    with mysql_scratch.open() as session, _loading(session, True):
        table = _table(session, "CREATE TABLE t (a integer)", "t")
        session.write_frames([(table, pl.DataFrame({"a": [1]}))])
        with pytest.raises(ExecutionFault, match="not sent"):
            session.query(f"LOAD DATA LOCAL INFILE '{tmp_path / 'secret'}' INTO TABLE t")
        assert session.query("SELECT a FROM t") == [(1,)]
