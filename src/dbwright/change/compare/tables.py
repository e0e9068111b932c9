"""Tables: those that come and go, and for those that stay one list of operations in the order that each table needs."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.change.compare import constraints
from dbwright.change.compare.columns import columns
from dbwright.change.compare.constraints import PartChanges
from dbwright.change.compare.indexes import indexes
from dbwright.change.compare.pairs import differing, paired
from dbwright.change.compare.triggers import policies, triggers
from dbwright.change.operations import (
    ChangeColumn,
    ChangeTable,
    CreateTable,
    DropTable,
    Operation,
    SetNullable,
)
from dbwright.change.operations.tables import header


class Found(NamedTuple):
    """Operations, and in sentences what none of them can bring about."""

    operations: list[Operation]
    notes: list[str]


def tables(old: Catalog, new: Catalog) -> Found:
    """What becomes of the tables. The operations on one table that stays stand in their right order."""
    found = Found([], [])
    pairs = paired(old.tables, new.tables, lambda table: (table.namespace, table.name))
    found.operations.extend(DropTable(target=table.ref) for table in pairs.removed)
    found.operations.extend(CreateTable(target=table.ref, table=table) for table in pairs.added)
    for before, after in pairs.both:
        if before != after:
            operations, notes = changed_table(before, after, old.engine)
            found.operations.extend(operations)
            found.notes.extend(notes)
    return found


def changed_table(old: Table, new: Table, engine: str) -> Found:
    """What makes one table of the other: what stands in the way goes, then the columns, then what stands on them."""
    key = constraints.primary_key(old, new, engine)
    foreign = constraints.foreign_keys(old, new, engine)
    checks = constraints.checks(old, new, engine)
    exclusions = constraints.exclusions(old, new, engine)
    uniques = constraints.uniques(old, new, engine)
    plain = indexes(old, new, engine)
    rules = policies(old, new)
    fired = triggers(old, new, engine)
    parts = (foreign, fired, rules, checks, exclusions, plain, uniques, key)

    bound_before = _bound(old, old.primary_key.columns if old.primary_key and key.drops else ())
    bound_after = _bound(new, new.primary_key.columns if new.primary_key and key.adds else ())
    column_operations, notes = columns(bound_before, bound_after, engine)
    numbering_lost, between, numbering_gained = _around_keys(column_operations, old, engine)
    properties = list(_properties(old, new))
    ahead = engine in ("mysql", "mariadb")  # new columns take the table's character set

    operations = [
        *(properties if ahead else ()),
        *numbering_lost,
        *_nullable(old, bound_before),
        *_all(part.drops for part in parts),
        *_all(part.changes for part in parts),
        *between,
        *key.adds,
        *_nullable(bound_after, new),
        *uniques.adds,
        *plain.adds,
        *numbering_gained,
        *exclusions.adds,
        *checks.adds,
        *(() if ahead else properties),
        *rules.adds,
        *fired.adds,
        *foreign.adds,
    ]
    return Found(operations, notes)


def _all(lists: Iterable[list[Operation]]) -> Iterator[Operation]:
    for operations in lists:
        yield from operations


def _bound(table: Table, key: tuple[str, ...]) -> Table:
    """The table with the columns of a primary key NOT NULL, which a key makes them and leaves them."""
    if not key:
        return table
    return replace(
        table,
        columns=tuple(replace(column, nullable=False) if column.name in key else column for column in table.columns),
    )


def _nullable(old: Table, new: Table) -> Iterator[Operation]:
    """SQLite allows NULL in a primary key; the operations on keys do not, so it is said by operations of its own."""
    for before, after in zip(old.columns, new.columns, strict=True):
        if before.nullable != after.nullable:
            yield SetNullable(target=new.column_ref(after.name), nullable=after.nullable)


class _AroundKeys(NamedTuple):
    before: list[Operation]
    between: list[Operation]
    after: list[Operation]


def _around_keys(operations: list[Operation], old: Table, engine: str) -> _AroundKeys:
    """On MySQL a column may number itself only as long as it leads a key."""
    found = _AroundKeys([], [], [])
    for operation in operations:
        place = found.between
        if engine in ("mysql", "mariadb") and isinstance(operation, ChangeColumn):
            before = old.column(operation.target.name)
            if before and before.identity and not operation.to.identity:
                place = found.before
            elif before and not before.identity and operation.to.identity:
                place = found.after
        place.append(operation)
    return found


def _properties(old: Table, new: Table) -> Iterator[Operation]:
    to = header(new)
    if differing(header(old), to):
        yield ChangeTable(target=old.ref, to=to)


def part_changes_of_view(*parts: PartChanges) -> list[Operation]:
    """The operations on the indexes and triggers of a view: first what goes."""
    return [
        *_all(part.drops for part in parts),
        *_all(part.changes for part in parts),
        *_all(part.adds for part in parts),
    ]
