"""SQLite: what a session offers to those who change a database: counts, limits, transactions, locks, values."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.engines.base import Load, Session, Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.engines.url import Url
from dbwright.errors import Busy, ConnectionFault, ExecutionFault, UsageError

TABLES = (
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    "CREATE TABLE c (p INT REFERENCES p ON DELETE CASCADE)",
    "CREATE TABLE seen (n INT)",
    "CREATE VIEW v AS SELECT id FROM p",
    "CREATE TRIGGER t AFTER INSERT ON p BEGIN INSERT INTO seen VALUES (new.id); END",
    "CREATE TRIGGER w INSTEAD OF INSERT ON v BEGIN INSERT INTO p VALUES (new.id); END",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database file with tables."""
    path = tmp_path / "shop 🎉.db"
    with _open(path) as session:
        session.execute(Statement(text=text) for text in TABLES)
    return path


@pytest.fixture
def session(database: Path) -> Iterator[Session]:
    """A session on it."""
    with _open(database) as opened:
        yield opened


def _open(path: Path | str) -> Session:
    return ENGINE.connect(Url(scheme="sqlite", database=str(path)), read_only=False, timeout=0.1)


def _count(session: Session, table: str) -> object:
    return session.query(f"SELECT count(*) FROM {table}")[0][0]


# ---------------------------------------------------------------- change


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("INSERT INTO p VALUES (1), (2), (3)", 3),
        ("INSERT INTO p VALUES (1), (2) RETURNING id", 2),
        ("WITH n AS (SELECT 5 AS id) INSERT INTO p SELECT id FROM n", 1),
        ("-- a comment\nINSERT INTO p VALUES (9)", 1),
        ("INSERT INTO v VALUES (1)", 0),  # the trigger changes the rows
        ("UPDATE p SET id = id WHERE id = 77", 0),
        ("DELETE FROM p", 0),
        ("CREATE TABLE another (a)", 0),
        ("SELECT 1", 0),
    ],
)
def test_how_many_rows_were_changed(session: Session, sql: str, changed: int) -> None:
    assert session.change(sql) == changed


def test_a_count_is_not_the_one_of_the_statement_before(session: Session) -> None:
    assert session.change("INSERT INTO p VALUES (1), (2)") == 2
    assert session.change("UPDATE p SET id = id WHERE id > 5") == 0


def test_an_error_says_what_happened(session: Session) -> None:
    with pytest.raises(ExecutionFault, match="UNIQUE") as caught:
        session.change("INSERT INTO p VALUES (1), (1)")
    assert caught.value.statement == "INSERT INTO p VALUES (1), (1)"
    assert not ENGINE.retryable(caught.value)


# ---------------------------------------------------------------- limits


def test_waiting_for_a_lock_ends(database: Path, session: Session) -> None:
    with _open(database) as other, other.transaction():
        session.set_timeouts(lock=0.2)
        began = time.monotonic()
        with pytest.raises(ExecutionFault, match=r"shop 🎉\.db is locked") as caught:
            session.change("INSERT INTO p VALUES (1)")
        assert 0.15 <= time.monotonic() - began < 5
        assert caught.value.code == "SQLITE_BUSY"
        assert ENGINE.retryable(caught.value)
        with pytest.raises(ExecutionFault) as in_script:
            session.execute([Statement(text="BEGIN IMMEDIATE"), Statement(text="INSERT INTO p VALUES (1)")])
        assert ENGINE.retryable(in_script.value)
    assert session.change("INSERT INTO p VALUES (1)") == 1


def test_waiting_without_a_limit(database: Path, session: Session) -> None:
    session.set_timeouts()
    other = _open(database)
    with other, other.transaction():
        found: list[int] = []
        waiting = threading.Thread(target=lambda: found.append(session.change("INSERT INTO p VALUES (1)")))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(10)
    assert found == [1]


def test_a_statement_is_stopped_in_time(session: Session) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    session.set_timeouts(statement=0.2)
    for run in (session.query, session.change):
        began = time.monotonic()
        with pytest.raises(ExecutionFault, match=r"stopped after the 0\.2 s") as caught:
            run(endless)
        assert time.monotonic() - began < 5
        assert not ENGINE.retryable(caught.value)
    session.set_timeouts()
    assert session.query("SELECT 1") == [(1,)]


# ---------------------------------------------------------------- transactions


def test_a_transaction_is_committed(database: Path, session: Session) -> None:
    with session.transaction():
        session.change("INSERT INTO p VALUES (1)")
        session.execute([Statement(text="INSERT INTO p VALUES (2)")])
        with _open(database) as other:
            assert _count(other, "p") == 0
    with _open(database) as other:
        assert _count(other, "p") == 2


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_transaction_is_rolled_back(session: Session, error: type[BaseException]) -> None:
    def fail() -> None:
        with session.transaction():
            session.execute([Statement(text="CREATE TABLE gone (a)"), Statement(text="INSERT INTO p VALUES (1)")])
            raise error

    with pytest.raises(error):
        fail()
    assert _count(session, "p") == 0
    assert "gone" not in {table.name for table in session.inspect().catalog.tables}
    with session.transaction():
        session.change("INSERT INTO p VALUES (1)")
    assert _count(session, "p") == 1


def test_a_failing_statement_leaves_the_transaction_to_its_owner(session: Session) -> None:
    with session.transaction():
        session.change("INSERT INTO p VALUES (1)")
        with pytest.raises(ExecutionFault):
            session.execute([Statement(text="INSERT INTO nowhere VALUES (1)")])
        session.change("INSERT INTO p VALUES (2)")
    assert _count(session, "p") == 2


def test_the_statements_own_transaction_is_that_one(session: Session) -> None:
    script = ("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", "DROP TABLE c", "COMMIT", "PRAGMA foreign_keys = ON")

    def fail() -> None:
        with session.transaction():
            session.execute(Statement(text=text) for text in script)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert _count(session, "c") == 0


def test_a_rebuild_in_a_transaction_takes_no_rows_of_others(session: Session) -> None:
    session.query("PRAGMA foreign_keys = ON")
    session.execute([Statement(text="INSERT INTO p VALUES (1)"), Statement(text="INSERT INTO c VALUES (1)")])
    with session.transaction():
        session.execute(
            Statement(text=text)
            for text in ("CREATE TABLE n (id INTEGER PRIMARY KEY)", "INSERT INTO n SELECT * FROM p", "DROP TABLE p")
        )
        session.execute([Statement(text="PRAGMA legacy_alter_table = ON")])
        session.execute([Statement(text="ALTER TABLE n RENAME TO p")])
    assert _count(session, "c") == 1
    assert session.query("PRAGMA foreign_keys") == [(1,)]
    assert session.query("PRAGMA legacy_alter_table") == [(0,)]


# ---------------------------------------------------------------- claims


def test_one_at_a_time(database: Path, session: Session) -> None:
    with _open(database) as other, session.claim("dbwright"):
        with (
            pytest.raises(Busy, match=rf"process {os.getpid()}\) is at work on .*shop 🎉\.db"),
            other.claim("dbwright"),
        ):
            pass
        with pytest.raises(Busy), session.claim("dbwright"):
            pass
        with other.claim("something else"):
            pass
        assert session.change("INSERT INTO p VALUES (1)") == 1
    with _open(database) as other, other.claim("dbwright"):
        pass
    assert [path.name for path in database.parent.iterdir()] == [database.name]


def test_a_claim_waits(database: Path, session: Session) -> None:
    other = _open(database)
    held = other.claim("dbwright")
    held.__enter__()
    letting_go = threading.Timer(0.3, held.__exit__, (None, None, None))
    letting_go.start()
    with session.claim("dbwright", wait=20):
        pass
    letting_go.join()
    other.close()


def test_all_names_of_a_file_are_one(database: Path, session: Session) -> None:
    link = database.with_name("link.db")
    link.symlink_to(database)
    with session.claim("x"), _open(link) as other, pytest.raises(Busy), other.claim("x"):
        pass


_HOLDER = """
import sys, time
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.engines.url import Url
with ENGINE.connect(Url(scheme="sqlite", database=sys.argv[1]), read_only=False) as session, session.claim("dbwright"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_holds_nothing(database: Path, session: Session) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(database)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=f"process {holder.pid}"), session.claim("dbwright"):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        with session.claim("dbwright"):
            pass
    finally:
        holder.kill()
        holder.communicate()


def test_memory_is_claimed_by_its_session() -> None:
    with _open("") as one, _open("") as other, one.claim("x"), other.claim("x"):
        again = one.claim("x")
        with pytest.raises(Busy, match="the database in memory"):
            again.__enter__()


def test_a_lock_file_that_cannot_be_made(database: Path, session: Session) -> None:
    database.with_name(f"{database.name}-x.lock").mkdir()
    with pytest.raises(ConnectionFault, match="cannot be locked: Is a directory"), session.claim("x"):
        pass


def test_a_closed_session_does_nothing(session: Session) -> None:
    session.close()
    for use in (
        lambda: session.change("DELETE FROM p"),
        lambda: session.set_timeouts(lock=1),
        lambda: session.transaction().__enter__(),
        lambda: session.execute([]),
    ):
        with pytest.raises(ConnectionFault, match="is closed"):
            use()


# ---------------------------------------------------------------- values and load


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, None),
        (True, 1),
        (False, 0),
        (-(2**63), -(2**63)),
        (1e300, 1e300),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (math.nan, None),
        (Decimal("-12.50"), -12.5),
        (Decimal("NaN"), None),
        (Decimal("1E+3"), 1000),
        ('it\'s "so" \\ 表 🎉\n', 'it\'s "so" \\ 表 🎉\n'),
        ("a\0b", "a\0b"),
        (b"\x00\xff", b"\x00\xff"),
        (date(2024, 2, 29), "2024-02-29"),
        (clock(1, 2, 3), "01:02:03"),
        (datetime(2024, 1, 2, 3, 4, 5, 600000), "2024-01-02 03:04:05.600000"),  # noqa: DTZ001 - a time without a zone
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02 03:04:05+00:00"),
    ],
)
def test_literals(value: object, read: object) -> None:
    with _open("") as session:
        assert session.query(f"SELECT {ENGINE.literal(value)}") == [(read,)]


@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary(), st.floats(allow_nan=False)))
def test_every_literal_is_read_back(value: str | bytes | float) -> None:
    with _open("") as session:
        ((read,),) = session.query(f"SELECT {ENGINE.literal(value)}")
    if isinstance(value, float) and isinstance(read, float):
        # SQLite itself may read the last digit of an extreme number otherwise.
        assert math.isclose(read, value, rel_tol=1e-15)
    else:
        assert read == value


def test_a_value_without_a_literal() -> None:
    with pytest.raises(UsageError, match="type list"):
        ENGINE.literal([])


def test_there_is_no_server_that_could_tell(session: Session) -> None:
    assert session.load() == Load()
    assert ENGINE.transactional_ddl
