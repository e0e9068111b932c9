"""The columns by which rows are marked as deleted instead of being removed."""

from collections.abc import Callable

from dbwright.catalog.objects import Column, Table
from dbwright.rules.design._names import words

_WORDS = frozenset(("deleted", "removed", "discarded", "trashed"))
_MOMENTS = ("at", "on", "date", "time", "timestamp", "ts")


def deleted_column(table: Table) -> Column | None:
    """The column that marks a row as deleted: deleted_at, is_deleted, removed_on … None where the table has none."""
    return next((column for column in table.columns if _marks_deleted(column)), None)


def _marks_deleted(column: Column) -> bool:
    named = words(column.name)
    kind = column.type.kind
    if column.generated or not _WORDS.intersection(named):
        return False
    if len(named) == 1 or (len(named) == 2 and named[0] in ("is", "was", "soft")):
        return kind in ("boolean", "integer", "bit", "timestamp", "date", "decimal")
    return (
        len(named) == 2
        and named[1] in _MOMENTS
        and (column.type.is_temporal or column.type.is_text or kind in ("integer", "decimal"))
    )


def living(column: Column, quote: Callable[[str], str], prefix: str = "") -> str:
    """The condition that a row is not deleted."""
    name = f"{prefix}{quote(column.name)}"
    if column.type.kind == "boolean":
        return f"{name} IS NOT TRUE"
    if column.type.kind in ("integer", "bit", "decimal"):
        return f"coalesce({name}, 0) = 0"
    return f"{name} IS NULL"
