"""Find the dependencies of a table: small ones are read whole, of large ones samples are mined and the database checks the rest."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dbwright.app.dependencies.options import Options, Say, silent
from dbwright.catalog.dependencies import Discovery
from dbwright.errors import ExecutionFault

if TYPE_CHECKING:
    from dbwright.mining.allowance import Allowance
    from dbwright.tables.base import RowSource

_BYTES_OF_A_VALUE = 100
"""What a value takes while its table is mined: itself, its code, and its places in partitions."""


def discover(
    source: "RowSource",
    options: Options | None = None,
    allowance: "Allowance | None" = None,
    *,
    say: Say = silent,
) -> Discovery:
    """All that holds in one table, each with what is known of it.

    allowance: time and memory for all of it; what is not finished then is left out or told as not refuted, and the notes say so.
    """
    from dbwright.mining.allowance import Allowance

    options, allowance = options or Options(), allowance or Allowance()
    started = time.monotonic()
    most = options.whole
    if allowance.bytes is not None:
        most = min(most, allowance.bytes // (_BYTES_OF_A_VALUE * max(1, len(source.table.columns))))
    try:
        if _is_small(source, most):
            found = _whole(source, options, allowance, say)
        else:
            from dbwright.app.dependencies.staged import Staged

            found = Staged(source, options, allowance, say, source.estimate(), fingerprint(source)).run()
    except ExecutionFault as fault:  # no permission, or a value that cannot be read: other tables may do better
        found = _nothing(source, options, fault.message)
    rows = _expected(source) or found.rows
    complete = found.complete and rows == found.rows
    return msgspec.structs.replace(found, rows=rows, complete=complete, seconds=time.monotonic() - started)


def _expected(source: "RowSource") -> int | None:
    """About how many rows there are, where not all of them were read."""
    from dbwright.tables.files import FileTable

    return source.expected if isinstance(source, FileTable) else None


def _is_small(source: "RowSource", most: int) -> bool:
    """Whether a table has at most so many rows. An engine's estimate may be old, so that a small one is not believed."""
    if source.estimate() > 2 * most:
        return False
    few = f"SELECT 1 AS dw_one FROM {source.quoted} LIMIT {most + 1}"
    return int(str(source.query(f"SELECT COUNT(*) FROM ({few}) AS dw_few")[0][0])) <= most


def _whole(source: "RowSource", options: Options, allowance: "Allowance", say: Say) -> Discovery:
    from dbwright.mining.all_kinds import mine
    from dbwright.mining.kinds import KINDS
    from dbwright.tables.files import FileTable
    from dbwright.tables.spelling import out_of_time

    say(f"{source.ref}: reading the rows")
    try:
        with _limited(source, allowance.left()):
            frame = source.frame()
    except ExecutionFault as fault:
        if not out_of_time(fault):
            raise
        return _nothing(source, options, "reading its rows took longer than the time allowed.")
    say(f"{source.ref}: searching {frame.height:,} rows of {frame.width} columns")
    return mine(
        frame,
        kinds=KINDS if options.kinds is None else options.kinds,
        max_left=options.max_left,
        max_error=options.max_error,
        nulls=options.nulls,
        allowance=allowance,
        table=source.ref,
        whole=_expected(source) is None,
        values=source.frame(typed=True) if isinstance(source, FileTable) and source.readings else None,
    )


def _nothing(source: "RowSource", options: Options, why: str) -> Discovery:
    return Discovery(
        table=source.ref,
        columns=tuple(column.name for column in source.table.columns),
        rows=0,
        read=0,
        nulls=options.nulls,
        max_left=options.max_left,
        complete=False,
        notes=(f"Nothing is known of {source.ref}: {why}",),
    )


@contextmanager
def _limited(source: "RowSource", seconds: float | None) -> Iterator[None]:
    from dbwright.tables.live import LiveTable

    if not isinstance(source, LiveTable):
        yield
        return
    source.limit(seconds)
    try:
        yield
    finally:
        source.limit(None)


def fingerprint(source: "RowSource") -> str:
    """A text that is another one once the rows of a table changed, as far as that can be told without reading them."""
    from dbwright.tables.live import LiveTable

    if not isinstance(source, LiveTable):
        return str(source.count())
    engine, name = source.database.engine, source.table.name
    if engine.name == "sqlite":
        file = Path(source.database.session.url.database)
        parts = [file, file.with_name(f"{file.name}-wal")]
        return " ".join(f"{each.stat().st_mtime_ns}:{each.stat().st_size}" for each in parts if each.is_file())
    if engine.name == "mysql":
        schema = engine.literal(source.table.namespace) if source.table.namespace else "DATABASE()"
        return str(
            source.query(
                "SELECT CREATE_TIME, UPDATE_TIME FROM information_schema.TABLES"
                f" WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {engine.literal(name)}"
            )
        )
    literal = engine.literal(source.quoted)
    return str(
        source.query(
            f"SELECT c.relfilenode, pg_relation_size(c.oid), s.n_tup_ins, s.n_tup_upd, s.n_tup_del FROM pg_class AS c"
            f" LEFT JOIN pg_stat_all_tables AS s ON s.relid = c.oid WHERE c.oid = {literal}::regclass"
        )
    )
