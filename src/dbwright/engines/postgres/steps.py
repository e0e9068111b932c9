"""Operations → steps. Where PostgreSQL can do without blocking others for long, that form is taken, and the step says why."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.objects import Catalog
from dbwright.change import operations as change
from dbwright.change.operations import Irreversible, Operation
from dbwright.change.plan import Step
from dbwright.engines.postgres import (
    steps_access,
    steps_add_column,
    steps_columns,
    steps_indexes,
    steps_keys,
    steps_objects,
    steps_parts,
    steps_tables,
    steps_types,
)
from dbwright.engines.postgres.column_type import alter_column_type
from dbwright.engines.postgres.stepping import Work
from dbwright.errors import DbwrightError, Unsupported

Writer = Callable[[Any, Work], Iterable[Step]]

_LOSES_ROWS = (change.DropTable, change.DropColumn)


def render(operations: Sequence[Operation], catalog: Catalog) -> list[str]:
    """The statements that apply the operations, one after another, to a database that holds the catalog.

    Each commits by itself, but for those between a BEGIN and its COMMIT; those that say CONCURRENTLY cannot run inside a
    transaction. Backfills in batches are there once: they are repeated until they change no row.
    Raises Unsupported for an operation that PostgreSQL cannot do, UsageError where it does not fit the catalog.
    """
    return [each.sql for each in steps(operations, catalog)]


def steps(operations: Sequence[Operation], catalog: Catalog, facts: Facts | None = None) -> list[Step]:
    """The steps of the operations, with what each is for, why it has its form, and how it is undone.

    facts: the sizes of the tables; without them every table that the operations do not make is taken for large.
    Raises Unsupported for an operation that PostgreSQL cannot do, UsageError where it does not fit the catalog.
    """
    work = Work(operations, catalog, facts)
    found: list[Step] = []
    for number, operation in enumerate(operations):
        before = work.catalog
        written = list(_writer(operation)(operation, work))
        work.next(operation)
        if len(written) == 1 and not written[0].undo and not isinstance(operation, _LOSES_ROWS):
            written = [msgspec.structs.replace(written[0], undo=_undo(operation, before, work.catalog))]
        found += [
            msgspec.structs.replace(each, operation=number, title=each.title or operation.describe())
            for each in written
        ]
    return found


def _undo(operation: Operation, before: Catalog, after: Catalog) -> tuple[str, ...]:
    """The statements of the inverse, where it can be told in few."""
    try:
        inverse = operation.inverse(before)
        if isinstance(inverse, Irreversible):
            return ()
        return tuple(each.sql for each in _writer(inverse)(inverse, Work((inverse,), after, None)))
    except DbwrightError:
        return ()


def _writer(operation: Operation) -> Writer:
    kind = operation.target.kind
    if isinstance(operation, change.CreateObject | change.DropObject | change.ChangeObject):
        writers = {**steps_objects.WRITERS, **steps_types.WRITERS, **steps_access.WRITERS}.get(kind)
        if writers is None:
            raise Unsupported("PostgreSQL", f"have the {kind.replace('_', ' ')} {operation.target}")
        place = (change.CreateObject, change.DropObject, change.ChangeObject).index(type(operation))
        writer: Writer = writers[place]
        return writer
    found = _WRITERS.get(type(operation))
    if found is None:
        raise Unsupported("PostgreSQL", f"do what {type(operation).__name__} asks")
    return found


_WRITERS: dict[type[Operation], Writer] = {
    change.AddCheck: steps_keys.add_check,
    change.AddColumn: steps_add_column.add_column,
    change.AddExclusion: steps_keys.add_exclusion,
    change.AddForeignKey: steps_keys.add_foreign_key,
    change.AddPrimaryKey: steps_keys.add_primary_key,
    change.AddUnique: steps_keys.add_unique,
    change.AlterColumnType: alter_column_type,
    change.ChangeColumn: steps_columns.change_column,
    change.ChangePart: steps_parts.change_part,
    change.ChangeTable: steps_tables.change_table,
    change.CreateIndex: steps_indexes.create_index,
    change.CreatePolicy: steps_parts.create_policy,
    change.CreateTable: steps_tables.create_table,
    change.CreateTrigger: steps_parts.create_trigger,
    change.DropColumn: steps_columns.drop_column,
    change.DropConstraint: steps_keys.drop_constraint,
    change.DropIndex: steps_indexes.drop_index,
    change.DropPolicy: steps_parts.drop_policy,
    change.DropPrimaryKey: steps_keys.drop_primary_key,
    change.DropTable: steps_tables.drop_table,
    change.DropTrigger: steps_parts.drop_trigger,
    change.GrantPrivileges: steps_access.grant,
    change.OrderColumns: steps_tables.order_columns,
    change.RebuildIndex: steps_indexes.rebuild_index,
    change.RenameColumn: steps_columns.rename_column,
    change.RenamePart: steps_parts.rename_part,
    change.RenameTable: steps_tables.rename_table,
    change.Revoke: steps_access.revoke,
    change.SetDefault: steps_columns.set_default,
    change.SetNullable: steps_columns.set_nullable,
}
