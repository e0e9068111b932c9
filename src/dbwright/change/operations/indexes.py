"""Changes to indexes."""

import msgspec

from dbwright.catalog.lookup import find_holder, with_holder
from dbwright.catalog.objects import Catalog, Index, Table, View
from dbwright.change.operations.base import Operation
from dbwright.errors import UsageError


class CreateIndex(Operation, frozen=True, kw_only=True):
    """Create an index on the target, a table or a materialised view."""

    index: Index

    def apply(self, catalog: Catalog) -> Catalog:
        return with_holder(
            catalog, self.target, lambda holder: msgspec.structs.replace(holder, indexes=(*holder.indexes, self.index))
        )

    def inverse(self, before: Catalog) -> Operation:
        return DropIndex(target=self.target.child("index", self.index.name))

    def describe(self) -> str:
        keys = ", ".join(part.column or part.expression or "" for part in self.index.parts)
        return f"Create the index {self.index.name} on {self.target} ({keys})"


class DropIndex(Operation, frozen=True, kw_only=True):
    """Drop the index that the target names: namespace, table, index."""

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table | View) -> Table | View:
            kept = tuple(index for index in table.indexes if index.name != self.target.name)
            if len(kept) == len(table.indexes):
                raise UsageError(f"There is no index {self.target}.")
            return msgspec.structs.replace(table, indexes=kept)

        return with_holder(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        table = find_holder(before, self.target)
        for index in table.indexes:
            if index.name == self.target.name:
                return CreateIndex(target=table.ref, index=index)
        raise UsageError(f"There is no index {self.target}.")

    def describe(self) -> str:
        return f"Drop the index {self.target.name} of {self.target.table}"


class RebuildIndex(Operation, frozen=True, kw_only=True):
    """Build the index that the target names again in place; an invalid one becomes valid."""

    def apply(self, catalog: Catalog) -> Catalog:
        def change(table: Table | View) -> Table | View:
            indexes = tuple(
                msgspec.structs.replace(index, valid=True) if index.name == self.target.name else index
                for index in table.indexes
            )
            return msgspec.structs.replace(table, indexes=indexes)

        return with_holder(catalog, self.target, change)

    def inverse(self, before: Catalog) -> Operation:
        return self

    def describe(self) -> str:
        return f"Rebuild the index {self.target.name} of {self.target.table}"
