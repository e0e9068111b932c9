"""Plans: sizes, what is cut and what cannot be, tables left out, and the steps in order."""

import pytest

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.seed.base import RelationHint, Settings, TableHint
from dbwright.seed.plan.base import Existing, Insert, SeedPlan, Together, Update
from dbwright.seed.plan.make import columns_to_read, plan


def _catalog(*statements: str) -> Catalog:
    with engine("sqlite").scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in statements)
        return session.inspect().catalog


def _plan(*statements: str, existing: Existing | None = None, rows: int | None = None, **tables: TableHint) -> SeedPlan:
    return plan(_catalog(*statements), Settings(rows=rows, tables=tables), existing)


SWATCH = "CREATE TABLE swatch (colour TEXT NOT NULL UNIQUE CHECK (colour IN ('red', 'green', 'blue')))"
PARENT = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)"
ONE_TO_ONE = "CREATE TABLE detail (parent_id INTEGER PRIMARY KEY REFERENCES parent, note TEXT)"


def test_more_different_values_than_there_are_cannot_be() -> None:
    made = _plan(SWATCH, swatch=TableHint(rows=1_000))
    (impossible,) = made.impossible
    assert (impossible.where, impossible.wanted, impossible.possible) == ("swatch", 1_000, 3)
    assert impossible.sentence.startswith("1,000 rows are wanted, but swatch.colour must differ in every row")


def test_a_number_for_all_tables_is_cut_where_keys_allow_fewer_and_it_is_said() -> None:
    made = _plan(SWATCH, PARENT, ONE_TO_ONE, rows=50)
    assert made.impossible == ()
    assert {table.table.name: table.rows for table in made.tables} == {"swatch": 3, "parent": 50, "detail": 50}
    (note,) = next(table.notes for table in made.tables if table.table.name == "swatch")
    assert note.startswith("swatch gets 3 rows instead of 50: ")


def test_more_children_than_parents_of_their_own_cannot_be() -> None:
    made = _plan(PARENT, ONE_TO_ONE, parent=TableHint(rows=5), detail=TableHint(rows=6))
    assert [each.possible for each in made.impossible] == [5]


def test_numbers_that_leave_their_type_cannot_be() -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9))"
    assert [each.possible for each in _plan(table, t=TableHint(rows=10)).impossible] == [9]


def test_a_parent_without_rows_is_named() -> None:
    child = "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent)"
    made = _plan(PARENT, child, rows=5, parent=TableHint(skip=True))
    assert [each.sentence for each in made.impossible] == [
        "child.parent_id must refer to a row of parent, which has none."
    ]
    optional = _plan(PARENT, child.replace("NOT NULL ", ""), rows=5, parent=TableHint(skip=True))
    assert optional.impossible == ()


def test_rows_that_are_there_can_be_referred_to() -> None:
    import polars as pl

    child = "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent)"
    there = Existing(rows={("", "parent"): 2}, keys={("", "parent"): pl.DataFrame({"id": [7, 9]})})
    made = _plan(PARENT, child, rows=5, existing=there, parent=TableHint(skip=True))
    assert made.impossible == ()
    assert [table.table.name for table in made.tables] == ["child"]


def test_tables_that_triggers_fill_and_their_children_are_left_out() -> None:
    statements = (
        PARENT,
        "CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT)",
        "CREATE TABLE log_part (id INTEGER PRIMARY KEY, log_id INTEGER NOT NULL REFERENCES log)",
        "CREATE TRIGGER keep AFTER INSERT ON parent BEGIN INSERT INTO log (what) VALUES (NEW.name); END",
    )
    left = {each.table[1]: each.reason for each in _plan(*statements, rows=5).left_out}
    assert left == {
        "log": "the trigger keep of parent writes its rows",
        "log_part": "it must refer to log, whose rows are not known beforehand",
    }
    asked = _plan(*statements, rows=5, log=TableHint(rows=4))
    assert {table.table.name for table in asked.tables} == {"parent", "log", "log_part"}


def test_records_of_tools_virtual_tables_and_dangling_references() -> None:
    made = _plan(
        "CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)",
        "CREATE VIRTUAL TABLE search USING fts5(body)",
        "CREATE TABLE lost (id INTEGER PRIMARY KEY, gone_id INTEGER REFERENCES gone)",
        rows=5,
    )
    assert made.tables == ()
    assert {each.table[1]: each.reason.split(",")[0] for each in made.left_out} == {
        "search": "it is a virtual table",
        "lost": "it refers to gone",
    }


def test_a_circle_is_written_from_its_first_rows() -> None:
    made = _plan(
        "CREATE TABLE shop (id INTEGER PRIMARY KEY, keeper_id INTEGER NOT NULL UNIQUE REFERENCES worker)",
        "CREATE TABLE worker (id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES shop)",
        rows=9,
    )
    together, *inserts, update = made.steps
    assert isinstance(together, Together)
    assert together.how == "deferred"
    assert [(part.start, part.stop) for part in together.parts] == [(0, 1), (0, 1)]
    assert [(each.table[1], each.start, each.stop) for each in inserts if isinstance(each, Insert)] == [
        ("worker", 1, 9),
        ("shop", 1, 9),
    ]
    assert isinstance(update, Update)
    assert (update.table[1], update.columns, update.key) == ("worker", ("shop_id",), ("id",))


def test_children_follow_their_parents_and_parents_what_is_said_of_children() -> None:
    child = "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent, a, b, c)"
    by_parent = {"parent": RelationHint(per_parent=4)}
    made = _plan(PARENT, child, parent=TableHint(rows=10), child=TableHint(relations=by_parent))
    assert [table.rows for table in made.tables] == [10, 40]
    made = _plan(PARENT, child, child=TableHint(rows=9_000))
    assert [table.rows for table in made.tables] == [3_000, 9_000]


@pytest.mark.parametrize("scale", [0.001, 0.5])
def test_a_scale_leaves_at_least_one_row(scale: float) -> None:
    made = plan(_catalog(PARENT), Settings(scale=scale, tables={"parent": TableHint(rows=10)}))
    assert [table.rows for table in made.tables] == [max(1, round(10 * scale))]


def test_keys_and_what_is_referred_to_are_read() -> None:
    catalog = _catalog(PARENT, "CREATE TABLE t (a TEXT UNIQUE, b INTEGER REFERENCES parent (id), c TEXT)")
    assert columns_to_read(catalog, Settings()) == {("", "parent"): ("id",), ("", "t"): ("a",)}
