"""A project made from the multi-tenant design passes its own tests; and these fail where the isolation has a hole."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dbwright.app.migrate.new import write_sums
from tests.support.command import run
from tests.support.scratches import scratch_of

KINDS = [
    ("postgres", "shared"),
    ("postgres", "schema"),
    ("postgres", "database"),
    ("mysql", "shared"),
    ("mysql", "database"),
    ("sqlite", "shared"),
    ("sqlite", "database"),
]


def project(folder: Path, engine: str, isolation: str) -> Path:
    ran = run("new", "saas", folder, "--engine", engine, "--option", f"isolation={isolation}")
    assert ran.status == 0, ran.err
    return folder


def run_tests(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("engine", "isolation"), KINDS)
def test_the_projects_own_tests_pass(tmp_path: Path, engine: str, isolation: str) -> None:
    with scratch_of(engine):
        pass  # skipped by name where there is no such server
    made = project(tmp_path / "saas", engine, isolation)
    # The provider's own tables, which test_promises is about, are the same in all three.
    own = ["tests/test_isolation.py", "tests/test_promises.py"] if isolation == "shared" else ["tests/test_tenants.py"]
    ran = run_tests(made, *own)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "skipped" not in ran.stdout.splitlines()[-1]


HOLES = [
    ("postgres", r"(CREATE POLICY tasks_of_organization ON tasks USING) [^;]*;", r"\1 (true);", "reading"),
    (
        "mysql",
        r"(FROM tasks WHERE organization_id = current_organization\(\))",
        r"FROM tasks WHERE organization_id > 0",
        "reading",
    ),
    (
        "sqlite",
        r"(CONSTRAINT tasks_project_id_fkey FOREIGN KEY) .*,",
        r"\1 (project_id) REFERENCES projects (id),",
        "referring",
    ),
]


@pytest.mark.parametrize(("engine", "good", "bad", "what"), HOLES, ids=[hole[0] for hole in HOLES])
def test_a_hole_is_found(tmp_path: Path, engine: str, good: str, bad: str, what: str) -> None:
    with scratch_of(engine):
        pass
    made = project(tmp_path / "saas", engine, "shared")
    (file,) = (made / "migrations").glob("*_projects.up.sql")
    text = file.read_text()
    file.write_text(re.sub(good, bad, text))
    assert file.read_text() != text
    write_sums(made / "migrations")
    ran = run_tests(made, "tests/test_isolation.py", "-k", f"{what} and tasks")
    assert ran.returncode == 1, ran.stdout[-3000:]
    assert f"test_{what}" in ran.stdout


def test_sqlite_has_no_schemas(tmp_path: Path) -> None:
    ran = run("new", "saas", tmp_path / "saas", "--engine", "sqlite", "--option", "isolation=schema")
    assert ran.status == 2
    assert "SQLite has no schemas" in ran.err
    assert not (tmp_path / "saas").exists()
