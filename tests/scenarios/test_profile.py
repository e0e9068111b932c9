"""`dbwright profile` as a user runs it."""

import sqlite3
from pathlib import Path

import pytest

from tests.support.command import run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    file = tmp_path / "orders.csv"
    lines = "".join(
        f"{place};{'Oslo' if place % 3 else 'Bergen'};{place},50;2024-01-{place % 28 + 1:02d}\n" for place in range(100)
    )
    file.write_text(f"id;city;total;day\n{lines}")
    return file


def test_a_csv_file(orders: Path) -> None:
    ran = run("profile", orders)
    assert (ran.status, ran.err) == (0, "")
    assert "100 rows, 4 columns" in ran.out
    assert "Oslo 66 %, Bergen 34 %" in ran.out
    assert "2024-01-01 … 2024-01-28" in ran.out


def test_json_is_whole(orders: Path) -> None:
    ran = run("profile", orders, "--format", "json")
    columns = {each["name"]: each for each in ran.json["tables"][0]["columns"]}
    assert columns["total"]["mean"] == 50.0
    assert columns["id"]["distinct"] == 100
    assert ran.json["complete"] is True


def test_columns_are_chosen_with_details(orders: Path) -> None:
    ran = run("profile", orders, "--column", "CITY")
    assert "Most frequent" in ran.out
    assert "total" not in ran.out
    ran = run("profile", orders, "--column", "town")
    assert (ran.status, ran.out) == (2, "")
    assert "no column town" in ran.err
    assert "It has id, city" in ran.err


def test_an_sqlite_database(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, password TEXT)")
        connection.execute("CREATE TABLE void (a INTEGER)")
        connection.executemany(
            "INSERT INTO people VALUES (?, ?, ?)", [(n, f"Name {n % 5}", f"hidden{n}") for n in range(50)]
        )
    connection.close()
    ran = run("profile", file)
    assert ran.status == 0
    assert "50 rows, 3 columns" in ran.out
    assert "hidden" not in ran.out
    assert "0 rows, 1 column" in ran.out
    assert "people" not in run("profile", file, "--table", "void").out
    assert run("profile", file, "--table", "nobody").status == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("binary.csv", bytes(range(256)) * 20, "binary file"),
        ("sheet.xlsx", b"PK", "save its sheet as CSV"),
        ("short.parquet", b"PAR1", "cannot be read as Parquet"),
        ("bad.ndjson", b'{"a":1}\n{"a":\n', "cannot be read as JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    ran = run("profile", file)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = run("profile", tmp_path / "none.csv")
    assert ran.status == 2
    assert "no such file" in ran.err


def test_notes_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n1,2\n3\n5,6\n7,8\n")
    ran = run("profile", file)
    assert "1 line was left out, since it does not fit the columns: line 3 (columns missing)." in " ".join(
        ran.out.split()
    )


def test_how_text_files_are_written_can_be_said(tmp_path: Path) -> None:
    file = tmp_path / "t.txt"
    file.write_text("1~x\n2~?\n")
    ran = run("profile", file, "--separator", "~", "--no-header", "--null", "?", "--format", "json")
    columns = ran.json["tables"][0]["columns"]
    assert [each["name"] for each in columns] == ["column1", "column2"]
    assert columns[1]["nulls"] == 1


def test_time_that_is_over_is_told_as_partial(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    file.write_text("id,x\n" + "".join(f"{place},{'x' * 70}\n" for place in range(150_000)))
    ran = run("profile", file, "--seconds", "0.01", "--format", "json")
    assert ran.status == 0
    assert ran.json["complete"] is False
    (table,) = ran.json["tables"]
    assert table["read"] < table["rows"]


def test_the_source_is_not_written_over(orders: Path) -> None:
    before = orders.read_bytes()
    assert run("profile", orders, "--output", orders).status == 2
    assert orders.read_bytes() == before
