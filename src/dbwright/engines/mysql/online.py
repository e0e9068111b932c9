"""Changes of MySQL and MariaDB while the application runs: from a wish to stages, and where the record of it is kept."""

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
    Task,
    Wish,
)
from dbwright.engines.base import Session
from dbwright.engines.mysql.online_columns import rename_column_online, replace_columns
from dbwright.engines.mysql.online_nulls import set_not_null
from dbwright.engines.mysql.online_parts import add_part
from dbwright.engines.mysql.online_tables import merge_tables, move_columns, rename_table, split_table
from dbwright.engines.mysql.online_types import change_type
from dbwright.engines.mysql.online_work import RECORD, Planned, Work, has_table
from dbwright.errors import Unsupported

__all__ = ["DROP_RECORD", "MAKE_RECORD", "QUEUES", "RECORD", "RECORD_EXISTS", "TRANSACTIONAL", "plan", "prepare"]

RECORD_EXISTS = has_table(RECORD, "BASE TABLE")
MAKE_RECORD = (
    Task(
        f"CREATE TABLE IF NOT EXISTS {RECORD} (id VARCHAR(16) PRIMARY KEY, plan LONGTEXT NOT NULL, position INT NOT NULL,"
        " goal VARCHAR(10) NOT NULL, direction VARCHAR(10) NOT NULL, entered BOOLEAN NOT NULL, last_key TEXT,"
        " rows_done BIGINT NOT NULL, rows_total BIGINT, started VARCHAR(40) NOT NULL, updated VARCHAR(40) NOT NULL,"
        " paused BOOLEAN NOT NULL, error TEXT) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
    ),
)
DROP_RECORD = (Task(f"DROP TABLE IF EXISTS {RECORD}"),)
QUEUES = True
TRANSACTIONAL = False


def plan(wish: Wish, catalog: Catalog) -> OnlinePlan:
    """The stages of all changes, by phase. Raises Refused where a change cannot be made online, with the reason."""
    if wish.version:
        raise Unsupported("MySQL", "keep versions of a schema side by side", hint="Leave the version out.")
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
    """Lock no gaps between rows, where the binary log allows that: inserts of others need not wait for our batches."""
    if session.query("SELECT @@binlog_format")[0][0] != "STATEMENT":
        session.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")


def _planned(work: Work, change: OnlineChange) -> Planned:
    match change:
        case RenameColumn():
            return rename_column_online(work, change)
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
            return add_part(work, change)
    raise Unsupported("MySQL", f"{change.describe().lower()} online")
