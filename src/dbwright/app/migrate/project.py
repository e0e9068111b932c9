"""The folder, the database and the settings that a command on migrations works with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from dbwright.app.migrate.hazards import can_lose
from dbwright.app.settings import load
from dbwright.catalog.objects import Catalog, Namespace
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine, engine_of
from dbwright.engines.url import Url, parse_url
from dbwright.errors import DbwrightError, Refused, UsageError
from dbwright.migrate.checksums import check
from dbwright.migrate.formats.native import files_of
from dbwright.migrate.history import Entry, History
from dbwright.migrate.patience import Patience
from dbwright.migrate.read import format_named, read_folder
from dbwright.migrate.revision import Applied, Folder, Revision
from dbwright.readers.live import live_url


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may say; None where the configuration or the usual value decides.

    folder: where the revisions are. kind: the tool it is of. url: the database. dialect: for work without a database.
    table: the history table. environment: whose seeds run. config: a configuration file.
    lock, statement, wait: seconds. timeout: seconds for connecting.
    """

    folder: str | None = None
    kind: str | None = None
    url: str | None = None
    dialect: str | None = None
    table: str | None = None
    environment: str | None = None
    config: str | None = None
    lock: float | None = None
    statement: float | None = None
    wait: float | None = None
    retries: int | None = None
    timeout: float = 10.0


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A folder read, with the engine that it is for; url is None where no database was named."""

    path: Path
    folder: Folder
    engine: Engine
    url: Url | None
    table: str
    environment: str | None
    patience: Patience
    timeout: float
    notes: tuple[str, ...] = ()
    namespace: str | None = None

    @property
    def is_native(self) -> bool:
        """Whether the folder is one that dbwright runs itself."""
        return self.folder.kind == "dbwright"

    @contextmanager
    def connect(self, *, read_only: bool = True) -> Iterator[tuple[Session, History]]:
        """A session on the database and its history table, which need not be there yet. Raises UsageError without a URL."""
        url = self.needed_url()
        if read_only and self.engine.name == "sqlite":
            if _is_not_made(url):
                url = msgspec.structs.replace(url, database="")
            elif Path(f"{url.database}-journal").exists():
                # A killed run left its journal behind: SQLite rolls back for the first who may write, and for nobody else.
                with suppress(DbwrightError):
                    self.engine.connect(url, read_only=False, timeout=self.timeout).close()
        with self.engine.connect(url, read_only=read_only, timeout=self.timeout) as session:
            yield session, History(session, self.engine, self.table)

    def held(self, session: Session, revisions: Sequence[Revision]) -> Catalog:
        """What the database holds; where a schema is the tenant, that one alone.

        A tenant's schema is read only where a revision may lose data: among thousands, reading each takes most of the time.
        """
        if self.namespace is None:
            return session.inspect().catalog
        bare = Catalog(engine=self.engine.name, version=session.version, namespaces=(Namespace(name=self.namespace),))
        if not any(can_lose(each, "up", self.engine, bare) for each in revisions):
            return bare
        return session.inspect([self.namespace]).catalog

    def needed_url(self) -> Url:
        """The database's URL. Raises UsageError where none was named."""
        if self.url is None:
            raise UsageError(
                "No database was named.", hint="Name it with --url, DBWRIGHT_URL, or migrate.url in dbwright.toml."
            )
        return self.url

    def entries(self, session: Session, history: History) -> tuple[Entry, ...]:
        """The rows of the history, in their order: our own, or those of the folder's own tool."""
        if self.is_native:
            return history.entries() or ()
        recorded = format_named(self.folder.kind).read_history(session, self.folder)
        return _entries_of(recorded or ())


def open_project(options: Options, *, verify_sums: bool = True, with_url: bool = False) -> Project:
    """Read the folder and settle what is not said from the configuration.

    verify_sums: hold the folder against its checksum file. with_url: raise UsageError where no database is named.
    Raises SourceError, saying exactly what differs, where the folder is not what its checksum file says.
    """
    settings = load(options.config)
    said = settings.migrate
    text = options.url or said.url
    url = None if not text else live_url(text) if Path(text).is_file() else parse_url(text)
    path = Path(options.folder or said.folder)
    kind = options.kind or said.kind
    dialect = options.dialect or (engine_of(url).name if url else None) or settings.dialect
    folder = read_folder(path, kind=kind, dialect=dialect)
    notes = list(folder.notes)
    if verify_sums and folder.kind == "dbwright":
        check(path, files_of(folder))
    project = Project(
        path=path,
        folder=folder,
        engine=engine_for(url, dialect or folder.dialect, folder, notes),
        url=url,
        table=options.table or said.table,
        environment=options.environment or said.environment,
        patience=Patience(
            lock=options.lock if options.lock is not None else said.lock_timeout,
            statement=options.statement if options.statement is not None else said.statement_timeout,
            wait=options.wait if options.wait is not None else said.wait,
            retries=options.retries if options.retries is not None else said.retries,
        ),
        timeout=options.timeout,
        notes=tuple(notes),
    )
    if with_url:
        project.needed_url()
    return project


def must_be_native(project: Project, verb: str) -> None:
    """Raise Refused where the folder is another tool's: what that tool has recorded would no longer be true."""
    if not project.is_native:
        raise Refused(
            f"{project.path} holds {project.folder.kind} migrations; dbwright does not {verb} them, since {project.folder.kind} keeps "
            "its own record of what was run.",
            hint="dbwright migrate lint, plan, verify and status work on it. A folder of dbwright's own has a dbwright.sum: where that "
            "was lost, dbwright migrate repair --kind dbwright writes it.",
        )


def engine_for(url: Url | None, dialect: str | None, folder: Folder, notes: list[str]) -> Engine:
    """The engine that a folder is for: the database's, the one that is said, or what its SQL looks like, with a note on that."""
    if url is not None:
        return engine_of(url)
    if dialect is not None:
        return engine(dialect)
    from dbwright.readers.sql.detect import detect

    text = "\n".join(each.up for each in folder.revisions if each.up)
    found = detect(text)
    if text.strip():
        notes.append(found.sentence)
    return engine(found.dialect)


def _is_not_made(url: Url) -> bool:
    """Whether an SQLite database is still to be made: reading it is reading an empty one."""
    path = Path(url.database)
    return (
        bool(url.database)
        and path.parent.is_dir()
        and (not path.exists() or (path.is_file() and not path.stat().st_size))
    )


def _entries_of(recorded: tuple[Applied, ...]) -> tuple[Entry, ...]:
    """Another tool's history as rows. Its checksums are counted in another way, so that they are not compared."""
    return tuple(
        Entry(
            number=number,
            version=each.version,
            name=each.name,
            direction="up",
            outcome=each.outcome,
            checksum="",
            statements=each.statements or (1 if each.outcome == "failed" else 0),
            finished=each.at.isoformat() if each.at else None,
            seconds=each.seconds,
            applied_by=each.user or "",
            dbwright="",
            message=each.detail,
        )
        for number, each in enumerate(recorded, 1)
    )
