"""The parts of tables that have names of their own."""

from collections.abc import Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table


def named_parts(table: Table) -> Iterator[Ref]:
    """The indexes and constraints of a table that have names; a partition's share of an index is its parent's."""
    made_for_keys = {key.name for key in table.foreign_keys}  # MySQL names such an index as its foreign key
    yield from (table.ref.child("unique", unique.name) for unique in table.uniques if unique.name)
    yield from (table.ref.child("foreign_key", key.name) for key in table.foreign_keys if key.name)
    yield from (table.ref.child("check", check.name) for check in table.checks if check.name)
    for index in table.indexes:
        if index.parent is None and index.name not in made_for_keys:
            yield table.ref.child("index", index.name)
