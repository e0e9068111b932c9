"""What a statement leaves behind that failed half-way: an index that PostgreSQL began to build and marked as invalid."""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.change.operations import DropIndex
from dbwright.engines.base import Engine, Session, Statement
from dbwright.migrate.history import Direction
from dbwright.migrate.revision import Revision
from dbwright.migrate.script import script_of


def remove_leftovers(session: Session, engine: Engine, revision: Revision, direction: Direction) -> tuple[str, ...]:
    """Drop the invalid indexes that a revision's statements began to build; returns their names. Raises ExecutionFault."""
    if revision.python:
        return ()
    return remove_invalid(
        session, engine, (each for found in script_of(revision, direction, engine).actions for each in found)
    )


def remove_invalid(session: Session, engine: Engine, actions: Iterable[Action]) -> tuple[str, ...]:
    """Drop the invalid indexes among those that some actions make concurrently."""
    names = {
        (each.target.path if each.target is not None else ())[-1:] or ((each.index.name,) if each.index else ())
        for each in actions
        if each.kind == "create index" and "concurrently" in each.words
    }
    wanted = {name for found in names for name in found}
    if not wanted:
        return ()
    catalog = session.inspect().catalog
    found = [
        (table, index)
        for table in catalog.tables
        for index in table.indexes
        if index.name in wanted and not index.valid
    ]
    for table, index in found:
        drop = DropIndex(target=Ref("index", (table.namespace, table.name, index.name)))
        session.execute(Statement(text=text) for text in engine.render([drop], catalog))
    return tuple(index.name for _, index in found)
