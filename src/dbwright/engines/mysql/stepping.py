"""What the writers of steps share: the catalog as it is when a step runs, and how an ALTER TABLE gets its best form."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.change.actions import Action
from dbwright.change.operations import Operation
from dbwright.change.plan import Step
from dbwright.engines.mysql.need import COPY, IN_PLACE, INSTANT, REBUILD
from dbwright.engines.mysql.product import Product, product_of
from dbwright.engines.mysql.ways import Way, best_way, table_at
from dbwright.engines.mysql.words import tick

MANY_ROWS = 10_000
"""From so many rows on, a form of several statements that lets others work is worth its trouble."""

BATCH_ROWS = 10_000
"""How many rows one round of a backfill changes."""


class Clause(NamedTuple):
    """One clause of an ALTER TABLE: its text, and what it says."""

    sql: str
    action: Action


class Work:
    """Writing the steps of a list of operations.

    catalog: what the database holds before the operation at `position`. done: the positions of later operations that an
    earlier step has carried out already. steps: those written so far.
    """

    def __init__(self, operations: Sequence[Operation], catalog: Catalog, facts: Facts | None) -> None:
        self.operations = operations
        self.catalog = catalog
        self.position = 0
        self.done: set[int] = set()
        self.steps: list[Step] = []
        self.facts = facts or Facts()
        self.product: Product = product_of(catalog)

    @property
    def title(self) -> str:
        """The product's name."""
        return self.product.title

    def table(self, ref: Ref) -> Table | None:
        """The table that a Ref names or is a part of."""
        return table_at(self.catalog, ref.path)

    def has_many_rows(self, ref: Ref) -> bool:
        """Whether the table is known to be large."""
        rows = self.facts.rows(Ref("table", ref.path[:2]))
        return rows is not None and rows >= MANY_ROWS

    def add(self, sql: str, title: str, *, why: str = "", undo: Sequence[str] = (), **fields: Any) -> None:
        """Write a step."""
        step = Step(sql=sql, title=title, why=why, undo=tuple(undo), operation=self.position, **fields)
        self.steps.append(step)

    def say_also(self, places: Sequence[int]) -> None:
        """Say of the last step that it does further operations, too."""
        if self.steps and places:
            self.steps[-1] = msgspec.structs.replace(self.steps[-1], also=(*self.steps[-1].also, *places))

    def alter(
        self, ref: Ref, clauses: Sequence[Clause], title: str, *, why: str = "", undo: Sequence[str] = ()
    ) -> None:
        """Write an ALTER TABLE by the cheapest way that the server has for all its clauses together."""
        if clauses:
            way = self.way(ref, clauses)
            said = " ".join(part for part in (why, reason(way, ref, self.product)) if part)
            self.add(alter_text(ref, clauses, way), title, why=said, undo=undo)

    def way(self, ref: Ref, clauses: Sequence[Clause]) -> Way:
        """The way of an ALTER TABLE with these clauses."""
        return best_way([clause.action for clause in clauses], self.table(ref), self.catalog)

    def is_no_dearer(self, ref: Ref, first: Sequence[Clause], second: Sequence[Clause]) -> bool:
        """Whether clauses in one statement cost no more than the dearer of two statements."""
        together = _cost(self.way(ref, [*first, *second]))
        return together <= max(_cost(self.way(ref, first)), _cost(self.way(ref, second)))


def _cost(way: Way) -> tuple[int, int]:
    level = {"INSTANT": INSTANT, "NOCOPY": IN_PLACE, "INPLACE": REBUILD if way.rewrites else IN_PLACE}
    return level.get(way.algorithm or "", COPY), way.lock != "NONE"


def name_of(ref: Ref) -> str:
    """The name of a table in backticks, with its database where the catalog holds several."""
    return ".".join(tick(part) for part in ref.path[:2] if part)


def alter_text(ref: Ref, clauses: Sequence[Clause], way: Way) -> str:
    """An ALTER TABLE."""
    parts = [*(clause.sql for clause in clauses), *([way.clause] if way.clause else [])]
    return f"ALTER TABLE {name_of(ref)} {', '.join(parts)}"


def reason(way: Way, ref: Ref, product: Product) -> str:
    """What the way means for those who use the table."""
    because = f", because {way.why}" if way.why else ""
    if way.algorithm is None:
        return f"Writes to {ref} wait meanwhile{because}." if way.lock != "NONE" else ""
    if way.algorithm == "COPY":
        if way.lock == "NONE":
            return f"{product.shown} copies the table{because}, and lets others write meanwhile."
        return (
            f"{product.shown} copies the whole table{because}; writes to {ref} wait until that is done. "
            "Where they cannot wait, make the change online instead."
        )
    if way.rewrites:
        waits = "writes wait until that is done" if way.lock != "NONE" else "reads and writes go on meanwhile"
        return f"{product.shown} writes all rows again in place{because}; {waits}."
    if way.lock != "NONE":
        return f"Writes to {ref} wait meanwhile{because}."
    if way.builds:
        return "Reads and writes go on while the index is built; where that were impossible, it would fail instead of blocking."
    return "It changes no row; where the server could not do that, it would fail instead of copying the table."
