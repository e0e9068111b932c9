"""What checks allow is kept, what the settings ask for is done, and what cannot be is said."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from dbwright.catalog.objects import Catalog, Enum, Table
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.errors import UsageError
from dbwright.seed.base import ColumnHint, Limit, Settings, TableHint
from tests.support.value_frames import made, table_of


@pytest.mark.parametrize(
    ("spelling", "limit"),
    [
        ("integer", Limit(lowest=1, highest=5)),
        ("integer", Limit(lowest=10_000_000)),
        ("integer", Limit(highest=-5)),
        ("smallint", Limit(lowest=32_760)),
        ("bigint", Limit(lowest=2**60)),
        ("numeric(5,2)", Limit(lowest=Decimal("0.01"), highest=Decimal("0.99"))),
        ("numeric(10,2)", Limit(lowest=Decimal("1000.5"))),
        ("double precision", Limit(lowest=0, highest=1)),
        ("real", Limit(lowest=5)),
        ("double precision", Limit(highest=-100)),
        ("date", Limit(lowest=date(2030, 1, 1))),
        ("date", Limit(highest=date(1950, 1, 1))),
        ("date", Limit(lowest=date(2024, 2, 28), highest=date(2024, 3, 1))),
        ("timestamptz", Limit(lowest=datetime(2024, 1, 1, tzinfo=UTC), highest=datetime(2024, 1, 2, tzinfo=UTC))),
    ],
)
@pytest.mark.parametrize("name", ["x", "price", "quantity", "age", "rating", "created_at", "birth_date", "latitude"])
def test_bounds_are_kept(name: str, spelling: str, limit: Limit) -> None:
    table = table_of("t", **{name: spelling})
    drawn = made(table, 500, limits={name: limit}).to_series()
    numbered = made(
        table, 2 if limit.highest is not None or limit.lowest == 32_760 else 500, limits={name: limit}, numbered=(name,)
    ).to_series()
    for values in (drawn, numbered):
        found = values.dt.replace_time_zone(None) if isinstance(values.dtype, pl.Datetime) else values
        low, high = (_plain(bound) for bound in (limit.lowest, limit.highest))
        assert low is None or (found >= low).all()
        assert high is None or (found <= high).all()
    assert numbered.n_unique() == len(numbered)


def _plain(bound: Any) -> Any:
    if isinstance(bound, datetime):
        return bound.replace(tzinfo=None)
    return float(bound) if isinstance(bound, Decimal) else bound


def test_only_allowed_values_are_taken() -> None:
    table = table_of("orders", status="text", level="integer", day="date", open="boolean")
    limits = {
        "status": Limit(allowed=("new", "paid", "sent"), forbidden=("sent",)),
        "level": Limit(allowed=(3, 5)),
        "day": Limit(allowed=(date(2024, 1, 1),)),
        "open": Limit(allowed=(True,)),
    }
    frame = made(table, 300, limits=limits)
    assert set(frame["status"]) == {"new", "paid"}
    assert set(frame["level"]) == {3, 5}
    assert set(frame["day"]) == {date(2024, 1, 1)}
    assert frame["open"].all()


def test_where_nothing_but_null_is_allowed_it_is_null() -> None:
    frame = made(table_of("t", a="text?"), 20, limits={"a": Limit(allowed=())})
    assert frame["a"].null_count() == 20


@pytest.mark.parametrize("name", ["code", "email", "phone", "slug", "x"])
@pytest.mark.parametrize(
    "limit",
    [
        Limit(patterns=(r"^[A-Z]{3}-\d{4}$",)),
        Limit(patterns=(r"^[a-z0-9-]+$",), least_length=5, most_length=12),
        Limit(patterns=(r"^.+@.+$",)),
        Limit(patterns=(r"^\+?[0-9]{7,15}$",)),
        Limit(least_length=30),
        Limit(least_length=8, most_length=8),
        Limit(letter_case="lower"),
        Limit(letter_case="upper", most_length=6),
    ],
)
def test_patterns_lengths_and_case_are_kept(name: str, limit: Limit) -> None:
    table = table_of("t", **{name: "text"})
    for numbered in ((), (name,)):
        texts = made(table, 200, limits={name: limit}, numbered=numbered).to_series()
        for text in texts:
            assert all(re.fullmatch(pattern, text) for pattern in limit.patterns), text
            assert limit.least_length <= len(text) <= (limit.most_length or 10**6)
            assert limit.letter_case is None or text == (text.lower() if limit.letter_case == "lower" else text.upper())
        assert not numbered or texts.n_unique() == 200


def test_a_meaning_stays_where_its_values_match_the_pattern() -> None:
    limit = Limit(patterns=(r"^[^@\s]+@[^@\s]+\.[a-z]+$",))
    texts = made(table_of("users", email="text"), 50, limits={"email": limit})["email"]
    assert texts.str.contains("example").all()


def test_labels_of_enums_are_taken() -> None:
    column = Column(name="mood", type=Type("enum", "mood", user_type=("public", "mood")), nullable=False)
    table = Table(namespace="public", name="t", columns=(column,))
    catalog = Catalog(
        engine="postgres", tables=(table,), enums=(Enum(namespace="public", name="mood", labels=("sad", "it's ok")),)
    )
    frame = made(table, 100, catalog=catalog, limits={"mood": Limit(allowed=("sad", "it's ok"))})
    assert set(frame["mood"]) == {"sad", "it's ok"}


def _settings(**hints: ColumnHint) -> Settings:
    return Settings(tables={"t": TableHint(columns=hints)})


def test_hints_make_the_values() -> None:
    table = table_of("t", a="text", b="text", c="text", d="integer", e="text", f="boolean", g="date", h="text")
    frame = made(
        table,
        2_000,
        settings=_settings(
            a=ColumnHint(values={"x": 9, "y": 1}),
            b=ColumnHint(values=["one", "two"]),
            c=ColumnHint(pattern="[A-Z]{2}-[0-9]{3}"),
            d=ColumnHint(constant=7),
            e=ColumnHint(template="{a}/{d} no. {row}"),
            f=ColumnHint(values={"true": 0.2, "false": 0.8}),
            g=ColumnHint(since="2024-01-01", until="2024-02-01"),
            h=ColumnHint(meaning="city"),
        ),
    )
    assert (frame["a"] == "x").mean() == pytest.approx(0.9, abs=0.03)
    assert set(frame["b"]) == {"one", "two"}
    assert frame["c"].str.contains("^[A-Z]{2}-[0-9]{3}$").all()
    assert set(frame["d"]) == {7}
    assert frame["e"][41] == f"{frame['a'][41]}/7 no. 42"
    assert frame["f"].mean() == pytest.approx(0.2, abs=0.04)
    assert str(frame["g"].min()) >= "2024-01-01"
    assert str(frame["g"].max()) < "2024-02-01"
    assert frame["h"].n_unique() > 200


@pytest.mark.parametrize(
    ("hint", "sentence"),
    [
        (ColumnHint(meaning="emial"), 'no meaning "emial"'),
        (ColumnHint(meaning="price"), "cannot hold the meaning"),
        (ColumnHint(values=[]), "is empty"),
        (ColumnHint(values=["a", "a"]), "twice"),
        (ColumnHint(values={"a": -1.0}), "must not be negative"),
        (ColumnHint(pattern="(?=x)"), "can be made by the pattern"),
        (ColumnHint(template="{nobody}"), "no other column"),
        (ColumnHint(template="{a"), "cannot be read"),
        (ColumnHint(nulls=0.5), "NOT NULL"),
        (ColumnHint(correlate={"b": 0.5}), "cannot go with"),
    ],
)
def test_hints_that_cannot_be_are_said(hint: ColumnHint, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        made(table_of("t", a="text", b="integer"), 5, settings=_settings(a=hint))


def test_other_mistakes_are_said() -> None:
    table = table_of("t", a="integer", b="integer")
    with pytest.raises(UsageError, match='a column "nobody"'):
        made(table, 5, settings=_settings(nobody=ColumnHint()))
    with pytest.raises(UsageError, match="in a circle"):
        made(table, 5, settings=_settings(a=ColumnHint(correlate={"b": 0.5}), b=ColumnHint(correlate={"a": 0.5})))
    with pytest.raises(UsageError, match='the locale "xx"'):
        made(table, 5, settings=Settings(locale="xx"))
    with pytest.raises(UsageError, match="is no integer"):
        made(table, 5, settings=_settings(a=ColumnHint(values=["many"])))


def test_odd_names_and_empty_frames_are_no_trouble() -> None:
    table = table_of(
        'a b"c.d%',
        **{"E-Mail 'x'": "text", "größe": "integer", "日付": "date?", "%s": "text", "select": "text", " ": "text"},
    )
    frame = made(table, np.array([], dtype=np.int64))
    assert frame.height == 0
    assert made(table, 3).height == 3


@pytest.mark.parametrize(
    ("limit", "length"), [(Limit(least_length=32, most_length=32), 32), (Limit(most_length=4), 4), (Limit(), 16)]
)
def test_bytes_are_as_long_as_the_checks_want(limit: Limit, length: int) -> None:
    frame = made(table_of("t", hash="bytea"), 100, limits={"hash": limit}, numbered=("hash",))
    assert set(frame["hash"].bin.size()) == {length}
    assert frame["hash"].n_unique() == 100
