"""Changes to indexes → steps, built and dropped while others write."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.lookup import find_holder
from dbwright.catalog.objects import Table, View
from dbwright.catalog.parts import Index
from dbwright.change.operations import CreateIndex, DropIndex, RebuildIndex
from dbwright.change.plan import Step
from dbwright.engines.postgres.ddl_columns import cut_together, index_sql
from dbwright.engines.postgres.ddl_tables import index_settings
from dbwright.engines.postgres.naming import comment_sql
from dbwright.engines.postgres.stepping import Work, plain, step
from dbwright.engines.postgres.words import qualified

CONCURRENTLY = "Without CONCURRENTLY nobody could write to the table while the index is built."
_PARTS = (
    "PostgreSQL cannot build the index of a partitioned table while others write: it is made for the parent alone, built"
    " for each partition while others write, and attached."
)


def create_index(operation: CreateIndex, work: Work) -> list[Step]:
    """CONCURRENTLY; for a partitioned table partition by partition. What a broken attempt left is dropped before the next."""
    holder, index = find_holder(work.catalog, operation.target), operation.index
    if isinstance(holder, Table) and holder.partition_of and index.parent and _parent_makes_it(operation, work):
        return []
    if isinstance(holder, Table) and holder.kind == "partitioned" and not work.is_unused(holder.ref):
        return [*_over_partitions(holder, index, work, made=set()), *plain(_words_on(holder, index))]
    steps = built(holder, index, concurrently=not work.is_unused(holder.ref) and not _is_temporary(holder))
    if index.parent and isinstance(holder, Table) and holder.partition_of:
        steps.append(_attach(index.parent, holder, index.name))
    return [*steps, *plain(_words_on(holder, index))]


def _is_temporary(holder: Table | View) -> bool:
    return holder.temporary


def built(holder: Table | View, index: Index, *, concurrently: bool) -> list[Step]:
    """CREATE INDEX of one index of one table."""
    name = qualified(holder.namespace, index.name)
    text = index_sql(holder.namespace, holder.name, index, concurrently=concurrently)
    if not concurrently:
        return [step(text, undo=[f"DROP INDEX {name}"])]
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    title = f"Build the index {index.name} on {holder.ref}"
    return [step(text, title, CONCURRENTLY, undo=[drop], cleanup=[drop])]


def _words_on(holder: Table | View, index: Index) -> Iterator[str]:
    """Statistics targets and the comment."""
    yield from index_settings(holder.namespace, index)
    if index.comment is not None:
        yield comment_sql(f"INDEX {qualified(holder.namespace, index.name)}", index.comment)


# ---------------------------------------------------------------- partitioned tables


def _over_partitions(table: Table, index: Index, work: Work, made: set[str]) -> list[Step]:
    name = qualified(table.namespace, index.name)
    only = index_sql(table.namespace, table.name, index, only=True)
    steps = [
        step(
            only,
            f"Make the index {index.name} for {table.ref} alone",
            _PARTS,
            undo=[f"DROP INDEX {name}"],
            cleanup=[f"DROP INDEX IF EXISTS {name}"],
        )
    ]
    for partition in work.partitions(table):
        if partition.kind == "foreign":
            continue
        own = _index_of_partition(partition, table, index, work, made)
        ready = any(each.name == own.name for each in partition.indexes)
        if partition.kind == "partitioned":
            steps += [] if ready else _over_partitions(partition, own, work, made)
        elif not ready:
            steps += built(partition, own, concurrently=True)
        steps.append(_attach((table.namespace, index.name), partition, own.name))
    return steps


def _attach(parent: tuple[str, str], partition: Table, name: str) -> Step:
    text = f"ALTER INDEX {qualified(*parent)} ATTACH PARTITION {qualified(partition.namespace, name)}"
    return step(text, f"Attach the index {name} to {parent[1]}")


def _index_of_partition(partition: Table, table: Table, index: Index, work: Work, made: set[str]) -> Index:
    """The index that a partition gets: the one that it shall have by name, one that it has already, or one like its parent's."""
    wanted = (table.namespace, index.name)
    for other in work.wanted_on(CreateIndex, (partition.namespace, partition.name)):
        if isinstance(other, CreateIndex) and other.index.parent == wanted:
            return other.index
    for each in partition.indexes:
        if each.parent is None and each.valid and _alike(each, index):
            return each
    keys = "_".join(part.column or "expr" for part in index.parts)
    taken = made | {each.name for other in work.catalog.tables for each in other.indexes}
    number = 0
    while (name := cut_together(partition.name, keys, f"idx{number or ''}")) in taken:
        number += 1
    made.add(name)
    return msgspec.structs.replace(index, name=name, parent=wanted, comment=None)


def _alike(one: Index, other: Index) -> bool:
    return (one.parts, one.unique, one.method, one.include, one.predicate, one.nulls_distinct) == (
        other.parts, other.unique, other.method, other.include, other.predicate, other.nulls_distinct,
    )  # fmt: skip


def _parent_makes_it(operation: CreateIndex, work: Work) -> bool:
    """Whether the index of the partitioned table above is made, or dropped, by the same list."""
    table = work.table(operation.target.path)
    if table is None or table.partition_of is None:
        return False
    above = work.wanted_on(CreateIndex, table.partition_of.table)
    return any(
        isinstance(each, CreateIndex) and operation.index.parent == (each.target.path[0], each.index.name)
        for each in above
    )


# ---------------------------------------------------------------- dropping, building again


def drop_index(operation: DropIndex, work: Work) -> list[Step]:
    """CONCURRENTLY, but for the index of a partitioned table; those of its partitions go with it."""
    holder = find_holder(work.catalog, operation.target)
    index = next((each for each in holder.indexes if each.name == operation.target.name), None)
    if index and index.parent and isinstance(holder, Table) and holder.partition_of:
        path = (*holder.partition_of.table, index.parent[1])
        parent = work.table(path)
        stands = parent is not None and any(each.name == index.parent[1] for each in parent.indexes)
        if not stands or any(isinstance(each, DropIndex) and each.target.path == path for each in work.operations):
            return []
    partitioned = isinstance(holder, Table) and holder.kind == "partitioned"
    at_once = partitioned or work.is_unused(holder.ref) or holder.temporary or bool(index and index.parent)
    name = qualified(operation.target.path[0], operation.target.name)
    if at_once:
        kept = [
            (table, each) for parent, table, each in work.loose if parent == (holder.namespace, operation.target.name)
        ]
        again = [each for table, own in kept for each in built(table, own, concurrently=not work.is_unused(table.ref))]
        return [*plain([f"DROP INDEX {name}"]), *again]
    undo = [index_sql(holder.namespace, holder.name, index, concurrently=True)] if index else []
    why = "Without CONCURRENTLY nobody could read or write the table while it waits for those who use the index."
    return [step(f"DROP INDEX CONCURRENTLY {name}", why=why, undo=undo, cleanup=[])]


def rebuild_index(operation: RebuildIndex, work: Work) -> list[Step]:
    """REINDEX CONCURRENTLY; what a broken attempt left is dropped before the next."""
    holder = find_holder(work.catalog, operation.target)
    space, name = operation.target.path[0], operation.target.name
    if isinstance(holder, Table) and holder.kind == "partitioned" and work.version < 14:
        return plain([f"REINDEX INDEX {qualified(space, name)}"])
    leftover = f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(space, cut_together(name, '', 'ccnew'))}"
    why = "Without CONCURRENTLY nobody could write to the table, or read through the index, while it is built."
    return [step(f"REINDEX INDEX CONCURRENTLY {qualified(space, name)}", why=why, cleanup=[leftover])]
