"""The laws of comparing: the operations lead from one catalog to the other, and their inverses lead back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.catalog.codec import digest
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    ForeignKey,
    Generated,
    Identity,
    Index,
    KeyPart,
    Policy,
    PrimaryKey,
    Role,
    Table,
    Trigger,
    Unique,
)
from dbwright.catalog.types import Type
from dbwright.change.compare import changes, compare
from dbwright.change.inverse import invert
from dbwright.change.operations import Operation, apply_all
from tests.support.mutations import pairs
from tests.support.schemas import DIALECTS
from tests.support.soundness import faults
from tests.unit.change.test_compare import CHANGES, SINK

_ENGINES = sorted(DIALECTS)
_SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_INTEGER = Type("integer", "integer", bits=32)
_TEXT = Type("text", "text")
_TRIGGER = Trigger(name="t", timing="before", events=("insert",), definition="CREATE TRIGGER …")


def _left(old: Catalog, new: Catalog) -> tuple[object, ...]:
    """What still differs; PostgreSQL moves no columns."""
    return compare(old, new, column_order=new.engine != "postgres")


@pytest.mark.parametrize("engine", _ENGINES)
@_SETTINGS
@given(data=st.data())
def test_there_and_back(engine: str, data: st.DataObject) -> None:
    old, new = data.draw(pairs(DIALECTS[engine]))
    done = changes(old, new)
    after = apply_all(done.operations, old)
    assert _left(after, new) == ()
    if not done.notes and engine != "sqlite":  # which keeps the case of a type's name, and gives it no meaning
        assert digest(after) == digest(new)
    back, reasons = invert(done.operations, old)
    assert reasons == ()
    assert digest(apply_all(back, after)) == digest(old)
    assert changes(old, old).operations == ()
    assert changes(after, new).operations == ()


@pytest.mark.parametrize("engine", _ENGINES)
@_SETTINGS
@given(data=st.data())
def test_every_state_between_could_exist(engine: str, data: st.DataObject) -> None:
    old, new = data.draw(pairs(DIALECTS[engine]))
    assume(not faults(old) and not faults(new))
    now = old
    for operation in changes(old, new).operations:
        now = operation.apply(now)
        assert faults(now) == [], operation.describe()


# ---------------------------------------------------------------- every field of every kind of object


def _has_no_operation(old: Catalog, new: Catalog) -> bool:
    """Roles that only one side tells, names that the server gives by itself, and invalid indexes."""
    named = old.engine != "sqlite" and _nameless(old) != _nameless(new)
    return bool(old.roles) != bool(new.roles) or named or _invalid(old) != _invalid(new)


def _nameless(catalog: Catalog) -> int:
    tables = catalog.tables
    return sum(each.name is None for table in tables for each in table.uniques) + sum(
        each.name is None for table in tables for each in table.checks
    )


def _invalid(catalog: Catalog) -> int:
    return sum(
        not index.valid for holder in (catalog.tables[:1], catalog.views) for each in holder for index in each.indexes
    )


@pytest.mark.parametrize("engine", ["postgres", "mysql", "mariadb", "sqlite"])
def test_every_single_change_is_made_and_undone(engine: str) -> None:
    wrong = []
    for changed in CHANGES:
        for old, new in ((SINK, changed), (changed, SINK)):
            old, new = replace(old, engine=engine), replace(new, engine=engine)
            if _has_no_operation(old, new):
                continue
            operations = changes(old, new).operations
            after = apply_all(operations, old)
            back, _ = invert(operations, old)
            if _left(after, new) or digest(apply_all(back, after)) != digest(old):
                wrong.append(compare(old, new))
    assert wrong == []


def test_equal_catalogs_need_nothing() -> None:
    assert changes(SINK, SINK).operations == ()
    assert changes(SINK, SINK).notes == ()


def test_roles_count_where_both_sides_tell_some() -> None:
    some, none, others = Catalog(engine="postgres", roles=(Role(name="a"),)), Catalog(engine="postgres"), Role(name="b")
    assert changes(some, none).operations == changes(none, some).operations == ()
    assert len(changes(some, replace(some, roles=(others,))).operations) == 2


def test_an_invalid_index_is_rebuilt_and_never_wanted() -> None:
    def catalog(*, valid: bool) -> Catalog:
        return _catalog(_table(indexes=(Index(name="ix", parts=(KeyPart(column="a"),), valid=valid),)))

    good, bad = catalog(valid=True), catalog(valid=False)
    assert _kinds(bad, good) == ["RebuildIndex"]
    assert _kinds(bad, bad) == []
    found = changes(good, bad)
    assert found.operations == ()
    assert found.notes == ("The index ix of public.t is invalid in the goal; a valid one is wanted here.",)


# ---------------------------------------------------------------- which operation it is


def _table(*columns: Column, **parts: Any) -> Table:
    first = (Column(name="a", type=_INTEGER, nullable=False), Column(name="b", type=_TEXT))
    return Table(namespace="public", name="t", columns=columns or first, **parts)


def _catalog(*tables: Table, engine: str = "postgres") -> Catalog:
    return Catalog(engine=engine, tables=tables)


def _operations(old: Catalog, new: Catalog) -> tuple[Operation, ...]:
    operations = changes(old, new).operations
    assert _left(apply_all(operations, old), new) == ()
    return operations


def _kinds(old: Catalog, new: Catalog) -> list[str]:
    return [type(each).__name__ for each in changes(old, new).operations]


def _column_kinds(old: Column, new: Column, engine: str = "postgres") -> list[str]:
    before, after = _catalog(_table(old), engine=engine), _catalog(_table(new), engine=engine)
    return [type(each).__name__ for each in _operations(before, after)]


def test_columns_change_by_the_plainest_operation() -> None:
    column = Column(name="a", type=_INTEGER, default="1")
    assert _column_kinds(column, replace(column, nullable=False)) == ["SetNullable"]
    assert _column_kinds(column, replace(column, default="2")) == ["SetDefault"]
    assert _column_kinds(column, replace(column, default=None)) == ["SetDefault"]
    assert _column_kinds(column, replace(column, type=_TEXT)) == ["AlterColumnType"]
    assert _column_kinds(column, replace(column, type=_TEXT, default="'1'")) == ["AlterColumnType"]
    assert _column_kinds(column, replace(column, comment="said")) == ["ChangeColumn"]
    assert _column_kinds(column, replace(column, comment="said", nullable=False)) == ["SetNullable", "ChangeColumn"]


def test_a_default_goes_before_the_type_that_it_does_not_fit() -> None:
    column = Column(name="a", type=_TEXT, default="'x'")
    assert _column_kinds(column, replace(column, type=_INTEGER, default=None)) == ["SetDefault", "AlterColumnType"]
    bare = replace(column, default=None)
    assert _column_kinds(bare, replace(bare, type=_INTEGER, default="1")) == ["AlterColumnType", "SetDefault"]


def test_what_a_column_computes_goes_first_and_comes_last() -> None:
    plain = Column(name="a", type=_INTEGER, default="1")
    numbering = Column(name="a", type=_INTEGER, nullable=False, identity=Identity(generation="always"))
    assert _column_kinds(plain, numbering) == ["SetDefault", "SetNullable", "ChangeColumn"]
    assert _column_kinds(numbering, plain) == ["ChangeColumn", "SetNullable", "SetDefault"]
    computed = Column(name="a", type=_INTEGER, generated=Generated(expression="1"))
    assert _column_kinds(plain, computed) == ["SetDefault", "ChangeColumn"]
    assert _column_kinds(computed, plain) == ["ChangeColumn", "SetDefault"]
    collated = Column(name="a", type=_TEXT, collation="C")
    assert _column_kinds(collated, replace(collated, type=_INTEGER, collation=None)) == [
        "ChangeColumn",
        "AlterColumnType",
    ]
    assert _column_kinds(replace(collated, type=_INTEGER, collation=None), collated) == [
        "AlterColumnType",
        "ChangeColumn",
    ]


def test_columns_come_where_the_engine_can_put_them() -> None:
    a, b, c = (Column(name=name, type=_INTEGER) for name in "abc")
    old, first, middle, last = (_table(*each) for each in ((a, b), (c, a, b), (a, c, b), (a, b, c)))

    def places(new: Table, engine: str) -> list[object]:
        operations = _operations(_catalog(old, engine=engine), _catalog(new, engine=engine))
        return [getattr(each, "after", type(each).__name__) for each in operations]

    assert [places(each, "mysql") for each in (first, middle, last)] == [[""], ["a"], [None]]
    assert [places(each, "sqlite") for each in (first, middle, last)] == [[None, "OrderColumns"]] * 2 + [[None]]
    assert [places(each, "postgres") for each in (first, middle, last)] == [[None]] * 3
    (note,) = changes(_catalog(old), _catalog(middle)).notes
    assert note.startswith(
        "PostgreSQL cannot move columns: those of public.t stay in another order than wanted, from c on."
    )
    assert changes(_catalog(old), _catalog(last)).notes == ()
    turned = _catalog(_table(b, a), engine="mysql")
    assert _kinds(_catalog(old, engine="mysql"), turned) == ["OrderColumns"]


def test_capitals_of_a_column_are_no_new_column_where_they_do_not_count() -> None:
    old, new = (_table(Column(name=name, type=_INTEGER)) for name in ("Total", "total"))
    assert _kinds(_catalog(old, engine="mysql"), _catalog(new, engine="mysql")) == ["RenameColumn"]
    assert _kinds(_catalog(old, engine="sqlite"), _catalog(new, engine="sqlite")) == ["RenameColumn"]
    assert _kinds(_catalog(old), _catalog(new)) == ["AddColumn", "DropColumn"]


@pytest.mark.parametrize(
    ("field", "old", "new", "expected"),
    [
        ("checks", Check(name="k", expression="a > 0", validated=False), {"validated": True}, "ChangePart"),
        ("checks", Check(name="k", expression="a > 0"), {"expression": "a > 1"}, "DropConstraint AddCheck"),
        ("checks", Check(name="k", expression="a > 0"), {"name": "l"}, "RenamePart"),
        ("uniques", Unique(name="u", columns=("a",)), {"comment": "said"}, "ChangePart"),
        ("uniques", Unique(name="u", columns=("a",)), {"columns": ("b",)}, "DropConstraint AddUnique"),
        ("uniques", Unique(name="u", columns=("a",)), {"name": "w"}, "RenamePart"),
        ("indexes", Index(name="i", parts=(KeyPart(column="a"),)), {"options": {"fillfactor": "70"}}, "ChangePart"),
        ("indexes", Index(name="i", parts=(KeyPart(column="a"),)), {"unique": True}, "DropIndex CreateIndex"),
        ("indexes", Index(name="i", parts=(KeyPart(column="a"),)), {"name": "j"}, "RenamePart"),
        ("policies", Policy(name="p", using="a > 0"), {"name": "q"}, "RenamePart"),
        ("policies", Policy(name="p", using="a > 0"), {"command": "select"}, "DropPolicy CreatePolicy"),
        ("triggers", _TRIGGER, {"enabled": "always"}, "ChangePart"),
        ("triggers", _TRIGGER, {"definition": "x"}, "DropTrigger CreateTrigger"),
    ],
)  # fmt: skip
def test_parts_change_in_place_where_they_can(field: str, old: Any, new: dict[str, Any], expected: str) -> None:
    before, after = (_catalog(_table(**{field: (part,)})) for part in (old, replace(old, **new)))
    assert _kinds(before, after) == expected.split()


def test_names_that_mysql_and_sqlite_cannot_change() -> None:
    one, other = (_table(checks=(Check(name=name, expression="a > 0"),)) for name in ("k", "l"))
    for engine in ("mysql", "mariadb", "sqlite"):
        assert _kinds(_catalog(one, engine=engine), _catalog(other, engine=engine)) == ["DropConstraint", "AddCheck"]


def test_a_constraint_without_a_name_is_told_by_what_it_holds() -> None:
    named, nameless = _table(uniques=(Unique(name="u", columns=("a",)),)), _table(uniques=(Unique(columns=("a",)),))
    assert _kinds(_catalog(named), _catalog(nameless)) == []  # the server would have named it
    assert _kinds(_catalog(named, engine="sqlite"), _catalog(nameless, engine="sqlite")) == [
        "DropConstraint",
        "AddUnique",
    ]
    key, nameless_key = (_table(primary_key=PrimaryKey(columns=("a",), name=name)) for name in ("t_pkey", None))
    assert _kinds(_catalog(key), _catalog(nameless_key)) == []


def test_equal_nameless_constraints_are_counted() -> None:
    once, twice = (_table(checks=(Check(expression="a > 0"),) * count) for count in (1, 2))
    old, new = _catalog(once, engine="sqlite"), _catalog(twice, engine="sqlite")
    assert len(_operations(old, new)) == 3
    assert len(_operations(new, old)) == 3


def test_sqlite_allows_null_in_a_primary_key() -> None:
    column = Column(name="a", type=_TEXT)
    free, keyed = _table(column), _table(column, primary_key=PrimaryKey(columns=("a",)))
    for old, new in ((free, keyed), (keyed, free)):
        before, after = _catalog(old, engine="sqlite"), _catalog(new, engine="sqlite")
        operations = _operations(before, after)
        back, _ = invert(operations, before)
        assert digest(apply_all(back, after)) == digest(before)


def test_a_foreign_key_goes_while_both_its_ends_change_their_type() -> None:
    def catalog(type_: Type) -> Catalog:
        child = _table(
            Column(name="a", type=type_), foreign_keys=(ForeignKey(name="f", columns=("a",), table=("public", "p"), referenced=("a",)),)
        )  # fmt: skip
        parent = Table(namespace="public", name="p", columns=(Column(name="a", type=type_, nullable=False),),
                       primary_key=PrimaryKey(columns=("a",), name="p_pkey"))  # fmt: skip
        return _catalog(parent, child)

    around = ["DropConstraint", "AlterColumnType", "AlterColumnType", "AddForeignKey"]
    assert _kinds(catalog(_INTEGER), catalog(_TEXT)) == around
    big = Type("integer", "bigint", bits=64)
    assert _kinds(catalog(_INTEGER), catalog(big)) == ["AlterColumnType", "AlterColumnType"]


def test_policies_and_triggers_go_while_their_column_changes_its_type() -> None:
    policies = (Policy(name="p", using="a > 0"), Policy(name="q", using="b IS NULL"))
    triggers = (Trigger(name="g", timing="before", events=("update",), definition="… WHEN (new.a > 0) …"),)
    old = _catalog(_table(policies=policies, triggers=triggers))
    new = _catalog(
        _table(
            Column(name="a", type=_TEXT, nullable=False), old.tables[0].columns[1], policies=policies, triggers=triggers
        )
    )
    assert _kinds(old, new) == ["DropPolicy", "DropTrigger", "AlterColumnType", "CreatePolicy", "CreateTrigger"]


def test_spelling_is_no_change() -> None:
    def catalog(spelling: str) -> Catalog:
        return _catalog(_table(Column(name="a", type=Type("integer", spelling, bits=64))), engine="sqlite")

    assert changes(catalog("INTEGER"), catalog("integer")).operations == ()


def test_a_rebuilt_index_needs_no_undoing() -> None:
    broken = _table(indexes=(Index(name="ix", parts=(KeyPart(column="a"),), valid=False),))
    whole = _table(indexes=(Index(name="ix", parts=(KeyPart(column="a"),)),))
    operations = changes(_catalog(broken), _catalog(whole)).operations
    assert invert(operations, _catalog(broken)) == ((), ())


def test_a_table_that_becomes_a_view_is_told_by_its_name() -> None:
    ref = Ref("table", ("public", "t"))
    assert [each.target for each in changes(_catalog(_table()), _catalog()).operations] == [ref]
