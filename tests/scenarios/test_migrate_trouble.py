"""`dbwright migrate` when something is wrong: what happened, what state it is in, what to do."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dbwright.app.migrate.new import write_sums
from dbwright.engines.base import Scratch
from tests.support.migrations import Project
from tests.support.scratches import scratch_of


@pytest.fixture
def project(scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", scratch)


@pytest.fixture
def on_mysql(mysql_scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", mysql_scratch)


@pytest.fixture
def on_postgres(postgres_scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", postgres_scratch)


@pytest.fixture
def on_sqlite(sqlite_scratch: Scratch, tmp_path: Path) -> Project:
    return Project(tmp_path / "migrations", sqlite_scratch)


# ---------------------------------------------------------------- files


def test_files_that_differ_from_their_checksums_stop_every_command(project: Project) -> None:
    project.add_orders()
    next(project.folder.glob("*_rows.up.sql")).write_text("SELECT 1;\n", "utf-8")
    for verb in ("up", "status", "plan", "verify", "history", "down", "lint", "baseline"):
        ran = project.run(verb)
        assert ran.status == 2, verb
        assert "rows.up.sql was changed after its checksum was written" in ran.err
        assert "dbwright migrate repair" in ran.err
    assert project.run("repair", url=False).status == 0
    assert project.run("status").status == 0


def test_a_changed_file_that_was_applied(project: Project) -> None:
    versions = project.add_orders()
    project.run("up", "--steps", 2)
    project.edit(versions[0], "CREATE TABLE orders (id integer PRIMARY KEY, price integer);\n")
    assert project.states() == ["changed", "applied", "pending"]
    ran = project.run("up")
    assert ran.status == 2
    assert "migrated with other files than the folder has; nothing was done" in ran.err
    assert f"{versions[0]} orders" in ran.err
    assert "--accept-changed" in ran.err
    assert project.run("repair").status == 1
    assert project.run("repair", "--accept-changed").status == 0
    assert project.run("up").status == 0
    assert project.states() == ["applied"] * 3


def test_a_missing_file_that_was_applied(project: Project) -> None:
    versions = project.add_orders()
    project.run("up", "--steps", 2)
    for file in project.folder.glob("*_rows.*"):
        file.unlink()
    write_sums(project.folder)
    assert project.states() == ["applied", "missing", "pending"]
    ran = project.run("up")
    assert ran.status == 2
    assert f"{versions[1]} rows: Its file is not in the folder" in ran.err
    assert project.run("repair").status == 1
    ran = project.run("repair", "--forget", versions[1])
    assert ran.status == 0, ran.err
    assert project.run("up").status == 0


def test_a_database_ahead_of_the_folder_is_left_alone(project: Project) -> None:
    project.add_orders()
    project.run("up")
    for file in project.folder.glob("*_cents.*"):
        file.unlink()
    write_sums(project.folder)
    ran = project.run("up")
    assert (ran.status, ran.out) == (0, "Nothing is pending.\n"), ran.err


def test_a_new_file_that_is_older_than_what_is_applied(project: Project) -> None:
    project.add_orders()
    project.run("up")
    late = "20200101000000"
    (project.folder / f"{late}_late.up.sql").write_text("CREATE TABLE late (id integer);\n", "utf-8")
    write_sums(project.folder)
    assert project.states() == ["out of order", "applied", "applied", "applied"]
    ran = project.run("up")
    assert ran.status == 2
    assert f"{late} late" in ran.err
    assert "--out-of-order" in ran.err
    ran = project.run("repair", "--renumber", late)
    assert ran.status == 0, ran.err
    assert project.states() == ["applied", "applied", "applied", "pending"]
    assert project.run("up").status == 0


def test_a_late_file_can_be_run_if_that_is_meant(project: Project) -> None:
    project.add_orders()
    project.run("up")
    (project.folder / "20200101000000_late.up.sql").write_text("CREATE TABLE late (id integer);\n", "utf-8")
    write_sums(project.folder)
    assert project.run("up", "--out-of-order").status == 0
    assert project.states() == ["applied"] * 4


def test_another_tools_folder_is_not_run(project: Project) -> None:
    project.folder.mkdir()
    (project.folder / "V1__orders.sql").write_text("CREATE TABLE orders (id integer PRIMARY KEY);\n", "utf-8")
    for verb in ("up", "down", "baseline", "repair", "squash"):
        ran = project.run(verb, url=verb != "squash")
        assert ran.status == 2, verb
        assert "flyway" in ran.err
    for verb, status in (("status", 0), ("plan", 1), ("verify", 0)):
        ran = project.run(verb)
        assert ran.status == status, ran.err + ran.out


# ---------------------------------------------------------------- failures


@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_a_failure_where_all_is_rolled_back(engine: str, tmp_path: Path) -> None:
    with scratch_of(engine) as scratch:
        _rolled_back(Project(tmp_path / "migrations", scratch))


def _rolled_back(project: Project) -> None:
    project.add_orders()
    version = project.add(
        "wrong", {".up.sql": "CREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nSELECT * FROM nowhere;\n"}
    )
    ran = project.run("up")
    assert ran.status == 2
    assert f"{version} wrong failed at {version}_wrong.up.sql:3" in ran.err
    assert "All of it was rolled back" in ran.err
    assert project.states() == ["applied", "applied", "applied", "pending"]
    assert "rolled back" in project.run("status").out
    assert "a" not in project.tables()
    project.edit(version, "CREATE TABLE a (id integer);\n")
    assert project.run("up").status == 0


HALF = "CREATE TABLE a (id integer);\nINSERT INTO a VALUES (1);\nALTER TABLE a ADD COLUMN id integer;\nCREATE TABLE b (id integer);\n"


def test_a_failing_statement_in_the_middle_on_mysql(on_mysql: Project) -> None:
    version = on_mysql.add("half", {".up.sql": HALF})
    ran = on_mysql.run("up")
    assert ran.status == 2
    assert f"failed at {version}_half.up.sql:3 (ALTER TABLE a ADD COLUMN id integer)" in ran.err
    assert "2 of its 4 statements are done and stay; statement 3 failed, 1 was not begun" in ran.err
    assert "repair --resume" in ran.err
    assert on_mysql.states() == ["failed"]
    assert "2 statements are done, statement 3 is not" in on_mysql.run("status").out
    again = on_mysql.run("up")
    assert again.status == 2
    assert "stopped in the middle; nothing was done now" in again.err
    assert on_mysql.query("SELECT * FROM a") == [(1,)]
    on_mysql.edit(version, HALF.replace("ADD COLUMN id", "ADD COLUMN more"))
    ran = on_mysql.run("repair", "--resume")
    assert ran.status == 0, ran.err
    assert on_mysql.states() == ["applied"]
    assert on_mysql.query("SELECT * FROM a") == [(1, None)]
    assert on_mysql.run("verify").status == 0


def test_what_is_done_must_not_be_changed_before_going_on(on_mysql: Project) -> None:
    version = on_mysql.add("half", {".up.sql": HALF})
    on_mysql.run("up")
    on_mysql.edit(version, HALF.replace("VALUES (1)", "VALUES (2)"))
    ran = on_mysql.run("repair", "--resume")
    assert ran.status == 2
    assert "of its first 2 statements, which are done, the file has others now" in ran.err


def test_what_is_done_can_be_undone_by_hand(on_mysql: Project) -> None:
    version = on_mysql.add("half", {".up.sql": HALF})
    on_mysql.run("up")
    ran = on_mysql.run("repair")
    assert ran.status == 1
    assert "--mark-undone" in ran.out
    on_mysql.query("DROP TABLE a")
    assert on_mysql.run("repair", "--mark-undone").status == 0
    assert on_mysql.states() == ["pending"]
    on_mysql.edit(version, HALF.replace("ADD COLUMN id", "ADD COLUMN more"))
    assert on_mysql.run("up").status == 0


def test_a_way_back_that_stops_in_the_middle(on_mysql: Project) -> None:
    version = on_mysql.add("two", {
        ".up.sql": "CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\n",
        ".down.sql": "DROP TABLE b;\nDROP TABLE nowhere;\nDROP TABLE a;\n",
    })  # fmt: skip
    on_mysql.run("up")
    ran = on_mysql.run("down")
    assert ran.status == 2
    assert on_mysql.states() == ["failed"]
    assert "the way back: 1 statements are done" in on_mysql.run("status").out
    on_mysql.edit(version, "DROP TABLE b;\nDROP TABLE a;\n", "down.sql")
    ran = on_mysql.run("repair", "--resume")
    assert ran.status == 0, ran.err
    assert on_mysql.states() == ["pending"]


def test_an_index_that_could_not_be_built_leaves_nothing_behind(on_postgres: Project) -> None:
    on_postgres.add_orders()
    on_postgres.run("up")
    on_postgres.query("UPDATE orders SET price = 1")
    version = on_postgres.add("unique", {".up.sql": "CREATE UNIQUE INDEX CONCURRENTLY one ON orders (price);\n"})
    ran = on_postgres.run("up")
    assert ran.status == 2
    assert on_postgres.query("SELECT 1 FROM pg_class WHERE relname = 'one'") == []
    on_postgres.query("UPDATE orders SET price = id")
    ran = on_postgres.run("up")
    assert ran.status == 0, ran.err
    assert on_postgres.states()[-1] == "applied", version


def test_a_lock_that_others_hold(project: Project) -> None:
    project.add_orders()
    project.run("up", "--steps", 2)
    hold = {
        "postgres": "LOCK TABLE orders IN SHARE MODE",
        "mysql": "SELECT * FROM orders",
        "sqlite": "INSERT INTO orders VALUES (9, 9)",
    }
    with project.scratch.open() as session, session.transaction():
        session.query(hold[project.engine])
        ran = project.run("up", "--lock-timeout", 1, "--retries", 1)
        assert ran.status == 2
        assert "trying again" in ran.err or project.engine == "sqlite", ran.err
    assert project.states() == ["applied", "applied", "pending"]
    assert project.run("up").status == 0


def test_a_lock_that_is_let_go_in_time(project: Project) -> None:
    project.add_orders()
    project.run("up", "--steps", 2)
    held, free = threading.Event(), threading.Event()
    hold = {
        "postgres": "LOCK TABLE orders IN SHARE MODE",
        "mysql": "SELECT * FROM orders",
        "sqlite": "INSERT INTO orders VALUES (9, 9)",
    }

    def other() -> None:
        with project.scratch.open() as session, session.transaction():
            session.query(hold[project.engine])
            held.set()
            free.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    held.wait(30)
    threading.Timer(2.5, free.set).start()
    ran = project.run("up", "--lock-timeout", 1, "--retries", 20)
    thread.join()
    assert ran.status == 0, ran.err


def test_a_statement_that_takes_too_long(on_postgres: Project) -> None:
    on_postgres.add("slow", {".up.sql": "CREATE TABLE a (id integer);\nSELECT pg_sleep(20);\n"})
    began = time.monotonic()
    ran = on_postgres.run("up", "--statement-timeout", 0.5, "--retries", 0)
    assert ran.status == 2
    assert time.monotonic() - began < 10
    assert on_postgres.states() == ["pending"]


def test_a_full_disk(on_sqlite: Project) -> None:
    on_sqlite.add(
        "table", {".up.sql": "CREATE TABLE a (id integer PRIMARY KEY, text text);\n", ".down.sql": "DROP TABLE a;\n"}
    )
    on_sqlite.run("up")
    rows = "INSERT INTO a (text) VALUES " + ", ".join("('" + "x" * 500 + "')" for _ in range(2000)) + ";\n"
    version = on_sqlite.add("much", {".up.sql": rows})
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)); {on_sqlite.code('up')}"
    done = subprocess.run(
        [sys.executable, "-c", limited],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert f"{version} much" in done.stderr.partition("error:")[2]
    assert on_sqlite.states() == ["applied", "pending"]
    assert on_sqlite.query("SELECT count(*) FROM a") == [(0,)]
    assert on_sqlite.query("PRAGMA integrity_check") == [("ok",)]
    assert on_sqlite.run("up").status == 0
