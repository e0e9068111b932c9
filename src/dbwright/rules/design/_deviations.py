"""Many deviations of the same kind, brought into few findings."""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.change.operations import Operation

_SAME_NAME = 4
"""A name that deviates in so many tables is one finding."""
_TABLES = 6
"""Deviations in more tables than this are one finding."""
DATABASE = Ref("catalog", ())


class Deviation(msgspec.Struct, frozen=True):
    """One object that departs from a convention: its table, itself, what it should be called, and the operation that renames it."""

    table: Table
    ref: Ref
    to: str = ""
    operation: Operation | None = None


class Gathered(msgspec.Struct, frozen=True):
    """Deviations that make one finding, and what it is about."""

    target: Ref
    deviations: tuple[Deviation, ...]

    @property
    def names(self) -> list[str]:
        """The deviating names: in one table as they are, over several as "table.column", the same name only once."""
        names = list(dict.fromkeys(each.ref.name for each in self.deviations))
        if self.target.kind != "catalog" or len(names) == 1 or self.deviations[0].ref.kind == "table":
            return names
        return [".".join(each.ref.path[-2:]) for each in self.deviations]

    @property
    def suggested(self) -> list[str]:
        """What they should be called, each once."""
        return list(dict.fromkeys(each.to for each in self.deviations if each.to))

    @property
    def tables(self) -> int:
        """In how many tables they are."""
        return len({each.table.ref for each in self.deviations})

    @property
    def related(self) -> tuple[Ref, ...]:
        """The deviating objects, where the target is not the only one."""
        return () if len(self.deviations) == 1 else tuple(each.ref for each in self.deviations)

    @property
    def operations(self) -> list[Operation | None]:
        """What renames them all."""
        return [each.operation for each in self.deviations]


def gathered(deviations: Iterable[Deviation]) -> list[Gathered]:
    """One finding for a name that deviates in many tables, one a table for the others, or a single one where those are many."""
    by_name: dict[str, list[Deviation]] = {}
    for each in deviations:
        by_name.setdefault(each.ref.name, []).append(each)
    found: list[Gathered] = []
    by_table: dict[Ref, list[Deviation]] = {}
    for group in by_name.values():
        if len(group) >= _SAME_NAME:
            found.append(Gathered(DATABASE, tuple(group)))
            continue
        for each in group:
            by_table.setdefault(each.table.ref, []).append(each)
    if len(by_table) > _TABLES:
        return [*found, Gathered(DATABASE, tuple(each for group in by_table.values() for each in group))]
    for table, group in by_table.items():
        found.append(Gathered(group[0].ref if len(group) == 1 else table, tuple(group)))
    return found
