"""A plan: the steps that lead from one catalog to another and back, with what each does to a running database."""

from typing import Any, Literal

import msgspec

from dbwright.change.effects import Effect, Hazard
from dbwright.finding import Evidence

Phase = Literal["all", "expand", "backfill", "switch", "contract"]


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement of a plan.

    title: what it does, a short imperative sentence. why: why in this form, where a plainer one would hurt; may be empty.
    operation: the position in the plan's operations of what it belongs to;
    also: those of further operations that it does. effect: what it does to others.
    undo: statements that bring back the state before the step, should the plan stop right after it.
    cleanup: statements to run before it is tried again (an invalid index left by CREATE INDEX CONCURRENTLY).
    batched: the step is an UPDATE or INSERT … SELECT that the runner repeats until it changes no row more.
    """

    sql: str
    title: str = ""
    why: str = ""
    operation: int | None = None
    also: tuple[int, ...] = ()
    phase: Phase = "all"
    effect: Effect = Effect()
    undo: tuple[str, ...] = ()
    cleanup: tuple[str, ...] = ()
    batched: bool = False


class Proof(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was run to prove a plan, and what came out.

    proved: it ran up, led to the target, ran down, led back, and ran up again. failed: it ran and did not.
    where: on what ("local binaries, PostgreSQL 15.18").
    surprises: where what was observed was worse than predicted. unproved: plain sentences on what could not be checked.
    """

    proved: bool
    failed: bool = False
    where: str = ""
    evidence: tuple[Evidence, ...] = ()
    surprises: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The way from one catalog to another and back.

    engine: its name. start, goal: the hashes of both catalogs. operations, inverse: what changes, in order; `inverse` leads back and is
    empty where there is no way back. up, down: the steps. notes: plain sentences on what was assumed.
    """

    engine: str
    start: str
    goal: str
    operations: tuple[Any, ...] = ()
    inverse: tuple[Any, ...] = ()
    up: tuple[Step, ...] = ()
    down: tuple[Step, ...] = ()
    irreversible: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    proof: Proof | None = None

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """The hazards of all steps up, each once."""
        return tuple(dict.fromkeys(hazard for step in self.up for hazard in step.effect.hazards))
