"""Data migrations in Python: batches, progress, going on after a stop, and the way back."""

import os
import signal
import subprocess
import textwrap
from functools import partial
from pathlib import Path

import pytest

from dbwright.engines.base import Scratch
from tests.support.migrations import Project
from tests.support.processes import comes_true, running

TABLE = {
    ".up.sql": "CREATE TABLE t (a varchar(10) NOT NULL, b integer NOT NULL, old integer, neu integer, PRIMARY KEY (a, b));\n",
    ".down.sql": "DROP TABLE t;\n",
}
DECLARED = """
from dbwright.migrate.data import Batches

up = Batches(table="t", key=("a", "b"), size=7, where="old IS NOT NULL", change="UPDATE {table} SET neu = old * 2 WHERE {range}")
down = Batches(table="t", key=("a", "b"), size=7, change="UPDATE {table} SET neu = NULL WHERE {range}")
"""


@pytest.fixture
def project(scratch: Scratch, tmp_path: Path) -> Project:
    made = Project(tmp_path / "migrations", scratch)
    made.add("table", TABLE)
    made.run("up")
    rows = ", ".join(f"('{'xyz'[n % 3]}''', {n}, {n}, NULL)" for n in range(50))
    made.query(f"INSERT INTO t VALUES {rows}")
    return made


def filled(project: Project) -> int:
    return len(project.query("SELECT 1 FROM t WHERE neu = old * 2"))


def test_declared_batches_up_and_down(project: Project) -> None:
    project.add("double", {".py": DECLARED})
    ran = project.run("up")
    assert (ran.status, filled(project)) == (0, 50), ran.err
    entry = project.run("history", "--format", "json").json["runs"][-1]
    assert entry["statements"] == 8
    ran = project.run("down")
    assert ran.status == 0, ran.err
    assert project.query("SELECT count(*) FROM t WHERE neu IS NULL") == [(50,)]
    assert project.run("verify").status == 0


def test_a_function_gets_its_values_bound(project: Project) -> None:
    code = """
    from dbwright.migrate.data import Batch, Batches
    batches = Batches(table="t", key=("a", "b"), size=20)
    def up(batch: Batch) -> None:
        for a, b in batch.query(f"SELECT a, b FROM {batch.table} WHERE {batch.range}"):
            batch.change("UPDATE t SET neu = old * :by WHERE a = :a AND b = :b -- not :this", by=2, a=a, b=b)
    irreversible = "nobody knows"
    """
    project.add("double", {".py": textwrap.dedent(code)})
    ran = project.run("up")
    assert (ran.status, filled(project)) == (0, 50), ran.err
    ran = project.run("down")
    assert ran.status == 2
    assert "nobody knows" in ran.err


def test_a_batch_that_fails_is_rolled_back_and_the_rest_goes_on_later(project: Project) -> None:
    code = """
    from dbwright.migrate.data import Batches
    batches = Batches(table="t", key=("a", "b"), size=10)
    def up(batch):
        batch.change(f"UPDATE t SET neu = coalesce(neu, 0) + old * 2 WHERE {batch.range}")
        if batch.number == 3:
            raise ValueError("no more")
    irreversible = "nobody knows"
    """
    version = project.add("double", {".py": textwrap.dedent(code)})
    ran = project.run("up")
    assert ran.status == 2
    assert "ValueError: no more" in ran.err
    assert "2 batches with 20 rows are done and stay; the batch that failed was rolled back" in ran.err
    assert project.states() == ["applied", "failed"]
    assert len(project.query("SELECT 1 FROM t WHERE neu IS NOT NULL")) == 20
    project.edit(version, textwrap.dedent(code).replace("== 3", "== 30"), "py")
    ran = project.run("up")
    assert (ran.status, filled(project)) == (0, 50), ran.err


def _further_or_ended(project: Project, rows: int, process: "subprocess.Popen[str]") -> bool:
    return process.poll() is not None or len(project.query("SELECT 1 FROM t WHERE neu IS NOT NULL")) > rows


@pytest.mark.parametrize("pause", [0.02])
def test_a_killed_run_goes_on_and_no_batch_runs_twice(project: Project, pause: float) -> None:
    code = f"""
    from dbwright.migrate.data import Batches
    up = Batches(table="t", key=("a", "b"), size=2, pause={pause},
                 change="UPDATE {{table}} SET neu = coalesce(neu, 0) + old * 2 WHERE {{range}}")
    irreversible = "nobody knows"
    """
    project.add("double", {".py": textwrap.dedent(code)})
    command = ["migrate", "up", "--folder", str(project.folder), "--url", project.url]
    kills = 0
    for _ in range(20):
        with running(f"from dbwright.cli.main import main; main({command!r})") as process:
            before = len(project.query("SELECT 1 FROM t WHERE neu IS NOT NULL"))
            comes_true(partial(_further_or_ended, project, before + 4, process))
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
            process.wait()
        if project.states()[-1] == "applied":
            break
        assert project.states()[-1] in ("running", "pending")
    assert kills > 2
    ran = project.run("up", "--wait", 10)
    assert (ran.status, filled(project)) == (0, 50), ran.err


def test_a_file_that_cannot_be_loaded(project: Project) -> None:
    project.add("wrong", {".py": "import nowhere_at_all\ndef up(batch): ...\n"})
    ran = project.run("up")
    assert ran.status == 2
    assert "could not be loaded: ModuleNotFoundError" in ran.err
    assert project.states() == ["applied", "pending"]
