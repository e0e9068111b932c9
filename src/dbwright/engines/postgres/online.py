"""Changes of PostgreSQL while the application runs: from a wish to stages, and where the record of it is kept."""

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
from dbwright.engines.postgres.online_columns import rename_column_online, replace_columns
from dbwright.engines.postgres.online_nulls import set_not_null
from dbwright.engines.postgres.online_parts import add_part
from dbwright.engines.postgres.online_tables import merge_tables, move_columns, split_table
from dbwright.engines.postgres.online_types import change_type
from dbwright.engines.postgres.online_views import rename_table, versioned
from dbwright.engines.postgres.online_work import SCHEMA, Planned, Work
from dbwright.errors import Unsupported

RECORD = f"{SCHEMA}.record"
"""The table that holds what is under way."""

RECORD_EXISTS = f"SELECT 1 WHERE to_regclass('{RECORD}') IS NOT NULL"

MAKE_RECORD = (
    Task(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"),
    Task(
        f"CREATE TABLE IF NOT EXISTS {RECORD} (id text PRIMARY KEY, plan text NOT NULL, position integer NOT NULL,"
        " goal text NOT NULL, direction text NOT NULL, entered boolean NOT NULL, last_key text, rows_done bigint NOT NULL,"
        " rows_total bigint, started text NOT NULL, updated text NOT NULL, paused boolean NOT NULL, error text)"
    ),
)
DROP_RECORD = (Task(f"DROP TABLE IF EXISTS {RECORD}"), Task(f"DROP SCHEMA IF EXISTS {SCHEMA}"))
QUEUES = True
TRANSACTIONAL = True


def plan(wish: Wish, catalog: Catalog) -> OnlinePlan:
    """The stages of all changes, by phase. Raises Refused where a change cannot be made online, with the reason."""
    planned = [
        _planned(Work(catalog, wish.id, number, wish.version), change) for number, change in enumerate(wish.changes)
    ]
    if wish.version:
        stages = versioned(Work(catalog, wish.id, 0, wish.version), wish.version, planned)
    else:
        stages = [stage for each in planned for stage in each.stages]
    return OnlinePlan(
        wish=wish,
        stages=tuple(stage for phase in ("expand", "switch", "contract") for stage in stages if stage.phase == phase),
        notes=tuple(note for each in planned for note in each.notes),
        loses=tuple(lost for each in planned for lost in each.loses),
    )


def prepare(session: Session) -> None:
    """Let the server notice soon when we are gone, so that the next run need not wait for what the last one began."""
    if session.version >= (14,):
        session.query("SET client_connection_check_interval = '2s'")


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
            return Planned(add_part(work, change), table=change.table)
    raise Unsupported("PostgreSQL", f"{change.describe().lower()} online")
