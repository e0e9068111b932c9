"""What an editor offers on texts that are not as tidy as those of a manual."""

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from dbwright.app.editor import Checked, check_text
from dbwright.app.settings import Settings
from dbwright.lsp.actions import actions
from dbwright.lsp.convert import Units, diagnostic, lines_of, units_of, utf16

_ALL = types.Range(types.Position(0, 0), types.Position(1_000_000, 0))
_POSTGRES = "CREATE TABLE b (id integer PRIMARY KEY);\nCREATE TABLE a (id integer PRIMARY KEY, b_id integer)"
_MYSQL = """CREATE TABLE b (id int NOT NULL PRIMARY KEY);
CREATE TABLE a (id int NOT NULL PRIMARY KEY, b_id int);
DELIMITER //
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b_id = 1; END//
"""


def _check(text: str, dialect: str) -> Checked:
    return check_text(text, Path("/nowhere/schema.sql"), Settings(dialect=dialect))


def _codes(checked: Checked) -> set[str]:
    assert checked.fault is None, checked.fault
    return {finding.code for finding in checked.findings}


def _edits(text: str, dialect: str, title: str, units: Units = utf16) -> list[types.TextEdit]:
    found = actions(_check(text, dialect), text, "file:///schema.sql", _ALL, units)
    chosen = [each for each in found if each.title.startswith(title)]
    return [
        edit for each in chosen if each.edit and each.edit.changes for edit in each.edit.changes["file:///schema.sql"]
    ]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        (f"{_POSTGRES};\n", "postgres"),
        (f"{_POSTGRES};", "postgres"),
        (_POSTGRES, "postgres"),
        (f"{_POSTGRES} -- the last one", "postgres"),
        (f"{_POSTGRES}\n/* the last one */\n", "postgres"),
        (_MYSQL, "mysql"),
        (f"{_MYSQL}DELIMITER ;\n", "mysql"),
    ],
)
def test_what_is_added_at_the_end_can_be_read(text: str, dialect: str) -> None:
    (edit,) = _edits(text, dialect, "R001: Add a foreign key")
    assert edit.range.start == types.Position(text.count("\n"), len(text.rpartition("\n")[2]))
    mended = _check(text + edit.new_text, dialect)
    assert "R001" in _codes(_check(text, dialect))
    assert "R001" not in _codes(mended)


def test_nothing_is_added_where_it_could_not_be_read() -> None:
    dump = f"{_POSTGRES};\nCOPY a (id) FROM stdin;\n1\n\\.\n"
    assert _edits(dump, "postgres", "R001: Add a foreign key")
    checked = _check(dump, "postgres")
    assert not [
        each
        for each in actions(checked, dump.removesuffix("\\.\n"), "file:///schema.sql", _ALL)
        if each.title.startswith("R001: Add")
    ]


def test_line_ends_stay_those_of_the_text() -> None:
    text = f"{_POSTGRES};\n".replace("\n", "\r\n")
    for edit in (*_edits(text, "postgres", "R001: Add"), *_edits(text, "postgres", "R001: accept")):
        assert edit.new_text.replace("\r\n", "").count("\n") == 0
        assert "\r\n" in edit.new_text


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 55), ("utf-16", 51), ("utf-32", 49), (None, 51)])
def test_columns_are_counted_as_the_editor_counts(encoding: str | None, start: int) -> None:
    text = f"{_POSTGRES.replace('(id integer PRIMARY KEY, b_id', '/* 🙂🙂 */ (id integer PRIMARY KEY, b_id')};\n"
    (finding,) = (each for each in _check(text, "postgres").findings if each.code == "R001")
    assert diagnostic(finding, lines_of(text), units_of(encoding)).range.start == types.Position(1, start)


def test_a_form_feed_ends_no_line() -> None:
    text = f"-- a\x0cb\u2028c\n{_POSTGRES};\n"
    (finding,) = (each for each in _check(text, "postgres").findings if each.code == "R001")
    place = diagnostic(finding, lines_of(text)).range
    assert (place.start.line, place.end.character - place.start.character) == (2, len("b_id"))


def test_a_fault_does_not_name_the_copy_that_was_checked() -> None:
    fault = _check("CREATE TABLE a (id integer);\0", "postgres").fault
    assert fault is not None
    assert fault.message.startswith("schema.sql is not a text file")


def test_every_finding_of_a_large_text_has_its_actions() -> None:
    rows = "".join(f"{number}\tname ü {number}\t0.5\n" for number in range(1000))
    text = "".join(
        f"CREATE TABLE t{at} (id integer PRIMARY KEY, name text, price double precision);\n"
        f"COPY t{at} (id, name, price) FROM stdin;\n{rows}\\.\n"
        for at in range(100)
    )
    checked = _check(text, "postgres")
    assert len(checked.findings) >= 100
    assert len(actions(checked, text, "file:///schema.sql", _ALL)) >= 200
