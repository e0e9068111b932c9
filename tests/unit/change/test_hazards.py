"""What operations may break, whatever engine carries them out."""

import pytest

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Enum,
    ForeignKey,
    Grant,
    Index,
    KeyPart,
    Table,
    View,
)
from dbwright.catalog.types import Type
from dbwright.change.hazards import hazards_of
from dbwright.change.operations import (
    AddColumn,
    AddForeignKey,
    AlterColumnType,
    ChangeObject,
    ChangeTable,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropObject,
    DropTable,
    GrantPrivileges,
    Operation,
    RenameColumn,
    Revoke,
    SetNullable,
)

INTEGER, BIGINT = Type("integer", "integer", bits=32), Type("integer", "bigint", bits=64)
TEXT = Type("text", "text")
T = Ref("table", ("public", "t"))
A = T.child("column", "a")
TABLE = Table(
    namespace="public",
    name="t",
    columns=(Column(name="a", type=INTEGER), Column(name="b", type=TEXT)),
    checks=(Check(name=None, expression="a > 0"),),
)
MOOD = Enum(namespace="public", name="mood", labels=("sad", "ok"))
BEFORE = Catalog(
    engine="postgres",
    tables=(TABLE,),
    enums=(MOOD,),
    views=(View(namespace="public", name="v", definition="SELECT 1"),),
)
GRANT = Grant(grantee="bob", privileges=("SELECT",), on=T)


def kinds(operation: Operation, *, rows: int | None = None) -> list[str]:
    return [hazard.kind for hazard in hazards_of(operation, BEFORE, rows=rows)]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (DropTable(target=T), ["data-loss", "breaking"]),
        (DropColumn(target=A), ["data-loss", "breaking"]),
        (RenameColumn(target=A, to="c"), ["breaking"]),
        (AddColumn(target=T, column=Column(name="c", type=TEXT)), []),
        (AddColumn(target=T, column=Column(name="c", type=TEXT, nullable=False, default="''")), []),
        (AddColumn(target=T, column=Column(name="c", type=TEXT, nullable=False)), ["data-dependent", "breaking"]),
        (AlterColumnType(target=A, type=BIGINT), []),
        (AlterColumnType(target=A, type=TEXT), ["breaking"]),
        (AlterColumnType(target=A, type=Type("integer", "smallint", bits=16)), ["data-dependent", "breaking"]),
        (SetNullable(target=A, nullable=True), []),
        (SetNullable(target=A, nullable=False), ["data-dependent", "breaking"]),
        (CreateIndex(target=T, index=Index(name="i", parts=(KeyPart(column="a"),))), []),
        (CreateIndex(target=T, index=Index(name="i", parts=(KeyPart(column="a"),), unique=True)), ["data-dependent"]),
        (
            AddForeignKey(target=T, key=ForeignKey(columns=("a",), table=("public", "p"), referenced=("id",))),
            ["data-dependent"],
        ),
        (GrantPrivileges(target=T, grant=GRANT), ["privilege"]),
        (Revoke(target=T, grant=GRANT), ["privilege"]),
        (DropObject(target=Ref("view", ("public", "v"))), ["breaking"]),
        (DropObject(target=Ref("sequence", ("public", "s"))), ["data-loss"]),
        (
            ChangeObject(
                target=Ref("enum", ("public", "mood")),
                to=Enum(namespace="public", name="mood", labels=("sad", "ok", "new")),
            ),
            [],
        ),
        (
            ChangeObject(
                target=Ref("enum", ("public", "mood")), to=Enum(namespace="public", name="mood", labels=("ok",))
            ),
            ["data-dependent"],
        ),
    ],
)
def test_kinds(operation: Operation, expected: list[str]) -> None:
    assert kinds(operation) == expected


def test_an_empty_table_loses_nothing() -> None:
    assert kinds(DropTable(target=T), rows=0) == ["breaking"]
    assert kinds(SetNullable(target=A, nullable=False), rows=0) == ["breaking"]
    assert kinds(DropTable(target=T), rows=1) == ["data-loss", "breaking"]


def test_row_security_and_owners_are_privileges() -> None:
    secured = Table(namespace="public", name="t", row_security=True)
    owned = Table(namespace="public", name="t", owner="bob")
    assert kinds(ChangeTable(target=T, to=secured)) == ["privilege"]
    assert kinds(ChangeTable(target=T, to=owned)) == ["privilege"]
    assert kinds(ChangeTable(target=T, to=Table(namespace="public", name="t", comment="said"))) == []


def test_a_constraint_without_a_name_is_spoken_of_by_its_table() -> None:
    (hazard,) = hazards_of(DropConstraint(target=T.child("check", "")), BEFORE)
    assert hazard.message == "Rows that an unnamed check of public.t kept out can be written from then on."
