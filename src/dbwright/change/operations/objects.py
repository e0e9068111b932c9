"""Changes to everything that is no table: views, routines, types, sequences, schemas, extensions, events, roles."""

from typing import Any

import msgspec

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog
from dbwright.catalog.parts import Object
from dbwright.change.operations.base import Operation
from dbwright.errors import UsageError

FIELDS: dict[Kind, str] = {
    "namespace": "namespaces",
    "extension": "extensions",
    "enum": "enums",
    "domain": "domains",
    "composite": "composites",
    "range": "ranges",
    "sequence": "sequences",
    "view": "views",
    "routine": "routines",
    "event_trigger": "event_triggers",
    "event": "events",
    "role": "roles",
}


def object_ref(kind: Kind, each: Any) -> Ref:
    """The name of an object of a kind."""
    if kind in ("routine", "view"):
        return Ref(kind, each.ref.path)
    if kind in ("namespace", "extension", "event_trigger", "role"):
        return Ref(kind, (each.name,))
    return Ref(kind, (each.namespace, each.name))


def objects_by_ref(catalog: Catalog) -> dict[Ref, Any]:
    """All objects that are no tables and no grants, by their names."""
    return {object_ref(kind, each): each for kind, field in FIELDS.items() for each in getattr(catalog, field)}


def find_object(catalog: Catalog, ref: Ref) -> Any:
    """The object that a Ref names. Raises UsageError where there is none."""
    for each in getattr(catalog, FIELDS[ref.kind]):
        if object_ref(ref.kind, each) == ref:
            return each
    raise UsageError(f"There is no {ref.kind.replace('_', ' ')} {ref}.")


def _words(ref: Ref) -> str:
    if ref.kind == "namespace" and not ref.name:
        return "the properties of the database"
    return f"the {'schema' if ref.kind == 'namespace' else ref.kind.replace('_', ' ')} {ref}"


class CreateObject(Operation, frozen=True, kw_only=True):
    """Create a view, routine, type, sequence, schema, extension, event or role; the target is its name."""

    object: Object

    def apply(self, catalog: Catalog) -> Catalog:
        field = FIELDS[self.target.kind]
        if any(object_ref(self.target.kind, each) == self.target for each in getattr(catalog, field)):
            raise UsageError(f"There is {_words(self.target)} already.")
        return msgspec.structs.replace(catalog, **{field: (*getattr(catalog, field), self.object)})

    def inverse(self, before: Catalog) -> Operation:
        return DropObject(target=self.target)

    def describe(self) -> str:
        return f"Create {_words(self.target)}"


class DropObject(Operation, frozen=True, kw_only=True):
    """Drop the view, routine, type, sequence, schema, extension, event or role that the target names."""

    def apply(self, catalog: Catalog) -> Catalog:
        gone = find_object(catalog, self.target)
        field = FIELDS[self.target.kind]
        return msgspec.structs.replace(catalog, **{field: tuple(x for x in getattr(catalog, field) if x is not gone)})

    def inverse(self, before: Catalog) -> Operation:
        return CreateObject(target=self.target, object=find_object(before, self.target))

    def describe(self) -> str:
        return f"Drop {_words(self.target)}"


class ChangeObject(Operation, frozen=True, kw_only=True):
    """Change an object that keeps its name: a view's query, a routine's body, an enum's labels, a sequence's step …

    to: the object as it shall be. A view's indexes and triggers have operations of their own and stay as they are.
    """

    to: Object

    def apply(self, catalog: Catalog) -> Catalog:
        before = find_object(catalog, self.target)
        field = FIELDS[self.target.kind]
        to: Any = self.to
        if self.target.kind == "view":
            to = msgspec.structs.replace(to, indexes=before.indexes, triggers=before.triggers)
        changed = tuple(to if each is before else each for each in getattr(catalog, field))
        return msgspec.structs.replace(catalog, **{field: changed})

    def inverse(self, before: Catalog) -> Operation:
        return ChangeObject(target=self.target, to=find_object(before, self.target))

    def describe(self) -> str:
        return f"Change {_words(self.target)}"
