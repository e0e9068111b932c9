"""The foreign keys of a table in the order in which they are filled, with the columns that each one sets."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dbwright.catalog.objects import ForeignKey, Table
from dbwright.seed.base import RelationHint, TableHint

Path = tuple[str, str]


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One foreign key as it will be filled.

    number: its place among the table's foreign keys. own: the columns that it sets; shared: those that others set, with
    which the chosen parent must agree. inner: it refers to its own table. later: it is filled by an UPDATE.
    implied: the rows that another key chooses satisfy it already.
    """

    number: int
    key: ForeignKey
    own: tuple[str, ...]
    shared: tuple[str, ...] = ()
    inner: bool = False
    later: bool = False
    implied: bool = False

    @property
    def pairs(self) -> dict[str, str]:
        """The parent's column for each of the child's."""
        return dict(zip(self.key.columns, self.key.referenced, strict=True))

    def taken(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The parent's columns for some of the child's."""
        pairs = self.pairs
        return tuple(pairs[name] for name in columns)


def links_of(table: Table, tables: Mapping[Path, Table], later: frozenset[int] = frozenset()) -> list[Link]:
    """The foreign keys in the order of filling: those that every row has before those that it may lack; of these, those over
    most columns first, as they decide for the narrower ones; then those within the table; then those that wait.
    """
    path = (table.namespace, table.name)
    computed = {column.name for column in table.columns if column.generated is not None}
    numbered = [(at, key) for at, key in enumerate(table.foreign_keys) if computed.isdisjoint(key.columns)]

    def rank(item: tuple[int, ForeignKey]) -> tuple[bool, bool, bool, int, int]:
        number, key = item
        return (number in later, key.table == path, optional(table, key), -len(key.columns), number)

    found: list[Link] = []
    given: set[str] = set()
    for number, key in sorted(numbered, key=rank):
        inner, waits = key.table == path, number in later
        shared = tuple(name for name in key.columns if name in given)
        own = tuple(name for name in key.columns if name not in given)
        if inner or waits:
            # What maps to itself, or cannot be NULL, is set like any other column and must agree.
            pairs = dict(zip(key.columns, key.referenced, strict=False))
            stays = [name for name in own if len(own) > 1 and ((inner and pairs[name] == name) or _needed(table, name))]
            if len(stays) < len(own):
                own = tuple(name for name in own if name not in stays)
                shared = tuple(name for name in key.columns if name not in own)
        implied = not own and any(_implies(each.key, key, tables) for each in found if not each.later)
        found.append(Link(number=number, key=key, own=own, shared=shared, inner=inner, later=waits, implied=implied))
        given.update(own)
    return found


def optional(table: Table, key: ForeignKey) -> bool:
    """Whether a row may refer to nothing."""
    nullable = [(column := table.column(name)) is not None and column.nullable for name in key.columns]
    return all(nullable) if key.match == "full" else any(nullable)


def names_of(key: ForeignKey) -> tuple[str, ...]:
    """What the settings may call a foreign key: its name, its columns, or the table that it refers to."""
    table = ".".join(part for part in key.table if part)
    return (key.name or "", ",".join(key.columns), ", ".join(key.columns), table, key.table[1])


def hint_for(hint: TableHint, key: ForeignKey) -> RelationHint:
    """What the settings say about a foreign key."""
    return next((hint.relations[name] for name in names_of(key) if name in hint.relations), RelationHint())


def _needed(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and not column.nullable


def _implies(first: ForeignKey, second: ForeignKey, tables: Mapping[Path, Table], depth: int = 0) -> bool:
    """Whether columns filled by `first` satisfy `second`, because the parent's row satisfies the same reference."""
    pairs = dict(zip(first.columns, first.referenced, strict=False))
    if not set(second.columns) <= pairs.keys() or depth > 8:
        return False
    wanted = {pairs[name]: other for name, other in zip(second.columns, second.referenced, strict=False)}
    if first.table == second.table and all(name == other for name, other in wanted.items()):
        return True
    parent = tables.get(first.table)
    moved = ForeignKey(columns=tuple(wanted), table=second.table, referenced=tuple(wanted.values()))
    return parent is not None and any(_implies(key, moved, tables, depth + 1) for key in parent.foreign_keys)
