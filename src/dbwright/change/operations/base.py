"""What an operation is: one change to a catalog, as data, that knows its effect and its reverse."""

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog


class Operation(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="operation", omit_defaults=True):
    """One change. `target` names the object that it changes: the table for parts that are added or dropped."""

    target: Ref

    def apply(self, catalog: Catalog) -> Catalog:
        """The catalog after the change. Raises UsageError where it does not fit the catalog."""
        raise NotImplementedError

    def inverse(self, before: Catalog) -> "Operation | Irreversible":
        """The operation that undoes this one, given the catalog before it."""
        raise NotImplementedError

    def describe(self) -> str:
        """The change in a short imperative sentence without a full stop."""
        raise NotImplementedError


class Irreversible(msgspec.Struct, frozen=True):
    """Says that an operation cannot be undone, and why."""

    reason: str
