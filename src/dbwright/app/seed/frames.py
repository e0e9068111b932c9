"""The frames of a batch, and how they get into the database."""

import polars as pl

from dbwright.app.rows import named
from dbwright.app.seed.batches import Batch, Frames, Tables, parts
from dbwright.engines.base import Engine, Session
from dbwright.seed.maker import Maker
from dbwright.seed.plan.base import TablePlan, Together, Update


def make(maker: Maker, tables: Tables, batch: Batch) -> Frames:
    """The rows of a batch, a frame for each table that it writes to."""
    frames = []
    first = parts(batch.step)[0].start
    for part in parts(batch.step):
        table, start = tables[part.table], part.start + batch.start - first
        made = maker.later_frame if isinstance(batch.step, Update) else maker.frame
        frames.append(made(table, start, start + batch.rows))
    return frames


def send(session: Session, tables: Tables, batch: Batch, frames: Frames) -> None:
    """Write a batch in one transaction. Raises ExecutionFault where the database refuses a row."""
    written = [tables[part.table].table for part in parts(batch.step)]
    match batch.step:
        case Update():
            session.update_frame(written[0], frames[0], batch.step.key)
        case Together():
            session.write_frames(list(zip(written, frames, strict=True)), batch.step.how)
        case _:
            session.write_frames([(written[0], frames[0])])


def is_there(session: Session, engine: Engine, table: TablePlan, row: pl.DataFrame) -> bool | None:
    """Whether a row of the plan is in the database, found by its key; None where the table has none that tells."""
    names = _key_of(table)
    if not names:
        return None
    same = " AND ".join(f"{engine.quote(name)} = {engine.literal(row[name][0])}" for name in names)
    return bool(session.query(f"SELECT 1 FROM {named(engine, table.table)} WHERE {same} LIMIT 1"))


def _key_of(table: TablePlan) -> tuple[str, ...]:
    """A key whose columns are all written and never NULL."""
    for key in table.table.keys:
        columns = [table.table.column(name) for name in key]
        primary = table.table.primary_key is not None and table.table.primary_key.columns == key
        if set(key) <= set(table.columns) and all(column and (primary or not column.nullable) for column in columns):
            return key
    return ()
