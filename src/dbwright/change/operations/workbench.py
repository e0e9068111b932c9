"""Applying many operations to a large catalog: each is shown the few objects that it works on, never all of them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, Grant
from dbwright.change.operations.base import Irreversible, Operation
from dbwright.change.operations.columns import RenameColumn
from dbwright.change.operations.objects import FIELDS, object_ref
from dbwright.change.operations.tables import RenameTable

_FEW = 20
"""Up to so many operations are applied to the catalog itself: laying it out would cost more."""
_TABLES = "tables"


def apply_all(operations: Sequence[Any], catalog: Catalog) -> Catalog:
    """The catalog after all operations in their order."""
    if len(operations) <= _FEW:
        for operation in operations:
            catalog = operation.apply(catalog)
        return catalog
    bench = Workbench(catalog)
    for operation in operations:
        bench.apply(operation)
    return bench.catalog


class Workbench:
    """A catalog laid out by name."""

    def __init__(self, catalog: Catalog) -> None:
        self._lay_out(catalog)

    def _lay_out(self, catalog: Catalog) -> None:
        self._rest = catalog
        self._objects: dict[str, dict[tuple[str, ...], Any]] = {
            field: {object_ref(kind, each).path: each for each in getattr(catalog, field)}
            for kind, field in FIELDS.items()
        }
        self._objects[_TABLES] = {table.ref.path: table for table in catalog.tables}
        self._grants: dict[Ref, tuple[Grant, ...]] = {}
        for grant in catalog.grants:
            self._grants[grant.on] = (*self._grants.get(grant.on, ()), grant)

    @property
    def catalog(self) -> Catalog:
        """The catalog as it is now."""
        fields: dict[str, Any] = {field: tuple(known.values()) for field, known in self._objects.items()}
        grants = tuple(grant for grants in self._grants.values() for grant in grants)
        return msgspec.structs.replace(self._rest, **fields, grants=grants)

    def inverse(self, operation: Operation) -> Operation | Irreversible:
        """What undoes the operation, seen from the catalog as it is now."""
        return operation.inverse(self._shown(operation))

    def apply(self, operation: Operation) -> None:
        """Change the catalog. Raises UsageError where the operation does not fit it."""
        shown = self._shown(operation)
        after = operation.apply(shown)
        if _is_wide(operation):
            self._lay_out(after)
            return
        for field, path in _places(operation.target):
            (found,) = getattr(after, field) or (None,)
            if found is None:
                self._objects[field].pop(path, None)
            else:
                self._objects[field][path] = found
        self._grants[operation.target] = after.grants

    def _shown(self, operation: Operation) -> Catalog:
        """A catalog with nothing but what the operation works on."""
        if _is_wide(operation):
            return self.catalog
        found: dict[str, Any] = {}
        for field, path in _places(operation.target):
            each = self._objects[field].get(path)
            found[field] = () if each is None else (each,)
        grants = self._grants.get(operation.target, ())
        return Catalog(engine=self._rest.engine, version=self._rest.version, grants=grants, **found)


def _is_wide(operation: Operation) -> bool:
    """Whether the operation reaches beyond its target."""
    return isinstance(operation, RenameTable | RenameColumn)


def _places(target: Ref) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Where the object stands that a target names or is a part of; what is no part of a table may be one of a view."""
    if target.kind in _WHOLE:
        return ((FIELDS[target.kind], target.path),)
    return ((_TABLES, target.path[:2]), ("views", target.path[:2]))


_WHOLE: frozenset[Kind] = frozenset(FIELDS) - {"view"}
