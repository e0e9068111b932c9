"""SQLite 3.35 and later, through Python's own sqlite3. Nothing is imported here that a name or a quote does not need."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from dbwright.catalog.facts import Facts
from dbwright.catalog.objects import Catalog
from dbwright.catalog.types import Type
from dbwright.change.actions import Action
from dbwright.change.effects import Effect
from dbwright.change.operations import Operation
from dbwright.change.plan import Step
from dbwright.engines.base import Scratch, Session
from dbwright.engines.sqlite import words
from dbwright.engines.url import Url
from dbwright.errors import ExecutionFault


class SqliteEngine:
    """The SQLite engine; its parts stand in the modules beside this one."""

    name = "sqlite"
    title = "SQLite"
    schemes: tuple[str, ...] = ("sqlite", "sqlite3")
    dialect = "sqlite"
    transactional_ddl = True

    def connect(self, url: Url, *, read_only: bool = True, timeout: float = 10.0) -> Session:
        """Open a file, or memory where the URL names none. `timeout` is how long to wait for another program's lock."""
        from dbwright.engines.sqlite.session import connect

        return connect(url, read_only=read_only, timeout=timeout)

    def scratch(self, *, version: str | None = None) -> AbstractContextManager[Scratch]:
        """A database in a temporary file."""
        from dbwright.engines.sqlite.scratch import scratch

        return scratch(version)

    def copy(self, template: Scratch) -> AbstractContextManager[Scratch]:
        """An own copy of a scratch database of this engine, rows included, dropped at the end."""
        from dbwright.engines.sqlite.scratch import SqliteScratch, copy

        assert isinstance(template, SqliteScratch)
        return copy(template)

    def quote(self, name: str) -> str:
        """A name in double quotes where it needs them."""
        return words.quote(name)

    def reserved(self) -> frozenset[str]:
        """The words that cannot be names without quotes."""
        return words.RESERVED

    def name_limit(self) -> int | None:
        """SQLite's names may be of any length."""
        return None

    def spell(self, type_: Type) -> str:
        """SQLite's spelling for a logical type."""
        from dbwright.engines.sqlite.types import spell

        return spell(type_)

    def emit(self, catalog: Catalog) -> list[str]:
        """The statements that make the catalog."""
        from dbwright.engines.sqlite.ddl import emit

        return emit(catalog)

    def script(self, statements: Sequence[str]) -> str:
        """Statements as a file for the sqlite3 shell."""
        from dbwright.engines.sqlite.ddl import script

        return script(statements)

    def render(self, operations: Sequence[Operation], catalog: Catalog) -> list[str]:
        """The statements that apply operations; a table is rebuilt where ALTER TABLE cannot do it."""
        from dbwright.engines.sqlite.steps import render

        return render(operations, catalog)

    def steps(self, operations: Sequence[Operation], catalog: Catalog, facts: Facts | None = None) -> list[Step]:
        """The statements of `render`, each with its title, its reason and its way back."""
        from dbwright.engines.sqlite.steps import steps

        return steps(operations, catalog)

    def predict(self, actions: Sequence[Action], catalog: Catalog, facts: Facts | None = None) -> Effect:
        """What a statement does to others: SQLite locks the whole database for one writer."""
        from dbwright.engines.sqlite.effects import predict

        return predict(actions, catalog, facts)

    def retryable(self, fault: ExecutionFault) -> bool:
        """Whether another connection held a lock."""
        return fault.code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))

    def literal(self, value: object) -> str:
        """A value as it stands in SQL."""
        from dbwright.engines.sqlite.literals import literal

        return literal(value)

    def canonical(self, catalog: Catalog) -> Catalog:
        """The catalog in the spelling that reading a database gives."""
        from dbwright.engines.sqlite.canonical import canonical_catalog

        return canonical_catalog(catalog)


ENGINE = SqliteEngine()
