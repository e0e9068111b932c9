"""Profiles on a terminal: what fits in a line, and nothing that a terminal would act on."""

import re

import pytest

from dbwright.app.profile import Profiled
from dbwright.catalog.names import Ref
from dbwright.catalog.profiles import Bin, ColumnProfile, TableProfile
from dbwright.catalog.types import Type
from dbwright.report.profile import render, render_json
from dbwright.report.text import columns_of

INTEGER = Type(kind="integer", spelling="BIGINT", bits=64)
TEXT = Type(kind="text", spelling="VARCHAR")
DATE = Type(kind="date", spelling="DATE")


def found(*columns: ColumnProfile, rows: int = 100, **more: object) -> Profiled:
    table = TableProfile(table=Ref("table", ("", "orders")), rows=rows, read=rows, columns=columns, seconds=1.5)
    return Profiled(tables=(table,), origins={"orders": "orders.csv"}, **more)  # type: ignore[arg-type] # each test gives what it needs


NUMBER = ColumnProfile(
    name="id", inferred=INTEGER, rows=100, distinct=100, minimum="1", maximum="1234567", mean=50.5, deviation=3.0,
    quartiles=(25.0, 50.0, 75.0), sorted=1, histogram=(Bin("0", "50", 49), Bin("50", "100", 51)),
)  # fmt: skip
CITY = ColumnProfile(
    name="city",
    declared=TEXT,
    inferred=TEXT,
    rows=100,
    nulls=4,
    distinct=2,
    top=(("Oslo", 80), ("Bergen", 16)),
    shortest=4,
    longest=6,
)


def test_a_line_for_each_column() -> None:
    text = render(found(NUMBER, CITY))
    assert re.search(r"^orders  orders\.csv +100 rows, 2 columns, 1\.5 s$", text, re.MULTILINE)
    assert re.search(r"^id +integer +– +100 • +██ +1 … 1,234,567  ↑$", text, re.MULTILINE)
    assert re.search(r"^city +text +4\.0 % +2 +█▂ +Oslo 83 %, Bergen 17 %$", text, re.MULTILINE)
    assert "no value occurs twice" in text
    assert "Partial" not in text


def test_details_draw_each_bar() -> None:
    text = render(found(NUMBER, CITY), details=True)
    assert re.search(r"^  0 – 49 +█+▊? +49 +49\.0 %$", text, re.MULTILINE)
    assert "median 50, half of them from 25 to 75" in " ".join(text.split())
    assert re.search(r"^  Oslo +█+ +80 +80\.0 %$", text, re.MULTILINE)


def test_estimates_and_partial_answers_are_marked() -> None:
    guessed = ColumnProfile(name="id", inferred=INTEGER, rows=50, distinct=40, exact=False, minimum="1", maximum="9")
    text = render(found(guessed, complete=False, notes=("The 2 seconds given were over.",)))
    assert "≈ 40" in text
    assert "≈ is an estimate." in text
    assert "The 2 seconds given were over." in text
    assert "Partial: not all rows of all tables were looked at." in text


def test_texts_that_stand_for_something_else_are_told() -> None:
    day = ColumnProfile(
        name="day", declared=TEXT, inferred=DATE, rows=3, distinct=3, minimum="2024-01-01", maximum="2024-02-01"
    )
    assert "text: date" in render(found(day))


@pytest.mark.parametrize("width", [60, 80, 100, 160, 20, 500])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    wide = ColumnProfile(
        name="名前" * 20 + "\x1b[31m",
        inferred=TEXT,
        rows=9,
        distinct=9,
        top=(("🙂\n" * 90, 5),),
        shortest=1,
        longest=90,
    )
    for details in (False, True):
        text = render(found(NUMBER, CITY, wide), width=width, details=details)
        assert "\x1b" not in text
        assert max(columns_of(line) for line in text.splitlines()) <= max(60, min(width, 160))


def test_colours_change_no_text() -> None:
    plain, coloured = (render(found(NUMBER, CITY), colour=colour) for colour in (False, True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b[" in coloured


def test_secrets_and_nothing() -> None:
    secret = ColumnProfile(name="password", inferred=TEXT, rows=5, distinct=5, secret=True, shortest=3, longest=3)
    empty = ColumnProfile(name="nothing", rows=5, nulls=5)
    text = render(found(secret, empty))
    assert "look secret; not shown" in text
    assert re.search(r"^nothing +no values +all +–$", text, re.MULTILINE)
    assert "Its values look secret" in render(found(secret), details=True)
    assert render(Profiled(tables=())) == "There is no table.\n"


def test_json_has_all_that_is_known() -> None:
    import json

    content = json.loads(render_json(found(NUMBER)))
    assert content["complete"] is True
    (table,) = content["tables"]
    assert (table["table"], table["origin"], table["rows"]) == ("orders", "orders.csv", 100)
    assert table["columns"][0]["histogram"][1] == {"low": "50", "high": "100", "rows": 51}
