"""Rows in bulk: frames of columns as CSV into LOAD DATA, or as long INSERTs, with every constraint and trigger at work."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.catalog.objects import Column, Table
from dbwright.engines.base import Joined
from dbwright.engines.mysql.words import literal, tick
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault

if TYPE_CHECKING:
    import polars as pl

    from dbwright.engines.mysql.session import MySQLSession

    _Way = Callable[[MySQLSession, Table, pl.DataFrame], None]

_ROWS_OF_FILE = 50_000
_BYTES_OF_INSERT = 2**20
_HOW = (
    r"CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\n'"
)
_MOMENT = "%Y-%m-%d %H:%M:%S%.6f"


class _Unloaded(Exception):
    """LOAD DATA left rows out, or changed values to make them fit, where INSERT would have failed."""


def write_frames(session: "MySQLSession", frames: Sequence[tuple[Table, "pl.DataFrame"]], how: Joined | None) -> int:
    """Insert the rows of all frames, or none.

    LOAD DATA LOCAL is taken where the server allows it. It goes on where a row does not fit, with no more than a warning:
    then all is undone and written again by INSERT, whose error says which row it was. Moments with a zone are written in UTC.
    """

    def write(way: "_Way") -> None:
        for table, frame in frames:
            if frame.width:
                way(session, table, frame)
            elif frame.height:
                session.query(f"INSERT INTO {_named(table)} () VALUES {', '.join(['()'] * frame.height)}")
        if how == "unchecked":
            check_references(session, [table for table, _ in frames])

    with _foreign_keys(session, how != "unchecked"):
        _in_one_of_the_ways(session, write)
    return sum(frame.height for _, frame in frames)


def update_frame(session: "MySQLSession", table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
    """Set columns of rows that a key finds, by way of a temporary table of the same types."""
    name, given = _named(table), Table(namespace="", name="dbwright_given", columns=table.columns)
    changed = [column for column in frame.columns if column not in key]
    values = [f"held.{tick(column)} = given.{tick(column)}" for column in changed]
    # What changes itself with every update stays as it was made.
    values += [f"held.{tick(each.name)} = held.{tick(each.name)}" for each in table.columns if each.on_update]
    same = " AND ".join(f"held.{tick(column)} = given.{tick(column)}" for column in key)
    columns = ", ".join(map(tick, frame.columns))

    def write(way: "_Way") -> None:
        session.query(f"CREATE TEMPORARY TABLE dbwright_given AS SELECT {columns} FROM {name} LIMIT 0")
        try:
            way(session, given, frame)
            session.query(f"UPDATE {name} AS held JOIN dbwright_given AS given ON {same} SET {', '.join(values)}")
        finally:
            with suppress(DbwrightError):
                session.query("DROP TEMPORARY TABLE dbwright_given")

    _in_one_of_the_ways(session, write)
    return frame.height


def settle_rows(session: "MySQLSession", table: Table) -> None:
    """Gather statistics; AUTO_INCREMENT moves on by itself."""
    session.query(f"ANALYZE TABLE {_named(table)}")


def check_references(session: "MySQLSession", tables: Sequence[Table]) -> None:
    """Raise ExecutionFault where a row of the tables refers to none, as the server would have done."""
    for table in tables:
        for key in table.foreign_keys:
            parent = ".".join(tick(part) for part in key.table if part)
            pairs = list(zip(key.columns, key.referenced, strict=True))
            joined = " AND ".join(f"child.{tick(mine)} = parent.{tick(theirs)}" for mine, theirs in pairs)
            given = " AND ".join(f"child.{tick(mine)} IS NOT NULL" for mine, _ in pairs)
            missing = f"parent.{tick(key.referenced[0])} IS NULL"
            rows = f"{_named(table)} AS child LEFT JOIN {parent} AS parent ON {joined}"
            if session.query(f"SELECT 1 FROM {rows} WHERE {given} AND {missing} LIMIT 1"):
                raise ExecutionFault(
                    f"A row of {table.ref} breaks the foreign key {key.name or ', '.join(key.columns)}.", code="1452"
                )


def _in_one_of_the_ways(session: "MySQLSession", write: "Callable[[_Way], None]") -> None:
    with _in_utc(session):
        if session.query("SELECT @@local_infile") == [(1,)]:
            with suppress(_Unloaded), _transaction(session):
                write(_load)
                return
        with _transaction(session):
            write(_insert)


@contextmanager
def _transaction(session: "MySQLSession") -> Iterator[None]:
    """A transaction of its own, or a part of the one that is open, which can be undone alone."""
    with nullcontext() if session.in_transaction else session.transaction():
        session.query("SAVEPOINT dbwright_frames")
        try:
            yield
        except (_Unloaded, ExecutionFault):
            # A deadlock has undone the whole transaction, and the savepoint with it.
            with suppress(ExecutionFault):
                session.query("ROLLBACK TO SAVEPOINT dbwright_frames")
            raise


@contextmanager
def _foreign_keys(session: "MySQLSession", checked: bool) -> Iterator[None]:
    """Heeds foreign keys inside or not, whatever the session does otherwise."""
    before = session.query("SELECT @@session.foreign_key_checks")[0][0]
    session.query(f"SET SESSION foreign_key_checks = {int(checked)}")
    try:
        yield
    finally:
        with suppress(ConnectionFault):
            session.query(f"SET SESSION foreign_key_checks = {before}")


@contextmanager
def _in_utc(session: "MySQLSession") -> Iterator[None]:
    before = str(session.query("SELECT @@session.time_zone")[0][0])
    session.query("SET SESSION time_zone = '+00:00'")
    try:
        yield
    finally:
        with suppress(ConnectionFault):
            session.query(f"SET SESSION time_zone = {literal(before)}")


def _named(table: Table) -> str:
    return ".".join(tick(part) for part in (table.namespace, table.name) if part)


# ---------------------------------------------------------------- LOAD DATA


def _load(session: "MySQLSession", table: Table, frame: "pl.DataFrame") -> None:
    columns, made = [], []
    for number, name in enumerate(frame.columns):
        before, after = _around(table.column(name), frame.schema[name])
        columns.append(f"@v{number}" if before or after else tick(name))
        if before or after:
            made.append(f"{tick(name)} = {before}@v{number}{after}")
    how = f"INTO TABLE {_named(table)} {_HOW} ({', '.join(columns)})" + (f" SET {', '.join(made)}" if made else "")
    handle, path = tempfile.mkstemp(prefix="dbwright-", suffix=".csv")
    os.close(handle)
    try:
        for some in _plain(frame).iter_slices(_ROWS_OF_FILE):
            some.write_csv(
                path, include_header=False, quote_style="non_numeric", null_value="NULL", datetime_format=_MOMENT
            )
            loaded, warnings = session.load_file(f"LOAD DATA LOCAL INFILE {literal(path)} {how}")
            if loaded != some.height or warnings:
                raise _Unloaded
    finally:
        Path(path).unlink(missing_ok=True)


def _around(column: Column | None, kind: "pl.DataType") -> tuple[str, str]:
    """What stands before and after a value to make it what the column holds."""
    import polars as pl

    if kind == pl.Binary:
        return "UNHEX(", ")"
    match column.type.kind if column else "":
        case "bit":
            return ("CONV(", ", 2, 10) + 0") if kind == pl.String else ("", " + 0")
        case "geometry":
            return "ST_GeomFromText(", ")"
    return "", ""


def _plain(frame: "pl.DataFrame") -> "pl.DataFrame":
    """The frame with values as texts that the server takes: bytes in hexadecimal digits, booleans as numbers, moments in UTC."""
    import polars as pl
    import polars.selectors as cs

    return frame.with_columns(
        cs.binary().bin.encode("hex"),
        cs.boolean().cast(pl.Int8),
        cs.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None).name.keep(),
        cs.time().dt.to_string("%H:%M:%S%.6f"),
        (cs.categorical() | cs.enum()).cast(pl.String),
    )


# ---------------------------------------------------------------- INSERT


def _insert(session: "MySQLSession", table: Table, frame: "pl.DataFrame") -> None:
    into = f"INSERT INTO {_named(table)} ({', '.join(map(tick, frame.columns))}) VALUES "
    backslashes = "NO_BACKSLASH_ESCAPES" not in str(session.query("SELECT @@session.sql_mode")[0][0])
    for some in frame.iter_slices(_ROWS_OF_FILE):
        rows = _tuples(table, some, backslashes)
        # As many rows in a statement as make about a megabyte, which every server's max_allowed_packet takes.
        step = max(1, _BYTES_OF_INSERT * len(rows) // max(1, int(rows.str.len_bytes().sum())))
        for start in range(0, len(rows), step):
            session.query(into + ",".join(rows[start : start + step]))


def _tuples(table: Table, frame: "pl.DataFrame", backslashes: bool) -> "pl.Series":
    """Each row as it stands after VALUES. backslashes: whether one in a text escapes what follows it."""
    import polars as pl

    plain = _plain(frame)
    texts = []
    for name, kind in plain.schema.items():
        value = pl.col(name)
        if kind == pl.String:
            value = value.str.replace_all("\\", "\\\\", literal=True) if backslashes else value
            value = value.str.replace_all("'", "''", literal=True)
        elif kind == pl.Datetime:
            value = value.dt.to_string(_MOMENT)
        mark = pl.lit("" if kind.is_numeric() else "'")
        before, after = _around(table.column(name), frame.schema[name])
        texts.append((pl.lit(before) + mark + value.cast(pl.String) + mark + pl.lit(after)).fill_null("NULL"))
    return plain.select((pl.lit("(") + pl.concat_str(texts, separator=",") + pl.lit(")")).alias("row")).to_series()
