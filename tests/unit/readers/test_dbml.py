"""DBML: written and read back it is the same as far as DBML can say; wrong text has its place."""

from pathlib import Path

import pytest

from dbwright.catalog.objects import Catalog
from dbwright.errors import SourceError, SyntaxFault
from dbwright.readers.dbml import read
from dbwright.readers.sql.scan import Dialect
from dbwright.writers.dbml import write
from tests.support.kitchen import kitchen
from tests.support.scratches import scratch_of

pytest.importorskip("pydbml")
ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]
Shape = dict[tuple[str, str], object]


def shape(catalog: Catalog) -> Shape:
    """Tables, columns and keys; DBML has no quotation marks in names."""

    def plain(*names: str) -> tuple[str, ...]:
        return tuple(name.replace('"', "”") for name in names)

    return {
        (table.namespace, table.name): (
            [(plain(column.name), column.nullable) for column in table.columns],
            table.primary_key and plain(*table.primary_key.columns),
            {plain(*key) for key in table.keys},
            {(key.columns, key.table, key.referenced, key.on_delete, key.on_update) for key in table.foreign_keys},
        )
        for table in catalog.tables
    }


@pytest.mark.parametrize("dialect", ENGINES)
def test_what_is_written_is_read_again(dialect: Dialect, tmp_path: Path) -> None:
    with scratch_of(dialect) as scratch:
        catalog = kitchen(scratch, dialect)
    text = write(catalog)
    file = tmp_path / "schema.dbml"
    file.write_text(text, encoding="utf-8")
    back, _ = read(str(file), dialect)
    assert shape(back) == shape(catalog)


def fault(tmp_path: Path, text: str | bytes) -> SourceError:
    file = tmp_path / "broken.dbml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceError) as caught:
        read(str(file), "sqlite")
    assert "broken.dbml" in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Table a {\n  id int [pk\n}\n", 3),
        ("Tabel a {\n}\n", 1),
        ("Table a {\n  id int\n}\n\nRef: a.id > nowhere.id\n", 5),
        ("Table a {\n  id int\n  indexes {\n    (absent)\n  }\n}\n", 4),
    ],
)
def test_wrong_text_has_its_place(tmp_path: Path, text: str, line: int) -> None:
    error = fault(tmp_path, text)
    assert isinstance(error, SyntaxFault)
    assert error.line == line
    assert f"broken.dbml:{line}:" in error.message


def test_what_was_expected_is_said(tmp_path: Path) -> None:
    error = fault(tmp_path, "Table a {\n  id int [pk\n}\n")
    assert isinstance(error, SyntaxFault)
    assert error.expected == "']'"


@pytest.mark.parametrize("text", ["", " \n", b"\xff\xfe\x00"])
def test_no_text_at_all(tmp_path: Path, text: str | bytes) -> None:
    fault(tmp_path, text)


def test_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / "people.dbml"
    file.write_text(
        """
Project shop { note: 'a shop' }
Enum state {
  new
  paid [note: 'money came']
}
Table users as U {
  id int [pk, increment]
  email varchar(80) [unique, not null, note: 'the user']
  made datetime [default: `now()`]
}
Table orders {
  id int [pk]
  user_id int [ref: > U.id]
  state state [default: 'new']
  total decimal(10,2) [default: 0]
  indexes { (user_id, state) [name: 'ix'] }
}
Table tags {
  id int [pk]
}
Ref: orders.id <> tags.id
""",
        encoding="utf-8",
    )
    catalog, notes = read(str(file), "sqlite")
    tables = {table.name: table for table in catalog.tables}
    assert set(tables) == {"orders", "tags", "users"}
    orders = tables["orders"]
    assert orders.foreign_keys[0].table == ("", "users")
    assert orders.indexes[0].name == "ix"
    assert any("many-to-many" in note for note in notes)
