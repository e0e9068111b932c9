"""The server's own counters → facts. Nothing here reads a row of a user's table."""

from dbwright.catalog.facts import Facts, IndexUse, SequenceState, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.mysql.activity import measure_activity
from dbwright.engines.mysql.column_stats import measure_columns
from dbwright.engines.mysql.column_types import largest
from dbwright.engines.mysql.definers import measure_definers
from dbwright.engines.mysql.scope import Scope, number, scope_of, text
from dbwright.engines.mysql.session import MySQLSession
from dbwright.engines.mysql.words import tick
from dbwright.errors import ExecutionFault

Counters = dict[tuple[str, str], tuple[int, int]]
"""Database and table → rows read, rows written."""


def measure(session: MySQLSession, catalog: Catalog) -> Facts:
    """Sizes, use of tables and indexes, and how far each AUTO_INCREMENT has come."""
    facts = Facts(has_rows=True)
    scope = scope_of(session, None)
    if not scope.databases:
        return facts
    if not scope.mariadb:
        # MySQL otherwise answers with figures up to a day old. A read-only account may set this for its session.
        session.query("SET SESSION information_schema_stats_expiry = 0")
    tables = {(table.namespace, table.name): table for table in catalog.tables}
    counters = _table_counters(scope, facts)
    own_files = _setting(scope, "innodb_file_per_table")
    rows = scope.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH, AUTO_INCREMENT, DATA_FREE"
        " FROM information_schema.TABLES"
        f" WHERE {scope.within('TABLE_SCHEMA')} AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')"
    )
    for database, name, count, size, following, free in rows:
        table = tables.get((scope.namespace(text(database)), text(name)))
        if table is None:
            continue
        reads, writes = counters.get((text(database), text(name)), (None, None))
        engine = table.options.get("engine", "").lower()
        exact = engine in ("myisam", "aria", "memory")
        facts.tables[table.ref] = TableStats(
            rows=number(count) or 0,
            exact=exact,
            bytes=number(size),
            reads=reads,
            writes=writes,
            # Of tables that share a file the server tells what is free in that file.
            free_bytes=number(free) if own_files or engine != "innodb" else None,
        )
        state = _auto_increment(table, number(following))
        if state:
            facts.sequences[state[0]] = state[1]
    _sequences(scope, catalog, facts)
    _indexes(scope, tables, facts)
    measure_columns(scope, catalog, facts)
    measure_activity(scope, facts)
    measure_definers(scope, catalog, facts)
    return facts


def _auto_increment(table: Table, following: int | None) -> tuple[Ref, SequenceState] | None:
    for column in table.columns:
        maximum = largest(column.type)
        if column.identity and maximum is not None:
            return table.column_ref(column.name), SequenceState(last=max(0, (following or 1) - 1), maximum=maximum)
    return None


def _sequences(scope: Scope, catalog: Catalog, facts: Facts) -> None:
    """MariaDB's sequences: values that are cached count as given."""
    for sequence in catalog.sequences:
        database = sequence.namespace or (scope.single or "")
        try:
            found = scope.rows(
                f"SELECT next_not_cached_value, increment, maximum_value FROM {tick(database)}.{tick(sequence.name)}"
            )
        except ExecutionFault:
            continue
        following, step, maximum = (number(cell) or 0 for cell in found[0])
        ref = Ref("sequence", (sequence.namespace, sequence.name))
        facts.sequences[ref] = SequenceState(last=following - step, maximum=maximum)


# ---------------------------------------------------------------- use since the server began


def _days(scope: Scope) -> float | None:
    """How long the counters have run: since the start of the server."""
    try:
        rows = scope.rows("SHOW GLOBAL STATUS LIKE 'Uptime'")
    except ExecutionFault:
        return None
    return round(int(text(rows[0][1])) / 86400, 3) if rows else None


def _setting(scope: Scope, name: str) -> bool:
    rows = scope.rows(f"SHOW GLOBAL VARIABLES LIKE '{name}'")
    return bool(rows) and text(rows[0][1]).upper() in ("1", "ON")


def _table_counters(scope: Scope, facts: Facts) -> Counters:
    try:
        if scope.mariadb and _setting(scope, "userstat"):
            query = (
                "SELECT TABLE_SCHEMA, TABLE_NAME, ROWS_READ, ROWS_CHANGED FROM information_schema.TABLE_STATISTICS"
                f" WHERE {scope.within('TABLE_SCHEMA')}"
            )
        elif _setting(scope, "performance_schema"):
            query = (
                "SELECT OBJECT_SCHEMA, OBJECT_NAME, COUNT_READ, COUNT_WRITE"
                f" FROM performance_schema.table_io_waits_summary_by_table WHERE {scope.within('OBJECT_SCHEMA')}"
            )
        else:
            return {}
        rows = scope.rows(query)
    except ExecutionFault:
        facts.notes.append("How often tables are read and written is not known: this account may not see the counters.")
        return {}
    return {(text(row[0]), text(row[1])): (number(row[2]) or 0, number(row[3]) or 0) for row in rows}


def _indexes(scope: Scope, tables: dict[tuple[str, str], Table], facts: Facts) -> None:
    sizes = _index_sizes(scope)
    scans = _index_scans(scope, facts)
    days = _days(scope)
    for (namespace, name), table in tables.items():
        database = namespace or (scope.single or "")
        for index in table.indexes:
            place = (database, name, index.name)
            facts.indexes[table.ref.child("index", index.name)] = IndexUse(
                scans=None if scans is None else scans.get(place, 0),
                bytes=sizes.get(place),
                days=days if scans is not None else None,
            )


def _index_scans(scope: Scope, facts: Facts) -> dict[tuple[str, str, str], int] | None:
    """Database, table and index → reads through it, from the counters that this server keeps; None where it keeps none."""
    try:
        if scope.mariadb and _setting(scope, "userstat"):
            query = (
                "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, ROWS_READ FROM information_schema.INDEX_STATISTICS"
                f" WHERE {scope.within('TABLE_SCHEMA')}"
            )
        elif _setting(scope, "performance_schema"):
            query = (
                "SELECT OBJECT_SCHEMA, OBJECT_NAME, INDEX_NAME, COUNT_READ"
                " FROM performance_schema.table_io_waits_summary_by_index_usage"
                f" WHERE INDEX_NAME IS NOT NULL AND {scope.within('OBJECT_SCHEMA')}"
            )
        else:
            facts.notes.append(
                "The use of indexes is not known: this server counts it with neither performance_schema nor userstat."
            )
            return None
        return {(text(row[0]), text(row[1]), text(row[2])): number(row[3]) or 0 for row in scope.rows(query)}
    except ExecutionFault:
        facts.notes.append("The use of indexes is not known: this account may not see the counters.")
        return None


def _index_sizes(scope: Scope) -> dict[tuple[str, str, str], int]:
    """Sizes of InnoDB's indexes from its own statistics; empty where this account may not read them."""
    try:
        rows = scope.rows(
            "SELECT database_name, table_name, index_name, stat_value * @@innodb_page_size FROM mysql.innodb_index_stats"
            f" WHERE stat_name = 'size' AND {scope.within('database_name')}"
        )
    except ExecutionFault:
        return {}
    return {(text(row[0]), text(row[1]), text(row[2])): number(row[3]) or 0 for row in rows}
