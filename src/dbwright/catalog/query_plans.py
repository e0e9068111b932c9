"""What an engine intends to do for a query, in words that are the same for all."""

from collections.abc import Iterator
from typing import Literal

import msgspec

Access = Literal["sequential scan", "index scan", "index only scan", "bitmap scan", "key lookup", "other"]


class PlanStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a plan.

    access: how rows of a table are found; "key lookup" by the rowid or a constant key; "other" for joins, sorts and the like.
    label: the engine's own word for the step. table: its name without the schema; alias: what the query calls it.
    index: the index that is read. whole: whether all of an index or a table is read. rows: how many the engine expects.
    cost: in the engine's own unit. detail: conditions and remarks, as the engine prints them.
    """

    access: Access
    label: str
    table: str | None = None
    alias: str | None = None
    index: str | None = None
    whole: bool = False
    rows: float | None = None
    cost: float | None = None
    detail: str = ""
    steps: tuple["PlanStep", ...] = ()

    def walk(self) -> Iterator["PlanStep"]:
        """This step and all below it."""
        yield self
        for step in self.steps:
            yield from step.walk()


class QueryPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan: its steps from the top, and the engine's text to show to people."""

    engine: str
    sql: str
    steps: tuple[PlanStep, ...]
    text: str

    def walk(self) -> Iterator[PlanStep]:
        """Every step, the outer ones first."""
        for step in self.steps:
            yield from step.walk()

    @property
    def indexes(self) -> frozenset[str]:
        """The indexes that are read."""
        return frozenset(step.index for step in self.walk() if step.index)

    @property
    def scanned(self) -> tuple[PlanStep, ...]:
        """The steps that read a whole table from its beginning to its end."""
        return tuple(step for step in self.walk() if step.access == "sequential scan")

    @property
    def sorts(self) -> tuple[PlanStep, ...]:
        """The steps that put rows in order themselves, because no index gives them so."""
        return tuple(step for step in self.walk() if "sort" in step.label.lower() or "ORDER BY" in step.label)
