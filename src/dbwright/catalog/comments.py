"""How much of a database is described by comments."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, View


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many tables and views, and how many of their columns, have a comment. Partitions say nothing of their own."""

    tables: int
    described_tables: int
    columns: int
    described_columns: int

    @property
    def share(self) -> float:
        """Of all of them together, in percent; 100 where there is nothing to describe."""
        whole = self.tables + self.columns
        return 100 * (self.described_tables + self.described_columns) / whole if whole else 100.0

    @property
    def percent(self) -> int:
        """The same, rounded down, so that 100 means all."""
        return int(self.share)


def coverage(catalog: Catalog) -> Coverage:
    """The comments of all tables and views, counted."""
    holders = list(describable(catalog))
    return Coverage(
        tables=len(holders),
        described_tables=sum(bool(holder.comment) for holder in holders),
        columns=sum(len(holder.columns) for holder in holders),
        described_columns=sum(bool(column.comment) for holder in holders for column in holder.columns),
    )


def describable(catalog: Catalog) -> Iterator[Table | View]:
    """The tables and views that a comment could describe."""
    yield from (table for table in catalog.tables if table.partition_of is None)
    yield from catalog.views


def undescribed(catalog: Catalog) -> Iterator[tuple[Ref, bool, tuple[str, ...]]]:
    """Each table or view of which something has no comment: whether it has one itself, and its columns without one."""
    for holder in sorted(describable(catalog), key=lambda holder: holder.ref.path):
        silent = tuple(column.name for column in holder.columns if not column.comment)
        if silent or not holder.comment:
            yield holder.ref, bool(holder.comment), silent


def can_be_described(catalog: Catalog) -> bool:
    """Whether there are comments at all: SQLite keeps none."""
    return catalog.engine != "sqlite" or any(
        holder.comment or any(column.comment for column in holder.columns) for holder in describable(catalog)
    )
