"""The changes that dbwright knows, one family a file."""

from dbwright.change.operations.base import Irreversible, Operation
from dbwright.change.operations.columns import (
    AddColumn,
    AlterColumnType,
    ChangeColumn,
    DropColumn,
    RenameColumn,
    SetDefault,
    SetNullable,
)
from dbwright.change.operations.grants import GrantPrivileges, Revoke
from dbwright.change.operations.indexes import CreateIndex, DropIndex, RebuildIndex
from dbwright.change.operations.keys import (
    AddCheck,
    AddExclusion,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    DropConstraint,
    DropPrimaryKey,
)
from dbwright.change.operations.objects import ChangeObject, CreateObject, DropObject
from dbwright.change.operations.parts import (
    ChangePart,
    CreatePolicy,
    CreateTrigger,
    DropPolicy,
    DropTrigger,
    RenamePart,
)
from dbwright.change.operations.tables import ChangeTable, CreateTable, DropTable, OrderColumns, RenameTable
from dbwright.change.operations.workbench import Workbench, apply_all

__all__ = [
    "AddCheck",
    "AddColumn",
    "AddExclusion",
    "AddForeignKey",
    "AddPrimaryKey",
    "AddUnique",
    "AlterColumnType",
    "ChangeColumn",
    "ChangeObject",
    "ChangePart",
    "ChangeTable",
    "CreateIndex",
    "CreateObject",
    "CreatePolicy",
    "CreateTable",
    "CreateTrigger",
    "DropColumn",
    "DropConstraint",
    "DropIndex",
    "DropObject",
    "DropPolicy",
    "DropPrimaryKey",
    "DropTable",
    "DropTrigger",
    "GrantPrivileges",
    "Irreversible",
    "Operation",
    "OrderColumns",
    "RebuildIndex",
    "RenameColumn",
    "RenamePart",
    "RenameTable",
    "Revoke",
    "SetDefault",
    "SetNullable",
    "Workbench",
    "apply_all",
]
