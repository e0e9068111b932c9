"""How big the tables are, and how far their automatic keys have come."""

import sqlite3
import time
from collections.abc import Sequence

from dbwright.catalog.facts import ColumnStats, Facts, IndexUse, SequenceState, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.sqlite.canonical import rowid_alias
from dbwright.engines.sqlite.clock import limited, ran_out
from dbwright.engines.sqlite.words import folded, quote, quote_text

_LARGEST_ROWID = 2**63 - 1
_TABLES_IN_ONE_QUERY = 250
"""SQLite joins at most 500 SELECTs into one."""

_SECONDS = 5.0
_LARGEST_FILE = 512 * 1024 * 1024
"""Sizes are summed over all pages, which means reading the file: above this it is left out."""


def measure(connection: sqlite3.Connection, catalog: Catalog) -> Facts:
    """Rows are counted as long as that takes a few seconds at most, and estimated from the largest rowid after that."""
    facts = Facts(has_rows=True)
    end = time.monotonic() + _SECONDS
    readable = [table for table in catalog.tables if table.columns]
    counts, exact = _counts(connection, readable, end)
    sizes, free = _sizes(connection, end)
    owners = _index_owners(connection)
    by_table: dict[str, int] = {}
    for object_, size in sizes.items():
        owner = owners.get(object_, object_)
        by_table[owner] = by_table.get(owner, 0) + size
    for table in readable:
        if table.name in counts:
            total = by_table.get(table.name)
            facts.tables[table.ref] = TableStats(
                rows=counts[table.name],
                exact=table.name in exact,
                bytes=total if table.kind == "ordinary" else None,
                free_bytes=free.get(table.name),
            )
        for index in table.indexes:
            if index.name in sizes:
                facts.indexes[table.ref.child("index", index.name)] = IndexUse(
                    bytes=sizes[index.name], free_bytes=free.get(index.name)
                )
    facts.columns.update(_columns(connection, readable))
    facts.sequences.update(_sequences(connection, readable))
    guessed = sorted(table.name for table in readable if table.name in counts and table.name not in exact)
    if guessed:
        facts.notes.append(f"The rows of {', '.join(guessed[:5])}{' …' if len(guessed) > 5 else ''} are estimates.")
    missing = sorted(table.name for table in readable if table.name not in counts)
    if missing:
        facts.notes.append(f"The rows of {', '.join(missing)} could not be counted.")
    return facts


# ---------------------------------------------------------------- rows


def _counts(connection: sqlite3.Connection, tables: Sequence[Table], end: float) -> tuple[dict[str, int], set[str]]:
    found: dict[str, int] = {}
    exact: set[str] = set()
    for first in range(0, len(tables), _TABLES_IN_ONE_QUERY):
        chunk = tables[first : first + _TABLES_IN_ONE_QUERY]
        counted = _ask(connection, [_count(table) for table in chunk], end - time.monotonic())
        if counted is None:  # too slow or one is broken: each by itself
            counted = {}
            for table in chunk:
                one = _ask(connection, [_count(table)], min(1.0, max(end - time.monotonic(), 0.02)))
                counted.update(one or {})
        found.update(counted)
        exact.update(counted)
        for table in chunk:
            if table.name not in found:
                found.update(_estimate(connection, table) or {})
    return found, exact


def _count(table: Table) -> str:
    return f"SELECT {quote_text(table.name)}, count(*) FROM {quote(table.name)}"


def _ask(connection: sqlite3.Connection, selects: Sequence[str], seconds: float) -> dict[str, int] | None:
    """The numbers by name, or None where the queries fail or take too long. A NULL is left out."""
    if seconds <= 0 or not selects:
        return None
    try:
        with limited(connection, seconds):
            rows = connection.execute(" UNION ALL ".join(selects)).fetchall()
    except sqlite3.OperationalError as error:
        if ran_out(error) or not getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return None
        raise
    return {str(name): int(number) for name, number in rows if number is not None}


def _estimate(connection: sqlite3.Connection, table: Table) -> dict[str, int] | None:
    """What ANALYZE noted, or else the largest rowid, which is found at once."""
    try:
        noted = connection.execute(
            "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = ?", (table.name,)
        ).fetchone()[0]
        if noted is not None:
            return {table.name: int(noted)}
    except sqlite3.OperationalError:
        pass  # the database was never analysed
    if table.without_rowid or table.kind != "ordinary":
        return None
    return _ask(connection, [f"SELECT {quote_text(table.name)}, max(rowid) FROM {quote(table.name)}"], 1.0)


# ---------------------------------------------------------------- bytes


def _sizes(connection: sqlite3.Connection, end: float) -> tuple[dict[str, int], dict[str, int]]:
    """Bytes of each table and index by themselves, and those of them that hold nothing.

    Nothing where SQLite was built without dbstat or it takes too long.
    """
    pages, page_size = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    if pages * page_size > _LARGEST_FILE:
        return {}, {}
    try:
        with limited(connection, max(end - time.monotonic(), 0.5)):
            rows = connection.execute("SELECT name, pgsize, unused FROM dbstat WHERE aggregate = TRUE").fetchall()
    except sqlite3.OperationalError:
        return {}, {}
    return {name: size for name, size, _ in rows}, {name: unused for name, _, unused in rows}


def _index_owners(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'"))


# ---------------------------------------------------------------- columns


def _columns(connection: sqlite3.Connection, tables: Sequence[Table]) -> dict[Ref, ColumnStats]:
    """What ANALYZE has noted of the first columns of indexes: the rows, and how many of them have one value on average."""
    try:
        noted = connection.execute("SELECT idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL").fetchall()
        leading = connection.execute(
            "SELECT s.name, s.tbl_name, i.name FROM sqlite_schema s, pragma_index_info(s.name) i"
            " WHERE s.type = 'index' AND i.seqno = 0 AND i.name IS NOT NULL"
        ).fetchall()
    except sqlite3.OperationalError:
        return {}  # the database was never analysed
    by_table = {folded(table.name): table for table in tables}
    of_index = {name: (folded(table), column) for name, table, column in leading}
    found: dict[Ref, ColumnStats] = {}
    for index, stat in noted:
        table_name, column = of_index.get(index, ("", ""))
        table = by_table.get(table_name)
        numbers = [int(word) for word in str(stat).split() if word.isdigit()]
        if table is not None and table.column(column) and len(numbers) > 1 and numbers[1]:
            found[table.column_ref(column)] = ColumnStats(distinct=round(numbers[0] / numbers[1], 1))
    return found


# ---------------------------------------------------------------- automatic keys


def _sequences(connection: sqlite3.Connection, tables: Sequence[Table]) -> dict[Ref, SequenceState]:
    keys = {table.name: column for table in tables if table.kind == "ordinary" and (column := rowid_alias(table))}
    wanted = [table for table in tables if table.name in keys]
    last: dict[str, int] = {}
    for first in range(0, len(wanted), _TABLES_IN_ONE_QUERY):
        selects = [
            f"SELECT {quote_text(table.name)}, max({quote(keys[table.name])}) FROM {quote(table.name)}"
            for table in wanted[first : first + _TABLES_IN_ONE_QUERY]
        ]
        last.update(_ask(connection, selects, 2.0) or {})
    try:
        given = connection.execute("SELECT name, CAST(seq AS INTEGER) FROM sqlite_sequence").fetchall()
    except sqlite3.OperationalError:
        given = []  # no table has AUTOINCREMENT
    by_folded = {folded(name): name for name in keys}
    for name, value in given:
        table_name = by_folded.get(folded(str(name)))
        if table_name is not None and value is not None:
            last[table_name] = max(int(value), last.get(table_name, 0))
    return {
        table.column_ref(keys[table.name]): SequenceState(last=last[table.name], maximum=_LARGEST_ROWID)
        for table in wanted
        if table.name in last
    }
