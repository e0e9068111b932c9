"""From what is asked to all that keeps it: the place for the values, the triggers, the fill, the check."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Index, KeyPart, Table
from dbwright.catalog.parts import Column
from dbwright.change.operations import AddColumn, CreateIndex, Operation
from dbwright.denormalize.copies import CopyWriter
from dbwright.denormalize.kinds import Copy, Kept, Total, referenced
from dbwright.denormalize.totals import PARENT, writer
from dbwright.denormalize.words import Words
from dbwright.errors import Unsupported

_KINDS = {"count": "counter"}


def keep_total(total: Total, words: Words, catalog: Catalog, shares: int = 1) -> Kept:
    """All that keeps a total. shares: in how many statements it is filled. Raises Unsupported where no trigger can."""
    written = writer(words, total, Lookup(catalog))
    if written.refusal:
        raise Unsupported("MySQL", f"keep {total.parent.ref}.{total.column.name}", hint=written.refusal)
    keys = referenced(total.parent, total.key)
    shown = ", ".join(f"{PARENT}.{words.quote(name)}" for name in keys)
    parent = f"{words.place(total.parent)} AS {PARENT}"
    return Kept(
        kind=_KINDS.get(total.function, total.function),
        name=f"{total.parent.ref}.{total.column.name}",
        target=total.parent.ref,
        what=total.what,
        text=total.text,
        columns=(
            *_added(total.parent, total.column, is_new=total.is_new),
            *_indexed(total.child, total.key.columns, words),
        ),
        triggers=tuple(written.operations()),
        fills=(fills := tuple(written.fills(shares))),
        repairs=fills,
        drift=written.drift,
        keys=keys,
        held=(total.column.name,),
        limits=tuple(written.limits()),
        written=(total.child.ref,),
        read_before=f"SELECT {shown}, {written.true(f'{PARENT}.')} FROM {parent}",
        read_after=f"SELECT {shown}, {PARENT}.{written.column} FROM {parent}",
    )


def keep_copy(copy: Copy, words: Words, shares: int = 1) -> Kept:
    """All that keeps a copy. shares: in how many statements it is filled. Raises Unsupported where no trigger can."""
    written = CopyWriter(words, copy)
    if written.refusal:
        raise Unsupported(words.engine, f"keep {copy.child.ref}.{copy.column.name}", hint=written.refusal)
    shown = ", ".join(f"c.{words.quote(name)}" for name in written.keys)
    joined = " AND ".join(f"p.{words.quote(theirs)} = c.{words.quote(ours)}" for theirs, ours in copy.pairs)
    child = f"{words.place(copy.child)} AS c"
    return Kept(
        kind="copy",
        name=f"{copy.child.ref}.{copy.column.name}",
        target=copy.child.ref,
        what=copy.what,
        text=copy.text,
        columns=(*_added(copy.child, copy.column, is_new=copy.is_new), *_indexed(copy.child, copy.key.columns, words)),
        triggers=tuple(written.operations()),
        fills=(fills := tuple(written.fills(shares))),
        repairs=fills,
        drift=written.drift,
        keys=written.keys,
        held=(copy.column.name,),
        limits=tuple(written.limits()),
        written=(copy.child.ref, copy.parent.ref),
        read_before=f"SELECT {shown}, p.{written.source} FROM {child} LEFT JOIN {words.place(copy.parent)} AS p ON {joined}",
        read_after=f"SELECT {shown}, c.{written.target} FROM {child}",
    )


def beside_totals(copies: Sequence[Copy], totals: Iterable[Total]) -> list[Copy]:
    """The copies, those made exclusive whose child's writers write to the same parent too, since a total is kept there."""
    written = {(total.child.ref, total.parent.ref) for total in totals}
    return [replace(copy, exclusive=(copy.child.ref, copy.parent.ref) in written) for copy in copies]


def operations_of(kept: Sequence[Kept], catalog: Catalog) -> list[Operation]:
    """The operations of all, the places for values before the triggers.

    Each index once, since two counters of one child need the same. A new column of a partitioned table is one of its partitions
    too, as the catalog tells them.
    """
    found: list[Operation] = []
    indexed: set[tuple[Ref, tuple[KeyPart, ...]]] = set()
    for operation in (each for one in kept for each in one.columns):
        if isinstance(operation, CreateIndex) and not operation.index.unique and operation.index.predicate is None:
            if (operation.target, operation.index.parts) in indexed:
                continue
            indexed.add((operation.target, operation.index.parts))
        found.append(operation)
        if isinstance(operation, AddColumn):
            found += [replace(operation, target=each.ref) for each in _partitions(operation.target, catalog)]
    return [*found, *(each for one in kept for each in one.triggers)]


def _partitions(ref: Ref, catalog: Catalog) -> list[Table]:
    """The partitions of a table, and theirs."""
    own = [each for each in catalog.tables if each.partition_of and each.partition_of.table == ref.path]
    return [below for each in own for below in (each, *_partitions(each.ref, catalog))]


def _added(table: Table, column: Column, *, is_new: bool) -> list[Operation]:
    return [AddColumn(target=table.ref, column=column)] if is_new else []


def _indexed(table: Table, columns: tuple[str, ...], words: Words) -> list[Operation]:
    """An index over a reference that has none: without it every recount of one parent would read the whole child."""
    if table.kind == "partitioned":  # where an index is one of each partition, which a person should plan
        return []
    leading = [
        *table.keys,
        *(tuple(c or "" for c in i.columns) for i in table.indexes if i.valid and i.predicate is None),
    ]
    if any(set(each[: len(columns)]) == set(columns) for each in leading):
        return []
    name = words.free(table.namespace, f"{table.name}_{'_'.join(columns)}_idx")
    parts = tuple(KeyPart(column=each) for each in columns)
    return [CreateIndex(target=table.ref, index=Index(name=name, parts=parts))]
