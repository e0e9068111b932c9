"""What is asked for, from TOML, SQL and operations."""

from pathlib import Path

import pytest

from dbwright.catalog.names import Ref
from dbwright.catalog.types import Type
from dbwright.change import operations as ops
from dbwright.change.online import (
    AddPart,
    ChangeType,
    MergeColumns,
    MergeTables,
    MoveColumns,
    RenameColumn,
    RenameTable,
    SetNotNull,
    SplitColumn,
    SplitTable,
    Wish,
)
from dbwright.engines.registry import engine
from dbwright.errors import UsageError
from dbwright.online.reading import from_operations, from_sql, from_toml, read_wish

POSTGRES = engine("postgres")

ALL = """
version = "v2"
[[change]]
kind = "rename-column"
table = "shop.orders"
column = "sum"
to = "amount"
[[change]]
kind = "change-type"
table = ["shop", "odd.name"]
column = "total"
type = "numeric(12, 2)"
using = "total::numeric / 100"
[[change]]
kind = "set-not-null"
table = "users"
column = "language"
fill = "'en'"
[[change]]
kind = "split-column"
table = "users"
column = "name"
into = [{column = "first varchar(20) NOT NULL", value = "split_part(name, ' ', 1)"}, {column = "last text", value = "name"}]
back = "first || last"
[[change]]
kind = "merge-columns"
table = "points"
columns = {x = "place[0]", y = "place[1]"}
into = "place point"
value = "point(x, y)"
[[change]]
kind = "rename-table"
table = "a"
to = "b"
[[change]]
kind = "move-columns"
table = "c"
columns = ["note"]
to = "d"
key = {id = "c_id"}
[[change]]
kind = "split-table"
table = "e"
columns = ["note"]
to = "f"
[[change]]
kind = "merge-tables"
table = "g"
to = "h"
key = {h_id = "id"}
[[change]]
kind = "add"
statement = "ALTER TABLE i ADD CONSTRAINT positive CHECK (price > 0)"
"""


def test_all_kinds_from_toml() -> None:
    wish = from_toml(ALL, POSTGRES)
    assert wish.version == "v2"
    kinds = (
        RenameColumn, ChangeType, SetNotNull, SplitColumn, MergeColumns, RenameTable, MoveColumns, SplitTable, MergeTables, AddPart,
    )  # fmt: skip
    assert [type(change) for change in wish.changes] == list(kinds)
    renamed, retyped, _, split, *_ = wish.changes
    assert renamed == RenameColumn(table=("shop", "orders"), column="sum", to="amount")
    assert isinstance(retyped, ChangeType)
    assert retyped.table == ("shop", "odd.name")
    assert retyped.type.spelling == "numeric(12,2)"
    assert isinstance(split, SplitColumn)
    assert [(part.column.type.spelling, part.column.nullable) for part in split.into] == [
        ("character varying(20)", False),
        ("text", True),
    ]
    assert wish.changes[5] == RenameTable(table=("public", "a"), to=("public", "b"))


def test_the_same_wish_has_the_same_id() -> None:
    assert from_toml(ALL, POSTGRES).id == from_toml(ALL, POSTGRES).id
    assert from_toml(ALL, POSTGRES).id != from_toml(ALL.replace("v2", "v3"), POSTGRES).id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "not valid TOML"),
        ("", "holds no"),
        ("other = 1\n[[change]]\nkind='rename-table'", "unknown setting 'other'"),
        ("[[change]]\nkind = 'fly'\ntable = 't'", "change 1"),
        ("[[change]]\nkind = 'rename-column'\ntable = 't'\ncolumn = 'a'", "`to`"),
        ("[[change]]\nkind = 'rename-column'\ntable = 5\ncolumn = 'a'\nto = 'b'", "a table is named as"),
        ("[[change]]\nkind = 'change-type'\ntable = 't'\ncolumn = 'a'\ntype = ';'", "no column with its type"),
        ("[[change]]\nkind = 'add'\nstatement = 'DROP TABLE t'", "nothing to be done online"),
        ("change = [1]", "no table of settings"),
    ],
)
def test_what_is_wrong_in_toml_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        from_toml(text, POSTGRES)


def test_changes_from_sql() -> None:
    found = from_sql(
        """ALTER TABLE shop.orders RENAME COLUMN a TO b;
        ALTER TABLE orders ALTER COLUMN c TYPE bigint USING c::bigint, ALTER COLUMN d SET NOT NULL;
        ALTER TABLE orders RENAME TO sales;
        CREATE INDEX CONCURRENTLY by_e ON orders (e);
        ALTER TABLE orders ADD CONSTRAINT to_f FOREIGN KEY (f) REFERENCES f (id);""",
        POSTGRES,
    )
    assert [type(change).__name__ for change in found] == [
        "RenameColumn", "ChangeType", "SetNotNull", "RenameTable", "AddPart", "AddPart",
    ]  # fmt: skip
    assert found[0] == RenameColumn(table=("shop", "orders"), column="a", to="b")
    assert isinstance(found[1], ChangeType)
    assert (found[1].type.spelling, found[1].using) == ("bigint", "c::bigint")


def test_sql_that_is_not_for_it_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to be done online: DROP TABLE t"):
        from_sql("DROP TABLE t", POSTGRES)
    with pytest.raises(UsageError, match="no statement"):
        from_sql("-- nothing\n", POSTGRES)


def test_a_wish_from_a_file_and_from_a_statement(tmp_path: Path) -> None:
    file = tmp_path / "change.toml"
    file.write_text(ALL)
    assert read_wish(str(file), POSTGRES) == from_toml(ALL, POSTGRES)
    assert read_wish(str(file), POSTGRES, version="v9").version == "v9"
    script = tmp_path / "change.sql"
    script.write_text("ALTER TABLE t RENAME COLUMN a TO b;")
    assert read_wish(str(script), POSTGRES) == read_wish("ALTER TABLE t RENAME COLUMN a TO b", POSTGRES)
    with pytest.raises(UsageError, match="no file"):
        read_wish("missing.toml", POSTGRES)


def test_operations_that_break_the_application_become_changes() -> None:
    column = Ref("column", ("public", "t", "a"))
    operations: list[ops.Operation] = [
        ops.SetNullable(target=column, nullable=False),
        ops.SetNullable(target=column, nullable=True),
        ops.AlterColumnType(target=column, type=Type(kind="integer", spelling="bigint", bits=64)),
        ops.DropTable(target=Ref("table", ("public", "u"))),
    ]
    changes, rest = from_operations(operations)
    assert [type(change).__name__ for change in changes] == ["SetNotNull", "ChangeType"]
    assert rest == (operations[1], operations[3])


def test_two_changes_of_the_same_thing_are_refused() -> None:
    one = RenameColumn(table=("public", "t"), column="a", to="b")
    other = SetNotNull(table=("public", "t"), column="a")
    with pytest.raises(UsageError, match=r"about public\.t\.a"):
        Wish(changes=(one, other)).check()
    with pytest.raises(UsageError, match=r"about public\.t"):
        Wish(changes=(one, RenameTable(table=("public", "t"), to=("public", "u")))).check()
    with pytest.raises(UsageError, match="no change"):
        Wish(changes=()).check()
    Wish(changes=(one, SetNotNull(table=("public", "t"), column="c"))).check()
