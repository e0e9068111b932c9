"""Operations as statements that MySQL and MariaDB run, with the effect that the operation promises."""

import pytest

from dbwright.catalog.codec import digest
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Check, ForeignKey, Grant, Index, KeyPart, PrimaryKey, Unique
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
    GrantPrivileges,
    Operation,
    RebuildIndex,
    Revoke,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.engines.base import Scratch
from dbwright.engines.mysql.engine import ENGINE
from dbwright.errors import Unsupported
from tests.support.mysql import inspected, is_mariadb, run

ITEMS = Ref("table", ("", "items"))
KINDS = Ref("table", ("", "kinds"))
SCHEMA = [
    "CREATE TABLE kinds (id int NOT NULL, name varchar(20) DEFAULT 'x')",
    (
        "CREATE TABLE items (id int NOT NULL, kind_id int, label varchar(20) CHARACTER SET latin1 DEFAULT 'it''s'"
        " COMMENT 'what it''s called',"
        " price varchar(10) CHECK (price <> 'free'), touched timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,"
        " KEY by_label (label(5)))"
    ),
    "INSERT INTO kinds VALUES (1, 'a')",
    "INSERT INTO items (id, kind_id, price) VALUES (1, 1, '2.50')",
]
PRICE = ITEMS.child("column", "price")
UP = ForeignKey(columns=("kind_id",), table=("", "kinds"), referenced=("id",), name="up", on_delete="cascade")
BOTH = Index(
    name="both",
    parts=(KeyPart(column="label", prefix_length=3), KeyPart(column="id", descending=True)),
    comment="it's",
)
FORWARD: list[tuple[str, list[Operation]]] = [
    ("nullable", [SetNullable(target=ITEMS.child("column", "label"), nullable=False)]),
    ("nullable with a check", [SetNullable(target=PRICE, nullable=False)]),
    ("default", [SetDefault(target=ITEMS.child("column", "label"), default="'it''s \\\\ new'")]),
    ("no default", [SetDefault(target=ITEMS.child("column", "label"), default=None)]),
    ("default of now", [SetDefault(target=ITEMS.child("column", "touched"), default="CURRENT_TIMESTAMP")]),
    ("primary key", [AddPrimaryKey(target=ITEMS, key=PrimaryKey(columns=("id",)))]),
    ("primary key and back", [AddPrimaryKey(target=ITEMS, key=PrimaryKey(columns=("id",))), DropPrimaryKey(target=ITEMS)]),
    ("unique", [AddUnique(target=KINDS, unique=Unique(columns=("name", "id"), name="once"))]),
    ("check", [AddCheck(target=ITEMS, check=Check(expression="`id` > 0", name="positive"))]),
    (
        "foreign key",
        [
            AddPrimaryKey(target=KINDS, key=PrimaryKey(columns=("id",))),
            CreateIndex(target=ITEMS, index=Index(name="up", parts=(KeyPart(column="kind_id"),))),
            AddForeignKey(target=ITEMS, key=UP),
        ],
    ),
    ("index", [CreateIndex(target=ITEMS, index=BOTH)]),
    ("no index", [DropIndex(target=ITEMS.child("index", "by_label"))]),
    ("rebuilt", [RebuildIndex(target=ITEMS.child("index", "by_label"))]),
]  # fmt: skip


@pytest.fixture
def schema(mysql_scratch: Scratch) -> Scratch:
    run(mysql_scratch, SCHEMA)
    return mysql_scratch


def carried_out(scratch: Scratch, operations: list[Operation]) -> Catalog:
    """The catalog after the operations were rendered and run."""
    run(scratch, ENGINE.render(operations, inspected(scratch)))
    return inspected(scratch)


@pytest.mark.parametrize("operations", [pytest.param(operations, id=name) for name, operations in FORWARD])
def test_the_database_becomes_what_the_catalog_becomes(schema: Scratch, operations: list[Operation]) -> None:
    before = inspected(schema)
    after = carried_out(schema, operations)
    assert digest(after) == digest(apply_all(operations, before))
    backwards: list[Operation] = []
    catalog = before
    for operation in operations:
        undo = operation.inverse(catalog)
        assert isinstance(undo, Operation)
        backwards.insert(0, undo)
        catalog = operation.apply(catalog)
    undone = carried_out(schema, backwards)
    assert digest(undone) == digest(apply_all(backwards, after))
    with schema.open() as session:
        assert session.query("SELECT COUNT(*) FROM items") == [(1,)]


def test_types_change_with_the_foreign_keys_around_them(schema: Scratch) -> None:
    index = Index(name="up", parts=(KeyPart(column="kind_id"),))
    key = AddPrimaryKey(target=KINDS, key=PrimaryKey(columns=("id",)))
    carried_out(schema, [key, CreateIndex(target=ITEMS, index=index), AddForeignKey(target=ITEMS, key=UP)])
    before = inspected(schema)
    wide = Type("integer", "bigint(20)" if is_mariadb(schema) else "bigint", bits=64)
    parent = AlterColumnType(target=KINDS.child("column", "id"), type=wide)
    child = AlterColumnType(target=ITEMS.child("column", "kind_id"), type=wide)
    with pytest.raises(Unsupported, match="different types while the foreign key up joins them"):
        ENGINE.render([parent], before)
    after = carried_out(schema, [parent, child])
    assert digest(after) == digest(apply_all([parent, child], before))


def test_text_becomes_a_number(schema: Scratch) -> None:
    carried_out(schema, [DropConstraint(target=ITEMS.child("check", inspected(schema).tables[0].checks[0].name or ""))])
    run(schema, ["UPDATE items SET price = '$2.50'"])
    decimal = Type("decimal", "decimal(10,2)", precision=10, scale=2)
    after = carried_out(schema, [AlterColumnType(target=PRICE, type=decimal, using="REPLACE(`price`, '$', '')")])
    column = after.tables[0].column("price")
    assert column is not None
    assert column.type == decimal
    with schema.open() as session:
        assert [str(row[0]) for row in session.query("SELECT price FROM items")] == ["2.50"]


def test_a_type_of_another_engine_is_spelled_here(schema: Scratch) -> None:
    foreign = Type("timestamp", "timestamp with time zone", precision=3, with_zone=True)
    statements = ENGINE.render([AlterColumnType(target=PRICE, type=foreign)], inspected(schema))
    assert any("timestamp(3)" in statement for statement in statements)


def test_checks_are_dropped_however_they_were_written(schema: Scratch) -> None:
    run(schema, ["ALTER TABLE items ADD CONSTRAINT plain CHECK (id > 0)"])
    checks = inspected(schema).tables[0].checks
    assert len(checks) == 2
    operations: list[Operation] = [DropConstraint(target=ITEMS.child("check", check.name or "")) for check in checks]
    assert carried_out(schema, operations).tables[0].checks == ()


def test_grants_are_given_and_taken_back(schema: Scratch) -> None:
    name = f"dbwright_{schema.url.database[-8:]}"
    run(schema, [f"CREATE USER '{name}'@'localhost'"])
    try:
        grant = Grant(grantee=f"{name}@localhost", privileges=("INSERT", "SELECT"), on=ITEMS, grantable=True)
        given = carried_out(schema, [GrantPrivileges(target=ITEMS, grant=grant)])
        assert given.grants == (grant,)
        assert carried_out(schema, [Revoke(target=ITEMS, grant=grant)]).grants == ()
    finally:
        run(schema, [f"DROP USER '{name}'@'localhost'"])


@pytest.mark.parametrize(
    "index",
    [
        Index(name="part", parts=(KeyPart(column="id"),), predicate="id > 3"),
        Index(name="more", parts=(KeyPart(column="id"),), include=("kind_id",)),
        Index(name="gin", parts=(KeyPart(column="id"),), method="gin"),
    ],
)
def test_what_mysql_cannot_do_is_said(schema: Scratch, index: Index) -> None:
    with pytest.raises(Unsupported):
        ENGINE.render([CreateIndex(target=ITEMS, index=index)], inspected(schema))
