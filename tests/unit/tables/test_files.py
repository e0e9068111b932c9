"""Tables in files: what is read, what is told, and what is refused."""

import bz2
import gzip
from pathlib import Path

import polars as pl
import pytest

from dbwright.errors import SourceError, UsageError
from dbwright.tables.base import Sample
from dbwright.tables.files import FileTable, open_file, open_files


def table(folder: Path, content: str | bytes, name: str = "t.csv", **given: object) -> FileTable:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    (found,) = open_file(str(file), **given)  # type: ignore[arg-type] # each test gives what it needs
    return found


def test_texts_are_numbers_only_where_they_come_back_the_same(tmp_path: Path) -> None:
    found = table(tmp_path, "id,price,zip,mixed,day\n1,1.50,0150,1.0,2024-02-29\n2,2.25,5003,1.00,2024-03-01\n")
    frame = found.frame()
    assert frame.dtypes == [pl.Int64, pl.Decimal(18, 2), pl.String, pl.String, pl.Date]
    assert frame["mixed"].to_list() == ["1.0", "1.00"]
    assert frame["zip"].to_list() == ["0150", "5003"]
    typed = found.frame(typed=True)
    assert typed["mixed"].n_unique() == 1
    assert typed["zip"].dtype == pl.String


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["31/12/2020", "30/11/2020"], "date"),
        (["12/31/2020", "11/30/2020"], "date"),
        (["01/02/2020", "03/04/2020"], "text"),
        (["1.234,50", "2.000,00"], "float"),
        (["True", "False"], "boolean"),
        (["2020-01-01T10:00:00Z", "2021-01-01T10:00:00Z"], "timestamp"),
        (["1e5", "NaN"], "float"),
        (["007", "008"], "text"),
        (["2024-01-01", "2024-02-30"], "text"),
        (["123e4567-e89b-12d3-a456-426614174000"] * 2, "uuid"),
        (['{"a":1}', "[]"], "json"),
        (["99999999999999999999", "1"], "float"),
    ],
)
def test_what_texts_stand_for(tmp_path: Path, values: list[str], kind: str) -> None:
    lines = "\n".join(f'{place};"{value.replace(chr(34), chr(34) * 2)}"' for place, value in enumerate(values))
    found = table(tmp_path, f"n;v\n{lines}\n")
    column = found.table.column("v")
    assert column is not None
    assert column.type.kind == kind
    assert found.frame()["v"].cast(pl.String).n_unique() == len(set(values))


def test_a_late_value_of_another_kind_makes_a_column_text(tmp_path: Path) -> None:
    lines = "".join(f"{place},{place}\n" for place in range(5000))
    found = table(tmp_path, f"id,code\n{lines}5000,N/A\n")
    assert found.frame()["code"].dtype == pl.String
    assert found.frame().height == 5001


def test_texts_for_null_are_those_named(tmp_path: Path) -> None:
    content = "id,a\n1,?\n2,NA\n3,\n4,7\n"
    assert table(tmp_path, content).frame()["a"].null_count() == 1
    named = table(tmp_path, content, null=("", "?", "NA")).frame()["a"]
    assert named.null_count() == 3
    assert named.dtype == pl.Int64


def test_broken_lines_are_told_by_their_number(tmp_path: Path) -> None:
    found = table(tmp_path, 'a,b\n1,"x\ny"\n2,z\n3\n4,5,6\n7,8\n9,10\n11,12\n')
    assert found.count() == 5
    (note,) = found.notes
    assert note.startswith("2 lines were left out")
    assert "line 5 (columns missing), 6 (too many columns)" in note


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read as a table") as caught:
        table(tmp_path, "a,b\n1\n2\n3,4,5\n6,7\n", separator=",", header=True)
    assert caught.value.hint is not None


def test_an_old_encoding_is_found_however_late(tmp_path: Path) -> None:
    lines = b"".join(b"%d,abc\n" % place for place in range(60_000))
    found = table(tmp_path, b"id,name\n" + lines + b"60000,Jos\xe9\n")
    assert found.frame()["name"][-1] == "José"
    assert found.notes == ("The file is not UTF-8; it was read as Windows-1252.",)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match="is empty"):
        table(tmp_path, content)


def test_a_header_without_rows_is_a_table(tmp_path: Path) -> None:
    found = table(tmp_path, "id,name,born\n")
    assert found.count() == 0
    assert found.frame().shape == (0, 3)


def test_all_null_and_one_row(tmp_path: Path) -> None:
    assert table(tmp_path, "a,b\n,\n,\n").frame().null_count().row(0) == (2, 2)
    assert table(tmp_path, "a,b\n1,x").frame().rows() == [(1, "x")]


def test_strange_names_are_columns_like_others(tmp_path: Path) -> None:
    names = ["select", "na.me", "emoji 🙂", "%s", "o'x", 'q"q', "{}"]
    header = ",".join(f'"{each.replace(chr(34), chr(34) * 2)}"' for each in names)
    found = table(tmp_path, f"{header}\n1,2,3,4,5,6,7\n1,2,3,4,5,6,8\n", name='my "table" 100%.csv')
    assert found.frame().columns == names
    assert found.frame(['q"q', "%s"]).rows() == [(6, 4), (6, 4)]
    assert found.query(f"SELECT count(*) FROM {found.quoted}") == [(2,)]
    assert found.profile().column("emoji 🙂") is not None


@pytest.mark.parametrize(("name", "pack"), [("t.csv.gz", gzip.compress), ("t.csv.bz2", bz2.compress)])
def test_packed_files(tmp_path: Path, name: str, pack: object) -> None:
    assert callable(pack)
    found = table(tmp_path, pack(b"a,b\n1,2\n"), name=name)
    assert found.table.name == "t"
    assert found.frame().rows() == [(1, 2)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "mixed", "late"])
def test_lines_end_in_any_way(tmp_path: Path, end: str) -> None:
    lines = ["id;name", *(f"{place};n{place}" for place in range(40_000))]
    if end == "mixed":
        content = f"{lines[0]}\n" + "\r\n".join(lines[1:]) + "\r\n"
    elif end == "late":
        content = "\n".join(lines[:30_000]) + "\n" + "\r\n".join(lines[30_000:]) + "\r\n"
    else:
        content = end.join(lines) + end
    found = table(tmp_path, content)
    assert found.frame().rows()[-1] == (39_999, "n39999")
    assert found.count() == 40_000
    assert found.notes == ()


def test_a_damaged_packed_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        table(tmp_path, b"\x1f\x8bnonsense", name="t.csv.gz")


def test_json_lines_hold_nested_values_as_json(tmp_path: Path) -> None:
    found = table(tmp_path, '{"a":1,"b":[1,2],"c":{"d":"x"}}\n{"a":2,"b":[],"e":"new"}\n', name="t.ndjson")
    assert found.frame().rows() == [(1, "[1,2]", '{"d":"x"}', None), (2, "[]", None, "new")]
    with pytest.raises(SourceError, match="line"):
        table(tmp_path, '{"a":1}\n{"a":\n', name="bad.ndjson")


def test_parquet_of_all_types(tmp_path: Path) -> None:
    import duckdb

    file = tmp_path / "types.parquet"
    duckdb.sql(
        "COPY (SELECT 1::TINYINT i, [1,2] l, {'a':1} s, 'ab\\x00'::BLOB b, uuid() u, TIME '10:00' t, INTERVAL 3 DAY v, "
        "TIMESTAMPTZ '2020-01-01 00:00:00+02' z, 1.5::DECIMAL(38,10) d, 'nan'::DOUBLE n, NULL x, MAP{'k':1} m FROM range(3)) "
        f"TO '{file}'"
    )
    (found,) = open_file(str(file))
    frame = found.frame()
    assert frame.height == 3
    assert frame["l"][0] == "[1,2]"
    assert frame["b"][0] == b"ab\x00"
    assert str(frame["z"][0]) == "2019-12-31 22:00:00+00:00"
    assert len(found.profile().columns) == 12


def test_folders_and_patterns(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id\n1\n")
    (tmp_path / "people.tsv").write_text("id\tname\n1\tAnn\n")
    (tmp_path / "parts").mkdir()
    for number in range(3):
        (tmp_path / "parts" / f"part-{number}.csv").write_text(f"id,n\n{number},x\n")
    assert sorted(each.table.name for each in open_file(str(tmp_path))) == ["orders", "parts", "people"]
    (joined,) = open_file(str(tmp_path / "parts" / "*.csv"))
    assert (joined.table.name, joined.frame()["id"].to_list()) == ("part", [0, 1, 2])
    with pytest.raises(SourceError, match="no such file"):
        open_file(str(tmp_path / "none*.csv"))
    with pytest.raises(SourceError, match="no such file"):
        open_file(str(tmp_path / "none.csv"))


def test_parts_with_other_columns_are_no_table(tmp_path: Path) -> None:
    (tmp_path / "a1.csv").write_text("id,n\n1,2\n")
    (tmp_path / "a2.csv").write_text("id,m\n1,2\n")
    with pytest.raises(SourceError, match="other columns"):
        open_file(str(tmp_path / "a*.csv"))


def test_tables_are_chosen_by_name(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id\n1\n")
    with open_files(str(tmp_path), tables=["Orders"]) as found:
        assert [each.table.name for each in found] == ["orders"]
    with pytest.raises(UsageError, match="no table order") as caught, open_files(str(tmp_path), tables=["order"]):
        pass
    assert caught.value.hint == "Did you mean orders?"


def test_a_query_only_reads(tmp_path: Path) -> None:
    found = table(tmp_path, "a\n1\n2\n")
    for sql in ("DROP TABLE t", "CREATE TABLE x (a int)", "SELECT 1; SELECT 2", f"COPY t TO '{tmp_path}/stolen.csv'"):
        with pytest.raises(UsageError, match="reads"):
            found.query(sql)
    assert found.count() == 2


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_samples_are_repeatable_and_keep_values_together(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"t.{form}"
    frame = pl.DataFrame({"id": range(100_000), "group": [place % 500 for place in range(100_000)]})
    frame.write_csv(file) if form == "csv" else frame.write_parquet(file)
    (found,) = open_file(str(file))
    block = found.frame(sample=Sample(rows=20_000))
    assert 2_048 <= block.height < 60_000
    assert block.equals(found.frame(sample=Sample(rows=20_000)))
    assert not block.equals(found.frame(sample=Sample(rows=20_000, seed=1)))
    value = found.frame(sample=Sample(rows=20_000, kind="value", columns=("group",)))
    assert set(value.group_by("group").len()["len"].to_list()) == {200}
    assert 5_000 < value.height < 50_000
    assert found.frame(sample=Sample(rows=200_000)).height == 100_000


def test_the_order_of_rows_is_that_of_the_file(tmp_path: Path) -> None:
    lines = "".join(f"{place},{'x' * (place % 7)}\n" for place in range(150_000))
    found = table(tmp_path, f"id,x\n{lines}")
    assert found.frame(["id"])["id"].to_list() == list(range(150_000))


def test_little_time_reads_the_first_rows_and_says_so(tmp_path: Path) -> None:
    lines = "".join(f"{place},{'x' * 60},{place * 7}\n" for place in range(200_000))
    found = table(tmp_path, f"id,x,y\n{lines}", seconds=0.01)
    assert found.count() < 200_000
    assert any(note.startswith("Only the first") for note in found.notes)
    assert found.frame(["id"])["id"].max() == found.count() - 1
    profile = found.profile()
    assert profile.read < profile.rows


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    found = table(tmp_path, "a\n1\n")
    folder = found.store.folder
    found.frame()
    assert folder.exists()
    found.close()
    found.close()
    assert not folder.exists()
