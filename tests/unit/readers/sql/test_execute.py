"""Scripts run on scratch databases: what must not run does not, what fails is named with its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Statement
from dbwright.engines.registry import engine
from dbwright.errors import SyntaxFault
from dbwright.readers.sql.execute import executed
from dbwright.readers.sql.mysql_names import fitted
from dbwright.readers.sql.safety import reason_to_leave_out
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split


def statements(script: str, dialect: Dialect, path: str | None = None) -> list[Statement]:
    return list(split(script, dialect, path))


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "COPY t FROM PROGRAM 'id'"),
        ("postgres", "copy t to '/tmp/x'"),
        ("postgres", "DO $$ BEGIN COPY t FROM PROGRAM 'id'; END $$"),
        ("postgres", "SELECT pg_read_file('/etc/passwd')"),
        ("postgres", "CREATE EXTENSION IF NOT EXISTS file_fdw"),
        ("postgres", "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$"),
        ("postgres", "CREATE DATABASE x"),
        ("postgres", "ALTER SYSTEM SET fsync = off"),
        ("postgres", "SET SESSION AUTHORIZATION postgres"),
        ("mysql", "SELECT 1 INTO OUTFILE '/tmp/x'"),
        ("mysql", "INSERT INTO t VALUES (LOAD_FILE('/etc/passwd'))"),
        ("mysql", "LOAD DATA INFILE 'x' INTO TABLE t"),
        ("mysql", "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'"),
        ("mysql", "DROP SCHEMA IF EXISTS sakila"),
        ("mysql", "GRANT ALL ON *.* TO x"),
        ("sqlite", "ATTACH DATABASE '/tmp/x' AS x"),
        ("sqlite", "SELECT load_extension('x')"),
        ("sqlite", "VACUUM INTO '/tmp/x'"),
        ("sqlite", "PRAGMA writable_schema = ON"),
    ],
)
def test_what_reaches_out_of_the_database_is_left_out(dialect: Dialect, text: str) -> None:
    assert reason_to_leave_out(text, dialect)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "INSERT INTO t VALUES ('COPY t FROM PROGRAM x', 'pg_read_file(')"),
        ("postgres", "COPY t FROM stdin"),
        ("postgres", "CREATE EXTENSION pg_trgm"),
        ("mysql", "INSERT INTO t VALUES ('LOAD_FILE(1)')"),
        ("sqlite", "PRAGMA foreign_keys = OFF"),
    ],
)
def test_what_only_looks_so_is_run(dialect: Dialect, text: str) -> None:
    assert reason_to_leave_out(text, dialect) is None


def test_a_postgres_script_has_no_power_over_its_server(postgres_scratch: Scratch) -> None:
    if not getattr(postgres_scratch, "own_server", False):
        pytest.skip("the server was given: its login's rights are as they are")
    script = """
    CREATE TABLE log (line text);
    DO $$ BEGIN EXECUTE 'COPY log FROM PRO' || 'GRAM ''id'''; EXCEPTION WHEN insufficient_privilege THEN
        INSERT INTO log VALUES ('denied'); END $$;
    """
    with executed(statements(script, "postgres"), engine("postgres")) as done:
        assert done.session.query("SELECT line FROM log") == [("denied",)]


def test_the_scratch_stays_open_so_that_rows_can_be_asked(scratch: Scratch) -> None:
    name = next(each for each in ("postgres", "mysql", "sqlite") if scratch.url.scheme in engine(each).schemes)
    dialect: Dialect = "mysql" if name == "mysql" else "sqlite" if name == "sqlite" else "postgres"
    script = "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);"
    with executed(statements(script, dialect), engine(name)) as done:
        assert [table.name for table in done.catalog.tables] == ["t"]
        assert done.session.query("SELECT count(*) FROM t") == [(2,)]


def test_copy_data_is_loaded_and_missing_roles_are_made(postgres_scratch: Scratch) -> None:
    script = (
        "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.t (a int, b text);\n"
        "ALTER TABLE public.t OWNER TO clerk_of_the_tests;\nGRANT SELECT ON public.t TO PUBLIC;\n"
        "COPY public.t (a, b) FROM stdin;\n1\tx\\ty\n\\N\tz\n\\.\nALTER TABLE ONLY public.t ADD CONSTRAINT u UNIQUE (a);\n"
    )
    with executed(statements(script, "postgres"), engine("postgres")) as done:
        assert done.session.query("SELECT a, b FROM t ORDER BY b") == [(1, "x\ty"), (None, "z")]
        assert done.catalog.tables[0].uniques[0].name == "u"
        if getattr(postgres_scratch, "own_server", False):
            assert done.catalog.tables[0].owner == "clerk_of_the_tests"
            assert any("clerk_of_the_tests" in note for note in done.notes)


@pytest.mark.parametrize(
    ("dialect", "script", "line", "column"),
    [
        ("postgres", "CREATE TABLE a (id int);\n\nCREATE TABLE b (\n  id int,\n  x int nott null\n);", 5, 9),
        ("postgres", "CREATE TABLE a (id int);\nCREATE TABLE foo", 2, 17),
        ("postgres", "CREATE TABLE a (id int);\nCOPY a FROM stdin;\n1\nx\n\\.\n", 4, 1),
        ("mysql", "CREATE TABLE a (id int);\n\nCREATE TABLE b (\n  id int,\n  x int not nul\n);", 5, 13),
        ("sqlite", "CREATE TABLE a (id int);\n\nCREATE TABLE b (\n  id int,\n  x int nott null foo(\n));", 5, 19),
    ],
)
def test_a_fault_has_the_place_in_the_file(
    dialect: Dialect, script: str, line: int, column: int, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(f"{dialect}_scratch")
    with pytest.raises(SyntaxFault) as caught, executed(statements(script, dialect, "x.sql"), engine(dialect)):
        pass
    assert (caught.value.path, caught.value.line, caught.value.column) == ("x.sql", line, column)


def test_files_that_need_later_ones_wait_for_them(postgres_scratch: Scratch, tmp_path: Path) -> None:
    first = statements("CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES b);", "postgres", "1_a.sql")
    second = statements("CREATE TABLE b (id int PRIMARY KEY);", "postgres", "2_b.sql")
    with executed([*first, *second], engine("postgres")) as done:
        assert sorted(table.name for table in done.catalog.tables) == ["a", "b"]
        assert any("Run after the other files" in note for note in done.notes)
    with (
        pytest.raises(SyntaxFault, match=r"1_a\.sql:1"),
        executed([*first, *second[:0], *statements("SELECT 1", "postgres", "2.sql")], engine("postgres")),
    ):
        pass


def test_notes_hold_no_passwords(postgres_scratch: Scratch) -> None:
    script = "CREATE ROLE app LOGIN PASSWORD 'hunter2'; CREATE TABLE t (a int);"
    with executed(statements(script, "postgres"), engine("postgres")) as done:
        assert len(done.notes) == 1
        assert "hunter2" not in done.notes[0]


def _fitted(script: str) -> Iterator[str]:
    for statement in fitted(statements(script, "mysql")):
        yield " ".join(statement.text.split())


def test_mysql_names_lose_their_database_and_objects_their_definer() -> None:
    script = """
    USE employees;
    CREATE TABLE employees.employees (id int, note text DEFAULT 'employees.x');
    CREATE DEFINER=`a`@`%` SQL SECURITY DEFINER VIEW v AS SELECT employees.id, `employees`.employees.id FROM employees.employees;
    /*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON employees FOR EACH ROW SET @a = 1 */;
    """
    assert list(_fitted(script)) == [
        "USE employees",
        "CREATE TABLE employees (id int, note text DEFAULT 'employees.x')",
        "CREATE SQL SECURITY DEFINER VIEW v AS SELECT employees.id, employees.id FROM employees",
        "/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER t BEFORE INSERT ON employees FOR EACH ROW SET @a = 1 */",
    ]


def test_collations_that_mariadb_lacks_are_read_as_their_like(mysql_scratch: Scratch) -> None:
    script = "CREATE TABLE t (a varchar(5)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;"
    with executed(statements(script, "mysql"), engine("mysql")) as done:
        assert len(done.catalog.tables) == 1
        assert done.catalog.engine == "mysql" or any("collations" in note for note in done.notes)
