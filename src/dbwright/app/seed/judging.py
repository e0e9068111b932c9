"""Conditions that only the database can evaluate, asked of it over a connection of their own, opened when the first is met."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Engine, Session
from dbwright.engines.url import Url
from dbwright.seed.checks.ask import judge_of
from dbwright.seed.plan.workshop import Judge


class Judges:
    """By table, what asks the database, read-only: rows are made in another thread than they are written in."""

    def __init__(self, engine: Engine, url: Url, catalog: Catalog, timeout: float, open_until: ExitStack) -> None:
        self._engine, self._url, self._catalog, self._timeout = engine, url, catalog, timeout
        self._open_until = open_until
        self._session: Session | None = None

    def __call__(self, table: Table) -> Judge:
        if self._session is None:
            opened = self._engine.connect(self._url, read_only=True, timeout=self._timeout)
            self._session = self._open_until.enter_context(opened)
        return judge_of(self._session, table, self._catalog)


@contextmanager
def judging(engine: Engine, url: Url, catalog: Catalog, timeout: float) -> Iterator[Judges]:
    """What asks the database, until the end of the block."""
    with ExitStack() as stack:
        yield Judges(engine, url, catalog, timeout, stack)
