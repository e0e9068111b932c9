"""What migrations need from a PostgreSQL session: timeouts, transactions, locks against a second run, the load."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.errors import Busy, ConnectionFault, ExecutionFault, UsageError

pytestmark = pytest.mark.postgres


def _in_a_transaction(session: Session, *texts: str, then: Exception | None = None) -> None:
    with session.transaction():
        session.execute(Statement(text=text) for text in texts)
        if then:
            raise then


def test_change_counts_the_rows_that_were_changed(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        assert session.change("CREATE TABLE t (id integer)") == 0
        assert session.change("INSERT INTO t SELECT generate_series(1, 5)") == 5
        assert session.change("UPDATE t SET id = id + 1 WHERE id > 3") == 2
        assert session.change("SELECT * FROM t") == 0
        assert session.change("DELETE FROM t WHERE id > 100") == 0
        assert session.change("DELETE FROM t") == 5


def test_a_lock_timeout_comes_out_with_its_code_and_may_be_tried_again(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as holder, postgres_scratch.open() as waiter:
        holder.change("CREATE TABLE t (id integer)")
        waiter.set_timeouts(lock=0.1, statement=20)
        with holder.transaction():
            holder.change("LOCK TABLE t")
            with pytest.raises(ExecutionFault) as caught:
                waiter.change("ALTER TABLE t ADD COLUMN x integer")
        assert caught.value.code == "55P03"
        assert ENGINE.retryable(caught.value)
        assert caught.value.hint is not None
        waiter.change("ALTER TABLE t ADD COLUMN x integer")


def test_a_statement_timeout_is_no_reason_to_try_again(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.set_timeouts(statement=0.1)
        with pytest.raises(ExecutionFault) as caught:
            session.query("SELECT pg_sleep(10)")
        assert caught.value.code == "57014"
        assert not ENGINE.retryable(caught.value)
        session.set_timeouts()
        session.query("SELECT pg_sleep(0.2)")
        assert session.query("SHOW statement_timeout") == [("0",)]


def test_a_transaction_is_rolled_back_by_any_error_and_the_session_goes_on(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.change("CREATE TABLE t (id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(ExecutionFault):
            _in_a_transaction(session, "CREATE TABLE u (id integer)", "SELECT nothing")
        with pytest.raises(ZeroDivisionError):
            _in_a_transaction(session, "CREATE TABLE v (id integer)", then=ZeroDivisionError())
        with pytest.raises(ExecutionFault) as caught, session.transaction():
            session.change("INSERT INTO t VALUES (1), (1)")
        assert caught.value.code == "23505"
        with session.transaction():
            session.change("CREATE TABLE w (id integer)")
        assert [table.name for table in session.inspect().catalog.tables] == ["t", "w"]


def test_a_lost_connection_is_told_from_a_refused_statement(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session, postgres_scratch.open() as other:
        ((pid,),) = session.query("SELECT pg_backend_pid()")
        with pytest.raises(ConnectionFault), session.claim("migrations"):
            _in_a_transaction(session, "CREATE TABLE t (id integer)", f"SELECT pg_terminate_backend({pid})")
        assert other.inspect().catalog.tables == ()
        with other.claim("migrations", wait=5):
            pass


def test_one_run_claims_and_the_next_is_told_who_has_it(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as first, postgres_scratch.open() as second:
        ((pid,),) = first.query("SELECT pg_backend_pid()")
        with first.claim("migrations of 'us'"):
            with second.claim("another name"):
                pass
            began = time.monotonic()
            with pytest.raises(Busy) as caught, second.claim("migrations of 'us'", wait=0.3):
                pytest.fail("The lock was given twice.")
            assert time.monotonic() - began >= 0.3
            assert f"process {pid} " in caught.value.message
            assert "dbwright" in caught.value.message
            assert caught.value.hint is not None
        with second.claim("migrations of 'us'"):
            pass


def test_a_claim_ends_with_an_error_inside(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as first, postgres_scratch.open() as second:
        with pytest.raises(ExecutionFault), first.claim("x"), first.transaction():
            first.change("SELECT nothing")
        with second.claim("x"):
            pass


def test_the_load_counts_who_waits(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        load = session.load()
    assert load.replicas == 0
    assert load.lag_bytes is None
    assert load.active is not None
    assert load.waiting is not None


VALUES: list[object] = [
    None, True, False, 0, -5, 2**62, 1.5, -0.1, 1e300, float("inf"), float("-inf"), Decimal("12.340"), Decimal("-1E+3"),
    "", "it's", "back\\slash'", "é 🙂\n\t", b"", b"\x00\xff'\\", date(1, 1, 1), date(9999, 12, 31),
    datetime.fromisoformat("2024-02-29 01:02:03.000456"), datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC), timedelta(days=-3, microseconds=7),
    UUID(int=5),
]  # fmt: skip


@pytest.mark.parametrize("strings", ["on", "off"])
def test_a_value_is_read_back_from_its_constant(postgres_scratch: Scratch, strings: str) -> None:
    with postgres_scratch.open() as session:
        session.query(f"SET standard_conforming_strings = {strings}; SET escape_string_warning = off")
        for value in VALUES:
            ((read,),) = session.query(f"SELECT {ENGINE.literal(value)}")
            assert (float(str(read)) if isinstance(value, float) else read) == value


def test_not_a_number_and_what_has_no_constant() -> None:
    assert ENGINE.literal(float("nan")) == "'NaN'::double precision"
    assert ENGINE.literal(Decimal("nan")) == "'NaN'::numeric"
    with pytest.raises(UsageError):
        ENGINE.literal("a\0b")
    with pytest.raises(UsageError):
        ENGINE.literal(object())
