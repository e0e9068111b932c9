"""What columns are for, told from their names, tables, types and comments."""

import pytest

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.engines.postgres.types import canonical_spelling, meaning
from dbwright.seed.values.meaning import meaning_of

CASES = [
    ("users", "email", "text", "email"),
    ("users", "EmailAddress", "varchar(60)", "email"),
    ("users", "user_email", "text", "email"),
    ("users", "first_name", "text", "first_name"),
    ("customers", "CustomerFirstName", "text", "first_name"),
    ("kunden", "vorname", "text", "first_name"),
    ("kunden", "plz", "varchar(5)", "postcode"),
    ("clients", "prenom", "text", "first_name"),
    ("users", "name", "text", "full_name"),
    ("suppliers", "name", "text", "company"),
    ("products", "name", "text", "product"),
    ("countries", "name", "text", "country"),
    ("countries", "code", "char(2)", "country_code"),
    ("films", "title", "text", "title"),
    ("employees", "title", "text", "job"),
    ("projects", "name", "text", "thing"),
    ("orders", "status", "text", "status"),
    ("orders", "total_amount", "numeric(10,2)", "amount"),
    ("orders", "order_number", "text", "reference"),
    ("order_items", "unit_price", "numeric(10,2)", "price"),
    ("order_items", "quantity", "integer", "quantity"),
    ("posts", "slug", "text", "slug"),
    ("posts", "body", "text", "paragraph"),
    ("users", "is_active", "boolean", "yes_or_no"),
    ("users", "date_of_birth", "date", "birth_date"),
    ("users", "phone_home", "text", "phone"),
    ("users", "password_hash", "text", "password"),
    ("logins", "ip_address", "inet", "ip"),
    ("places", "lat", "double precision", "latitude"),
    ("books", "isbn13", "text", "isbn"),
    ("accounts", "iban", "text", "iban"),
]


@pytest.mark.parametrize(("table", "column", "spelling", "expected"), CASES)
def test_a_name_tells(table: str, column: str, spelling: str, expected: str) -> None:
    found = _meaning(table, column, spelling)
    assert found is not None
    assert found[1] == expected


@pytest.mark.parametrize(
    ("table", "column", "spelling"),
    [
        ("users", "email", "integer"),
        ("users", "age", "text"),
        ("users", "birth_date", "integer"),
        ("users", "flurb", "text"),
        ("users", "price", "boolean"),
        ("x", "x", "text"),
        ("users", "_", "text"),
    ],
)
def test_names_that_do_not_go_with_the_type_tell_nothing(table: str, column: str, spelling: str) -> None:
    assert _meaning(table, column, spelling) is None


def test_a_prefix_is_kept_apart() -> None:
    assert _meaning("orders", "billing_city", "text") == (("billing",), "city")
    assert _meaning("orders", "ShippingPostalCode", "text") == (("shipping",), "postcode")


def test_a_comment_tells_where_the_name_does_not() -> None:
    column = Column(name="c17", type=meaning("text"), comment="The customer's e-mail address")
    assert meaning_of(Table(namespace="", name="t", columns=(column,)), column, column.type) == ((), "email")


def _meaning(table: str, column: str, spelling: str) -> tuple[tuple[str, ...], str] | None:
    made = Column(name=column, type=meaning(canonical_spelling(spelling)))
    return meaning_of(Table(namespace="public", name=table, columns=(made,)), made, made.type)
