"""Rows for schemas with every kind of key, written with all constraints at work, and asked of the engine afterwards."""

import random
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dbwright.app.seed.existing import read
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.registry import engine, engine_of
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.split import split
from dbwright.seed.base import Settings
from dbwright.seed.maker import Maker
from dbwright.seed.plan.base import Insert, SeedPlan, Together
from dbwright.seed.plan.make import columns_to_read, plan
from tests.support.random_schemas import random_schema
from tests.support.valid_rows import broken_constraints, row_counts

_SEEDED = Path(__file__).parents[1] / "support" / "seeded"
_BATCH = 70


def _built(session: Session) -> Catalog:
    kind = engine_of(session.url)
    text = (_SEEDED / f"{kind.name}.sql").read_text(encoding="utf-8")
    session.execute(split(text, dialect_of(kind), "seeded", []))
    return session.inspect().catalog


def _write(session: Session, made: SeedPlan) -> None:
    maker = Maker(made)
    for step in made.steps:
        if isinstance(step, Insert):
            table = made.table(step.table)
            assert table is not None
            for start in range(step.start, step.stop, _BATCH):
                frame = maker.frame(table, start, min(start + _BATCH, step.stop))
                session.write_frames([(table.table, frame)])
        elif isinstance(step, Together):
            tables = [(table, part) for part in step.parts if (table := made.table(part.table)) is not None]
            frames = [(table.table, maker.frame(table, part.start, part.stop)) for table, part in tables]
            session.write_frames(frames, step.how)
        else:
            table = made.table(step.table)
            assert table is not None
            session.update_frame(table.table, maker.later_frame(table, step.start, step.stop), step.key)


def test_every_kind_of_key_holds(scratch: Scratch) -> None:
    with scratch.open() as session:
        catalog = _built(session)
        made = plan(catalog, Settings(rows=300))
        assert made.impossible == ()
        _write(session, made)
        assert broken_constraints(session, engine_of(session.url), catalog) == []
        counts = row_counts(session, engine_of(session.url), catalog)
        assert {table.table.name: table.rows for table in made.tables}.items() <= counts.items()


def test_rows_are_the_same_whatever_the_batches(scratch: Scratch) -> None:
    with scratch.open() as session:
        made = plan(_built(session), Settings(rows=150))
    tables = list(made.tables)
    whole = {table.path: Maker(made).frame(table, 0, table.rows) for table in tables}
    maker = Maker(made)
    random.Random(3).shuffle(tables)
    for table in tables:
        starts = list(range(0, table.rows, 37))
        random.Random(4).shuffle(starts)
        parts = {start: maker.frame(table, start, min(start + 37, table.rows)) for start in starts}
        assert_frame_equal(pl.concat([parts[start] for start in sorted(parts)]), whole[table.path])


def test_a_second_run_adds_rows_that_fit_those_of_the_first(scratch: Scratch) -> None:
    with scratch.open() as session:
        catalog = _built(session)
        _write(session, plan(catalog, Settings(rows=40)))
        there = read(session, engine_of(session.url), catalog, columns_to_read(catalog, Settings()))
        more = plan(catalog, Settings(rows=30, seed=2), there)
        _write(session, more)
        assert broken_constraints(session, engine_of(session.url), catalog) == []


@pytest.mark.parametrize("number", range(24))
def test_keys_of_schemas_that_nobody_thought_of(number: int) -> None:
    with engine("sqlite").scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in random_schema(number))
        catalog = session.inspect().catalog
        made = plan(catalog, Settings(rows=60, seed=number))
        if any("left to the database" in note for table in made.tables for note in table.notes):
            pytest.skip("a key of this schema is left to the database")
        _write(session, made)
        assert broken_constraints(session, engine("sqlite"), catalog) == []
