"""The metadata locks of a table, as performance_schema names them, and whom they keep waiting."""

from dbwright.catalog.names import Ref
from dbwright.change.effects import Blocked, Lock

_ALL: tuple[Blocked, ...] = ("reads", "writes", "schema changes")


def locks_of(table: Ref, lock: str, *, brief: bool) -> tuple[Lock, ...]:
    """The locks of an ALTER TABLE under LOCK=NONE, SHARED or EXCLUSIVE.

    A brief one needs the table for itself for a moment. One that works on the rows does so at its start and end alone; for
    that moment it too waits for every open transaction that has used the table, and everybody else waits behind it.
    """
    if brief or lock == "EXCLUSIVE":
        return (Lock(table, "MDL EXCLUSIVE", _ALL),)
    if lock == "SHARED":
        return (Lock(table, "MDL SHARED_NO_WRITE", ("writes", "schema changes")),)
    return (Lock(table, "MDL SHARED_UPGRADABLE", ("schema changes",)),)


def momentary(table: Ref) -> Lock:
    """The lock on another table that a statement needs for a moment, such as the parent of a foreign key."""
    return Lock(table, "MDL EXCLUSIVE (for a moment)", ())
