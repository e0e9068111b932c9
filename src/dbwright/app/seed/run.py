"""Writing the rows of a plan: batch after batch, rows that the database refuses drawn anew, and going on after a stop."""

import time
from collections import Counter, defaultdict
from contextlib import suppress

import msgspec

from dbwright.app.seed.batches import Ahead, Batch, Frames, batches, parts, tables_of
from dbwright.app.seed.frames import make, send
from dbwright.app.seed.guard import empty
from dbwright.app.seed.judging import Judges, judging
from dbwright.app.seed.prepare import Prepared, Say
from dbwright.app.seed.prepare import planned as planned_again
from dbwright.app.seed.reference import write as write_references
from dbwright.app.seed.refusal import described, lies_in_a_row
from dbwright.app.seed.request import Filled, Now, Seeded, Watch
from dbwright.app.seed.resume import next_row
from dbwright.app.seed.state import Kept, attempts_of, keep_attempts
from dbwright.app.stopping import Wish, stopping
from dbwright.engines.base import Session
from dbwright.errors import DbwrightError, ExecutionFault, Refused, UsageError
from dbwright.seed.maker import Maker
from dbwright.seed.plan.base import Path, SeedPlan, Step, Update

CLAIM = "dbwright"
"""The name of the lock that keeps two runs apart on one database; changes of its schema take the same."""

_TRIES = 5
_PAUSE = 0.2
_WAIT = 30.0
"""Seconds for a lock that another session holds; then the batch is tried again."""


def seed(prepared: Prepared, watch: Watch = lambda _: None, say: Say = lambda _: None) -> Seeded:
    """Write the rows of a plan. What stops on the way goes on with the same command.

    Raises Busy where another run is at work, Refused where the database is no longer as it was planned for, ExecutionFault
    where it refuses a row however it is drawn, with the row.
    """
    timeout = prepared.request.timeout
    with prepared.engine.connect(prepared.url, read_only=False, timeout=timeout) as session, session.claim(CLAIM):
        session.set_timeouts(lock=_WAIT)
        prepared = _up_to_date(prepared, session, say)
        with judging(prepared.engine, prepared.url, prepared.catalog, timeout) as judges, stopping() as wish:
            return _Run(prepared, session, judges, watch, wish).run()


def must_be_possible(plan: SeedPlan) -> None:
    """Raise UsageError, with all reasons, where the rows cannot be."""
    if plan.impossible:
        lines = "\n".join(f"  {each.where}: {each.sentence}" for each in plan.impossible)
        raise UsageError(
            f"Nothing was written, because these rows cannot be:\n{lines}", hint="Ask for fewer rows of these tables."
        )


def _up_to_date(prepared: Prepared, session: Session, say: Say) -> Prepared:
    """The plan made again where reference rows were written or rows deleted; Refused where others wrote meanwhile."""
    now = planned_again(prepared, session, say)
    if now.made.existing.rows != prepared.made.existing.rows:
        raise Refused("Nothing was written: other rows came in since the plan was made.", hint="Run the command again.")
    must_be_possible(now.made)
    if now.kept is not None:
        return now
    if now.emptied:
        say(f"Deleting the rows of {len(now.emptied):,} tables")
        empty(session, now.engine, now.catalog, [table for table, _ in now.emptied])
        now = msgspec.structs.replace(now, request=msgspec.structs.replace(now.request, where="append"))
    if now.references:
        write_references(session, now.engine, now.references)
        now = planned_again(now, session, say)
        must_be_possible(now.made)
    return now


class _Run:
    def __init__(self, prepared: Prepared, session: Session, judges: Judges, watch: Watch, wish: Wish) -> None:
        self._prepared, self._session, self._watch, self._wish = prepared, session, watch, wish
        self._judges, self._tables = judges, tables_of(prepared.made)
        self._engine, self._plan, self._state = prepared.engine, prepared.made, prepared.state
        self._kept, self._maker = self._begin()
        self._step, self._row = self._kept.step, self._kept.row
        self._resumed = self._rows_before()
        self._all = sum(stop - start for start, stop in map(_range, self._plan.steps))
        self._done = self._resumed
        self._seconds: defaultdict[Path, float] = defaultdict(float)
        self._redrawn: Counter[Path] = Counter()
        self._started = time.monotonic()

    def _begin(self) -> tuple[Kept, Maker]:
        """Where to begin: at the first row, or where the unfinished run stopped."""
        kept = self._prepared.kept
        if kept is not None:
            maker = Maker(self._plan, attempts_of(kept), judges=self._judges)
            row = next_row(self._session, self._engine, self._plan.steps, self._tables, maker, kept)
            if row is None:
                self._state.forget()
                raise Refused(
                    "Nothing was written: the rows of the unfinished run are gone from the database.",
                    hint="Run the command again; it begins anew.",
                )
            kept.row = row
            return kept, maker
        return self._state.begin(self._prepared.asked, self._plan.existing, self._plan.settings), Maker(
            self._plan, judges=self._judges
        )

    def _rows_before(self) -> int:
        """Rows of the steps that an earlier run has done."""
        whole = sum(stop - start for start, stop in map(_range, self._plan.steps[: self._step]))
        if self._step < len(self._plan.steps):
            whole += max(0, self._row - _range(self._plan.steps[self._step])[0])
        return whole

    # ------------------------------------------------------------ all batches

    def run(self) -> Seeded:
        """Write all that is left."""
        todo = batches(self._plan.steps, self._tables, self._prepared.request.batch, self._step, self._row)
        self._ahead = Ahead(lambda batch: make(self._maker, self._tables, batch), todo)
        touched: dict[Path, None] = {}
        try:
            for batch, frames in self._ahead:
                self._wish.heed()
                touched |= {part.table: None for part in parts(batch.step)}
                started = time.monotonic()
                self._write(batch, frames)
                self._seconds[batch.path] += time.monotonic() - started
        except BaseException:
            with suppress(DbwrightError):
                self._settle(touched, analyze=False)
            raise
        self._settle({path: None for step in self._plan.steps for path in _paths(step)}, self._prepared.request.analyze)
        self._state.forget()
        return self._result()

    def _settle(self, paths: dict[Path, None], analyze: bool) -> None:
        """Sequences go on behind the rows, also behind those of a run that was stopped."""
        for path in paths:
            table = self._tables[path]
            if table.numbered or analyze:
                self._session.settle_rows(table.table, table.numbered, analyze=analyze)

    def _result(self) -> Seeded:
        tables = tuple(
            Filled(
                table=str(each.table.ref),
                rows=each.rows,
                wanted=each.rows if each.wanted is None else each.wanted,
                before=each.before,
                seconds=self._seconds[each.path],
                redrawn=self._redrawn[each.path],
                notes=each.notes,
            )
            for each in self._plan.tables
        )
        return Seeded(
            shown=self._prepared.url.shown,
            seed=self._plan.settings.seed,
            tables=tables,
            left_out={_shown(each.table): each.reason for each in self._plan.left_out},
            notes=(*self._prepared.notes, *self._plan.notes, *self._state.notes),
            seconds=time.monotonic() - self._started,
            resumed=self._resumed,
        )

    # ------------------------------------------------------------ one batch

    def _write(self, batch: Batch, frames: Frames) -> bool:
        """Write a batch; whether some of its rows were drawn anew for it."""
        try:
            self._send(batch, frames)
        except ExecutionFault as fault:
            if not lies_in_a_row(self._engine.name, fault):
                raise
            return self._find(batch, frames, fault)
        self._note(batch)
        return False

    def _send(self, batch: Batch, frames: Frames) -> None:
        """Write a batch, again where another session was in the way."""
        for tried in range(_TRIES):
            try:
                return send(self._session, self._tables, batch, frames)
            except ExecutionFault as fault:
                if tried == _TRIES - 1 or not self._engine.retryable(fault):
                    raise
            time.sleep(_PAUSE * 2**tried)
        return None

    def _find(self, batch: Batch, frames: Frames, fault: ExecutionFault) -> bool:
        """Cut a batch where the database says that the row is, or in halves, until it is alone."""
        if batch.rows == 1:
            self._draw_anew(batch, frames, fault)
            return True
        told = fault.row is not None and 0 <= fault.row < batch.rows
        cut = fault.row if told and fault.row is not None else batch.rows // 2
        changed = False
        for start, stop in ((0, cut), (cut, cut + 1), (cut + 1, batch.rows)) if told else ((0, cut), (cut, batch.rows)):
            if start == stop:
                continue
            part = batch.part(batch.start + start, batch.start + stop)
            # Later rows may refer to the one that is another now.
            some = make(self._maker, self._tables, part) if changed else [frame[start:stop] for frame in frames]
            changed = self._write(part, some) or changed
        return changed

    def _draw_anew(self, batch: Batch, frames: Frames, fault: ExecutionFault) -> None:
        """Draw a row anew until the database takes it. Raises ExecutionFault, with the row, where it takes none."""
        tried = 0
        self._ahead.pause()
        while True:
            part = parts(batch.step)[-1]
            row = part.start + batch.start - parts(batch.step)[0].start
            if isinstance(batch.step, Update) or not self._maker.redraw(self._tables[part.table], row):
                raise described(_shown(part.table), row, frames[-1], fault, tried) from fault
            tried += 1
            keep_attempts(self._kept, self._maker.attempts)
            self._state.save(self._kept)
            frames = make(self._maker, self._tables, batch)
            try:
                self._send(batch, frames)
            except ExecutionFault as again:
                if not lies_in_a_row(self._engine.name, again):
                    raise
                fault = again
                continue
            break
        self._redrawn[part.table] += 1
        self._note(batch)
        self._ahead.make_anew()

    def _note(self, batch: Batch) -> None:
        """Remember that a batch is there."""
        self._kept.step, self._kept.row = batch.number, batch.stop
        self._state.save(self._kept)
        self._done += batch.rows
        first, stop = _range(batch.step)
        self._watch(
            Now(
                table=_shown(batch.path),
                done=batch.stop - first,
                of=stop - first,
                all_done=self._done,
                of_all=self._all,
                seconds=time.monotonic() - self._started,
            )
        )


def _range(step: Step) -> tuple[int, int]:
    part = parts(step)[0]
    return part.start, part.stop


def _paths(step: Step) -> tuple[Path, ...]:
    return tuple(part.table for part in parts(step))


def _shown(path: Path) -> str:
    return ".".join(part for part in path if part)
