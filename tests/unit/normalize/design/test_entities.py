"""Sharing out the columns of a wide table among the things that it tells of."""

import random

import pytest

from dbwright.catalog.dependencies import Functional
from dbwright.catalog.types import Type
from dbwright.normalize.design.entities import Entity, entities
from dbwright.normalize.design.identifiers import Column, affinity, identifier, nats_of, noun

INTEGER = Type(kind="integer", spelling="integer")
TEXT = Type(kind="text", spelling="text")
MOMENT = Type(kind="timestamp", spelling="timestamp")


def shared(rows: list[dict[str, object]], **options: object) -> dict[tuple[str, ...], set[str]]:
    """The columns of each head, from rows, with all dependencies of one column on the left."""
    names = list(rows[0])
    found = []
    for left in names:
        right = set()
        for other in names:
            pairs = {(row[left], row[other]) for row in rows}
            if other != left and len(pairs) == len({row[left] for row in rows}):
                right.add(other)
        if right:
            found.append(Functional(left=frozenset((left,)), right=frozenset(right)))
    columns = [_column(name, [row[name] for row in rows]) for name in names]
    made = entities(columns, found, rows=len(rows), **options)  # type: ignore[arg-type]
    return {each.head: set(each.columns) for each in made}


def _column(name: str, values: list[object]) -> Column:
    held = [value for value in values if value is not None]
    most = max((held.count(value) for value in set(held)), default=0)
    return Column(
        name=name,
        type=INTEGER if all(isinstance(value, int) for value in held) else TEXT,
        distinct=len(set(held)),
        nulls=len(values) - len(held),
        nats=nats_of(len(set(held)), len(held), most),
        length=None if all(isinstance(value, int) for value in held) else 8.0,
    )


def orders(count: int = 200) -> list[dict[str, object]]:
    """Order lines joined with orders, customers and products."""
    chance = random.Random(2)
    cities = ("Bonn", "Ulm", "Berlin", "Kiel")
    customers = [(number, f"name {number}", chance.choice(cities)) for number in range(1, 21)]
    products = [(number, f"product {number}", chance.randint(1, 900)) for number in range(1, 31)]
    made: list[dict[str, object]] = []
    for number in range(count):
        order = number // 3
        customer = customers[(order * 7) % 20]
        product = chance.choice(products)
        made.append(
            {
                "line_id": number,
                "order_id": order,
                "order_day": f"day {order % 31}",
                "customer_id": customer[0],
                "customer_name": customer[1],
                "customer_city": customer[2],
                "product_id": product[0],
                "product_name": product[1],
                "price": product[2],
                "quantity": chance.randint(1, 5),
            }
        )
    return made


def test_each_thing_gets_its_columns_and_the_references_to_its_parents() -> None:
    assert shared(orders()) == {
        (): {"line_id", "order_id", "product_id", "quantity"},
        ("order_id",): {"order_day", "customer_id"},
        ("customer_id",): {"customer_name", "customer_city"},
        ("product_id",): {"product_name", "price"},
    }


def test_names_and_rows_do_without_the_order_of_columns() -> None:
    rows = orders()
    names = list(rows[0])
    random.Random(4).shuffle(names)
    mixed = [{name: row[name] for name in names} for row in rows]
    assert shared(mixed)["customer_id",] == {"customer_name", "customer_city"}
    assert shared(mixed)["product_id",] == {"product_name", "price"}


def test_what_a_person_rejected_is_not_used_and_what_was_accepted_is() -> None:
    rows = orders()
    without = shared(rows, rejected=[Functional(left=frozenset(("product_id",)), right=frozenset(("price",)))])
    assert "price" not in without["product_id",]
    city = Functional(left=frozenset(("customer_name",)), right=frozenset(("customer_city",)))
    assert "customer_city" in shared(rows, accepted=[city])["customer_name",]


def test_rows_without_a_parent_do_not_take_columns_that_they_have() -> None:
    rows = orders()
    for row in rows:
        row["note"] = "x" if row["product_id"] == 1 else "y"
        if row["product_id"] == 1:
            row["product_id"] = row["product_name"] = row["price"] = None
    assert "note" not in shared(rows)["product_id",]


def test_two_identifiers_one_to_one_each_keep_what_is_named_for_them() -> None:
    rows = orders()
    for row in rows:
        row["address_id"] = 1000 + int(str(row["customer_id"]))
        row["address_street"] = f"street {row['customer_id']}"
    found = shared(rows)
    assert found["address_id",] == {"address_street"}
    assert "address_id" in found["customer_id",]


def test_two_things_that_refer_to_each_other_end_in_no_circle() -> None:
    rows: list[dict[str, object]] = [
        {"id": number, "store_id": number % 2, "store_manager_id": 5 + number % 2, "manager_name": f"m{number % 2}"}
        for number in range(30)
    ]
    found = shared(rows)
    assert sum(len(columns) for columns in found.values()) == 4
    assert all(not set(head) & columns for head, columns in found.items())


def test_no_rows_and_one_row_have_one_thing_only() -> None:
    columns = [Column(name="id", type=INTEGER), Column(name="customer_id", type=INTEGER)]
    assert [each.head for each in entities(columns, [], rows=0)] == [()]
    assert list(shared([{"id": 1, "customer_id": 2, "customer_name": "a"}])) == [()]


def test_an_entity_says_what_it_knows_as_dependencies() -> None:
    entity = Entity(head=("a",), columns=("b", "c"))
    assert {tuple(each.right) for each in entity.functional} == {("b",), ("c",)}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("customer_id", 1.0),
        ("CustomerID", 1.0),
        ("id_cliente", 0.9),
        ("custno", 0.8),
        ("city", 0.0),
        ("created_at", 0.0),
    ],
)
def test_identifiers_by_their_names(name: str, wanted: float) -> None:
    assert identifier(Column(name=name, type=INTEGER)) == pytest.approx(wanted, abs=0.06)


def test_moments_and_fractions_identify_nothing_whatever_they_are_called() -> None:
    assert identifier(Column(name="event_id", type=MOMENT)) == 0
    assert identifier(Column(name="event_id", type=Type(kind="float", spelling="real"))) == 0


@pytest.mark.parametrize(
    ("column", "head", "wanted"),
    [
        ("customer_name", "customer_id", 0.9),
        ("address_street", "customer_address_id", 0.8),
        ("ship_customer_name", "customer_id", 0.7),
        ("product_name", "customer_id", 0.0),
        ("anything", "id", 0.0),
    ],
)
def test_affinity_of_names(column: str, head: str, wanted: float) -> None:
    assert affinity(Column(name=column), Column(name=head)) == pytest.approx(wanted, abs=0.05)


def test_nouns() -> None:
    assert noun("customer_ids") == ("customer",) or noun("customer_ids") == ("customer", "id")
    assert noun("MediaTypeId") == ("medium", "type")
    assert nats_of(1, 10) == 0
    assert nats_of(2, 10, 5) == pytest.approx(0.693, abs=0.001)
