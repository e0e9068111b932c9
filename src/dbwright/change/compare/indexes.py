"""The indexes of a table or a materialised view that both sides have."""

from typing import Any

from dbwright.catalog.objects import Table, View
from dbwright.catalog.parts import Index
from dbwright.change.compare.constraints import PartChanges, renamed
from dbwright.change.compare.pairs import differing, paired
from dbwright.change.operations import ChangePart, CreateIndex, DropIndex, RebuildIndex

_IN_PLACE = {
    "postgres": frozenset(("comment", "options")),
    "mysql": frozenset(("visible",)),
    "mariadb": frozenset(("visible",)),
}
"""By engine, the properties that can change while the index stays."""


def indexes(old: Table | View, new: Table | View, engine: str) -> PartChanges:
    """The indexes of a table or a view. One that only has another name gets it, where the engine can."""
    found = PartChanges([], [], [])
    if old.indexes == new.indexes:
        return found
    pairs = paired(old.indexes, new.indexes, lambda index: index.name)
    if engine != "sqlite":
        found.changes.extend(renamed("index", old.ref, pairs.removed, pairs.added))
    found.drops.extend(_drop(old, each) for each in pairs.removed)
    found.adds.extend(CreateIndex(target=old.ref, index=each) for each in pairs.added)
    for was, shall in pairs.both:
        fields = differing(was, shall)
        target = old.ref.child("index", was.name)
        if not fields:
            continue
        if fields - {"valid"} <= _in_place(was, engine):
            if "valid" in fields:
                found.changes.append(RebuildIndex(target=target))
            if fields - {"valid"}:
                found.changes.append(ChangePart(target=target, to=shall))
        else:
            found.drops.append(_drop(old, was))
            found.adds.append(CreateIndex(target=old.ref, index=shall))
    return found


def _drop(holder: Table | View, index: Index) -> DropIndex:
    return DropIndex(target=holder.ref.child("index", index.name))


def _in_place(old: Any, engine: str) -> frozenset[str]:
    fields = _IN_PLACE.get(engine, frozenset())
    return fields | {"parent"} if engine == "postgres" and old.parent is None else fields
