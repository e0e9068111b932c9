"""Running a plan on a live database: hazards allowed first, one run at a time, short waits for locks, retries."""

import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from dbwright.catalog.codec import digest
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import Difference
from dbwright.change.effects import Hazard, HazardKind, allowed_hazards
from dbwright.change.plan import Plan, Step
from dbwright.change.units import units
from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault, Refused
from dbwright.migrate.patience import Patience, Progress, patiently

_TO_BE_ALLOWED: tuple[HazardKind, ...] = ("data-loss", "breaking", "privilege", "irreversible")
"""The hazards that stop a run unless they are allowed by name; the others are shown."""

CLAIM = "dbwright"
"""The name of the lock that keeps two runs apart on one database."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was run: how many steps, in how many seconds, how often a lock had to be waited for again.

    differences: what the database, read back afterwards, still has otherwise than it should.
    """

    steps: int
    seconds: float
    retries: int = 0
    differences: tuple[Difference, ...] = ()


def must_be_allowed(hazards: Iterable[Hazard], allow: Iterable[str]) -> None:
    """Raise Refused, with every hazard that was not allowed by name; UsageError for a name that is none."""
    allowed = allowed_hazards(allow)
    standing = [each for each in hazards if each.kind in _TO_BE_ALLOWED and each.kind not in allowed]
    if not standing:
        return
    kinds = sorted({each.kind for each in standing})
    listed = "\n".join(f"  {each.kind}: {each.message}" for each in standing)
    raise Refused(
        f"Nothing was changed, because the plan has hazards that were not allowed:\n{listed}",
        hint=f"If that is meant, run it again with {' '.join(f'--allow {kind}' for kind in kinds)}.",
    )


def apply_plan(
    plan: Plan,
    session: Session,
    engine: Engine,
    *,
    read: Callable[[], Catalog],
    patience: Patience | None = None,
    progress: Progress = lambda sentence: None,
) -> Done:
    """Run the plan's steps up. What is allowed was asked before (`must_be_allowed`).

    read: reads the database's catalog in the way in which it was read for the plan.
    Raises Busy where another run is at work, Refused where the database is no longer the one that the plan was made for,
    ExecutionFault where a step fails for good: with what was done, what was not, and what to do.
    """
    patience = patience or Patience(lock=2.0)
    with session.claim(CLAIM, wait=patience.wait):
        if digest(read()) != plan.start:
            raise Refused(
                "Nothing was changed: the schema of the database is not the one that the plan was made for.",
                hint="Someone changed it meanwhile. Make the plan again.",
            )
        session.set_timeouts(lock=patience.lock, statement=patience.statement)
        try:
            return _Runner(session, engine, patience, progress).run(plan.up)
        finally:
            session.set_timeouts()


class _Runner:
    def __init__(self, session: Session, engine: Engine, patience: Patience, progress: Progress) -> None:
        self.session, self.engine, self.patience, self.progress = session, engine, patience, progress
        self.retries = 0

    def run(self, steps: Sequence[Step]) -> Done:
        began = time.monotonic()
        done = 0
        for unit in units(steps):
            try:
                self.progress(f"{done + 1}/{len(steps)} {unit[0].title or unit[0].sql}")
                self._patiently(unit)
            except ExecutionFault as fault:
                raise _stopped(fault, unit, done, len(steps)) from fault
            except ConnectionFault as fault:
                raise _cut_off(fault, unit, done, len(steps)) from fault
            except KeyboardInterrupt:
                self.progress(f"Stopped in step {done + 1} of {len(steps)}. {_state(done, len(steps))}")
                raise
            done += len(unit)
        return Done(steps=done, seconds=time.monotonic() - began, retries=self.retries)

    def _patiently(self, unit: tuple[Step, ...]) -> None:
        """Try a unit again as long as it only fails for a lock, after what the last try left behind was taken away."""
        tries = 0

        def once() -> None:
            nonlocal tries
            tries += 1
            if tries > 1:
                self.retries += 1
                self.session.execute(Statement(text=text) for step in unit for text in step.cleanup)
            self._once(unit)

        patiently(once, self.engine, self.patience, self.progress)

    def _once(self, unit: tuple[Step, ...]) -> None:
        if not unit[0].batched:
            self.session.execute(Statement(text=step.sql) for step in unit)
            return
        total = 0
        while changed := self.session.change(unit[0].sql):
            total += changed
            self.progress(f"{unit[0].title}: {total:,} rows")


_AGAIN = "Then run the same command again: it does what is left."


def _stopped(fault: ExecutionFault, unit: tuple[Step, ...], done: int, total: int) -> ExecutionFault:
    """The fault with the state that the database is in."""
    cleanup = "".join(f"\n  {text};" for step in reversed(unit) for text in step.cleanup)
    trace = f" What this step may have left behind is taken away by:{cleanup}" if cleanup else ""
    return ExecutionFault(
        f"{_failed(fault, unit, done, total)} {_state(done, total)}{trace}",
        statement=fault.statement,
        code=fault.code,
        offset=fault.offset,
        hint=f"{fault.hint or 'Put that right.'} {_AGAIN}",
    )


def _cut_off(fault: ConnectionFault, unit: tuple[Step, ...], done: int, total: int) -> ConnectionFault:
    """The same where the connection was lost: what became of the step's last statement cannot be told."""
    return ConnectionFault(
        f"{_failed(fault, unit, done, total)} {done} of {total} steps are done; whether this one is cannot be told.",
        hint=f"{fault.hint or 'Put that right.'} {_AGAIN}",
    )


def _failed(fault: DbwrightError, unit: tuple[Step, ...], done: int, total: int) -> str:
    which = f"Step {done + 1}" if len(unit) == 1 else f"The transaction of steps {done + 1} to {done + len(unit)}"
    return f"{which} of {total} ({unit[0].title or unit[0].sql}) failed: {fault.message.rstrip('.')}."


def _state(done: int, total: int) -> str:
    if done == 0:
        return "Nothing was changed."
    return f"{done} of {total} steps are done and stay; {total - done} are not."
