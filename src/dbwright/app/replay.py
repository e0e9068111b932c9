"""A migration run on a scratch database that holds the schema before it, statement by statement, with all that is seen."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import msgspec

from dbwright.app.transactions import Setting
from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action
from dbwright.change.effects import Effect
from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault, Unavailable
from dbwright.readers.sql.execute import CannotExecute, Executed, dialect_of, executed
from dbwright.readers.sql.safety import reason_to_leave_out

_ROWS_ONLY = frozenset(
    ("insert", "update", "delete", "select", "copy", "lock table", "set", "reset", "analyze", "vacuum", "vacuum full")
)
_KNOWN_TO_LOCK_NOBODY_OUT = frozenset(("insert", "update", "delete", "copy", "set", "reset"))
_ABOUT_TRANSACTIONS = frozenset(("begin", "commit", "rollback", "savepoint"))
_LOCAL = re.compile(r"\A\s*SET\s+LOCAL\b", re.IGNORECASE)
_ABOUT_RIGHTS = frozenset(("42501", "1227", "1044", "1142"))


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One statement run: the catalog after it, what it did, and the engine's message where it refused.

    effect: None where it was not run or not watched.
    """

    after: Catalog
    effect: Effect | None = None
    failed: str | None = None


class Replay:
    """A scratch database that holds a schema, on which scripts are run one after another.

    faithful: whether the scratch server is of the version asked for, so that what is seen there holds for it.
    catalog: what it holds now. ended: whether a statement failed, so that nothing more can be run.
    """

    def __init__(self, done: Executed, engine: Engine, target: Catalog, *, faithful: bool) -> None:
        self.origin = done.origin
        self.faithful = faithful
        self.ended = False
        self._engine, self._version = target.engine, target.version or done.catalog.version
        self.catalog = self._as_target(done.catalog)
        self._notes: list[str] = list(done.notes)
        self._done = done
        self._session: Session = done.session
        self._dialect = dialect_of(engine)

    def take_notes(self) -> list[str]:
        """What could not be done since the last time, in sentences."""
        taken, self._notes = self._notes, []
        return taken

    def run(self, script: Sequence[tuple[Statement, Sequence[Action], Setting]]) -> Iterator[Seen]:
        """Run a script over a connection of its own, each statement committed by itself so that its own locks are seen.

        After a failure nothing more is run: what follows was written for a schema that is not there.
        """
        with self._done.runner.fresh_session() as self._session:
            for statement, actions, _ in script:
                kinds = {action.kind for action in actions}
                if self.ended or (kinds and kinds <= _ABOUT_TRANSACTIONS):
                    yield Seen(after=self.catalog)
                    continue
                watched = not kinds or not kinds <= _KNOWN_TO_LOCK_NOBODY_OUT
                seen = self._run_one(statement, self.catalog, watched=watched)
                if seen.failed is None and not (kinds and kinds <= _ROWS_ONLY) and not self.ended:
                    self._read()
                self.ended = self.ended or seen.failed is not None
                yield msgspec.structs.replace(seen, after=self.catalog)

    def _run_one(self, statement: Statement, before: Catalog, *, watched: bool) -> Seen:
        if reason := reason_to_leave_out(statement.text, self._dialect):
            self._notes.append(f"{_place(statement)} was not run on the scratch database: {reason}.")
            return Seen(after=before)
        alone = msgspec.structs.replace(statement, text=_LOCAL.sub("SET SESSION", statement.text))
        try:
            return self._seen(alone, before, watched=watched)
        except ConnectionFault as fault:
            self.ended = True
            self._notes.append(f"{_place(statement)} ended the connection to the scratch database: {fault.message}")
            return Seen(after=before)
        except ExecutionFault as fault:
            if fault.code in _ABOUT_RIGHTS:
                self._notes.append(f"{_place(statement)} could not be run on the scratch database: {_said(fault)}")
                return Seen(after=before)
            return Seen(after=before, failed=_said(fault))

    def _seen(self, statement: Statement, before: Catalog, *, watched: bool) -> Seen:
        runner = self._done.runner
        if runner.needs_administrator(statement):
            self._mending(statement, runner.run_as_administrator)
            return Seen(after=before)
        if statement.copy_data is not None or not watched:
            self._mending(statement, lambda each: self._session.execute([each]))
            return Seen(after=before)
        effect: list[Effect] = []
        self._mending(statement, lambda each: effect.append(self._session.observe(each, before)))
        return Seen(after=before, effect=effect[0])

    def _mending(self, statement: Statement, run: Callable[[Statement], object]) -> None:
        """Run it; where a role is missing on the scratch server, once more with that role made."""
        try:
            run(statement)
        except ExecutionFault as fault:
            mended = self._done.runner.mended(statement, fault)
            if mended is None:
                raise
            run(mended)

    def _read(self) -> None:
        try:
            self.catalog = self._as_target(self._session.inspect().catalog)
        except DbwrightError as fault:
            self.ended = True
            self._notes.append(f"The scratch database could not be read back: {fault.message}")

    def _as_target(self, held: Catalog) -> Catalog:
        """A catalog as of the server that the migration is for: the scratch's own name, product and version say nothing."""
        return msgspec.structs.replace(held, name="", engine=self._engine, version=self._version)


@contextmanager
def replaying(before: Catalog, engine: Engine, version: tuple[int, ...]) -> Iterator[Replay]:
    """A scratch database that holds a schema, of the version's own server where one can be had.

    Raises Unavailable, with a sentence on why, where there is no scratch database or it cannot hold the schema.
    """
    statements = [Statement(text=text) for text in engine.emit(before)]
    with ExitStack() as stack:
        wanted = wanted_version(before, version)
        try:
            try:
                done = stack.enter_context(executed(statements, engine, version=wanted))
            except Unavailable:
                if wanted is None:
                    raise
                done = stack.enter_context(executed(statements, engine))
        except Unavailable:
            raise
        except CannotExecute as error:
            raise Unavailable(f"{error.reason[:1].upper()}{error.reason[1:]}.") from error
        except DbwrightError as error:
            raise Unavailable(f"The scratch database could not hold the schema: {error.message}") from error
        held = wanted_version(done.catalog, done.catalog.version)
        yield Replay(done, engine, before, faithful=wanted is None or held == wanted)


def wanted_version(catalog: Catalog, version: tuple[int, ...]) -> str | None:
    """What to ask of a scratch server so that it behaves as the one the migration is for; None where any will do."""
    if not version or catalog.engine == "sqlite":
        return None
    if catalog.engine == "postgres":
        return str(version[0])
    return f"{catalog.engine} {'.'.join(map(str, version[:2]))}"


def _place(statement: Statement) -> str:
    return f"{statement.path or 'Line'}{':' if statement.path else ' '}{statement.line}"


def _said(fault: ExecutionFault) -> str:
    message = re.sub(r"\A\w+ refused a statement: ", "", fault.message)
    return message[:1].upper() + message[1:].rstrip(".") + "."
