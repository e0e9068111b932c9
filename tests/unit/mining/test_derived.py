"""Derived columns: each kind is found, its SQL gives the column on every row but those against it, and nothing is by chance."""

import datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dbwright.catalog.dependencies import Derived
from dbwright.mining.derived import derived
from dbwright.mining.encode import encode
from dbwright.mining.held import Held
from dbwright.mining.typed import typed
from dbwright.tables.formula import in_dialect

_ROWS = 400
_DAY = datetime.timedelta(days=1)


def _search(frame: pl.DataFrame, max_error: float = 0.01) -> list[Held]:
    search = derived(frame, encode(frame), values=typed(frame), max_error=max_error)
    assert search.complete
    return list(search.found)


def _formulas(frame: pl.DataFrame) -> dict[str, str]:
    return {each.column: each.formula for held in _search(frame) if isinstance(each := held.dependency, Derived)}


def _money(random: np.random.Generator, most: float = 100.0) -> list[Decimal]:
    return [Decimal(int(cents)) / 100 for cents in random.integers(1, int(most * 100), _ROWS)]


def _orders() -> pl.DataFrame:
    random = np.random.default_rng(0)
    quantity = [int(n) for n in random.integers(1, 20, _ROWS)]
    price, shipping = _money(random), _money(random, 20)
    discount = [Decimal(int(n)) / 100 for n in random.choice([0, 5, 10, 20], _ROWS)]
    net = [q * p for q, p in zip(quantity, price, strict=True)]
    reduced = [(n * (1 - d)).quantize(Decimal("0.01"), ROUND_HALF_UP) for n, d in zip(net, discount, strict=True)]
    total = [r + s for r, s in zip(reduced, shipping, strict=True)]
    paid = [t * int(n) / 2 for t, n in zip(total, random.integers(0, 3, _ROWS), strict=True)]
    return pl.DataFrame(
        {
            "quantity": quantity,
            "price": price,
            "discount": discount,
            "net": net,
            "reduced": reduced,
            "shipping": shipping,
            "total": total,
            "paid": paid,
            "balance": [t - p for t, p in zip(total, paid, strict=True)],
        }
    )


def _people() -> pl.DataFrame:
    firsts = [("Ann", "Bob", "Cid", "Dagny", "Eva", "Frank", "Gus")[n % 7] for n in range(_ROWS)]
    lasts = [
        ("Stone", "Jones", "Lee", "Kim", "Rayner", "Fox", "Cole", "Deanna", "Hunt", "Ivers", "Jakes")[n % 11]
        for n in range(_ROWS)
    ]
    names = list(zip(firsts, lasts, strict=True))
    return pl.DataFrame(
        {
            "id": range(1, _ROWS + 1),
            "first": firsts,
            "last": lasts,
            "full": [f"{a} {b}" for a, b in names],
            "sorted": [f"{b}, {a}" for a, b in names],
            "email": [f"{a}.{b}@example.org".lower() for a, b in names],
            "shout": [b.upper() for b in lasts],
            "number": [f"C-{n:06d}" for n in range(1, _ROWS + 1)],
        }
    )


def _events() -> pl.DataFrame:
    random = np.random.default_rng(1)
    starts = [datetime.date(2021, 1, 1) + int(n) * _DAY for n in random.integers(0, 1500, _ROWS)]
    nights = [int(n) for n in random.integers(1, 15, _ROWS)]
    return pl.DataFrame(
        {
            "arrival": starts,
            "nights": nights,
            "departure": [day + n * _DAY for day, n in zip(starts, nights, strict=True)],
            "reminder": [day + 30 * _DAY for day in starts],
            "year": [day.year for day in starts],
            "month": [day.strftime("%Y-%m") for day in starts],
        }
    )


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            _orders(),
            {
                "net": '"quantity" * "price"',
                "reduced": 'ROUND("net" * (1 - "discount"), 2)',
                "total": '"reduced" + "shipping"',
                "balance": '"total" - "paid"',
            },
        ),
        (
            _people(),
            {
                "full": """"first" || ' ' || "last\"""",
                "sorted": """"last" || ', ' || "first\"""",
                "email": """LOWER("first") || '.' || LOWER("last") || '@example.org'""",
                "shout": 'UPPER("last")',
                "number": """'C-' || LPAD(CAST("id" AS TEXT), 6, '0')""",
            },
        ),
        (
            _events(),
            {
                "nights": '"departure" - "arrival"',
                "reminder": """"arrival" + INTERVAL '30' DAY""",
                "year": 'EXTRACT(YEAR FROM "arrival")',
                "month": """TO_CHAR("arrival", 'YYYY-MM')""",
            },
        ),
    ],
    ids=["orders", "people", "events"],
)
def test_formulas_of_a_table(frame: pl.DataFrame, expected: dict[str, str]) -> None:
    assert _formulas(frame) == expected
    assert _formulas(frame.select(reversed(frame.columns))).keys() <= set(frame.columns)


@pytest.mark.parametrize("frame", [_orders(), _people(), _events()], ids=["orders", "people", "events"])
def test_the_sql_gives_the_column(frame: pl.DataFrame, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    exact = frame.with_columns(pl.col(pl.Decimal).cast(pl.Decimal(18, 4)))
    with duckdb.connect() as connection:
        exact.write_parquet(tmp_path / "rows.parquet")
        connection.execute(f"CREATE VIEW \"rows\" AS FROM '{tmp_path / 'rows.parquet'}'")
        for column, formula in _formulas(frame).items():
            there = in_dialect(formula, "duckdb")
            (against,) = connection.execute(
                f'SELECT count(*) FROM "rows" WHERE "{column}" IS DISTINCT FROM {there}'
            ).fetchone()
            assert against == 0, (column, there)


def test_a_wrong_row_is_shown() -> None:
    frame = _orders()
    wrong = frame.with_columns(total=pl.when(pl.int_range(_ROWS) == 17).then(Decimal("0.01")).otherwise("total"))
    (held,) = (each for each in _search(wrong) if each.dependency.inputs == {"reduced", "shipping"})  # type: ignore[union-attr]
    assert held.against.tolist() == [17]


def test_halves_rounded_to_even_are_told_as_against() -> None:
    net, rate = [Decimal(n) / 100 for n in range(1001, 1001 + _ROWS)], Decimal("0.05")
    tax = [(each * rate).quantize(Decimal("0.01"), ROUND_HALF_EVEN) for each in net]
    other = [(each * rate).quantize(Decimal("0.01"), ROUND_HALF_UP) for each in net]
    (held,) = _search(pl.DataFrame({"net": net, "tax": tax}))
    assert isinstance(held.dependency, Derived)
    assert held.dependency.formula == 'ROUND("net" * 0.05, 2)'
    assert held.against.tolist() == [row for row in range(_ROWS) if tax[row] != other[row]] != []


def test_nulls_pass_through_or_are_skipped() -> None:
    orders = _orders().select("reduced", "shipping", "total")
    missing = pl.int_range(_ROWS) % 4 == 0
    nulls = orders.with_columns(shipping=pl.when(missing).then(None).otherwise("shipping"))
    passed = nulls.with_columns(total=pl.when(missing).then(None).otherwise("total"))
    skipped = nulls.with_columns(total=pl.when(missing).then("reduced").otherwise("total"))
    assert _formulas(passed) == {"total": '"reduced" + "shipping"'}
    assert _formulas(skipped) == {"total": '"reduced" + COALESCE("shipping", 0)'}


def test_middle_names_may_be_missing() -> None:
    people = (
        _people().select("first", "last").with_columns(middle=pl.when(pl.int_range(_ROWS) % 2 == 0).then(pl.lit("Q.")))
    )
    middle = people.with_columns(middle=pl.concat_str("middle", pl.col("last").str.slice(0, 1)))
    full = middle.with_columns(full=pl.concat_str("first", "middle", "last", separator=" ", ignore_nulls=True))
    assert _formulas(full)["full"] == """CONCAT_WS(' ', "first", "middle", "last")"""


def test_a_column_that_is_another() -> None:
    frame = _people().select("last").with_columns(copy=pl.col("last"))
    assert [each.dependency for each in _search(frame)] == [Derived("copy", '"last"', frozenset({"last"}), "copy")]


def test_multiples_and_parts() -> None:
    random = np.random.default_rng(2)
    metres = random.integers(1, 9000, _ROWS)
    code = [
        f"{letter}{number}"
        for letter, number in zip(random.choice(list("KLMNOP"), _ROWS), random.permutation(_ROWS), strict=True)
    ]
    found = _formulas(
        pl.DataFrame({"metres": metres, "kilometres": metres / 1000, "group": [c[0] for c in code], "code": code})
    )
    assert found["kilometres"] == '"metres" / 1000.0'
    assert found["group"] == 'SUBSTRING("code" FROM 1 FOR 1)'


@pytest.mark.parametrize("seed", range(5))
def test_nothing_by_chance(seed: int) -> None:
    random = np.random.default_rng(seed)
    numbers = {f"n{n}": random.integers(0, 4 + 3 * n, 300) for n in range(12)}
    texts = {f"t{n}": random.choice(["a", "b", "ab", "ba", "a b"], 300) for n in range(3)}
    flags = {f"f{n}": random.integers(0, 2, 300) for n in range(3)}
    assert not _search(pl.DataFrame(numbers | texts | flags))


def test_constants_flags_and_zeros_take_no_part() -> None:
    random = np.random.default_rng(3)
    price = random.integers(1, 1000, 300)
    frame = pl.DataFrame({"price": price, "quantity": [1] * 300, "fee": [0] * 300, "flag": price % 2, "odd": price % 2})
    assert not _search(frame)


def test_odd_values() -> None:
    frame = pl.DataFrame(
        {
            "nan": [float("nan"), float("inf"), 1.0] * 20,
            "big": [2**62 + n for n in range(60)],
            'a"b': [None, "x", ""] * 20,
            "none": [None] * 60,
            "bytes": [b"\x00"] * 60,
            "list": [[1]] * 60,
        }
    )
    assert not _search(frame)
    assert not _search(frame.head(0))
    assert not _search(frame.head(1))
    assert not _search(pl.DataFrame())
