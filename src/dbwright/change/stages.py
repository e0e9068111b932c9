"""Where operations stand when nothing compels them: what people expect to read first comes first."""

from typing import Any

from dbwright.catalog.names import Kind
from dbwright.change.operations import (
    AddForeignKey,
    ChangeObject,
    CreateObject,
    CreateTable,
    DropConstraint,
    DropObject,
    DropTable,
    GrantPrivileges,
    Operation,
    Revoke,
)

BEGIN, PREPARE, BUILD, FINISH = range(4)
"""The phases: each operation of one is done before any of the next.

Privileges and event triggers go first, so that none of them sees a half-made schema; then roles, schemas and extensions come;
at the end privileges and event triggers come, and roles, schemas and extensions go.
"""

_GROUND: tuple[Kind, ...] = ("role", "namespace", "extension")
_WATCHERS: tuple[Kind, ...] = ("event", "event_trigger")
_BUILT: tuple[Kind, ...] = ("enum", "composite", "domain", "range", "sequence", "routine")


def phase(operation: Operation) -> int:
    """The phase of an operation. A Revoke that makes room for a wider or narrower grant is told apart by its caller."""
    kind = operation.target.kind
    match operation:
        case Revoke():
            return BEGIN
        case GrantPrivileges():
            return FINISH
        case DropObject() if kind in _WATCHERS:
            return BEGIN
        case DropObject() if kind in _GROUND:
            return FINISH
        case CreateObject() | ChangeObject() if kind in _WATCHERS:
            return FINISH
        case CreateObject() | ChangeObject() if kind in _GROUND:
            return PREPARE
    return BUILD


def priority(operation: Operation, number: int) -> tuple[Any, ...]:
    """What sorts operations that are free to come; number: its place as given."""
    path = operation.target.path
    return (_stage(operation), path[:2], number)


def _stage(operation: Operation) -> int:
    kind = operation.target.kind
    match operation:
        case DropConstraint() if kind == "foreign_key":
            return 10
        case DropObject() if kind == "view":
            return 11
        case CreateObject() | ChangeObject() if kind in _GROUND:
            return _GROUND.index(kind)
        case CreateObject() | ChangeObject() if kind in _BUILT:
            return 20 + _BUILT.index(kind)
        case CreateTable():
            return 30
        case AddForeignKey():
            return 40
        case CreateObject() | ChangeObject() if kind == "view":
            return 41
        case DropTable():
            return 50
        case DropObject() if kind in _BUILT:
            return 60 - _BUILT.index(kind)
        case Revoke() | GrantPrivileges():
            return 70
        case DropObject() if kind in _GROUND:
            return 82 - _GROUND.index(kind)
        case CreateObject() | ChangeObject() | DropObject():
            return 72
    return 32
