"""What the README shows is what comes out."""

import re
from pathlib import Path

import pytest

from tests.support.command import run

ROOT = Path(__file__).parent.parent.parent
BLOCKS = re.findall(
    r"```console\n\$ dbwright ((?:review|plan) examples/[^\n]*)\n(.*?)```",
    (ROOT / "README.md").read_text("utf-8"),
    re.DOTALL,
)


def _free_of_versions(text: str) -> str:
    """Versions differ between machines, and with them where a line is broken."""
    without = re.sub(r"(SQLite|PostgreSQL) \d+(\.\d+)*", r"\1", text)
    return " ".join(re.sub(r"scratch database \([^)]*\)", "scratch database", without).split())


@pytest.mark.parametrize(("command", "shown"), BLOCKS)
def test_the_readme_shows_real_output(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if "postgres" in command:
        request.getfixturevalue("postgres_scratch")  # where there is none, the plan would say so
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    assert _free_of_versions(run(*command.split()).out) == _free_of_versions(shown)


def test_the_readme_shows_something() -> None:
    assert len(BLOCKS) == 3
