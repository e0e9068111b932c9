"""Triggers that a fix creates, as statements to be shown."""

from collections.abc import Iterable

from dbwright.catalog.objects import Routine
from dbwright.change.operations import CreateObject, CreateTrigger, Operation


def definitions(operations: Iterable[Operation]) -> list[str]:
    """The statements that make the routines and triggers of these operations, as they are written."""
    texts: list[str] = []
    for operation in operations:
        if isinstance(operation, CreateObject) and isinstance(operation.object, Routine):
            texts.append(operation.object.definition)
        elif isinstance(operation, CreateTrigger):
            texts.append(operation.trigger.definition)
    return texts
