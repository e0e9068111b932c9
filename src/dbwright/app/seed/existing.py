"""What the target holds before the rows come: how many rows, and the keys that new rows may refer to or must not repeat."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from dbwright.app.rows import named
from dbwright.catalog.lookup import holding
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.engines.base import Engine, Session
from dbwright.seed.plan.base import Existing, Path

_AT_ONCE = 200
_NATIVE = frozenset(
    ("boolean", "integer", "decimal", "float", "char", "varchar", "text", "binary", "date", "timestamp")
)
"""Kinds whose values a driver gives as Python's own; PostgreSQL is asked for the others as text."""


def count(session: Session, engine: Engine, catalog: Catalog) -> dict[Path, int]:
    """How many rows each table has that has any; few queries for many empty tables."""
    held = {(table.namespace, table.name): table for table in holding(catalog)}
    found: dict[Path, int] = {}
    nowhere = " FROM DUAL" if engine.name == "mysql" else ""
    for some in _slices(list(held), _AT_ONCE):
        asked = (
            f"SELECT {number}{nowhere} WHERE EXISTS (SELECT 1 FROM {named(engine, held[path])})"
            for number, path in enumerate(some)
        )
        for (number,) in session.query(" UNION ALL ".join(asked)):
            path = some[int(str(number))]
            found[path] = int(str(session.query(f"SELECT count(*) FROM {named(engine, held[path])}")[0][0]))
    return found


def read(session: Session, engine: Engine, catalog: Catalog, columns: Mapping[Path, Sequence[str]]) -> Existing:
    """Count all tables, and read the columns that are named of those that hold rows."""
    rows = count(session, engine, catalog)
    tables = {(table.namespace, table.name): table for table in catalog.tables}
    keys = {path: _keys(session, engine, tables[path], columns[path]) for path in rows if columns.get(path)}
    return Existing(rows=rows, keys=keys)


def _keys(session: Session, engine: Engine, table: Table, names: Sequence[str]) -> pl.DataFrame:
    columns = [column for column in table.columns if column.name in names]
    chosen = ", ".join(_fetched(engine, column) for column in columns)
    order = ", ".join(engine.quote(column.name) for column in columns)
    sql = f"SELECT {chosen} FROM {named(engine, table)} ORDER BY {order}"
    batches = [_frame(columns, batch) for batch in session.stream(sql, 50_000)]
    return pl.concat(batches, how="vertical_relaxed") if batches else _frame(columns, [])


def _frame(columns: Sequence[Column], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    names = [column.name for column in columns]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None, strict=False)


def _fetched(engine: Engine, column: Column) -> str:
    name = engine.quote(column.name)
    return f"{name}::text" if engine.name == "postgres" and column.type.kind not in _NATIVE else name


def _slices(paths: list[Path], size: int) -> Iterator[list[Path]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]
