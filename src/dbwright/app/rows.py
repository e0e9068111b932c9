"""Rows for a scratch database: a sample of the user's own, or made up; so that a plan is not proved on empty tables alone."""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

import msgspec

from dbwright.app.made_up import value
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.engines.base import Engine, Session
from dbwright.errors import DbwrightError, ExecutionFault

Counts = dict[Ref, int]

_AT_ONCE = 200
_PLAIN = frozenset(
    ("boolean", "integer", "decimal", "float", "char", "varchar", "text", "binary", "date", "time", "timestamp")
)
"""Types whose values a driver gives as values that can be written as literals."""


def count_rows(session: Session, engine: Engine, catalog: Catalog) -> Counts:
    """The exact number of rows of every table that holds its own; for scratch databases, where counting is cheap."""
    counts: Counts = {}
    for table in catalog.tables:
        if table.kind in ("ordinary", "partitioned") and table.partition_of is None:
            counts[table.ref] = int(str(session.query(f"SELECT count(*) FROM {named(engine, table)}")[0][0]))
    return counts


def named(engine: Engine, table: Table) -> str:
    """The table's name in SQL."""
    return ".".join(engine.quote(part) for part in (table.namespace, table.name) if part)


def copy_sample(source: Session, to: Session, catalog: Catalog, engine: Engine, *, rows: int = 1000) -> list[str]:
    """Copy up to so many rows of every table, parents first; rows whose parents were not copied are left out.

    Returns sentences on the tables that could not be filled.
    """
    said = []
    for table in parents_first(catalog):
        columns = _writable(table)
        if not columns:
            continue
        names = ", ".join(selected(engine, column) for column in columns)
        try:
            found = source.query(f"SELECT {names} FROM {named(engine, table)} LIMIT {rows}")
        except DbwrightError as error:
            said.append(f"No rows were copied to {table.ref}: {error.message}")
            continue
        left_out = _insert(to, engine, table, columns, found)
        if found and left_out == len(found):
            said.append(f"None of the {len(found)} rows of {table.ref} could be copied.")
    return said


def make_up(to: Session, catalog: Catalog, engine: Engine, *, goal: Catalog | None = None, rows: int = 20) -> list[str]:
    """Fill every table with so many made-up rows, parents first, and foreign keys from the rows of their parents.

    goal: the schema that the rows will have to fit later: a column that may not be NULL there is not NULL here.
    Returns sentences on the tables that stayed empty, because their constraints let no such row in.
    """
    said = []
    for table in parents_first(catalog):
        columns = [column for column in _writable(table) if not _numbers_itself(column)]
        parents = _parent_values(to, engine, table, Lookup(catalog))
        later = Lookup(goal or catalog).table(table.ref.path)
        fitting = [_fitting(column, later) for column in columns]
        made = [tuple(_value(column, n, parents) for column in fitting) for n in range(1, rows + 1)]
        left_out = _insert(to, engine, table, columns, made)
        if left_out == rows:
            said.append(f"{table.ref} stayed empty: its constraints let no made-up row in.")
    return said


def parents_first(catalog: Catalog) -> list[Table]:
    """The tables that hold rows of their own, those that others refer to first; circles are cut anywhere."""
    tables = {
        (table.namespace, table.name): table
        for table in catalog.tables
        if table.kind in ("ordinary", "partitioned") and table.partition_of is None
    }
    graph = {
        path: {key.table for key in table.foreign_keys if key.table != path and key.table in tables}
        for path, table in tables.items()
    }
    while True:
        try:
            return [tables[path] for path in TopologicalSorter(graph).static_order()]
        except CycleError as error:
            circle = error.args[1]
            # The list reads "each is needed by the next", so the first edge of it can be cut.
            graph[circle[1]].discard(circle[0])


def selected(engine: Engine, column: Column) -> str:
    """What to select to have values that can be written again: what is no plain value to the driver travels as text."""
    name = engine.quote(column.name)
    return f"{name}::text" if engine.name == "postgres" and column.type.kind not in _PLAIN else name


def _writable(table: Table) -> list[Column]:
    return [column for column in table.columns if column.generated is None]


def _numbers_itself(column: Column) -> bool:
    return column.identity is not None


def _insert(
    to: Session, engine: Engine, table: Table, columns: Sequence[Column], rows: Sequence[Sequence[object]]
) -> int:
    """Insert many rows at once, and one by one where that fails; returns how many were left out."""
    if not rows:
        return 0
    head = f"INSERT INTO {named(engine, table)}"
    if columns:
        head += f" ({', '.join(engine.quote(column.name) for column in columns)})"
        head += _overriding(engine, columns)
    elif engine.name == "mysql":
        head += " ()"
    left_out = 0
    for some in _slices(rows):
        try:
            to.change(
                f"{head} VALUES {', '.join(_tuple(engine, row) for row in some)}" if columns else _empty(head, engine)
            )
        except ExecutionFault:
            for row in some:
                try:
                    to.change(f"{head} VALUES {_tuple(engine, row)}" if columns else _empty(head, engine))
                except ExecutionFault:
                    left_out += 1
    return left_out


def _overriding(engine: Engine, columns: Sequence[Column]) -> str:
    always = any(column.identity and column.identity.generation == "always" for column in columns)
    return " OVERRIDING SYSTEM VALUE" if always and engine.name == "postgres" else ""


def _empty(head: str, engine: Engine) -> str:
    return f"{head} VALUES ()" if engine.name == "mysql" else f"{head} DEFAULT VALUES"


def _tuple(engine: Engine, row: Sequence[object]) -> str:
    return f"({', '.join(engine.literal(each) for each in row)})"


def _slices(rows: Sequence[Sequence[object]]) -> Iterator[Sequence[Sequence[object]]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


# ---------------------------------------------------------------- made-up values

_Parents = dict[str, tuple[ForeignKey, list[tuple[object, ...]]]]


def _parent_values(to: Session, engine: Engine, table: Table, lookup: Lookup) -> _Parents:
    """By column of a foreign key: the key, and values that its parent has."""
    found: _Parents = {}
    for key in table.foreign_keys:
        parent = lookup.table(key.table)
        if parent is None:
            continue
        names = ", ".join(engine.quote(name) for name in key.referenced)
        values = to.query(f"SELECT {names} FROM {named(engine, parent)} LIMIT 100")
        for column in key.columns:
            found.setdefault(column, (key, values))
    return found


def _fitting(column: Column, later: Table | None) -> Column:
    then = later.column(column.name) if later else None
    return msgspec.structs.replace(column, nullable=column.nullable and (then is None or then.nullable))


def _value(column: Column, number: int, parents: _Parents) -> Any:
    if column.name in parents:
        key, values = parents[column.name]
        if not values:
            return None
        return values[(number - 1) % len(values)][key.columns.index(column.name)]
    return value(column, number)
