"""What the README and the pages show is what comes out."""

import re
from pathlib import Path

import pytest

from tests.support.command import run

ROOT = Path(__file__).parent.parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "normalisation.md", ROOT / "docs" / "choosing.md")
BLOCKS = [
    found
    for page in PAGES
    for found in re.findall(
        r"```console\n\$ dbwright ((?:review|plan|profile|dependencies|normalize|choose) examples/[^\n]*)\n(.*?)```",
        page.read_text("utf-8"),
        re.DOTALL,
    )
]


def _free_of_versions(text: str) -> str:
    """Versions and times differ between machines, and with them where a line is broken."""
    without = re.sub(r"(SQLite|PostgreSQL) \d+(\.\d+)*", r"\1", text)
    without = re.sub(r"columns, [0-9.]+ s\b", "columns", without)
    return " ".join(re.sub(r"scratch database \([^)]*\)", "scratch database", without).split())


@pytest.mark.parametrize(("command", "shown"), BLOCKS)
def test_the_pages_show_real_output(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if "postgres" in command:
        request.getfixturevalue("postgres_scratch")  # where there is none, the plan would say so
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    assert _free_of_versions(run(*command.split()).out) == _free_of_versions(shown)


def test_the_readme_shows_something() -> None:
    assert len(BLOCKS) == 8
