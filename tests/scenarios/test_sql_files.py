"""Sources as they are named on the command line: SQL files of every kind, and what is said where there is nothing to read."""

import io
import os
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from dbwright.catalog.codec import encode
from dbwright.engines.base import Scratch
from dbwright.errors import DbwrightError, SourceError, SyntaxFault, UsageError
from dbwright.readers.source import open_source
from dbwright.readers.sql.split import split
from tests.unit.readers.sql.schemas import MYSQL, SQLITE

SHOP = "CREATE TABLE shop (id integer PRIMARY KEY, name text NOT NULL);\nINSERT INTO shop VALUES (1, 'a');\n"


@pytest.mark.parametrize(
    ("script", "name"), [(MYSQL, "mysql"), (SQLITE, "sqlite"), ("SELECT 1::int;" + SHOP, "postgres")]
)
def test_the_dialect_is_found_and_the_script_executed(
    script: str, name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(f"{name}_scratch")
    path = tmp_path / "schema.sql"
    path.write_text(script)
    with open_source(str(path)) as source:
        assert (source.kind, source.engine.name) == ("executed", name)
        assert source.session is not None
        assert source.catalog.name == ""
        assert any(note.startswith("Read as") for note in source.notes)
        assert all(table.ref in source.locations for table in source.catalog.tables)


def test_parsing_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(SQLITE)
    with open_source(str(path), parse_only=True) as source:
        assert (source.kind, source.session, source.how) == ("parsed", None, "parsed, not executed")
        assert {table.name for table in source.catalog.tables} == {"users", "orders"}


def test_suppressions_are_handed_on(tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    path.write_text("-- dbwright: ignore K001 (a log)\nCREATE TABLE log (line text);")
    with open_source(str(path), dialect="sqlite") as source:
        (only,) = source.suppressions
        assert (only.target_line, only.reason, only.location.path) == (2, "a log", str(path))
        assert source.locations[source.catalog.tables[0].ref].line == only.target_line


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(SHOP.encode())

    monkeypatch.setattr(sys, "stdin", Input)
    with open_source("-", dialect="sqlite") as source:
        assert source.shown == "standard input"
        assert [table.name for table in source.catalog.tables] == ["shop"]


def test_an_sqlite_file_is_known_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    connection = sqlite3.connect(path)
    connection.executescript(SHOP)
    connection.close()
    with open_source(str(path)) as source:
        assert (source.kind, source.engine.name) == ("live", "sqlite")
        assert [table.name for table in source.catalog.tables] == ["shop"]
        written = encode(source.catalog)
    as_json = tmp_path / "catalog.json"
    as_json.write_bytes(written)
    with open_source(str(as_json)) as again:
        assert again.kind == "catalog"
        assert encode(again.catalog) == written


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", SourceError, "holds no SQL statement"),
        (b"-- nothing\n/* at all */ ;", SourceError, "holds no SQL statement"),
        (b"SELECT 1;", SourceError, "holds no tables"),
        (b"CREATE TABLE foo (a int,", SyntaxFault, r"schema\.sql:1:18.*closing bracket"),
        (b"CREATE TABLE foo", SyntaxFault, r"schema\.sql:1:"),
        (b"CREATE TABLE foo (a text DEFAULT 'x);", SyntaxFault, r"schema\.sql:1:34.*closing '"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", SourceError, "not UTF-8 text"),
    ],
)
@pytest.mark.parametrize("parse_only", [False, True])
def test_bad_files_say_what_is_wrong_with_them(
    content: bytes, error: type[DbwrightError], says: str, parse_only: bool, tmp_path: Path
) -> None:
    path = tmp_path / "schema.sql"
    path.write_bytes(content)
    with pytest.raises(error, match=says), open_source(str(path), dialect="sqlite", parse_only=parse_only):
        pass


@pytest.mark.parametrize("text", ["", "nowhere.sql", "no/such/folder", "whatever", "x" * 5000])
def test_what_is_not_there_is_said_with_the_possible_forms(text: str) -> None:
    with pytest.raises(UsageError) as caught, open_source(text):
        pass
    assert caught.value.hint is not None
    assert "postgresql://" in caught.value.hint


def test_a_failure_of_the_caller_is_not_taken_for_one_of_the_source(sqlite_scratch: Scratch, tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(SHOP)
    with pytest.raises(ZeroDivisionError), open_source(str(path), dialect="sqlite"):
        raise ZeroDivisionError


# ---------------------------------------------------------------- published schemas, where they are at hand

_SAMPLES = Path(os.environ.get("DBWRIGHT_SAMPLES") or Path(__file__).parents[3] / "shared" / "samples") / "schemas"
needs_samples = pytest.mark.skipif(not _SAMPLES.is_dir(), reason="the published sample schemas are not here")
_KNOWN = [
    ("chinook_pg.sql", "postgres", 11, 11),
    ("pagila_pg.sql", "postgres", 22, 36),
    ("chinook_mysql.sql", "mysql", 11, 11),
    ("sakila_mysql_schema.sql", "mysql", 16, 22),
    ("employees_mysql.sql", "mysql", 6, 6),
    ("sakila_sqlite_schema.sql", "sqlite", 16, 22),
]


@needs_samples
@pytest.mark.parametrize(("file", "name", "tables", "keys"), _KNOWN, ids=[each[0] for each in _KNOWN])
@pytest.mark.parametrize("parse_only", [False, True], ids=["executed", "parsed"])
def test_published_schemas_are_read(
    file: str, name: str, tables: int, keys: int, parse_only: bool, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(f"{name}_scratch")
    with open_source(str(_SAMPLES / file), parse_only=parse_only) as source:
        assert source.kind == ("parsed" if parse_only else "executed")
        assert source.engine.name == name
        assert len(source.catalog.tables) == tables
        assert sum(len(table.foreign_keys) for table in source.catalog.tables) == keys
        for table in source.catalog.tables:
            assert table.ref in source.locations
            assert all(table.column_ref(column.name) in source.locations for column in table.columns)


@needs_samples
def test_a_dump_of_three_megabytes_is_split_in_well_under_a_second() -> None:
    text = (_SAMPLES / "pagila_pg.sql").read_text()
    started = time.perf_counter()
    found = list(split(text, "postgres"))
    assert time.perf_counter() - started < 1.5
    assert len(found) == 222
