"""Databases for tests: empty ones thrown away at the end, and templates that each test gets its own copy of."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from dbwright.catalog.query_plans import QueryPlan
from dbwright.engines.base import Engine, Scratch, Session
from dbwright.engines.registry import engine as engine_named
from dbwright.engines.url import format_url
from dbwright.errors import Unavailable, UsageError
from dbwright.migrate.history import History
from dbwright.migrate.read import read_folder
from dbwright.migrate.runner import Runner
from dbwright.testing.factories import Factory
from dbwright.testing.plans import Explained
from dbwright.testing.rows import Row, Rows
from dbwright.testing.schema import Schema

_SQL = ("postgres", "mysql", "sqlite")


class Database(Rows):
    """A database that is the test's own.

    url: where it is, password included, for whatever the test runs.
    """

    def __init__(self, engine: Engine, scratch: Scratch, opened: ExitStack) -> None:
        super().__init__(engine)
        self.scratch = scratch
        self.url = format_url(scratch.url)
        self._opened = opened

    @cached_property
    def session(self) -> Session:
        """An open session, closed with the database. It has no transaction open: each statement is committed by itself."""
        opened = self._opened.enter_context(self.scratch.open())
        if self.engine == "sqlite":
            opened.query("PRAGMA foreign_keys = ON")
        return opened

    # ------------------------------------------------------------ rows

    def execute(self, sql: str) -> None:
        """Run a script of one or more statements."""
        from dbwright.readers.sql.execute import dialect_of
        from dbwright.readers.sql.split import split

        self.session.execute(split(sql, dialect_of(self.sql), "script", []))

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        return self.session.query(sql)

    @cached_property
    def factory(self) -> Factory:
        """Makes rows that fit, and the rows that they refer to."""
        return Factory(self)

    def make(self, table: str, **values: object) -> Row:
        """Make one row that every constraint lets in, with the rows that it must refer to, and return it.

        values: what the test cares about; everything else is made up, the same on every run.
        """
        return self.factory.make(table, values)

    def make_many(self, table: str, number: int, **values: object) -> list[Row]:
        """Make so many rows."""
        return [self.factory.make(table, values) for _ in range(number)]

    def fill(self, rows: int | None = None, *, settings: str | Path | None = None, scale: float | None = None) -> None:
        """Write made-up rows into all empty tables, as `dbwright seed` does, and gather the engine's statistics.

        rows: for each table, as far as its constraints allow. settings: a file for `dbwright seed`. scale: a factor on all numbers
        of rows. Raises UsageError where the rows cannot be, Unavailable without the extra `dbwright[seed]`.
        """
        from dbwright.app.seed.need import need

        need()
        from dbwright.app.seed.prepare import prepare
        from dbwright.app.seed.request import Request
        from dbwright.app.seed.run import must_be_possible, seed

        file = None if settings is None else str(settings)
        prepared = prepare(Request(url=self.url, file=file, rows=rows, scale=scale, where="fill-empty"))
        must_be_possible(prepared.made)
        seed(prepared)

    @contextmanager
    def rolled_back(self) -> Iterator["Database"]:
        """A transaction of `session` that is rolled back at the end, whatever happened in it.

        On MySQL every statement that changes the schema commits what was done before it.
        """
        self.session.query("START TRANSACTION" if self.engine == "mysql" else "BEGIN")
        try:
            yield self
        finally:
            self.session.query("ROLLBACK")

    # ------------------------------------------------------------ what is asserted

    @property
    def schema(self) -> Schema:
        """Assertions on tables, columns, keys and indexes, as the database has them now."""
        return Schema(self.catalog(), self.engine)

    def plan(self, sql: str, *, as_if_large: bool = True) -> Explained:
        """What the database would do for a query, with assertions on it.

        as_if_large: judge as if tables were large, because every plan for ten rows is a scan (PostgreSQL).
        """
        found: QueryPlan = self.session.explain(sql, as_if_large=as_if_large)
        return Explained(found, self.count)

    # ------------------------------------------------------------ SQLAlchemy

    def sqlalchemy_engine(self, **options: Any) -> Any:
        """A SQLAlchemy engine on the database, disposed with it. options: for `create_engine`."""
        from dbwright.testing.sqlalchemy_engine import engine_for

        made = engine_for(self.scratch.url, self.engine, **options)
        self._opened.callback(made.dispose)
        return made

    @contextmanager
    def sqlalchemy_session(self, **options: Any) -> Iterator[Any]:
        """An ORM session whose commits are savepoints of one transaction, which is rolled back at the end."""
        from sqlalchemy.orm import Session as OrmSession

        with self.sqlalchemy_engine().connect() as connection:
            transaction = connection.begin()
            try:
                with OrmSession(connection, join_transaction_mode="create_savepoint", **options) as session:
                    yield session
            finally:
                transaction.rollback()


@contextmanager
def throwaway(engine: str = "postgres", *, version: str | None = None) -> Iterator[Database]:
    """An empty database of an engine, dropped at the end: on a server given, or on one started for this process.

    engine: "postgres", "mysql" (MariaDB too), "sqlite", or "redis", of which only `url` can be used.
    Raises Unavailable, with all that was tried, where none can be had; UsageError for an engine that is not known.
    """
    with ExitStack() as opened:
        if engine == "redis":
            from dbwright.engines.redis.scratch import scratch

            yield Database(engine_named("sqlite"), opened.enter_context(scratch(version)), opened)
            return
        if engine in ("mongodb", "cassandra"):
            raise Unavailable(
                f"dbwright cannot start a throwaway {engine} yet.", hint="Give the test a server of its own."
            )
        held = engine_named(engine)
        if held.name not in _SQL:
            raise UsageError(f"There are no throwaway databases of {engine}.")
        yield Database(held, opened.enter_context(held.scratch(version=version)), opened)


class Template:
    """A database made once, that each test gets a copy of: in milliseconds on PostgreSQL and SQLite.

    build: fills it, given the empty database.
    """

    def __init__(self, engine: str, build: Callable[[Database], None], opened: ExitStack) -> None:
        self._engine = engine_named(engine)
        self._scratch = opened.enter_context(self._engine.scratch())
        with ExitStack() as building:
            build(Database(self._engine, self._scratch, building))

    @contextmanager
    def copy(self) -> Iterator[Database]:
        """A copy of its own, dropped at the end."""
        with ExitStack() as opened:
            scratch = opened.enter_context(self._engine.copy(self._scratch))
            yield Database(self._engine, scratch, opened)


def migrated(folder: str | Path, environment: str | None = None) -> Callable[[Database], None]:
    """A way to build a template: every migration of a folder, then its seeds."""

    def build(database: Database) -> None:
        engine = engine_named(database.engine)
        read = read_folder(folder, dialect=database.engine)
        history = History(database.session, engine)
        history.make()
        for revision in read.revisions:
            if not revision.seed or not revision.environments or environment in revision.environments:
                # A session of its own for each, because one may change settings that the next must not see.
                with database.scratch.open() as session:
                    Runner(session, engine, History(session, engine)).run(revision, "up", session.inspect().catalog)

    return build


def scripted(*paths: str | Path) -> Callable[[Database], None]:
    """A way to build a template: SQL files, run one after another."""

    def build(database: Database) -> None:
        for path in paths:
            database.execute(Path(path).read_text(encoding="utf-8"))

    return build
