"""SQLite: every operation, on a database with rows, leads to what it says, keeps the rows, and its inverse leads back."""

from collections.abc import Iterator, Sequence

import pytest
from msgspec.structs import replace

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    ForeignKey,
    Generated,
    Index,
    KeyPart,
    Policy,
    PrimaryKey,
    Table,
    Trigger,
    Unique,
    View,
)
from dbwright.catalog.types import Type
from dbwright.change.compare import compare
from dbwright.change.inverse import invert
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    ChangeColumn,
    ChangeObject,
    ChangePart,
    ChangeTable,
    CreateIndex,
    CreateObject,
    CreatePolicy,
    CreateTable,
    CreateTrigger,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropPrimaryKey,
    DropTable,
    DropTrigger,
    Operation,
    OrderColumns,
    RenameColumn,
    RenamePart,
    RenameTable,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.change.plan import Step
from dbwright.change.units import units
from dbwright.engines.base import Session, Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.errors import ExecutionFault, Unsupported, UsageError

SHOP = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT, up INT REFERENCES parent)",
    """CREATE TABLE t (
        id INTEGER PRIMARY KEY AUTOINCREMENT, p INT, amount REAL DEFAULT 1.5, name TEXT COLLATE NOCASE, spare TEXT,
        total REAL GENERATED ALWAYS AS (amount * 2) STORED, CONSTRAINT c1 CHECK (t.amount >= 0), UNIQUE (p, name)
    )""",
    "CREATE TABLE child (tid INT REFERENCES t ON DELETE CASCADE, note TEXT)",
    "CREATE TABLE keyless (a INT, b TEXT)",
    "CREATE TABLE pairs (x TEXT, y TEXT, PRIMARY KEY (x, y)) WITHOUT ROWID",
    "CREATE INDEX ix ON t (name DESC) WHERE amount > 1",
    "CREATE INDEX ix_child ON child (tid)",
    "CREATE VIEW v AS SELECT t.id, t.name, parent.code FROM t JOIN parent ON parent.id = t.p",
    "CREATE VIEW w AS SELECT name FROM v",
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE parent SET code = 'seen; ' || new.id WHERE id = new.p; END",
    "CREATE TRIGGER tr_child AFTER INSERT ON child BEGIN UPDATE t SET name = 'touched' WHERE id = new.tid; END",
    "CREATE TRIGGER tr_view INSTEAD OF INSERT ON v BEGIN INSERT INTO t (p, name) VALUES (1, new.name); END",
    "INSERT INTO parent (id, up) VALUES (1, NULL), (2, 1)",
    "INSERT INTO t (id, p, amount, name) VALUES (1, 1, 2, 'a'), (2, 2, 3.126, 'b'), (99, 2, 1, 'c')",
    "DELETE FROM t WHERE id = 99",
    "INSERT INTO child VALUES (1, 'x'), (2, NULL)",
    "INSERT INTO keyless (rowid, a, b) VALUES (7, 1, 'one'), (42, 2, 'two')",
    "INSERT INTO pairs VALUES ('a', 'b'), ('a', 'c')",
)
TEXT = Type(kind="text", spelling="TEXT")
INTEGER = Type(kind="integer", spelling="INTEGER", bits=64)
INT = Type(kind="integer", spelling="INT", bits=64)
T, PARENT, CHILD, KEYLESS, PAIRS, NEW = (
    Ref("table", ("", name)) for name in ("t", "parent", "child", "keyless", "pairs", "new")
)
V, W = Ref("view", ("", "v")), Ref("view", ("", "w"))
TRIGGER = Trigger(
    name="more", timing="after", events=("delete",),
    definition="CREATE TRIGGER more AFTER DELETE ON t BEGIN DELETE FROM child WHERE tid = old.id; END",
)  # fmt: skip


@pytest.fixture
def shop() -> Iterator[Session]:
    """A small shop."""
    with ENGINE.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in SHOP)
        yield session


def run(session: Session, operations: Sequence[Operation]) -> list[Step]:
    """Take the steps as a runner does."""
    steps = ENGINE.steps(operations, session.inspect().catalog)
    told = {place for step in steps if step.operation is not None for place in (step.operation, *step.also)}
    assert told == set(range(len(operations)))
    for unit in units(steps):
        session.execute(Statement(text=step.sql) for step in unit)
    assert session.query("PRAGMA foreign_key_check") == []
    assert not [name for (name,) in session.query("SELECT name FROM sqlite_schema") if "dbwright" in str(name)]
    return steps


def rows(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    names = [table.name for table in session.inspect().catalog.tables]
    return {name: int(str(session.query(f"SELECT count(*) FROM {ENGINE.quote(name)}")[0][0])) for name in names}


def column(name: str, type_: Type = TEXT, **fields: object) -> Column:
    return Column(name=name, type=type_, **fields)  # type: ignore[arg-type]  # the fields of a column


def t_of(catalog: Catalog, ref: Ref = T) -> Table:
    return next(table for table in catalog.tables if table.ref == ref)


def foreign(name: str, own: str, **fields: object) -> ForeignKey:
    key = ForeignKey(name=name, columns=(own,), table=("", "parent"), referenced=("id",))
    return replace(key, **fields)


IN_PLACE: dict[str, list[Operation]] = {
    "a column": [AddColumn(target=T, column=column("extra"))],
    "a column with a default": [AddColumn(target=T, column=column("n", INT, nullable=False, default="-7"))],
    "a computed column": [
        AddColumn(target=KEYLESS, column=column("c", INT, generated=Generated(expression="a + 1", stored=False)))
    ],
    "a column with a key and a check": [
        AddColumn(target=KEYLESS, column=column("p", INT)),
        AddForeignKey(target=KEYLESS, key=foreign("fk", "p", on_delete="set null")),
        AddCheck(target=KEYLESS, check=Check(name="positive", expression="p > 0")),
    ],
    "a column dropped": [DropColumn(target=T.child("column", "spare"))],
    "indexes": [
        DropIndex(target=T.child("index", "ix")),
        CreateIndex(target=CHILD, index=Index(name="ix", parts=(KeyPart(expression="lower(note)"),))),
        RenamePart(target=CHILD.child("index", "ix_child"), to="ix child"),
    ],
    "tables": [
        CreateTable(
            target=NEW,
            table=Table(
                namespace="", name="new", columns=(column("id", INTEGER, nullable=False), column("p", INT)),
                primary_key=PrimaryKey(columns=("id",)), foreign_keys=(foreign("f", "p"),),
                indexes=(Index(name="new_p", parts=(KeyPart(column="p"),)),),
            ),
        ),
        DropTable(target=PAIRS),
    ],
    "a table renamed": [RenameTable(target=PAIRS, to=("", "Order"))],
    "a table renamed in its case": [RenameTable(target=PAIRS, to=("", "PAIRS"))],
    "a column renamed": [RenameColumn(target=PAIRS.child("column", "x"), to="select")],
    "a trigger": [CreateTrigger(target=T, trigger=TRIGGER)],
    "a trigger dropped": [DropTrigger(target=T.child("trigger", "tr"))],
    "a view": [
        CreateObject(
            target=Ref("view", ("", "x")),
            object=View(
                namespace="", name="x", definition="SELECT a FROM keyless", columns=(column("a", INT),),
                depends_on=(KEYLESS,),
            ),
        )
    ],
    "a view dropped": [DropObject(target=W)],
}  # fmt: skip

REBUILDING: dict[str, list[Operation]] = {
    "a column in the middle": [AddColumn(target=T, column=column("extra"), after="p")],
    "a column at the start": [AddColumn(target=T, column=column("extra", default="'it''s'"), after="")],
    "a filled column": [AddColumn(target=T, column=column("n", TEXT, nullable=False), fill="upper(name) || id")],
    "a stored column": [
        AddColumn(target=KEYLESS, column=column("c", INT, generated=Generated(expression="a + 1", stored=True)))
    ],
    "a column with a clock": [AddColumn(target=KEYLESS, column=column("at", default="CURRENT_TIMESTAMP"))],
    "a column dropped with what names it": [
        DropConstraint(target=T.child("check", "c1")),
        DropIndex(target=T.child("index", "ix")),
        DropColumn(target=T.child("column", "total")),
        DropColumn(target=T.child("column", "amount")),
    ],
    "an order": [OrderColumns(target=T, columns=("name", "id", "total", "amount", "spare", "p"))],
    "another kind of table": [ChangeTable(target=PAIRS, to=Table(namespace="", name="pairs", strict=True))],
    "a collation": [ChangeColumn(target=KEYLESS.child("column", "b"), to=column("b", collation="NOCASE"))],
    "a type": [AlterColumnType(target=KEYLESS.child("column", "a"), type=TEXT)],
    "not null": [SetNullable(target=T.child("column", "name"), nullable=False)],
    "a default": [SetDefault(target=T.child("column", "name"), default="'none'")],
    "a check": [AddCheck(target=T, check=Check(name="c2", expression="p > 0"))],
    "a key": [AddForeignKey(target=T, key=foreign("fk", "p", on_delete="cascade"))],
    "a key to itself": [DropConstraint(target=PARENT.child("foreign_key", ""), nameless=("up",))],
    "unique": [AddUnique(target=KEYLESS, unique=Unique(columns=("a",), name="u"))],
    "another name of a check": [RenamePart(target=T.child("check", "c1"), to="c one")],
    "a primary key": [
        SetNullable(target=KEYLESS.child("column", "a"), nullable=False),
        AddPrimaryKey(target=KEYLESS, key=PrimaryKey(columns=("a",), name="pk")),
    ],
    "another primary key": [
        DropPrimaryKey(target=PAIRS),
        AddPrimaryKey(target=PAIRS, key=PrimaryKey(columns=("y", "x"))),
    ],
    "many at once": [
        AddColumn(target=T, column=column("kept", INT, nullable=False), fill="p * 10"),
        DropColumn(target=T.child("column", "spare")),
        SetNullable(target=T.child("column", "p"), nullable=False),
        AddForeignKey(target=T, key=foreign("fk", "p")),
        CreateIndex(target=T, index=Index(name="ix_kept", parts=(KeyPart(column="kept"),), unique=False)),
        AddColumn(target=CHILD, column=column("z")),
        CreateTrigger(target=T, trigger=TRIGGER),
    ],
}  # fmt: skip


@pytest.mark.parametrize("operations", [*IN_PLACE.values(), *REBUILDING.values()], ids=[*IN_PLACE, *REBUILDING])
def test_there_and_back(shop: Session, operations: list[Operation]) -> None:
    start, before = shop.inspect().catalog, rows(shop)
    run(shop, operations)
    found, wanted = shop.inspect().catalog, ENGINE.canonical(apply_all(operations, start))
    assert compare(found, wanted, column_order=True) == ()
    back, reasons = invert(operations, start)
    assert reasons == ()
    kept = {name: count for name, count in rows(shop).items() if name in before}
    assert kept == {name: before[name] for name in kept}
    run(shop, back)
    assert codec.digest(shop.inspect().catalog) == codec.digest(start)
    dropped = {each.target.name for each in operations if isinstance(each, DropTable)}
    assert rows(shop) == {name: 0 if name in dropped else count for name, count in before.items()}
    _works(shop)


def _works(session: Session) -> None:
    """Triggers fire, views answer, counters go on, keys hold."""
    session.change("INSERT INTO v (name) VALUES ('by view')")
    assert session.query("SELECT max(id) FROM t") == [(100,)]
    assert session.query("SELECT code FROM parent WHERE id = 1") == [("seen; 100",)]
    assert session.query("SELECT count(*) FROM w") == [(3,)]
    session.query("PRAGMA foreign_keys = ON")
    session.change("DELETE FROM t WHERE id = 1")
    assert session.query("SELECT tid FROM child") == [(2,)]


@pytest.mark.parametrize("operations", IN_PLACE.values(), ids=IN_PLACE)
def test_what_sqlite_can_do_is_not_rebuilt(shop: Session, operations: list[Operation]) -> None:
    assert not any(
        "dbwright_new" in sql and "PAIRS" not in sql for sql in ENGINE.render(operations, shop.inspect().catalog)
    )


@pytest.mark.parametrize("operations", REBUILDING.values(), ids=REBUILDING)
def test_each_table_is_rebuilt_once(shop: Session, operations: list[Operation]) -> None:
    statements = ENGINE.render(operations, shop.inspect().catalog)
    assert sum(sql.startswith("CREATE TABLE dbwright_new_") for sql in statements) == 1
    assert statements[:2] == ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"]
    assert statements[-2:] == ["COMMIT", "PRAGMA foreign_keys = ON"]


def test_what_changes_nothing_makes_no_step(shop: Session) -> None:
    operations = [SetDefault(target=T.child("column", "name"), default=None)]
    assert ENGINE.steps(operations, shop.inspect().catalog) == []
    assert ENGINE.steps([], shop.inspect().catalog) == []


def test_values_come_from_where_they_should(shop: Session) -> None:
    run(
        shop,
        [
            AddColumn(target=T, column=column("loud", TEXT, nullable=False), fill="upper(name)"),
            AlterColumnType(target=T.child("column", "amount"), type=INT, using="CAST(round(amount) AS INT)"),
            DropColumn(target=T.child("column", "spare")),
            AddColumn(target=T, column=column("spare", default="'new'"), after="p"),
        ],
    )
    assert shop.query("SELECT id, p, spare, amount, total, loud FROM t ORDER BY id") == [
        (1, 1, "new", 2, 4.0, "TOUCHED"), (2, 2, "new", 3, 6.0, "TOUCHED"),
    ]  # fmt: skip


# ---------------------------------------------------------------- new names


def test_a_new_name_reaches_views_triggers_and_keys(shop: Session) -> None:
    run(shop, [RenameTable(target=T, to=("", "things")), RenameTable(target=PARENT, to=("", "owners"))])
    catalog = shop.inspect().catalog
    assert t_of(catalog, CHILD).foreign_keys[0].table == ("", "things")
    shop.change("INSERT INTO v (name) VALUES ('by view')")
    assert shop.query("SELECT code FROM owners WHERE id = 1") == [("seen; 100",)]
    shop.change("INSERT INTO child VALUES (1, 'y')")
    assert shop.query("SELECT name FROM things WHERE id = 1") == [("touched",)]


def test_a_rebuild_after_a_new_name_knows_what_sqlite_rewrote(shop: Session) -> None:
    things = Ref("table", ("", "things"))
    steps = run(
        shop,
        [
            RenameColumn(target=T.child("column", "amount"), to="order"),
            RenameTable(target=T, to=("", "things")),
            SetNullable(target=things.child("column", "name"), nullable=False),
            AddCheck(target=things, check=Check(name="c2", expression="p > 0")),
        ],
    )
    assert sum("CREATE TABLE" in step.sql for step in steps) == 1
    table = t_of(shop.inspect().catalog, things)
    assert {check.expression for check in table.checks} == {'"order" >= 0', "p > 0"}
    assert table.indexes[0].predicate == '"order" > 1'
    assert [trigger.name for trigger in table.triggers] == ["tr"]
    shop.change("INSERT INTO v (name) VALUES ('by view')")
    assert shop.query("SELECT code FROM parent WHERE id = 1") == [("seen; 100",)]


def test_two_tables_swap_their_names(shop: Session) -> None:
    between = Ref("table", ("", "between"))
    run(
        shop,
        [
            RenameTable(target=KEYLESS, to=("", "between")),
            RenameTable(target=PAIRS, to=("", "keyless")),
            RenameTable(target=between, to=("", "pairs")),
        ],
    )
    assert shop.query("SELECT * FROM pairs") == [(1, "one"), (2, "two")]
    assert shop.query("SELECT * FROM keyless") == [("a", "b"), ("a", "c")]


def test_a_view_keeps_its_text_where_another_table_takes_the_name(shop: Session) -> None:
    shop.execute([Statement(text="CREATE VIEW on_keyless AS SELECT a FROM keyless")])
    fresh = Table(namespace="", name="keyless", columns=(column("a", TEXT),))
    start = shop.inspect().catalog
    operations = [RenameTable(target=KEYLESS, to=("", "old")), CreateTable(target=KEYLESS, table=fresh)]
    run(shop, operations)
    view = next(view for view in shop.inspect().catalog.views if view.name == "on_keyless")
    assert view.definition == "SELECT a FROM keyless"
    assert shop.query("SELECT count(*) FROM on_keyless") == [(0,)]
    back, _ = invert(operations, start)
    run(shop, back)
    assert shop.query("SELECT count(*) FROM on_keyless") == [(2,)]


def test_what_reads_a_changed_view_does_not_hinder_a_new_name(shop: Session) -> None:
    view = next(view for view in shop.inspect().catalog.views if view.name == "v")
    changed = replace(view, definition="SELECT id, name FROM things", columns=view.columns[:2])
    run(shop, [RenameTable(target=T, to=("", "things")), ChangeObject(target=V, to=changed)])
    assert shop.query("SELECT count(*) FROM w") == [(2,)]


# ---------------------------------------------------------------- views and triggers


def test_views_are_changed_with_their_tables(shop: Session) -> None:
    start = shop.inspect().catalog
    view = next(view for view in start.views if view.name == "v")
    changed = replace(view, definition="SELECT id, name FROM t", columns=view.columns[:2], depends_on=(T,))
    operations = [
        ChangeObject(target=V, to=changed),
        DropConstraint(target=PARENT.child("foreign_key", ""), nameless=("up",)),
        DropColumn(target=PARENT.child("column", "code")),
        DropTrigger(target=T.child("trigger", "tr")),
        ChangePart(
            target=V.child("trigger", "tr_view"),
            to=replace(
                view.triggers[0],
                definition="CREATE TRIGGER tr_view INSTEAD OF INSERT ON v BEGIN INSERT INTO t (name) VALUES (new.name); END",
            ),
        ),
    ]
    run(shop, operations)
    assert compare(shop.inspect().catalog, ENGINE.canonical(apply_all(operations, start))) == ()
    shop.change("INSERT INTO v (name) VALUES ('by view')")
    assert shop.query("SELECT count(*) FROM w") == [(3,)]
    back, _ = invert(operations, start)
    run(shop, back)
    assert codec.digest(shop.inspect().catalog) == codec.digest(start)


def test_a_broken_view_hinders_nothing(shop: Session) -> None:
    shop.execute([Statement(text="CREATE VIEW broken AS SELECT * FROM nowhere")])
    steps = run(shop, [DropColumn(target=T.child("column", "spare")), AddColumn(target=T, column=column("late"))])
    assert any("dbwright_new" in step.sql for step in steps)
    assert t_of(shop.inspect().catalog).columns[-1].name == "late"


def test_sqlite_keeps_a_column_that_a_view_needs(shop: Session) -> None:
    shop.execute([Statement(text="CREATE VIEW needs AS SELECT spare FROM t")])
    before = codec.digest(shop.inspect().catalog)
    with pytest.raises(ExecutionFault, match="error in view needs"):
        run(shop, [DropColumn(target=T.child("column", "spare"))])
    assert codec.digest(shop.inspect().catalog) == before


# ---------------------------------------------------------------- steps


def test_steps_say_what_they_are_for(shop: Session) -> None:
    operations = REBUILDING["not null"]
    steps = ENGINE.steps(operations, shop.inspect().catalog)
    assert all(step.title for step in steps)
    assert "Forbid NULL in t.name" in next(step.why for step in steps if step.why)
    assert not any(step.undo for step in steps)  # the transaction is rolled back


def test_undo_brings_back_what_was_before_the_step(shop: Session) -> None:
    start = shop.inspect().catalog
    operations = [
        AddColumn(target=T, column=column("extra")),
        CreateIndex(target=T, index=Index(name="i2", parts=(KeyPart(column="p"),))),
        RenameTable(target=KEYLESS, to=("", "KeyLess")),
        RenameColumn(target=PAIRS.child("column", "x"), to="z"),
    ]
    steps = ENGINE.steps(operations, start)
    shop.execute(Statement(text=step.sql) for step in steps)
    for step in reversed(steps):
        assert step.undo or step.sql.startswith("ALTER TABLE keyless RENAME TO dbwright"), step.sql
        shop.execute(Statement(text=text) for text in step.undo)
    assert codec.digest(shop.inspect().catalog) == codec.digest(start)


def test_rows_that_do_not_fit_leave_everything_as_it_was(shop: Session) -> None:
    start, before = codec.digest(shop.inspect().catalog), rows(shop)
    with pytest.raises(ExecutionFault, match="NOT NULL"):
        run(
            shop,
            [AddColumn(target=T, column=column("n", nullable=False)), DropColumn(target=T.child("column", "spare"))],
        )
    assert codec.digest(shop.inspect().catalog) == start
    assert rows(shop) == before


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (CreatePolicy(target=T, policy=Policy(name="p")), "row-level-security"),
        (RenameTable(target=T, to=("other", "t")), "move the table t to a schema other"),
        (DropObject(target=Ref("sequence", ("", "s"))), "have the sequence s"),
    ],
)
def test_what_sqlite_does_not_know(shop: Session, operation: Operation, message: str) -> None:
    with pytest.raises(Unsupported, match=message):
        ENGINE.steps([operation], shop.inspect().catalog)


@pytest.mark.parametrize(
    "operation",
    [
        DropTable(target=NEW),
        DropColumn(target=NEW.child("column", "a")),
        RenameTable(target=NEW, to=("", "x")),
        DropObject(target=Ref("view", ("", "nothing"))),
        DropTrigger(target=T.child("trigger", "nothing")),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_is_not_there(shop: Session, operation: Operation) -> None:
    with pytest.raises(UsageError):
        ENGINE.steps([operation], shop.inspect().catalog)


def test_virtual_tables(shop: Session) -> None:
    shop.execute([Statement(text="CREATE VIRTUAL TABLE search USING fts5(body)")])
    shop.change("INSERT INTO search VALUES ('found')")
    search = Ref("table", ("", "search"))
    with pytest.raises(Unsupported, match="change the virtual table search"):
        ENGINE.steps([AddColumn(target=search, column=column("c"))], shop.inspect().catalog)
    run(shop, [RenameTable(target=search, to=("", "searched"))])
    assert shop.query("SELECT count(*) FROM searched WHERE searched MATCH 'found'") == [(1,)]
