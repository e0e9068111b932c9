"""What the optimizer knows of columns: from the indexes that they lead, and from histograms where there are any."""

import json
from typing import Any

from dbwright.catalog.facts import ColumnStats, Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.engines.mysql.scope import Scope, number, text
from dbwright.errors import ExecutionFault

_FIRST_WITH_HISTOGRAMS = (8, 0, 2)


def measure_columns(scope: Scope, catalog: Catalog, facts: Facts) -> None:
    """Fill `facts.columns`, in two queries. What may not be read stays unknown."""
    known = {
        (table.namespace, table.name, column.name): table.column_ref(column.name)
        for table in catalog.tables
        for column in table.columns
    }
    for ask in (_leading, _mariadb if scope.mariadb else _histograms):
        try:
            found = ask(scope, known, facts)
        except ExecutionFault:
            continue
        facts.columns.update(found)


_Known = dict[tuple[str, str, str], Ref]


def _leading(scope: Scope, known: _Known, facts: Facts) -> dict[Ref, ColumnStats]:
    """The first columns of indexes, whose different values the engine estimates."""
    rows = scope.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, MAX(CARDINALITY) FROM information_schema.STATISTICS"
        f" WHERE SEQ_IN_INDEX = 1 AND SUB_PART IS NULL AND CARDINALITY IS NOT NULL AND {scope.within('TABLE_SCHEMA')}"
        " GROUP BY TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME"
    )
    found: dict[Ref, ColumnStats] = {}
    for database, table, column, distinct in rows:
        ref = known.get((scope.namespace(text(database)), text(table), text(column)))
        if ref is not None:
            found[ref] = ColumnStats(distinct=float(number(distinct) or 0))
    return found


def _mariadb(scope: Scope, known: _Known, facts: Facts) -> dict[Ref, ColumnStats]:
    """MariaDB's own statistics, of tables for which ANALYZE … PERSISTENT has gathered them."""
    rows = scope.rows(
        "SELECT db_name, table_name, column_name, nulls_ratio, avg_frequency FROM mysql.column_stats"
        f" WHERE nulls_ratio IS NOT NULL AND {scope.within('db_name')}"
    )
    found: dict[Ref, ColumnStats] = {}
    for database, table, column, nulls, frequency in rows:
        ref = known.get((scope.namespace(text(database)), text(table), text(column)))
        if ref is None:
            continue
        share, often = float(str(nulls)), float(str(frequency or 0))
        filled = (facts.rows(ref.table) or 0) * (1 - share)
        before = facts.columns.get(ref, ColumnStats())
        found[ref] = ColumnStats(null_share=share, distinct=round(filled / often, 1) if often else before.distinct)
    return found


def _histograms(scope: Scope, known: _Known, facts: Facts) -> dict[Ref, ColumnStats]:
    """MySQL's histograms: each value with its share, or ranges of values with how many are in them."""
    if scope.session.version < _FIRST_WITH_HISTOGRAMS:
        return {}
    rows = scope.rows(
        "SELECT SCHEMA_NAME, TABLE_NAME, COLUMN_NAME, HISTOGRAM FROM information_schema.COLUMN_STATISTICS"
        f" WHERE {scope.within('SCHEMA_NAME')}"
    )
    found: dict[Ref, ColumnStats] = {}
    for database, table, column, histogram in rows:
        ref = known.get((scope.namespace(text(database)), text(table), text(column)))
        if ref is not None:
            drawn: dict[str, Any] = json.loads(text(histogram))
            buckets = drawn.get("buckets", [])
            ranges = drawn.get("histogram-type") == "equi-height"
            distinct = sum(bucket[-1] for bucket in buckets) if ranges else len(buckets)
            found[ref] = ColumnStats(null_share=drawn.get("null-values"), distinct=float(distinct))
    return found
