"""The catalog as canonical JSON, its published schema, and its hash."""

import hashlib
from functools import cache
from typing import Any, TypeVar

import msgspec

from dbwright.catalog.objects import Catalog, Object, Table, View
from dbwright.errors import SourceError

FORMAT = "dbwright-catalog/1"

_UNORDERED = (
    "namespaces", "extensions", "enums", "domains", "composites", "ranges", "sequences", "tables", "views",
    "routines", "event_triggers", "events", "roles", "grants", "unread",
)  # fmt: skip
_UNORDERED_IN_TABLES = ("uniques", "foreign_keys", "checks", "exclusions", "indexes", "triggers", "policies")
_O = TypeVar("_O", bound=Object)


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    catalog: Catalog


def _sorted(objects: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(objects, key=lambda each: (getattr(each, "namespace", ""), getattr(each, "name", None) or "",
                                                   msgspec.json.encode(each))))  # fmt: skip


@cache
def _text_defaults(kind: type[Object]) -> tuple[tuple[str, str], ...]:
    return tuple((f.name, f.default) for f in msgspec.structs.fields(kind) if f.default and isinstance(f.default, str))


def _with_own_defaults(each: _O) -> _O:
    """msgspec leaves a text out only where it is the very object of the default; an equal one is made that object here."""
    own = {name: text for name, text in _text_defaults(type(each)) if getattr(each, name) == text}
    return msgspec.structs.replace(each, **own) if own else each


def _in_order(whole: _O, fields: tuple[str, ...]) -> _O:
    changed = {
        field: _sorted(tuple(_with_own_defaults(each) for each in getattr(whole, field)))
        for field in fields
        if getattr(whole, field)
    }
    return msgspec.structs.replace(whole, **changed) if changed else whole


def _parts_in_order(table: Table | View) -> Any:
    return _in_order(table, _UNORDERED_IN_TABLES if isinstance(table, Table) else ("indexes", "triggers"))


def canonical(catalog: Catalog) -> Catalog:
    """The same catalog with everything whose order means nothing sorted by namespace, name and content."""
    tables = tuple(_parts_in_order(table) for table in catalog.tables)
    views = tuple(_parts_in_order(view) for view in catalog.views)
    return _in_order(msgspec.structs.replace(catalog, tables=tables, views=views), _UNORDERED)


def encode(catalog: Catalog) -> bytes:
    """Canonical JSON: sorted keys, sorted objects, defaults left out, UTF-8. Equal catalogs give equal bytes."""
    return msgspec.json.encode(_Envelope(FORMAT, canonical(catalog)), order="sorted")


def decode(text: bytes | str) -> Catalog:
    """The catalog from its JSON. Raises SourceError with the place that does not fit."""
    try:
        envelope = msgspec.json.decode(text, type=_Envelope)
    except msgspec.DecodeError as error:
        raise SourceError(
            f"This is not a catalog in dbwright's JSON: {error}.",
            hint="Write one with: dbwright inspect SOURCE --format json",
        ) from error
    if envelope.format != FORMAT:
        raise SourceError(f"The catalog's format is {envelope.format!r}; this version reads {FORMAT!r}.")
    return envelope.catalog


def digest(catalog: Catalog) -> str:
    """The hash of what the database is: SHA-256 over the canonical JSON, without version, name and what was not read."""
    essence = msgspec.structs.replace(catalog, version=(), name="", unread=())
    return hashlib.sha256(encode(essence)).hexdigest()


def schema() -> dict[str, Any]:
    """The JSON Schema of `encode`'s output."""
    return msgspec.json.schema(_Envelope)
