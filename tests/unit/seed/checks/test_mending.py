"""Rows that break conditions are changed until they hold, each row for itself."""

from datetime import UTC, datetime
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.catalog.objects import Catalog, Check, Column, ForeignKey, Generated, Table
from dbwright.catalog.types import Type
from dbwright.seed.checks.checked import Checked
from dbwright.seed.checks.plausible import plausible
from dbwright.seed.checks.understand import understand
from dbwright.seed.draw import Draw
from tests.support.random_conditions import condition as random_condition

_TYPES = {
    "int": Type("integer", "integer", bits=32),
    "small": Type("integer", "smallint", bits=16),
    "money": Type("decimal", "numeric(10,2)", precision=10, scale=2),
    "share": Type("decimal", "numeric(5,2)", precision=5, scale=2),
    "real": Type("float", "double precision", bits=64),
    "text": Type("text", "text"),
    "code": Type("varchar", "character varying(12)", length=12),
    "date": Type("date", "date"),
    "instant": Type("timestamp", "timestamp with time zone", with_zone=True),
    "flag": Type("boolean", "boolean"),
    "json": Type("json", "jsonb", binary_json=True),
    "array": Type("array", "text[]", element=Type("text", "text")),
    "hash": Type("binary", "bytea", variable=True),
}
_ROWS = 300


def _table(columns: str, *checks: str, generated: dict[str, str] | None = None, keys: tuple[str, ...] = ()) -> Table:
    """A table of columns as "name type, name type!" (! for NOT NULL)."""
    made = []
    for each in columns.split(","):
        name, kind = each.split()
        expression = (generated or {}).get(name)
        made.append(
            Column(
                name=name,
                type=_TYPES[kind.rstrip("!")],
                nullable=not kind.endswith("!"),
                generated=Generated(expression=expression) if expression else None,
            )
        )
    foreign = tuple(ForeignKey(columns=(key,), table=("", "parent"), referenced=("id",)) for key in keys)
    return Table(
        namespace="",
        name="t",
        columns=tuple(made),
        checks=tuple(Check(expression=each) for each in checks),
        foreign_keys=foreign,
    )


def _understood(table: Table, engine: str = "postgres") -> Checked:
    return understand(table, Catalog(engine=engine, tables=(table,)), now=datetime(2025, 6, 15, tzinfo=UTC))


def _rows(table: Table, checked: Checked, nulls: float = 0.2) -> pl.DataFrame:
    """Random values within the limits of each column."""
    rows, draw = np.arange(_ROWS), Draw(7, table.name)
    made = {}
    for column in table.columns:
        if column.generated is not None:
            continue
        limit = checked.limits[column.name]
        values = plausible(column.type, limit, rows, draw.of(column.name))
        if values is None:  # only NULL may stand there, or nothing at all
            made[column.name] = pl.Series([None] * _ROWS)
            continue
        empty = pl.Series(limit.nullable & (draw.of(column.name, "null").fractions(rows) < nulls))
        made[column.name] = pl.select(pl.when(empty).then(None).otherwise(values)).to_series()
    return pl.DataFrame(made)


_CASES = [
    ("starts instant!, ends instant", ["ends > starts"]),
    ("starts instant!, ends instant!", ["ends > starts", "ends <= starts + interval '8 hours'"]),
    ("first date, last date", ["last IS NULL OR first <= last", "last - first <= 30"]),
    ("a int!, b int!, c int!, d int!", ["a < b", "b < c", "c < d"]),
    ("low int!, high int!", ["low <= high AND high - low <= 10"]),
    ("price money!, cost money", ["cost < price", "price > 0", "cost >= 0"]),
    ("qty int!, price money!, total money!", ["qty BETWEEN 1 AND 9", "price >= 0", "total = qty * price"]),
    ("net money!, tax money!, total money!", ["total = net + tax", "tax <= net * 0.25", "tax >= 0", "net >= 0"]),
    ("a share!, b share!, c share!", ["a + b + c = 100", "a >= 0", "b >= 0", "c >= 0"]),
    ("w int!, h int!, area int!", ["area = w * h", "w > 0 AND w < 100", "h > 0 AND h < 100"]),
    ("status text!, paid instant, sent instant", ["status IN ('new', 'paid', 'sent')",
        "(status = 'sent') = (sent IS NOT NULL)", "status = 'new' OR paid IS NOT NULL"]),
    ("kind text!, a int, b int", ["(kind = 'a' AND a IS NOT NULL AND b IS NULL) OR (kind = 'b' AND b IS NOT NULL AND a IS NULL)"]),
    ("a int, b int, c int", ["num_nonnulls(a, b, c) = 1"]),
    ("a int, b int, c int", ["num_nonnulls(a, b, c) BETWEEN 1 AND 2"]),
    ("a int, b int", ["a IS NOT NULL OR b IS NOT NULL"]),
    ("a int, b int", ["(a IS NULL) = (b IS NULL)"]),
    ("a int, b int", ["(a IS NULL)::integer + (b IS NULL)::integer = 1"]),
    ("flag flag!, note text", ["CASE WHEN flag THEN note IS NOT NULL ELSE note IS NULL END"]),
    ("flag flag!, a int!", ["NOT flag OR a > 500"]),
    ("code code!", ["code ~ '^[A-Z]{3}-[0-9]{4}$'"]),
    ("code code!", ["code = upper(code)", "length(code) = 6"]),
    ("code text!", ["code !~ '[aeiou]'"]),
    ("code text!", ["code <> 'abc'", "length(trim(code)) >= 3"]),
    ("kind text!, code text!", ["kind IN ('x', 'y')", "kind <> 'x' OR code LIKE 'X-%'", "kind <> 'y' OR code LIKE 'Y-%'"]),
    ("n int!", ["n % 5 = 0", "n > 0"]),
    ("n money!", ["n = round(n)"]),
    ("day date!", ["EXTRACT(isodow FROM day) < 6"]),
    ("month date!", ["month = date_trunc('month', month)"]),
    ("born date!", ["born <= CURRENT_DATE - interval '18 years'", "born > '1950-01-01'"]),
    ("data json!", ["jsonb_typeof(data) = 'object'", "data ? 'name'", "(data ->> 'size') IS NOT NULL"]),
    ("tags array!", ["cardinality(tags) BETWEEN 1 AND 3"]),
    ("tags array!", ["tags <@ ARRAY['a', 'b']", "array_length(tags, 1) > 0"]),
    ("hash hash!", ["octet_length(hash) = 32"]),
    ("a int!, b int!", ["a <> b", "a IN (1, 2)", "b IN (1, 2)"]),
    ("a int, b int", ["a IS DISTINCT FROM b"]),
    ("a real!, b real!", ["abs(a - b) < 1"]),
    ("x int!, y int!", ["x + y <= 100", "x >= 0", "y >= 0", "x - y >= -5"]),
    ("first text!, last text!, name text!", ["name = first || ' ' || last"]),
    ("amount money!, refunded money!", ["refunded BETWEEN 0 AND amount"]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "checks"), _CASES, ids=lambda value: value if isinstance(value, str) else None)
def test_what_can_be_reached_is_reached(columns: str, checks: list[str]) -> None:
    table = _table(columns, *checks)
    checked = _understood(table)
    assert checked.unread == ()
    frame = _rows(table, checked)
    rows, draw = np.arange(_ROWS), Draw(1, "mend")
    for attempt in range(4):  # rows that are not reached are drawn again, with their numbers far away
        mended = checked.mend(frame, rows, draw.of(attempt))
        failing = ~checked.passes(mended)
        if not failing.any():
            break
        again = _rows(table, checked).sample(fraction=1, shuffle=True, seed=attempt)
        frame = pl.concat([mended.filter(~failing), again.head(int(failing.sum()))], how="vertical_relaxed")
    assert checked.passes(mended).all()
    assert (~checked.passes(checked.mend(_rows(table, checked), rows, draw))).sum() < _ROWS / 5
    for column in table.columns:
        assert column.nullable or mended[column.name].null_count() == 0


@settings(deadline=None)
@given(st.integers(0, len(_CASES) - 1), st.integers(0, _ROWS - 1), st.integers(1, 40))
def test_a_row_is_mended_the_same_whatever_stands_beside_it(case: int, start: int, count: int) -> None:
    table = _table(_CASES[case][0], *_CASES[case][1])
    checked = _understood(table)
    frame, rows, draw = _rows(table, checked), np.arange(_ROWS), Draw(3)
    whole = checked.mend(frame, rows, draw)
    part = checked.mend(frame[start : start + count], rows[start : start + count], draw)
    assert part.equals(whole[start : start + count])


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_whatever_the_conditions_frames_keep_their_form_and_good_rows_their_values(seed: int) -> None:
    choose = Random(seed)
    table = _table(
        "i int, j small, d money, e money!, s text, v code!, b flag, day date, until date!, ts instant",
        *(random_condition(choose, 2) for _ in range(2)),
    )
    checked = _understood(table)
    frame = _rows(table, checked)
    mended = checked.mend(frame, np.arange(_ROWS), Draw(1))
    before, after = checked.passes(frame), checked.passes(mended)
    assert mended.schema == frame.schema
    assert mended.filter(before).equals(frame.filter(before))
    assert after.sum() >= before.sum()


def test_rows_that_hold_stay_as_they_are() -> None:
    table = _table("a int!, b int!", "a < b")
    checked = _understood(table)
    frame = pl.DataFrame({"a": [1, 9, 5], "b": [2, 3, 5]})
    mended = checked.mend(frame, np.arange(3), Draw(1))
    assert mended.row(0) == (1, 2)
    assert mended.row(1) == (3, 9)
    assert mended["a"][2] < mended["b"][2]


def test_fixed_columns_stay() -> None:
    table = _table("a int!, b int!", "a < b")
    checked = _understood(table)
    frame = pl.DataFrame({"a": [9, 8, 7], "b": [3, 2, 1]})
    mended = checked.mend(frame, np.arange(3), Draw(1), fixed=("a",))
    assert mended["a"].to_list() == [9, 8, 7]
    assert checked.passes(mended).all()


def test_foreign_keys_become_null_or_another_parents_key_and_nothing_else() -> None:
    table = _table("post int, photo int", "num_nonnulls(post, photo) = 1", keys=("post", "photo"))
    checked = _understood(table)
    frame = pl.DataFrame({"post": [1, None, 3], "photo": [4, None, None]})
    parents = {"post": pl.Series([11, 12, 13]), "photo": pl.Series([21, 22, 23])}
    mended = checked.mend(frame, np.arange(3), Draw(1), fresh=parents.__getitem__)
    assert checked.passes(mended).all()
    assert mended.row(2) == (3, None)
    assert mended.row(0) in ((1, None), (None, 4))
    assert mended.row(1) in ((12, None), (None, 22))
    unhelped = checked.mend(frame, np.arange(3), Draw(1))
    assert checked.passes(unhelped).to_list() == [True, False, True]


def test_chosen_columns_are_treated_like_foreign_keys() -> None:
    table = _table("id int!, email text, phone text", "(email IS NULL) <> (phone IS NULL)")
    checked = _understood(table)
    frame = pl.DataFrame(
        {"id": [1, 2], "email": ["a", None], "phone": ["b", None]},
        schema_overrides={"email": pl.String, "phone": pl.String},
    )
    fresh = {"email": pl.Series(["e1", "e2"]), "phone": pl.Series(["p1", "p2"])}
    mended = checked.mend(
        frame, np.arange(2), Draw(1), fixed=("id",), chosen=("email", "phone"), fresh=fresh.__getitem__
    )
    assert mended.row(0) in ((1, "a", None), (1, None, "b"))
    assert mended.row(1) in ((2, "e2", None), (2, None, "p2"))


def test_conditions_on_generated_columns_are_met_by_what_they_are_computed_from() -> None:
    table = _table("price money!, cost money!, margin money", "margin > 5", generated={"margin": "price - cost"})
    checked = _understood(table)
    mended = checked.mend(_rows(table, checked), np.arange(_ROWS), Draw(1))
    assert "margin" not in mended.columns
    assert checked.passes(mended).all()
    assert mended.select((pl.col("price") - pl.col("cost") > 5).all()).item()


def test_columns_that_follow_and_orders_are_told() -> None:
    table = _table("qty int!, price money!, total money!, a date, b date", "total = qty * price", "a < b")
    checked = _understood(table)
    assert checked.assigned == {"total": ("qty", "price")}
    assert [(each.low, each.high, each.strict) for each in checked.orders] == [("a", "b", True)]


@pytest.mark.parametrize(
    ("engine", "columns", "check"),
    [
        ("mysql", "a int, b int", "(`a` is null) + (`b` is null) = 1"),
        ("mysql", "a int, b int", "`a` is null xor `b` is null"),
        ("mysql", "s instant!, e instant!", "timestampdiff(HOUR,`s`,`e`) between 1 and 5"),
        ("mysql", "s date!, e date!", "datediff(`e`,`s`) between 1 and 30"),
        ("mysql", "data text!", "json_type(`data`) = 'OBJECT'"),
        ("sqlite", "day text!", "day = date(day)"),
        ("sqlite", "a text!, b text!", "datetime(a) IS NOT NULL AND a <= b"),
        ("sqlite", "a date!, b date!", "julianday(b) - julianday(a) BETWEEN 1 AND 900"),
        ("sqlite", "x text!", "x NOT GLOB '*[^0-9a-f]*' AND length(x) = 6"),
        ("sqlite", "a int, b int", "(a IS NULL) + (b IS NULL) = 1"),
        ("sqlite", "data text", "json_valid(data)"),
    ],
)
def test_the_words_of_other_engines(engine: str, columns: str, check: str) -> None:
    table = _table(columns, check)
    checked = _understood(table, engine)
    mended = checked.mend(_rows(table, checked), np.arange(_ROWS), Draw(1))
    assert checked.unread == ()
    assert checked.passes(mended).sum() > 0.9 * _ROWS


def test_no_rows_need_no_mending() -> None:
    table = _table("a int!, b int!", "a < b")
    checked = _understood(table)
    empty = pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64})
    assert checked.mend(empty, np.arange(0), Draw(1)).height == 0
    assert checked.passes(empty).to_list() == []


def test_columns_that_are_left_out_count_as_null() -> None:
    checked = _understood(_table("a int!, b int", "a < b"))
    assert checked.passes(pl.DataFrame({"a": [1, 2]})).to_list() == [True, True]
