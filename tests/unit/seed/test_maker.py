"""Rows: distributions, trees, refused rows, and conditions that only the database can judge."""

import polars as pl
import pytest

from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.errors import Refused
from dbwright.seed.base import RelationHint, Settings, TableHint
from dbwright.seed.maker import Maker
from dbwright.seed.plan.base import TablePlan
from dbwright.seed.plan.make import plan


def _maker(*statements: str, rows: int, **tables: TableHint) -> tuple[Maker, dict[str, TablePlan]]:
    with engine("sqlite").scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in statements)
        made = plan(session.inspect().catalog, Settings(rows=rows, tables=tables))
    assert made.impossible == ()
    return Maker(made), {table.table.name: table for table in made.tables}


def _frame(maker: Maker, table: TablePlan) -> pl.DataFrame:
    return maker.frame(table, 0, table.rows)


PARENT = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)"
CHILD = "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent)"
LINK = (
    "CREATE TABLE link (a INTEGER NOT NULL REFERENCES parent, b INTEGER NOT NULL REFERENCES parent,"
    " PRIMARY KEY (a, b), CHECK (a <> b))"
)


def test_skew_and_parents_without_children() -> None:
    hint = {"parent": RelationHint(skew="zipf", strength=1.16, childless=0.5)}
    maker, tables = _maker(PARENT, CHILD, rows=2_000, child=TableHint(relations=hint))
    counts = _frame(maker, tables["child"])["parent_id"].value_counts()["count"].sort(descending=True)
    assert len(counts) <= 1_000
    assert counts[:200].sum() > 1_200


def test_a_tree_grows_from_earlier_rows_and_stays_shallow() -> None:
    text = "CREATE TABLE node (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES node, CHECK (parent_id <> id))"
    maker, tables = _maker(text, rows=5_000)
    parents = dict(_frame(maker, tables["node"]).select("id", "parent_id").rows())
    assert all(parent is None or parent < child for child, parent in parents.items())
    depths: dict[int, int] = {}
    for child in sorted(parents):
        parent = parents[child]
        depths[child] = 0 if parent is None else depths[parent] + 1
    assert 3 <= max(depths.values()) <= 12
    assert 0 < sum(parent is None for parent in parents.values()) <= 10


def test_lines_are_counted_within_their_parent() -> None:
    text = "CREATE TABLE line (parent_id INTEGER NOT NULL REFERENCES parent, line_no INTEGER NOT NULL, PRIMARY KEY (parent_id, line_no))"
    maker, tables = _maker(PARENT, text, rows=300)
    found = _frame(maker, tables["line"]).group_by("parent_id").agg(pl.col("line_no").sort())
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in found["line_no"].to_list())


def test_pairs_fill_up_to_the_last_one() -> None:
    maker, tables = _maker(PARENT, LINK, rows=12, link=TableHint(rows=132))
    assert _frame(maker, tables["link"]).unique().height == 132


def test_a_refused_row_is_another_one_and_stays_so() -> None:
    maker, tables = _maker(PARENT, LINK, rows=200)
    table = tables["link"]
    before = _frame(maker, table)
    pairs = set(before.rows())
    seen = {before.row(7)}
    for _ in range(8):
        assert maker.redraw(table, 7)
        again = maker.frame(table, 7, 8).row(0)
        assert again not in seen
        assert again not in pairs - {before.row(7)}
        seen.add(again)
    assert _frame(maker, table).row(7) == again
    resumed = Maker(maker.plan, maker.attempts)
    assert resumed.frame(table, 0, 10).row(7) == again


def test_a_row_is_not_drawn_anew_for_ever() -> None:
    maker, tables = _maker(PARENT, rows=3)
    assert [maker.redraw(tables["parent"], 1) for _ in range(200)].count(True) < 100


def test_a_condition_that_no_row_meets_is_an_error_with_its_text() -> None:
    text = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, CHECK (abs(a * 7919 + 13) % 1000003 = 77 AND abs(a) % 7 = 8))"
    maker, tables = _maker(text, rows=3)
    with pytest.raises(Refused, match=r"No row 1 of t was found"):
        _frame(maker, tables["t"])


def test_what_only_the_database_can_judge_is_asked() -> None:
    text = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL CHECK (unlikely(a) LIKE '%a%' AND printf('%s', a) <> 'x'))"
    with engine("sqlite").scratch() as scratch, scratch.open() as session:
        session.execute([Statement(text=text)])
        made = plan(session.inspect().catalog, Settings(rows=50))
    asked: list[int] = []

    def judge(condition: object, frame: pl.DataFrame) -> pl.Series:
        asked.append(frame.height)
        return frame["a"].str.contains("a")

    maker = Maker(made, judges=lambda table: judge)
    found = maker.frame(made.tables[0], 0, 50)
    if asked:
        assert found["a"].str.contains("a").all()
    else:
        pytest.skip("the condition is evaluated without the database")
