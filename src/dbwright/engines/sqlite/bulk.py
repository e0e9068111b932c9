"""Rows in bulk: frames of columns through prepared statements, with every constraint and trigger at work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dbwright.catalog.objects import Table
from dbwright.engines.sqlite.words import quote

if TYPE_CHECKING:
    import sqlite3

    import polars as pl

_ROWS_AT_ONCE = 20_000
"""Rows that are Python's own objects at the same time."""


class Position:
    """The row of the last frame that is being written; None before and after."""

    row: int | None = None


def write_frames(connection: "sqlite3.Connection", frames: Sequence[tuple[Table, "pl.DataFrame"]], at: Position) -> int:
    """Insert the rows of all frames, or none; foreign keys are checked at the end of them."""
    with _checked(connection):
        for table, frame in frames:
            if not frame.width:
                connection.executemany(f"INSERT INTO {quote(table.name)} DEFAULT VALUES", [()] * frame.height)
                continue
            named = ", ".join(map(quote, frame.columns))
            sql = f"INSERT INTO {quote(table.name)} ({named}) VALUES ({', '.join('?' * frame.width)})"
            connection.executemany(sql, _rows(frame, at))
            at.row = None
    return sum(frame.height for _, frame in frames)


def _rows(frame: "pl.DataFrame", at: Position) -> "Iterator[tuple[Any, ...]]":
    for start in range(0, frame.height, _ROWS_AT_ONCE):
        columns = [column.to_list() for column in stored(frame[start : start + _ROWS_AT_ONCE]).iter_columns()]
        for at.row, row in enumerate(zip(*columns, strict=True), start):
            yield row


def update_frame(connection: "sqlite3.Connection", table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
    """Set columns of rows that a key finds."""
    changed = [column for column in frame.columns if column not in key]
    values = ", ".join(f"{quote(column)} = ?" for column in changed)
    same = " AND ".join(f"{quote(column)} = ?" for column in key)
    sql = f"UPDATE {quote(table.name)} SET {values} WHERE {same}"
    with _checked(connection):
        return max(0, connection.executemany(sql, stored(frame).select(*changed, *key).iter_rows()).rowcount)


def settle_rows(connection: "sqlite3.Connection", table: Table) -> None:
    """Gather statistics; automatic keys move on by themselves."""
    connection.execute(f"ANALYZE {quote(table.name)}")


@contextmanager
def _checked(connection: "sqlite3.Connection") -> Iterator[None]:
    """A transaction with foreign keys at work, whether or not the connection heeds them otherwise."""
    before = connection.execute("PRAGMA foreign_keys").fetchone()[0]
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA foreign_keys = {before}")


def stored(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The frame with what SQLite has no type for as it is stored there: dates and times as ISO texts, decimals as texts."""
    import polars as pl
    import polars.selectors as cs

    return frame.with_columns(
        cs.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None).name.keep()
    ).with_columns(
        cs.datetime().dt.cast_time_unit("us").cast(pl.String).str.strip_suffix(".000000"),
        cs.date().cast(pl.String),
        cs.time().dt.to_string("%H:%M:%S%.6f").str.strip_suffix(".000000"),
        (cs.decimal() | cs.categorical() | cs.enum()).cast(pl.String),
    )
