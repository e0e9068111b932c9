"""PostgreSQL: what it can do, and where that is written. Drivers and queries are imported when they are needed."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from dbwright.engines.postgres.words import NAME_LIMIT, RESERVED, quote

if TYPE_CHECKING:
    from dbwright.catalog.facts import Facts
    from dbwright.catalog.objects import Catalog
    from dbwright.catalog.types import Type
    from dbwright.change.actions import Action
    from dbwright.change.effects import Effect
    from dbwright.change.operations import Operation
    from dbwright.change.plan import Step
    from dbwright.engines.base import Scratch
    from dbwright.engines.postgres.session import PostgresSession
    from dbwright.engines.url import Url
    from dbwright.errors import ExecutionFault

_RETRYABLE = frozenset(("55P03", "40P01", "40001"))
"""lock_not_available, deadlock_detected, serialization_failure."""


class PostgresEngine:
    """PostgreSQL 12 to 18."""

    name = "postgres"
    title = "PostgreSQL"
    schemes = ("postgresql", "postgres")
    dialect = "postgres"
    transactional_ddl = True

    def connect(self, url: "Url", *, read_only: bool = True, timeout: float = 10.0) -> "PostgresSession":
        """Open a session. Raises ConnectionFault where that fails, Unavailable where the driver is missing."""
        from dbwright.engines.postgres.session import open_session

        return open_session(url, read_only=read_only, timeout=timeout)

    def scratch(self, *, version: str | None = None) -> "AbstractContextManager[Scratch]":
        """An empty database that is dropped at the end. Raises Unavailable, with all that was tried."""
        from dbwright.engines.postgres.scratch import scratch

        return scratch(version=version)

    def copy(self, template: "Scratch") -> "AbstractContextManager[Scratch]":
        """An own copy of a scratch database of this engine, rows included, dropped at the end."""
        from dbwright.engines.postgres.scratch import copy
        from dbwright.engines.scratch.database import ScratchDatabase

        assert isinstance(template, ScratchDatabase)
        return copy(template)

    def quote(self, name: str) -> str:
        """A name, with quotes only where they are needed."""
        return quote(name)

    def reserved(self) -> frozenset[str]:
        """The words that cannot name a table or a column without quotes, in lower case."""
        return RESERVED

    def name_limit(self) -> int | None:
        """63 bytes."""
        return NAME_LIMIT

    def spell(self, type_: "Type") -> str:
        """PostgreSQL's spelling for a logical type of any engine."""
        from dbwright.engines.postgres.types import spell

        return spell(type_)

    def emit(self, catalog: "Catalog") -> list[str]:
        """The statements that make the catalog in an empty database, in dependency order."""
        from dbwright.engines.postgres.ddl import emit

        return emit(catalog)

    def script(self, statements: Sequence[str]) -> str:
        """Statements as one file for psql."""
        from dbwright.engines.postgres.ddl import script

        return script(statements)

    def render(self, operations: "Sequence[Operation]", catalog: "Catalog") -> list[str]:
        """The statements that apply operations to a database that holds the catalog."""
        from dbwright.engines.postgres.steps import render

        return render(operations, catalog)

    def steps(
        self, operations: "Sequence[Operation]", catalog: "Catalog", facts: "Facts | None" = None
    ) -> "list[Step]":
        """The statements of `render`, each with what it is for, why it has this form, and how it is undone."""
        from dbwright.engines.postgres.steps import steps

        return steps(operations, catalog, facts)

    def predict(self, actions: "Sequence[Action]", catalog: "Catalog", facts: "Facts | None" = None) -> "Effect":
        """What one statement, given as its actions, will do to a database that holds the catalog."""
        from dbwright.engines.postgres.effects import predict

        return predict(actions, catalog, facts)

    def retryable(self, fault: "ExecutionFault") -> bool:
        """Whether it may help to try again: a lock timeout, a deadlock, a serialisation failure."""
        return fault.code in _RETRYABLE

    def literal(self, value: object) -> str:
        """A value as it stands in SQL. Raises UsageError for one that PostgreSQL has no constant for."""
        from dbwright.engines.postgres.values import literal

        return literal(value)

    def canonical(self, catalog: "Catalog") -> "Catalog":
        """Spelling variants made one, for catalogs that were parsed or written by hand."""
        from dbwright.engines.postgres.canonical import canonical

        return canonical(catalog)


ENGINE = PostgresEngine()
