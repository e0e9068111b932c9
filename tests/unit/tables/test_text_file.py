"""What a text file with columns is like, told from its beginning."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.errors import SourceError
from dbwright.tables.text_file import TextFile, column_names, look_at


def looked(folder: Path, content: str | bytes, name: str = "t.csv", **given: object) -> TextFile:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return look_at(file, **{"header": None, "separator": None, "encoding": None, **given})  # type: ignore[arg-type] # each test gives what it needs


@pytest.mark.parametrize(
    ("content", "separator", "columns"),
    [
        ("a,b\n1,2\n3,4\n", ",", ("a", "b")),
        ("a;b\n1,5;2\n3,5;4\n", ";", ("a", "b")),
        ("a\tb\n1\t2\n", "\t", ("a", "b")),
        ("a|b\n1|2\n", "|", ("a", "b")),
        ('a,b\n"x;y;z",1\n"p;q;r",2\n', ",", ("a", "b")),
        ("name\nAnn\nBo\n", "\x1f", ("name",)),
        ("sep=;\na;b\n1;2\n", ";", ("a", "b")),
        ('"a ""x""","b,c"\n1,2\n', ",", ('a "x"', "b,c")),
    ],
)
def test_the_separator_is_found(tmp_path: Path, content: str, separator: str, columns: tuple[str, ...]) -> None:
    like = looked(tmp_path, content)
    assert (like.separator, like.columns, like.header) == (separator, columns, True)


@pytest.mark.parametrize(
    "content",
    [
        "5.1,3.5,Iris\n4.9,3.0,Iris\n",
        "B,1,1\nR,1,2\n",
        "usual,proper\nusual,bad\n",
        "39;State-gov\n50;Private\n",
        "1\n2\n",
    ],
)
def test_a_first_line_of_values_is_no_header(tmp_path: Path, content: str) -> None:
    like = looked(tmp_path, content)
    assert not like.header
    assert like.columns[0] == "column1"
    assert any("no header" in note for note in like.notes)


def test_what_is_given_is_not_guessed(tmp_path: Path) -> None:
    assert looked(tmp_path, "a,b\nc,d\n", header=False).columns == ("column1", "column2")
    assert looked(tmp_path, "1,2\n3,4\n", header=True).columns == ("1", "2")
    assert looked(tmp_path, "a,b;c\n1,2;3\n", separator=";").columns == ("a,b", "c")
    assert looked(tmp_path, "a b\n1 2\n", separator="space").columns == ("a", "b")


def test_titles_before_the_table_are_skipped(tmp_path: Path) -> None:
    like = looked(tmp_path, "Report of 2024\n\nid,name,total\n1,Ann,3\n2,Bo,4\n")
    assert (like.skip, like.columns) == (2, ("id", "name", "total"))


def test_a_separator_at_every_end_makes_no_column(tmp_path: Path) -> None:
    like = looked(tmp_path, "1|x|2.50|\n2|y|3.50|\n", name="t.tbl")
    assert like.padded
    assert len(like.columns) == 3


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, told: str) -> None:
    like = looked(tmp_path, "id,näme\n1,Åse\n2,Bo\n".encode(encoding))
    assert like.encoding == told
    assert like.columns == ("id", "näme")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="binary file"):
        looked(tmp_path, bytes(range(256)) * 10)


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    assert looked(tmp_path, "").columns == ()
    assert looked(tmp_path, "\n\n").columns == ()


@given(st.lists(st.text(max_size=6), max_size=8), st.integers(1, 8))
def test_names_of_columns_never_meet(given: list[str], width: int) -> None:
    names = column_names(given, width)
    assert len(names) == width
    assert len({each.lower() for each in names}) == width
    assert all(names)
