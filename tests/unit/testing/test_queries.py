"""Queries are counted whichever library runs them, and a loop of the same one is found."""

import re
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from dbwright.testing import listening, throwaway
from tests.support.scratches import opened_or_missing


def test_sqlite3_connections_opened_meanwhile() -> None:
    with listening() as log:
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE a (x)")
        connection.execute("INSERT INTO a VALUES (1)")
        assert connection.execute("SELECT x FROM a WHERE x = 1").fetchall() == [(1,)]
        connection.close()
    assert [query.shape for query in log] == [
        "CREATE TABLE a (x)",
        "INSERT INTO a VALUES (?)",
        "SELECT x FROM a WHERE x = ?",
    ]
    assert all("test_queries.py" in query.place for query in log)


def test_nothing_is_noted_afterwards() -> None:
    original = sqlite3.connect
    with listening() as log:
        pass
    assert sqlite3.connect is original
    sqlite3.connect(":memory:").close()
    assert len(log) == 0


def test_sqlalchemy_over_sqlite_is_counted_once() -> None:
    with listening() as log:
        engine = create_engine("sqlite://")
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            connection.execute(text("SELECT 2"))
        engine.dispose()
    assert [query.sql for query in log] == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize("name", ["postgres", "mysql"])
@pytest.mark.parametrize("through", ["driver", "sqlalchemy"])
def test_servers(name: str, through: str) -> None:
    with opened_or_missing(name, lambda: throwaway(name)) as database:
        engine = database.sqlalchemy_engine()
        with engine.connect() as warm:
            warm.execute(text("SELECT 0"))
        with listening() as log, engine.connect() as connection:
            for number in range(4):
                if through == "sqlalchemy":
                    connection.execute(text("SELECT :number"), {"number": number})
                else:
                    connection.connection.cursor().execute("SELECT %s", (number,))
        assert len(log) == 4
        with pytest.raises(AssertionError, match=r"4 times from .*test_queries\.py:\d+"):
            log.assert_no_n_plus_one()
        with pytest.raises(AssertionError, match="4 queries were run, more than 3"):
            log.assert_at_most(3)
        log.assert_at_most(4)


def test_lines_are_told_apart() -> None:
    with listening() as log:
        connection = sqlite3.connect(":memory:")
        connection.execute("SELECT 1")
        connection.execute("SELECT 2")
        connection.execute("SELECT 3")
        connection.close()
    log.assert_no_n_plus_one(repeats=2)


@pytest.mark.parametrize(
    ("sql", "shape"),
    [
        ("SELECT * FROM a WHERE x IN (1, 2, 3)", "SELECT * FROM a WHERE x IN (?)"),
        ("SELECT a::text, 'it''s', $1", "SELECT a::text, ?, ?"),
        ("SELECT  a\n FROM t1 WHERE b = %s AND c = :name", "SELECT a FROM t1 WHERE b = ? AND c = ?"),
    ],
)
def test_shapes(sql: str, shape: str) -> None:
    with listening() as log:
        log.add(sql)
    assert log.queries[0].shape == shape


def test_transactions_are_not_counted() -> None:
    with listening() as log:
        for sql in ("BEGIN", "COMMIT", "SAVEPOINT a", "PRAGMA foreign_keys = ON", "  rollback"):
            log.add(sql)
    assert len(log) == 0


def test_the_queries_are_shown() -> None:
    with listening() as log:
        log.add("SELECT 1")
    with pytest.raises(AssertionError, match=re.escape("SELECT 1")):
        log.assert_at_most(0)


def test_a_driver_that_is_imported_later_is_heard_too() -> None:
    script = (
        "import sys\n"
        "from dbwright.testing import listening\n"
        "assert 'pymysql' not in sys.modules and 'psycopg' not in sys.modules\n"
        "with listening() as log:\n"
        "    import psycopg, pymysql.cursors\n"
        "    for kind in (psycopg.Cursor, pymysql.cursors.Cursor):\n"
        "        try:\n"
        "            kind.execute(object.__new__(kind), 'SELECT 1')\n"
        "        except Exception:\n"
        "            pass\n"
        "assert len(log) == 2, len(log)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
