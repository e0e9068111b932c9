"""Cutting circles of operations: what closes them is done later, by operations of its own."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.parts import Index
from dbwright.change.name_use import BETWEEN
from dbwright.change.needs import Names, Needs, standing_on
from dbwright.change.operations import (
    AddCheck,
    AddExclusion,
    AddForeignKey,
    ChangeObject,
    CreateIndex,
    CreateObject,
    CreatePolicy,
    CreateTable,
    CreateTrigger,
    DropConstraint,
    DropObject,
    DropTable,
    GrantPrivileges,
    Operation,
    RenamePart,
    Revoke,
    SetDefault,
)
from dbwright.change.operations.keys import drop_constraint
from dbwright.change.operations.objects import objects_by_ref

_ADD: dict[str, Any] = {
    "checks": lambda table, part: AddCheck(target=table, check=part),
    "exclusions": lambda table, part: AddExclusion(target=table, exclusion=part),
    "indexes": lambda table, part: CreateIndex(target=table, index=part),
    "policies": lambda table, part: CreatePolicy(target=table, policy=part),
    "triggers": lambda table, part: CreateTrigger(target=table, trigger=part),
}


def cut(
    operations: list[Operation], circles: Sequence[Sequence[Operation]], old: Catalog, new: Catalog
) -> list[Operation] | None:
    """The operations with the circles cut in the gentlest way that there is; None where there is none.

    First foreign keys are parted from tables, then checks, indexes, triggers, policies and defaults that stand on other
    objects; then views are dropped and made anew instead of changed; parts that swap their names get a third one in between.
    """
    for way in (_without_foreign_keys, _without_parts, _views_anew, _through_another_name):
        parted = way(operations, circles, old, new)
        if parted is not None:
            return parted
    return None


def _replaced(operations: list[Operation], instead: dict[int, list[Operation]]) -> list[Operation] | None:
    """The operations with others in the place of some, found by their identity."""
    if not instead:
        return None
    return [each for operation in operations for each in instead.get(id(operation), (operation,))]


def _without_foreign_keys(
    operations: list[Operation], circles: Sequence[Sequence[Operation]], old: Catalog, new: Catalog
) -> list[Operation] | None:
    """Tables that refer to each other are made without their foreign keys, and lose these before they go."""
    if old.engine == "sqlite":
        return None
    held = Lookup(old)
    dropped = {(each.target, each.nameless) for each in operations if isinstance(each, DropConstraint)}
    instead: dict[int, list[Operation]] = {}
    for circle in circles:
        made = {each.target.path for each in circle if isinstance(each, CreateTable)}
        gone = {each.target.path for each in circle if isinstance(each, DropTable)}
        for operation in circle:
            path = operation.target.path
            if isinstance(operation, CreateTable):
                table = operation.table
                later = [key for key in table.foreign_keys if key.table in made and key.table != path]
                if later:
                    kept = tuple(key for key in table.foreign_keys if key not in later)
                    instead[id(operation)] = [
                        replace(operation, table=replace(table, foreign_keys=kept)),
                        *(AddForeignKey(target=operation.target, key=key) for key in later),
                    ]
            elif isinstance(operation, DropTable):
                former = held.table(path)
                keys = [
                    drop_constraint(former.ref, "foreign_key", key.name, key.columns)
                    for key in (former.foreign_keys if former else ())
                    if former and key.table in gone and key.table != path
                ]
                before = [each for each in keys if (each.target, each.nameless) not in dropped]
                if before:
                    instead[id(operation)] = [*before, operation]
    return _replaced(operations, instead)


def _without_parts(
    operations: list[Operation], circles: Sequence[Sequence[Operation]], old: Catalog, new: Catalog
) -> list[Operation] | None:
    """Parts that stand on other objects come after their table, and go before it."""
    held, names, former_names = Lookup(old), Names(new), Names(old)
    instead: dict[int, list[Operation]] = {}
    for circle in circles:
        for operation in circle:
            if isinstance(operation, CreateTable):
                table, later = _bare(operation.table, names)
                if later:
                    instead[id(operation)] = [replace(operation, table=table), *later]
            elif isinstance(operation, DropTable):
                former = held.table(operation.target.path)
                known = [each for each in operations if each.target.path[:2] == operation.target.path]
                before = [each for each in (_stripped(former, former_names) if former else ()) if each not in known]
                if before:
                    instead[id(operation)] = [*before, operation]
    return _replaced(operations, instead)


def _bare(table: Table, names: Names) -> tuple[Table, list[Operation]]:
    later: list[Operation] = []
    columns = []
    for column in table.columns:
        if column.default and names.of_column(replace(column, generated=None)).loose:
            later.append(SetDefault(target=table.column_ref(column.name), default=column.default))
            column = replace(column, default=None)
        columns.append(column)
    changed: dict[str, Any] = {"columns": tuple(columns)}
    for field, add in _ADD.items():
        parts = getattr(table, field)
        stays = [part for part in parts if not _stands(names.of_part(part), part)]
        later += [add(table.ref, part) for part in parts if part not in stays]
        changed[field] = tuple(stays)
    return replace(table, **changed), later


def _stripped(table: Table, names: Names) -> Iterator[Operation]:
    """What takes from a table the parts that stand on other objects."""
    bare, later = _bare(table, names)
    without = Catalog(engine="", tables=(bare,))
    for operation in reversed(later):
        undo = operation.inverse(without)
        if isinstance(undo, Operation):
            yield undo


def _stands(needs: Needs, part: Any) -> bool:
    return bool(needs.loose) or (isinstance(part, Index) and bool(needs.firm))


def _views_anew(
    operations: list[Operation], circles: Sequence[Sequence[Operation]], old: Catalog, new: Catalog
) -> list[Operation] | None:
    """A view in a circle is dropped and made anew, with all views and routines that stand on it, and its privileges."""
    changed = {
        each.target
        for circle in circles
        for each in circle
        if isinstance(each, ChangeObject) and each.target.kind == "view"
    }
    if not changed:
        return None
    before, after = objects_by_ref(old), objects_by_ref(new)
    whole = {each.target for each in operations if isinstance(each, CreateObject | DropObject)}
    anew = {ref for ref in changed | standing_on(old, [ref.path for ref in changed]) if ref in after} - whole
    kept = [each for each in operations if not _belongs(each, anew)]
    return [*kept, *_made_anew(anew, before, after), *_granted_again(anew, kept, old, new)]


def _through_another_name(
    operations: list[Operation], circles: Sequence[Sequence[Operation]], old: Catalog, new: Catalog
) -> list[Operation] | None:
    all_renames = [each for each in operations if isinstance(each, RenamePart)]
    cut_before = {each.target.table for each in all_renames if each.to.startswith(BETWEEN)}
    instead: dict[int, list[Operation]] = {}
    for circle in circles:
        renames = [each for each in circle if isinstance(each, RenamePart) and each.target.table not in cut_before]
        if renames:
            first = renames[0]
            between = f"{BETWEEN}{len(cut_before) + len(instead) + 1}"
            path = first.target.path if first.target.kind == "primary_key" else (*first.target.path[:-1], between)
            again = RenamePart(target=Ref(first.target.kind, path), to=first.to)
            instead[id(first)] = [replace(first, to=between), again]
    return _replaced(operations, instead)


def _belongs(operation: Operation, anew: set[Ref]) -> bool:
    target = operation.target
    if isinstance(operation, Revoke | GrantPrivileges):
        return False
    return target in anew or (target.kind != "routine" and Ref("view", target.path[:2]) in anew)


def _made_anew(anew: set[Ref], before: dict[Ref, Any], after: dict[Ref, Any]) -> Iterator[Operation]:
    for ref in sorted(anew):
        if ref in before:
            yield DropObject(target=ref)
        yield CreateObject(target=ref, object=after[ref])


def _granted_again(anew: set[Ref], operations: list[Operation], old: Catalog, new: Catalog) -> Iterator[Operation]:
    known = {(type(each), each.grant) for each in operations if isinstance(each, Revoke | GrantPrivileges)}
    for grant in old.grants:
        if grant.on in anew and (Revoke, grant) not in known:
            yield Revoke(target=grant.on, grant=grant)
    for grant in new.grants:
        if grant.on in anew and (GrantPrivileges, grant) not in known:
            yield GrantPrivileges(target=grant.on, grant=grant)
