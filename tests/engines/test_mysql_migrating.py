"""What migrations need from a MySQL or MariaDB session: timeouts, transactions, locks against a second run, the load."""

import os
import signal
import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.errors import Busy, ConnectionFault, ExecutionFault, UsageError
from tests.support.mysql import is_mariadb, run

pytestmark = pytest.mark.mysql


@pytest.fixture
def rows(mysql_scratch: Scratch) -> Scratch:
    """A table t with three rows."""
    run(
        mysql_scratch,
        ["CREATE TABLE t (id int PRIMARY KEY, v varchar(50))", "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')"],
    )
    return mysql_scratch


def _in_a_transaction(session: Session, *texts: str, then: Exception | None = None) -> None:
    with session.transaction():
        session.execute([Statement(text="UPDATE t SET v = 'seen' WHERE id = 1")])
        for text in texts:
            session.query(text)
        if then:
            raise then


def test_the_engine_says_that_changes_of_the_schema_stay(rows: Scratch) -> None:
    assert ENGINE.transactional_ddl is False
    with rows.open() as session:
        with pytest.raises(ZeroDivisionError):
            _in_a_transaction(session, "ALTER TABLE t ADD COLUMN w int", then=ZeroDivisionError())
        assert session.query("SELECT w FROM t WHERE id = 1") == [(None,)]


def test_change_counts_the_rows_that_were_changed(rows: Scratch) -> None:
    with rows.open() as session:
        assert session.change("INSERT INTO t VALUES (4, 'd'), (5, 'e')") == 2
        assert session.change("UPDATE t SET v = 'a' WHERE id < 3") == 1  # one had it already
        assert session.change("ALTER TABLE t ADD COLUMN w int") == 0
        assert session.change("DELETE FROM t WHERE id > 100") == 0
        assert session.change("DELETE FROM t") == 5


# ---------------------------------------------------------------- transactions


def test_a_transaction_is_kept_whole_or_not_at_all(rows: Scratch) -> None:
    with rows.open() as session:
        with pytest.raises(ZeroDivisionError):
            _in_a_transaction(session, "DELETE FROM t", "INSERT INTO t VALUES (9, 'x')", then=ZeroDivisionError())
        assert session.query("SELECT count(*) FROM t") == [(3,)]
        with session.transaction():
            session.execute([Statement(text="DELETE FROM t WHERE id = 1")])
            session.change("DELETE FROM t WHERE id = 2")
        assert session.query("SELECT id FROM t") == [(3,)]


def test_a_transaction_in_another_is_refused_and_leaves_it_as_it_is(rows: Scratch) -> None:
    with rows.open() as session, session.transaction():
        session.change("DELETE FROM t")
        with pytest.raises(UsageError), session.transaction():
            pytest.fail("It began.")
        session.change("INSERT INTO t VALUES (7, 'kept')")
    with rows.open() as session:
        assert session.query("SELECT id FROM t") == [(7,)]


def test_a_connection_that_is_lost_in_a_transaction_says_so(rows: Scratch) -> None:
    with rows.open() as session, rows.open() as other:
        ((number,),) = session.query("SELECT CONNECTION_ID()")
        with pytest.raises(ConnectionFault):
            _in_a_transaction(session, "DELETE FROM t", f"KILL {number}", "SELECT 1")
        assert other.query("SELECT count(*) FROM t") == [(3,)]


# ---------------------------------------------------------------- timeouts


@pytest.mark.parametrize("sql", ["ALTER TABLE t ADD COLUMN w int", "UPDATE t SET v = 'z' WHERE id = 1"])
def test_waiting_for_a_lock_comes_to_an_end_and_may_be_tried_again(rows: Scratch, sql: str) -> None:
    with rows.open() as holder, rows.open() as waiter:
        waiter.set_timeouts(lock=0.1)
        with holder.transaction():
            holder.change("UPDATE t SET v = 'y'")
            began = time.monotonic()
            with pytest.raises(ExecutionFault) as caught:
                waiter.change(sql)
            assert 0.5 < time.monotonic() - began < 5
        assert (caught.value.code, caught.value.statement) == ("1205", sql)
        assert ENGINE.retryable(caught.value)
        waiter.change(sql)


@pytest.mark.parametrize(
    "sql", ["SELECT SLEEP(20)", "DO SLEEP(20)", "UPDATE t SET v = SLEEP(20)", "ALTER TABLE t ADD COLUMN w int"]
)
def test_a_statement_that_takes_too_long_is_ended(rows: Scratch, sql: str) -> None:
    with rows.open() as holder, rows.open() as session:
        session.set_timeouts(lock=30, statement=0.3)
        with holder.transaction():
            holder.query("SELECT * FROM t FOR UPDATE")
            began = time.monotonic()
            fault = _fault(session, sql)
            assert time.monotonic() - began < 5
        # SLEEP in a plain query says by itself that it was interrupted.
        assert fault is not None or sql.startswith(("SELECT", "DO"))
        if fault:
            assert fault.code in ("1969", "3024", "1317")
            assert fault.hint == "It took longer than the time it was given."
            assert not ENGINE.retryable(fault)
        session.set_timeouts()
        assert session.query("SELECT SLEEP(0.4)") == [(0,)]


def _fault(session: Session, sql: str) -> ExecutionFault | None:
    try:
        session.query(sql)
    except ExecutionFault as fault:
        return fault
    return None


def test_ctrl_c_ends_the_statement_on_the_server(rows: Scratch) -> None:
    """A server goes on with a statement although the client has left, and holds its locks."""
    with rows.open() as session, rows.open() as other:
        ((number,),) = session.query("SELECT CONNECTION_ID()")
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            session.query("SELECT SLEEP(30)")
        for _ in range(50):
            if not other.query(f"SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = {number}"):
                return
            time.sleep(0.1)
        pytest.fail("The statement is still running.")


# ---------------------------------------------------------------- two at once


def test_a_second_run_is_told_who_is_at_work(rows: Scratch) -> None:
    with rows.open() as one, rows.open() as other:
        ((number,),) = one.query("SELECT CONNECTION_ID()")
        with one.claim("The migration"):
            with pytest.raises(Busy) as caught, other.claim("The migration"):
                pytest.fail("Both have it.")
            assert f"connection {number} of " in caught.value.message
            assert rows.url.database in caught.value.message
            assert f"KILL {number}" in str(caught.value.hint)
            with other.claim("Something else"):
                pass
        with other.claim("The migration"), pytest.raises(Busy), one.claim("The migration"):
            pytest.fail("Both have it.")


def test_a_claim_is_freed_by_errors_and_by_lost_connections(rows: Scratch) -> None:
    with rows.open() as one, rows.open() as other:
        with pytest.raises(ZeroDivisionError), one.claim("x"):
            raise ZeroDivisionError
        with other.claim("x"):
            pass
        ((number,),) = one.query("SELECT CONNECTION_ID()")
        with pytest.raises(ConnectionFault), one.claim("x"):
            _in_a_transaction(one, f"KILL {number}", "SELECT 1")
        with other.claim("x", wait=5):
            pass


def test_waiting_for_a_claim(rows: Scratch) -> None:
    with rows.open() as one, rows.open() as other:
        with one.claim("x"):
            began = time.monotonic()
            with pytest.raises(Busy), other.claim("x", wait=0.5):
                pytest.fail("Both have it.")
            assert time.monotonic() - began >= 0.5
        held = one.claim("x")
        held.__enter__()
        later = threading.Timer(0.5, held.__exit__, (None, None, None))
        later.start()
        with other.claim("x", wait=10):
            later.join()


@pytest.mark.parametrize("name", ["", "a" * 300, "it's \\ `x` 😀", "Ünï", "100% {x}"])
def test_any_name_can_be_claimed(rows: Scratch, name: str) -> None:
    with rows.open() as one, rows.open() as other:
        with one.claim(name), pytest.raises(Busy), other.claim(name):
            pytest.fail("Both have it.")
        with other.claim(name):
            pass


def test_databases_of_one_server_are_claimed_apart(rows: Scratch) -> None:
    with rows.open() as one, ENGINE.scratch() as elsewhere, elsewhere.open() as other, one.claim("x"), other.claim("x"):
        pass


# ---------------------------------------------------------------- load


def test_the_load_counts_who_runs_and_who_waits(rows: Scratch) -> None:
    with rows.open() as holder, rows.open() as waiter, rows.open() as session:
        before = session.load()
        assert (before.replicas, before.lag_bytes, before.lag_transactions) == (0, None, None)
        waiter.set_timeouts(lock=20)
        waiting = threading.Thread(target=waiter.change, args=("ALTER TABLE t ADD COLUMN w int",))
        with holder.transaction():
            holder.query("SELECT * FROM t FOR UPDATE")
            waiting.start()
            assert _comes_to_wait(session)
        waiting.join()
        assert session.load().waiting == before.waiting


def _comes_to_wait(session: Session) -> bool:
    for _ in range(100):
        load = session.load()
        if load.waiting and load.active:
            return True
        time.sleep(0.05)
    return False


def test_an_account_that_may_see_nothing_has_a_load_too(rows: Scratch) -> None:
    name = f"dbwright_few_{rows.url.database[-8:]}"
    run(
        rows,
        [f"CREATE USER '{name}'@'%' IDENTIFIED BY 'x'", f"GRANT SELECT ON `{rows.url.database}`.* TO '{name}'@'%'"],
    )
    try:
        url = msgspec.structs.replace(rows.url, user=name, password="x")
        with ENGINE.connect(url) as session:
            load = session.load()
            assert load.replicas == 0
            with rows.open() as other, other.claim("x"), pytest.raises(Busy) as caught, session.claim("x"):
                pytest.fail("Both have it.")
            assert "this account may not see more" in caught.value.message
    finally:
        run(rows, [f"DROP USER '{name}'@'%'"])


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (-7, "-7"),
        (1.5, "1.5"),
        (1e300, "1e+300"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+5"), "100000"),
        ("it's \\ `x`\n\0", "'it''s \\\\ `x`\\n\\0'"),
        ("é 表 😀", "'é 表 😀'"),
        (b"\0\xff'", "x'00ff27'"),
        (b"", "x''"),
        (date(2024, 2, 29), "'2024-02-29'"),
        (datetime.fromisoformat("2024-02-29T03:04:05.000006"), "'2024-02-29 03:04:05.000006'"),
        (datetime(2024, 2, 29, 3, 4, 5, tzinfo=UTC), "'2024-02-29 03:04:05'"),
        (clock(3, 4, 5), "'03:04:05'"),
        (timedelta(hours=-30, minutes=1), "'-29:59:00'"),
        (UUID(int=5), "'00000000-0000-0000-0000-000000000005'"),
    ],
)
def test_values_are_written_so_that_they_come_back(mysql_scratch: Scratch, value: object, text: str) -> None:
    assert ENGINE.literal(value) == text
    with mysql_scratch.open() as session:
        ((back,),) = session.query(f"SELECT {text}")
    if isinstance(value, str | bytes):
        assert back == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), object(), [1]])
def test_what_the_server_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        ENGINE.literal(value)


# ---------------------------------------------------------------- what may be tried again


@pytest.mark.parametrize(
    ("code", "again"), [("1205", True), ("1213", True), ("1020", True), ("1064", False), ("1062", False), ("", False)]
)
def test_what_may_be_tried_again(code: str, again: bool) -> None:
    assert ENGINE.retryable(ExecutionFault("no", code=code)) is again


def test_a_statement_in_the_middle_is_told_whole(rows: Scratch) -> None:
    long = f"ALTER TABLE t ADD COLUMN w varchar(5000) COMMENT '{'x' * 500}', DROP COLUMN nothing"
    statements = ["ALTER TABLE t ADD COLUMN u int", long, "ALTER TABLE t ADD COLUMN never int"]
    with rows.open() as session:
        with pytest.raises(ExecutionFault) as caught:
            session.execute(Statement(text=text) for text in statements)
        assert (caught.value.statement, caught.value.code) == (long, "1091")
        assert [column.name for column in session.inspect().catalog.tables[0].columns] == ["id", "v", "u"]


def test_a_trigger_that_follows_none_is_no_lost_connection(rows: Scratch) -> None:
    """MariaDB's code for it is MySQL's for a connection that was idle for too long."""
    sql = "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW FOLLOWS b SET new.v = 'x'"
    with rows.open() as session, pytest.raises(ExecutionFault) as caught:
        session.execute([Statement(text=sql)])
    assert caught.value.code == ("4031" if is_mariadb(rows) else "3011")
