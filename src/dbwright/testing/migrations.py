"""A folder of migrations on a scratch database, to be stepped through by a test."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dbwright.catalog.codec import digest
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import compare
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine as engine_named
from dbwright.errors import UsageError
from dbwright.migrate.history import History
from dbwright.migrate.read import read_folder
from dbwright.migrate.revision import Folder, Revision
from dbwright.migrate.runner import Runner
from dbwright.testing.rows import Rows


class MigrationTest(Rows):
    """A scratch database at some revision of a folder.

    It begins empty. `up` and `down` move it, `insert` and `rows` put rows in and read them, `check` proves a revision.
    engine: the engine's name.
    """

    def __init__(self, folder: Folder, engine: Engine, session: Session) -> None:
        super().__init__(engine)
        self.folder = folder
        self._session = session
        self._runner = Runner(session, engine, History(session, engine))
        self._runner.history.make()
        self._revisions = [each for each in folder.revisions if not each.seed]
        self._done = 0

    @property
    def session(self) -> Session:
        """An open session, for anything else."""
        return self._session

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """The revisions of the folder in their order, without seeds."""
        return tuple(self._revisions)

    @property
    def at(self) -> str | None:
        """The version that the database is at; None while it is empty."""
        return self._revisions[self._done - 1].version if self._done else None

    # ------------------------------------------------------------ moving

    def up(self, to: str | None = None) -> "MigrationTest":
        """Run revisions up to a version and with it, or all that are left. Raises UsageError for an unknown version."""
        goal = len(self._revisions) if to is None else self._place(to) + 1
        while self._done < goal:
            self._runner.run(self._revisions[self._done], "up", self.catalog())
            self._done += 1
        return self

    def down(self, to: str | None = None) -> "MigrationTest":
        """Undo revisions until the database is at a version; without one, the last revision alone.

        Raises UsageError for an unknown version and for a revision that has no way back.
        """
        goal = self._done - 1 if to is None else self._place(to) + 1
        while self._done > max(goal, 0):
            revision = self._revisions[self._done - 1]
            if revision.down is None and not revision.python:
                raise UsageError(f"{revision.version} {revision.name} has no way back.")
            self._runner.run(revision, "down", self.catalog())
            self._done -= 1
        return self

    def before(self, version: str) -> "MigrationTest":
        """Go to the state right before a revision."""
        place = self._place(version)
        while self._done > place:
            self.down()
        return self.up(self._revisions[place - 1].version) if place else self

    def _place(self, version: str) -> int:
        for place, revision in enumerate(self._revisions):
            if version in (revision.version, revision.name, f"{revision.version}_{revision.name}"):
                return place
        raise UsageError(f"{self.folder.path} has no revision {version}.")

    # ------------------------------------------------------------ proving

    def check(self, version: str, rows: Mapping[str, Mapping[str, object]] | None = None) -> None:
        """Prove one revision: up, down, and up again, with the schema compared each time.

        rows: by table, one row to put in before; it must still be there after the way back. A revision that has no way
        back is run up only. Raises AssertionError with what differs.
        """
        self.before(version)
        for table, values in (rows or {}).items():
            self.insert(table, **values)
        start = self.catalog()
        held = {table: self.rows(table) for table in rows or {}}
        self.up(version)
        goal = self.catalog()
        revision = self._revisions[self._done - 1]
        if revision.irreversible or (revision.down is None and not revision.python):
            return
        self.down()
        self._must_equal(start, f"{version} undone does not lead back")
        for table, before in held.items():
            after = self.rows(table)
            assert after == before, f"{version} undone does not keep the rows of {table}: {before} became {after}"
        self.up(version)
        self._must_equal(goal, f"{version} run again leads elsewhere")

    def check_all(self) -> None:
        """Prove every revision, one after another."""
        for revision in self._revisions:
            self.check(revision.version)

    def _must_equal(self, wanted: Catalog, sentence: str) -> None:
        found = self.catalog()
        if digest(found) != digest(wanted):
            named = ", ".join(f"{each.target.kind} {each.target}" for each in compare(wanted, found))
            raise AssertionError(f"{sentence}: {named or 'something that has no name'} differs.")


@contextmanager
def open_migration_test(
    folder: str | Path, *, engine: str | None = None, kind: str | None = None
) -> Iterator[MigrationTest]:
    """A folder on an empty scratch database, which is dropped at the end.

    engine: "postgres", "mysql" or "sqlite", where the folder does not tell. kind: the tool that the folder is of.
    Raises UsageError where the engine cannot be told, Unavailable where no scratch database can be had.
    """
    read = read_folder(folder, kind=kind, dialect=engine)
    name = engine or read.dialect
    if name is None:
        raise UsageError(f"Nothing in {folder} says whose SQL it is.", hint='Say it: engine="postgres".')
    held = engine_named(name)
    with held.scratch() as scratch, scratch.open() as session:
        yield MigrationTest(read, held, session)
