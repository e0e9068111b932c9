"""Every operation, and then its inverse, gives the catalog as it was."""

import msgspec
import pytest

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Enum,
    Exclusion,
    ForeignKey,
    Grant,
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
from dbwright.change import operations
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddExclusion,
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
    DropPolicy,
    DropPrimaryKey,
    DropTable,
    DropTrigger,
    GrantPrivileges,
    Operation,
    OrderColumns,
    RebuildIndex,
    RenameColumn,
    RenamePart,
    RenameTable,
    Revoke,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.errors import UsageError

_INTEGER = Type(kind="integer", spelling="INTEGER", bits=64)
_BIG = Type(kind="integer", spelling="BIGINT", bits=64)
_GRANT = Grant(grantee="PUBLIC", privileges=("SELECT",), on=Ref("table", ("", "t")))
_TABLE = Table(
    namespace="",
    name="t",
    columns=(
        Column(name="id", type=_INTEGER, nullable=False),
        Column(name="a", type=_INTEGER, default="7"),
        Column(name="b", type=_INTEGER),
    ),
    primary_key=PrimaryKey(columns=("id",), name="pk"),
    uniques=(Unique(columns=("a",), name="u"), Unique(columns=("a", "b"))),
    foreign_keys=(
        ForeignKey(columns=("b",), table=("", "t"), referenced=("id",), name="f"),
        ForeignKey(columns=("a",), table=("", "gone"), referenced=()),
    ),
    checks=(Check(expression="a > 0", name="c"), Check(expression="b > 0")),
    exclusions=(Exclusion(name="x", definition="EXCLUDE USING gist (a WITH =)", columns=("a",)),),
    indexes=(Index(name="i", parts=(KeyPart(column="a"),)),),
    triggers=(Trigger(name="fire", timing="before", events=("insert",), definition="CREATE TRIGGER fire …"),),
    policies=(Policy(name="own", using="a > 0"),),
)
_KEYLESS = Table(namespace="", name="k", columns=(Column(name="x", type=_INTEGER, nullable=False),))
_VIEW = View(namespace="", name="v", definition="SELECT a FROM t", depends_on=(Ref("table", ("", "t")),))
_MOOD = Enum(namespace="", name="mood", labels=("good", "bad"))
_CATALOG = Catalog(engine="sqlite", tables=(_TABLE, _KEYLESS), views=(_VIEW,), enums=(_MOOD,), grants=(_GRANT,))
_T, _K = _TABLE.ref, _KEYLESS.ref
_ALL: list[Operation] = [
    SetNullable(target=_T.child("column", "a"), nullable=False),
    SetNullable(target=_T.child("column", "id"), nullable=True),
    AlterColumnType(target=_T.child("column", "a"), type=_BIG, default="8"),
    AlterColumnType(target=_T.child("column", "b"), type=_BIG, using="b + 1"),
    SetDefault(target=_T.child("column", "a"), default=None),
    SetDefault(target=_T.child("column", "b"), default="1"),
    AddPrimaryKey(target=_K, key=PrimaryKey(columns=("x",))),
    DropPrimaryKey(target=_T),
    AddUnique(target=_K, unique=Unique(columns=("x",), name="u2")),
    AddForeignKey(target=_K, key=ForeignKey(columns=("x",), table=("", "t"), referenced=("id",), name="f2")),
    AddCheck(target=_K, check=Check(expression="x > 0", name="c2")),
    DropConstraint(target=_T.child("unique", "u")),
    DropConstraint(target=_T.child("foreign_key", "f")),
    DropConstraint(target=_T.child("check", "c")),
    DropConstraint(target=_T.child("unique", ""), nameless=("a", "b")),
    DropConstraint(target=_T.child("foreign_key", ""), nameless=("a",)),
    DropConstraint(target=_T.child("check", ""), nameless=("b > 0",)),
    CreateIndex(target=_K, index=Index(name="j", parts=(KeyPart(expression="x + 1"),))),
    DropIndex(target=_T.child("index", "i")),
    RebuildIndex(target=_T.child("index", "i")),
    Revoke(target=_T, grant=_GRANT),
    GrantPrivileges(target=_K, grant=Grant(grantee="app", privileges=("INSERT",), on=_K)),
    CreateTable(target=Ref("table", ("", "n")), table=Table(namespace="", name="n")),
    DropTable(target=_T),
    RenameTable(target=_T, to=("", "renamed")),
    ChangeTable(target=_T, to=msgspec.structs.replace(_TABLE, comment="said", columns=())),
    OrderColumns(target=_T, columns=("b", "id", "a")),
    AddColumn(target=_T, column=Column(name="c", type=_INTEGER)),
    AddColumn(target=_T, column=Column(name="c", type=_INTEGER), after=""),
    AddColumn(target=_T, column=Column(name="c", type=_INTEGER), after="id"),
    DropColumn(target=_T.child("column", "id")),
    DropColumn(target=_T.child("column", "a")),
    DropColumn(target=_T.child("column", "b")),
    RenameColumn(target=_T.child("column", "a"), to="new name"),
    ChangeColumn(target=_T.child("column", "a"), to=Column(name="a", type=_INTEGER, comment="said")),
    AddExclusion(target=_K, exclusion=Exclusion(name="x2", definition="EXCLUDE …")),
    AddCheck(target=_K, check=Check(expression="x > 0")),
    AddUnique(target=_K, unique=Unique(columns=("x",))),
    DropConstraint(target=_T.child("exclusion", "x")),
    CreateTrigger(target=_K, trigger=Trigger(name="f2", timing="after", events=("delete",), definition="…")),
    DropTrigger(target=_T.child("trigger", "fire")),
    CreatePolicy(target=_K, policy=Policy(name="p2")),
    DropPolicy(target=_T.child("policy", "own")),
    ChangePart(target=_T.child("check", "c"), to=Check(expression="a > 0", name="c", validated=False)),
    ChangePart(target=Ref("primary_key", _T.path), to=PrimaryKey(columns=("id",), name="pk", comment="said")),
    RenamePart(target=_T.child("index", "i"), to="i2"),
    RenamePart(target=Ref("primary_key", _T.path), to="pk2"),
    CreateIndex(target=_VIEW.ref, index=Index(name="vi", parts=(KeyPart(column="a"),))),
    CreateObject(target=Ref("enum", ("", "size")), object=Enum(namespace="", name="size", labels=())),
    DropObject(target=Ref("enum", ("", "mood"))),
    ChangeObject(target=Ref("enum", ("", "mood")), to=Enum(namespace="", name="mood", labels=("good",))),
    ChangeObject(target=_VIEW.ref, to=msgspec.structs.replace(_VIEW, definition="SELECT b FROM t")),
]


def test_every_operation_is_tried_here() -> None:
    known = {name for name in operations.__all__ if name not in ("Operation", "Irreversible", "Workbench", "apply_all")}
    assert {type(each).__name__ for each in _ALL} == known


@pytest.mark.parametrize("operation", _ALL, ids=lambda each: each.describe())
def test_there_and_back(operation: Operation) -> None:
    inverse = operation.inverse(_CATALOG)
    assert isinstance(inverse, Operation)
    after = operation.apply(_CATALOG)
    if not isinstance(operation, RebuildIndex):
        assert codec.digest(after) != codec.digest(_CATALOG)
    assert codec.digest(inverse.apply(after)) == codec.digest(_CATALOG)


@pytest.mark.parametrize("operation", _ALL, ids=lambda each: each.describe())
def test_descriptions_are_short_sentences(operation: Operation) -> None:
    said = operation.describe()
    assert said[0].isupper()
    assert not said.endswith(".")
    assert "\n" not in said


def test_only_the_first_of_equal_nameless_constraints_goes() -> None:
    twice = msgspec.structs.replace(_KEYLESS, checks=(Check(expression="x > 0"), Check(expression="x > 0")))
    named = msgspec.structs.replace(_TABLE, checks=(Check(expression="a > 0", name="c"), Check(expression="a > 0")))
    drop = DropConstraint(target=_K.child("check", ""), nameless=("x > 0",))
    (after,) = drop.apply(Catalog(engine="sqlite", tables=(twice,))).tables
    assert after.checks == (Check(expression="x > 0"),)
    drop = DropConstraint(target=_T.child("check", ""), nameless=("a > 0",))
    (after,) = drop.apply(Catalog(engine="sqlite", tables=(named,))).tables
    assert after.checks == (Check(expression="a > 0", name="c"),)


def test_all_in_their_order() -> None:
    after = apply_all(_ALL[:2], _CATALOG)
    assert [column.nullable for column in after.tables[0].columns] == [True, False, True]
    assert apply_all([], _CATALOG) is _CATALOG


@pytest.mark.parametrize(
    "operation",
    [
        SetNullable(target=_T.child("column", "nope"), nullable=False),
        SetNullable(target=Ref("column", ("", "nope", "a")), nullable=False),
        AddPrimaryKey(target=_T, key=PrimaryKey(columns=("a",))),
        DropIndex(target=_T.child("index", "nope")),
        AddUnique(target=Ref("table", ("", "nope")), unique=Unique(columns=("a",), name="u3")),
        CreateTable(target=_T, table=_TABLE),
        RenameTable(target=_T, to=("", "k")),
        OrderColumns(target=_T, columns=("id",)),
        AddColumn(target=_T, column=Column(name="a", type=_INTEGER)),
        AddColumn(target=_T, column=Column(name="c", type=_INTEGER), after="nope"),
        DropColumn(target=_T.child("column", "nope")),
        RenameColumn(target=_T.child("column", "a"), to="b"),
        CreateTrigger(target=_T, trigger=_TABLE.triggers[0]),
        DropPolicy(target=_T.child("policy", "nope")),
        ChangePart(target=_T.child("check", "nope"), to=_TABLE.checks[0]),
        CreateObject(target=Ref("enum", ("", "mood")), object=_MOOD),
        DropObject(target=Ref("view", ("", "nope"))),
    ],
    ids=lambda each: each.describe(),
)
def test_what_does_not_fit(operation: Operation) -> None:
    with pytest.raises(UsageError):
        operation.apply(_CATALOG)
