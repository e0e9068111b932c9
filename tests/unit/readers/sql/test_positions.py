"""Each object is found where it is written."""

import pytest

from dbwright.catalog.names import Ref
from dbwright.engines.registry import engine
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.positions import locate
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split
from tests.unit.readers.sql.schemas import MYSQL, POSTGRES, SQLITE


def places(script: str, dialect: Dialect) -> dict[tuple[str, str], tuple[int, int]]:
    statements = list(split(script, dialect, "x.sql"))
    catalog, _ = parse(statements, dialect)
    located = locate(catalog, statements, dialect)
    assert {each.path for each in located.values()} == {"x.sql"}
    return {(ref.kind, str(ref)): (at.line, at.column) for ref, at in located.items()}


def test_tables_columns_and_constraints_have_their_own_places() -> None:
    script = """CREATE TABLE Users (
  id int PRIMARY KEY, "Full Name" text
    CONSTRAINT filled CHECK ("Full Name" <> ''),
  boss int REFERENCES users (id),
  UNIQUE (boss, id)
);
CREATE INDEX by_boss ON users (boss);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT two FOREIGN KEY (id) REFERENCES users (id), ADD COLUMN late int;
CREATE VIEW v AS SELECT 1;
"""
    found = places(script, "postgres")
    assert found["table", "public.users"] == (1, 1)
    assert found["column", "public.users.id"] == (2, 3)
    assert found["primary_key", "public.users.users_pkey"] == (2, 10)
    assert found["column", "public.users.Full Name"] == (2, 23)
    assert found["check", "public.users.filled"] == (3, 5)
    assert found["foreign_key", "public.users.users_boss_fkey"] == (4, 12)
    assert found["unique", "public.users.users_boss_id_key"] == (5, 3)
    assert found["index", "public.users.by_boss"] == (7, 1)
    assert found["foreign_key", "public.users.two"] == (8, 1)
    assert found["column", "public.users.late"] == (9, 75)
    assert found["view", "public.v"] == (10, 1)


@pytest.mark.parametrize(
    ("dialect", "script"),
    [("postgres", POSTGRES), ("mysql", MYSQL), ("sqlite", SQLITE)],
    ids=["postgres", "mysql", "sqlite"],
)
def test_every_table_and_column_is_found(dialect: Dialect, script: str) -> None:
    statements = list(split(script, dialect, "x.sql"))
    catalog, _ = parse(statements, dialect)
    located = locate(catalog, statements, dialect)
    for table in catalog.tables:
        assert table.ref in located
        for column in table.columns:
            assert table.column_ref(column.name) in located
        for key in table.foreign_keys:
            assert table.ref.child("foreign_key", key.name or "") in located
        for index in table.indexes:
            assert table.ref.child("index", index.name) in located
    for view in catalog.views:
        assert view.ref in located


def test_a_mysql_name_is_found_whatever_its_database_and_case() -> None:
    statements = list(split("USE shop;\nCREATE TABLE `shop`.`Users` (`Id` int,\n KEY k (`Id`));", "mysql", "x.sql"))
    catalog, _ = parse(statements, "mysql")
    located = locate(engine("mysql").canonical(catalog), statements, "mysql")
    assert located[Ref("table", ("", "Users"))].line == 2
    assert located[Ref("index", ("", "Users", "k"))].line == 3
