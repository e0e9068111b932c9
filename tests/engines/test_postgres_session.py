"""PostgreSQL: connections that fail, break or may not see everything."""

import msgspec
import pytest

from dbwright.catalog.facts import Counted, CountNulls, Unanswered
from dbwright.catalog.names import Ref
from dbwright.engines.base import Budget, Scratch, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, ExecutionFault, UsageError

pytestmark = pytest.mark.postgres
_ORDERS = Ref("table", ("public", "orders"))


def test_a_missing_database_is_named(postgres_scratch: Scratch) -> None:
    with pytest.raises(ConnectionFault, match="There is no database 'no such'"):
        ENGINE.connect(msgspec.structs.replace(postgres_scratch.url, database="no such"))


def test_an_unknown_user_is_named(postgres_scratch: Scratch) -> None:
    with pytest.raises(ConnectionFault, match=r"nobody_at_all|login"):
        ENGINE.connect(msgspec.structs.replace(postgres_scratch.url, user="nobody_at_all", password="hush-hush"))


def test_nobody_answers_and_the_password_stays_secret() -> None:
    url = Url(scheme="postgresql", user="u", password="hush-hush", host="127.0.0.1", port=1, database="d")
    with pytest.raises(ConnectionFault) as caught:
        ENGINE.connect(url, timeout=2)
    assert "No server answers at 127.0.0.1:1" in caught.value.message
    assert "hush-hush" not in f"{caught.value.message} {caught.value.hint}"


def test_a_read_only_session_does_not_write(postgres_scratch: Scratch) -> None:
    with ENGINE.connect(postgres_scratch.url) as session, pytest.raises(ExecutionFault, match="read-only"):
        session.query("CREATE TABLE t (id integer)")


def test_a_killed_connection_is_a_connection_fault(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session, postgres_scratch.open() as other:
        pid = session.query("SELECT pg_backend_pid()")[0][0]
        other.query(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(ConnectionFault, match="was lost"):
            session.inspect()
        with pytest.raises(ConnectionFault):
            session.query("SELECT 1")


def test_a_refused_statement_tells_where(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session, pytest.raises(ExecutionFault, match="syntax error") as caught:
        session.execute([Statement(text="SELECT 1 FRM t x y")])
    assert caught.value.code == "42601"
    assert caught.value.offset is not None


def test_a_missing_extension_comes_with_a_hint(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session, pytest.raises(ExecutionFault) as caught:
        session.execute([Statement(text="CREATE EXTENSION no_such_extension")])
    assert "Install the extension" in (caught.value.hint or "")


def test_rows_are_copied_in(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        session.query("CREATE TABLE t (a integer, b text)")
        session.execute([Statement(text="COPY t (a, b) FROM stdin", copy_data="1\tit's % \\N\n2\t\\N\n")])
        assert session.query("SELECT * FROM t ORDER BY a") == [(1, "it's % N"), (2, None)]


def test_an_unknown_schema_is_said(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session, pytest.raises(UsageError, match="no schema 'nope'"):
        session.inspect(["nope"])


def test_a_role_without_permission_sees_definitions_and_says_what_it_cannot(postgres_scratch: Scratch) -> None:
    name = f"dbwright_limited_{postgres_scratch.url.database[-8:]}"
    with postgres_scratch.open() as session:
        session.query("CREATE SCHEMA hidden")
        session.query("CREATE TABLE hidden.t (id integer PRIMARY KEY)")
        session.query("CREATE TABLE orders (id integer, note text)")
        session.query("INSERT INTO orders VALUES (1, NULL)")
        session.query("CREATE TABLE seen (id integer)")
        session.query("ALTER TABLE seen ENABLE ROW LEVEL SECURITY")
        session.query(f"CREATE ROLE {name}")
        session.query(f"GRANT SELECT ON seen TO {name}")
        try:
            session.query(f"SET ROLE {name}")
            inspection = session.inspect()
            assert {table.name for table in inspection.catalog.tables} == {"t", "orders", "seen"}
            assert any("schema hidden could not be read" in note for note in inspection.notes)
            facts = session.measure(inspection.catalog)
            questions = [CountNulls(_ORDERS, "note"), CountNulls(Ref("table", ("public", "seen")), "id")]
            answers = session.answer(inspection.catalog, facts, questions, Budget())
            reasons = [answer.reason for answer in answers.values() if isinstance(answer, Unanswered)]
            assert any("permission denied" in reason for reason in reasons)
            assert any("row-level security" in reason for reason in reasons)
            session.query("RESET ROLE")
            answer = session.answer(inspection.catalog, facts, questions[:1], Budget())[questions[0]]
            assert isinstance(answer, Counted)
            assert answer.matching == 1
        finally:
            session.query("RESET ROLE")
            session.query(f"DROP OWNED BY {name}")
            session.query(f"DROP ROLE {name}")
