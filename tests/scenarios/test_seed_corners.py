"""Corners of `dbwright seed`: tables without keys, rare values, rows written again, and settings that name what is not there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("mimesis")

from dbwright.app.seed.prepare import prepare
from dbwright.app.seed.request import Request, Where
from dbwright.app.seed.run import seed
from dbwright.errors import UsageError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _made(tmp_path: Path, script: str) -> str:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.executescript(script)
    return str(tmp_path / "a.db")


def _seed(path: str, rows: int, where: Where = "empty", file: str | None = None) -> None:
    seed(prepare(Request(url=path, rows=rows, where=where, file=file, allow=("data-loss",), analyze=False)))


def _rows(path: str, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def test_a_table_without_any_key_is_filled(tmp_path: Path) -> None:
    path = _made(tmp_path, "CREATE TABLE log (a INTEGER, b VARCHAR(10))")
    _seed(path, 200)
    assert _rows(path, "SELECT count(*) FROM log") == [(200,)]


def test_values_that_few_draws_give_are_found(tmp_path: Path) -> None:
    path = _made(
        tmp_path,
        "CREATE TABLE bills (id INTEGER PRIMARY KEY, total NUMERIC(6,2) NOT NULL CHECK (total = round(total)),"
        " paid NUMERIC(6,2) NOT NULL, UNIQUE (total, paid))",
    )
    _seed(path, 60)
    assert _rows(path, "SELECT count(*) FROM bills") == [(60,)]


def test_tables_that_are_full_are_emptied_too(tmp_path: Path) -> None:
    path = _made(
        tmp_path, "CREATE TABLE s (id INTEGER PRIMARY KEY, c TEXT NOT NULL UNIQUE CHECK (c IN ('a', 'b', 'c')))"
    )
    _seed(path, 5)
    _seed(path, 1, "empty-first")
    assert _rows(path, "SELECT count(*) FROM s") == [(1,)]


def test_more_rows_are_other_rows(tmp_path: Path) -> None:
    path = _made(tmp_path, "CREATE TABLE p (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)")
    _seed(path, 50)
    _seed(path, 50, "append")
    first, second = (_rows(path, f"SELECT amount FROM p WHERE id {side} 50 ORDER BY id") for side in ("<=", ">"))
    assert len(first) == len(second) == 50
    assert first != second


@pytest.mark.parametrize(
    ("settings", "said"),
    [("[tables.nope]\nrows = 3\n", "table 'nope'"), ("[tables.p.relations.nope]\nskew = 'zipf'\n", "relation 'nope'")],
)
def test_settings_for_what_is_not_there_are_refused(tmp_path: Path, settings: str, said: str) -> None:
    path = _made(tmp_path, "CREATE TABLE p (id INTEGER PRIMARY KEY, other INTEGER REFERENCES p (id))")
    (tmp_path / "seed.toml").write_text(settings)
    with pytest.raises(UsageError, match=said):
        _seed(path, 5, file=str(tmp_path / "seed.toml"))
