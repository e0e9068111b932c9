"""Operations with what they make spelled as the engine itself prints it, so that what is read back later compares equal."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup, find_holder
from dbwright.catalog.objects import Catalog
from dbwright.change.operations import AddColumn, CreateIndex, CreateObject, CreateTable, CreateTrigger, Operation
from dbwright.change.operations.objects import find_object
from dbwright.engines.base import Engine, Statement


def settled(operations: Sequence[Operation], old: Catalog, engine: Engine) -> tuple[Operation, ...]:
    """The operations after they were run on a scratch database that holds the old schema, each with what was read back.

    Raises Unavailable where there is no scratch database, ExecutionFault where the engine refuses one of them.
    """
    with engine.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in engine.emit(old))
        session.execute(Statement(text=text) for text in engine.render(operations, old))
        held = session.inspect().catalog
    return tuple(_read_back(each, held) for each in operations)


def _read_back(operation: Operation, held: Catalog) -> Operation:
    match operation:
        case AddColumn():
            table = Lookup(held).table(operation.target.path)
            return replace(
                operation, column=(table.column(operation.column.name) if table else None) or operation.column
            )
        case CreateTable():
            table = Lookup(held).table(operation.target.path)
            # Its indexes and triggers have operations of their own.
            return replace(operation, table=replace(table, indexes=(), triggers=(), owner=None)) if table else operation
        case CreateTrigger():
            found = _part(held, operation, "triggers", operation.trigger.name)
            return replace(operation, trigger=found or operation.trigger)
        case CreateIndex():
            return replace(operation, index=_part(held, operation, "indexes", operation.index.name) or operation.index)
        case CreateObject():
            found = find_object(held, operation.target)
            if operation.target.kind == "view":
                found = replace(found, indexes=(), triggers=())
            return replace(operation, object=replace(found, owner=None))
    return operation


def _part(held: Catalog, operation: Operation, field: str, name: str) -> Any:
    parts: Any = getattr(find_holder(held, operation.target), field)
    return next((part for part in parts if part.name == name), None)
