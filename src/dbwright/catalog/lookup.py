"""Finding objects in a catalog, and putting changed ones back: frozen in, frozen out."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table, View
from dbwright.errors import UsageError


class Lookup:
    """An index over one catalog for many look-ups, built once in linear time."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._tables = {(table.namespace, table.name): table for table in catalog.tables}
        self._views = {(view.namespace, view.name): view for view in catalog.views}
        self._children: dict[tuple[str, str], list[tuple[Table, ForeignKey]]] = {}
        for table in catalog.tables:
            for key in table.foreign_keys:
                self._children.setdefault(key.table, []).append((table, key))

    def table(self, path: tuple[str, ...]) -> Table | None:
        """The table at namespace and name; longer paths name a part of it."""
        return self._tables.get((path[0], path[1]))

    def view(self, path: tuple[str, ...]) -> View | None:
        """The view at namespace and name."""
        return self._views.get((path[0], path[1]))

    def column(self, ref: Ref) -> Column | None:
        """The column that a Ref names."""
        table = self.table(ref.path)
        return table.column(ref.name) if table else None

    def referencing(self, table: Table) -> list[tuple[Table, ForeignKey]]:
        """The foreign keys that point at a table, with the tables that hold them."""
        return self._children.get((table.namespace, table.name), [])


def every_column(catalog: Catalog) -> Iterator[tuple[Table, Column]]:
    """All columns of all tables, in order."""
    for table in catalog.tables:
        for column in table.columns:
            yield table, column


def find_table(catalog: Catalog, ref: Ref) -> Table:
    """The table that a Ref names or is a part of. Raises UsageError where there is none."""
    for table in catalog.tables:
        if (table.namespace, table.name) == ref.path[:2]:
            return table
    raise UsageError(f"There is no table {ref.table}.")


def with_table(catalog: Catalog, ref: Ref, change: Callable[[Table], Table]) -> Catalog:
    """The catalog with one table changed by a function. Raises UsageError where there is none."""
    before = find_table(catalog, ref)
    tables = tuple(change(table) if table is before else table for table in catalog.tables)
    return msgspec.structs.replace(catalog, tables=tables)


def with_column(catalog: Catalog, ref: Ref, change: Callable[[Column], Column]) -> Catalog:
    """The catalog with one column changed by a function. Raises UsageError where there is none."""

    def change_table(table: Table) -> Table:
        if table.column(ref.name) is None:
            raise UsageError(f"There is no column {ref}.")
        columns = tuple(change(column) if column.name == ref.name else column for column in table.columns)
        return msgspec.structs.replace(table, columns=columns)

    return with_table(catalog, ref, change_table)


def find_holder(catalog: Catalog, ref: Ref) -> Table | View:
    """The table or view that a Ref names or is a part of. Raises UsageError where there is none."""
    for view in catalog.views:
        if (view.namespace, view.name) == ref.path[:2]:
            return view
    return find_table(catalog, ref)


def with_holder(catalog: Catalog, ref: Ref, change: Callable[[Any], Any]) -> Catalog:
    """The catalog with one table or view changed by a function. Raises UsageError where there is none."""
    before = find_holder(catalog, ref)
    if isinstance(before, Table):
        return with_table(catalog, ref, change)
    views = tuple(change(view) if view is before else view for view in catalog.views)
    return msgspec.structs.replace(catalog, views=views)


def holding(catalog: Catalog) -> list[Table]:
    """The tables that hold rows of their own, partitions under their parents' names; temporary and foreign ones are left out."""
    return [
        table
        for table in catalog.tables
        if table.kind in ("ordinary", "partitioned") and table.partition_of is None and not table.temporary
    ]
