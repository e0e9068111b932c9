"""Which columns may refer to which keys: by their names, by joins that queries make, or only because their types agree.

Names and joins are looked up, so that this takes time in proportion to the columns. Pairs that only agree in type are many
times more: they are made from the likeliest columns on, up to a limit, and what the planner's statistics refute is left out.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from dbwright.catalog.facts import CountIncluded, Facts, JoinSeen
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.relationships.naming import Hint, Naming
from dbwright.relationships.schema import Key, Schema

HINTS_KEPT = 4
"""The most keys that the name of one column is tried with."""


class Candidate(msgspec.Struct, frozen=True, eq=False):
    """A column that may refer to a key. hint: what its name says; joins: the joins of the two that were seen."""

    place: int
    table: Table
    column: Column
    key: Key
    hint: Hint | None = None
    joins: tuple[JoinSeen, ...] = ()

    @property
    def ref(self) -> Ref:
        """The column's name."""
        return self.table.column_ref(self.column.name)

    @property
    def question(self) -> CountIncluded:
        """What is to be asked of the rows."""
        return CountIncluded(self.table.ref, self.column.name, self.key.table.ref, self.key.column.name)


class Search:
    """The candidates of one catalog."""

    def __init__(self, schema: Schema, facts: Facts, *, use_names: bool = True) -> None:
        self.schema = schema
        self._facts = facts
        self._naming = Naming(schema) if use_names else None
        self._joins = _by_columns(facts.joins)
        self._by_family: dict[str, list[Key]] = {}
        for keys in schema.keys:
            for key in keys:
                family = schema.family(key.column)
                if family and family != "enum":
                    self._by_family.setdefault(family, []).append(key)

    def suggested(self) -> list[Candidate]:
        """Those that a name or a join suggests, where the types agree."""
        keys = {key.ref: key for keys in self.schema.keys for key in keys} if self._joins else {}
        found: list[Candidate] = []
        for place, table in enumerate(self.schema.tables):
            for column in self.schema.referring_columns(place):
                if self.schema.family(column) not in self._by_family:
                    continue
                hints = self._naming.hints(place, column) if self._naming else []
                joined = self._joins.get(table.column_ref(column.name), {})
                if not hints and not joined:
                    continue
                fitting = [hint for hint in hints if self._fits(table, column, hint.key)][:HINTS_KEPT]
                meant = {id(hint.key) for hint in fitting}
                for hint in fitting:
                    seen = tuple(joined.get(hint.key.ref, ()))
                    found.append(Candidate(place, table, column, hint.key, hint, seen))
                for ref, seen_joins in joined.items():
                    key = keys.get(ref)
                    if key is not None and id(key) not in meant and self._fits(table, column, key):
                        found.append(Candidate(place, table, column, key, None, tuple(seen_joins)))
        return found

    def by_type(self, most: int, taken: Iterable[Candidate] = ()) -> list[Candidate]:
        """Pairs that only agree in type, at most so many, without those taken already.

        Columns that keys and indexes hold come first. Where names are used, what has no name to speak for it must be proved by
        its values: only pairs are made whose values can prove something, which numbers that count from 1 can't.
        """
        known = {(id(each.table), each.column.name, id(each.key)) for each in taken}
        return list(
            islice(
                (each for each in self._pairs() if (id(each.table), each.column.name, id(each.key)) not in known), most
            )
        )

    def _pairs(self) -> Iterator[Candidate]:
        for looked_up in (True, False):
            for place, table in enumerate(self.schema.tables):
                for column in self.schema.referring_columns(place):
                    family = self.schema.family(column) or ""
                    if family not in self._by_family or _is_looked_up(table, column) != looked_up:
                        continue
                    if self._naming and (family == "integer" or (family == "text" and not looked_up)):
                        continue
                    for key in self._by_family[family]:
                        if self._fits(table, column, key) and self._is_possible(table, column, key):
                            yield Candidate(place, table, column, key)

    def _fits(self, table: Table, column: Column, key: Key) -> bool:
        """Whether a column is not the key itself and holds the same kind of values."""
        family = self.schema.family(column)
        is_key = table is key.table and column.name == key.column.name
        return not is_key and family is not None and family == self.schema.family(key.column)

    def _is_possible(self, table: Table, column: Column, key: Key) -> bool:
        """Whether the statistics leave room for the column's values among the keys. They are estimates, so with a margin."""
        rows = self._facts.rows(key.table.ref)
        stats = self._facts.columns.get(table.column_ref(column.name))
        if rows is None or stats is None or stats.distinct is None:
            return True
        return stats.distinct <= 1.5 * rows + 10


def _by_columns(joins: Iterable[JoinSeen]) -> dict[Ref, dict[Ref, list[JoinSeen]]]:
    """The joins by either column, then by the other."""
    found: dict[Ref, dict[Ref, list[JoinSeen]]] = {}
    for join in joins:
        for one, other in ((join.left, join.right), (join.right, join.left)):
            found.setdefault(one, {}).setdefault(other, []).append(join)
    return found


def _is_looked_up(table: Table, column: Column) -> bool:
    """Whether a column is a part of a key of several columns, or leads an index that is not unique."""
    if any(column.name in key and len(key) > 1 for key in table.keys):
        return True
    return any(not index.unique and index.columns[:1] == (column.name,) for index in table.indexes)
