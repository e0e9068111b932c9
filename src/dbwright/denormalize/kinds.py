"""What can be kept beside its source: totals of children, copies of a parent's column, rollups, and how each is recognised."""

from collections.abc import Callable
from typing import Literal

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, ForeignKey, Table
from dbwright.change.operations import Operation

Function = Literal["count", "sum", "minimum", "maximum"]


class Condition(msgspec.Struct, frozen=True):
    """Which rows count. text: as it was asked; columns: those it names; spelled: the condition over a row of that name (NEW, c)."""

    text: str
    columns: tuple[str, ...]
    spelled: Callable[[str], str]


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a parent that counts the rows of a child, or holds the sum, the minimum or the maximum of a column `of` there.

    key: the foreign key of the child. is_new: whether the column is still to be added. text: the option's value that asked for
    it; empty where a rule did.
    """

    parent: Table
    column: Column
    child: Table
    key: ForeignKey
    function: Function = "count"
    of: Column | None = None
    condition: Condition | None = None
    is_new: bool = False
    text: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The columns of the parent and of the child that are equal."""
        return list(zip(referenced(self.parent, self.key), self.key.columns, strict=True))

    @property
    def watched(self) -> tuple[str, ...]:
        """The columns of the child whose change changes the total."""
        named = [*self.key.columns, *([self.of.name] if self.of else [])]
        return tuple(dict.fromkeys((*named, *(self.condition.columns if self.condition else ()))))

    @property
    def is_recounted(self) -> bool:
        """Whether adding and subtracting would not do: extremes, and floating-point sums, which lose digits."""
        return self.function in ("minimum", "maximum") or (self.of is not None and self.of.type.kind == "float")

    @property
    def what(self) -> str:
        """What it holds, in words: "the number of rows of comments by post_id where approved"."""
        where = f" where {self.condition.text}" if self.condition else ""
        rows = f"the rows of {self.child.ref} by {', '.join(self.key.columns)}{where}"
        if self.of is None:
            return f"the number of {rows.removeprefix('the ')}"
        return f"the {self.function} of {self.of.name} over {rows}"


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a child that repeats `source` of the parent that the key refers to.

    exclusive: whether a child's writer must lock its parent for itself, since it will write to it later; two who only share
    the lock would wait for each other.
    """

    child: Table
    column: Column
    parent: Table
    source: Column
    key: ForeignKey
    is_new: bool = False
    exclusive: bool = False
    text: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The columns of the parent and of the child that are equal."""
        return list(zip(referenced(self.parent, self.key), self.key.columns, strict=True))

    @property
    def what(self) -> str:
        """What it holds, in words."""
        return f"{self.parent.ref}.{self.source.name} by {', '.join(self.key.columns)}"


class Fill(msgspec.Struct, frozen=True):
    """A statement that makes wrong values right, safe while others write: its title and why it has this form."""

    sql: str
    title: str
    why: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """All that keeps one thing true.

    name: what is kept, "posts.comments_count". what: what it holds, in words. kind, text: the option that asks for it.
    columns: operations that make the place for the values (columns, tables, indexes); triggers: those that keep them.
    fills: statements that set the values, to be run when the triggers are there; repairs: those that put wrong ones right;
    drift: a query for the rows that are wrong,
    whose columns are `keys`, then what is held and what should be. limits: sentences on what the triggers do not see.
    written: the tables whose writers the triggers make do more. read_before, read_after: queries that give a reader the same,
    without and with it. by_command: whether no trigger keeps it, but a command.
    """

    kind: str
    name: str
    target: Ref
    what: str
    text: str = ""
    columns: tuple[Operation, ...] = ()
    triggers: tuple[Operation, ...] = ()
    fills: tuple[Fill, ...] = ()
    repairs: tuple[Fill, ...] = ()
    drift: str = ""
    keys: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    written: tuple[Ref, ...] = ()
    read_before: str = ""
    read_after: str = ""
    by_command: bool = False


def referenced(parent: Table, key: ForeignKey) -> tuple[str, ...]:
    """The parent's columns that a foreign key names, or its primary key where it names none (SQLite)."""
    if key.referenced:
        return key.referenced
    return parent.primary_key.columns if parent.primary_key else ()
