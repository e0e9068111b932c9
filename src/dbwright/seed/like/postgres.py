"""What PostgreSQL's planner knows: no table is read."""

from __future__ import annotations

from datetime import date
from typing import Any

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Session
from dbwright.seed.like.seen import LEAST_OF_EACH, LEAST_SHARE, Seen, SeenTable, same_kind

_TABLES = """
SELECT n.nspname::text, c.relname::text, greatest(c.reltuples, 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'm')
"""
_COLUMNS = """
SELECT s.schemaname::text, s.tablename::text, s.attname::text, s.null_frac::float8, s.n_distinct::float8,
    CASE WHEN k.counts THEN s.most_common_vals::text::text[] END, s.most_common_freqs::float8[],
    CASE WHEN k.measured THEN s.histogram_bounds::text::text[] END
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
    SELECT t.typtype IN ('b', 'd') AND t.typcategory IN ('N', 'D') AS measured,
        t.typcategory IN ('N', 'D', 'B', 'E') OR ({categories} AND t.typcategory = 'S') AS counts
) k
WHERE s.schemaname !~ '^pg_' AND s.schemaname <> 'information_schema'
ORDER BY s.inherited
"""
_POINTS = 400


def seen_by_planner(session: Session, catalog: Catalog, *, categories: bool) -> dict[tuple[str, str], SeenTable]:
    """By namespace and name, what is known of the tables of a catalog.

    categories: whether the frequent values of texts may be asked for. Raises ExecutionFault where statistics cannot be read.
    """
    known = {(table.namespace, table.name) for table in catalog.tables}
    tables = {
        (str(namespace), str(name)): SeenTable(rows=int(str(rows)), columns={})
        for namespace, name, rows in session.query(_TABLES)
        if (namespace, name) in known
    }
    for namespace, name, column, nulls, distinct, common, shares, histogram in session.query(
        _COLUMNS.format(categories="true" if categories else "false")
    ):
        table = tables.get((str(namespace), str(name)))
        if table is not None:
            table.columns[str(column)] = _seen(table.rows, nulls, distinct, common, shares, histogram)
    for table in tables.values():
        if not table.columns:
            table.note = "it was never analysed (run ANALYZE)"
    return tables


def _seen(rows: int, nulls: Any, distinct: Any, common: Any, shares: Any, histogram: Any) -> Seen:
    number = float(distinct)
    found = number if number >= 0 else -number * rows
    present = max(1.0 - float(nulls), 1e-9)
    frequent = dict(zip(common or (), shares or (), strict=False))
    return Seen(
        null_share=float(nulls),
        distinct=found or None,
        points=_points(histogram or (), frequent, present),
        shares={
            str(value): float(share)
            for value, share in frequent.items()
            if share >= LEAST_SHARE and share * rows >= LEAST_OF_EACH
        },
        top=(len(shares), min(sum(map(float, shares)) / present, 1.0)) if shares else None,
    )


def _points(histogram: Any, frequent: dict[Any, Any], present: float) -> list[Any]:
    """Values at equal shares of the rows: the histogram leaves the frequent values out, so they are put back."""
    bounds = same_kind(histogram)
    weights = [(each, float(share)) for value, share in frequent.items() if (each := _one(value)) is not None]
    rest = max(present - sum(share for _, share in weights), 0.0)
    if not bounds and not weights:
        return []
    times = isinstance((bounds or [weights[0][0]])[0], date)
    weighed = [(value, share) for value, share in weights if isinstance(value, date) == times]
    weighed += [(each, rest / max(len(bounds), 1)) for each in bounds]
    weighed.sort(key=lambda each: each[0])
    total, reached = sum(weight for _, weight in weighed), 0.0
    points: list[Any] = []
    for value, weight in weighed:
        reached += weight
        points += [value] * (round(reached / total * _POINTS) - len(points))
    return points


def _one(value: Any) -> Any:
    found = same_kind([value])
    return found[0] if found else None
