"""What a careful user tries on the command line: files that must not be lost, settings that do not fit, secrets."""

import os
import sqlite3
from pathlib import Path

import pytest

from tests.scenarios.test_bad_input import refused
from tests.support.command import run

TABLE = "CREATE TABLE users (id integer PRIMARY KEY, price real);\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "schema.sql"
    file.write_text(TABLE)
    return file


@pytest.mark.parametrize("option", ["--output", "--report", "--write-baseline"])
def test_a_review_does_not_write_over_its_source(tmp_path: Path, option: str) -> None:
    file = tmp_path / "schema.json" if option == "--report" else tmp_path / "schema.sql"
    file.write_text(TABLE)
    assert "source itself" in refused("review", file, "--dialect", "sqlite", option, file).err
    assert file.read_text() == TABLE


def test_inspect_does_not_write_over_a_database(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute(TABLE)
    connection.close()
    before = file.read_bytes()
    assert "source itself" in refused("inspect", file, "--output", file).err
    assert "source itself" in refused("inspect", f"sqlite:///{file}", "--output", file).err
    assert file.read_bytes() == before


def test_an_output_that_is_a_folder(source: Path, tmp_path: Path) -> None:
    ran = refused("review", source, "--dialect", "sqlite", "--output", tmp_path)
    assert f"{tmp_path} cannot be written" in ran.err
    assert "partial" not in ran.err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2/x@host/name",
        "postgresql://me:hunter2#x@host/name",
        "postgresql://me:hunter2?x@host/name",
        "mysql://me:hunter2[@host/name",
        "postgresql://me:hunter2:name",
        "host=db dbname=shop user=me password=hunter2",
    ],
)
def test_no_part_of_a_password_is_shown(url: str) -> None:
    ran = refused("review", url)
    assert "hunter" not in ran.err + ran.out


def test_options_that_would_do_nothing_are_refused(source: Path) -> None:
    assert "--fix" in refused("review", source, "--unsafe-fixes").err
    assert "--format" in refused("review", source, "--fix", "--format", "json").err
    assert "--seconds" in refused("review", source, "--seconds", "-1").err
    assert "--sample-above" in refused("review", source, "--sample-above", "0").err


@pytest.mark.parametrize("value", ["1", "", "anything"])
def test_no_color_takes_any_value(source: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    assert run("review", source, "--dialect", "sqlite", "--fail-on", "never").status == 0


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ('[rules.timestamp-without-zone]\nseverity = "loud"\n', "loud"),
        ('[rules.missing-not-null]\nleast-rows = "many"\n', "least-rows"),
    ],
)
def test_settings_of_a_rule_must_fit(tmp_path: Path, settings: str, word: str) -> None:
    schema = tmp_path / "schema.sql"
    rows = ", ".join(f"({number}, {number})" for number in range(60))
    schema.write_text(
        "CREATE TABLE parts (id integer PRIMARY KEY, price decimal(8, 2));\nINSERT INTO parts VALUES " + rows + ";\n"
    )
    (tmp_path / "settings.toml").write_text(settings)
    assert word in refused("review", schema, "--dialect", "sqlite", "--config", tmp_path / "settings.toml").err


def test_each_group_of_rules_is_listed_once() -> None:
    headings = [line for line in run("rules").out.splitlines() if line and not line.startswith(" ")]
    assert headings == sorted(set(headings))


def test_a_suppression_of_a_rule_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    file.write_text("-- dbwright: ignore Z999 (a slip of the pen)\n" + TABLE)
    ran = run("review", file, "--dialect", "sqlite", "--format", "json")
    assert "U001" in {finding["code"] for finding in ran.json["findings"]}


def test_a_column_of_nulls_is_no_evidence(tmp_path: Path) -> None:
    file = tmp_path / "schema.sql"
    rows = ", ".join(f"({number})" for number in range(1, 31))
    file.write_text(f"{TABLE}INSERT INTO users (id) VALUES {rows};\n")
    ran = run("review", file, "--dialect", "sqlite", "--select", "T001", "--format", "json")
    (finding,) = ran.json["findings"]
    assert "no row has a value there" in str(finding["evidence"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "schema.sql").write_text(TABLE)
    folder.chmod(0)
    try:
        assert "no permission to read" in refused("review", folder).err
        assert "no permission to read" in refused("review", folder / "schema.sql").err
    finally:
        folder.chmod(0o700)
