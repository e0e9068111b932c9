"""Connecting to MySQL or MariaDB, and what goes wrong: refusals, few privileges, lost connections, statements left out."""

import msgspec
import pytest

from dbwright.catalog.codec import digest
from dbwright.catalog.facts import Counted, CountNulls, Facts, Unanswered
from dbwright.catalog.names import Ref
from dbwright.engines.base import Budget, Scratch, Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, ExecutionFault, UsageError
from tests.support.mysql import inspected, remade, run


def _refused(url: Url) -> ConnectionFault:
    with pytest.raises(ConnectionFault) as caught:
        ENGINE.connect(url, timeout=2)
    return caught.value


def _own(scratch: Scratch, name: str) -> str:
    """An account's name that no other test has, also on a server that many use."""
    return f"dbwright_{name}_{scratch.url.database[-8:]}"


def _drop_account(scratch: Scratch, name: str) -> None:
    run(scratch, [f"DROP USER IF EXISTS {name}"])


def test_a_wrong_password_is_said_and_not_shown(mysql_scratch: Scratch) -> None:
    someone = _own(mysql_scratch, "someone")
    run(mysql_scratch, [f"CREATE USER '{someone}'@'%' IDENTIFIED BY 'right'"])
    try:
        url = msgspec.structs.replace(mysql_scratch.url, user=someone, password="wr0ng-secret")
        fault = _refused(url)
    finally:
        _drop_account(mysql_scratch, f"'{someone}'@'%'")
    assert f"refused the login of {someone} with this password" in fault.message
    assert "wr0ng-secret" not in fault.message + str(fault.hint)


def test_an_unknown_database_and_an_unreachable_host(mysql_scratch: Scratch) -> None:
    unknown = _refused(msgspec.structs.replace(mysql_scratch.url, database="no_such_database"))
    assert unknown.message.startswith("There is no database no_such_database on the server at ")
    nobody = _refused(Url(scheme="mysql", user="u", password="s3cret", host="127.0.0.1", port=1, database="d"))
    assert nobody.message == "No MySQL or MariaDB server could be reached at 127.0.0.1:1."
    missing = _refused(Url(scheme="mysql", user="u", options={"unix_socket": "/no/such.sock"}))
    assert missing.message == "No MySQL or MariaDB server could be reached at /no/such.sock."


def test_a_read_only_session_changes_nothing(mysql_scratch: Scratch) -> None:
    run(mysql_scratch, ["CREATE TABLE t (id int)"])
    with ENGINE.connect(mysql_scratch.url) as session:
        for sql in ("INSERT INTO t VALUES (1)", "CREATE TABLE u (id int)", "DROP TABLE t"):
            with pytest.raises(ExecutionFault) as caught:
                session.query(sql)
            assert caught.value.hint == "The session is read-only."
        assert session.query("SELECT COUNT(*) FROM t") == [(0,)]


def test_the_version_is_told_as_numbers(mysql_scratch: Scratch) -> None:
    catalog = inspected(mysql_scratch)
    assert catalog.engine in ("mysql", "mariadb")
    assert len(catalog.version) == 3
    assert catalog.version >= (8,)
    assert catalog.name == mysql_scratch.url.database


def test_an_account_with_few_privileges_reads_what_it_may(mysql_scratch: Scratch) -> None:
    reader = _own(mysql_scratch, "reader")
    database = mysql_scratch.url.database
    run(
        mysql_scratch,
        [
            "CREATE TABLE seen (id int PRIMARY KEY, a int, b int)",
            "CREATE TABLE hidden (id int)",
            "CREATE VIEW closed AS SELECT id FROM hidden",
            "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1",
            f"CREATE USER '{reader}'@'%' IDENTIFIED BY 'x'",
            f"GRANT SELECT ON `{database}`.seen TO '{reader}'@'%'",
            f"GRANT SELECT ON `{database}`.closed TO '{reader}'@'%'",
            f"GRANT EXECUTE ON FUNCTION `{database}`.f TO '{reader}'@'%'",
        ],
    )
    try:
        url = msgspec.structs.replace(mysql_scratch.url, user=reader, password="x")
        with ENGINE.connect(url) as session:
            inspection = session.inspect()
            catalog = inspection.catalog
            facts = session.measure(catalog)
            seen, hidden = Ref("table", ("", "seen")), Ref("table", ("", "hidden"))
            questions = [CountNulls(seen, "a"), CountNulls(hidden, "id")]
            answers = session.answer(catalog, facts, questions, Budget())
    finally:
        _drop_account(mysql_scratch, f"'{reader}'@'%'")
    assert [table.name for table in catalog.tables] == ["seen"]
    assert {each.name for each in catalog.unread} == {"closed", "f"}
    notes = " ".join(inspection.notes)
    assert f"no privilege on the database {database} as a whole" in notes
    assert "Roles and grants were not read" in notes
    assert facts.tables[seen].rows == 0
    assert isinstance(answers[questions[0]], Counted)
    assert isinstance(answers[questions[1]], Unanswered)


def test_a_table_that_may_not_be_read_is_unanswered(mysql_scratch: Scratch) -> None:
    partial = _own(mysql_scratch, "partial")
    run(
        mysql_scratch,
        ["CREATE TABLE t (id int, a int)", f"CREATE USER '{partial}'@'%' IDENTIFIED BY 'x'"],
    )
    database = mysql_scratch.url.database
    run(mysql_scratch, [f"GRANT SELECT (id) ON `{database}`.t TO '{partial}'@'%'"])
    catalog = inspected(mysql_scratch)
    table = Ref("table", ("", "t"))
    url = msgspec.structs.replace(mysql_scratch.url, user=partial, password="x")
    try:
        with ENGINE.connect(url) as session:
            answers = session.answer(catalog, Facts(), [CountNulls(table, "id"), CountNulls(table, "a")], Budget())
    finally:
        _drop_account(mysql_scratch, f"'{partial}'@'%'")
    assert isinstance(answers[CountNulls(table, "id")], Counted)
    denied = answers[CountNulls(table, "a")]
    assert isinstance(denied, Unanswered)
    assert denied.reason == "This account may not read the table t."


def test_a_killed_connection_is_a_connection_fault(mysql_scratch: Scratch) -> None:
    session = ENGINE.connect(mysql_scratch.url)
    number = session.query("SELECT CONNECTION_ID()")[0][0]
    with mysql_scratch.open() as other:
        other.query(f"KILL {number}")
    with pytest.raises(ConnectionFault, match="was lost"):
        session.inspect()
    session.close()
    session.close()


def test_statements_that_would_leave_the_database_are_left_out(mysql_scratch: Scratch) -> None:
    notes = run(
        mysql_scratch,
        [
            "CREATE DATABASE elsewhere_by_dbwright",
            "/* first */ USE elsewhere_by_dbwright",
            "/*!40000 DROP DATABASE IF EXISTS `elsewhere_by_dbwright` */",
            "SET GLOBAL max_connections = 5",
            "source more.sql",
            "-- nothing but a comment",
            "CREATE TABLE t (id int)",
            "GRANT SELECT ON t TO 'nobody_at_all'@'nowhere'",
        ],
    )
    assert len(notes) == 7
    assert "the one database that the URL names" in notes[0]
    assert "it is a command of the mysql client" in notes[4]
    assert [table.name for table in inspected(mysql_scratch).tables] == ["t"]
    with mysql_scratch.open() as session:
        assert session.query("SHOW DATABASES LIKE 'elsewhere_by_dbwright'") == []


def test_a_refused_statement_is_told_with_its_code(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session, pytest.raises(ExecutionFault) as caught:
        session.execute([Statement(text="CREATE TABLE t (id int)"), Statement(text="CREATE TABLE t (id int)", line=2)])
    assert caught.value.code == "1050"
    assert caught.value.statement == "CREATE TABLE t (id int)"


def test_another_namespace_than_the_urls_is_refused(mysql_scratch: Scratch) -> None:
    with ENGINE.connect(mysql_scratch.url) as session, pytest.raises(UsageError, match="names the database"):
        session.inspect(["elsewhere"])


def test_a_broken_view_is_named_as_unread(mysql_scratch: Scratch) -> None:
    run(mysql_scratch, ["CREATE TABLE t (id int)", "CREATE VIEW v AS SELECT id FROM t", "DROP TABLE t"])
    catalog = inspected(mysql_scratch)
    assert [(each.kind, each.name) for each in catalog.unread] == [("view", "v")]
    assert catalog.views == ()


def test_grants_and_roles_are_read_and_made_again(mysql_scratch: Scratch) -> None:
    app = _own(mysql_scratch, "app")
    reports = _own(mysql_scratch, "reports")
    database = mysql_scratch.url.database
    account = f"'{app}'@'localhost'"
    run(
        mysql_scratch,
        [
            "CREATE TABLE t (id int, a int)",
            "CREATE PROCEDURE p() SELECT 1",
            f"CREATE USER {account} IDENTIFIED BY 'x'",
            f"CREATE ROLE {reports}",
            f"GRANT {reports} TO {account}",
            f"GRANT SELECT, INSERT ON `{database}`.* TO {reports}",
            f"GRANT UPDATE (a), DELETE ON `{database}`.t TO {account} WITH GRANT OPTION",
            f"GRANT EXECUTE ON PROCEDURE `{database}`.p TO {account}",
        ],
    )
    try:
        catalog = inspected(mysql_scratch)
        held = {
            (grant.grantee.partition("@")[0], grant.on.kind, grant.privileges, grant.columns)
            for grant in catalog.grants
        }
        assert held == {
            (reports, "namespace", ("INSERT", "SELECT"), ()),
            (app, "table", ("DELETE",), ()),
            (app, "table", ("UPDATE",), ("a",)),
            (app, "routine", ("EXECUTE",), ()),
        }
        roles = {role.name.partition("@")[0]: role for role in catalog.roles}
        assert roles[app].login
        assert not roles[reports].login
        assert [name.partition("@")[0] for name in roles[app].member_of] == [reports]
        assert digest(remade(catalog)) == digest(catalog)
    finally:
        run(mysql_scratch, [f"DROP USER {account}", f"DROP ROLE {reports}"])
