"""`dbwright migrate`: two runners at once, and runs that were killed, stopped or cut off: the record is exact, and they go on."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch, Statement
from tests.support.command import Ran
from tests.support.migrations import Project
from tests.support.processes import comes_true, line_of, running


@pytest.fixture
def project(scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", scratch)


@pytest.fixture
def on_mysql(mysql_scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", mysql_scratch)


@pytest.fixture
def on_postgres(postgres_scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", postgres_scratch)


def _slow(project: Project, seconds: float) -> dict[str, str]:
    sleep = {
        "postgres": f"SELECT pg_sleep({seconds});",
        "mysql": f"SELECT sleep({seconds});",
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000000) SELECT max(i) FROM n;",
    }
    return {
        ".up.sql": f"CREATE TABLE slow (id integer);\n{sleep[project.engine]}\nCREATE TABLE after_slow (id integer);\n"
    }


def test_two_runners_at_once(project: Project) -> None:
    project.add_orders()
    project.add("slow", _slow(project, 3))
    with running(project.code("up")) as first:
        assert first.stderr is not None
        while "slow" not in first.stderr.readline():
            assert first.poll() is None
        ran = project.run("up")
        assert ran.status == 2
        assert "hint:" in ran.err
        assert "Ran" not in ran.out
        waited = project.run("up", "--wait", 30)
        assert (waited.status, waited.out) == (0, "Nothing is pending.\n"), waited.err
        first.communicate()
        assert first.returncode == 0
    history = project.run("history", "--format", "json").json["runs"]
    assert [(each["name"], each["outcome"]) for each in history] == [
        (name, "done") for name in ("orders", "rows", "cents", "slow")
    ]


def test_a_crowd_of_runners_runs_everything_once(project: Project) -> None:
    project.add_orders()
    processes = [subprocess.Popen([sys.executable, "-c", project.code("up", "--wait", "60")], stderr=subprocess.PIPE, text=True)
                 for _ in range(4)]  # fmt: skip
    for process in processes:
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert len(project.run("history", "--format", "json").json["runs"]) == 3
    assert len(project.query("SELECT * FROM orders")) == 3


def test_a_kill_in_the_middle(project: Project) -> None:
    project.add_orders()
    project.run("up")
    project.add("slow", _slow(project, 4))
    with running(project.code("up")) as process:
        assert process.stderr is not None
        while "slow" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(1.0)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert comes_true(lambda: project.run("status").status == 0)
    if project.engine != "mysql":
        assert project.states()[-1] == "pending"
        assert "slow" not in project.tables()
        ran = project.run("up", "--wait", 20)
        assert ran.status == 0, ran.err
        return
    assert project.states()[-1] == "running"
    ran = project.run("up", "--wait", 20)
    assert ran.status == 2
    assert "stopped in the middle" in ran.err
    ran = project.run("repair", "--resume", "--wait", 20)
    assert ran.status == 0, ran.out + ran.err
    assert project.states()[-1] == "applied"
    assert project.run("verify").status == 0


def _interrupted(project: Project, text: str, *, done: int, begun: int, first: str) -> str:
    """A revision as a kill leaves it behind: some statements done, one begun."""
    version = project.add("killed", {".up.sql": text})
    project.add("other", {".up.sql": "CREATE TABLE other (id integer);\n"})
    ran: Ran = project.run("up", "--to", version)
    assert ran.status == 0, ran.err
    project.query(
        f"UPDATE dbwright_migrations SET outcome = 'running', statements = {done}, begun = {begun}, progress = ''"
    )
    project.query(first)
    return version


def test_what_was_in_doubt_is_found_out(on_mysql: Project) -> None:
    text = "CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\nCREATE TABLE c (id integer);\n"
    _interrupted(on_mysql, text, done=1, begun=2, first="DROP TABLE c")
    ran = on_mysql.run("repair")
    assert ran.status == 1
    assert "killed.up.sql:2 (CREATE TABLE b (id integer)) was done" in ran.out
    ran = on_mysql.run("repair", "--resume")
    assert ran.status == 0, ran.err + ran.out
    assert on_mysql.run("up").status == 0
    assert on_mysql.run("verify").status == 0


def test_what_was_not_done_is_found_out(on_mysql: Project) -> None:
    text = "CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\nCREATE TABLE c (id integer);\n"
    _interrupted(on_mysql, text, done=1, begun=2, first="DROP TABLE b, c")
    ran = on_mysql.run("repair", "--resume")
    assert ran.status == 0, ran.err + ran.out
    assert "was not done: the database is as it was before it" in ran.out
    assert on_mysql.run("verify").status == 0
    assert on_mysql.states() == ["applied", "pending"]


def test_what_cannot_be_found_out_is_left_to_a_person(on_mysql: Project) -> None:
    text = "CREATE TABLE a (id integer);\nANALYZE TABLE a;\nCREATE TABLE c (id integer);\n"
    _interrupted(on_mysql, text, done=1, begun=2, first="DROP TABLE c")
    ran = on_mysql.run("repair", "--resume")
    assert ran.status == 2
    assert "it cannot be told whether it was done" in ran.err
    assert on_mysql.states() == ["running", "pending"]


def test_an_index_that_a_kill_left_half_built(on_postgres: Project) -> None:
    on_postgres.add_orders()
    on_postgres.run("up")
    version = on_postgres.add("index", {".up.sql": "CREATE INDEX CONCURRENTLY by_price ON orders (price);\n"})
    assert on_postgres.run("up").status == 0
    on_postgres.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_price'::regclass")
    on_postgres.query(
        f"UPDATE dbwright_migrations SET outcome = 'running', statements = 0, begun = 1 WHERE version = '{version}'"
    )
    ran = on_postgres.run("repair", "--resume")
    assert ran.status == 0, ran.out + ran.err
    assert on_postgres.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_price'::regclass") == [(True,)]


def test_a_session_that_a_migration_changes_does_not_reach_the_next(on_postgres: Project) -> None:
    on_postgres.add(
        "other", {".up.sql": "CREATE SCHEMA other;\nSET search_path = other;\nCREATE TABLE a (id integer);\n"}
    )
    on_postgres.add("next", {".up.sql": "CREATE TABLE b (id integer);\n"})
    ran = on_postgres.run("up")
    assert ran.status == 0, ran.err
    places = on_postgres.query(
        "SELECT tablename, schemaname FROM pg_tables WHERE tablename IN ('a', 'b', 'dbwright_migrations') ORDER BY 1"
    )
    assert places == [("a", "other"), ("b", "public"), ("dbwright_migrations", "public")]


def test_a_login_without_rights(on_postgres: Project) -> None:
    on_postgres.add_orders()
    with on_postgres.scratch.open() as session:
        session.execute(
            [
                Statement(text="CREATE ROLE weak_migrator LOGIN"),
                Statement(text="REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
            ]
        )
    try:
        on_postgres.url = on_postgres.url.replace("postgres@", "weak_migrator@").replace(
            "user=postgres", "user=weak_migrator"
        )
        ran = on_postgres.run("up")
        assert ran.status == 2
        assert "permission denied" in ran.err
    finally:
        with on_postgres.scratch.open() as session:
            session.execute([Statement(text="DROP OWNED BY weak_migrator"), Statement(text="DROP ROLE weak_migrator")])


def test_a_connection_that_is_lost(on_postgres: Project) -> None:
    version = on_postgres.add(
        "lost", {".up.sql": "CREATE TABLE a (id integer);\nSELECT pg_terminate_backend(pg_backend_pid());\n"}
    )
    ran = on_postgres.run("up")
    assert ran.status == 2
    assert f"{version} lost stopped" in ran.err
    assert "status says what is done" in ran.err
    assert on_postgres.states() == ["pending"]
    assert "a" not in on_postgres.tables()


def test_ctrl_c(on_postgres: Project) -> None:
    on_postgres.add("slow", _slow(on_postgres, 30))
    code = f"print('ready', flush=True); {on_postgres.code('up')}"
    with running(code) as process:
        assert line_of(process) == "ready"
        assert process.stderr is not None
        while "slow" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert on_postgres.states() == ["pending"]


def _many(project: Project) -> int:
    """Tables with rows, columns and indexes, where each row is counted up once by every revision; returns how often."""
    concurrently = " CONCURRENTLY" if project.engine == "postgres" else ""
    for n in range(4):
        rows = ", ".join(f"({key}, 0)" for key in range(30))
        up = f"CREATE TABLE t{n} (id integer PRIMARY KEY, n integer NOT NULL);\nINSERT INTO t{n} VALUES {rows};\n"
        project.add(f"table {n}", {".up.sql": up})
        for column in ("a", "b"):
            half = f"ALTER TABLE t{n} ADD COLUMN {column} integer;\nUPDATE t{n} SET n = n + 1;\n"
            index = f"CREATE INDEX{concurrently} i{n}{column} ON t{n} (n, {column});\n"
            project.add(f"more {n} {column}", {".up.sql": half + index + f"UPDATE t{n} SET n = n + 1;\n"})
        code = f"""from dbwright.migrate.data import Batches
up = Batches(table="t{n}", key="id", size=3, change="UPDATE {{table}} SET n = n + 1 WHERE {{range}}")
irreversible = "it only counts"
"""
        project.add(f"data {n}", {".py": code})
    return 5


def test_kills_at_random_moments(project: Project) -> None:
    counted = _many(project)
    for _ in range(12):
        with running(f"print('ready', flush=True); {project.code('up', '--wait', '20')}") as process:
            line_of(process)
            time.sleep(random.uniform(0.2, 0.9))
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        rows = project.run("status", "--format", "json").json["rows"]
        halted = [row for row in rows if row["state"] in ("running", "failed")]
        if halted and not halted[0]["name"].startswith("data"):
            ran = project.run("repair", "--resume", "--wait", 20)
            assert ran.status == 0, ran.out + ran.err
    ran = project.run("up", "--wait", 20)
    assert ran.status == 0, ran.err
    assert set(project.states()) == {"applied"}
    for n in range(4):
        assert project.query(f"SELECT min(n), max(n), count(*) FROM t{n}") == [(counted, counted, 30)]
    assert project.run("verify").status == 0
