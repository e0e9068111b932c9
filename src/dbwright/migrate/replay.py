"""Revisions run on a scratch database, by the same code as on a live one, and read back after each."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import msgspec

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Scratch, Session, Statement
from dbwright.errors import ExecutionFault
from dbwright.migrate.history import TABLE, Direction, History, without_history
from dbwright.migrate.patience import Patience
from dbwright.migrate.perform import perform
from dbwright.migrate.revision import Folder, Revision
from dbwright.migrate.runner import Runner
from dbwright.migrate.script import script_of
from dbwright.readers.sql.execute import dialect_of
from dbwright.readers.sql.safety import reason_to_leave_out

_MISSING_ROLE = re.compile(r'role "(.+?)" does not exist')
_SHORT = Patience(lock=10.0, statement=600.0, retries=2)


class Replay:
    """A scratch database that revisions are run on. notes: what was left out there, and why."""

    def __init__(self, engine: Engine, scratch: Scratch, session: Session) -> None:
        self.engine, self.session = engine, session
        self.origin = scratch.origin
        self.notes: list[str] = []
        self._own_server = bool(getattr(scratch, "own_server", engine.name == "sqlite"))
        self._history = History(session, engine, TABLE)
        self._runner = Runner(session, engine, self._history, patience=_SHORT, perform=self._perform)
        self._history.make()

    def hold(self, catalog: Catalog) -> None:
        """Make a catalog there. Raises ExecutionFault where the scratch database cannot hold it."""
        for text in self.engine.emit(catalog):
            self._with_roles(partial(self.session.execute, [Statement(text=text)]))

    def run(self, revision: Revision, direction: Direction = "up") -> None:
        """Run a revision; one whose statements are not known is noted. Raises ExecutionFault where it fails."""
        if not revision.python and (revision.up if direction == "up" else revision.down) is None:
            self.notes.append(f"{revision.title} was not run: its statements cannot be told.")
            return
        self._with_roles(lambda: self._run(revision, direction))

    def run_part(self, revision: Revision, direction: Direction, first: int, last: int) -> None:
        """Run the statements of a revision from one number to before another, counted from 0. Raises ExecutionFault."""
        for statement in script_of(revision, direction, self.engine).statements[first:last]:
            self._with_roles(partial(self._perform, self.session, self.engine, statement))

    def catalog(self) -> Catalog:
        """What the scratch database holds now, without the history table and without its own name."""
        return msgspec.structs.replace(without_history(self.session.inspect().catalog, self._history.parts), name="")

    def _run(self, revision: Revision, direction: Direction) -> None:
        entry = self._history.latest().get(revision.version)
        unfinished = entry if entry is not None and entry.is_partial and entry.direction == direction else None
        self._runner.run(revision, direction, unfinished=unfinished)

    def _with_roles(self, action: Callable[[], object]) -> None:
        """Do something, making the roles that it names and that the scratch server lacks."""
        for _ in range(20):
            try:
                action()
                return
            except ExecutionFault as fault:
                missing = _MISSING_ROLE.search(fault.message)
                if missing is None or not self._own_server or missing[1].startswith("pg_"):
                    raise
                self.session.query(f"CREATE ROLE {self.engine.quote(missing[1])} NOLOGIN")
                self.notes.append(f"The role {missing[1]} is not on the scratch server; it was made there, empty.")
        raise ExecutionFault("The scratch server lacks too many roles.")

    def _perform(self, session: Session, engine: Engine, statement: Statement) -> None:
        reason = reason_to_leave_out(statement.text, dialect_of(engine))
        if reason is None:
            perform(session, engine, statement)
            return
        words = " ".join(statement.text.split()[:4])
        self.notes.append(
            f"{(statement.path or '').rpartition('/')[2]}:{statement.line} ({words}) was left out: {reason}."
        )


class State(msgspec.Struct, frozen=True):
    """What a folder leads to, in sentences what was left out, and on what scratch database it was run."""

    catalog: Catalog
    notes: tuple[str, ...] = ()
    origin: str = ""


def replay(folder: Folder, engine: Engine, *, upto: str | None = None) -> State:
    """Run the revisions of a folder, up to a version, on a scratch database and return what it holds then. Seeds do not run.

    Raises ExecutionFault where a revision fails, Unavailable where no scratch database can be had.
    """
    with replaying(engine) as there:
        for revision in folder.revisions:
            if not revision.seed:
                there.run(revision)
            if revision.version == upto:
                break
        return State(there.catalog(), tuple(dict.fromkeys(there.notes)), there.origin)


@contextmanager
def replaying(engine: Engine, *, version: str | None = None) -> Iterator[Replay]:
    """A fresh scratch database to run revisions on. Raises Unavailable, with all that was tried, where none can be had."""
    with engine.scratch(version=version) as scratch, scratch.open() as session:
        yield Replay(engine, scratch, session)
