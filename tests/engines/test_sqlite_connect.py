"""Opening SQLite files: what is refused, and in which words."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pytest

from dbwright.engines.base import Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, ExecutionFault, Unavailable


def _url(path: Path) -> Url:
    return Url(scheme="sqlite", database=str(path))


def _refusal(path: Path, timeout: float = 10.0) -> str:
    with pytest.raises(ConnectionFault) as caught, ENGINE.connect(_url(path), timeout=timeout) as session:
        session.inspect()
    return caught.value.message


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small database file."""
    path = tmp_path / "shop #1 %20?.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 100)
        connection.commit()
    return path


def test_a_missing_file(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.db") == f"There is no file {tmp_path / 'none.db'}."
    assert not (tmp_path / "none.db").exists()


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in _refusal(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert "is empty" in _refusal(tmp_path / "empty.db")


@pytest.mark.parametrize("content", [b"CREATE TABLE t (a);", os.urandom(8192)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.db").write_bytes(content)
    assert "is not an SQLite database, or it is encrypted" in _refusal(tmp_path / "some.db")


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_an_impossible_name(path: str) -> None:
    assert len(_refusal(Path(path))) < 400


def test_a_damaged_file(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[100:1000] = b"\xff" * 900
    database.write_bytes(content)
    assert "is damaged" in _refusal(database)


@pytest.mark.parametrize("length", [50, 5000])
def test_a_truncated_file(database: Path, length: int) -> None:
    database.write_bytes(database.read_bytes()[:length])
    assert "is damaged" in _refusal(database)


def test_a_locked_file(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked: another program holds it (waited 0.1 seconds)" in _refusal(database, timeout=0.1)
        other.execute("ROLLBACK")


def test_a_writer_does_not_hinder_reading(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ENGINE.connect(_url(database), timeout=0.1) as session:
            assert [table.name for table in session.inspect().catalog.tables] == ["t"]
        other.execute("ROLLBACK")


def test_reading_changes_nothing(database: Path) -> None:
    before = database.read_bytes()
    with ENGINE.connect(_url(database)) as session:
        session.inspect()
        with pytest.raises(ExecutionFault, match="readonly"):
            session.execute([Statement(text="CREATE TABLE other (a)")])
    assert database.read_bytes() == before


def test_a_write_ahead_log_is_read(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE second (a)")
        other.commit()
        with ENGINE.connect(_url(database)) as session:
            assert {table.name for table in session.inspect().catalog.tables} == {"t", "second"}


_AS_NOBODY = """
import encodings.idna, os, sys
import dbwright.engines.sqlite.inspect, dbwright.engines.sqlite.session
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault
if os.getuid() == 0:
    os.setuid(65534)
try:
    with dbwright.engines.sqlite.session.connect(Url(scheme="sqlite", database=sys.argv[1]), read_only=True, timeout=1) as s:
        read = s.inspect()
        print(len(read.catalog.tables), *read.notes)
except ConnectionFault as fault:
    print(fault.message)
"""


def _as_nobody(path: Path) -> str:
    for folder in path.parents[:3]:
        folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", _AS_NOBODY, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="file permissions of POSIX")
def test_a_file_without_permission(database: Path) -> None:
    database.chmod(0)
    assert _as_nobody(database) == f"There is no permission to read {database}."


@pytest.mark.skipif(sys.platform == "win32", reason="file permissions of POSIX")
def test_a_write_ahead_log_in_a_folder_that_cannot_be_written_to(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA journal_mode = WAL")
    database.chmod(0o444)
    folder = database.parent
    for each in takewhile(lambda parent: parent != Path(tempfile.gettempdir()), folder.parents):
        each.chmod(0o755)
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(database)], capture_output=True, text=True, check=True
        )
    finally:
        folder.chmod(0o755)
    assert done.stdout.startswith("1 ")
    assert "a temporary copy of it was read" in done.stdout


def test_memory_is_empty() -> None:
    with ENGINE.connect(Url(scheme="sqlite")) as session:
        assert session.inspect().catalog.tables == ()


def test_a_closed_session_says_so(database: Path) -> None:
    session = ENGINE.connect(_url(database))
    session.close()
    session.close()
    with pytest.raises(ConnectionFault, match="is closed"):
        session.query("SELECT 1")


@pytest.mark.parametrize(
    "text",
    [
        "selec 1",
        "CREATE TABLE u (",
        "INSERT INTO nope VALUES (1)",
        "SELECT 1; SELECT 2",
        "SELECT 1\0",
        "SELECT '\ud800'",
    ],
)
def test_a_refused_statement(text: str) -> None:
    with (
        ENGINE.connect(Url(scheme="sqlite"), read_only=False) as session,
        pytest.raises(ExecutionFault, match="SQLite refused the statement") as caught,
    ):
        session.execute([Statement(text=text)])
    assert caught.value.statement == text


def test_the_place_of_a_syntax_error() -> None:
    with (
        ENGINE.connect(Url(scheme="sqlite"), read_only=False) as session,
        pytest.raises(ExecutionFault) as caught,
    ):
        session.execute([Statement(text="CREATE TABLE t (a INT,, b INT) nonsense")])
    assert caught.value.offset is None or "CREATE TABLE t (a INT,, b INT) nonsense"[caught.value.offset] == ","


def test_a_failing_transaction_is_rolled_back() -> None:
    with ENGINE.scratch() as scratch, scratch.open() as session:
        with pytest.raises(ExecutionFault):
            session.execute(Statement(text=text) for text in ("BEGIN", "CREATE TABLE t (a)", "nonsense"))
        assert session.inspect().catalog.tables == ()
        assert session.query("PRAGMA foreign_keys") == [(0,)]


def test_a_scratch_database_leaves_nothing() -> None:
    with ENGINE.scratch() as scratch:
        folder = Path(scratch.url.database).parent
        with scratch.open() as first, scratch.open() as second:
            first.execute([Statement(text="CREATE TABLE t (a)")])
            assert [table.name for table in second.inspect().catalog.tables] == ["t"]
        with ENGINE.connect(scratch.url) as reader:
            assert len(reader.inspect().catalog.tables) == 1
    assert not folder.exists()


def test_the_folder_of_a_killed_process_is_swept() -> None:
    code = """
from dbwright.engines.sqlite.scratch import scratch
import os, pathlib
with scratch() as s:
    folder = pathlib.Path(s.url.database).parent
    os.utime(folder, (0, 0))
    print(folder, flush=True)
    os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    folder = Path(done.stdout.strip())
    assert done.returncode == 9
    with ENGINE.scratch():
        assert not folder.exists()


def test_another_version_is_not_to_be_had() -> None:
    with pytest.raises(Unavailable, match="not 3\\.1"), ENGINE.scratch(version="3.1"):
        pass
