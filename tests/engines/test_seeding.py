"""Rows written to schemas that are hard to write to: circles, later updates, triggers, existing rows, and what is refused."""

from pathlib import Path

import pytest

pytest.importorskip("mimesis")

from dbwright.app.seed.prepare import prepare
from dbwright.app.seed.request import Request, Seeded, Where
from dbwright.app.seed.run import seed
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from dbwright.errors import ConnectionFault, ExecutionFault, Refused


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state of unfinished runs is kept beside the test's own files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def _make(scratch: Scratch, *statements: str) -> None:
    with scratch.open() as session:
        for statement in statements:
            session.change(statement)


def _seed(scratch: Scratch, rows: int, where: Where = "empty", batch: int = 50_000, **rows_of: int) -> Seeded:
    return seed(prepare(Request(url=format_url(scratch.url), rows=rows, rows_of=rows_of, where=where, batch=batch)))


def _count(session: Session, sql: str) -> int:
    return int(str(session.query(sql)[0][0]))


def test_a_circle_that_a_nullable_column_opens_is_closed_afterwards(scratch: Scratch) -> None:
    later = (
        ()
        if engine_of(scratch.url).name == "sqlite"
        else ("ALTER TABLE teams ADD FOREIGN KEY (boss) REFERENCES people (id)",)
    )
    inline = ", FOREIGN KEY (boss) REFERENCES people (id)" if not later else ""
    _make(
        scratch,
        f"CREATE TABLE teams (id integer PRIMARY KEY, name varchar(40) NOT NULL, boss integer{inline})",
        "CREATE TABLE people (id integer PRIMARY KEY, team integer NOT NULL, FOREIGN KEY (team) REFERENCES teams (id))",
        *later,
    )
    _seed(scratch, 200, batch=30)
    with scratch.open() as session:
        assert _count(session, "SELECT COUNT(*) FROM people") == 200
        assert _count(session, "SELECT COUNT(boss) FROM teams") > 50
        assert (
            _count(
                session,
                "SELECT COUNT(*) FROM teams t LEFT JOIN people p ON p.id = t.boss WHERE t.boss IS NOT NULL AND p.id IS NULL",
            )
            == 0
        )


def test_a_circle_without_an_opening_is_written(scratch: Scratch) -> None:
    inline = ", FOREIGN KEY (b) REFERENCES b (id)" if engine_of(scratch.url).name == "sqlite" else ""
    _make(
        scratch,
        f"CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL{inline})",
        "CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL, FOREIGN KEY (a) REFERENCES a (id))",
    )
    if not inline:
        _make(scratch, "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id)")
    _seed(scratch, 100, batch=7)
    with scratch.open() as session:
        for child, parent in (("a", "b"), ("b", "a")):
            assert _count(session, f"SELECT COUNT(*) FROM {child}") == 100
            orphans = f"SELECT COUNT(*) FROM {child} c LEFT JOIN {parent} p ON p.id = c.{parent} WHERE p.id IS NULL"
            assert _count(session, orphans) == 0


def test_a_table_that_a_trigger_fills_is_left_to_it(scratch: Scratch) -> None:
    trigger = {
        "postgres": "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO audit (what) VALUES (NEW.id); RETURN NEW; END $$",
        "mysql": "CREATE TRIGGER noted AFTER INSERT ON things FOR EACH ROW INSERT INTO audit (what) VALUES (NEW.id)",
        "sqlite": "CREATE TRIGGER noted AFTER INSERT ON things BEGIN INSERT INTO audit (what) VALUES (NEW.id); END",
    }[engine_of(scratch.url).name]
    _make(
        scratch, "CREATE TABLE things (id integer PRIMARY KEY)", "CREATE TABLE audit (what integer NOT NULL)", trigger
    )
    if engine_of(scratch.url).name == "postgres":
        _make(scratch, "CREATE TRIGGER noted AFTER INSERT ON things FOR EACH ROW EXECUTE FUNCTION note()")
    done = _seed(scratch, 50)
    assert [name.rpartition(".")[2] for name in done.left_out] == ["audit"]
    with scratch.open() as session:
        assert _count(session, "SELECT COUNT(DISTINCT what) FROM audit") == 50


def test_more_rows_do_not_repeat_what_is_there(scratch: Scratch) -> None:
    _make(
        scratch,
        "CREATE TABLE p (id integer PRIMARY KEY, code varchar(6) NOT NULL UNIQUE)",
        "CREATE TABLE c (id integer PRIMARY KEY, p_id integer NOT NULL, FOREIGN KEY (p_id) REFERENCES p (id))",
    )
    _seed(scratch, 60)
    done = _seed(scratch, 40, "append", batch=9)
    assert {each.before for each in done.tables} == {60}
    with scratch.open() as session:
        assert _count(session, "SELECT COUNT(DISTINCT code) FROM p") == 100
        assert _count(session, "SELECT COUNT(*) FROM c") == 100


def test_rows_that_came_meanwhile_stop_the_run(scratch: Scratch) -> None:
    _make(scratch, "CREATE TABLE t (id integer PRIMARY KEY, a integer)")
    prepared = prepare(Request(url=format_url(scratch.url), rows=10))
    _make(scratch, "INSERT INTO t VALUES (1, 1)")
    with pytest.raises(Refused, match="hold rows"):
        seed(prepared)
    with scratch.open() as session:
        assert _count(session, "SELECT COUNT(*) FROM t") == 1


def test_no_privilege_is_no_matter_of_rows(postgres_scratch: Scratch) -> None:
    _make(
        postgres_scratch,
        "CREATE TABLE t (id integer PRIMARY KEY, a integer)",
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such_function(); RETURN NEW; END $$",
        "CREATE TRIGGER broken BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION broken()",
    )
    with pytest.raises(ExecutionFault, match="no_such_function"):
        _seed(postgres_scratch, 1000)


def test_a_lost_connection_says_so_and_the_run_goes_on(postgres_scratch: Scratch) -> None:
    _make(
        postgres_scratch,
        "CREATE TABLE gate (id integer PRIMARY KEY)",
        "CREATE TABLE t (id integer PRIMARY KEY, a integer)",
        "INSERT INTO gate VALUES (1)",
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 500 AND EXISTS (SELECT FROM gate)"
        " THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$",
        "CREATE TRIGGER cut BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION cut()",
    )
    with pytest.raises(ConnectionFault, match="lost"):
        _seed(postgres_scratch, 1000, "fill-empty", batch=100)
    with postgres_scratch.open() as session:
        assert _count(session, "SELECT COUNT(*) FROM t") == 400
        session.change("DELETE FROM gate")
        session.change("INSERT INTO gate VALUES (2)")
        session.change(
            "CREATE OR REPLACE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        )
    with pytest.raises(Refused):
        _seed(postgres_scratch, 1000)  # the schema is another now, so that this is no run to go on with
