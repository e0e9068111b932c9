"""What a seeding will write and wrote, as text and JSON."""

import json

import pytest

pytest.importorskip("polars")

from dbwright.app.seed.request import Filled, Now, Seeded
from dbwright.app.seed.show import Foreseen, Planned
from dbwright.report.seed import render_plan, render_seeded

PLAN = Foreseen(
    shown="postgresql://u@host/shop",
    seed=3,
    tables=(
        Planned(table="shop.customers", rows=1000, wanted=1000),
        Planned(table="kinds", rows=3, wanted=1000, before=2, notes=("its labels are three",)),
    ),
    left_out={"audit": "a trigger fills it"},
    emptied={"kinds": 12},
    references={"states": 4},
    notes=("One thing more.",),
)


def test_a_plan_says_what_will_be_deleted_written_and_left_out() -> None:
    text = render_plan(PLAN, "text")
    assert "1,003 rows for 2 tables of postgresql://u@host/shop, with seed 3:" in text
    assert "Deleted first:\n  kinds  12 rows" in text
    assert "Reference rows:\n  states  4 rows" in text
    assert "1,000 were asked for, beside 2 that are there" in text
    assert "kinds: its labels are three" in text
    assert "audit: a trigger fills it" in text
    assert text.endswith("One thing more.")


def test_what_cannot_be_comes_first() -> None:
    text = render_plan(Foreseen(shown="x", seed=1, tables=(), impossible=(("a.b", "no way"),)), "text")
    assert text.startswith("Nothing can be written")
    assert "a.b: no way" in text


def test_json_holds_the_same() -> None:
    told = json.loads(render_plan(PLAN, "json"))
    assert told["written"] is False
    assert told["emptied"] == {"kinds": 12}
    assert told["tables"][1] == {
        "table": "kinds",
        "rows": 3,
        "wanted": 1000,
        "before": 2,
        "notes": ["its labels are three"],
    }


def test_what_was_written_has_its_speed() -> None:
    tables = (Filled(table="a\x1b[1m", rows=1500, wanted=1500, seconds=2.0, redrawn=3),)
    seeded = Seeded(shown="x", seed=1, tables=tables, seconds=2.0, resumed=500)
    text = render_seeded(seeded, "text")
    assert "1,500 rows, 500 of them by an earlier run in 2.0 s: 500 rows a second." in text
    assert "3 drawn anew" in text
    assert "\x1b" not in text
    told = json.loads(render_seeded(seeded, "json"))
    assert (told["written"], told["rows"], told["rows_per_second"], told["resumed"]) == (True, 1500, 500, 500)


def test_nothing_at_all_is_said_too() -> None:
    assert "No rows" in render_plan(Foreseen(shown="x", seed=1, tables=()), "text")
    assert "0 rows" in render_seeded(Seeded(shown="x", seed=1, tables=()), "text")


def test_progress_tells_what_is_left() -> None:
    now = Now(table="a", done=5, of=10, all_done=50, of_all=200, seconds=2.0)
    assert (now.rate, now.seconds_left) == (25.0, 6.0)
    assert Now(table="a", done=0, of=10, all_done=0, of_all=200, seconds=0.0).seconds_left is None
