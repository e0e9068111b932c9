"""The building blocks by name; each is imported when it is asked for."""

from importlib import import_module

from dbwright.designs.blocks.base import Block
from dbwright.errors import UsageError

_BLOCKS = {
    "updated_at": "UpdatedAt",
    "optimistic_lock": "OptimisticLock",
    "soft_delete": "SoftDelete",
    "audit": "Audit",
    "status_machine": "StatusMachine",
    "counter": "Counter",
    "tree": "Tree",
    "closure": "Closure",
    "encrypted": "Encrypted",
    "system_time": "SystemTime",
    "application_time": "ApplicationTime",
    "ltree": "Ltree",
    "outbox": "Outbox",
    "partitions": "Partitions",
}


def names() -> tuple[str, ...]:
    """The building blocks that there are."""
    return tuple(_BLOCKS)


def find(name: str) -> type[Block]:
    """The block of a name; blanks and dashes count as underscores. Raises UsageError where there is none."""
    known = name.strip().lower().replace("-", "_").replace(" ", "_")
    if known not in _BLOCKS:
        raise UsageError(f"There is no building block {name!r}.", hint=f"There are {', '.join(_BLOCKS)}.")
    found: type[Block] = getattr(import_module(f"dbwright.designs.blocks.{known}"), _BLOCKS[known])
    return found
