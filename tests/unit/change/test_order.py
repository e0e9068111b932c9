"""The order of operations: nothing is used before it is there or after it is gone, and circles are cut or told."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import (
    Catalog,
    Check,
    Column,
    Domain,
    Enum,
    EventTrigger,
    Extension,
    ForeignKey,
    Grant,
    Identity,
    Index,
    KeyPart,
    Namespace,
    Partitioning,
    PartitionOf,
    Policy,
    PrimaryKey,
    Range,
    Role,
    Routine,
    Table,
    Trigger,
    Unique,
    View,
)
from dbwright.catalog.objects import (
    Sequence as SequenceObject,
)
from dbwright.catalog.types import Type
from dbwright.change.compare import changes, compare
from dbwright.change.graph import Graph
from dbwright.change.inverse import invert
from dbwright.change.operations import apply_all
from dbwright.errors import UsageError

_INTEGER = Type("integer", "integer", bits=32)
_TEXT = Type("text", "text")


def _table(name: str, *, to: Sequence[str] = (), columns: Sequence[Column] = (), **parts: Any) -> Table:
    """A table with a key, and a foreign key over a column of its own to each of some tables."""
    keys = tuple(
        ForeignKey(name=f"{name}_{each}", columns=(f"{each}_id",), table=("public", each), referenced=("id",))
        for each in to
    )
    own = (Column(name="id", type=_INTEGER, nullable=False), *(Column(name=f"{each}_id", type=_INTEGER) for each in to))
    parts.setdefault("primary_key", PrimaryKey(columns=("id",), name=f"{name}_pkey"))
    return Table(namespace="public", name=name, columns=(*own, *columns), foreign_keys=keys, **parts)


def _view(name: str, *on: Ref, definition: str = "SELECT 1", **more: Any) -> View:
    return View(namespace="public", name=name, definition=definition, depends_on=on, **more)


def _catalog(*tables: Table, engine: str = "postgres", **more: Any) -> Catalog:
    return Catalog(engine=engine, tables=tables, **more)


def _said(old: Catalog, new: Catalog) -> list[str]:
    """The operations in words; checked to lead there and back."""
    operations = changes(old, new).operations
    assert compare(apply_all(operations, old), new, column_order=False) == ()
    back, _ = invert(operations, old)
    assert compare(apply_all(back, new), old, column_order=False) == ()
    return [operation.describe() for operation in operations]


def _before(said: list[str], *parts: str) -> None:
    """Each of these words stands in a later operation than the one before."""
    places = [next((place for place, each in enumerate(said) if part in each), -1) for part in parts]
    assert -1 not in places, (parts, said)
    assert places == sorted(set(places)), (parts, said)


def test_tables_come_after_those_they_refer_to_and_go_before_them() -> None:
    full = _catalog(_table("a", to=["b"]), _table("b", to=["c"]), _table("c"))
    _before(_said(_catalog(), full), "table public.c", "table public.b", "table public.a")
    _before(_said(full, _catalog()), "table public.a", "table public.b", "table public.c")


@pytest.mark.parametrize("engine", ["postgres", "mysql", "mariadb"])
def test_tables_that_refer_to_each_other(engine: str) -> None:
    full = _catalog(
        _table("a", to=["b", "d"]), _table("b", to=["c"]), _table("c", to=["a"]), _table("d"), engine=engine
    )
    come = _said(_catalog(engine=engine), full)
    assert sum("Create the table" in each for each in come) == 4
    assert [each for each in come if "foreign key" in each] == [
        "Add a foreign key from public.a (b_id) to public.b",
        "Add a foreign key from public.b (c_id) to public.c",
        "Add a foreign key from public.c (a_id) to public.a",
    ]
    go = _said(full, _catalog(engine=engine))
    _before(go, "Drop the foreign key public.a.a_b", "Drop the table public.b")
    assert sum("Drop the foreign key" in each for each in go) == 3


def test_sqlite_takes_such_tables_as_they_are() -> None:
    full = _catalog(_table("a", to=["b"]), _table("b", to=["a"]), engine="sqlite")
    assert len(_said(_catalog(engine="sqlite"), full)) == 2


def test_a_table_may_refer_to_itself() -> None:
    assert _said(_catalog(), _catalog(_table("a", to=["a"]))) == ["Create the table public.a"]


def test_existing_tables_get_foreign_keys_to_each_other() -> None:
    old = _catalog(_table("a"), _table("b"))
    said = _said(old, _catalog(_table("a", to=["b"]), _table("b", to=["a"])))
    _before(said, "Add the column a_id", "foreign key from public.a")
    _before(said, "Add the column b_id", "foreign key from public.b")


def test_a_foreign_key_waits_for_the_key_that_it_needs() -> None:
    child = _table("a", columns=[Column(name="code", type=_TEXT)])
    parent = _table("z", columns=[Column(name="code", type=_TEXT)])
    key = ForeignKey(name="fk", columns=("code",), table=("public", "z"), referenced=("code",))
    joined = _catalog(
        replace(child, foreign_keys=(key,)), replace(parent, uniques=(Unique(columns=("code",), name="u"),))
    )
    _before(_said(_catalog(child, parent), joined), "Make (code) unique in public.z", "Add a foreign key")
    _before(_said(joined, _catalog(child, parent)), "Drop the foreign key", "Drop the unique public.z.u")


def test_a_foreign_key_makes_room_for_its_key() -> None:
    child = _table("a", to=["z"])
    parent = _table("z")
    renewed = replace(parent, primary_key=PrimaryKey(columns=("id",), name="z_pkey", include=("id",)))
    said = _said(_catalog(child, parent), _catalog(child, renewed))
    _before(
        said, "Drop the foreign key public.a.a_z", "Drop the primary key", "Add the primary key", "Add a foreign key"
    )


def test_an_index_of_mysql_waits_until_another_serves_the_foreign_key() -> None:
    narrow, wide = (
        Index(name=name, parts=tuple(KeyPart(column=each) for each in columns))
        for name, columns in (("narrow", ("z_id",)), ("wide", ("z_id", "id")))
    )
    old = _catalog(_table("a", to=["z"], indexes=(narrow,)), _table("z"), engine="mysql")
    said = _said(old, _catalog(_table("a", to=["z"], indexes=(wide,)), _table("z"), engine="mysql"))
    assert [each.split(" on ")[0] for each in said] == ["Create the index wide", "Drop the index narrow of public.a"]
    other = replace(wide, name="narrow")
    said = _said(old, _catalog(_table("a", to=["z"], indexes=(other,)), _table("z"), engine="mysql"))
    _before(said, "Drop the foreign key", "Drop the index narrow", "Create the index narrow", "Add a foreign key")
    bare = _catalog(_table("a", to=["z"]), _table("z"), engine="mysql")
    _before(_said(old, bare), "Drop the foreign key", "Drop the index narrow", "Add a foreign key")


def test_views_stand_in_a_chain() -> None:
    table = _table("t")
    low, high = _view("z", table.ref), _view("a", Ref("view", ("public", "z")))
    full = _catalog(table, views=(high, low))
    _before(_said(_catalog(), full), "table public.t", "view public.z", "view public.a")
    _before(_said(full, _catalog()), "view public.a", "view public.z", "table public.t")


def test_a_view_follows_the_columns_of_its_table() -> None:
    old_table, new_table = (_table("t", columns=[Column(name=name, type=_TEXT)]) for name in ("old", "new"))
    old = _catalog(old_table, views=(_view("v", old_table.ref, definition="SELECT old FROM t"),))
    new = _catalog(new_table, views=(_view("v", old_table.ref, definition="SELECT new FROM t"),))
    _before(_said(old, new), "Add the column new", "Change the view", "Drop the column public.t.old")
    _before(_said(old, _catalog(new_table)), "Drop the view", "Drop the column public.t.old")


def test_a_view_takes_the_place_of_a_table_under_other_views() -> None:
    table = _table("t")
    old = _catalog(table, views=(_view("v", table.ref), _view("w", Ref("view", ("public", "v")))))
    new = _catalog(
        views=(_view("t"), _view("v", Ref("view", ("public", "t"))), _view("w", Ref("view", ("public", "v"))))
    )
    _before(
        _said(old, new), "Drop the view public.w", "Drop the view public.v", "Drop the table public.t",
        "Create the view public.t", "Create the view public.v", "Create the view public.w",
    )  # fmt: skip


def test_a_view_that_is_materialised_now_keeps_its_privileges() -> None:
    table = _table("t")
    grant = Grant(grantee="app", privileges=("SELECT",), on=Ref("view", ("public", "v")))
    over = _view("w", Ref("view", ("public", "v")))
    old = _catalog(table, views=(_view("v", table.ref), over), grants=(grant,))
    new = _catalog(table, views=(_view("v", table.ref, materialized=True), over), grants=(grant,))
    _before(
        _said(old, new), "Revoke SELECT", "Drop the view public.w", "Drop the view public.v", "Create the view public.v",
        "Create the view public.w", "Grant SELECT",
    )  # fmt: skip


def test_a_name_is_taken_when_it_is_free() -> None:
    index = Index(name="ix", parts=(KeyPart(column="id"),))
    old = _catalog(_table("b", indexes=(index,)))
    _before(_said(old, _catalog(_table("a", indexes=(index,)))), "Drop the table public.b", "Create the table public.a")
    _before(
        _said(_catalog(sequences=(SequenceObject(namespace="public", name="x"),)), _catalog(_table("x"))),
        "Drop the sequence public.x", "Create the table public.x",
    )  # fmt: skip


def test_a_view_that_changes_from_one_table_to_another_that_takes_its_name() -> None:
    """The old table can only go when the view has let go of it, and the new one only come when the old one is gone."""
    index = Index(name="ix", parts=(KeyPart(column="id"),))
    one, other = _table("b", indexes=(index,)), _table("a", indexes=(index,))
    old = _catalog(one, views=(_view("v", one.ref),))
    new = _catalog(other, views=(_view("v", other.ref, definition="SELECT 2"),))
    _before(
        _said(old, new), "Drop the view public.v", "Drop the table public.b", "Create the table public.a",
        "Create the view public.v",
    )  # fmt: skip


def test_two_tables_swap_the_names_of_their_keys() -> None:
    def with_key(table: str, key: str) -> Table:
        return _table(table, primary_key=PrimaryKey(columns=("id",), name=key))

    said = _said(_catalog(with_key("a", "k1"), with_key("b", "k2")), _catalog(with_key("a", "k2"), with_key("b", "k1")))
    assert len(said) == 3
    assert all("Rename the primary key" in each for each in said)


def test_types_come_first_and_go_last() -> None:
    mood = Enum(namespace="public", name="mood", labels=("a",))
    domain = Domain(namespace="public", name="d", type=Type("enum", "mood", user_type=("public", "mood")))
    span = Range(namespace="public", name="span", subtype=_INTEGER, multirange_name="spans")
    columns = [
        Column(name="m", type=Type("domain", "d", user_type=("public", "d"))),
        Column(name="s", type=Type("range", "spans", user_type=("public", "spans"))),
    ]
    full = _catalog(_table("t", columns=columns), enums=(mood,), domains=(domain,), ranges=(span,))
    come = _said(_catalog(), full)
    _before(come, "enum public.mood", "domain public.d", "table public.t")
    _before(come, "range public.span", "table public.t")
    _before(_said(full, _catalog()), "table public.t", "domain public.d", "enum public.mood")
    _before(_said(full, _catalog(_table("t"))), "Drop the column public.t.m", "domain public.d", "enum public.mood")


def test_a_column_moves_from_one_type_to_another() -> None:
    def catalog(name: str) -> Catalog:
        column = Column(name="m", type=Type("enum", name, user_type=("public", name)))
        return _catalog(_table("t", columns=[column]), enums=(Enum(namespace="public", name=name, labels=("a",)),))

    _before(
        _said(catalog("x"), catalog("a")), "Create the enum public.a", "Change public.t.m", "Drop the enum public.x"
    )


def test_a_sequence_its_owner_and_the_default_that_reads_it() -> None:
    counting = Column(name="n", type=_INTEGER, default="nextval('public.s'::regclass)")
    owned = SequenceObject(namespace="public", name="s", owned_by=("public", "t", "n"))
    full = _catalog(_table("t", columns=[counting]), sequences=(owned,))
    _before(_said(_catalog(), full), "Create the sequence", "Create the table", "Change the sequence")
    _before(_said(full, _catalog()), "Change the sequence", "Drop the table", "Drop the sequence")


def test_a_trigger_follows_its_routine() -> None:
    fire = Trigger(
        name="fire", timing="before", events=("insert",), definition="CREATE … EXECUTE FUNCTION public.act()"
    )
    act = Routine(namespace="public", name="act", definition="CREATE FUNCTION …")
    full = _catalog(_table("t", triggers=(fire,)), routines=(act,))
    _before(_said(_catalog(), full), "routine public.act", "table public.t")
    plain = _catalog(_table("t"))
    _before(_said(plain, full), "routine public.act", "trigger fire")
    _before(_said(full, plain), "trigger public.t.fire", "routine public.act")


def test_a_check_that_calls_a_routine_over_its_own_table() -> None:
    valid = Routine(namespace="public", name="valid", definition="…", depends_on=(Ref("table", ("public", "t")),))
    checked = _table("t", checks=(Check(name="ck", expression="valid(t.*)"),))
    full = _catalog(checked, routines=(valid,))
    _before(_said(_catalog(), full), "Create the table", "Create the routine", "Check valid(t.*)")
    _before(_said(full, _catalog()), "Drop the check public.t.ck", "Drop the routine", "Drop the table")


def test_a_default_that_calls_a_routine_over_its_own_table() -> None:
    count = Routine(namespace="public", name="next", definition="…", depends_on=(Ref("table", ("public", "t")),))
    full = _catalog(_table("t", columns=[Column(name="n", type=_INTEGER, default="next()")]), routines=(count,))
    _before(_said(_catalog(), full), "Create the table", "Create the routine", "Default public.t.n")
    _before(_said(full, _catalog()), "Drop the default of public.t.n", "Drop the routine", "Drop the table")


def test_a_policy_that_reads_another_table() -> None:
    policy = Policy(name="p", using="EXISTS (SELECT 1 FROM members WHERE members.id = docs.id)")
    full = _catalog(_table("docs", policies=(policy,)), _table("members"))
    _before(_said(_catalog(), full), "table public.members", "table public.docs")


def test_partitions_follow_their_parent_and_its_indexes() -> None:
    parent_index = Index(name="ix", parts=(KeyPart(column="id"),))
    own_index = Index(name="ix_p", parts=(KeyPart(column="id"),), parent=("public", "ix"))
    split = Partitioning(strategy="range", parts=(KeyPart(column="id"),))
    parent = _table("z", kind="partitioned", partitioning=split)
    child = _table("a", partition_of=PartitionOf(table=("public", "z"), bound="DEFAULT"))
    full = _catalog(replace(parent, indexes=(parent_index,)), replace(child, indexes=(own_index,)))
    _before(_said(_catalog(), full), "table public.z", "table public.a")
    _before(_said(full, _catalog()), "table public.a", "table public.z")
    _before(_said(_catalog(parent, child), full), "index ix on", "index ix_p on")
    notes = _catalog(parent, child, _table("notes", to=["z"]))
    _before(_said(_catalog(), notes), "table public.z", "table public.a", "table public.notes")
    _before(_said(notes, _catalog()), "table public.notes", "table public.a", "table public.z")


def test_the_frame_comes_first_and_goes_last() -> None:
    act = Routine(namespace="shop", name="act", definition="…")
    full = _catalog(
        replace(_table("t"), namespace="shop"),
        namespaces=(Namespace(name="shop"),),
        extensions=(Extension(name="citext", namespace="shop"),),
        event_triggers=(EventTrigger(name="watch", event="ddl_command_end", definition="… shop.act()"),),
        routines=(act,),
        grants=(Grant(grantee="app", privileges=("SELECT",), on=Ref("table", ("shop", "t"))),),
        roles=(Role(name="app"), Role(name="admin", member_of=("app",))),
    )
    empty = _catalog(roles=(Role(name="postgres"),))
    come = _said(empty, full)
    _before(
        come,
        "role app",
        "role admin",
        "schema shop",
        "extension citext",
        "table shop.t",
        "Grant SELECT",
        "event trigger",
    )
    go = _said(full, empty)
    _before(go, "Revoke SELECT", "table shop.t", "extension citext", "schema shop", "role app")
    _before(go, "event trigger", "table shop.t")


def test_a_privilege_that_changes_is_taken_and_granted_without_a_gap() -> None:
    table = _table("t")
    few, many = (
        _catalog(table, grants=(Grant(grantee="app", privileges=each, on=table.ref),))
        for each in (("SELECT",), ("INSERT", "SELECT"))
    )
    assert [each.partition(" ")[0] for each in _said(few, many)] == ["Revoke", "Grant"]


def test_a_column_of_mysql_numbers_itself_as_long_as_it_has_a_key() -> None:
    plain = _table("t")
    numbering = Column(name="id", type=_INTEGER, nullable=False, identity=Identity(generation="auto_increment"))
    counted = replace(plain, columns=(numbering,))
    keyless = replace(plain, primary_key=None)
    go = _said(_catalog(counted, engine="mysql"), _catalog(keyless, engine="mysql"))
    _before(go, "properties of the column", "Drop the primary key")
    come = _said(_catalog(keyless, engine="mysql"), _catalog(counted, engine="mysql"))
    _before(come, "Add the primary key", "properties of the column")


def test_a_circle_that_nobody_can_cut_is_told() -> None:
    one, other = (Ref("view", ("public", name)) for name in ("one", "other"))
    with pytest.raises(UsageError, match="in a circle") as told:
        changes(_catalog(), _catalog(views=(_view("one", other), _view("other", one))))
    assert "view public.one" in told.value.message
    assert "view public.other" in told.value.message


def test_ten_thousand_tables() -> None:
    """Each refers to the one before it, in circles of fifty; a look at every pair of tables would take minutes."""

    def table(number: int, *columns: Column) -> Table:
        return _table(f"t{number}", to=[f"t{number - 1 if number % 50 else number + 49}"], columns=columns)

    note = Column(name="note", type=_TEXT)
    old = _catalog(*(table(number) for number in range(9_500)))
    new = _catalog(*(table(number, *([] if number % 10 else [note])) for number in range(500, 10_000)))
    assert changes(old, old).operations == ()

    created = [type(each).__name__ for each in changes(_catalog(), new).operations]
    assert created.count("CreateTable") == created.count("AddForeignKey") == 9_500
    kinds = [type(each).__name__ for each in changes(old, new).operations]
    assert kinds.count("CreateTable") == kinds.count("DropTable") == kinds.count("AddForeignKey") == 500
    assert kinds.count("AddColumn") == 900
    assert kinds.count("DropConstraint") == 500


def test_the_nodes_of_a_graph() -> None:
    graph = Graph()
    nodes = [graph.node((-number,)) for number in range(4)]
    graph.edge(3, 1)
    assert graph.order() == [3, 2, 1, 0]
    graph.edge(1, 3, loose=True)
    assert graph.order() is None
    assert [sorted(circle) for circle in graph.circles()] == [[1, 3]]
    assert graph.loosen([1, 3])
    assert not graph.loosen([1, 3])
    assert graph.order() == [3, 2, 1, 0]
    graph.edge(nodes[0], nodes[0])
    assert graph.circles() == []
