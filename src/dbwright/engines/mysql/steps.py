"""Operations → steps. MySQL commits each statement by itself, and every ALTER TABLE says by which algorithm it is to run."""

from collections.abc import Sequence

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.objects import Catalog
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    ChangeColumn,
    ChangeObject,
    ChangePart,
    ChangeTable,
    CreateIndex,
    CreateObject,
    CreateTable,
    CreateTrigger,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropPrimaryKey,
    DropTable,
    DropTrigger,
    GrantPrivileges,
    Irreversible,
    Operation,
    OrderColumns,
    RebuildIndex,
    RenameColumn,
    RenamePart,
    RenameTable,
    Revoke,
    SetDefault,
    SetNullable,
)
from dbwright.change.plan import Step
from dbwright.engines.mysql import steps_columns, steps_keys, steps_objects, steps_tables
from dbwright.engines.mysql.ddl import grant_statement, revoke_statements
from dbwright.engines.mysql.stepping import Work
from dbwright.errors import Unsupported, UsageError

_LOSING = (DropTable, DropColumn)
"""What no statement brings back as it was."""


def steps(operations: Sequence[Operation], catalog: Catalog, facts: Facts | None = None) -> list[Step]:
    """The steps of the operations, each seen against the catalog that those before it leave.

    facts: sizes, by which large tables get gentler forms. Raises Unsupported for what MySQL or MariaDB cannot do,
    UsageError for an operation that does not fit the catalog.
    """
    work = Work(operations, catalog, facts)
    found: list[Step] = []
    while work.position < len(operations):
        before, start = work.catalog, work.position
        finished = set(work.done)
        taken = _write(work)
        also = [*range(start + 1, start + taken), *sorted(work.done - finished)]
        told = {place for step in work.steps for place in (step.operation, *step.also)}
        work.say_also([place for place in also if place not in told])
        together = [operations[place] for place in (start, *also)]
        for operation in operations[start : start + taken]:
            work.catalog = operation.apply(work.catalog)
        work.position += taken
        found += _with_undo(work.steps, together, before)
        work.steps = []
    return _without_switching(found)


def render(operations: Sequence[Operation], catalog: Catalog) -> list[str]:
    """The statements of the steps."""
    return [step.sql for step in steps(operations, catalog)]


def _write(work: Work) -> int:
    """Write the steps of the next operation, or of several that go well together; returns how many those are."""
    operation = work.operations[work.position]
    if work.position in work.done:
        return 1
    match operation:
        case SetNullable() | AlterColumnType() | SetDefault() | ChangeColumn():
            return steps_columns.change_columns(work)
        case AddColumn() | DropColumn():
            return steps_columns.add_or_drop(work)
        case RenameColumn():
            steps_columns.rename(work, operation)
        case OrderColumns():
            steps_columns.order(work, operation)
        case CreateTable() | DropTable() | RenameTable() | ChangeTable():
            steps_tables.write(work, operation)
        case AddPrimaryKey() | DropPrimaryKey() | AddUnique() | AddForeignKey() | AddCheck() | DropConstraint():
            steps_keys.write(work, operation)
        case CreateIndex() | DropIndex() | RebuildIndex() | ChangePart() | RenamePart():
            steps_keys.write(work, operation)
        case CreateTrigger() | DropTrigger() | CreateObject() | DropObject() | ChangeObject():
            steps_objects.write(work, operation)
        case GrantPrivileges():
            work.add(grant_statement(operation.grant, work.catalog), operation.describe())
        case Revoke():
            for statement in revoke_statements(operation.grant, work.catalog):
                work.add(statement, operation.describe())
        case _:
            raise Unsupported(work.title, f"{operation.describe()[:1].lower()}{operation.describe()[1:]}")
    return 1


def _with_undo(written: list[Step], operations: Sequence[Operation], before: Catalog) -> list[Step]:
    """The steps; a single one without an undo gets the statements of the inverse operations."""
    if len(written) != 1 or written[0].undo or any(isinstance(each, _LOSING) for each in operations):
        return written
    inverses: list[Operation] = []
    state = before
    for operation in operations:
        inverse = operation.inverse(state)
        if isinstance(inverse, Irreversible):
            return written
        inverses.insert(0, inverse)
        state = operation.apply(state)
    work = Work(inverses, state, None)
    try:
        while work.position < len(inverses):
            start = work.position
            taken = _write(work)
            for operation in inverses[start : start + taken]:
                work.catalog = operation.apply(work.catalog)
            work.position += taken
    except (Unsupported, UsageError):
        return written
    undo = tuple(step.sql for step in _without_switching(work.steps))
    return [msgspec.structs.replace(written[0], undo=undo)]


def _without_switching(found: list[Step]) -> list[Step]:
    """The steps without those that put a setting back right before it is made again."""
    kept: list[Step] = []
    for step in found:
        back = kept and kept[-1].sql == steps_objects.RESTORE
        if back and step.sql.startswith(steps_objects.SAVE):
            earlier = next(each.sql for each in reversed(kept) if each.sql.startswith(steps_objects.SAVE))
            if earlier == step.sql:
                kept.pop()
                continue
        kept.append(step)
    return kept
