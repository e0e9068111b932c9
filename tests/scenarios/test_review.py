"""`dbwright review` from end to end on files and SQLite databases: formats, statuses, selection, suppression, fixes."""

import json
import sqlite3
from pathlib import Path

import jsonschema
import pytest

from dbwright.report.json_ import schema
from tests.support.command import run

FAULTY = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    password TEXT NOT NULL
);
CREATE TABLE logs (at TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    price REAL NOT NULL
);
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "shop.db"
    connection = sqlite3.connect(file)
    connection.executescript(FAULTY)
    connection.close()
    return file


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "shop.sql"
    file.write_text(FAULTY)
    return file


def codes(source: Path, *options: object) -> set[str]:
    ran = run("review", source, "--format", "json", *options)
    assert ran.status in (0, 1), ran.err
    return {finding["code"] for finding in ran.json["findings"]}


def test_json_follows_its_published_schema(database: Path) -> None:
    ran = run("review", database, "--format", "json")
    assert ran.status == 1
    jsonschema.validate(ran.json, schema())
    assert {"findings", "summary", "source", "version"} <= ran.json.keys()


def test_reading_changes_nothing(database: Path) -> None:
    before = database.read_bytes()
    run("review", database)
    assert database.read_bytes() == before
    assert [file.name for file in database.parent.iterdir()] == [database.name]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "html"])
def test_every_format_names_what_was_found(database: Path, form: str) -> None:
    ran = run("review", database, "--format", form)
    assert ran.status == 1
    assert "R004" in ran.out
    assert ran.err == ""


def test_reports_beside_the_output(database: Path, tmp_path: Path) -> None:
    page, machine = tmp_path / "out" / "review.html", tmp_path / "review.json"
    ran = run("review", database, "--report", page, "--report", machine)
    assert "R004" in ran.out
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
    assert json.loads(machine.read_text())["findings"]


def test_selecting_and_ignoring(database: Path) -> None:
    assert codes(database, "--select", "R004") == {"R004"}
    assert codes(database, "--select", "relationships") <= {"R001", "R002", "R003", "R004", "R005", "R006"}
    assert "R004" not in codes(database, "--ignore", "foreign-key-without-index")
    assert run("review", database, "--select", "R999").status == 2


def test_fail_on(database: Path) -> None:
    assert run("review", database, "--select", "R004", "--fail-on", "error").status == 0
    assert run("review", database, "--select", "R004", "--fail-on", "warning").status == 1
    assert run("review", database, "--fail-on", "never").status == 0


def test_findings_in_a_file_have_a_place(script: Path) -> None:
    found = run("review", script, "--dialect", "sqlite", "--select", "R004", "--format", "json").json["findings"]
    place = found[0]["location"]
    assert place["path"] == str(script)
    assert FAULTY.splitlines()[place["line"] - 1].strip().startswith(("user_id", "CREATE TABLE orders"))


def test_a_comment_suppresses_with_its_reason(script: Path) -> None:
    text = FAULTY.replace("    user_id", "    -- dbwright: ignore R004 (written rarely, read never)\n    user_id")
    script.write_text(text)
    ran = run("review", script, "--dialect", "sqlite", "--format", "json")
    assert not {"R004", "U001", "U002"} & {finding["code"] for finding in ran.json["findings"]}
    assert ran.json["summary"]["suppressed"] == 1


def test_suppressions_without_use_or_reason_are_reported(script: Path) -> None:
    script.write_text("-- dbwright: ignore-file I001\n" + FAULTY)
    assert {"U001", "U002"} <= codes(script, "--dialect", "sqlite")


def test_suppressions_of_the_configuration(database: Path, tmp_path: Path) -> None:
    settings = tmp_path / "dbwright.toml"
    settings.write_text(
        '[[suppress]]\nrules = ["R004"]\nobject = "orders.*"\nreason = "small"\n'
        '[per-path-ignores]\n"logs" = ["K001"]\n[rules.money-in-float]\nseverity = "off"\n'
    )
    found = codes(database, "--config", settings)
    assert not found & {"R004", "K001", "T001", "U001"}
    settings.write_text('fail_on = "error"\n')
    assert run("review", database, "--config", settings).status == 2


def test_a_baseline_hides_what_is_known(database: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    assert run("review", database, "--write-baseline", baseline).status == 1
    ran = run("review", database, "--baseline", baseline, "--format", "json")
    assert ran.status == 0
    assert ran.json["findings"] == []
    assert ran.json["summary"]["baseline"] > 0
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE fresh (a INTEGER, b INTEGER)")
    connection.close()
    assert codes(database, "--baseline", baseline) == {"K001"}
    assert run("review", database, "--baseline", tmp_path / "none.json").status == 2


def test_fixes_run_and_mend(database: Path) -> None:
    written = run("review", database, "--fix", "--unsafe-fixes")
    assert "Proved: ran on a scratch database" in written.out
    before = codes(database)
    connection = sqlite3.connect(database)
    connection.executescript(written.out)
    connection.close()
    after = codes(database)
    assert {"C006", "R004"} <= before
    assert after == before - {"C006", "R004"}


def test_rows_are_asked_unless_told_not_to(database: Path) -> None:
    ran = run("review", database, "--no-rows", "--format", "json")
    assert any("rows were not asked" in sentence for sentence in ran.json["summary"]["unchecked"])


def test_source_and_options_from_the_environment(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", str(database))
    monkeypatch.setenv("DBWRIGHT_REVIEW_FAIL_ON", "never")
    assert run("review", "sqlite:///${SHOP}").status == 0
