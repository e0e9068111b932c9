"""The ways into a table: its indexes, and those that stand behind its primary key and unique constraints."""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Index, KeyPart, PrimaryKey, Table
from dbwright.catalog.parts import Deferral
from dbwright.rules.base import Subject


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One index of a table, whoever owns it. `index` is None where a constraint does."""

    ref: Ref
    label: str
    parts: tuple[KeyPart, ...]
    unique: bool
    nulls_distinct: bool = True
    deferral: Deferral | None = None
    method: str = "btree"
    include: tuple[str, ...] = ()
    predicate: str | None = None
    index: Index | None = None

    @property
    def shown_parts(self) -> str:
        """The key as it would be written: "user_id, lower(email) DESC"."""
        return ", ".join(f"{part.column or part.expression}{' DESC' if part.descending else ''}" for part in self.parts)

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where the key is an expression."""
        return tuple(part.column for part in self.parts)


def accesses(table: Table) -> Iterator[Access]:
    """Every valid index of the table: that of the primary key, those of unique constraints, and the plain ones."""
    key = table.primary_key
    if key and not key.without_overlaps:
        yield Access(
            ref=table.ref.child("primary_key", key.name or "PRIMARY"),
            label=f"the primary key of {table.ref}",
            parts=_key_parts(key),
            unique=True,
            deferral=key.deferral,
            include=key.include,
        )
    for unique in table.uniques:
        if not unique.without_overlaps:
            yield Access(
                ref=table.ref.child("unique", unique.name or ", ".join(unique.columns)),
                label=f"the unique constraint {unique.name or ''}".rstrip() + f" of {table.ref}",
                parts=tuple(KeyPart(column=column) for column in unique.columns),
                unique=True,
                nulls_distinct=unique.nulls_distinct,
                deferral=unique.deferral,
                include=unique.include,
            )
    for index in table.indexes:
        if index.valid:
            yield Access(
                ref=table.ref.child("index", index.name),
                label=f"the index {index.name}",
                parts=index.parts,
                unique=index.unique,
                nulls_distinct=index.nulls_distinct,
                method=index.method,
                include=index.include,
                predicate=index.predicate,
                index=index,
            )


def _key_parts(key: PrimaryKey) -> tuple[KeyPart, ...]:
    parts = []
    for place, column in enumerate(key.columns):
        prefix = key.prefix_lengths[place] if place < len(key.prefix_lengths) else None
        descending = key.descending[place] if place < len(key.descending) else False
        parts.append(KeyPart(column=column, prefix_length=prefix, descending=descending))
    return tuple(parts)


def same_way(parts: Iterable[KeyPart]) -> tuple[KeyPart, ...]:
    """The parts with their directions brought to one form: an index that runs backwards from end to end is the same index."""
    given = tuple(parts)
    if not given or not given[0].descending:
        return given
    return tuple(
        msgspec.structs.replace(
            part,
            descending=not part.descending,
            nulls_first=None if part.nulls_first is None else not part.nulls_first,
        )
        for part in given
    )


def pinned(table: Table, index: Index) -> bool:
    """Whether the index may not be dropped by itself: a partition's share of its parent's, or the replica identity."""
    return index.parent is not None or bool(table.replica_identity and index.name in table.replica_identity)


def serves_foreign_key(table: Table, access: Access) -> bool:
    """Whether the index's leading columns are those of a foreign key of the table."""
    return any(set(access.columns[: len(key.columns)]) == set(key.columns) for key in table.foreign_keys)


def is_referenced(subject: Subject, table: Table, columns: tuple[str | None, ...]) -> bool:
    """Whether a foreign key points at these columns, so that a unique index over them may be what it stands on."""
    return any(set(key.referenced) == set(columns) for _, key in subject.lookup.referencing(table))


def doubles(subject: Subject, table: Table) -> list[tuple[Access, Access]]:
    """Pairs of an index that could go and an index of the same definition that stays, one pair for each that could go."""
    pairs: list[tuple[Access, Access]] = []
    groups: dict[tuple[object, ...], list[Access]] = {}
    for access in accesses(table):
        shape = (access.method, same_way(access.parts), frozenset(access.include), access.predicate)
        groups.setdefault(shape, []).append(access)
    for group in groups.values():
        group.sort(key=lambda access: _worth(table, access))
        for place, access in enumerate(group[1:], start=1):
            kept = next((other for other in group[:place] if _replaces(subject, table, other, access)), None)
            if kept:
                pairs.append((access, kept))
    return pairs


def _worth(table: Table, access: Access) -> tuple[object, ...]:
    """A sort key that puts the index to be kept first: constraints, then unique ones, then those in sight."""
    rank = ("primary_key", "unique", "index").index(access.ref.kind)
    index = access.index
    hidden = bool(index and not index.visible)
    return (rank, not access.unique, hidden, not (index and pinned(table, index)), access.ref.name)


def _replaces(subject: Subject, table: Table, kept: Access, dropped: Access) -> bool:
    """Whether everything that `dropped` does, `kept` does too."""
    if dropped.index is None:
        # SQLite stores such a doubled constraint only once, and it cannot be dropped.
        # One of a partition comes and goes with its parent's.
        return subject.engine != "sqlite" and not table.partition_of and _guards_the_same(kept, dropped)
    if pinned(table, dropped.index) or (kept.index and not kept.index.visible and dropped.index.visible):
        return False
    return not dropped.unique or _guards_the_same(kept, dropped)


def _guards_the_same(kept: Access, dropped: Access) -> bool:
    """Whether two unique indexes of the same shape forbid the same rows, at the same moment."""
    nulls_alike = kept.ref.kind == "primary_key" or kept.nulls_distinct == dropped.nulls_distinct
    return kept.unique and nulls_alike and kept.deferral == dropped.deferral
