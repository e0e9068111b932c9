"""`dbwright docs` from end to end: pages written, compared, kept apart from other files, and comments counted."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dbwright.writers.docs import MARK
from tests.support.command import Ran, run

SHOP = """
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), total numeric(10, 2));
CREATE TABLE order_lines (order_id bigint REFERENCES orders (id), line int, PRIMARY KEY (order_id, line));
CREATE VIEW spent AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
"""
COMMENTED = "CREATE TABLE t (a integer, b integer); COMMENT ON TABLE t IS 'All'; COMMENT ON COLUMN t.a IS 'One';"

Docs = Callable[..., Ran]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "shop.sql"
    file.write_text(SHOP)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "docs" / "database"


@pytest.fixture
def docs(source: Path, folder: Path) -> Docs:
    def ran(*options: object) -> Ran:
        return run("docs", source, "--dialect", "sqlite", "--folder", folder, *options)

    return ran


def names(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_written_pages_pass_the_check_until_the_database_changes(docs: Docs, source: Path, folder: Path) -> None:
    written = docs()
    assert (written.status, written.err) == (0, "")
    assert "5 new, 0 changed, 0 removed, 0 unchanged." in written.out
    assert names(folder) == {
        "README.md",
        "tables/orders.md",
        "tables/order_lines.md",
        "tables/users.md",
        "views/spent.md",
    }
    assert docs("--check").status == 0

    source.write_text(SHOP.replace("email text NOT NULL", "email text"))
    checked = docs("--check")
    assert checked.status == 1
    assert checked.out == f"{folder}/README.md: differs\n{folder}/tables/users.md: differs\n"
    assert "5 new" not in docs().out
    assert docs("--check").status == 0


def test_missing_and_stale_pages_are_listed_and_the_check_writes_nothing(
    docs: Docs, source: Path, folder: Path
) -> None:
    docs()
    source.write_text(SHOP.replace("users", "people"))
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    checked = docs("--check")
    assert checked.status == 1
    assert f"{folder}/tables/people.md: missing" in checked.out
    assert f"{folder}/tables/users.md: stale" in checked.out
    assert {name: (folder / name).read_bytes() for name in names(folder)} == before
    assert "1 new, 2 changed, 1 removed" in docs().out
    assert "tables/users.md" not in names(folder)


def test_unchanged_pages_are_left_alone(docs: Docs, folder: Path) -> None:
    docs()
    before = {name: (folder / name).stat().st_mtime_ns for name in names(folder)}
    assert "0 new, 0 changed, 0 removed, 5 unchanged" in docs().out
    assert {name: (folder / name).stat().st_mtime_ns for name in names(folder)} == before


def test_files_of_others_are_neither_written_over_nor_removed(docs: Docs, folder: Path) -> None:
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "notes.md").write_text("# Our own notes\n")
    (folder / "README.md").write_text("# Our own index\n")
    refused = docs()
    assert refused.status == 2
    assert "README.md was not written by dbwright docs" in refused.err
    assert names(folder) == {"README.md", "tables/notes.md"}
    (folder / "README.md").unlink()
    assert docs().status == 0
    assert docs("--check").status == 0
    assert (folder / "tables" / "notes.md").read_text() == "# Our own notes\n"


def test_a_link_to_one_of_our_pages_is_not_removed(docs: Docs, folder: Path, tmp_path: Path) -> None:
    docs()
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text(f"{MARK} -->\n")
    (folder / "tables" / "linked.md").symlink_to(elsewhere)
    assert docs("--check").status == 0
    docs()
    assert elsewhere.is_file()
    assert (folder / "tables" / "linked.md").is_symlink()


def test_ends_of_lines_and_the_date_do_not_count(docs: Docs, folder: Path) -> None:
    docs("--date")
    index = folder / "README.md"
    text = index.read_text()
    assert re.search(r"^Written on \d{4}-\d\d-\d\d\.$", text, flags=re.MULTILINE)
    index.write_bytes(re.sub(r"Written on \S+", "Written on 2001-02-03.", text).replace("\n", "\r\n").encode())
    assert docs("--check", "--date").status == 0
    assert "Written on" not in (docs() and index.read_text())


def test_viewpoints_title_and_diagrams_as_files(docs: Docs, folder: Path) -> None:
    ran = docs("--viewpoint", "Ordering=order*", "--title", "The shop", "--diagram", "svg")
    assert ran.status == 0
    assert {"diagram.svg", "viewpoints/ordering.md", "viewpoints/ordering.svg"} <= names(folder)
    index = (folder / "README.md").read_text()
    assert "# The shop" in index
    assert "![Diagram](diagram.svg)" in index
    assert "- [Ordering](viewpoints/ordering.md), 2 tables" in index
    assert (folder / "diagram.svg").read_text().startswith(MARK)
    assert docs("--viewpoint", "Ordering=order*", "--title", "The shop", "--diagram", "svg", "--check").status == 0
    assert "3 removed" in docs().out


@pytest.mark.parametrize("words", ["Ordering", "=orders", "Ordering=", "Nothing=no_such_*"])
def test_a_viewpoint_of_nothing_is_an_error(docs: Docs, folder: Path, words: str) -> None:
    ran = docs("--viewpoint", words)
    assert ran.status == 2
    assert "viewpoint" in ran.err
    assert not folder.exists()


def test_findings_come_from_the_definitions(docs: Docs, folder: Path) -> None:
    docs("--findings")
    assert "R004 foreign-key-without-index" in (folder / "tables" / "orders.md").read_text()
    assert docs("--findings", "--check").status == 0
    assert docs("--check").status == 1


@pytest.mark.postgres
def test_coverage_of_comments(postgres_scratch: object, tmp_path: Path) -> None:
    file, folder = tmp_path / "t.sql", tmp_path / "docs"
    file.write_text(COMMENTED)
    options = ("docs", file, "--dialect", "postgres", "--folder", folder, "--min-coverage")
    assert run(*options, 66).status == 0
    missed = run(*options, 67)
    assert missed.status == 1
    assert "Comments describe 66.7 % of all tables, views and columns; 67 % are wanted." in missed.out
    assert "no comment on public.t: the column b" in missed.out
    assert "(66 %)" in (folder / "README.md").read_text()
    assert run(*options, 67, "--check").status == 1
    assert run(*options, 101).status == 2


def test_sqlite_has_no_comments_to_count(docs: Docs) -> None:
    ran = docs("--min-coverage", 50)
    assert ran.status == 2
    assert "SQLite keeps no comments" in ran.err


def test_trouble_is_told_in_sentences(tmp_path: Path, source: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = run("docs", source, "--dialect", "sqlite", "--folder", tmp_path / "file")
    assert (blocked.status, blocked.out) == (2, "")
    assert "Traceback" not in blocked.err
    missing = run("docs", tmp_path / "none.sql", "--folder", tmp_path / "docs")
    assert missing.status == 2
    assert not (tmp_path / "docs").exists()


def test_an_empty_database_has_an_index(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "empty.db")
    connection.executescript("CREATE TABLE t (a integer); DROP TABLE t;")
    connection.close()
    assert run("docs", tmp_path / "empty.db", "--folder", tmp_path / "docs").status == 0
    index = (tmp_path / "docs" / "README.md").read_text()
    assert "# empty\n\nSQLite: 0 tables, 0 views, 0 columns." in index
