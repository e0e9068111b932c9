"""The stages of an online change: small steps in three phases, each of which can be run again after a crash, and undone."""

from typing import Literal

import msgspec

from dbwright.change.online.changes import Wish

Phase = Literal["expand", "switch", "contract"]
PHASES: tuple[Phase, ...] = ("expand", "switch", "contract")


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement. done: a query that gives a row when the statement has been run already, so that it is left out.

    cleanup: what to run before it: it takes away what a broken-off run of it left behind, and does no harm otherwise.
    otherwise: other forms of it, to be tried in turn where the server refuses the first.
    """

    sql: str
    done: str | None = None
    cleanup: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


RANGE = "/*range*/"
"""Stands in a batch's statements where the condition on the keys of its rows goes."""


class Batch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows that are gone through by key, a few at a time, in transactions of their own.

    source: the table in the engine's SQL. table: its namespace and name, for counting its rows. keys: the key's columns in SQL.
    literals: per key column an expression that gives its value as the SQL of a constant.
    statements: run for each range of keys, one after another, in one transaction; RANGE stands for the condition.
    repair: the same for rows of which a broken-off run may have left the two sides different.
    row_values: whether the engine compares (a, b) > (1, 2) by an index.
    """

    source: str
    table: tuple[str, str]
    keys: tuple[str, ...]
    literals: tuple[str, ...]
    statements: tuple[str, ...]
    repair: tuple[str, ...] = ()
    row_values: bool = True


class Stage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of the way: what it does, and what undoes it, also where it was run in part or not at all.

    kind: "together" runs its tasks in one transaction, where the engine has such for its schema. "alone" runs them one by one,
    without limits on how long they wait: they block nobody. "batches" goes through rows. "check" runs its tasks as queries:
    a row that comes out blocks the way, for the reason in `blocked`.
    release: what is run in the end in any case, failures included (UNLOCK TABLES).
    passed: for a stage whose halfway is delicate on engines without transactions for their schema: a query that gives a row
    once its point of no return is behind. Broken off before it, the tasks of `undo` are run and then `repair_forward`;
    broken off after it, the stage is completed, then `repair_back` is run.
    undo_batch: rows to go through while undoing, before the tasks of `undo`.
    waits: a sentence on who has to wait meanwhile, where it can be for more than a moment.
    """

    title: str
    phase: Phase
    kind: Literal["together", "alone", "batches", "check"] = "together"
    tasks: tuple[Task, ...] = ()
    undo: tuple[Task, ...] = ()
    batch: Batch | None = None
    undo_batch: Batch | None = None
    blocked: str = ""
    release: str | None = None
    passed: str | None = None
    repair_forward: Batch | None = None
    repair_back: Batch | None = None
    waits: str = ""


class OnlinePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The way of one or more changes: stages ordered by phase. notes: sentences on what people should know before.

    loses: what the contract phase drops, in sentences.
    """

    wish: Wish
    stages: tuple[Stage, ...] = ()
    notes: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()

    def end_of(self, phase: Phase) -> int:
        """How many stages there are up to the end of a phase."""
        last = PHASES.index(phase)
        return sum(PHASES.index(stage.phase) <= last for stage in self.stages)
