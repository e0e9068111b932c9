"""Changes to columns."""

import msgspec

from dbwright.catalog.lookup import find_table, with_column
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column
from dbwright.catalog.types import Type
from dbwright.change.operations.base import Irreversible, Operation
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
