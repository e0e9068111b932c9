"""DBML text: names, notes, keys and references as DBML spells them."""

from dbwright.catalog.objects import Catalog, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table
from dbwright.catalog.types import Type
from dbwright.writers.dbml import write

_NUMBER = Type("integer", "integer", bits=32)


def _table(name: str, **more: object) -> Table:
    fields = {"columns": (Column(name="id", type=_NUMBER, nullable=False), Column(name="other", type=_NUMBER)), **more}
    return Table(namespace="", name=name, **fields)  # type: ignore[arg-type]  # the fields of Table


def _written(*tables: Table) -> str:
    return write(Catalog(engine="sqlite", tables=tables))


def test_columns_and_their_settings() -> None:
    column = Column(
        name="a b", type=Type("varchar", "varchar(20)", length=20), nullable=False, default="'x'", comment="it's"
    )
    text = _written(_table("t", columns=(column,), primary_key=PrimaryKey(columns=("a b",))))
    assert "\"a b\" varchar(20) [pk, not null, default: `'x'`, note: 'it\\'s']" in text


def test_a_composite_key_stands_with_the_indexes() -> None:
    assert '("id", "other") [pk]' in _written(_table("t", primary_key=PrimaryKey(columns=("id", "other"))))


def test_references_say_how_many_and_what_happens() -> None:
    parent = _table("p", primary_key=PrimaryKey(columns=("id",)))
    many = ForeignKey(columns=("other",), table=("", "p"), referenced=("id",), on_delete="cascade")
    child = _table("c", foreign_keys=(many,))
    assert 'Ref: "c"."other" > "p"."id" [delete: cascade]' in _written(parent, child)
    one = _table("c", foreign_keys=(many,), primary_key=PrimaryKey(columns=("other",)))
    assert 'Ref: "c"."other" - "p"."id" [delete: cascade]' in _written(parent, one)


def test_a_reference_to_nowhere_is_a_comment() -> None:
    key = ForeignKey(columns=("other",), table=("", "gone"), referenced=("id",))
    text = _written(_table("c", foreign_keys=(key,)))
    assert "Ref" not in text
    assert "// c (other) refers to gone" in text


def test_an_index_over_some_rows_is_not_called_unique() -> None:
    index = Index(name="ix", parts=(KeyPart(column="other"),), unique=True, predicate="id > 0")
    (line,) = (line for line in _written(_table("t", indexes=(index,))).splitlines() if "'ix'" in line)
    assert "[unique" not in line
    assert "unique, where id > 0" in line


def test_what_dbml_cannot_say_is_a_comment() -> None:
    index = Index(name="words", parts=(KeyPart(column="other"),), method="fulltext")
    text = _written(_table("t", indexes=(index,)), _table("bare", columns=()))
    assert "// fulltext index words" in text
    assert "// bare has no columns" in text
