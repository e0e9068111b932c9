"""Two catalogs made fit to be laid side by side: what one of them cannot know is left out of both, and said."""

from typing import Any

import msgspec

from dbwright.app.bookkeeping import without_bookkeeping
from dbwright.catalog.objects import Catalog, Object

_replace = msgspec.structs.replace
_OWNED = (
    "namespaces", "enums", "domains", "composites", "ranges", "sequences", "tables", "views", "routines", "event_triggers",
)  # fmt: skip


class Pair(msgspec.Struct, frozen=True):
    """The old and the new catalog, and sentences on what was not compared."""

    old: Catalog
    new: Catalog
    notes: tuple[str, ...] = ()


def comparable(old: Catalog, new: Catalog, *, new_is_live: bool = False) -> Pair:
    """Both catalogs without the records of migration tools.

    Roles are the server's: none is dropped, and where one side has none the other's are taken to be there. A description
    of a schema (files, models) that names no owner and no privilege is not understood as the wish to take all away; nor
    does it know versions of extensions.
    """
    old, new = without_bookkeeping(old), without_bookkeeping(new)
    notes: list[str] = []
    here = {role.name for role in new.roles}
    roles = (*new.roles, *(role for role in old.roles if role.name not in here))
    old, new = _replace(old, roles=old.roles or roles), _replace(new, roles=roles if new.roles else old.roles)
    if new_is_live:
        return Pair(old, new)
    if old.grants and not new.grants:
        notes.append("Privileges were not compared, because the new side names none.")
        old = _replace(old, grants=())
    if _owners(old) and not _owners(new):
        notes.append("Owners were not compared, because the new side names none.")
        old = _without(old, "owner")
    versions = {each.name: each.version for each in old.extensions}
    extensions = tuple(_replace(each, version=versions.get(each.name, each.version)) for each in new.extensions)
    return Pair(old, _replace(new, extensions=extensions), tuple(notes))


def shared_roles(catalog: Catalog, other: Catalog) -> Catalog:
    """The catalog with those roles alone that the other has too: a database tells of a role only while something in it names it."""
    names = {role.name for role in other.roles}
    return _replace(catalog, roles=tuple(role for role in catalog.roles if role.name in names))


def _owners(catalog: Catalog) -> bool:
    return any(getattr(each, "owner", None) for field in _OWNED for each in getattr(catalog, field))


def _without(catalog: Catalog, field: str) -> Catalog:
    def cleared(each: Object) -> Any:
        return _replace(each, **{field: None}) if getattr(each, field, None) else each

    return _replace(catalog, **{name: tuple(map(cleared, getattr(catalog, name))) for name in _OWNED})
