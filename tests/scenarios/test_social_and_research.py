"""Projects made from the social and the research design: their own tests pass, and their made-up rows show no fault."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dbwright.app.review import Request, review
from dbwright.engines.base import Scratch
from dbwright.engines.url import format_url
from tests.support.command import run
from tests.support.designs import build
from tests.support.scratches import ENGINES, scratch_of

pytest.importorskip("polars")
DESIGNS = ("social", "research")
HOLES = {
    "social": ("graph", "CREATE TRIGGER follows_not_blocked", "follows_over_a_block or cannot_reach_each_other"),
    "research": ("authors", "CREATE TRIGGER author_affiliations_do_not_overlap", "twice_at_the_same_time"),
}
"""By design: the part, the statement whose loss makes a hole, and the tests that must find it."""


def project(folder: Path, design: str, engine: str) -> Path:
    """The project of a design. Skips, by name, where there is no server of its engine."""
    with scratch_of(engine):
        pass
    ran = run("new", design, folder, "--engine", engine)
    assert ran.status == 0, ran.err
    return folder


def run_tests(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The project's own tests, as its owner would run them."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("design", DESIGNS)
def test_the_projects_own_tests_pass(tmp_path: Path, design: str, engine: str) -> None:
    ran = run_tests(project(tmp_path / design, design, engine))
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "skipped" not in ran.stdout.splitlines()[-1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("design", DESIGNS)
def test_they_fail_where_a_guard_is_missing(tmp_path: Path, design: str, engine: str) -> None:
    part, statement, tests = HOLES[design]
    made = project(tmp_path / design, design, engine)
    (migration,) = (made / "migrations").glob(f"*_{part}.up.sql")
    text = migration.read_text(encoding="utf-8")
    assert statement in text
    other = text.replace(f"{statement}", f"{statement}_at_all").replace(" BEFORE INSERT", " BEFORE DELETE")
    migration.write_text(other, encoding="utf-8")
    assert run("migrate", "repair", "--folder", made / "migrations").status == 0
    ran = run_tests(made, "-k", tests)
    assert ran.returncode == 1, ran.stdout[-3000:]


@pytest.mark.parametrize("design", DESIGNS)
def test_a_seeded_design_has_no_fault(scratch: Scratch, design: str, tmp_path: Path) -> None:
    settings = tmp_path / "seed.toml"
    with scratch.open() as session:
        settings.write_text(build(session, design).rendered.settings, encoding="utf-8")
    url = format_url(scratch.url)
    ran = run("seed", url, settings, "--scale", "0.1", "--yes", "--format", "json")
    assert ran.status == 0, ran.err
    assert [f"{each.code} {each.message}" for each in review(Request(source=url)).report.findings] == []
