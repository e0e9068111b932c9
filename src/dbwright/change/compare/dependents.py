"""What both sides have alike, and yet must go and come again, because something under it is changed."""

import re
from collections.abc import Iterator, Sequence

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.compare.served_keys import anew, around_keys, stays
from dbwright.change.needs import relations_of, standing_on
from dbwright.change.operations import (
    AlterColumnType,
    CreatePolicy,
    CreateTrigger,
    DropPolicy,
    DropTrigger,
    Operation,
)

_WORD = re.compile(r'"((?:[^"]|"")*)"|([^\W\d][\w$]*)')
_Pair = tuple[Operation, Operation]


def replaced_relations(old: Catalog, new: Catalog) -> frozenset[Ref]:
    """The views and routines that are dropped and made anew: a materialised view that becomes a plain one, and all that
    stands on such a view, or on a table that becomes a view."""
    relations = {each.ref.path: each.ref for each in relations_of(old)}
    begun = {
        each.ref.path
        for each in relations_of(new)
        if each.ref.path in relations and relations[each.ref.path] != each.ref
    }
    before = {view.ref: view.materialized for view in old.views}
    flipped = {view.ref for view in new.views if before.get(view.ref, view.materialized) != view.materialized}
    begun |= {ref.path for ref in flipped}
    if not begun:
        return frozenset()
    kept = {view.ref for view in new.views} | {routine.ref for routine in new.routines}
    return frozenset((flipped | standing_on(old, begun)) & kept)


def around(operations: list[Operation], old: Catalog, new: Catalog) -> list[Operation]:
    """The operations, between those that take away what is in their way and those that bring it back as it was."""
    if old.engine == "sqlite":  # its tables are rebuilt; nothing is in the way of that
        return operations
    before, after = Lookup(old), Lookup(new)
    operations, pairs = around_keys(operations, before, after)
    pairs = [*pairs, *_keys_over_new_types(operations, before, after)]
    if old.engine == "postgres":
        pairs = [*pairs, *_readers_of_columns(operations, before, after)]
    once = {drop: (drop, add) for drop, add in pairs}.values()
    return [*(drop for drop, _ in once), *operations, *(add for _, add in once)]


def _keys_over_new_types(operations: Sequence[Operation], old: Lookup, new: Lookup) -> Iterator[_Pair]:
    """Both ends of a foreign key cannot change at the same moment: it goes before, and comes back after.

    PostgreSQL lets it stand as long as both types can be compared, as two integers can.
    """
    for operation in operations:
        if not isinstance(operation, AlterColumnType):
            continue
        table = old.table(operation.target.path)
        column = old.column(operation.target)
        if table is None or column is None:
            continue
        if old.catalog.engine == "postgres" and column.type.kind == operation.type.kind != "enum":
            continue
        own = [(table, key) for key in table.foreign_keys if column.name in key.columns]
        others = [(child, key) for child, key in old.referencing(table) if column.name in key.referenced]
        yield from (anew(child, key) for child, key in (*own, *others) if stays(child, key, new))


def _readers_of_columns(operations: Sequence[Operation], old: Lookup, new: Lookup) -> Iterator[_Pair]:
    """PostgreSQL changes no column's type as long as a policy or a trigger's condition names it."""
    retyped: dict[tuple[str, ...], set[str]] = {}
    for operation in operations:
        if isinstance(operation, AlterColumnType):
            retyped.setdefault(operation.target.path[:2], set()).add(operation.target.name)
    for path, names in retyped.items():
        before, after = old.table(path), new.table(path)
        if before is None or after is None:
            continue
        for policy in before.policies:
            if policy in after.policies and names & _words(f"{policy.using} {policy.check}"):
                drop = DropPolicy(target=before.ref.child("policy", policy.name))
                yield drop, CreatePolicy(target=before.ref, policy=policy)
        for trigger in before.triggers:
            if trigger in after.triggers and names & _words(trigger.definition):
                gone = DropTrigger(target=before.ref.child("trigger", trigger.name))
                yield gone, CreateTrigger(target=before.ref, trigger=trigger)


def _words(text: str) -> set[str]:
    return {quoted.replace('""', '"') if quoted else plain for quoted, plain in _WORD.findall(text)}
