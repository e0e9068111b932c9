"""Changes of SQLite while the application runs: from a wish to stages, and where the record of it is kept."""

from dbwright.catalog.objects import Catalog
from dbwright.change.online import (
    AddPart,
    ChangeType,
    MergeColumns,
    MergeTables,
    MoveColumns,
    OnlineChange,
    OnlinePlan,
    RenameColumn,
    RenameTable,
    SetNotNull,
    SplitColumn,
    SplitTable,
    Stage,
    Task,
    Wish,
)
from dbwright.change.operations import CreateIndex
from dbwright.engines.base import Session
from dbwright.engines.sqlite.online_columns import change_type, rename_column, replace_columns
from dbwright.engines.sqlite.online_nulls import set_not_null
from dbwright.engines.sqlite.online_tables import merge_tables, move_columns, rename_table, split_table
from dbwright.engines.sqlite.online_work import GUARD, RECORD, WAITS, Planned, Work
from dbwright.engines.sqlite.steps import render
from dbwright.engines.sqlite.words import quote
from dbwright.errors import Unsupported

__all__ = ["DROP_RECORD", "MAKE_RECORD", "QUEUES", "RECORD", "RECORD_EXISTS", "TRANSACTIONAL", "plan", "prepare"]

RECORD_EXISTS = f"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '{RECORD}'"
MAKE_RECORD = (
    Task(
        f"CREATE TABLE IF NOT EXISTS {RECORD} (id TEXT PRIMARY KEY, plan TEXT NOT NULL, position INTEGER NOT NULL,"
        " goal TEXT NOT NULL, direction TEXT NOT NULL, entered INTEGER NOT NULL, last_key TEXT, rows_done INTEGER NOT NULL,"
        " rows_total INTEGER, started TEXT NOT NULL, updated TEXT NOT NULL, paused INTEGER NOT NULL, error TEXT)"
    ),
    Task(f"CREATE TABLE IF NOT EXISTS {GUARD} (still INTEGER)"),
)
DROP_RECORD = (Task(f"DROP TABLE IF EXISTS {GUARD}"), Task(f"DROP TABLE IF EXISTS {RECORD}"))
QUEUES = False
TRANSACTIONAL = True
_BUILDS = "SQLite keeps other writers waiting while it builds the index."


def plan(wish: Wish, catalog: Catalog) -> OnlinePlan:
    """The stages of all changes, by phase. Raises Refused where a change cannot be made online, with the reason."""
    if wish.version:
        raise Unsupported("SQLite", "keep versions of a schema side by side", hint="Leave the version out.")
    planned = [_planned(Work(catalog, wish.id, number), change) for number, change in enumerate(wish.changes)]
    stages = [stage for each in planned for stage in each.stages]
    notes = [note for each in planned for note in each.notes]
    notes += [f"{stage.title}: {stage.waits}" for stage in stages if stage.waits]
    return OnlinePlan(
        wish=wish,
        stages=tuple(stage for phase in ("expand", "switch", "contract") for stage in stages if stage.phase == phase),
        notes=tuple(notes),
        loses=tuple(lost for each in planned for lost in each.loses),
    )


def prepare(session: Session) -> None:
    """Nothing to set up."""


def _planned(work: Work, change: OnlineChange) -> Planned:
    match change:
        case RenameColumn():
            return rename_column(work, change)
        case ChangeType():
            return change_type(work, change)
        case SetNotNull():
            return set_not_null(work, change)
        case SplitColumn() | MergeColumns():
            return replace_columns(work, change)
        case RenameTable():
            return rename_table(work, change)
        case MoveColumns():
            return move_columns(work, change)
        case SplitTable():
            return split_table(work, change)
        case MergeTables():
            return merge_tables(work, change)
        case AddPart():
            return _add_part(work, change)
    raise Unsupported("SQLite", f"{change.describe().lower()} online")


def _add_part(work: Work, change: AddPart) -> Planned:
    """In one transaction: an index is built, for all else the table is written anew."""
    operation = change.operation
    tasks = tuple(Task(text) for text in render([operation], work.catalog))
    if isinstance(operation, CreateIndex):
        back, waits = [f"DROP INDEX {quote(operation.index.name)}"], _BUILDS
    else:
        back, waits = render([operation.inverse(work.catalog)], operation.apply(work.catalog)), WAITS
    undo = tuple(Task(text) for text in back)
    return Planned([Stage(title=operation.describe(), phase="expand", tasks=tasks, undo=undo, waits=waits)])
