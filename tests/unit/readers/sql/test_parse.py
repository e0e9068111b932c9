"""What is read without a server is what a server makes of the same text."""

import msgspec
import pytest

from dbwright.catalog.codec import digest
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine
from dbwright.errors import SyntaxFault
from dbwright.readers.sql.execute import executed
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from tests.unit.readers.sql.schemas import MYSQL, POSTGRES, SQLITE
from tests.unit.readers.sql.shapes import shape


@pytest.mark.parametrize(
    ("dialect", "script"),
    [("postgres", POSTGRES), ("mysql", MYSQL), ("sqlite", SQLITE)],
    ids=["postgres", "mysql", "sqlite"],
)
def test_parsing_agrees_with_executing(dialect: Dialect, script: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(f"{dialect}_scratch")  # skips where there is none
    statements = list(split(script, dialect))
    parsed, notes = parse(statements, dialect)
    assert not parsed.unread
    assert not notes
    with executed(statements, engine(dialect)) as done:
        wanted = shape(done.catalog)
    got = shape(engine(dialect).canonical(parsed))
    for kind, objects in wanted.items():
        if kind != "tables":
            assert got[kind] == objects
    assert got["tables"].keys() == wanted["tables"].keys()
    for name, table in wanted["tables"].items():
        assert got["tables"][name] == table


def test_sqlite_tables_parsed_have_the_hash_of_those_executed(sqlite_scratch: Scratch) -> None:
    statements = list(split(SQLITE, "sqlite"))
    parsed, _ = parse(statements, "sqlite")
    with executed(statements, engine("sqlite")) as done:
        wanted = msgspec.structs.replace(done.catalog, views=())
    got = msgspec.structs.replace(engine("sqlite").canonical(parsed), views=())
    assert digest(got) == digest(wanted)


@pytest.mark.parametrize(
    ("dialect", "script", "line", "column", "expected"),
    [
        ("postgres", "CREATE TABLE a (\n  id int,\n  x int nott null\n);", 3, 9, "a constraint of the column"),
        ("postgres", "CREATE TABLE a (id int);\nCREATE TABLE b", 2, 15, "the columns in brackets"),
        ("postgres", "CREATE TABLE a (id int,)", 1, 23, "another column"),
        ("postgres", "CREATE TABLE a (id int, FOREIGN KEY (id) b (id))", 1, 42, "REFERENCES"),
        ("postgres", "CREAT TABLE a (id int)", 1, 1, "a statement"),
        ("mysql", "CREATE TABLE a (id int, KEY k id)", 1, 31, "a list of columns in brackets"),
        ("sqlite", "CREATE TABLE a (id int REFERENCES)", 1, 35, "a name"),
        ("sqlite", "CREATE INDEX i a (id)", 1, 16, "ON"),
    ],
)
def test_wrong_text_is_a_fault_at_its_place(
    dialect: Dialect, script: str, line: int, column: int, expected: str
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse(list(split(script, dialect, "x.sql")), dialect)
    assert (caught.value.path, caught.value.line) == ("x.sql", line)
    assert caught.value.column == column
    assert caught.value.expected is not None
    assert expected in caught.value.expected


def test_what_is_not_understood_is_listed_and_said() -> None:
    script = "CREATE TABLE a (id int); CREATE STATISTICS s ON a, b FROM t; CREATE OPERATOR === (LEFTARG = int, FUNCTION = f);"
    catalog, notes = parse(list(split(script, "postgres")), "postgres")
    assert [each.kind for each in catalog.unread] == ["statistics", "operator"]
    assert "2 statements are not understood" in notes[-1]


def test_names_need_no_care() -> None:
    script = 'CREATE TABLE "a.b"" c" ("se lect" int PRIMARY KEY, "🦆" text UNIQUE);'
    catalog, _ = parse(list(split(script, "postgres")), "postgres")
    (table,) = catalog.tables
    assert table.name == 'a.b" c'
    assert [column.name for column in table.columns] == ["se lect", "🦆"]
    assert table.primary_key is not None
    assert table.primary_key.columns == ("se lect",)


def test_a_constraint_that_is_validated_later_is_valid() -> None:
    script = """
    CREATE TABLE a (id integer PRIMARY KEY, n integer);
    ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0) NOT VALID;
    ALTER TABLE a ADD CONSTRAINT d CHECK (n < 9) NOT VALID;
    ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (n) REFERENCES a (id) NOT VALID;
    ALTER TABLE a VALIDATE CONSTRAINT c, VALIDATE CONSTRAINT k;
    """
    catalog, _ = parse(list(split(script, "postgres")), "postgres")
    (table,) = catalog.tables
    assert {check.name: check.validated for check in table.checks} == {"c": True, "d": False}
    assert [key.validated for key in table.foreign_keys] == [True]


def test_a_default_may_be_cast_to_a_type_of_two_words() -> None:
    columns = "a character varying DEFAULT ''::character varying NOT NULL, b character varying[] DEFAULT '{}'::character varying[]"
    script = f"CREATE TABLE t ({columns});"
    catalog, notes = parse(list(split(script, "postgres")), "postgres")
    assert not notes
    assert [column.default for column in catalog.tables[0].columns] == [
        "''::character varying",
        "'{}'::character varying[]",
    ]
    assert not catalog.tables[0].columns[0].nullable
