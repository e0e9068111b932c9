"""Changes to columns."""

import msgspec

from dbwright.catalog.lookup import find_table, with_column, with_table
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations.base import Irreversible, Operation
from dbwright.change.operations.renaming import rename_column
from dbwright.errors import UsageError


def _column(catalog: Catalog, ref: Ref) -> Column:
    column = find_table(catalog, ref).column(ref.name)
    if column is None:
        raise UsageError(f"There is no column {ref}.")
    return column


class SetNullable(Operation, frozen=True, kw_only=True):
    """Forbid or allow NULL in the column that the target names."""

    nullable: bool

    def apply(self, catalog: Catalog) -> Catalog:
        return with_column(catalog, self.target, lambda c: msgspec.structs.replace(c, nullable=self.nullable))

    def inverse(self, before: Catalog) -> Operation:
        return SetNullable(target=self.target, nullable=_column(before, self.target).nullable)

    def describe(self) -> str:
        return f"{'Allow' if self.nullable else 'Forbid'} NULL in {self.target}"


class AlterColumnType(Operation, frozen=True, kw_only=True):
    """Give the column that the target names another type.

    using: the expression that converts the old value, in the engine's own SQL; None for the engine's own cast.
    default: the default in the new type where it must change too; keeps the old default when None.
    """

    type: Type
    using: str | None = None
    default: str | None = None

    def apply(self, catalog: Catalog) -> Catalog:
        return with_column(
            catalog,
            self.target,
            lambda c: msgspec.structs.replace(c, type=self.type, default=self.default or c.default),
        )

    def inverse(self, before: Catalog) -> Operation | Irreversible:
        column = _column(before, self.target)
        return AlterColumnType(target=self.target, type=column.type, default=column.default)

    def describe(self) -> str:
        return f"Change {self.target} to {self.type.spelling}"


class SetDefault(Operation, frozen=True, kw_only=True):
    """Set or, with None, drop the default of the column that the target names."""

    default: str | None

    def apply(self, catalog: Catalog) -> Catalog:
        return with_column(catalog, self.target, lambda c: msgspec.structs.replace(c, default=self.default))

    def inverse(self, before: Catalog) -> Operation:
        return SetDefault(target=self.target, default=_column(before, self.target).default)

    def describe(self) -> str:
        return (
            f"Drop the default of {self.target}" if self.default is None else f"Default {self.target} to {self.default}"
        )


class AddColumn(Operation, frozen=True, kw_only=True):
    """Add a column to the target table.

    after: the name of the column that it follows; "" makes it the first, None the last.
    fill: an expression in the engine's own SQL that gives the rows that are there their value; None leaves the default.
    """

    column: Column
    after: str | None = None
    fill: str | None = None

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table) -> Table:
            if table.column(self.column.name):
                raise UsageError(f"{table.ref} has a column {self.column.name} already.")
            names = [column.name for column in table.columns]
            if self.after and self.after not in names:
                raise UsageError(f"{table.ref} has no column {self.after} that {self.column.name} could follow.")
            place = len(names) if self.after is None else names.index(self.after) + 1 if self.after else 0
            columns = (*table.columns[:place], self.column, *table.columns[place:])
            return msgspec.structs.replace(table, columns=columns)

        return with_table(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        return DropColumn(target=self.target.child("column", self.column.name))

    def describe(self) -> str:
        return f"Add the column {self.column.name} {self.column.type.spelling} to {self.target}"


class DropColumn(Operation, frozen=True, kw_only=True):
    """Drop the column that the target names, with its values. Undoing it brings back the column, never the values.

    Keys, indexes and constraints over the column are dropped by operations of their own, before it.
    """

    def apply(self, catalog: Catalog) -> Catalog:
        _column(catalog, self.target)

        def change(table: Table) -> Table:
            return msgspec.structs.replace(
                table, columns=tuple(column for column in table.columns if column.name != self.target.name)
            )

        return with_table(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        column = _column(before, self.target)
        names = [each.name for each in find_table(before, self.target).columns]
        place = names.index(column.name)
        after = None if place == len(names) - 1 else names[place - 1] if place else ""
        return AddColumn(target=Ref("table", self.target.path[:2]), column=column, after=after)

    def describe(self) -> str:
        return f"Drop the column {self.target}"


class RenameColumn(Operation, frozen=True, kw_only=True):
    """Give the column that the target names another name."""

    to: str

    def apply(self, catalog: Catalog) -> Catalog:
        _column(catalog, self.target)
        if find_table(catalog, self.target).column(self.to):
            raise UsageError(f"{self.target.table} has a column {self.to} already.")
        return rename_column(catalog, (self.target.path[0], self.target.path[1]), self.target.name, self.to)

    def inverse(self, before: Catalog) -> Operation:
        renamed = Ref("column", (*self.target.path[:2], self.to))
        return RenameColumn(target=renamed, to=self.target.name)

    def describe(self) -> str:
        return f"Rename the column {self.target} to {self.to}"


class ChangeColumn(Operation, frozen=True, kw_only=True):
    """Change what the other operations on columns do not: identity, generation, collation, comment, options, visibility.

    to: the column as it shall be, under the same name.
    """

    to: Column

    def apply(self, catalog: Catalog) -> Catalog:
        return with_column(catalog, self.target, lambda column: self.to)

    def inverse(self, before: Catalog) -> Operation:
        return ChangeColumn(target=self.target, to=_column(before, self.target))

    def describe(self) -> str:
        return f"Change the properties of the column {self.target}"
