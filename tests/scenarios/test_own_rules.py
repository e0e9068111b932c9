"""Rules of a project's own that are written carelessly: each gets a plain sentence, and none can write."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

from dbwright.engines.base import Statement
from dbwright.engines.url import format_url
from tests.support.command import run
from tests.support.scratches import ENGINES, scratch_of

_RULE = '''"""A rule of ours."""

from dbwright.rules.base import Rule


class Ours(Rule):
    """Finds something."""

    code = "X001"
    group = "design"

'''


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of own rules of a project that is the working folder."""
    (tmp_path / "shop.sql").write_text(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT);"
        "INSERT INTO orders VALUES (1, '50% off'), (2, NULL), (3, 'x');"
    )
    (tmp_path / "dbwright.toml").write_text('source = "shop.sql"\ndialect = "sqlite"\n')
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dbwright_rules").mkdir()
    return tmp_path / "dbwright_rules"


def _write(rules: Path, name: str, query: str, *head: str) -> None:
    lines = ("Something.", "", "code: X101", "on: orders", *head)
    (rules / name).write_text("\n".join([*(f"-- {line}" for line in lines), query]), encoding="utf-8")


def _finding(*arguments: object) -> Any:
    (finding,) = run("review", *arguments, "--select", "X101", "--format", "json").json["findings"]
    return finding


# ---------------------------------------------------------------- Python


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('def check(self, subject):\n    yield {}["nothing"]', "ours.py:13: the rule X001 ours failed: KeyError"),
        ("def check(self, subject):\n    import sys; sys.exit(3)", "ours.py:13: the rule X001 ours failed: SystemExit"),
        ("def check(self, subject):\n    return None", "the rule X001 ours failed: TypeError"),
        ('def check(self, subject):\n    return ["orders"]', "the rule X001 ours yields 'orders'"),
        (
            'def check(self, subject):\n    return [self.finding("orders", "Bad.")]',
            "the rule X001 ours names 'orders' as what is at fault",
        ),
        (
            "def questions(self, subject):\n    return 1 / 0\n\ndef check(self, subject):\n    return ()",
            "ours.py:13: the rule X001 ours failed: ZeroDivisionError",
        ),
        ('bundle = "huge"\n\ndef check(self, subject):\n    return ()', "'huge' is no bundle"),
        ('harm = "great"\n\ndef check(self, subject):\n    return ()', "'great' is no harm"),
        ('engines = ("oracle",)\n\ndef check(self, subject):\n    return ()', "'oracle' is no engine"),
        ('needs = "luck"\n\ndef check(self, subject):\n    return ()', "'luck' is no need"),
    ],
)
def test_a_rule_that_is_wrong_is_told_by_file_and_code(rules: Path, body: str, said: str) -> None:
    (rules / "ours.py").write_text(_RULE + textwrap.indent(body, "    ") + "\n")
    ran = run("review")
    assert ran.status == 2
    assert said in ran.err, ran.err
    assert "should not" not in ran.err
    assert run("review", "--no-own-rules", "--fail-on", "never").status == 0


def test_a_rule_on_migrations_that_raises_is_told_by_file_and_code(rules: Path) -> None:
    text = _RULE.replace("base import Rule", "migrating import MigrationRule").replace("(Rule)", "(MigrationRule)")
    (rules / "ours.py").write_text(
        text + '    def check_migration(self, migration):\n        raise KeyError("nothing")\n'
    )
    ran = run("lint", "shop.sql", "--dialect", "sqlite")
    assert ran.status == 2
    assert "ours.py:13: the rule X001 ours failed: KeyError" in ran.err


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id FROM orders; -- that is all",
        "SELECT id FROM orders /* a; b */ ;\n-- the end\n",
        "SELECT id FROM orders ORDER BY id",
        "SELECT id FROM orders -- all",
        "WITH every AS (SELECT id FROM orders) SELECT * FROM every;;",
    ],
)
@pytest.mark.parametrize("form", ["{}", "\ufeff{}"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_query_may_be_written_as_its_author_likes(rules: Path, query: str, form: str, line_end: str) -> None:
    _write(rules, "all.sql", query)
    text = form.format((rules / "all.sql").read_text().replace("\n", line_end))
    (rules / "all.sql").write_bytes(text.encode())
    finding = _finding()
    assert finding["message"].startswith("3 rows")
    assert finding["evidence"][0]["columns"] == ["id"]


def test_a_query_with_a_star_can_name_objects(rules: Path) -> None:
    _write(
        rules, "named.sql", "SELECT * FROM (SELECT 'orders' AS table_name, 'note' AS column_name, '100% 🙂' AS message)"
    )
    finding = _finding()
    assert (finding["target"]["path"][-2:], finding["message"]) == (["orders", "note"], "100% 🙂")


def test_a_row_that_names_no_table_is_about_the_database(rules: Path) -> None:
    _write(rules, "named.sql", "SELECT NULL AS table_name")
    finding = _finding()
    assert (finding["target"]["path"], finding["message"]) == ([], "The database: Something.")


def test_more_objects_than_are_shown_are_mentioned(rules: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) SELECT 't' || i AS table_name FROM n"
    _write(rules, "many.sql", many)
    report = run("review", "--select", "X101", "--format", "json").json
    assert len(report["findings"]) == 1000
    assert any("more than 1,000 objects" in note for note in report["summary"]["unchecked"])


def test_the_time_for_all_questions_holds_for_queries_too(rules: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS most FROM n"
    _write(rules, "endless.sql", endless)
    _write(rules, "later.sql", "SELECT id FROM orders", "code: X102")
    report = run("review", "--select", "X1", "--seconds", "0.2", "--format", "json").json
    assert report["findings"] == []
    first, second = report["summary"]["unchecked"][-2:]
    assert first.startswith("X101 endless could not be checked")
    assert second == "X102 later could not be checked: the time for asking the rows was over."


_WRITER = {
    "postgres": (
        "CREATE TABLE orders (id integer)",
        "CREATE FUNCTION add_one() RETURNS integer LANGUAGE sql AS 'INSERT INTO orders VALUES (1) RETURNING id'",
    ),
    "mysql": (
        "CREATE TABLE orders (id integer)",
        "CREATE FUNCTION add_one() RETURNS integer DETERMINISTIC BEGIN INSERT INTO orders VALUES (1); RETURN 1; END",
    ),
    "sqlite": ("CREATE TABLE orders (id integer)",),
}


@pytest.mark.parametrize("name", ENGINES)
def test_no_query_writes(rules: Path, name: str) -> None:
    switch = "set_config('default_transaction_read_only', 'off', false)"
    queries = {
        "a_delete": "DELETE FROM orders RETURNING id",
        "b_insert": "WITH added AS (INSERT INTO orders VALUES (1) RETURNING id) SELECT id FROM added",
        "c_switch": f"SELECT {switch} AS switched",
        "d_function": "SELECT add_one() AS added",
        "e_bracket": "SELECT 1) AS x; DELETE FROM orders; SELECT * FROM (SELECT 1",
    }
    for at, (file, query) in enumerate(queries.items(), 101):
        _write(rules, f"{file}.sql", query, f"code: X{at}")
    with scratch_of(name) as scratch:
        with scratch.open() as session:
            session.execute(Statement(text=text) for text in (*_WRITER[name], "INSERT INTO orders VALUES (7)"))
        ran = run("review", format_url(scratch.url), "--select", "X", "--format", "json")
        report = ran.json
        with scratch.open() as session:
            assert session.query("SELECT id FROM orders") == [(7,)]
    unchecked = " ".join(report["summary"]["unchecked"])
    assert all(
        f"{rule} could not be checked" in unchecked for rule in ("a-delete", "b-insert", "d-function", "e-bracket")
    )


def test_a_baseline_that_cannot_be_written_is_named_and_the_old_one_stays(rules: Path) -> None:
    folder = rules.parent / "taken.json.partial"
    (rules.parent / "taken.json").write_text("old")
    folder.mkdir()
    ran = run("review", "--write-baseline", rules.parent / "taken.json")
    assert ran.status == 2
    assert "taken.json cannot be written" in ran.err
    assert (rules.parent / "taken.json").read_text() == "old"
