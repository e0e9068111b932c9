"""The server's counters and sizes → facts, in as many questions whatever the number of tables."""

from typing import Any, NamedTuple

import msgspec
import psycopg

from dbwright.catalog.facts import Facts, IndexUse, SequenceState, TableStats
from dbwright.catalog.lookup import every_column
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column
from dbwright.engines.postgres.activity import measure_activity
from dbwright.engines.postgres.column_stats import measure_columns
from dbwright.engines.postgres.free_space import Heap, Tree, measure_free
from dbwright.engines.postgres.words import TEMPORARY, qualified

_TABLES = """
SELECT n.nspname::text, c.relname::text, c.reltuples::float8, c.relpages, c.relkind::text,
    CASE WHEN c.relkind IN ('r', 'm', 'p') THEN pg_total_relation_size(c.oid) END,
    CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) END,
    s.n_tup_ins + s.n_tup_upd + s.n_tup_del, s.seq_scan + coalesce(s.idx_scan, 0), s.n_live_tup,
    s.n_dead_tup,
    (extract(epoch FROM now() - greatest(s.last_vacuum, s.last_autovacuum)) / 86400)::float8,
    c.oid::int8, h.inhparent::int8,
    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
LEFT JOIN pg_inherits h ON h.inhrelid = c.oid AND c.relispartition
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname !~ '^pg_(toast|catalog)' AND n.nspname <> 'information_schema'
"""

_INDEXES = """
SELECT n.nspname::text, t.relname::text, c.relname::text, s.idx_scan,
    CASE WHEN c.relkind = 'i' THEN pg_relation_size(c.oid) END,
    c.oid::int8, c.reltuples::float8, i.indisunique, coalesce(c.reloptions, '{}')::text[],
    CASE WHEN m.amname = 'btree' AND i.indexprs IS NULL THEN ARRAY(
        SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place
    ) END
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = i.indexrelid
WHERE n.nspname !~ '^pg_(toast|catalog)' AND n.nspname <> 'information_schema'
"""

_SINCE = """
SELECT extract(epoch FROM now() - coalesce(d.stats_reset, pg_postmaster_start_time()))::float8 / 86400
FROM pg_stat_database d WHERE d.datname = current_database()
"""

_SEQUENCES = """
SELECT schemaname::text, sequencename::text, last_value, start_value, increment_by, min_value, max_value
FROM pg_sequences
"""

_BYTES_A_PAGE = 8192
_BYTES_A_ROW = 100
_SMALL_PAGES = 1000
_COUNTED_TABLES = 300
"""Of the tables never analysed, so many of up to 1,000 pages (8 MB) are counted: it takes milliseconds."""
_COUNTING_SECONDS = 5


def measure(connection: psycopg.Connection[Any], catalog: Catalog) -> Facts:
    """Sizes, counters and how far sequences have come. Only small tables that were never analysed are read, to count them."""
    facts = Facts(has_rows=True)
    with connection.transaction():
        connection.execute("SET TRANSACTION READ ONLY")
        heaps = _tables(connection, catalog, facts)
        trees = _indexes(connection, catalog, facts)
        _sequences(connection, catalog, facts)
        widths = measure_columns(connection, catalog, facts)
        measure_free(connection, catalog, facts, heaps.tables, trees, widths)
        for oid, ref in heaps.partitioned:
            facts.tables[ref] = _summed(facts, heaps, oid)
        measure_activity(connection, facts)
    return facts


# ---------------------------------------------------------------- tables


class _Heaps(NamedTuple):
    """The tables by their numbers, and which are parts of which."""

    tables: dict[Ref, Heap]
    of_number: dict[int, Ref]
    parts: dict[int, list[int]]
    partitioned: list[tuple[int, Ref]]


def _tables(connection: psycopg.Connection[Any], catalog: Catalog, facts: Facts) -> _Heaps:
    known = {table.ref for table in catalog.tables} | {view.ref for view in catalog.views}
    uncounted: list[tuple[int, Ref]] = []
    heaps = _Heaps({}, {}, {}, [])
    for (
        namespace, name, estimate, pages, kind, size, heap, writes, reads, live, dead, vacuumed, oid, parent, readable,
    ) in _rows(connection, _TABLES):  # fmt: skip
        ref = Ref("view" if kind == "m" else "table", (_namespace(namespace), name))
        if ref not in known:
            continue
        heaps.of_number[oid] = ref
        if parent:
            heaps.parts.setdefault(parent, []).append(oid)
        if kind == "p":
            heaps.partitioned.append((oid, ref))
        rows = round(estimate)
        current = (heap or 0) // _BYTES_A_PAGE
        if rows > 0 and pages > 0 and current:
            rows = round(estimate / pages * current)
        elif rows <= 0 and current:
            # Never analysed (-1, before version 14: 0).
            rows = live or current * _BYTES_A_PAGE // _BYTES_A_ROW
            if readable and current <= _SMALL_PAGES:
                uncounted.append((current, ref))
        exact = kind in ("r", "m") and current == 0
        if heap:
            heaps.tables[ref] = Heap(oid, heap, live or rows)
        facts.tables[ref] = TableStats(
            rows=0 if exact else max(rows, 0),
            exact=exact,
            bytes=size,
            writes=writes,
            reads=reads,
            dead_rows=dead,
            vacuumed=vacuumed,
        )
    _count(connection, facts, [ref for _, ref in sorted(uncounted)[:_COUNTED_TABLES]])
    # The rules and the planner's numbers of columns want the rows of all parts together.
    for oid, ref in heaps.partitioned:
        facts.tables[ref] = _summed(facts, heaps, oid)
    return heaps


def _count(connection: psycopg.Connection[Any], facts: Facts, refs: list[Ref]) -> None:
    """Count small tables in one query; where that fails or takes long, the estimates stay."""
    if not refs:
        return
    counts = (f"(SELECT count(*) FROM {qualified(ref.path[0], ref.path[1])})" for ref in refs)
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{_COUNTING_SECONDS}s'")
            (counted,) = _rows(connection, f"SELECT ARRAY[{', '.join(counts)}]")[0]
            connection.execute("SET LOCAL statement_timeout TO DEFAULT")
    except (psycopg.errors.QueryCanceled, psycopg.errors.InsufficientPrivilege, psycopg.errors.LockNotAvailable):
        return
    for ref, rows in zip(refs, counted, strict=True):
        facts.tables[ref] = msgspec.structs.replace(facts.tables[ref], rows=rows, exact=True)


def _summed(facts: Facts, heaps: _Heaps, oid: int) -> TableStats:
    """A partitioned table as all its partitions together."""
    leaves: list[TableStats] = []
    waiting = list(heaps.parts.get(oid, ()))
    while waiting:
        part = waiting.pop()
        if part in heaps.parts:
            waiting += heaps.parts[part]
        elif part in heaps.of_number:
            leaves.append(facts.tables[heaps.of_number[part]])
    free = [leaf.free_bytes for leaf in leaves if leaf.free_bytes is not None]
    vacuumed = [leaf.vacuumed for leaf in leaves if leaf.vacuumed is not None]
    return TableStats(
        rows=sum(leaf.rows for leaf in leaves),
        exact=all(leaf.exact for leaf in leaves),
        bytes=sum(leaf.bytes or 0 for leaf in leaves),
        writes=sum(leaf.writes or 0 for leaf in leaves),
        reads=sum(leaf.reads or 0 for leaf in leaves),
        dead_rows=sum(leaf.dead_rows or 0 for leaf in leaves),
        free_bytes=sum(free) if free else None,
        vacuumed=max(vacuumed) if vacuumed else None,
    )


# ---------------------------------------------------------------- indexes and sequences


def _indexes(connection: psycopg.Connection[Any], catalog: Catalog, facts: Facts) -> dict[Ref, Tree]:
    rows = _rows(connection, _SINCE)
    days = rows[0][0] if rows else None
    known = {view.ref.path: view.ref for view in catalog.views}
    known |= {table.ref.path: table.ref for table in catalog.tables}
    trees: dict[Ref, Tree] = {}
    for namespace, table, name, scans, size, oid, rows, unique, options, columns in _rows(connection, _INDEXES):
        holder = known.get((_namespace(namespace), table))
        if holder is None:
            continue
        ref = holder.child("index", name)
        facts.indexes[ref] = IndexUse(scans=scans, bytes=size, days=days)
        if columns and size and rows > 0:
            path = (_namespace(namespace), table)
            trees[ref] = Tree(oid, size, round(rows), path, tuple(columns), unique, tuple(options))
    return trees


def _sequences(connection: psycopg.Connection[Any], catalog: Catalog, facts: Facts) -> None:
    """Each sequence, and each integer column that one feeds: there the smaller of both limits counts."""
    states: dict[tuple[str, str], SequenceState] = {}
    for namespace, name, last, start, increment, minimum, maximum in _rows(connection, _SEQUENCES):
        limit = maximum if increment > 0 else -minimum
        # Before the first value, and where its value may not be read, the last one given is the one before the start.
        given = (last if last is not None else start - increment) * (1 if increment > 0 else -1)
        path = (_namespace(namespace), name)
        states[path] = SequenceState(last=given, maximum=limit)
    listed = {(sequence.namespace, sequence.name) for sequence in catalog.sequences}
    for path in listed & states.keys():
        facts.sequences[Ref("sequence", path)] = states[path]
    named = {qualified(*path): path for path in states}
    for table, column in every_column(catalog):
        source = _source_of(column, named)
        state = states.get(source) if source else None
        if source is None or state is None:
            continue
        facts.sequences[Ref("sequence", source)] = state
        bits = column.type.bits if column.type.kind == "integer" else None
        largest = min(state.maximum, 2 ** (bits - 1) - 1) if bits else state.maximum
        facts.sequences[table.column_ref(column.name)] = SequenceState(last=state.last, maximum=largest)


def _source_of(column: Column, named: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """The sequence that numbers a column, by identity or by its default."""
    if column.identity:
        return column.identity.sequence
    if column.default and column.default.startswith("nextval("):
        text = column.default.removeprefix("nextval('").partition("'::regclass")[0]
        return named.get(text.replace("''", "'"))
    return None


def _rows(connection: psycopg.Connection[Any], sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(sql.encode())
        return cursor.fetchall()


def _namespace(name: str) -> str:
    return TEMPORARY if name.startswith("pg_temp_") else name
