"""Bundles, own rules, options, the score and its history: what a project says of its reviews."""

import json
from pathlib import Path

import pytest

from dbwright.rules.base import BUNDLES, all_rules
from tests.support.command import Ran, run

_SCHEMA = """
CREATE TABLE customers (email TEXT NOT NULL, id INTEGER PRIMARY KEY, customer_city TEXT, customer_name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, paid_on TEXT, sent_on TEXT, total REAL NOT NULL);
INSERT INTO customers VALUES ('a@example.org', 1, 'Graz', 'Ada'), ('b@example.org', 2, 'Porto', 'Ben');
INSERT INTO orders VALUES (1, 1, '2026-01-02', '2026-01-01', 10.5), (2, 2, '2026-01-01', '2026-01-02', 2), (3, 9, NULL, NULL, 3);
"""
_OWN_RULE = '''"""A table whose name does not begin with the name of its module.

## Why
Ours is one database for many modules.

## Options
- `prefix` (default "crm_"): what names begin with.
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject


class TablePrefix(Rule):
    """Finds tables without the prefix."""

    code = "X001"
    group = "names"
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        prefix = subject.option("prefix", "crm_")
        for table in subject.catalog.tables:
            if not table.name.startswith(prefix):
                yield self.finding(
                    table.ref, f"{table.name} does not begin with {prefix}.",
                    Evidence(summary="Its name says so."), help="Rename it.",
                )
'''
_QUERY_RULE = """-- Orders that were sent before they were paid.
--
-- The bookkeeping counts them twice.
--
-- code: X101
-- severity: error
-- on: orders
-- help: Ask the warehouse which date is right.
-- message: {count} order was sent before it was paid.
SELECT id, paid_on, sent_on FROM orders WHERE sent_on < paid_on;
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a schema and an empty configuration, which is the working folder."""
    (tmp_path / "shop.sql").write_text(_SCHEMA)
    (tmp_path / "dbwright.toml").write_text('source = "shop.sql"\ndialect = "sqlite"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _configure(project: Path, more: str) -> None:
    (project / "dbwright.toml").write_text(f'source = "shop.sql"\ndialect = "sqlite"\n{more}')


def _codes(*arguments: str) -> list[str]:
    return [finding["code"] for finding in run("review", *arguments, "--format", "json").json["findings"]]


def _refused(*arguments: str) -> Ran:
    ran = run(*arguments)
    assert ran.status == 2, ran.out
    assert "Traceback" not in ran.err
    return ran


# ---------------------------------------------------------------- bundles


def test_each_bundle_holds_the_one_before(project: Path) -> None:
    found = [set(_codes("--select", bundle)) for bundle in BUNDLES]
    assert found[0] <= found[1] <= found[2]
    assert set(_codes()) == found[0]
    of_bundle = {rule.code: rule.bundle for rule in all_rules()}
    assert {of_bundle[code] for code in found[0]} == {"recommended"}
    assert "all" in {of_bundle[code] for code in found[2]}


def test_the_configuration_chooses_the_bundle(project: Path) -> None:
    _configure(project, 'bundle = "all"\n')
    assert set(_codes()) == set(_codes("--select", "all"))
    _configure(project, 'bundle = "everything"\n')
    assert "bundle" in _refused("review").err


def test_a_preset_of_names_changes_what_is_expected(project: Path) -> None:
    _configure(project, '[naming]\npreset = "pascal"\n')
    found = run("review", "--select", "N001", "--format", "json").json["findings"]
    assert any("Orders" in json.dumps(finding) for finding in found)
    _configure(project, '[naming]\npreset = "shouting"\n')
    assert "shouting" in _refused("review").err


# ---------------------------------------------------------------- rules of the project's own


def test_a_python_file_is_a_rule(project: Path) -> None:
    (project / "dbwright_rules").mkdir()
    (project / "dbwright_rules" / "table_prefix.py").write_text(_OWN_RULE)
    found = run("review", "--select", "X001", "--format", "json").json["findings"]
    assert [(each["code"], each["rule"]) for each in found] == [("X001", "table-prefix")] * 2
    assert "Ours is one database" in run("rule", "X001").out
    assert "table-prefix" in run("rules").out
    _configure(project, '[rules.table-prefix]\nprefix = "cust"\nseverity = "error"\n')
    (finding,) = run("review", "--select", "X001", "--format", "json").json["findings"]
    assert finding["severity"] == "error"
    assert finding["target"]["path"][-1] == "orders"
    assert "X001" not in _codes("--no-own-rules")


def test_a_query_is_a_rule_whose_rows_are_the_evidence(project: Path) -> None:
    (project / "dbwright_rules").mkdir()
    (project / "dbwright_rules" / "sent_before_paid.sql").write_text(_QUERY_RULE)
    (finding,) = run("review", "--select", "X101", "--format", "json").json["findings"]
    assert finding["message"] == "1 order was sent before it was paid."
    assert finding["target"]["path"][-1] == "orders"
    assert finding["evidence"][0]["columns"] == ["id", "paid_on", "sent_on"]
    assert finding["evidence"][0]["rows"] == [["1", "2026-01-02", "2026-01-01"]]
    assert run("review", "--select", "X101").status == 1
    assert _codes("--select", "X101", "--no-rows") == []


def test_a_query_that_names_tables_finds_each_of_them(project: Path) -> None:
    (project / "dbwright_rules").mkdir()
    (project / "dbwright_rules" / "no_o.sql").write_text(
        "-- A table whose name begins with o.\n-- code: X102\n"
        "SELECT name AS table_name, 'It begins with o.' AS message FROM sqlite_master WHERE type = 'table' AND name LIKE 'o%'"
    )
    (finding,) = run("review", "--select", "X102", "--format", "json").json["findings"]
    assert finding["target"]["path"][-1] == "orders"
    assert finding["message"] == "It begins with o."


def test_a_query_that_fails_is_said_to_be_unchecked(project: Path) -> None:
    (project / "dbwright_rules").mkdir()
    (project / "dbwright_rules" / "wrong.sql").write_text("-- Something.\n-- code: X103\nSELECT nothing FROM nowhere")
    ran = run("review", "--select", "X103", "--format", "json")
    assert ran.status == 0
    assert any("X103 wrong could not be checked" in note for note in ran.json["summary"]["unchecked"])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("broken.py", "import nothing_like_this", "ModuleNotFoundError"),
        ("empty.py", "x = 1", "holds no rule"),
        ("twice.py", _OWN_RULE.replace("X001", "K001"), "built-in rule K001"),
        ("small.py", _OWN_RULE.replace("X001", "mine"), "no code of a rule"),
        ("none.sql", "-- Something.\n-- code: X104\n", "holds no query"),
        ("two.sql", "-- Something.\n-- code: X104\nSELECT 1; SELECT 2", "more than one statement"),
        ("severe.sql", "-- Something.\n-- code: X104\n-- severity: awful\nSELECT 1", "awful"),
        ("nameless.sql", "SELECT 1", "no code of a rule"),
    ],
)
def test_what_is_no_rule_is_refused_by_its_file(project: Path, name: str, text: str, said: str) -> None:
    (project / "dbwright_rules").mkdir()
    (project / "dbwright_rules" / name).write_text(text)
    ran = _refused("review")
    assert said in ran.err
    assert name.partition(".")[0] in ran.err


# ---------------------------------------------------------------- options


def test_an_option_that_no_rule_has_is_refused(project: Path) -> None:
    _configure(project, "[rules.missing-foreign-key]\nmost-orphan = 0.2\n")
    ran = _refused("review")
    assert "most-orphan" in ran.err
    _configure(project, "[rules.missing-foreign-keys]\nseverity = 'off'\n")
    assert "missing-foreign-key" in _refused("review").err


def test_a_rule_can_be_configured_by_its_code(project: Path) -> None:
    assert "R001" in _codes()
    _configure(project, '[rules.R001]\nseverity = "off"\n')
    assert "R001" not in _codes()


# ---------------------------------------------------------------- the score and its history


def test_the_score_rises_when_a_fault_is_mended(project: Path) -> None:
    first = run("review", "--save", "--format", "json").json
    assert 0 <= first["score"]["value"] < 100
    (project / "shop.sql").write_text(_SCHEMA.replace("customer_id INTEGER NOT NULL", "customer_id INTEGER NOT NULL REFERENCES customers")
                                      .replace("(3, 9,", "(3, 2,"))  # fmt: skip
    second = run("review", "--save", "--since", "last", "--format", "json").json
    assert second["score"]["value"] > first["score"]["value"]
    assert second["trend"]["score_before"] == first["score"]["value"]
    assert second["trend"]["gone"] >= 1
    assert len((project / "dbwright-history.jsonl").read_text().splitlines()) == 2
    assert str(first["score"]["value"]) in run("review", "--since", "1000d").err or run("review", "--since", "last").out


def test_a_review_of_some_rules_has_no_score(project: Path) -> None:
    assert run("review", "--select", "K", "--format", "json").json.get("score") is None
    assert "score" in _refused("review", "--select", "K", "--save").err
    assert not (project / "dbwright-history.jsonl").exists()


def test_what_cannot_be_compared_is_said(project: Path) -> None:
    assert "saved" in _refused("review", "--since", "last").err
    run("review", "--save")
    assert "Use last" in _refused("review", "--since", "yesterday").err
    assert "first" in _refused("review", "--since", "2001-01-01").err
    history = project / "dbwright-history.jsonl"
    history.write_text(history.read_text() + '{"format": "dbwright-history/1", "at"')
    assert run("review", "--since", "last").status in (0, 1)
    history.write_text("nonsense\n" + history.read_text())
    assert "Line 1" in _refused("review", "--since", "last").err


def test_the_first_review_of_all_can_be_saved_with_since(project: Path) -> None:
    assert run("review", "--save", "--since", "last").status in (0, 1)
    assert run("review", "--save", "--since", "last", "--format", "json").json["trend"]["new"] == 0


def test_a_configuration_of_a_windows_editor_is_read(project: Path) -> None:
    (project / "dbwright.toml").write_bytes(
        '\ufeffsource = "shop.sql"\r\ndialect = "sqlite"\r\nselect = ["T001"]\r\n'.encode()
    )
    assert set(_codes()) == {"T001"}
