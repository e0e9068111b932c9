"""The operations that make one catalog of another."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from dbwright.catalog.objects import Catalog, Table, View
from dbwright.change.compare.candidates import RenameCandidate, find_candidates
from dbwright.change.compare.dependents import around, replaced_relations
from dbwright.change.compare.grants import grants
from dbwright.change.compare.objects import objects
from dbwright.change.compare.renames import Rename, renaming
from dbwright.change.compare.tables import tables
from dbwright.change.needs import relations_of
from dbwright.change.operations import Operation, apply_all
from dbwright.change.order import in_order

_H = TypeVar("_H", Table, View)


class Changes(msgspec.Struct, frozen=True):
    """The operations in an order in which they can be done, what may be a rename, and notes.

    candidates: pairs of something dropped and something created that may be one thing with a new name. They are told, never
        acted upon: the operations drop the one and create the other until the rename is given.
    notes: plain sentences on differences that no operation can take away.
    """

    operations: tuple[Operation, ...] = ()
    candidates: tuple[RenameCandidate, ...] = ()
    notes: tuple[str, ...] = ()


def changes(old: Catalog, new: Catalog, renames: Sequence[Rename] = ()) -> Changes:
    """What makes `new` of `old`. Equal catalogs give nothing, however they are spelled.

    renames: tables and columns whose new name is known; they keep their rows and values.
    Raises UsageError for a rename that fits nothing, and where objects stand on each other in a circle that cannot be cut.
    """
    first = renaming(old, new, renames)
    before = apply_all(first, old)
    goal, notes = _attainable(new, before)
    found = tables(before, goal)
    replaced = replaced_relations(before, goal)
    operations = [
        *found.operations,
        *objects(before, goal, replaced),
        *grants(before, goal, replaced),
    ]
    return Changes(
        operations=(*first, *in_order(around(operations, before, goal), before, goal)),
        candidates=find_candidates(before, goal),
        notes=(*notes, *found.notes),
    )


def _attainable(new: Catalog, old: Catalog) -> tuple[Catalog, list[str]]:
    """The goal without leftovers: nobody wants an invalid index made. One that both sides have stays as it is."""
    broken = {(holder.ref, index.name) for holder in relations_of(old) for index in holder.indexes if not index.valid}
    notes: list[str] = []

    def cured(holder: _H) -> _H:
        if all(index.valid for index in holder.indexes):
            return holder
        kept = []
        for index in holder.indexes:
            if not index.valid and (holder.ref, index.name) not in broken:
                notes.append(
                    f"The index {index.name} of {holder.ref} is invalid in the goal; a valid one is wanted here."
                )
                index = msgspec.structs.replace(index, valid=True)
            kept.append(index)
        return msgspec.structs.replace(holder, indexes=tuple(kept))

    whole = tuple(cured(table) for table in new.tables)
    views = tuple(cured(view) for view in new.views)
    return (msgspec.structs.replace(new, tables=whole, views=views) if notes else new), notes
