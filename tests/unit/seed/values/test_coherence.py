"""The columns of one row fit each other."""

import json

import polars as pl
import pytest
from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Check, Column, PrimaryKey
from dbwright.engines.sqlite.types import type_of
from dbwright.seed.base import Settings
from dbwright.seed.values.countries import countries
from dbwright.seed.values.places import world
from tests.support.value_frames import made, share_of, table_of


@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_addresses_and_user_names_are_made_of_the_names(locale: str) -> None:
    table = table_of(
        "users", first_name="text", last_name="text", email="text", username="text", full_name="text", initials="text"
    )
    frame = made(table, 500, settings=Settings(locale=locale), numbered=("email",))
    for first, last, email, username, whole, initials in frame.rows():
        assert whole == f"{first} {last}"
        assert initials == first[0] + last[0]
        if f"{first}{last}".isascii():
            plain = "".join(letter for letter in last.lower() if letter.isalpha())
            assert plain in email
            assert plain in username
            assert email[0] == first[0].lower() == username[0]


def test_first_names_and_salutations_go_with_the_gender() -> None:
    frame = made(table_of("people", gender="text", salutation="text", first_name="text"), 2_000)
    women = frame.filter(pl.col("gender") == "female")
    men = frame.filter(pl.col("gender") == "male")
    assert set(women["salutation"]) == {"Ms."}
    assert set(men["salutation"]) == {"Mr."}
    shared = set(women["first_name"]) & set(men["first_name"])
    assert len(shared) < 0.2 * women["first_name"].n_unique()


@pytest.mark.parametrize("locale", ["en", "de", "fr", "ja", "es"])
def test_parts_of_an_address_lie_in_one_place(locale: str) -> None:
    table = table_of(
        "addresses", city="text", postcode="varchar(12)", region="text", country="text", country_code="char(2)", latitude="float8",
        longitude="float8", time_zone="text",
    )  # fmt: skip
    frame = made(table, 600, settings=Settings(locale=locale))
    known = world().frame
    for city, code in zip(frame["city"], frame["country_code"], strict=True):
        if locale != "ja":
            assert known.filter((pl.col("city") == city) & (pl.col("country_code") == code)).height == 1
    near = frame.group_by("city").agg(
        (pl.col("latitude").max() - pl.col("latitude").min()).alias("spread"),
        pl.col("time_zone").n_unique().alias("zones"),
        pl.col("region").n_unique().alias("regions"),
        pl.col("country").n_unique().alias("countries"),
    )
    assert near.filter(pl.col("spread") > 0.13).is_empty()
    assert near.select("zones", "regions", "countries").max().row(0) == (1, 1, 1)


def test_two_addresses_of_a_row_are_kept_apart() -> None:
    frame = made(
        table_of("orders", billing_city="text", billing_country="text", shipping_city="text", shipping_country="text"),
        500,
    )
    known = dict(world().frame.select("city", "country").rows())
    assert all(known[city] == country for city, country in frame.select("billing_city", "billing_country").rows())
    assert all(known[city] == country for city, country in frame.select("shipping_city", "shipping_country").rows())
    assert share_of(frame["billing_city"] != frame["shipping_city"]) > 0.9


def test_an_address_in_one_column_is_whole_and_beside_its_parts_a_street() -> None:
    alone = made(table_of("people", address="text"), 100)["address"]
    assert alone.str.contains(", ").all()
    beside = made(table_of("people", address="text", city="text", zip="text"), 100)["address"]
    assert not beside.str.contains(", ").any()


def test_telephone_numbers_are_those_of_the_country() -> None:
    frame = made(table_of("people", country_code="char(2)", phone="varchar(30)"), 800)
    codes = dict(world().frame.select("country_code", "calling_code").rows())
    assert all(phone.startswith(f"+{codes[code]}") for code, phone in frame.rows())


def test_the_name_of_a_country_follows_its_code_where_that_is_the_key() -> None:
    table = replace(table_of("countries", code="char(2)", name="text"), primary_key=PrimaryKey(columns=("code",)))
    frame = made(table, 150, numbered=("code",))
    known = dict(countries().select("code", "name").rows())
    assert all(known[code] == name for code, name in frame.rows())


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("created_at", "updated_at"),
        ("created_at", "deleted_at"),
        ("updated_at", "deleted_at"),
        ("start_date", "end_date"),
        ("ordered_at", "shipped_at"),
        ("shipped_at", "delivered_at"),
        ("valid_from", "valid_until"),
        ("check_in", "check_out"),
        ("birth_date", "death_date"),
        ("hire_date", "termination_date"),
    ],
)
@pytest.mark.parametrize(
    "types", [("date", "date"), ("timestamptz", "timestamptz"), ("date", "timestamp"), ("timestamp?", "date?")]
)
def test_times_come_one_after_the_other(earlier: str, later: str, types: tuple[str, str]) -> None:
    frame = made(table_of("things", **{earlier: types[0], later: types[1]}), 800).drop_nulls()
    first, second = (frame[name].cast(pl.Datetime("us")) for name in (earlier, later))
    assert len(frame) > 40
    assert (first <= second).all()
    if later in ("end_date", "valid_until", "check_out"):
        assert (first < second).all()


def test_a_later_time_is_missing_where_the_earlier_one_is() -> None:
    frame = made(table_of("orders", shipped_at="timestamptz?", delivered_at="timestamptz?"), 2_000)
    assert frame.filter(pl.col("shipped_at").is_null())["delivered_at"].null_count() > 0
    assert frame.filter(pl.col("shipped_at").is_null() & pl.col("delivered_at").is_not_null()).height == 0


def test_totals_are_computed() -> None:
    lines = made(
        table_of("order_items", quantity="integer", unit_price="numeric(10,2)", line_total="numeric(12,2)"), 300
    )
    assert ((lines["quantity"] * lines["unit_price"]).round(2) == lines["line_total"]).all()
    orders = made(
        table_of(
            "orders", subtotal="numeric(10,2)", tax="numeric(10,2)", shipping="numeric(10,2)", total="numeric(12,2)"
        ),
        300,
    )
    assert ((orders["subtotal"] + orders["tax"] + orders["shipping"]).round(2) == orders["total"]).all()


def test_slugs_are_made_of_titles() -> None:
    frame = made(table_of("posts", title="text", slug="text"), 200)
    for title, slug in frame.rows():
        assert slug.startswith(
            "".join(letter for letter in title.split()[0].lower() if letter.isascii() and letter.isalpha())
        )
    assert frame["slug"].str.contains("^[a-z]+(-[a-z]+)*$").all()


def _sqlite(*checks: str, **columns: str) -> tuple[Table, Catalog]:
    """A table of SQLite; a default stands behind a bar."""
    made_ = [
        Column(
            name=name, type=type_of(spelling.split("|")[0]), nullable=False, default=spelling.partition("|")[2] or None
        )
        for name, spelling in columns.items()
    ]
    table = Table(
        namespace="", name="things", columns=tuple(made_), checks=tuple(Check(expression=each) for each in checks)
    )
    return table, Catalog(engine="sqlite", tables=(table,))


def test_texts_named_for_times_hold_times_in_the_form_of_the_defaults() -> None:
    default = "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
    table, catalog = _sqlite(
        created_at=f"TEXT|{default}", occurred_at="TEXT", updated_at="TEXT", starts_on="TEXT", ends_on="TEXT"
    )
    frame = made(table, 500, catalog=catalog)
    for name in ("created_at", "occurred_at", "updated_at"):
        assert frame[name].str.contains(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$").all()
    for name in ("starts_on", "ends_on"):
        assert frame[name].str.contains(r"^\d{4}-\d\d-\d\d$").all()
    assert (frame["created_at"] <= frame["updated_at"]).all()
    assert (frame["starts_on"] < frame["ends_on"]).all()
    plain, catalog = _sqlite(created_at="TEXT")
    assert made(plain, 50, catalog=catalog)["created_at"].str.contains(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$").all()


def test_texts_that_must_be_json_are_and_flags_in_integers_are_0_or_1() -> None:
    table, catalog = _sqlite(
        "json_valid(extra)", extra="TEXT", metadata="TEXT", is_active="INTEGER", has_mail="INTEGER"
    )
    frame = made(table, 300, catalog=catalog, numbered=("extra",))
    assert all(isinstance(json.loads(text), dict) for name in ("extra", "metadata") for text in frame[name])
    assert frame["extra"].n_unique() == 300
    assert set(frame["is_active"]) == set(frame["has_mail"]) == {0, 1}
    assert share_of(frame["is_active"] == 1) > 0.8


def test_defaults_tell_how_flags_are_written_and_how_large_numbers_are() -> None:
    table, catalog = _sqlite(
        active="CHAR(1)|'Y'",
        enabled="SMALLINT|1",
        rental_duration="SMALLINT|3",
        rental_rate="DECIMAL(4,2)|4.99",
        release_year="VARCHAR(4)",
    )
    frame = made(table, 1_000, catalog=catalog)
    assert set(frame["active"]) == {"Y", "N"}
    assert set(frame["enabled"]) == {0, 1}
    assert frame["rental_duration"].is_between(1, 60).all()
    assert 2 <= float(frame["rental_rate"].cast(pl.Float64).to_numpy().mean()) <= 9
    assert frame["release_year"].str.contains("^(19|20)[0-9]{2}$").all()
