"""Which statements run in one transaction, and under which timeouts, told from the text alone."""

import pytest

from dbwright.app.transactions import Setting, settings_of
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split


def _settings(script: str, dialect: Dialect = "postgres", *, whole: bool = False, runner: str = "") -> list[Setting]:
    texts = [each.text for each in split(script, dialect)]
    parsed = [
        (text, parse_actions(text, dialect, namespace="public" if dialect == "postgres" else "")) for text in texts
    ]
    return settings_of(parsed, dialect, in_one_transaction=whole, runner=runner)


def _transactions(script: str, dialect: Dialect = "postgres", *, whole: bool = False) -> list[int | None]:
    return [each.transaction for each in _settings(script, dialect, whole=whole)]


def test_an_empty_script_has_none() -> None:
    assert _settings("") == []


@pytest.mark.parametrize(
    ("script", "whole", "expected"),
    [
        ("SELECT 1; SELECT 2;", False, [None, None]),
        ("SELECT 1; SELECT 2;", True, [1, 1]),
        ("BEGIN; SELECT 1; COMMIT; SELECT 2;", False, [1, 1, 1, None]),
        ("BEGIN; SELECT 1; END; START TRANSACTION; SELECT 2; ROLLBACK;", False, [1, 1, 1, 2, 2, 2]),
        ("BEGIN; SAVEPOINT a; ROLLBACK TO a; SELECT 1; COMMIT;", False, [1, 1, 1, 1, 1]),
        ("BEGIN; BEGIN; COMMIT; SELECT 1;", False, [1, 1, 1, None]),
        ("SELECT 1; COMMIT; SELECT 2;", True, [1, 1, None]),
    ],
)
def test_transactions_begin_and_end(script: str, whole: bool, expected: list[int | None]) -> None:
    assert _transactions(script, whole=whole) == expected


def test_mysql_commits_around_each_change_of_the_schema() -> None:
    script = "START TRANSACTION; UPDATE t SET a = 1; ALTER TABLE t ADD COLUMN b int; UPDATE t SET b = 1; COMMIT;"
    assert _transactions(script, "mysql") == [1, 1, None, None, None]
    assert _transactions("UPDATE t SET a = 1; DROP TABLE x; UPDATE t SET b = 1;", "mysql", whole=True) == [1, None, 2]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SELECT 1", False),
        ("SET lock_timeout = '2s'; SELECT 1", True),
        ("SET lock_timeout TO 2000; SELECT 1", True),
        ("SET SESSION lock_timeout = '2s'; SELECT 1", True),
        ("SET lock_timeout = 0; SELECT 1", False),
        ("SET lock_timeout = '0ms'; SELECT 1", False),
        ("SET lock_timeout = '2s'; SET lock_timeout = DEFAULT; SELECT 1", False),
        ("SET lock_timeout = '2s'; RESET lock_timeout; SELECT 1", False),
        ("SET lock_timeout = '2s'; RESET ALL; SELECT 1", False),
        ("SET LOCAL lock_timeout = '2s'; SELECT 1", False),
        ("BEGIN; SET LOCAL lock_timeout = '2s'; SELECT 1", True),
        ("BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT; SELECT 1", False),
        ("SET lock_timeout = '2s'; BEGIN; SET LOCAL lock_timeout = 0; SELECT 1", False),
        ("SELECT set_config('lock_timeout', '2s', false); SELECT 1", True),
        ("BEGIN; SELECT pg_catalog.set_config('lock_timeout', '2s', true); SELECT 1", True),
        ("SET statement_timeout = '2s'; SELECT 1", False),
        ("SELECT 'SET lock_timeout = 2'; SELECT 1", False),
    ],
)
def test_a_lock_timeout_is_followed(script: str, expected: bool) -> None:
    assert _settings(script)[-1].lock_timeout is expected


def test_a_statement_timeout_is_followed() -> None:
    assert _settings("SET statement_timeout = '1min'; SELECT 1")[-1].statement_timeout
    assert not _settings("SELECT 1")[-1].statement_timeout


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SET lock_wait_timeout = 2; ALTER TABLE t ADD a int", True),
        ("SET @@session.lock_wait_timeout = 2, sql_mode = ''; ALTER TABLE t ADD a int", True),
        ("SET STATEMENT lock_wait_timeout=1 FOR ALTER TABLE t ADD a int", True),
        ("ALTER TABLE t NOWAIT ADD a int", True),
        ("ALTER TABLE t WAIT 5 ADD a int", True),
        ("ALTER TABLE t ADD a int", False),
    ],
)
def test_mysql_has_its_own_ways_to_say_it(script: str, expected: bool) -> None:
    assert _settings(script, "mysql")[-1].lock_timeout is expected


def test_our_own_runner_sets_both() -> None:
    (setting,) = _settings("SELECT 1", runner="dbwright")
    assert setting.lock_timeout
    assert setting.statement_timeout
