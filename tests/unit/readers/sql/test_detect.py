"""The dialect of a text is found by its marks, and an assumption is called one."""

import pytest

from dbwright.readers.sql.detect import detect
from dbwright.readers.sql.scan import Dialect


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("CREATE TABLE `a` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;", "mysql"),
        ("-- MySQL dump 10.13\nCREATE TABLE a (id int);", "mysql"),
        ("CREATE TABLE a (id serial PRIMARY KEY, at timestamptz DEFAULT now());", "postgres"),
        ("-- PostgreSQL database dump\nCREATE TABLE a (id integer);", "postgres"),
        ("CREATE TABLE a (id integer);\nCOPY a FROM stdin;\n1\n\\.\n", "postgres"),
        ("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);", "sqlite"),
        ("PRAGMA foreign_keys=OFF;\nCREATE TABLE a (id int);", "sqlite"),
        ("CREATE TABLE a (id int PRIMARY KEY) WITHOUT ROWID;", "sqlite"),
        ("CREATE TABLE [a] (id int);", "sqlite"),
    ],
)
def test_marks_tell_the_dialect(text: str, dialect: Dialect) -> None:
    found = detect(text)
    assert found.dialect == dialect
    assert not found.assumed
    assert found.reasons


def test_plain_sql_is_assumed_to_be_postgresql_and_says_so() -> None:
    found = detect("CREATE TABLE a (id integer NOT NULL);")
    assert (found.dialect, found.assumed) == ("postgres", True)
    assert "assumed" in found.sentence
    assert "--dialect" in found.sentence


def test_a_text_that_only_one_can_read_is_that_ones() -> None:
    assert detect("CREATE TABLE a (id integer, `b` integer);").dialect == "mysql"
    assert detect("CREATE TABLE a ([id] integer, note text DEFAULT 'x');").dialect == "sqlite"


def test_the_files_name_can_tell() -> None:
    assert detect("CREATE TABLE a (id int);", "dump.mysql.sql").dialect == "mysql"
