"""The primary key, unique constraints, foreign keys, checks and exclusions of a table that both sides have."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from dbwright.change.compare.pairs import differing, grouped
from dbwright.change.operations import (
    AddCheck,
    AddExclusion,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    ChangePart,
    DropConstraint,
    DropPrimaryKey,
    Operation,
    RenamePart,
)
from dbwright.change.operations.keys import drop_constraint


class PartChanges(NamedTuple):
    """What goes, what stays in another form, and what comes."""

    drops: list[Operation]
    changes: list[Operation]
    adds: list[Operation]


class _Family(NamedTuple):
    """One kind of constraint: where a table holds it, what it holds, and how it comes."""

    kind: Kind
    field: str
    content: Callable[[Any], tuple[str, ...]]
    add: Callable[[Ref, Any], Operation]


_UNIQUE = _Family("unique", "uniques", lambda each: each.columns, lambda t, u: AddUnique(target=t, unique=u))
_FOREIGN = _Family(
    "foreign_key", "foreign_keys", lambda each: each.columns, lambda t, k: AddForeignKey(target=t, key=k)
)
_CHECK = _Family("check", "checks", lambda each: (each.expression,), lambda t, c: AddCheck(target=t, check=c))
_EXCLUSION = _Family("exclusion", "exclusions", lambda each: each.columns, lambda t, x: AddExclusion(target=t, exclusion=x))  # fmt: skip

_RENAMED_IN_PLACE = {
    "postgres": frozenset(("unique", "foreign_key", "check", "exclusion")),
    "mysql": frozenset(("unique",)),
    "mariadb": frozenset(("unique",)),
}
"""By engine, the constraints whose name can be changed. Elsewhere they are dropped and added."""


def uniques(old: Table, new: Table, engine: str) -> PartChanges:
    """The unique constraints of a table."""
    return _constraints(_UNIQUE, old, new, engine)


def foreign_keys(old: Table, new: Table, engine: str) -> PartChanges:
    """The foreign keys of a table."""
    return _constraints(_FOREIGN, old, new, engine)


def checks(old: Table, new: Table, engine: str) -> PartChanges:
    """The checks of a table."""
    return _constraints(_CHECK, old, new, engine)


def exclusions(old: Table, new: Table, engine: str) -> PartChanges:
    """The exclusion constraints of a table."""
    return _constraints(_EXCLUSION, old, new, engine)


def primary_key(old: Table, new: Table, engine: str) -> PartChanges:
    """The primary key of a table."""
    before, after = old.primary_key, new.primary_key
    if before is None or after is None:
        return PartChanges(
            [DropPrimaryKey(target=old.ref)] if before else [],
            [],
            [AddPrimaryKey(target=old.ref, key=after)] if after else [],
        )
    fields = differing(before, after)
    if after.name is None and engine != "sqlite":
        fields -= {"name"}  # the server will have given it a name
    if not fields:
        return PartChanges([], [], [])
    target = Ref("primary_key", old.ref.path)
    if fields == {"name"} and engine == "postgres" and before.name and after.name:
        return PartChanges([], [RenamePart(target=target, to=after.name)], [])
    if fields <= _in_place(before, after, engine):
        return PartChanges([], [ChangePart(target=target, to=after)], [])
    return PartChanges([DropPrimaryKey(target=old.ref)], [], [AddPrimaryKey(target=old.ref, key=after)])


def _in_place(old: Any, new: Any, engine: str) -> frozenset[str]:
    """The fields that can change while the constraint stays."""
    changeable = {"comment"} if engine == "postgres" else set()
    match old:
        case PrimaryKey() | Unique():
            changeable |= {"options"} if engine == "postgres" else set()
        case ForeignKey() | Check():
            if engine == "postgres" and new.validated:
                changeable |= {"validated"}
            if engine == "mysql" and isinstance(old, Check):
                changeable |= {"enforced"}
        case Exclusion():
            pass
    return frozenset(changeable)


def _constraints(family: _Family, old: Table, new: Table, engine: str) -> PartChanges:
    found = PartChanges([], [], [])
    before, after = getattr(old, family.field), getattr(new, family.field)
    if before == after:
        return found
    named_before = {each.name: each for each in before if each.name}
    named_after = {each.name: each for each in after if each.name}
    removed = [each for name, each in named_before.items() if name not in named_after]
    added = [each for name, each in named_after.items() if name not in named_before]
    nameless = [each for each in after if not each.name]
    if engine != "sqlite":
        nameless = _taken_by_content(family, removed, nameless)
    _nameless(family, old.ref, [each for each in before if not each.name], nameless, found)
    if family.kind in _RENAMED_IN_PLACE.get(engine, ()):
        found.changes.extend(renamed(family.kind, old.ref, removed, added))
    found.drops.extend(_drop(family, old.ref, each) for each in removed)
    found.adds.extend(family.add(old.ref, each) for each in added)
    for name in named_before.keys() & named_after.keys():
        was, shall = named_before[name], named_after[name]
        fields = differing(was, shall)
        if fields and fields <= _in_place(was, shall, engine):
            found.changes.append(ChangePart(target=old.ref.child(family.kind, name), to=shall))
        elif fields:
            found.drops.append(_drop(family, old.ref, was))
            found.adds.append(family.add(old.ref, shall))
    return found


def _drop(family: _Family, table: Ref, each: Any) -> DropConstraint:
    return drop_constraint(table, family.kind, each.name, family.content(each))


def _taken_by_content(family: _Family, removed: list[Any], nameless: Sequence[Any]) -> list[Any]:
    """Servers name every constraint, so one without a name is the same as one that holds the same, whatever its name.

    Takes what is found out of `removed` and gives the nameless that are left.
    """
    left = []
    for each in nameless:
        alike = next((one for one in removed if differing(one, each) <= {"name"}), None)
        if alike is None:
            left.append(each)
        else:
            removed.remove(alike)
    return left


def _nameless(family: _Family, table: Ref, old: list[Any], new: list[Any], found: PartChanges) -> None:
    """Constraints without names are told apart by what they hold; where several hold the same, all of them are made anew."""
    before, after = grouped(old, family.content), grouped(new, family.content)
    for content in sorted(before.keys() | after.keys()):
        was, shall = before.get(content, []), after.get(content, [])
        if len(was) == len(shall) and not any(map(differing, was, shall)):
            continue
        found.drops.extend(_drop(family, table, each) for each in was)
        found.adds.extend(family.add(table, each) for each in shall)


def renamed(kind: Kind, holder: Ref, removed: list[Any], added: list[Any]) -> list[Operation]:
    """New names for parts that are the same but for the name; takes them out of both lists."""
    operations: list[Operation] = []
    for was in list(removed):
        shall = next((each for each in added if differing(was, each) == {"name"}), None)
        if shall is not None:
            removed.remove(was)
            added.remove(shall)
            operations.append(RenamePart(target=holder.child(kind, was.name), to=shall.name))
    return operations
