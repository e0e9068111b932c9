"""What the planner knows of columns: for rules, and to estimate how much of tables and indexes is empty."""

from typing import Any

import psycopg

from dbwright.catalog.facts import ColumnStats, Facts
from dbwright.catalog.objects import Catalog
from dbwright.engines.postgres.bloat import Width
from dbwright.engines.postgres.words import TEMPORARY

_COLUMNS = """
SELECT schemaname::text, tablename::text, attname::text, null_frac, n_distinct, avg_width, inherited
FROM pg_stats WHERE schemaname !~ '^pg_(toast|catalog)' AND schemaname <> 'information_schema'
ORDER BY inherited
"""

Widths = dict[tuple[str, str], dict[str, Width]]
"""Of each table, by namespace and name, the width of each column that has been analysed."""


def measure_columns(connection: psycopg.Connection[Any], catalog: Catalog, facts: Facts) -> Widths:
    """Fill `facts.columns`, and return the widths. Columns that were never analysed or may not be read are left out."""
    tables = {(table.namespace, table.name): table for table in catalog.tables}
    columns: dict[tuple[str, str], dict[str, Any]] = {}
    widths: Widths = {}
    with connection.cursor(binary=True) as cursor:
        for namespace, name, column, nulls, distinct, width, inherited in cursor.execute(_COLUMNS):
            path = (TEMPORARY if namespace.startswith("pg_temp_") else namespace, name)
            table = tables.get(path)
            if table is None:
                continue
            if path not in columns:
                columns[path] = {each.name: each.type for each in table.columns}
            type_ = columns[path].get(column)
            if type_ is None:
                continue
            # Of a table with children its own rows are known and those of all together: the latter come last.
            facts.columns[table.column_ref(column)] = ColumnStats(
                null_share=round(nulls, 6), distinct=_distinct(distinct, facts.rows(table.ref))
            )
            if not inherited:
                widths.setdefault(path, {})[column] = Width(width, nulls, type_)
    return widths


def _distinct(noted: float, rows: int | None) -> float | None:
    """A negative number is a share of the rows; zero means that it is not known."""
    if noted > 0:
        return float(noted)
    return round(-noted * rows, 1) if noted < 0 and rows is not None else None
