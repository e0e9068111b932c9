"""Mermaid diagrams within what GitHub and GitLab draw: with all columns, else with keys, else with names alone."""

from collections.abc import Callable, Iterable

import msgspec

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.writers import mermaid
from dbwright.writers.shown import Path

MOST_CHARACTERS = 45_000
MOST_LINES = 450
"""What they refuse begins at 50,000 characters and 500 lines."""
_ALL_COLUMNS_UP_TO, _KEYS_UP_TO = 12, 60
_MOST_NEIGHBOURS = 24


def of_tables(catalog: Catalog, tables: Iterable[Table]) -> str | None:
    """A diagram of these tables and the references between them; None where it would be too large to be drawn."""
    shown = list(tables)
    inside = {(table.namespace, table.name) for table in shown}
    kept = [_within(table, inside) for table in shown]
    if sum(len(table.foreign_keys) for table in kept) > MOST_LINES:
        return None
    for columns, most in ((_all, _ALL_COLUMNS_UP_TO), (_keys, _KEYS_UP_TO), (_none, len(kept))):
        if len(kept) <= most:
            drawn = _drawn(catalog, kept, columns)
            if len(drawn) <= MOST_CHARACTERS:
                return drawn
    return None


def around(catalog: Catalog, table: Table, tables: dict[Path, Table], children: Iterable[Table]) -> str | None:
    """A table with those that it refers to and those that refer to it; None where there are none, or too many to be clear."""
    here = (table.namespace, table.name)
    parents = {key.table for key in table.foreign_keys if key.table in tables}
    referring = {(child.namespace, child.name) for child in children}
    near = sorted((parents | referring) - {here})
    if not near or len(near) > _MOST_NEIGHBOURS:
        return None
    shown = [_within(table, {here, *parents}), *(_within(tables[path], {here}) for path in near)]
    return _drawn(catalog, shown, lambda each: _keys(each) if (each.namespace, each.name) == here else ())


def _drawn(catalog: Catalog, tables: Iterable[Table], columns: Callable[[Table], Iterable[Column]]) -> str:
    return mermaid.write(msgspec.structs.replace(catalog, tables=tuple(tables), views=()), columns)


def _within(table: Table, inside: set[Path]) -> Table:
    keys = tuple(key for key in table.foreign_keys if key.table in inside)
    return msgspec.structs.replace(table, foreign_keys=keys, partition_of=None)


def _all(table: Table) -> Iterable[Column]:
    return table.columns


def _keys(table: Table) -> Iterable[Column]:
    keys = {name for key in (*table.keys, *(each.columns for each in table.foreign_keys)) for name in key}
    return tuple(column for column in table.columns if column.name in keys)


def _none(table: Table) -> Iterable[Column]:
    return ()
