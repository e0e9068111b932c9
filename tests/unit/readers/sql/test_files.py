"""Files are found, unpacked and decoded; what is no text is said to be none."""

import gzip
from pathlib import Path

import pytest

from dbwright.errors import SourceError, UsageError
from dbwright.readers.sql.files import files_in, read_sources, read_text


def test_folders_come_in_natural_order_without_down_halves(tmp_path: Path) -> None:
    names = [
        "10_b.up.sql",
        "10_b.down.sql",
        "2_a.sql",
        "2_a.rollback.sql",
        "U3__x.sql",
        "V3__x.sql",
        ".hidden.sql",
        "readme.md",
    ]
    for name in names:
        (tmp_path / name).write_text("select 1;")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "1.sql").write_text("select 1;")
    found = [str(path.relative_to(tmp_path)) for path in files_in(tmp_path)]
    assert found == ["2_a.sql", "10_b.up.sql", "sub/1.sql", "V3__x.sql"]


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no SQL files"):
        files_in(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_by_its_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes("select 'é🦆';".encode(encoding))
    assert read_text(path) == "select 'é🦆';"


def test_gzip_is_unpacked_and_a_damaged_one_named(tmp_path: Path) -> None:
    path = tmp_path / "a.sql.gz"
    packed = gzip.compress(b"select 1;" * 100)
    path.write_bytes(packed)
    assert read_sources(str(tmp_path))[0].text.startswith("select 1;")
    path.write_bytes(packed[:-12])
    with pytest.raises(SourceError, match="damaged"):
        read_text(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"select 1;\ncaf\xe9", "line 2 holds the byte 0xe9"),
        (b"select 1;\n\x00\x01", "not a text file"),
        (b"PGDMP\x01\x0e", "custom format"),
        (b"SQLite format 3\x00\x10", "SQLite database"),
    ],
)
def test_what_is_no_utf8_text_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=says):
        read_text(path)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UsageError, match=r"no file nowhere\.sql"):
        read_sources("nowhere.sql")
