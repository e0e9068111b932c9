"""SQLite: operations that rebuild a table keep its rows, indexes, triggers, views and the keys of other tables."""

from collections.abc import Iterator

import pytest

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Check, ForeignKey, Grant, Index, KeyPart, PrimaryKey, Table, Unique
from dbwright.catalog.types import Type
from dbwright.change.operations import (
    AddCheck,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    CreateIndex,
    DropConstraint,
    DropIndex,
    DropPrimaryKey,
    Operation,
    RebuildIndex,
    Revoke,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.engines.base import Session, Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.errors import ExecutionFault, Unsupported

SHOP = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT)",
    """CREATE TABLE t (
        id INTEGER PRIMARY KEY AUTOINCREMENT, p INT, amount REAL DEFAULT 1.5, name TEXT COLLATE NOCASE,
        total REAL GENERATED ALWAYS AS (amount * 2) STORED, CONSTRAINT c1 CHECK (t.amount >= 0), UNIQUE (p, name)
    )""",
    "CREATE TABLE child (tid INT REFERENCES t, note TEXT)",
    "CREATE TABLE keyless (a INT, b TEXT)",
    "CREATE INDEX ix ON t (name DESC) WHERE amount > 1",
    "CREATE INDEX ix_child ON child (tid)",
    "CREATE VIEW v AS SELECT t.id, t.name, parent.code FROM t JOIN parent ON parent.id = t.p",
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE parent SET code = 'seen; ' || new.id WHERE id = new.p; END",
    "CREATE TRIGGER tr_child AFTER INSERT ON child BEGIN UPDATE t SET name = 'touched' WHERE id = new.tid; END",
    "CREATE TRIGGER tr_view INSTEAD OF INSERT ON v BEGIN INSERT INTO t (p, name) VALUES (1, new.name); END",
    "INSERT INTO parent (id) VALUES (1), (2)",
    "INSERT INTO t (id, p, amount, name) VALUES (1, 1, 2, 'a'), (2, 2, 3.126, 'b'), (99, 2, 1, 'c')",
    "DELETE FROM t WHERE id = 99",
    "INSERT INTO child VALUES (1, 'x')",
    "INSERT INTO keyless (rowid, a, b) VALUES (7, 1, 'one'), (42, 2, NULL)",
)
T = Ref("table", ("", "t"))
CHILD = Ref("table", ("", "child"))
KEYLESS = Ref("table", ("", "keyless"))
DECIMAL = Type(kind="decimal", spelling="DECIMAL(10,2)", precision=10, scale=2)


@pytest.fixture
def shop() -> Iterator[Session]:
    """A small shop."""
    with ENGINE.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in SHOP)
        yield session


def _apply(session: Session, *operations: Operation) -> list[str]:
    """Runs the operations and compares what the database is then with what they say."""
    before = session.inspect().catalog
    statements = ENGINE.render(operations, before)
    session.execute(Statement(text=text) for text in statements)
    after = session.inspect().catalog
    wanted = ENGINE.canonical(apply_all(operations, before))
    assert {table.name: _encoded(table) for table in after.tables} == {
        table.name: _encoded(table) for table in wanted.tables
    }
    assert {view.name: view.definition for view in after.views} == {view.name: view.definition for view in before.views}
    assert not [table.name for table in after.tables if table.name.startswith("dbwright")]
    return statements


def _encoded(table: Table) -> bytes:
    return codec.encode(Catalog(engine="sqlite", tables=(table,)))


def _rows(
    session: Session, sql: str = "SELECT id, p, amount, name, total FROM t ORDER BY id"
) -> list[tuple[object, ...]]:
    return session.query(sql)


ALL_OF_T: list[Operation] = [
    AddForeignKey(
        target=T,
        key=ForeignKey(columns=("p",), table=("", "parent"), referenced=("id",), name="fk", on_delete="cascade"),
    ),
    AlterColumnType(target=T.child("column", "amount"), type=DECIMAL),
    SetNullable(target=T.child("column", "name"), nullable=False),
    SetDefault(target=T.child("column", "name"), default="'none'"),
    DropConstraint(target=T.child("check", "c1")),
    AddCheck(target=T, check=Check(name="positive", expression="amount > 0")),
    AddUnique(target=T, unique=Unique(name="one_name", columns=("name",))),
    DropConstraint(target=T.child("unique", ""), nameless=("p", "name")),
    CreateIndex(target=T, index=Index(name="ix_p", parts=(KeyPart(column="p"),))),
    DropIndex(target=T.child("index", "ix")),
]


@pytest.mark.parametrize("operation", ALL_OF_T, ids=lambda each: type(each).__name__)
def test_each_operation_keeps_the_rows_and_can_be_undone(shop: Session, operation: Operation) -> None:
    before, rows = shop.inspect().catalog, _rows(shop)
    _apply(shop, operation)
    assert _rows(shop) == rows
    inverse = operation.inverse(before)
    assert isinstance(inverse, Operation)
    _apply(shop, inverse)
    assert _rows(shop) == rows
    assert codec.digest(shop.inspect().catalog) == codec.digest(before)


def test_all_operations_on_a_table_are_one_rebuild(shop: Session) -> None:
    rows = _rows(shop)
    statements = _apply(shop, *ALL_OF_T)
    assert sum(text.startswith("CREATE TABLE") for text in statements) == 1
    assert _rows(shop) == rows
    assert shop.query("SELECT count(*) FROM v") == [(2,)]


def test_indexes_alone_rebuild_nothing(shop: Session) -> None:
    statements = _apply(
        shop,
        DropIndex(target=T.child("index", "ix")),
        CreateIndex(target=CHILD, index=Index(name="ix_note", parts=(KeyPart(expression="lower(note)"),), unique=True)),
        RebuildIndex(target=CHILD.child("index", "ix_child")),
    )
    assert statements == ["DROP INDEX ix", "CREATE UNIQUE INDEX ix_note ON child (lower(note))", "REINDEX ix_child"]


def test_triggers_views_and_counters_live_on(shop: Session) -> None:
    _apply(shop, SetNullable(target=T.child("column", "name"), nullable=False))
    shop.execute(
        Statement(text=text)
        for text in (
            "INSERT INTO t (p, name) VALUES (1, 'new')",  # fires tr
            "INSERT INTO child VALUES (2, 'y')",  # fires tr_child, which names t
            "INSERT INTO v (name) VALUES ('by view')",  # fires tr_view
        )
    )
    assert _rows(shop, "SELECT id, name FROM t ORDER BY id") == [
        (1, "touched"), (2, "touched"), (100, "new"), (101, "by view"),
    ]  # fmt: skip
    assert _rows(shop, "SELECT code FROM parent WHERE id = 1") == [("seen; 101",)]


def test_foreign_keys_of_other_tables_still_point_at_it(shop: Session) -> None:
    _apply(shop, SetNullable(target=T.child("column", "p"), nullable=False))
    with pytest.raises(ExecutionFault, match="FOREIGN KEY"):
        shop.execute([Statement(text="PRAGMA foreign_keys = ON"), Statement(text="INSERT INTO child VALUES (55, 'z')")])


def test_values_are_converted(shop: Session) -> None:
    _apply(shop, AlterColumnType(target=T.child("column", "amount"), type=DECIMAL, using="round(amount, 2)"))
    assert _rows(shop, "SELECT amount, total FROM t WHERE id = 2") == [(3.13, 6.26)]


def test_rowids_are_kept(shop: Session) -> None:
    _apply(shop, SetNullable(target=KEYLESS.child("column", "a"), nullable=False))
    assert _rows(shop, "SELECT rowid, a FROM keyless ORDER BY 1") == [(7, 1), (42, 2)]


def test_a_primary_key_comes_and_goes(shop: Session) -> None:
    _apply(shop, AddPrimaryKey(target=KEYLESS, key=PrimaryKey(columns=("a",))))
    assert _rows(shop, "SELECT a, b FROM keyless ORDER BY a") == [(1, "one"), (2, None)]
    _apply(shop, DropPrimaryKey(target=KEYLESS))
    assert _rows(shop, "SELECT a, b FROM keyless ORDER BY a") == [(1, "one"), (2, None)]


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (SetNullable(target=KEYLESS.child("column", "b"), nullable=False), "NOT NULL"),
        (AddCheck(target=KEYLESS, check=Check(name="c", expression="a > 1")), "CHECK"),
        (
            AddForeignKey(
                target=KEYLESS, key=ForeignKey(name="f", columns=("a",), table=("", "t"), referenced=("id",))
            ),
            "",
        ),
    ],
)
def test_rows_that_do_not_fit_leave_everything_as_it_was(shop: Session, operation: Operation, message: str) -> None:
    shop.execute([Statement(text="UPDATE keyless SET a = 77 WHERE a = 2" if not message else "SELECT 1")])
    before, rows = shop.inspect().catalog, _rows(shop, "SELECT rowid, * FROM keyless")
    with pytest.raises(ExecutionFault, match=message or "Rows of keyless name no row of t"):
        shop.execute(Statement(text=text) for text in ENGINE.render([operation], before))
    assert codec.digest(shop.inspect().catalog) == codec.digest(before)
    assert _rows(shop, "SELECT rowid, * FROM keyless") == rows
    assert shop.query("PRAGMA legacy_alter_table") == [(0,)]


def test_orphans_of_an_old_key_hinder_nothing(shop: Session) -> None:
    shop.execute([Statement(text="INSERT INTO child VALUES (1234, 'orphan')")])
    _apply(shop, SetDefault(target=CHILD.child("column", "note"), default="'-'"))
    assert _rows(shop, "SELECT count(*) FROM child") == [(2,)]


def test_what_sqlite_cannot_do(shop: Session) -> None:
    catalog = shop.inspect().catalog
    grant = Grant(grantee="PUBLIC", privileges=("SELECT",), on=T)
    with pytest.raises(Unsupported, match="SQLite cannot grant"):
        ENGINE.render([Revoke(target=T, grant=grant)], catalog)


def test_odd_names() -> None:
    table = Ref("table", ("", 'or"der 🎉'))
    with ENGINE.scratch() as scratch, scratch.open() as session:
        session.execute(
            Statement(text=text)
            for text in (
                'CREATE TABLE "or""der 🎉" ("select" INT, "a b" TEXT)',
                'CREATE INDEX "in dex" ON "or""der 🎉" ("a b")',
                """INSERT INTO "or""der 🎉" VALUES (1, 'it''s')""",
            )
        )
        _apply(session, SetNullable(target=table.child("column", "select"), nullable=False))
        assert session.query('SELECT * FROM "or""der 🎉"') == [(1, "it's")]
