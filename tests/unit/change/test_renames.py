"""New names: read from text, proposed from shape, and applied only when they are given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dbwright.catalog.codec import digest
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Check, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table, View
from dbwright.catalog.types import Type
from dbwright.change.compare import Rename, changes, compare, find_candidates, parse_rename
from dbwright.change.inverse import invert
from dbwright.change.operations import apply_all
from dbwright.errors import UsageError

_INTEGER = Type("integer", "integer", bits=32)
_TEXT = Type("text", "text")
_MONEY = Type("decimal", "numeric(12,2)", precision=12, scale=2)


def _table(name: str, *columns: tuple[str, Type], namespace: str = "public", **parts: object) -> Table:
    own = tuple(Column(name=each, type=type_) for each, type_ in columns)
    return Table(namespace=namespace, name=name, columns=own, **parts)  # type: ignore[arg-type]  # its own fields


def _catalog(*tables: Table, engine: str = "postgres") -> Catalog:
    return Catalog(engine=engine, tables=tables)


ORDERS = _table(
    "orders", ("id", _INTEGER), ("buyer", _TEXT), ("total", _MONEY), ("notes", _TEXT),
    primary_key=PrimaryKey(columns=("id",), name="orders_pkey"),
    checks=(Check(name="positive", expression="(total > (0)::numeric)"),),
    indexes=(Index(name="by_total", parts=(KeyPart(column="total"),)),),
)  # fmt: skip
PURCHASES = replace(ORDERS, name="purchases", primary_key=PrimaryKey(columns=("id",), name="purchases_pkey"))
_T = ORDERS.ref


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders=purchases", Rename(_T, ("public", "purchases"))),
        (" orders = purchases ", Rename(_T, ("public", "purchases"))),
        ("public.orders=purchases", Rename(_T, ("public", "purchases"))),
        ("orders=shop.purchases", Rename(_T, ("shop", "purchases"))),
        ("orders.total=amount", Rename(_T.child("column", "total"), "amount")),
        ("orders.total=orders.amount", Rename(_T.child("column", "total"), "amount")),
        ("public.orders.total=public.purchases.amount", Rename(_T.child("column", "total"), "amount")),
        ('"orders"."total"="a.b=""c"', Rename(_T.child("column", "total"), 'a.b="c')),
        ('orders.total="two words"', Rename(_T.child("column", "total"), "two words")),
        ("orders.total=two words", Rename(_T.child("column", "total"), "two words")),
        ('"odd.t=able"=plain', Rename(Ref("table", ("public", "odd.t=able")), ("public", "plain"))),
    ],
)
def test_reading(text: str, expected: Rename) -> None:
    old = _catalog(ORDERS, _table("odd.t=able", ("a", _TEXT)))
    assert parse_rename(text, old, _catalog()) == expected


def test_a_table_that_moves_to_another_namespace_is_found() -> None:
    moved = replace(PURCHASES, namespace="shop")
    assert parse_rename("orders=purchases", _catalog(ORDERS), _catalog(moved)).to == ("shop", "purchases")


@pytest.mark.parametrize(
    "text",
    ["", "orders", "=x", "orders=", "orders==x", "a.b.c.d=x", 'orders="x', "orders=a.b.c", "orders.total=a.b.c.d"],
)
def test_what_is_no_rename(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no rename|gives a|fits nothing"):
        parse_rename(text, _catalog(ORDERS), _catalog())


def test_names_that_are_near() -> None:
    with pytest.raises(UsageError, match="has no table order\\.") as told:
        parse_rename("order=purchases", _catalog(ORDERS), _catalog())
    assert told.value.hint == "Near it: orders."
    with pytest.raises(UsageError) as told:
        parse_rename("orders.totl=amount", _catalog(ORDERS), _catalog())
    assert "orders.total" in (told.value.hint or "")


def test_names_that_fit_twice() -> None:
    with pytest.raises(UsageError, match="fits several") as told:
        parse_rename("orders=x", _catalog(ORDERS, replace(ORDERS, namespace="shop")), _catalog())
    assert "shop.orders" in told.value.message
    table = _table("total", ("a", _TEXT), namespace="orders")
    with pytest.raises(UsageError, match="fits several"):
        parse_rename("orders.total=x", _catalog(ORDERS, table), _catalog())


_NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@settings(deadline=None)
@given(_NAMES, _NAMES, _NAMES)
def test_what_is_written_is_read_again(table: str, column: str, to: str) -> None:
    old = _catalog(_table(table, (column, _TEXT)))
    of_column = Rename(old.tables[0].column_ref(column), to)
    of_table = Rename(old.tables[0].ref, ("public", to))
    assert parse_rename(str(of_column), old, _catalog()) == of_column
    assert parse_rename(str(of_table), old, _catalog()) == of_table


# ---------------------------------------------------------------- proposing


def test_a_table_of_the_same_shape() -> None:
    (found,) = find_candidates(_catalog(ORDERS), _catalog(PURCHASES))
    assert found.rename == Rename(_T, "purchases")
    assert found.reason == "Both have the same 4 columns in the same order, the primary key (id)."
    assert found.score > 0.8


def test_a_table_in_another_namespace() -> None:
    (found,) = find_candidates(_catalog(ORDERS), _catalog(replace(ORDERS, namespace="shop")))
    assert found.rename == Rename(_T, ("shop", "orders"))


def test_tables_with_little_in_common_are_no_pair() -> None:
    other = _table("sessions", ("id", _INTEGER), ("token", _TEXT), ("device", _TEXT), ("place", _TEXT))
    assert find_candidates(_catalog(ORDERS), _catalog(other)) == ()


def test_a_column_of_the_same_type_in_the_same_place() -> None:
    columns = tuple(replace(each, name="amount") if each.name == "total" else each for each in ORDERS.columns)
    index = Index(name="by_total", parts=(KeyPart(column="amount"),))
    new = replace(ORDERS, columns=columns, indexes=(index,), checks=())
    (found,) = find_candidates(_catalog(ORDERS), _catalog(new))
    assert found.rename == Rename(_T.child("column", "total"), "amount")
    assert (
        found.reason == "Both have the type numeric(12,2), the same place in the table and the same part in an index."
    )


def test_a_column_of_another_kind_is_no_pair() -> None:
    columns = tuple(Column(name="amount", type=_TEXT) if each.name == "total" else each for each in ORDERS.columns)
    assert find_candidates(_catalog(ORDERS), _catalog(replace(ORDERS, columns=columns))) == ()


def test_every_name_stands_in_one_pair() -> None:
    old = _catalog(_table("t", ("first", _TEXT), ("second", _TEXT)))
    new = _catalog(_table("t", ("one", _TEXT), ("two", _TEXT)))
    found = find_candidates(old, new)
    assert {(each.rename.target.name, each.rename.to) for each in found} == {("first", "one"), ("second", "two")}


def test_nothing_is_renamed_unasked() -> None:
    found = changes(_catalog(ORDERS), _catalog(PURCHASES))
    assert [type(each).__name__ for each in found.operations] == ["DropTable", "CreateTable"]
    assert len(found.candidates) == 1


def test_a_candidate_that_is_confirmed_is_gone() -> None:
    first = changes(_catalog(ORDERS), _catalog(PURCHASES))
    second = changes(_catalog(ORDERS), _catalog(PURCHASES), [first.candidates[0].rename])
    assert second.candidates == ()
    assert [type(each).__name__ for each in second.operations] == ["RenameTable", "RenamePart"]


def test_many_tables_without_a_telling_column() -> None:
    """Every table has an id; that alone makes no pair of every two of them."""

    def tables(word: str) -> tuple[Table, ...]:
        return tuple(_table(f"{word}{number}", ("id", _INTEGER), (f"own{number}", _TEXT)) for number in range(2_000))

    found = find_candidates(_catalog(*tables("old")), _catalog(*tables("new")))
    assert len(found) == 2_000
    assert all(each.rename.target.name[3:] == str(each.rename.to)[3:] for each in found)


# ---------------------------------------------------------------- applying


def _made(old: Catalog, new: Catalog, *renames: str) -> list[str]:
    given_ = [parse_rename(each, old, new) for each in renames]
    operations = changes(old, new, given_).operations
    after = apply_all(operations, old)
    assert compare(after, new) == ()
    back, _ = invert(operations, old)
    assert digest(apply_all(back, after)) == digest(old)
    return [type(each).__name__ for each in operations]


def test_a_column_takes_its_index_and_its_check_along() -> None:
    columns = tuple(replace(each, name="amount") if each.name == "total" else each for each in ORDERS.columns)
    new = replace(
        ORDERS, columns=columns, checks=(Check(name="positive", expression="(amount > (0)::numeric)"),),
        indexes=(Index(name="by_total", parts=(KeyPart(column="amount"),)),),
    )  # fmt: skip
    assert _made(_catalog(ORDERS), _catalog(new), "orders.total=amount") == ["RenameColumn"]


def test_a_table_takes_its_foreign_keys_and_views_along() -> None:
    key = ForeignKey(name="fk", columns=("order_id",), table=("public", "orders"), referenced=("id",))
    lines = _table("lines", ("order_id", _INTEGER), foreign_keys=(key,))
    view = View(namespace="public", name="v", definition="SELECT 1", depends_on=(_T,))
    old = replace(_catalog(ORDERS, lines), views=(view,))
    moved = replace(lines, foreign_keys=(replace(key, table=("public", "purchases")),))
    new = replace(_catalog(PURCHASES, moved), views=(replace(view, depends_on=(PURCHASES.ref,)),))
    assert _made(old, new, "orders=purchases") == ["RenameTable", "RenamePart"]


def test_a_table_and_its_column_at_once() -> None:
    columns = tuple(replace(each, name="client") if each.name == "buyer" else each for each in PURCHASES.columns)
    new = _catalog(replace(PURCHASES, columns=columns))
    assert _made(_catalog(ORDERS), new, "orders=purchases", "orders.buyer=client") == [
        "RenameColumn", "RenameTable", "RenamePart",
    ]  # fmt: skip


def test_names_that_pass_on() -> None:
    a, b, c = (_table(name, ("id", _INTEGER), (f"own_{name}", _TEXT)) for name in "abc")
    new = _catalog(replace(a, name="b"), replace(b, name="c"))
    assert _made(_catalog(a, b), new, "a=b", "b=c") == ["RenameTable", "RenameTable"]
    swapped = _catalog(replace(a, name="b"), replace(b, name="a"))
    with pytest.raises(UsageError, match="a new name is taken"):
        _made(_catalog(a, b), swapped, "a=b", "b=a")
    with pytest.raises(UsageError, match="a new name is taken"):
        _made(_catalog(a, b, c), _catalog(replace(a, name="b"), c), "a=b")


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        (Rename(Ref("table", ("public", "order")), "purchases"), "no table"),
        (Rename(_T, "purchase"), "the new schema has no table public.purchase"),
        (Rename(_T.child("column", "totl"), "amount"), "has no column totl"),
        (Rename(_T.child("column", "total"), "amount"), "the new schema has no column amount"),
        (Rename(Ref("index", ("public", "orders", "by_total")), "x"), "only tables and columns"),
    ],
)
def test_a_rename_that_fits_nothing(rename: Rename, message: str) -> None:
    renames = [rename, Rename(_T, ("public", "purchases"))] if "column" in message else [rename]
    with pytest.raises(UsageError, match=message):
        changes(_catalog(ORDERS), _catalog(PURCHASES), renames)


def test_a_column_of_a_table_that_is_dropped() -> None:
    with pytest.raises(UsageError, match="orders is dropped"):
        changes(_catalog(ORDERS), _catalog(), [Rename(_T.child("column", "total"), "amount")])


def test_the_same_name_is_no_rename() -> None:
    assert (
        changes(
            _catalog(ORDERS), _catalog(ORDERS), [Rename(_T, "orders"), Rename(_T.child("column", "id"), "id")]
        ).operations
        == ()
    )
