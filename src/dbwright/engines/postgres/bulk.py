"""Rows in bulk: frames of columns as CSV into COPY, with every constraint and trigger at work."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from dbwright.catalog.objects import Table
from dbwright.engines.base import Joined
from dbwright.engines.postgres.words import identifier, listed, literal, qualified
from dbwright.errors import ExecutionFault

if TYPE_CHECKING:
    import polars as pl

    from dbwright.engines.postgres.session import PostgresSession

_ROWS_AT_ONCE = 50_000
"""Rows that are text at the same time: a few megabytes."""

_ROWS_OF_INSERT = 1_000
_NO_COPY = "0A000"
"""feature_not_supported: COPY into a table whose row-level security binds this user."""


def write_frames(session: "PostgresSession", frames: Sequence[tuple[Table, "pl.DataFrame"]], how: Joined | None) -> int:
    """Insert the rows of all frames, or none."""
    with session.transaction():
        if how == "deferred":
            session.query("SET CONSTRAINTS ALL DEFERRED")
        if how == "one statement":
            _write_as_one(session, frames)
        else:
            for table, frame in frames:
                _write(session, table, frame)
    return sum(frame.height for _, frame in frames)


def update_frame(session: "PostgresSession", table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
    """Set columns of rows that a key finds, by way of a temporary table of the same types."""
    name, given = qualified(table.namespace, table.name), "pg_temp.dbwright_given"
    changed = [column for column in frame.columns if column not in key]
    columns = ", ".join(map(identifier, frame.columns))
    values = ", ".join(f"{identifier(column)} = given.{identifier(column)}" for column in changed)
    same = " AND ".join(f"held.{identifier(column)} = given.{identifier(column)}" for column in key)
    with session.transaction():
        session.query(
            f"CREATE TEMPORARY TABLE dbwright_given ON COMMIT DROP AS SELECT {columns} FROM {name} WITH NO DATA"
        )
        session.copy_in(f"COPY {given} ({columns}) FROM STDIN (FORMAT csv)", _csv(frame))
        session.query(f"ANALYZE {given}")
        updated = session.change(f"UPDATE {name} AS held SET {values} FROM {given} AS given WHERE {same}")
        session.query(f"DROP TABLE {given}")
    return updated


def settle_rows(session: "PostgresSession", table: Table, numbered: Sequence[str], analyze: bool) -> None:
    """Move the sequences of columns past the highest values there are, and gather statistics."""
    name = qualified(table.namespace, table.name)
    for number in numbered:
        column = table.column(number)
        if column is None or column.identity is None or column.identity.sequence is None:
            continue
        sequence = qualified(*column.identity.sequence)
        highest = "min" if (column.identity.increment or 1) < 0 else "max"
        further = "<" if highest == "min" else ">"
        session.query(
            f"SELECT setval({literal(sequence)}::regclass, held.value) FROM (SELECT {highest}({identifier(number)})::bigint"
            f" AS value FROM {name}) AS held, {sequence} AS now WHERE held.value {further} now.last_value"
            " OR (held.value = now.last_value AND NOT now.is_called)"
        )
    if analyze:
        session.query(f"ANALYZE {name}")


def _write(session: "PostgresSession", table: Table, frame: "pl.DataFrame") -> None:
    name = qualified(table.namespace, table.name)
    if not frame.width:
        session.query(f"INSERT INTO {name} SELECT FROM generate_series(1, {frame.height})")
        return
    statement = f"COPY {name} {listed(frame.columns)} FROM STDIN (FORMAT csv)"
    try:
        with session.transaction():
            session.copy_in(statement, _csv(frame))
    except ExecutionFault as fault:
        if fault.code != _NO_COPY:
            raise
        _insert(session, name, frame)


def _csv(frame: "pl.DataFrame") -> Iterator[bytes]:
    """The lines of CSV: texts in quotes, so that one that is empty or says NULL is not taken for NULL, which is nothing at all."""
    for some in plain(frame).iter_slices(_ROWS_AT_ONCE):
        lines = BytesIO()
        some.write_csv(lines, include_header=False, quote_style="non_numeric")
        yield lines.getvalue()


def plain(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The frame with bytes as the text that PostgreSQL takes for them, and categories as theirs."""
    import polars as pl
    import polars.selectors as cs

    return frame.with_columns(
        (pl.lit("\\x") + cs.binary().bin.encode("hex")).name.keep(), (cs.categorical() | cs.enum()).cast(pl.String)
    )


def _write_as_one(session: "PostgresSession", frames: Sequence[tuple[Table, "pl.DataFrame"]]) -> None:
    """Rows of several tables in one statement, at whose end their foreign keys are checked."""
    parts = []
    for table, frame in frames:
        name = qualified(table.namespace, table.name)
        parts.append(f"INSERT INTO {name} {listed(frame.columns)} OVERRIDING SYSTEM VALUE VALUES {_values(frame)}")
    session.query(
        "WITH " + ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1])) + f" {parts[-1]}"
    )


def _insert(session: "PostgresSession", name: str, frame: "pl.DataFrame") -> None:
    into = f"INSERT INTO {name} {listed(frame.columns)} OVERRIDING SYSTEM VALUE VALUES "
    for some in frame.iter_slices(_ROWS_OF_INSERT):
        session.query(into + _values(some))


def _values(frame: "pl.DataFrame") -> str:
    """The rows as they stand after VALUES."""
    import polars as pl

    rows = plain(frame).cast(pl.String).iter_rows()
    shown = (", ".join("NULL" if each is None else literal(each) for each in row) for row in rows)
    return ", ".join(f"({row})" for row in shown)
