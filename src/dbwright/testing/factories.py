"""Rows for tests, made up from the catalog: whatever the test doesn't care about fits, and what a row refers to is made too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dbwright.catalog.codec import digest
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.errors import ExecutionFault, Unavailable, UsageError
from dbwright.testing.rows import Row, Rows

if TYPE_CHECKING:
    from dbwright.seed.maker import Maker

_PLANNED = 100_000
"""Rows a table that the seeder plans for: far more than a test makes."""
_ATTEMPTS = 20


class Factory:
    """Makes rows of one database. Values are those of `dbwright seed`, the same on every run in the same order."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        catalog = rows.catalog()
        self._tables = Lookup(catalog)
        self._maker = _maker(digest(catalog), _Once(catalog))
        self._made: dict[tuple[str, str], int] = {}
        self._reference: dict[tuple[str, str], Row | None] = {}

    def make(self, name: str, values: Mapping[str, object], within: tuple[tuple[str, str], ...] = ()) -> Row:
        """Make one row and return it as the database holds it.

        A value for a foreign key's column, or a whole row given under the column's name or the parent's, is taken as it is.
        Raises UsageError where the rows that it needs can't be made, ExecutionFault where the database refuses the row.
        """
        table = self._table(self._rows.path(name))
        given = _with_rows(table, values)
        unknown = sorted(set(given) - {column.name for column in table.columns})
        if unknown:
            raise UsageError(f"{table.name} has no column {', '.join(unknown)}.")
        for key in table.foreign_keys:
            given |= self._parent(table, key, given, within)
        for _ in range(_ATTEMPTS):
            made = self._made_up(table) | given
            try:
                return self._insert(table, made)
            except ExecutionFault as error:
                refused = error
                if "uniq" not in str(error).lower() and "duplicate" not in str(error).lower():
                    raise
        raise refused

    def _table(self, path: tuple[str, ...]) -> Table:
        found = self._tables.table(path)
        if found is None:
            raise UsageError(f"There is no table {'.'.join(part for part in path if part)}.")
        return found

    # ------------------------------------------------------------ the rows it refers to

    def _parent(
        self, table: Table, key: ForeignKey, given: Mapping[str, object], within: tuple[tuple[str, str], ...]
    ) -> Row:
        """The values of a foreign key: none where the test gave them, NULL where that is allowed, else those of a parent."""
        open_columns = [name for name in key.columns if name not in given]
        if not open_columns:
            return {}
        columns = [column for name in key.columns if (column := table.column(name))]
        if any(column.nullable for column in columns):
            return {column.name: None for column in columns if column.nullable and column.name not in given}
        if key.table in (*within, (table.namespace, table.name)):
            raise UsageError(
                f"A row of {table.name} needs one of {key.table[1]}, which needs one of {table.name}.",
                hint=f"Give {', '.join(key.columns)} yourself.",
            )
        shared = {to: given[name] for name, to in zip(key.columns, key.referenced, strict=True) if name in given}
        parent = self._reference_row(key.table) if not shared else None
        if parent is None:
            path = ".".join(part for part in key.table if part)
            parent = self.make(path, shared, (*within, (table.namespace, table.name)))
        return {name: parent[to] for name, to in zip(key.columns, key.referenced, strict=True) if name not in given}

    def _reference_row(self, path: tuple[str, str]) -> Row | None:
        """A row that was there before the test made any: of countries, of currencies."""
        if path not in self._reference:
            columns = [column.name for column in self._table(path).columns]
            listed = ", ".join(self._rows.sql.quote(name) for name in columns)
            named = self._rows.named(".".join(part for part in path if part))
            found = [] if path in self._made else self._rows.session.query(f"SELECT {listed} FROM {named} LIMIT 1")
            self._reference[path] = dict(zip(columns, found[0], strict=True)) if found else None
        return self._reference[path]

    # ------------------------------------------------------------ the row itself

    def _made_up(self, table: Table) -> Row:
        path = (table.namespace, table.name)
        number = self._made.get(path, 0)
        self._made[path] = number + 1
        planned = self._maker.plan.table(path)
        if planned is None:
            return {}
        row: Row = self._maker.frame(planned, number % planned.rows, number % planned.rows + 1).row(0, named=True)
        return {name: value for name, value in row.items() if not _numbers_itself(table, name, self._rows.engine)}

    def _insert(self, table: Table, values: Row) -> Row:
        """Insert a row and read it back, with what defaults and triggers made of it."""
        engine, session = self._rows.sql, self._rows.session
        named = self._rows.named(".".join(part for part in (table.namespace, table.name) if part))
        names = ", ".join(engine.quote(name) for name in values)
        row = ", ".join(engine.literal(value) for value in values.values())
        insert = f"INSERT INTO {named} ({names}) VALUES ({row})" if values else f"INSERT INTO {named} DEFAULT VALUES"
        key = table.primary_key.columns if table.primary_key else tuple(column.name for column in table.columns)
        if engine.name == "mysql":
            session.change(insert if values else f"INSERT INTO {named} () VALUES ()")
            found = dict(values)
            for name in key:
                if name not in found:
                    found[name] = session.query("SELECT LAST_INSERT_ID()")[0][0]
        else:
            listed = ", ".join(engine.quote(name) for name in key)
            found = dict(zip(key, session.query(f"{insert} RETURNING {listed}")[0], strict=True))
        return self._read(table, named, {name: found[name] for name in key})

    def _read(self, table: Table, named: str, key: Row) -> Row:
        engine = self._rows.sql
        where = " AND ".join(
            f"{engine.quote(name)} {'IS NULL' if value is None else '= ' + engine.literal(value)}"
            for name, value in key.items()
        )
        columns = [column.name for column in table.columns]
        listed = ", ".join(engine.quote(name) for name in columns)
        row = self._rows.session.query(f"SELECT {listed} FROM {named} WHERE {where}")[0]
        return dict(zip(columns, row, strict=True))


class _Once(NamedTuple):
    """A catalog that is equal to any other: the digest beside it tells them apart."""

    catalog: Catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _maker(of: str, held: _Once) -> Maker:
    """The seeder for a catalog: planned once for all the copies of a template."""
    try:
        from dbwright.seed.base import Settings
        from dbwright.seed.maker import Maker
        from dbwright.seed.plan.make import plan
    except ImportError as error:
        raise Unavailable(
            f"Making rows up needs {error.name}, which is not installed.",
            hint="Install it: pip install 'dbwright[seed]'.",
        ) from error
    return Maker(plan(held.catalog, Settings(rows=_PLANNED)))


def _with_rows(table: Table, values: Mapping[str, object]) -> Row:
    """The values with whole rows taken apart: `make("orders", customer=row)` is its key."""
    given: Row = {}
    for name, value in values.items():
        key = next((key for key in table.foreign_keys if _is_for(key, name)), None)
        if isinstance(value, Mapping) and key is not None:
            given |= {own: value[to] for own, to in zip(key.columns, key.referenced, strict=True)}
        else:
            given[name] = value
    return given


def _is_for(key: ForeignKey, name: str) -> bool:
    return name in key.columns or name == key.table[1] or (len(key.columns) == 1 and key.columns[0] == f"{name}_id")


def _numbers_itself(table: Table, name: str, engine: str) -> bool:
    """Whether the database gives the column its number."""
    column: Column | None = table.column(name)
    if column is None:
        return False
    if column.identity is not None or "nextval(" in (column.default or ""):
        return True
    # The key of an SQLite table that is declared INTEGER is the number of the row.
    alone = table.primary_key is not None and table.primary_key.columns == (name,)
    return engine == "sqlite" and alone and column.type.spelling.upper() == "INTEGER" and not table.without_rowid
