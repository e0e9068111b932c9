"""Proposals from dependencies given by hand: tables, names, keys, foreign keys, types and sizes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, Measured, Multivalued, Standing, Violation
from dbwright.catalog.objects import Check, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table
from dbwright.catalog.profiles import ColumnProfile, TableProfile
from dbwright.catalog.types import Type
from dbwright.engines.registry import engine
from dbwright.normalize.design.anomalies import anomalies
from dbwright.normalize.design.part_names import Style, column_names, free, singular_name, style_of, thing
from dbwright.normalize.design.proposal import Part, Proposal
from dbwright.normalize.design.propose import Surroundings, propose
from dbwright.normalize.design.unfolding import holdings
from dbwright.normalize.theory.relation import FORMS

BIGINT = Type(kind="integer", spelling="bigint", bits=64)
TEXT = Type(kind="text", spelling="text")


def table(*columns: str, name: str = "orders", key: tuple[str, ...] = ()) -> Table:
    made = tuple(
        Column(
            name=each, type=BIGINT if each.endswith(("_id", "Id")) or each == "id" else TEXT, nullable=each not in key
        )
        for each in columns
    )
    return Table(namespace="", name=name, columns=made, primary_key=PrimaryKey(columns=key) if key else None)


def fd(text: str) -> Functional:
    left, _, right = text.partition("->")
    return Functional(left=frozenset(left.split()), right=frozenset(right.split()))


def parts(proposal: Proposal) -> dict[str, Part]:
    return {part.table.name: part for part in proposal.parts}


def columns(part: Part) -> list[str]:
    return [column.name for column in part.table.columns]


POSTGRES = engine("postgres")
ORDERS = table("id", "day", "customer_id", "customer_name", "customer_city", key=("id",))
CUSTOMER = fd("customer_id -> customer_name customer_city")


def test_a_table_for_what_is_identified_and_a_reference_in_its_place() -> None:
    made = propose(ORDERS, [CUSTOMER], engine=POSTGRES)
    found = parts(made)
    assert (made.was, made.lossless, list(found)) == ("2NF", True, ["customers", "orders"])
    assert columns(found["customers"]) == ["id", "name", "city"]
    assert columns(found["orders"]) == ["id", "day", "customer_id"]
    assert found["orders"].keeps_name
    assert [(key.columns, key.table, key.referenced, key.on_delete) for key in found["orders"].table.foreign_keys] == [
        (("customer_id",), ("", "customers"), ("id",), "restrict")
    ]
    assert found["customers"].source_columns == {"id": "customer_id", "name": "customer_name", "city": "customer_city"}
    assert [index.columns for index in found["orders"].table.indexes] == [("customer_id",)]


def test_nothing_is_taken_apart_that_is_in_the_form_already() -> None:
    made = propose(table("id", "name", key=("id",)), [], engine=POSTGRES)
    assert [part.table.name for part in made.parts] == ["orders"]
    assert made.form == "5NF"


def test_a_name_for_a_key_gives_way_to_a_number() -> None:
    source = table("id", "department_name", "department_head", "department_building", key=("id",))
    profile = TableProfile(
        table=source.ref,
        rows=90,
        read=90,
        columns=tuple(
            ColumnProfile(name=each.name, rows=90, distinct=9, mean_length=12.0, bytes=900) for each in source.columns
        ),
    )
    made = propose(
        source,
        [fd("department_name -> department_head department_building")],
        engine=POSTGRES,
        profile=profile,
        keep=True,
    )
    department = parts(made)["departments"]
    assert columns(department) == ["id", "name", "head", "building"]
    assert department.surrogate == "id"
    assert department.table.columns[0].identity is not None
    assert [unique.columns for unique in department.table.uniques] == [("name",)]
    assert parts(made)["orders"].references == (("department_id", "departments", ("department_name",)),)
    assert (department.rows, made.rows) == (9, 90)
    assert department.bytes is not None
    assert department.bytes < 900
    never = propose(
        source, [fd("department_name -> department_head department_building")], engine=POSTGRES, surrogates="never"
    )
    assert parts(never)["departments"].table.primary_key == PrimaryKey(columns=("name",))


def test_a_part_of_the_key_and_a_chain_of_parents() -> None:
    source = table(
        "order_id",
        "line",
        "day",
        "customer_id",
        "customer_name",
        "city_id",
        "city_name",
        "quantity",
        key=("order_id", "line"),
    )
    made = propose(
        source,
        [fd("order_id -> day customer_id"), fd("customer_id -> customer_name city_id"), fd("city_id -> city_name")],
        engine=POSTGRES,
    )
    assert [(part.table.name, sorted(part.source_columns.values())) for part in made.parts] == [
        ("cities", ["city_id", "city_name"]),
        ("customers", ["city_id", "customer_id", "customer_name"]),
        ("orders", ["customer_id", "day", "order_id"]),
        ("order_lines", ["line", "order_id", "quantity"]),
    ]
    assert made.was == "1NF"
    assert [part.keeps_name for part in made.parts] == [False, False, False, True]
    second = propose(
        source, [fd("order_id -> day customer_id"), fd("customer_id -> customer_name")], engine=POSTGRES, to="2NF"
    )
    assert sorted(next(part for part in second.parts if not part.keeps_name).source_columns.values()) == [
        "customer_id", "customer_name", "day", "order_id",
    ]  # fmt: skip


def test_a_dependency_that_bcnf_loses_is_told() -> None:
    source = table("student", "course", "teacher", name="teaching")
    told = [fd("student course -> teacher"), fd("teacher -> course")]
    third, boyce = propose(source, told, engine=POSTGRES), propose(source, told, engine=POSTGRES, to="BCNF")
    assert (third.form, third.lost, len(third.parts)) == ("EKNF", (), 1) or third.form == "3NF"
    assert "teacher" in third.why_not_next
    assert boyce.lossless
    assert [each.left for each in boyce.lost] == [frozenset(("student", "course"))]


def test_independent_facts_of_one_thing_part_in_4nf() -> None:
    source = table("course", "teacher", "book", name="courses")
    made = propose(
        source,
        [],
        multivalued=[Multivalued(left=frozenset(("course",)), right=frozenset(("teacher",)))],
        engine=POSTGRES,
        to="4NF",
    )
    assert sorted(sorted(part.source_columns.values()) for part in made.parts) == [
        ["book", "course"],
        ["course", "teacher"],
    ]
    assert made.lossless
    assert made.form in ("4NF", "5NF")


def test_two_roles_of_one_thing_get_two_names() -> None:
    source = table("id", "billing_city_id", "billing_city_name", "shipping_city_id", "shipping_city_name", key=("id",))
    made = propose(
        source,
        [fd("billing_city_id -> billing_city_name"), fd("shipping_city_id -> shipping_city_name")],
        engine=POSTGRES,
    )
    assert {part.table.name for part in made.parts} == {"billing_cities", "shipping_cities", "orders"}


def test_a_column_with_values_where_its_thing_is_absent_stays() -> None:
    profile = TableProfile(
        table=ORDERS.ref,
        rows=10,
        read=10,
        columns=tuple(
            ColumnProfile(
                name=each.name, rows=10, distinct=5, nulls={"customer_id": 2, "customer_city": 2}.get(each.name, 0)
            )
            for each in ORDERS.columns
        ),
    )
    made = propose(ORDERS, [CUSTOMER], engine=POSTGRES, profile=profile)
    assert "customer_name" in columns(parts(made)["orders"])
    assert any("customer_name has values in rows where customer_id is NULL" in note for note in made.notes)


def test_constants_take_nothing_apart() -> None:
    assert len(propose(ORDERS, [fd("-> day")], engine=POSTGRES).parts) == 1


def test_names_that_are_taken_and_the_style_of_the_schema() -> None:
    around = Surroundings(taken=("orders", "customers", "products"))
    assert "orders_customers" in parts(propose(ORDERS, [CUSTOMER], engine=POSTGRES, surroundings=around))
    camel = table("InvoiceId", "CustomerId", "CustomerName", "Total", name="Invoice", key=("InvoiceId",))
    found = parts(propose(camel, [fd("CustomerId -> CustomerName")], engine=POSTGRES))
    assert columns(found["Customer"]) == ["CustomerId", "Name"]


def test_a_live_table_keeps_its_own_constraints_as_far_as_their_columns_stay() -> None:
    source = Table(
        namespace="public",
        name="orders",
        columns=ORDERS.columns,
        primary_key=PrimaryKey(columns=("id",), name="orders_pkey"),
        foreign_keys=(ForeignKey(columns=("day",), table=("public", "days"), referenced=("day",), name="own"),),
        checks=(Check(expression="customer_name <> ''", name="named"), Check(expression="day <> ''", name="dated")),
        indexes=(
            Index(name="by_day", parts=(KeyPart(column="day"),)),
            Index(name="by_name", parts=(KeyPart(column="customer_name"),)),
        ),
    )
    kept = parts(propose(source, [CUSTOMER], engine=POSTGRES, keep=True))["orders"].table
    assert kept.primary_key == source.primary_key
    assert [key.name for key in kept.foreign_keys] == ["own", None]
    assert [check.name for check in kept.checks] == ["dated"]
    assert "by_day" in {index.name for index in kept.indexes}
    assert "by_name" not in {index.name for index in kept.indexes}


def test_rows_against_an_accepted_dependency_are_conflicts() -> None:
    against = Measured(
        dependency=fd("customer_id -> customer_city"),
        table=ORDERS.ref,
        standing=Standing.APPROXIMATE,
        rows=10,
        against=1,
        violations=(Violation(columns=("customer_id", "customer_city"), rows=(("1", "Bonn"), ("1", "Ulm"))),),
    )
    made = propose(ORDERS, [CUSTOMER], engine=POSTGRES, measured=[against])
    assert [(each.rows, each.examples) for each in made.conflicts] == [(1, against.violations)]


@pytest.mark.parametrize("name", ["postgres", "mysql", "sqlite"])
def test_the_tables_can_be_made(name: str) -> None:
    from dbwright.catalog.objects import Catalog

    chosen = engine(name)
    source = table(
        "id", "group", 'odd "name"', "größe_id", "größe_name", "order_id", "order_date", name="select", key=("id",)
    )
    profile = TableProfile(
        table=source.ref,
        rows=5,
        read=5,
        columns=tuple(
            ColumnProfile(name=each.name, rows=5, distinct=5, longest=9, mean_length=6.0) for each in source.columns
        ),
    )
    made = propose(
        source,
        [fd("größe_id -> größe_name"), fd("order_id -> order_date")],
        engine=chosen,
        profile=profile,
        surrogates="always",
    )
    statements = chosen.emit(Catalog(engine=name, tables=tuple(part.table for part in made.parts)))
    assert sum("CREATE TABLE" in each for each in statements) == 3


NAMES = [
    f"{thing}_{what}" for thing in ("customer", "product", "store", "city") for what in ("id", "name", "code", "day")
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sets(st.sampled_from(NAMES), min_size=1, max_size=2), st.sampled_from(NAMES)), max_size=8),
    st.sampled_from(FORMS[1:5]),
)
def test_every_column_is_held_and_parents_stand_before_children(given_: list[tuple[set[str], str]], to: str) -> None:
    source = table("id", *NAMES, key=("id",))
    told = [Functional(left=frozenset(left), right=frozenset((right,))) for left, right in given_ if right not in left]
    made = propose(source, told, engine=POSTGRES, to=to)  # type: ignore[arg-type]
    held = {name for part in made.parts for name in part.source_columns.values()}
    assert held == {column.name for column in source.columns}
    assert made.lossless
    names = [part.table.name for part in made.parts]
    assert len(set(names)) == len(names)
    for place, part in enumerate(made.parts):
        assert len({column.name for column in part.table.columns}) == len(part.table.columns)
        for key in part.table.foreign_keys:
            assert key.table[1] in names[: place + 1]
            parent = made.parts[names.index(key.table[1])].table
            assert key.referenced in parent.keys
            assert set(key.columns) <= set(columns(part))
    assert FORMS.index(made.form) >= FORMS.index(to)


# ---------------------------------------------------------------- lists and numbered columns


def test_numbered_columns_lists_and_arrays_become_child_tables() -> None:
    source = table("id", "name", "phone1", "phone2", "phone3", "tags", "scores", "item1_name", "item1_price", "item2_name",
                   "item2_price", name="people", key=("id",))  # fmt: skip
    found = holdings(source, {"tags": ["a, b", "b, c, d", "a, c"], "scores": ["[1, 2]", "[]", "[3]"]})
    made = propose(source, [], engine=POSTGRES, holdings=found)
    kinds = {part.table.name: part.unfolds.kind for part in made.parts if part.unfolds}
    assert kinds == {
        "person_phones": "numbered",
        "person_items": "group",
        "person_tags": "list",
        "person_scores": "json",
    }
    assert made.was == "1NF"
    phones = parts(made)["person_phones"]
    assert columns(phones) == ["person_id", "position", "phone"]
    assert phones.natural_key == ("person_id", "position")
    assert phones.unfolds is not None
    assert phones.unfolds.columns == (("phone1",), ("phone2",), ("phone3",))
    assert columns(parts(made)["people"]) == ["id", "name"]
    assert columns(parts(made)["person_items"]) == ["person_id", "position", "name", "price"]
    assert [key.on_delete for key in phones.table.foreign_keys] == ["cascade"]


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (("address1", "address2"), {}),
        (("team1", "team2"), {}),
        (("sha1", "sha2", "sha256"), {}),
        (("full_name",), {"full_name": ["Doe, Jane", "Roe, Max"] * 20}),
        (("place",), {"place": ["1.5,2.5", "3.5,4.5"] * 20}),
        (("figure",), {"figure": ["1,234", "5,678,901"] * 20}),
        (("remark",), {"remark": ["well, this is rather a longer sentence, is it not"] * 20}),
        (("settings",), {"settings": ['{"a": 1}'] * 20}),
    ],
)
def test_what_is_no_list(names: tuple[str, ...], values: dict[str, list[str]]) -> None:
    assert holdings(table("id", *names, key=("id",)), values) == ()


def test_rows_without_a_key_are_given_numbers() -> None:
    source = table("name", "tags", name="people")
    made = propose(source, [], engine=POSTGRES, holdings=holdings(source, {"tags": ["a,b", "c,d"]}))
    people = parts(made)["people"]
    assert columns(people) == ["id", "name"]
    assert (people.surrogate, people.natural_key, people.table.uniques) == ("id", (), ())
    assert columns(parts(made)["person_tags"]) == ["person_id", "position", "tag"]
    assert any("No key of people" in note for note in made.notes)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("key", "others", "wanted"),
    [
        (("customer_id",), ("customer_name",), ("customer",)),
        (("customer_address_id",), ("address_street", "address_zip"), ("address",)),
        (("MediaTypeId",), ("MediaTypeName",), ("media", "type")),
        (("zip",), ("city",), ("postal", "code")),
        (("department_name",), ("department_head",), ("department",)),
        (("product_sku",), ("product_name",), ("product",)),
        (("id",), ("city_name", "city_size"), ("city",)),
        (("code",), ("label",), ()),
    ],
)
def test_what_a_table_is_about(key: tuple[str, ...], others: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    assert thing(key, others) == wanted


def test_styles() -> None:
    assert style_of(["CustomerId", "Name"], ["Invoice"]) == Style(case="pascal", plurals=False)
    assert style_of(["customer_id"], ["orders"]) == Style()
    assert style_of(["id"], [], [("films", ("film_id",)), ("actors", ("actor_id",))]).key == "noun"
    assert Style(case="camel").table(("order", "line")) == "orderLines"
    assert Style(case="upper", plurals=False).table(("order", "line")) == "ORDER_LINE"
    assert singular_name("OrderItems") == "OrderItem"
    assert singular_name("data_2024") == "data_2024"
    assert free("users", ["Users"], Style(), ("shop",)) == "shop_users"
    assert free("users", ["Users", "shop_users"], Style(), ("shop",)) == "users_2"


def test_names_of_columns_are_short_and_never_equal() -> None:
    called = column_names(
        ["city_id", "city", "city_name", "name", "city_1", "city_order"], ("city_id",), ("city",), Style(), ["order"]
    )
    assert len({each.lower() for each in called.values()}) == len(called)
    assert called["city_id"] == "id"
    assert called["city_1"] == "city_1"
    assert called["city_order"] == "city_order"


# ---------------------------------------------------------------- anomalies


def test_anomalies_are_shown_on_rows() -> None:
    rows = [(1, 7, "Ann"), (2, 7, "Ann"), (3, 8, "Bob"), (4, None, None)]
    found = anomalies("orders", ("id", "customer_id", "name"), rows, [fd("customer_id -> name")], ("id",), whole=True)
    assert [each.kind for each in found] == ["update", "insert", "delete"]
    assert "stands in 2 rows of orders" in found[0].sentence
    assert found[0].rows == Violation(
        columns=("id", "customer_id", "name"), rows=(("1", "7", "Ann"), ("2", "7", "Ann"))
    )
    hidden = anomalies(
        "orders", ("id", "customer_id", "name"), rows, [fd("customer_id -> name")], ("id",), whole=True, hidden=["name"]
    )
    assert hidden[0].rows is not None
    assert "Ann" not in str(hidden)
    sample = anomalies("orders", ("id", "customer_id", "name"), rows, [fd("customer_id -> name")], ("id",), whole=False)
    assert [each.kind for each in sample] == ["update", "insert"]
    assert "at least 2 rows" in sample[0].sentence
    assert anomalies("orders", ("id",), [], [fd("customer_id -> name")], ("id",), whole=True) == ()
