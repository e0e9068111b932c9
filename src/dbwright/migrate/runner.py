"""Running one direction of one revision on a live database, with a record that is exact at every moment.

Where the engine can roll it back, the revision and its row in the history are one transaction. Otherwise each statement is
recorded before it begins and after it is done, in the same transaction where it is about rows.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault, SourceError
from dbwright.migrate.checksums import hash_of
from dbwright.migrate.data_run import run_batches, run_once
from dbwright.migrate.history import Direction, Entry, History, now
from dbwright.migrate.leftovers import remove_invalid
from dbwright.migrate.patience import Patience, Progress, patiently
from dbwright.migrate.perform import Perform, perform
from dbwright.migrate.python_file import loaded
from dbwright.migrate.revision import Outcome, Revision
from dbwright.migrate.script import Script, Unit, place, script_of
from dbwright.readers.sql.actions import parse_actions


class Runner:
    """Runs revisions over one session, which the caller has claimed. The history table is there."""

    def __init__(
        self,
        session: Session,
        engine: Engine,
        history: History,
        *,
        patience: Patience | None = None,
        progress: Progress = lambda sentence: None,
        perform: Perform = perform,
    ) -> None:
        self.session, self.engine, self.history = session, engine, history
        self.patience = patience or Patience()
        self.progress = progress
        self.perform = perform
        self._limited = False

    def run(
        self,
        revision: Revision,
        direction: Direction,
        catalog: Catalog | None = None,
        *,
        unfinished: Entry | None = None,
    ) -> Entry:
        """Run a revision up or down and return its row. unfinished: the row of a run that stopped, to go on with.

        catalog: what the database holds, for its version. Raises ExecutionFault, saying what is done and what is not.
        """
        if not self._limited:
            self.session.set_timeouts(lock=self.patience.lock, statement=self.patience.statement)
            self._limited = True
        try:
            if revision.python:
                return self._run_python(revision, direction, unfinished)
            script = script_of(revision, direction, self.engine, catalog)
            # What it sets holds for the session, so the limits are set again after it.
            self._limited = not script.changes_session
            with self._keys_off(script):
                if script.whole and unfinished is None:
                    return self._run_whole(revision, direction, script)
                return self._run_in_parts(revision, direction, script, unfinished)
        except ConnectionFault as fault:
            raise ConnectionFault(
                f"{revision.title} stopped: {fault.message} What was not committed by then is rolled back.",
                hint="dbwright migrate status says what is done. Where it is pending, run it again.",
            ) from fault

    # ------------------------------------------------------------ in one transaction

    def _run_whole(self, revision: Revision, direction: Direction, script: Script) -> Entry:
        began, started = time.monotonic(), now()
        current: list[Statement] = []

        def once() -> Entry:
            with self.session.transaction():
                for statement in script.statements:
                    current[:] = [statement]
                    self.perform(self.session, self.engine, statement)
                current.clear()
                return self.history.add(
                    revision,
                    direction,
                    _outcome(direction),
                    started=started,
                    finished=now(),
                    seconds=round(time.monotonic() - began, 3),
                    statements=len(script.statements),
                    begun=len(script.statements),
                )

        try:
            return patiently(once, self.engine, self.patience, self.progress)
        except ExecutionFault as fault:
            where = f"at {place(current[0])}" if current else "at its end"
            self._record_failure(revision, direction, started, f"{where}: {fault.message}")
            raise _rolled_back(revision, direction, where, fault) from fault

    def _record_failure(self, revision: Revision, direction: Direction, started: str, message: str) -> None:
        """What was rolled back leaves a row of its own; where even that cannot be written (a full disk), the error is enough."""
        with suppress(DbwrightError):
            self.history.add(revision, direction, "failed", started=started, finished=now(), message=message[:2000])

    # ------------------------------------------------------------ statement by statement

    def _run_in_parts(
        self, revision: Revision, direction: Direction, script: Script, unfinished: Entry | None
    ) -> Entry:
        began = time.monotonic()
        statements = script.statements
        entry = unfinished or self.history.add(revision, direction, "running")
        if unfinished is not None:
            _check_unchanged(unfinished, statements)
            entry = self.history.update(
                entry, outcome="running", begun=entry.statements, checksum=revision.checksum, message="", finished=None
            )
        done = 0
        for unit in script.units:
            last = done + len(unit.statements)
            if last > entry.statements:
                rest = Unit(unit.statements[max(entry.statements - done, 0) :], unit.atomic)
                self.progress(f"{revision.title}: {place(rest.statements[0])}")
                entry = self._run_unit(entry, rest, last, revision, statements)
            done = last
        seconds = round(time.monotonic() - began + (unfinished.seconds or 0.0 if unfinished else 0.0), 3)
        return self.history.update(entry, outcome=_outcome(direction), finished=now(), seconds=seconds, progress="")

    def _run_unit(
        self, entry: Entry, unit: Unit, last: int, revision: Revision, statements: tuple[Statement, ...]
    ) -> Entry:
        reached = {"statements": last, "begun": last, "progress": _fingerprint(statements[:last])}

        tried = False

        def once() -> Entry:
            nonlocal tried
            if tried:
                self._clean(unit)
            tried = True
            if unit.atomic:
                with self.session.transaction():
                    for statement in unit.statements:
                        self.perform(self.session, self.engine, statement)
                    return self.history.update(entry, **reached)
            if unit.repeated:
                self._repeat(unit.statements[0], revision)
            else:
                self.history.update(entry, begun=last)
                for statement in unit.statements:
                    self.perform(self.session, self.engine, statement)
            return self.history.update(entry, **reached)

        try:
            return patiently(once, self.engine, self.patience, self.progress)
        except ExecutionFault as fault:
            failed = unit.statements[0]
            with suppress(DbwrightError):
                self._clean(unit)
            with suppress(DbwrightError):
                self.history.update(
                    entry, outcome="failed", begun=last, finished=now(), message=f"at {place(failed)}: {fault.message}"
                )
            raise _in_the_middle(revision, entry, failed, len(statements), fault) from fault

    def _repeat(self, statement: Statement, revision: Revision) -> None:
        """Rounds that a kill may end at any time: what is left is found again."""
        rows, told = 0, time.monotonic()
        while changed := patiently(
            lambda: self.session.change(statement.text), self.engine, self.patience, self.progress
        ):
            rows += changed
            if time.monotonic() - told > 2:
                told = time.monotonic()
                self.progress(f"{revision.title}: {place(statement)}: {rows:,} rows")

    def _clean(self, unit: Unit) -> None:
        """Take away what a statement left behind that failed half-way, so that it can be run again."""
        if not unit.atomic and self.engine.name == "postgres":
            schema = str(self.session.query("SELECT current_schema()")[0][0] or "public")
            actions = [
                each for found in unit.statements for each in parse_actions(found.text, "postgres", namespace=schema)
            ]
            remove_invalid(self.session, self.engine, actions)

    @contextmanager
    def _keys_off(self, script: Script) -> Iterator[None]:
        """SQLite checks foreign keys, or not, for the whole of a transaction."""
        if not script.keys_off:
            yield
            return
        before = self.session.query("PRAGMA foreign_keys")[0][0]
        self.session.query("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            with suppress(DbwrightError):
                self.session.query(f"PRAGMA foreign_keys = {before}")
                self.session.query("PRAGMA legacy_alter_table = OFF")

    # ------------------------------------------------------------ Python

    def _run_python(self, revision: Revision, direction: Direction, unfinished: Entry | None) -> Entry:
        code = loaded(revision, direction)
        if code is None:
            raise SourceError(f"The data migration {revision.title} has no `{direction}`.")
        began = time.monotonic()
        if code.batches is not None:
            if unfinished is None:
                entry = self.history.add(revision, direction, "running")
            else:
                entry = self.history.update(unfinished, outcome="running", message="", checksum=revision.checksum)
            entry = run_batches(
                self.session, self.engine, self.history, entry, code, revision, self.patience, self.progress
            )
            seconds = round(time.monotonic() - began + (unfinished.seconds or 0.0 if unfinished else 0.0), 3)
            return self.history.update(entry, outcome=_outcome(direction), finished=now(), seconds=seconds)
        started = now()

        def once() -> Entry:
            with self.session.transaction():
                changed = run_once(self.session, self.engine, code, revision)
                return self.history.add(
                    revision,
                    direction,
                    _outcome(direction),
                    started=started,
                    finished=now(),
                    seconds=round(time.monotonic() - began, 3),
                    progress=f'{{"rows": {changed}}}',
                )

        try:
            return patiently(once, self.engine, self.patience, self.progress)
        except ExecutionFault as fault:
            self._record_failure(revision, direction, started, fault.message)
            raise _rolled_back(revision, direction, "in its code", fault) from fault


def _outcome(direction: Direction) -> Outcome:
    return "done" if direction == "up" else "undone"


def _fingerprint(statements: tuple[Statement, ...]) -> str:
    return hash_of(*(statement.text for statement in statements))


def _check_unchanged(unfinished: Entry, statements: tuple[Statement, ...]) -> None:
    done = unfinished.statements
    if done and unfinished.progress and unfinished.progress != _fingerprint(statements[:done]):
        raise SourceError(
            f"{unfinished.version} {unfinished.name} cannot go on: of its first {done} statements, which are done, the file has "
            "others now.",
            hint="Bring the file back as it was up to there; change only what has not been done.",
        )


_NEEDS_NO_TRANSACTION = "25001"
"""PostgreSQL's code for a statement that cannot run inside a transaction."""


def _rolled_back(revision: Revision, direction: Direction, where: str, fault: ExecutionFault) -> ExecutionFault:
    what = "failed" if direction == "up" else "could not be undone: it failed"
    return ExecutionFault(
        f"{revision.title} {what} {where}: {fault.message.rstrip('.')}. All of it was rolled back: the database is as it was before it.",
        statement=fault.statement,
        code=fault.code,
        offset=fault.offset,
        hint="Begin the file with the line `-- dbwright: no transaction`."
        if fault.code == _NEEDS_NO_TRANSACTION
        else fault.hint or "Correct the file, write its checksum with dbwright migrate repair, and run this again.",
    )


def _in_the_middle(
    revision: Revision, entry: Entry, failed: Statement, total: int, fault: ExecutionFault
) -> ExecutionFault:
    done = entry.statements
    number = done + 1
    state = (
        f"None of its {total} statements is done."
        if done == 0
        else f"{done} of its {total} statements are done and stay; statement {number} failed, "
        f"{total - number} {'was' if total - number == 1 else 'were'} not begun."
    )
    hint = (
        "Correct the file and run this again."
        if done == 0
        else "Correct the file from that statement on and go on with dbwright migrate repair --resume; or undo by hand what is done, "
        "then dbwright migrate repair --mark-undone."
    )
    return ExecutionFault(
        f"{revision.title} failed at {place(failed)}: {fault.message.rstrip('.')}. {state}",
        statement=fault.statement,
        code=fault.code,
        offset=fault.offset,
        hint=f"{fault.hint} {hint}" if fault.hint else hint,
    )
