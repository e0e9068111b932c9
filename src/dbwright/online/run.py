"""Running the stages of an online change, forward and back, such that a crash anywhere does no harm."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from dbwright.catalog.objects import Catalog, Table
from dbwright.change.online import Batch, Phase, Stage, Task
from dbwright.engines.base import Engine, Session
from dbwright.errors import DbwrightError, ExecutionFault, Refused
from dbwright.online.batches import bound, statements
from dbwright.online.dialect import OnlineDialect
from dbwright.online.pace import Pace, Sizer, Throttle
from dbwright.online.record import Entry, Record


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run is: the stage's number (from 1) of how many, its title, and for batches the rows and the seconds left.

    note: something to be told once ("Waiting: a replica is 80 MiB behind").
    """

    stage: int
    stages: int
    title: str
    rows_done: int | None = None
    rows_total: int | None = None
    seconds_left: float | None = None
    note: str = ""


Tell = Callable[[Progress], None]
_T = TypeVar("_T")
_NOBODY_WAITS = 60.0
"""Seconds to wait for a lock where that keeps nobody else waiting."""


class Paused(Exception):
    """Somebody asked the run to pause."""


class Runner:
    """Runs one entry of the record. The session is the only one of ours that changes anything: it holds the claim."""

    def __init__(
        self, session: Session, engine: Engine, dialect: OnlineDialect, entry: Entry, pace: Pace, tell: Tell
    ) -> None:
        self.session, self.engine, self.dialect, self.entry, self.pace = session, engine, dialect, entry, pace
        self.record = Record(session, engine, dialect)
        self._tell = tell
        self._throttle = Throttle(session, pace, self._note)

    # ------------------------------------------------------------ there and back

    def forward(self, goal: Phase) -> None:
        """Run stages to the end of a phase. Raises Refused where one is blocked, ExecutionFault where one fails for good."""
        entry = self.entry
        if entry.direction == "back":
            raise Refused(
                "This online change is being undone; it cannot go forward again before that is done.",
                hint=f"Run: dbwright online undo, then start it anew (id {entry.id}).",
            )
        end = entry.plan.end_of(goal)
        if entry.goal != goal or entry.error is not None:
            entry.goal, entry.error = goal, None
            self.record.save(entry, "goal", "error")
        while entry.position < end:
            self._stop_if_paused()
            self._in_stage(self._forward_stage)

    def back(self) -> None:
        """Undo everything that was run, the last first; a stage that was run in part too. Raises Refused once contract began."""
        entry = self.entry
        if entry.direction == "forward":
            stages = entry.plan.stages
            last = entry.position + entry.entered
            if any(stage.tasks and stage.kind != "check" for stage in stages[entry.plan.end_of("switch") : last]):
                raise Refused(
                    "The contract phase has begun, and with it the old shape was dropped: there is no way back.",
                    hint="Run: dbwright online contract, to bring it to its end.",
                )
            entry.direction, entry.error, entry.position = "back", None, last
            entry.last_key, entry.rows_done, entry.rows_total = None, 0, None
            self.record.save(entry, "direction", "error", "position", "last_key", "rows_done", "rows_total")
        while entry.position > 0:
            self._stop_if_paused()
            self._in_stage(self._undo_stage)

    def _in_stage(self, run: Callable[[Stage], None]) -> None:
        entry = self.entry
        stage = entry.plan.stages[entry.position - (entry.direction == "back")]
        try:
            run(stage)
        except (ExecutionFault, Refused) as fault:
            entry.error = fault.message
            self.record.save(entry, "error")
            raise _stopped(fault, stage, entry) from fault

    def _forward_stage(self, stage: Stage) -> None:
        self._tell(self._progress(stage))
        match stage.kind:
            case "check":
                self._check(stage)
                self._moved(1)
            case "batches":
                self._enter()
                if stage.batch:
                    self._go_through(stage, stage.batch)
                self._moved(1)
            case "alone":
                self._enter()
                self._one_by_one(stage.tasks, patient=True, stage=stage)
                self._moved(1)
            case "together":
                self._mend(stage)
                self._together(stage.tasks, stage, 1)

    def _undo_stage(self, stage: Stage) -> None:
        self._tell(self._progress(stage))
        if stage.undo_batch:
            self._go_through(stage, stage.undo_batch)
        if stage.kind == "alone":
            self._one_by_one(stage.undo, patient=True, stage=stage)
            self._moved(-1)
        else:
            self._mend(stage)
            self._together(stage.undo, stage, -1)

    def _mend(self, stage: Stage) -> None:
        """A delicate stage was broken off: bring both sides of each row together before it is run again."""
        if not (self.entry.entered and stage.passed):
            return
        if self.session.query(stage.passed):
            self._one_by_one(stage.tasks, stage=stage)
            repair = stage.repair_back
        else:
            self._one_by_one(stage.undo, stage=stage)
            repair = stage.repair_forward
        if repair:
            self._note("The last run was broken off at a delicate place; comparing both sides of every row.")
            self._go_through(stage, repair, repair=True)
            self.entry.last_key = None
            self.record.save(self.entry, "last_key")

    # ------------------------------------------------------------ one stage

    def _together(self, tasks: Sequence[Task], stage: Stage, step: int) -> None:
        """All tasks and the new position in one transaction, where the engine has such."""
        if self.dialect.TRANSACTIONAL:

            def run() -> None:
                with self._or_as_before(), self.session.transaction():
                    for task in tasks:
                        if not self._is_done(task):
                            self._run(task)
                    self._moved(step)

            self._patiently(run)
            return
        self._enter()
        self._one_by_one(tasks, stage=stage)
        self._moved(step)

    def _enter(self) -> None:
        """Note that a stage was begun that is not done as a whole or not at all."""
        if not self.entry.entered:
            self.entry.entered = True
            self.record.save(self.entry, "entered")

    def _one_by_one(self, tasks: Sequence[Task], *, patient: bool = False, stage: Stage | None = None) -> None:
        """Tasks that commit by themselves; those that were done by a run before are left out.

        patient: they keep nobody waiting, so they may wait themselves as long as they need.
        """

        def run() -> None:
            try:
                for task in tasks:
                    if self._is_done(task):
                        continue
                    self._run(task)
            finally:
                if stage and stage.release:
                    self.session.change(stage.release)

        if patient:
            self.session.set_timeouts()
        try:
            self._patiently(run)
        finally:
            if patient:
                self.limit()

    @contextmanager
    def _or_as_before(self) -> Iterator[None]:
        """Where the transaction inside is rolled back, the entry is so too."""
        before = msgspec.structs.asdict(self.entry)
        try:
            yield
        except BaseException:
            for name, value in before.items():
                setattr(self.entry, name, value)
            raise

    def _run(self, task: Task) -> None:
        for text in task.cleanup:
            self.session.change(text)
        forms = [task.sql, *task.otherwise]
        for place, text in enumerate(forms):
            try:
                self.session.change(text)
                return
            except ExecutionFault as fault:
                if self.engine.retryable(fault) or place == len(forms) - 1:
                    raise

    def _is_done(self, task: Task) -> bool:
        return task.done is not None and bool(self.session.query(task.done))

    def _check(self, stage: Stage) -> None:
        self.session.set_timeouts()
        try:
            for task in stage.tasks:
                if rows := self.session.query(task.sql):
                    found = f" ({rows[0][0]})" if len(rows[0]) == 1 and rows[0][0] not in (1, None) else ""
                    raise Refused(
                        f"The way is blocked: {stage.blocked}{found}.", hint="Correct that, then run it again."
                    )
        finally:
            self.limit()

    def _moved(self, step: int) -> None:
        entry = self.entry
        entry.position += step
        entry.entered, entry.last_key, entry.rows_done, entry.rows_total = False, None, 0, None
        self.record.save(entry, "position", "entered", "last_key", "rows_done", "rows_total")

    # ------------------------------------------------------------ batches

    def _go_through(self, stage: Stage, batch: Batch, *, repair: bool = False) -> None:
        """Batch after batch, each in a transaction with the key that it came to. Raises Paused between two of them."""
        entry, sizer = self.entry, Sizer(self.pace)
        if entry.rows_total is None:
            entry.rows_total = self._rows_of(batch)
            self.record.save(entry, "rows_total")
        began, done_before = time.monotonic(), entry.rows_done
        while True:
            self._stop_if_paused()
            self._throttle.wait(lambda: self.record.is_paused(entry))
            start = time.monotonic()
            end = self._patiently(lambda: self._one_batch(batch, sizer.rows, repair=repair), sizer.failed)
            seconds = time.monotonic() - start
            sizer.took(seconds)
            speed = (entry.rows_done - done_before) / max(time.monotonic() - began, 1e-3)
            left = max((entry.rows_total or 0) - entry.rows_done, 0) / speed if speed else None
            self._tell(self._progress(stage, left))
            if end is None:
                return
            time.sleep(seconds * self.pace.rest)

    def _one_batch(self, batch: Batch, rows: int, *, repair: bool) -> tuple[str, ...] | None:
        """Run one batch; returns the last key, None when it was the last batch."""
        entry = self.entry
        found = self.session.query(bound(batch, entry.last_key, rows))
        upto = tuple(str(value) for value in found[0]) if found else None
        with self._or_as_before(), self.session.transaction():
            changed = 0
            for text in statements(batch, entry.last_key, upto, repair=repair):
                changed = max(changed, self.session.change(text))
            entry.last_key = upto or entry.last_key
            entry.rows_done += rows if upto else min(changed, rows)
            self.record.save(entry, "last_key", "rows_done")
        return upto

    def _rows_of(self, batch: Batch) -> int:
        """The engine's estimate, for showing progress; a count where it has none."""
        table = Table(namespace=batch.table[0], name=batch.table[1])
        facts = self.session.measure(Catalog(engine=self.engine.name, tables=(table,)))
        known = facts.tables.get(table.ref)
        return known.rows if known else int(str(self.session.query(f"SELECT count(*) FROM {batch.source}")[0][0]))

    # ------------------------------------------------------------ patience

    def _patiently(self, run: Callable[[], _T], failed: Callable[[], None] = lambda: None) -> _T:
        """Try again while only a lock is missing, with longer and longer pauses: waiting in the queue would stop others."""
        end, pause = time.monotonic() + self.pace.give_up, 0.1
        while True:
            try:
                return run()
            except ExecutionFault as fault:
                if not self.engine.retryable(fault) or time.monotonic() > end:
                    raise
            failed()
            self._stop_if_paused()
            self._note("Others hold the lock that is needed; trying again.")
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 1.5, 5.0)

    def limit(self) -> None:
        """Wait for locks only as long as others may have to wait behind us."""
        self.session.set_timeouts(lock=self.pace.lock if self.dialect.QUEUES else _NOBODY_WAITS)

    def _stop_if_paused(self) -> None:
        if self.record.is_paused(self.entry):
            raise Paused

    def _note(self, sentence: str) -> None:
        stages = self.entry.plan.stages
        place = min(self.entry.position, len(stages) - 1)
        self._tell(Progress(stage=place + 1, stages=len(stages), title=stages[place].title, note=sentence))

    def _progress(self, stage: Stage, left: float | None = None) -> Progress:
        entry = self.entry
        number = entry.position + (entry.direction == "forward")
        title = stage.title if entry.direction == "forward" else f"Undo: {stage.title}"
        batches = stage.kind == "batches"
        return Progress(
            stage=number,
            stages=len(entry.plan.stages),
            title=title,
            rows_done=entry.rows_done if batches else None,
            rows_total=entry.rows_total if batches else None,
            seconds_left=left,
        )


def _stopped(fault: DbwrightError, stage: Stage, entry: Entry) -> DbwrightError:
    """The fault with where it happened and the state that the database is in."""
    where = f"Stage {entry.position + (entry.direction == 'forward')} of {len(entry.plan.stages)} ({stage.title})"
    state = "Both versions of the application can go on working."
    hint = f"{fault.hint + ' ' if fault.hint else ''}Run it again to continue, or dbwright online undo to go back."
    if isinstance(fault, ExecutionFault):
        return ExecutionFault(
            f"{where} failed: {fault.message} What was done before stays. {state}",
            statement=fault.statement,
            code=fault.code,
            offset=fault.offset,
            hint=hint,
        )
    return Refused(f"{where} was not run. {fault.message} {state}", hint=hint)
