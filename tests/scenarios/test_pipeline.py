"""The pre-commit hooks and the GitHub Action: what they run exists and does what they say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import run

ROOT = Path(__file__).parent.parent.parent
_HOOK = re.compile(r"^- id: (?P<id>\S+)\n(?:  .*\n)*?  entry: dbwright (?P<entry>.*)$", re.MULTILINE)
_INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


def _act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run what the action runs, with the `dbwright` and `python` of this environment first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", str(ROOT / "scripts" / "action.sh")],
        cwd=folder,
        env={**os.environ, **inputs, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """A folder whose name has a blank, with a schema without a primary key."""
    folder = tmp_path / "my project"
    folder.mkdir()
    (folder / "my schema.sql").write_text("CREATE TABLE notes (body text NOT NULL, written timestamptz NOT NULL);\n")
    return folder


def test_every_hook_runs_a_command_that_there_is() -> None:
    hooks = {
        match["id"]: match["entry"].split() for match in _HOOK.finditer((ROOT / ".pre-commit-hooks.yaml").read_text())
    }
    assert set(hooks) == {"dbwright-review", "dbwright-lint", "dbwright-docs"}
    for command, *options in hooks.values():
        shown = run(command, "--help")
        assert shown.status == 0
        assert all(option in shown.out for option in options)


def test_every_input_of_the_action_is_declared_and_used() -> None:
    text = (ROOT / "action.yml").read_text()
    declared = set(re.findall(r"^  ([\w-]+):$", text.partition("inputs:")[2].partition("runs:")[0], re.MULTILINE))
    assert declared == set(_INPUT.findall(text))


def test_the_action_annotates_the_lines_and_writes_reports(schema: Path) -> None:
    ran = _act(
        schema, COMMAND="review", SOURCE="'my schema.sql'", ARGUMENTS="--select K --parse --dialect postgres",
        SARIF="found.sarif", HTML="found.html",
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    assert re.search(r"^::\w+ file=my schema\.sql,line=1,.*K001", ran.stdout, re.MULTILINE)
    assert json.loads((schema / "found.sarif").read_text())["runs"][0]["results"]
    assert "<html" in (schema / "found.html").read_text()


def test_the_action_lints_migrations(schema: Path) -> None:
    (schema / "0001.sql").write_text("ALTER TABLE notes DROP COLUMN body;\n")
    ran = _act(schema, COMMAND="lint", SOURCE="0001.sql --schema 'my schema.sql'", ARGUMENTS="--dialect postgres")
    assert ran.returncode == 1, ran.stderr
    assert "M050" in ran.stdout


@pytest.mark.parametrize("source", ["$(touch ran)", "`touch ran`", "a; touch ran", "--output ran2 'x'"])
def test_the_action_runs_no_code_from_its_inputs(schema: Path, source: str) -> None:
    assert _act(schema, COMMAND="review", SOURCE=source).returncode == 2
    assert not (schema / "ran").exists()


def test_the_action_refuses_another_command(schema: Path) -> None:
    ran = _act(schema, COMMAND="apply", SOURCE="'my schema.sql'")
    assert ran.returncode == 2
    assert "::error::" in ran.stdout
