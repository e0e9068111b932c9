"""Names in the target: free, and no longer than it allows."""

import hashlib

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.engines.base import Engine
from dbwright.writers.translation.losses import Losses

HOME = {"postgres": "public", "mysql": "", "sqlite": ""}
"""The one namespace of each engine that everything goes into."""


class Names:
    """Gives every object of one catalog its name in the target; a name that had to change is noted.

    tables: from namespace and name of a table or view to those in the target. columns: for each table, from old names to new.
    """

    def __init__(self, catalog: Catalog, source: Engine, target: Engine, losses: Losses) -> None:
        self._target = target
        self._losses = losses
        self._limit = target.name_limit()
        self._taken: dict[tuple[str, ...], set[str]] = {}
        self._home = (HOME[source.name], HOME[target.name])
        every: list[Table | View] = [*catalog.tables, *catalog.views]
        holders = sorted(
            every,
            key=lambda each: (each.namespace != self._home[0], each.namespace, each.name),
        )
        self.tables = {(each.namespace, each.name): (self._home[1], self._holder(each.ref)) for each in holders}
        self.columns = {(each.namespace, each.name): self._columns(each) for each in catalog.tables}

    def relation(self, ref: Ref, wanted: str) -> str:
        """A name for an index, a unique constraint or a type."""
        # MySQL's index names are free in each table; elsewhere indexes share their names with tables.
        scope = ("indexes", *ref.path[:2]) if self._target.name == "mysql" else ("relations",)
        return self._free(ref, wanted, scope)

    def constraint(self, kind: Kind, ref: Ref, wanted: str) -> str:
        """A name for a foreign key or a check."""
        scope: tuple[str, ...] = (kind,) if self._target.name == "mysql" else ("constraints", *ref.path[:2])
        return self._free(ref, wanted, scope)

    def column(self, table: Table, name: str) -> str:
        """What a column is called in the target."""
        return self.columns[table.namespace, table.name].get(name, name)

    def listed(self, path: tuple[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
        """What some columns of a table are called in the target."""
        known = self.columns.get(path, {})
        return tuple(known.get(name, name) for name in names)

    def _holder(self, ref: Ref) -> str:
        if ref.namespace not in self._home:
            self._losses.add(ref, f"stands in the {self._home[1] or 'only'} namespace")
        return self._free(ref, ref.name, ("relations",), other=f"{ref.namespace}_{ref.name}")

    def _columns(self, table: Table) -> dict[str, str]:
        scope = ("columns", table.namespace, table.name)
        return {column.name: self._free(table.column_ref(column.name), column.name, scope) for column in table.columns}

    def _free(self, ref: Ref, wanted: str, scope: tuple[str, ...], *, other: str = "") -> str:
        """The wanted name, or the other, or one with a number; cut where it is too long."""
        taken = self._taken.setdefault(scope, set())
        other = other or (f"{ref.path[1]}_{wanted}" if scope == ("relations",) else wanted)
        name, number = self._fit(wanted), 1
        while self._folded(name) in taken:
            name = self._fit(other if number == 1 and other != wanted else f"{other}_{number + 1}")
            number += 1
        taken.add(self._folded(name))
        if ref.name and name != ref.name and ref.name == wanted:
            why = f"{self._target.title} does not take its name" if number == 1 else "its name is taken"
            self._losses.add(ref, f"is called {name}, since {why}")
        return name

    def _folded(self, name: str) -> str:
        return name if self._target.name == "postgres" else name.casefold()

    def _size(self, name: str) -> int:
        return len(name.encode()) if self._target.name == "postgres" else len(name)

    def _fit(self, name: str) -> str:
        """The name without what the target refuses, cut and marked with a hash of the whole where it has no room for it."""
        if self._target.name == "mysql":
            # MySQL's names hold no character beyond the basic plane, and end with no space.
            name = "".join(letter if ord(letter) <= 0xFFFF else "_" for letter in name).rstrip(" ") or "_"
        if self._limit is None or self._size(name) <= self._limit:
            return name
        mark = "_" + hashlib.sha256(name.encode()).hexdigest()[:8]
        kept = name
        while self._size(kept + mark) > self._limit:
            kept = kept[:-1]
        return kept + mark
