"""The part of a catalog that matters to a few operations, so that the fixes of many tables don't each walk over all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.operations import Operation

_FEW = 100
"""The most tables that are cheap to walk over for every fix."""
_Name = tuple[str, ...]


class Nearby:
    """Finds, for operations, the tables they name with their partitions, and the tables at the other ends of foreign keys."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._places: dict[_Name, list[int]] = defaultdict(list)
        self._family: dict[_Name, set[_Name]] = defaultdict(set)
        self._referring: dict[_Name, set[_Name]] = defaultdict(set)
        if len(catalog.tables) <= _FEW:
            return
        for place, table in enumerate(catalog.tables):
            own = _name(table.ref.path)
            self._places[own].append(place)
            parents = [*table.inherits, *([table.partition_of.table] if table.partition_of else [])]
            for parent in map(_name, parents):
                self._family[own].add(parent)
                self._family[parent].add(own)
            for key in table.foreign_keys:
                self._referring[own].add(_name(key.table))
                self._referring[_name(key.table)].add(own)

    def around(self, operations: Iterable[Operation]) -> Catalog:
        """The catalog without the tables that the operations can have nothing to do with; all else is there."""
        if len(self._catalog.tables) <= _FEW:
            return self._catalog
        wanted = self._families({_name(ref.path) for ref in _refs(list(operations))})
        wanted = self._families(wanted.union(*(self._referring.get(name, ()) for name in wanted)))
        places = sorted(place for name in wanted for place in self._places.get(name, ()))
        tables = tuple(self._catalog.tables[place] for place in places)
        return msgspec.structs.replace(self._catalog, tables=tables)

    def _families(self, names: set[_Name]) -> set[_Name]:
        """The tables with all that they are partitions or heirs of, and all partitions and heirs of those."""
        found, left = set(names), list(names)
        while left:
            more = self._family.get(left.pop(), set()) - found
            found |= more
            left += more
        return found


def _name(path: Iterable[str]) -> _Name:
    """Namespace and name of a table, in one case: SQLite and some MySQL servers don't tell them apart."""
    return tuple(part.casefold() for part in tuple(path)[:2])


def _refs(value: object) -> Iterator[Ref]:
    """Every Ref within operations; a table that one holds counts as itself and all that it refers to."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _refs(each)
    elif isinstance(value, Table):
        yield value.ref
        for key in value.foreign_keys:
            yield Ref("table", key.table)
    elif isinstance(value, msgspec.Struct):
        table = getattr(value, "table", None)  # a foreign key names its table by namespace and name
        if isinstance(table, tuple) and len(table) == 2:
            yield Ref("table", table)
        for name in value.__struct_fields__:
            yield from _refs(getattr(value, name))
