"""Laws of all values: functions of the row's number alone, numbered ones different, texts no longer than their column."""

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.engines.postgres.types import canonical_spelling, meaning
from dbwright.seed.base import Settings
from dbwright.seed.draw import Draw
from dbwright.seed.values import values_for
from dbwright.seed.values.phrases import PHRASES
from tests.support.value_frames import made, table_of

NAMES = sorted({meaning: phrase for phrase, meaning in PHRASES.items()}.items())
"""One name of a column for each meaning."""
LOCALES = ("en", "de", "fr", "ja", "ru", "pt-br")
WIDE = {
    "id": "bigint", "first_name": "varchar(30)", "last_name": "varchar(30)", "email": "varchar(80)", "username": "varchar(30)",
    "phone": "varchar(20)", "street": "varchar(60)", "postcode": "varchar(10)", "city": "text?", "country": "text", "lat": "float8",
    "birth_date": "date", "created_at": "timestamptz", "updated_at": "timestamptz?", "deleted_at": "timestamptz?", "price": "numeric(10,2)",
    "score": "double precision?", "active": "boolean", "bio": "text?", "token": "uuid", "settings": "jsonb", "tags": "text[]",
}  # fmt: skip


def _folded(value: object) -> object:
    """A value as an index without case and accents keeps it."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKD", value.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).rstrip()


@pytest.mark.parametrize("locale", LOCALES)
def test_rows_do_not_depend_on_their_batch(locale: str) -> None:
    table = table_of("users", **WIDE)
    numbered = ("id", "email", "username")
    chosen = Settings(locale=locale)
    whole = made(table, 500, settings=chosen, numbered=numbered)
    parts = [
        made(table, np.arange(start, start + 100), settings=chosen, numbered=numbered) for start in range(0, 500, 100)
    ]
    assert pl.concat(parts).equals(whole)
    order = np.array([444, 3, 3, 0, 499])
    assert made(table, order, settings=chosen, numbered=numbered).equals(whole[order.tolist()])


def test_another_seed_draws_other_rows() -> None:
    table = table_of("users", **WIDE)
    first, second = (made(table, 50, settings=Settings(seed=seed)) for seed in (1, 2))
    for name in ("first_name", "email", "birth_date", "price", "token"):
        assert not first[name].equals(second[name])


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from([phrase.replace(" ", "_") for _, phrase in NAMES] + ["flurb", "code", "name"]),
    spelling=st.sampled_from(
        ["text", "char(1)", "char(2)", "char(3)", "varchar(4)", "varchar(6)", "varchar(7)", "varchar(8)", "varchar(11)", "varchar(15)",
         "varchar(20)", "varchar(40)", "varchar(255)", "integer", "smallint", "numeric(4,2)", "numeric(12,4)", "real", "double precision",
         "date", "timestamp(0)", "time", "uuid", "jsonb", "inet", "bytea"]
    ),
    locale=st.sampled_from(LOCALES),
    start=st.integers(0, 10**9),
)  # fmt: skip
def test_numbered_values_differ_and_fit(name: str, spelling: str, locale: str, start: int) -> None:
    type_ = meaning(canonical_spelling(spelling))
    column = Column(name=name, type=type_, nullable=False)
    table = Table(namespace="public", name="things", columns=(column,))
    (values,) = values_for(table, Catalog(engine="postgres", tables=(table,)), Settings(locale=locale), {})
    capacity = values.capacity
    count = 400 if capacity is None else min(400, capacity)
    first = 0 if capacity is None else min(start, capacity - count)
    numbers = np.arange(first if capacity else start, (first if capacity else start) + count, dtype=np.int64)
    numbered = values.nth(numbers, Draw(1, "x"), pl.DataFrame())[name]
    assert not numbered.has_nulls()
    assert len({_folded(value) for value in numbered.to_list()}) == count or _tells_case(type_, numbered)
    drawn = values.draw(numbers, Draw(1, "x"), pl.DataFrame())[name]
    if type_.is_text and type_.length:
        assert max(map(len, numbered)) <= type_.length
        assert max(map(len, drawn)) <= type_.length
        assert min(map(len, drawn)) > 0
    assert drawn.dtype == numbered.dtype


def _tells_case(type_: Type, numbered: pl.Series) -> bool:
    """Short columns may differ by case alone where the database tells case."""
    return type_.is_text and type_.length is not None and type_.length <= 3 and numbered.n_unique() == len(numbered)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_meaning_makes_values_of_its_own(locale: str) -> None:
    for meaning_, phrase in NAMES:
        table = table_of("things", **{phrase.replace(" ", "_"): "text"})
        values = made(table, 40, settings=Settings(locale=locale)).to_series()
        assert values.dtype == pl.String, meaning_
        assert values.str.len_chars().min(), meaning_


def test_personal_data_is_nobodys() -> None:
    table = table_of("users", email="text", website="text", phone="text", ip="inet", iban="text", avatar_url="text")
    frame = made(table, 3_000)
    assert frame["email"].str.contains(r"@([a-z]+\.)?example\.(com|org|net)$").all()
    assert frame["website"].str.starts_with("https://example.com/").all()
    assert frame["ip"].str.starts_with("10.").all()
    assert frame["iban"].str.contains(r"^DE\d\d00000000\d{10}$").all()
    american = frame.filter(pl.col("phone").str.starts_with("+1-"))["phone"]
    assert american.str.starts_with("+1-555-").all()
    assert len(american) > 100


@pytest.mark.parametrize(
    ("name", "spelling", "usual"),
    [
        ("name", "varchar(60)", 100_000),
        ("full_name", "text", 1_000_000),
        ("first_name", "varchar(20)", 1_000),
        ("category", "varchar(30)", 40),
        ("created_at", "date", 1_000),
        ("price", "numeric(8,2)", 100_000),
    ],
)
def test_the_first_numbered_values_look_like_drawn_ones_and_the_others_differ_from_them(
    name: str, spelling: str, usual: int
) -> None:
    table = table_of("things", **{name: spelling})
    (values,) = values_for(table, Catalog(engine="postgres", tables=(table,)), Settings(), {})
    count = values.usual  # type: ignore[attr-defined]
    assert count >= usual
    numbers = np.array(
        [0, 1, 2, count - 2, count - 1, count, count + 1, count + 2, 2 * count, 3 * count + 1], dtype=np.int64
    )
    found = values.nth(numbers, Draw(1, "x"), pl.DataFrame())[name]
    assert found.n_unique() == len(numbers)
    if found.dtype == pl.String:
        assert not found[:5].str.contains(r"\d").any()
        assert found[5:].str.contains(r"\d$").all()
    if name == "created_at":
        assert found[:5].is_between(pl.date(2022, 1, 1), pl.date(2024, 12, 31)).all()


def test_a_unique_date_may_be_any_day_that_databases_know() -> None:
    table = table_of("days", day="date")
    (values,) = values_for(table, Catalog(engine="postgres", tables=(table,)), Settings(), {})
    assert values.capacity is not None
    assert values.capacity > 3_000_000
    ends = np.array([0, values.capacity // 2, values.capacity - 1], dtype=np.int64)
    found = values.nth(ends, Draw(1, "x"), pl.DataFrame())["day"]
    assert found[0].year == 2022
    assert all(1000 <= day.year <= 9999 for day in found)
