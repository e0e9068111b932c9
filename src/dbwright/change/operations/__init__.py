"""The changes that dbwright knows, one family a file."""

from dbwright.change.operations.base import Irreversible, Operation, apply_all
from dbwright.change.operations.columns import AlterColumnType, SetDefault, SetNullable
from dbwright.change.operations.grants import GrantPrivileges, Revoke
from dbwright.change.operations.indexes import CreateIndex, DropIndex, RebuildIndex
from dbwright.change.operations.keys import (
    AddCheck,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    DropConstraint,
    DropPrimaryKey,
)

__all__ = [
    "AddCheck",
    "AddForeignKey",
    "AddPrimaryKey",
    "AddUnique",
    "AlterColumnType",
    "CreateIndex",
    "DropConstraint",
    "DropIndex",
    "DropPrimaryKey",
    "GrantPrivileges",
    "Irreversible",
    "Operation",
    "RebuildIndex",
    "Revoke",
    "SetDefault",
    "SetNullable",
    "apply_all",
]
