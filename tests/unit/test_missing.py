"""A test that lacks its engine says so, and fails where everything must be there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.missing import described, missing

_ROOT = Path(__file__).parents[2]
_TESTS = """
from dbwright.errors import Unavailable
from tests.support.scratches import opened_or_missing
from tests.support.missing import missing
import pytest

def refuse():
    raise Unavailable("No server.")

def test_one():
    with opened_or_missing("oracle", refuse):
        raise AssertionError

def test_two():
    with opened_or_missing("oracle", refuse):
        raise AssertionError

def test_three():
    pytest.skip("no samples here")
"""


def _run(folder: Path, **environment: str) -> str:
    (folder / "test_them.py").write_text(_TESTS)
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "DBWRIGHT_REQUIRE_ALL")}
    searched = os.pathsep.join((str(_ROOT), str(_ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])))
    options = ["-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        env={**kept, "PYTHONPATH": searched, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_what_is_missing_is_listed_at_the_end(tmp_path: Path) -> None:
    said = _run(tmp_path)
    assert "not tested here" in said
    assert "oracle: 2 tests skipped, because: No server." in said
    assert "no samples here: 1 test skipped" in said
    assert "3 skipped" in said


def test_what_is_missing_fails_where_all_is_required(tmp_path: Path) -> None:
    assert "2 failed, 1 skipped" in _run(tmp_path, CI="true")
    assert "2 failed, 1 skipped" in _run(tmp_path, DBWRIGHT_REQUIRE_ALL="1")


def test_the_reason_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("DBWRIGHT_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        missing("redis", "not found: on PATH")
    assert described(f"Skipped: {skipped.value.msg}") == ("redis", "not found: on PATH")
    assert described("Skipped: no samples") == ("no samples", "")
