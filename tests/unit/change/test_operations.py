"""Every operation, and then its inverse, gives the catalog as it was."""

import pytest

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    ForeignKey,
    Grant,
    Index,
    KeyPart,
    PrimaryKey,
    Table,
    Unique,
)
from dbwright.catalog.types import Type
from dbwright.change import operations
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
    indexes=(Index(name="i", parts=(KeyPart(column="a"),)),),
)
_KEYLESS = Table(namespace="", name="k", columns=(Column(name="x", type=_INTEGER, nullable=False),))
_CATALOG = Catalog(engine="sqlite", tables=(_TABLE, _KEYLESS), grants=(_GRANT,))
_T, _K = _TABLE.ref, _KEYLESS.ref
_FAMILIES = ("columns", "grants", "indexes", "keys")
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
]


def test_every_operation_is_tried_here() -> None:
    known = {name for name in operations.__all__ if name not in ("Operation", "Irreversible", "apply_all")}
    tried = {type(each).__name__ for each in _ALL}
    assert tried >= {name for name in known if getattr(operations, name).__module__.rpartition(".")[2] in _FAMILIES}


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
    ],
    ids=lambda each: each.describe(),
)
def test_what_does_not_fit(operation: Operation) -> None:
    with pytest.raises(UsageError):
        operation.apply(_CATALOG)
