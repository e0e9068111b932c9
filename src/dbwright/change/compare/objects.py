"""Everything that is no table: views, routines, types, sequences, schemas, extensions, events, roles."""

from functools import partial
from typing import Any

from msgspec.structs import replace

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, EventTrigger, Sequence, View
from dbwright.change.compare.indexes import indexes
from dbwright.change.compare.pairs import differing, paired
from dbwright.change.compare.tables import part_changes_of_view
from dbwright.change.compare.triggers import triggers
from dbwright.change.operations import ChangeObject, CreateObject, DropObject, Operation
from dbwright.change.operations.objects import object_ref

_FIELDS: dict[Kind, str] = {
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
}


def objects(old: Catalog, new: Catalog, replaced: frozenset[Ref]) -> list[Operation]:
    """What becomes of all objects but tables and grants. Those in `replaced` are dropped and made anew.

    Roles belong to the server: they are compared only where both sides tell some.
    """
    operations: list[Operation] = []
    kinds = dict(_FIELDS)
    if old.roles and new.roles:
        kinds["role"] = "roles"
    for kind, field in kinds.items():
        before, after = getattr(old, field), getattr(new, field)
        if before == after and not replaced:
            continue
        pairs = paired(before, after, partial(_path, kind))
        for each in pairs.removed:
            operations += _dropped(object_ref(kind, each), each, old, new)
        for each in pairs.added:
            operations += _created(object_ref(kind, each), each, old)
        for was, shall in pairs.both:
            operations += _changed(object_ref(kind, was), was, shall, old, replaced)
    return operations


def _path(kind: Kind, each: Any) -> tuple[str, ...]:
    return object_ref(kind, each).path


def _changed(ref: Ref, old: Any, new: Any, before: Catalog, replaced: frozenset[Ref]) -> list[Operation]:
    if ref in replaced:
        return [DropObject(target=ref), CreateObject(target=ref, object=new)]
    if old == new:
        return []
    if isinstance(old, View):
        parts = part_changes_of_view(indexes(old, new, before.engine), triggers(old, new, before.engine))
        changed = differing(old, new) - {"indexes", "triggers"}
        return [*([ChangeObject(target=ref, to=new)] if changed else []), *parts]
    fields = differing(old, new)
    if not fields:
        return []
    if isinstance(new, Sequence) and "owned_by" in fields and new.owned_by:
        # Its new owner may read it, and its old one may go: between the two it has none.
        free = replace(new, owned_by=None)
        alone = [ChangeObject(target=ref, to=free)] if differing(old, free) else []
        return [*alone, ChangeObject(target=ref, to=new)]
    if isinstance(old, EventTrigger) and fields & {"event", "definition"}:
        return [DropObject(target=ref), CreateObject(target=ref, object=new)]
    return [ChangeObject(target=ref, to=new)]


def _created(ref: Ref, each: Any, old: Catalog) -> list[Operation]:
    """A sequence is made before the column that owns it, whose default may read it; it gets its owner afterwards."""
    if isinstance(each, Sequence) and each.owned_by and not _has_column(old, each.owned_by):
        return [
            CreateObject(target=ref, object=replace(each, owned_by=None)),
            ChangeObject(target=ref, to=each),
        ]
    return [CreateObject(target=ref, object=each)]


def _dropped(ref: Ref, each: Any, old: Catalog, new: Catalog) -> list[Operation]:
    """A sequence whose owner goes would go with it, while others may read it still: it is taken from its owner first."""
    if isinstance(each, Sequence) and each.owned_by and not _has_column(new, each.owned_by):
        return [ChangeObject(target=ref, to=replace(each, owned_by=None)), DropObject(target=ref)]
    return [DropObject(target=ref)]


def _has_column(catalog: Catalog, path: tuple[str, str, str]) -> bool:
    return any(
        table.column(path[2]) is not None for table in catalog.tables if (table.namespace, table.name) == path[:2]
    )
