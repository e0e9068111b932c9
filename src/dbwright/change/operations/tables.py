"""Changes to whole tables."""

from typing import Any

import msgspec

from dbwright.catalog.lookup import find_table, with_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.operations.base import Operation
from dbwright.change.operations.renaming import rename_table
from dbwright.errors import UsageError

PARTS = (
    "columns", "primary_key", "uniques", "foreign_keys", "checks", "exclusions", "indexes", "triggers", "policies",
)  # fmt: skip
"""The fields of a table that have operations of their own; all others are its header."""


def header(table: Table) -> Table:
    """A table without its parts."""
    empty: dict[str, Any] = dict.fromkeys(PARTS, ())
    return msgspec.structs.replace(table, **{**empty, "primary_key": None})


class CreateTable(Operation, frozen=True, kw_only=True):
    """Create a table with all its parts."""

    table: Table

    def apply(self, catalog: Catalog) -> Catalog:
        path = (self.table.namespace, self.table.name)
        if any((table.namespace, table.name) == path for table in catalog.tables):
            raise UsageError(f"There is a table {self.table.ref} already.")
        return msgspec.structs.replace(catalog, tables=(*catalog.tables, self.table))

    def inverse(self, before: Catalog) -> Operation:
        return DropTable(target=self.target)

    def describe(self) -> str:
        return f"Create the table {self.target}"


class DropTable(Operation, frozen=True, kw_only=True):
    """Drop a table with all its parts and rows. Undoing it brings back the table, never the rows."""

    def apply(self, catalog: Catalog) -> Catalog:
        gone = find_table(catalog, self.target)
        return msgspec.structs.replace(catalog, tables=tuple(table for table in catalog.tables if table is not gone))

    def inverse(self, before: Catalog) -> Operation:
        return CreateTable(target=self.target, table=find_table(before, self.target))

    def describe(self) -> str:
        return f"Drop the table {self.target}"


class RenameTable(Operation, frozen=True, kw_only=True):
    """Give a table another name, or another namespace, or both; `to` is namespace and name."""

    to: tuple[str, str]

    def apply(self, catalog: Catalog) -> Catalog:
        find_table(catalog, self.target)
        if any((table.namespace, table.name) == self.to for table in catalog.tables):
            raise UsageError(f"There is a table {Ref('table', self.to)} already.")
        return rename_table(catalog, (self.target.path[0], self.target.path[1]), self.to)

    def inverse(self, before: Catalog) -> Operation:
        return RenameTable(target=Ref("table", self.to), to=(self.target.path[0], self.target.path[1]))

    def describe(self) -> str:
        return f"Rename the table {self.target} to {Ref('table', self.to)}"


class ChangeTable(Operation, frozen=True, kw_only=True):
    """Change what belongs to the table as a whole: comment, owner, options, row security, partitioning …

    to: the table as it shall be; only its header counts, its parts are ignored.
    """

    to: Table

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table) -> Table:
            return msgspec.structs.replace(self.to, **{part: getattr(table, part) for part in PARTS})

        return with_table(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        return ChangeTable(target=self.target, to=header(find_table(before, self.target)))

    def describe(self) -> str:
        return f"Change the properties of the table {self.target}"


class OrderColumns(Operation, frozen=True, kw_only=True):
    """Put the columns of a table in another order."""

    columns: tuple[str, ...]

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table) -> Table:
            if sorted(self.columns) != sorted(column.name for column in table.columns):
                raise UsageError(f"The order of columns names others than those of {table.ref}.")
            by_name = {column.name: column for column in table.columns}
            return msgspec.structs.replace(table, columns=tuple(by_name[name] for name in self.columns))

        return with_table(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        table = find_table(before, self.target)
        return OrderColumns(target=self.target, columns=tuple(column.name for column in table.columns))

    def describe(self) -> str:
        return f"Order the columns of {self.target}: {', '.join(self.columns)}"
