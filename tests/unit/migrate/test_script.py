"""How the statements of a revision are run: what is one transaction, what stands alone, and why."""

import pytest

from dbwright.engines.registry import engine
from dbwright.errors import SyntaxFault
from dbwright.migrate.revision import Revision
from dbwright.migrate.script import Script, script_of


def script(text: str, dialect: str = "postgres") -> Script:
    return script_of(Revision(version="1", name="a", up=text, up_path="1_a.up.sql"), "up", engine(dialect))


def shapes(found: Script) -> list[tuple[int, bool]]:
    return [(len(unit.statements), unit.atomic) for unit in found.units]


def test_all_of_it_is_one_transaction_where_the_engine_can() -> None:
    text = "CREATE TABLE a (id int);\nCREATE INDEX i ON a (id);\n"
    assert shapes(script(text)) == [(2, True)]
    assert shapes(script(text, "sqlite")) == [(2, True)]
    assert script(text).whole


def test_mysql_commits_changes_of_the_schema_by_itself() -> None:
    found = script("CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);", "mysql")
    assert shapes(found) == [(1, False), (1, True)]
    assert "by itself" in found.reasons[0]


def test_rows_alone_are_one_transaction_on_mysql_too() -> None:
    found = script("INSERT INTO a VALUES (1);\nUPDATE a SET id = 2;", "mysql")
    assert (found.whole, shapes(found)) == (True, [(2, True)])


def test_what_cannot_run_in_a_transaction_makes_all_run_alone() -> None:
    found = script("CREATE TABLE b (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);")
    assert shapes(found) == [(1, True), (1, False)]
    assert "1_a.up.sql:2 (CREATE INDEX CONCURRENTLY i ON a (id)) cannot run inside a transaction" in found.reasons


def test_a_header_asks_for_no_transaction() -> None:
    assert shapes(script("-- dbwright: no transaction\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);")) == [
        (1, True),
        (1, True),
    ]


def test_begin_and_commit_around_all_are_left_out() -> None:
    assert shapes(script("BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;")) == [(2, True)]


def test_a_block_inside_stays_together() -> None:
    found = script(
        "CREATE INDEX CONCURRENTLY i ON a (id);\nBEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;"
    )
    assert shapes(found) == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("BEGIN;\nSELECT 1;", "never committed"),
        ("SELECT 1;\nCOMMIT;", "not begun"),
        ("BEGIN;\nSELECT 1;\nROLLBACK;", "cannot roll back"),
        ("BEGIN;\nBEGIN;\nCOMMIT;", "inside of another"),
        ("SELECT (1;", "not closed"),
    ],
)
def test_open_ends_are_refused(text: str, message: str) -> None:
    with pytest.raises(SyntaxFault, match=message):
        script(text)


def test_foreign_keys_are_switched_around_a_rebuild_of_sqlite() -> None:
    text = "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nDROP TABLE a;\nCOMMIT;\nPRAGMA foreign_keys = ON;"
    found = script(text, "sqlite")
    assert (found.keys_off, shapes(found)) == (True, [(1, True)])


def test_a_repeated_statement_is_no_part_of_a_transaction() -> None:
    found = script(
        "CREATE TABLE a (id int);\n-- fill it\n-- dbwright: repeat until no row changes\nUPDATE a SET id = 1 WHERE id = 2;"
    )
    assert [unit.repeated for unit in found.units] == [False, True]
    assert not found.whole


def test_what_changes_the_session_is_known() -> None:
    assert script("SET search_path = b;").changes_session
    assert script("SELECT set_config('a.b', 'c', false);").changes_session
    assert not script("SET LOCAL search_path = b;").changes_session


def test_nothing_at_all() -> None:
    assert script("-- nothing\n").units == ()
