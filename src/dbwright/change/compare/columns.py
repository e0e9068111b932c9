"""The columns of a table that both sides have."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.change.compare.pairs import differing
from dbwright.change.operations import (
    AddColumn,
    AlterColumnType,
    ChangeColumn,
    DropColumn,
    Operation,
    OrderColumns,
    SetDefault,
    SetNullable,
)

_OWN_OPERATION = frozenset(("type", "nullable", "default"))
_LOST_FIRST = ("identity", "generated", "on_update")
"""What has to go before the type, the default or NOT NULL can change; the same comes last where it is new."""


def columns(old: Table, new: Table, engine: str) -> tuple[list[Operation], list[str]]:
    """The operations in their order, and in sentences what no operation of the engine can bring about."""
    operations: list[Operation] = [*_added(old, new, engine)]
    for column in new.columns:
        former = old.column(column.name)
        if former is not None:
            operations += changed_column(old.column_ref(column.name), former, column)
    gone = [column for column in old.columns if new.column(column.name) is None]
    # A computed column goes before those that it may be computed from.
    for column in sorted(gone, key=lambda each: each.generated is None):
        operations.append(DropColumn(target=old.column_ref(column.name)))
    return _in_place(operations, old, new, engine)


def changed_column(target: Ref, old: Column, new: Column) -> Iterator[Operation]:
    """What makes one column of the other, step by step in an order in which every step is allowed."""
    fields = differing(old, new)
    now = old
    if fields - _OWN_OPERATION and fields & _OWN_OPERATION:
        lost = _without_what_goes(now, new)
        if lost != now:
            now = lost
            yield ChangeColumn(target=target, to=now)
    if "default" in fields and new.default is None:
        now = replace(now, default=None)
        yield SetDefault(target=target, default=None)
    if "type" in fields:
        converted = None if "default" not in fields or now.default is None else new.default
        now = replace(now, type=new.type, default=converted or now.default)
        yield AlterColumnType(target=target, type=new.type, default=converted)
    if "nullable" in fields:
        now = replace(now, nullable=new.nullable)
        yield SetNullable(target=target, nullable=new.nullable)
    if "default" in fields and now.default != new.default:
        now = replace(now, default=new.default)
        yield SetDefault(target=target, default=new.default)
    if differing(now, new):
        yield ChangeColumn(target=target, to=new)


def _without_what_goes(old: Column, new: Column) -> Column:
    changed: dict[str, Any] = {
        name: None for name in _LOST_FIRST if getattr(old, name) is not None and getattr(new, name) is None
    }
    if not new.type.is_text:
        changed |= {name: getattr(new, name) for name in ("collation", "charset")}
    return replace(old, **changed)


def _added(old: Table, new: Table, engine: str) -> Iterator[AddColumn]:
    """Where the engine can put a column in its place, it is put there; computed columns follow those they may read."""
    kept = [column.name for column in new.columns if old.column(column.name)]
    last = kept[-1] if kept else None
    names = [column.name for column in new.columns]
    place = {name: number for number, name in enumerate(names)}
    there = set(kept)
    added = [column for column in new.columns if column.name not in there]
    for column in sorted(added, key=lambda each: each.generated is not None):
        after: str | None = None
        ends_the_table = all(place[name] < place[column.name] for name in there)
        if engine in ("mysql", "mariadb") and last is not None and not ends_the_table:
            after = next((name for name in reversed(names[: place[column.name]]) if name in there), "")
        there.add(column.name)
        yield AddColumn(target=old.ref, column=column, after=after)


def _in_place(operations: list[Operation], old: Table, new: Table, engine: str) -> tuple[list[Operation], list[str]]:
    """The operations, with one that orders the columns where they end up in another order and the engine can change it."""
    order = _order_after(operations, [column.name for column in old.columns])
    wanted = [column.name for column in new.columns]
    if order == wanted:
        return operations, []
    if engine == "postgres":
        first = next(name for name, found in zip(wanted, order, strict=True) if name != found)
        note = (
            f"PostgreSQL cannot move columns: those of {new.ref} stay in another order than wanted, from {first} on. "
            "Only making the table anew would change it."
        )
        return operations, [note]
    return [*operations, OrderColumns(target=old.ref, columns=tuple(wanted))], []


def _order_after(operations: list[Operation], names: list[str]) -> list[str]:
    gone = {operation.target.name for operation in operations if isinstance(operation, DropColumn)}
    names = list(names)
    for operation in operations:
        if isinstance(operation, AddColumn):
            after = operation.after
            names.insert(len(names) if after is None else names.index(after) + 1 if after else 0, operation.column.name)
    return [name for name in names if name not in gone]
