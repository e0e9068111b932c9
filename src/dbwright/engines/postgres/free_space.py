"""Bytes of tables and indexes that hold nothing: estimated, and looked up for the worst where the server has pgstattuple."""

from typing import Any, NamedTuple

import msgspec
import psycopg

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.postgres.bloat import Width, free_of_index, free_of_table
from dbwright.engines.postgres.column_stats import Widths
from dbwright.engines.postgres.words import identifier

_FIRST_WITH_JOINED_ENTRIES = 13
_WORTH_A_LOOK = 10 * 1024 * 1024
_SUSPICIOUS = 0.2
_LARGEST_LOOKED_AT = 1024 * 1024 * 1024
_LOOKED_AT = 10
_SECONDS = 2

_EXTENSION = """
SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname IN ('pgstattuple_approx', 'pgstatindex')
WHERE e.extname = 'pgstattuple' GROUP BY n.nspname HAVING bool_and(has_function_privilege(p.oid, 'EXECUTE'))
"""


class Heap(NamedTuple):
    """A table without its indexes: its number in the server, its size, its living rows."""

    oid: int
    bytes: int
    rows: int


class Tree(NamedTuple):
    """A B-tree: its number in the server, size, entries, table's columns (key columns first), and what is set for it."""

    oid: int
    bytes: int
    rows: int
    table: tuple[str, str]
    columns: tuple[str, ...]
    unique: bool
    options: tuple[str, ...]


def measure_free(
    connection: psycopg.Connection[Any],
    catalog: Catalog,
    facts: Facts,
    heaps: dict[Ref, Heap],
    trees: dict[Ref, Tree],
    widths: Widths,
) -> None:
    """Fill free_bytes of tables and indexes. What was never analysed stays unknown."""
    joins = connection.info.server_version // 10000 >= _FIRST_WITH_JOINED_ENTRIES
    for table in catalog.tables:
        heap = heaps.get(table.ref)
        free = _of_table(table, heap, widths) if heap else None
        if free is not None:
            facts.tables[table.ref] = msgspec.structs.replace(facts.tables[table.ref], free_bytes=free)
    for ref, tree in trees.items():
        free = _of_index(ref, tree, widths, facts, joins=joins)
        if free is not None:
            facts.indexes[ref] = msgspec.structs.replace(facts.indexes[ref], free_bytes=free)
    _look(connection, facts, heaps, trees)


def _of_table(table: Table, heap: Heap, widths: Widths) -> int | None:
    known = widths.get((table.namespace, table.name), {})
    if not all(column.name in known for column in table.columns):
        return None
    fill = _number(table.options.get("fillfactor"), 100)
    return free_of_table(heap.bytes, heap.rows, [known[column.name] for column in table.columns], fill)


def _of_index(ref: Ref, tree: Tree, widths: Widths, facts: Facts, *, joins: bool) -> int | None:
    known = widths.get(tree.table, {})
    columns: list[Width] = [known[column] for column in tree.columns if column in known]
    if len(columns) < len(tree.columns):
        return None
    options = dict(option.partition("=")[::2] for option in tree.options)
    distinct: float | None = None
    if joins and not tree.unique and options.get("deduplicate_items", "on") in ("on", "true"):
        distinct = 1.0
        for column in tree.columns:
            stats = facts.columns.get(ref.table.child("column", column))
            distinct *= max((stats.distinct if stats else None) or tree.rows, 1.0)
    return free_of_index(tree.bytes, tree.rows, columns, _number(options.get("fillfactor"), 90), distinct)


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and text.isdigit() else usual


# ---------------------------------------------------------------- looking


def _look(connection: psycopg.Connection[Any], facts: Facts, heaps: dict[Ref, Heap], trees: dict[Ref, Tree]) -> None:
    """Replace the worst estimates by what pgstattuple counts, a few and not the largest, so that it costs little."""
    tables = [ref for ref, heap in heaps.items() if _is_suspicious(facts.tables[ref].free_bytes, heap.bytes)]
    indexes = [ref for ref, tree in trees.items() if _is_suspicious(facts.indexes[ref].free_bytes, tree.bytes)]
    if not tables and not indexes:
        return
    try:
        with connection.transaction():
            found = connection.execute(_EXTENSION).fetchone()
    except psycopg.Error:
        if connection.closed:
            raise
        return
    if found is None:
        return
    schema = identifier(found[0])
    tables.sort(key=lambda ref: -(facts.tables[ref].free_bytes or 0))
    indexes.sort(key=lambda ref: -(facts.indexes[ref].free_bytes or 0))
    for ref in tables[:_LOOKED_AT]:
        free = _counted(
            connection,
            f"SELECT (approx_free_space + dead_tuple_len)::bigint FROM {schema}.pgstattuple_approx({heaps[ref].oid})",
        )
        if free is not None:
            facts.tables[ref] = msgspec.structs.replace(facts.tables[ref], free_bytes=free)
    for ref in indexes[:_LOOKED_AT]:
        free = _counted(
            connection,
            "SELECT (empty_pages + deleted_pages) * 8192::bigint"
            " + (leaf_pages * 8192 * (100 - avg_leaf_density) / 100)::bigint"
            f" FROM {schema}.pgstatindex({trees[ref].oid}::regclass) WHERE avg_leaf_density <= 100",
        )
        if free is not None:
            facts.indexes[ref] = msgspec.structs.replace(facts.indexes[ref], free_bytes=free)


def _is_suspicious(free: int | None, size: int) -> bool:
    return free is not None and _WORTH_A_LOOK <= free >= _SUSPICIOUS * size and size <= _LARGEST_LOOKED_AT


def _counted(connection: psycopg.Connection[Any], sql: str) -> int | None:
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{_SECONDS}s'")
            row = connection.execute(sql.encode()).fetchone()
            connection.execute("SET LOCAL statement_timeout TO DEFAULT")
    except psycopg.Error:
        if connection.closed:
            raise
        return None
    return int(row[0]) if row else None
