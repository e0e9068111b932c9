"""A catalog laid out for the search: its tables, their keys, the types under domains, and what is declared already."""

from collections.abc import Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.relationships.tables import is_boolean, own_tables
from dbwright.relationships.words import stem


class Key(msgspec.Struct, frozen=True, eq=False):
    """A column that alone tells the rows of its table apart. place: of the table in the schema. primary: the primary key."""

    place: int
    table: Table
    column: Column
    primary: bool

    @property
    def ref(self) -> Ref:
        """The column's name."""
        return self.table.column_ref(self.column.name)

    @property
    def shown(self) -> str:
        """The column as people read it."""
        return str(self.ref)


class Schema:
    """What the search looks things up in; built in one pass over the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.tables = tuple(own_tables(catalog))
        self.keys: tuple[tuple[Key, ...], ...] = tuple(
            tuple(_keys(place, table)) for place, table in enumerate(self.tables)
        )
        self._domains = {(each.namespace, each.name): each.type for each in catalog.domains}
        self._by_partition = _declared_by_partitions(catalog)

    def referring_columns(self, place: int) -> Iterator[Column]:
        """The columns of a table that could refer to something, and that no foreign key covers."""
        table = self.tables[place]
        declared = {name.casefold() for key in table.foreign_keys for name in key.columns}
        declared |= self._by_partition.get((table.namespace, table.name), set())
        for column in table.columns:
            if column.name.casefold() not in declared and not (
                column.generated or column.identity or is_boolean(column)
            ):
                yield column

    def family(self, column: Column) -> str | None:
        """What kind of values a column holds, as far as it matters for comparing; None for what keys are never made of."""
        type_ = self.base(column.type)
        if type_.kind in ("integer", "uuid", "enum"):
            return type_.kind
        if type_.kind == "decimal":
            return None if type_.scale else "integer"
        if type_.is_text:
            return "text"
        return f"binary {type_.length}" if type_.kind == "binary" else None

    def base(self, type_: Type) -> Type:
        """The type under a domain; every other type as it is."""
        for _ in range(8):
            if type_.kind != "domain" or type_.user_type is None or type_.user_type not in self._domains:
                break
            type_ = self._domains[type_.user_type]
        return type_


def _keys(place: int, table: Table) -> Iterator[Key]:
    """Each column that is a key by itself, the primary key first; none that holds what others refer to already: no computed
    ones, and no references (user_id in profiles).
    """
    primary = table.primary_key.columns if table.primary_key else ()
    for name in dict.fromkeys(key[0] for key in table.keys if len(key) == 1):
        column = table.column(name)
        if column is not None and column.generated is None and not _is_borrowed(table, column):
            yield Key(place, table, column, primary == (name,))


def _is_borrowed(table: Table, column: Column) -> bool:
    """Whether a key is a declared reference that is named for its parent, not for its own table."""
    noun = stem(column.name)[:-1]
    own = stem(table.name)
    return any(key.columns == (column.name,) for key in table.foreign_keys) and bool(noun) and noun[-1:] != own[-1:]


def _declared_by_partitions(catalog: Catalog) -> dict[tuple[str, str], set[str]]:
    """The columns for which every partition of a table has a foreign key of its own, in lower case."""
    found: dict[tuple[str, str], set[str]] = {}
    for table in catalog.tables:
        if table.partition_of:
            declared = {name.casefold() for key in table.foreign_keys for name in key.columns}
            parent = table.partition_of.table
            found[parent] = found[parent] & declared if parent in found else declared
    return found
