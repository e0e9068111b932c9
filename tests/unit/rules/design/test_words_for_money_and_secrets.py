"""Which names mean money, and which mean secrets: the lists that decide what is reported without a look at the rows."""

import pytest

from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.rules.design._money import is_money, may_be_rate
from dbwright.rules.design._secrets import says_hashed, secret_kind


def _column(path: str, kind: str = "double") -> tuple[Table, Column]:
    table, name = path.split(".")
    column = Column(name=name, type=Type("float", kind, bits=64))
    return Table(namespace="", name=table, columns=(column,)), column


@pytest.mark.parametrize(
    "path",
    [
        "products.price",
        "products.UnitPrice",
        "products.price_usd",
        "products.listPrice",
        "orders.total",
        "orders.grand_total",
        "orders.amount_due",
        "orders.tax",
        "orders.vat_amount",
        "orders.shipping_fee",
        "orders.discount_amount",
        "orders.order_total",
        "accounts.balance",
        "accounts.available_balance",
        "accounts.credit_limit",
        "employees.salary",
        "employees.base_salary",
        "consultants.hourly_rate",
        "film.replacement_cost",
        "film.rental_rate",
        "events.ticket_price",
        "subscriptions.refund_amount",
        "wallets.opening_balance",
    ],
)
def test_names_of_amounts(path: str) -> None:
    table, column = _column(path)
    assert is_money(column, table)


@pytest.mark.parametrize(
    "path",
    [
        "products.rating",
        "products.weight",
        "places.latitude",
        "orders.tax_rate",
        "orders.discount_percent",
        "orders.exchange_rate",
        "orders.total_items",
        "orders.total_weight",
        "orders.priceindex",
        "products.price_elasticity",
        "products.price_count",
        "stats.avg_price",
        "edges.cost",
        "recipes.amount",
        "measurements.total",
        "measurements.balance",
        "sensors.value",
        "employees.salary_grade",
        "trips.total_distance",
        "trips.cost_per_km",
        "models.training_cost",
        "models.cost_function",
        "users.total_likes",
        "users.total_orders",
        "orders.tax_year",
    ],
)
def test_names_of_other_figures(path: str) -> None:
    table, column = _column(path)
    assert not is_money(column, table)


def test_a_tax_may_be_a_rate_and_a_tax_amount_not() -> None:
    assert may_be_rate(_column("orders.tax")[1])
    assert not may_be_rate(_column("orders.tax_amount")[1])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("users.password", "password"),
        ("users.passwd", "password"),
        ("users.encrypted_password", "password"),
        ("users.PasswordHash", "password"),
        ("users.reset_password_token", "token"),
        ("users.apiKey", "token"),
        ("users.two_factor_secret", "token"),
        ("sessions.token", "token"),
        ("payments.card_number", "card"),
        ("payments.cvv", "card code"),
        ("people.ssn", "identity"),
        ("accounts.iban", "identity"),
    ],
)
def test_names_of_secrets(path: str, kind: str) -> None:
    assert secret_kind(*_column(path)) == kind


@pytest.mark.parametrize(
    "path",
    [
        "users.password_changed_at",
        "users.password_hint",
        "users.is_password_set",
        "users.token_count",
        "users.secret_santa",
        "users.csrf_token",
        "users.public_key",
        "users.api_key_id",
        "users.api_key_prefix",
        "users.secret_name",
        "users.salt",
        "users.card_brand",
        "users.card_last4",
        "lexer.token",
        "words.token_type",
        "users.pin_code",
        "users.max_tokens",
        "users.secret_question",
        "users.passport_expires_on",
        "users.compass",
        "users.bypass",
        "users.secretary",
    ],
)
def test_names_that_tell_about_a_secret_or_nothing_of_the_kind(path: str) -> None:
    assert secret_kind(*_column(path)) is None


def test_names_that_say_that_only_a_hash_is_kept() -> None:
    assert says_hashed(_column("users.password_hash")[1])
    assert says_hashed(_column("users.encryptedPassword")[1])
    assert not says_hashed(_column("users.password")[1])
