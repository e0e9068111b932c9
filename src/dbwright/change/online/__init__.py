"""Changes made while the application runs: what can be asked for, and the stages that lead there. Pure data."""

from dbwright.change.online.changes import (
    AddPart,
    ChangeType,
    MergeColumns,
    MergeTables,
    MoveColumns,
    OnlineChange,
    Part,
    RenameColumn,
    RenameTable,
    SetNotNull,
    SplitColumn,
    SplitTable,
    Wish,
)
from dbwright.change.online.stages import Batch, OnlinePlan, Phase, Stage, Task

__all__ = [
    "AddPart",
    "Batch",
    "ChangeType",
    "MergeColumns",
    "MergeTables",
    "MoveColumns",
    "OnlineChange",
    "OnlinePlan",
    "Part",
    "Phase",
    "RenameColumn",
    "RenameTable",
    "SetNotNull",
    "SplitColumn",
    "SplitTable",
    "Stage",
    "Task",
    "Wish",
]
