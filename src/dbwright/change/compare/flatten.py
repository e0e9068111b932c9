"""A catalog as one flat dictionary from name to object, so that two catalogs can be laid side by side."""

from typing import Any

import msgspec

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, Object, Table, View

_SCHEMA_OBJECTS: dict[str, Kind] = {
    "enums": "enum",
    "domains": "domain",
    "composites": "composite",
    "ranges": "range",
    "sequences": "sequence",
    "events": "event",
}
_GLOBAL_OBJECTS: dict[str, Kind] = {
    "namespaces": "namespace",
    "extensions": "extension",
    "event_triggers": "event_trigger",
    "roles": "role",
}
_PARTS: dict[str, Kind] = {
    "columns": "column",
    "uniques": "unique",
    "foreign_keys": "foreign_key",
    "checks": "check",
    "exclusions": "exclusion",
    "indexes": "index",
    "triggers": "trigger",
    "policies": "policy",
}


def flatten(catalog: Catalog) -> dict[Ref, Object]:
    """Every object under its Ref; tables and views without their parts, which stand under Refs of their own.

    A constraint without a name stands under what it holds, such as "(user_id, post_id)".
    """
    flat: dict[Ref, Object] = {}
    for field, kind in _GLOBAL_OBJECTS.items():
        for each in getattr(catalog, field):
            flat[Ref(kind, (each.name,))] = each
    for field, kind in _SCHEMA_OBJECTS.items():
        for each in getattr(catalog, field):
            flat[Ref(kind, (each.namespace, each.name))] = each
    for routine in catalog.routines:
        flat[routine.ref] = routine
    for table in catalog.tables:
        _flatten_holder(table, flat)
    for view in catalog.views:
        _flatten_holder(view, flat)
    for grant in catalog.grants:
        shown = " ".join(
            (
                grant.default_for or "",
                f"({', '.join(grant.columns)})" if grant.columns else "",
                "with grant option" if grant.grantable else "",
            )
        ).strip()
        flat[Ref("grant", (*grant.on.path, grant.on.kind, grant.grantee, shown))] = grant
    return flat


def _flatten_holder(holder: Table | View, flat: dict[Ref, Object]) -> None:
    emptied: dict[str, Any] = {}
    for field, kind in _PARTS.items():
        parts = getattr(holder, field, ())
        if parts:
            emptied[field] = ()
        for part in parts:
            flat[_unused(holder.ref.child(kind, part.name or _content(part)), flat)] = part
    if isinstance(holder, Table) and holder.primary_key:
        # A table has one at the most, so its name does not tell which it is.
        flat[Ref("primary_key", holder.ref.path)] = holder.primary_key
        emptied["primary_key"] = None
    flat[holder.ref] = msgspec.structs.replace(holder, **emptied) if emptied else holder


def _content(part: Any) -> str:
    columns = getattr(part, "columns", ())
    return f"({', '.join(columns)})" if columns else f"({part.expression})"


def _unused(ref: Ref, flat: dict[Ref, Object]) -> Ref:
    """Two nameless constraints may hold the same; the second must not hide the first."""
    while ref in flat:
        ref = Ref(ref.kind, (*ref.path[:-1], f"{ref.path[-1]}′"))
    return ref
