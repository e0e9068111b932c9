"""What a renaming makes of a catalog, asked of SQLite itself: it rewrites views, triggers, keys and expressions."""

import sqlite3
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.sqlite.ddl import emit
from dbwright.engines.sqlite.inspect import inspect
from dbwright.engines.sqlite.tokens import meaningful, name_of, tokens_of
from dbwright.engines.sqlite.words import folded


def renamed(catalog: Catalog, statements: Sequence[str], names: Collection[str]) -> tuple[Table, ...]:
    """The tables that statements which rename may change, as they are after them; run on an empty copy in memory.

    names: the old and the new names of the tables concerned. Only what names them, and what that needs, is copied.
    Empty where no copy can be made.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute("BEGIN")
        for statement in (*emit(_concerned(catalog, {folded(name) for name in names})), *statements):
            connection.execute(statement)
        return inspect(connection, catalog.name).catalog.tables
    except sqlite3.Error:
        return ()
    finally:
        connection.close()


def _concerned(catalog: Catalog, names: set[str]) -> Catalog:
    """The tables of these names and those that point at them, the views and triggers that name them, and what those name."""
    views = {folded(view.name): _words(view.definition) for view in catalog.views}
    named = {low for low, words in views.items() if words & names}
    tables = tuple(_with_triggers(table, names) for table in catalog.tables)
    needed = set(names).union(*(_words(trigger.definition) for table in tables for trigger in table.triggers))
    while True:
        needed = needed.union(*(views[low] for low in named))
        more = {low for low in views if low in needed} - named
        if not more:
            break
        named |= more
    return replace(
        catalog,
        tables=tuple(
            table
            for table in tables
            if folded(table.name) in needed or any(folded(key.table[1]) in names for key in table.foreign_keys)
        ),
        views=tuple(replace(view, triggers=()) for view in catalog.views if folded(view.name) in named),
    )


def _with_triggers(table: Table, names: set[str]) -> Table:
    """The table with only those of its triggers that name one of these."""
    kept = tuple(trigger for trigger in table.triggers if _words(trigger.definition) & names)
    return table if kept == table.triggers else replace(table, triggers=kept)


def _words(text: str) -> set[str]:
    return {folded(name_of(token)) for token in meaningful(tokens_of(text)) if token.kind in ("word", "quoted")}
