"""The schema after each statement of a migration as far as the text tells it, where no scratch database can be had."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

import msgspec

from dbwright.app.replay import Seen
from dbwright.app.transactions import Setting
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.change.actions import Action
from dbwright.engines.base import Engine, Statement
from dbwright.errors import DbwrightError
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.parse import Reading

_Path = tuple[str, ...]


def foreseen(
    script: Sequence[tuple[Statement, Sequence[Action], Setting]], before: Catalog, engine: Engine
) -> Iterator[Seen]:
    """The catalog after each statement: the tables and views that it names as its text makes them, all others as they were."""
    reading = Reading(dialect_of(engine))
    with suppress(DbwrightError):
        for text in engine.emit(before):
            with suppress(DbwrightError):
                reading.add(Statement(text=text))
    catalog = before
    for statement, actions, _ in script:
        touched = _touched(actions)
        if touched:
            with suppress(DbwrightError):
                reading.add(statement)
                catalog = _with(catalog, reading.catalog, touched, engine)
        yield Seen(after=catalog)


def _touched(actions: Sequence[Action]) -> frozenset[_Path]:
    """The tables and views that a statement makes, changes or drops."""
    found: set[_Path] = set()
    for action in actions:
        for ref in (action.target, action.table):
            if ref is not None and len(ref.path) > 1:
                found.add(ref.path[:2])
        if action.target is not None and len(action.target.path) > 1 and action.to:
            if action.kind == "rename table":
                found.add((action.target.path[0], action.to))
            elif action.kind == "move table":
                found.add((action.to, action.target.path[1]))
    return frozenset(found)


def _with(catalog: Catalog, read: Catalog, touched: frozenset[_Path], engine: Engine) -> Catalog:
    """The catalog with the tables and views of these names as they were read."""
    tables = tuple(table for table in read.tables if table.ref.path in touched)
    views = tuple(view for view in read.views if view.ref.path in touched)
    few = engine.canonical(msgspec.structs.replace(read, tables=tables, views=views))
    kept: tuple[list[Table], list[View]] = (
        [table for table in catalog.tables if table.ref.path not in touched],
        [view for view in catalog.views if view.ref.path not in touched],
    )
    return msgspec.structs.replace(catalog, tables=(*kept[0], *few.tables), views=(*kept[1], *few.views))
