"""Comments that accept findings are found with the line that they speak of; strings and data hold none."""

import pytest

from dbwright.finding import Location
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from dbwright.readers.sql.suppressions import Suppression, suppressions_in


def found(text: str, dialect: Dialect = "postgres") -> tuple[Suppression, ...]:
    return suppressions_in(text, "a.sql", list(split(text, dialect)), dialect)


def test_a_comment_on_its_own_line_speaks_of_the_next_code() -> None:
    text = (
        "select 1;\n-- dbwright: ignore K001, missing-foreign-key (a log (rotated))\n\n-- more\nCREATE TABLE t (a int);"
    )
    assert found(text) == (
        Suppression(("K001", "missing-foreign-key"), "a log (rotated)", Location("a.sql", 2, 1), target_line=5),
    )


def test_a_comment_behind_code_speaks_of_its_line() -> None:
    text = "CREATE TABLE t (\n  a int, -- dbwright: ignore T004\n  b int -- dbwright: ignore T005 (why)\n); -- dbwright: ignore K001 (end)"
    assert [(each.codes, each.reason, each.target_line) for each in found(text)] == [
        (("T004",), None, 2),
        (("T005",), "why", 3),
        (("K001",), "end", 4),
    ]


def test_a_whole_file_can_be_meant() -> None:
    (only,) = found("/* dbwright: ignore-file C003 (old) */ select 1;")
    assert only.whole_file
    assert (only.codes, only.reason) == (("C003",), "old")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES ('-- dbwright: ignore K001 (x)');",
        "select $$ -- dbwright: ignore K001\n$$;",
        "COPY t FROM stdin;\n-- dbwright: ignore K001\n\\.\n",
    ],
)
def test_strings_and_data_hold_no_suppressions(text: str) -> None:
    assert found(text) == ()


def test_mysql_comments_count_too() -> None:
    (only,) = found("# dbwright: ignore K001 (x)\ncreate table t (a int);", "mysql")
    assert only.target_line == 2
