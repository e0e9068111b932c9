"""MySQL 8 and later, and MariaDB 10.6 and later. Drivers and the rest of the folder are imported when first needed."""

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
from dbwright.engines.mysql import words
from dbwright.engines.url import Url
from dbwright.errors import ExecutionFault

_TRY_AGAIN = frozenset(("1205", "1213", "1412", "1020", "1047", "1637", "1799", "3058", "3101", "3572"))
"""Lock wait timeout, deadlock, a table or row changed since the transaction began, a Galera node not ready, too many
transactions, an online ALTER overrun by writes, a deadlock of named locks, a conflict of group replication, NOWAIT."""


class MySQL:
    """The engine of both products; `catalog.engine` tells which of them a catalog came from."""

    name = "mysql"
    title = "MySQL / MariaDB"
    schemes = ("mysql", "mariadb")
    dialect = "mysql"
    transactional_ddl = False

    def connect(self, url: Url, *, read_only: bool = True, timeout: float = 10.0) -> Session:
        """Open a session, over TCP or, with the URL option `unix_socket`, over a socket.

        Raises ConnectionFault where that fails, Unavailable where PyMySQL is missing.
        """
        from dbwright.engines.mysql.session import open_session

        return open_session(url, read_only=read_only, timeout=timeout)

    def scratch(self, *, version: str | None = None) -> AbstractContextManager[Scratch]:
        """An empty database that is dropped at the end. Raises Unavailable where none can be had."""
        from dbwright.engines.mysql.scratch import scratch

        return scratch(version=version)

    def copy(self, template: Scratch) -> AbstractContextManager[Scratch]:
        """An own copy of a scratch database of this engine, rows included, dropped at the end."""
        from dbwright.engines.mysql.scratch import copy
        from dbwright.engines.scratch.database import ScratchDatabase

        assert isinstance(template, ScratchDatabase)
        return copy(template)

    def quote(self, name: str) -> str:
        """A name, in backticks only where it needs them."""
        return words.quote(name)

    def reserved(self) -> frozenset[str]:
        """The words that MySQL or MariaDB reserves, in lower case."""
        return words.RESERVED

    def name_limit(self) -> int | None:
        """64 characters."""
        return words.NAME_LIMIT

    def spell(self, type_: Type) -> str:
        """MySQL's spelling for a logical type that came from elsewhere."""
        from dbwright.engines.mysql.column_types import spell

        return spell(type_)

    def emit(self, catalog: Catalog) -> list[str]:
        """The statements that make the catalog in an empty database, in dependency order."""
        from dbwright.engines.mysql.ddl import emit

        return emit(catalog)

    def script(self, statements: Sequence[str]) -> str:
        """Statements as one file for the `mysql` and `mariadb` clients, with DELIMITER around bodies."""
        from dbwright.engines.mysql.ddl import script

        return script(statements)

    def render(self, operations: Sequence[Operation], catalog: Catalog) -> list[str]:
        """The statements that apply the operations. Raises Unsupported for one that MySQL cannot do."""
        from dbwright.engines.mysql.steps import render

        return render(operations, catalog)

    def steps(self, operations: Sequence[Operation], catalog: Catalog, facts: Facts | None = None) -> list[Step]:
        """The statements of `render` with their reasons and reverses, each ALTER with the best ALGORITHM and LOCK."""
        from dbwright.engines.mysql.steps import steps

        return steps(operations, catalog, facts)

    def predict(self, actions: Sequence[Action], catalog: Catalog, facts: Facts | None = None) -> Effect:
        """What one statement will do to a database that holds the catalog, by the catalog's product and version."""
        from dbwright.engines.mysql.effects import predict

        return predict(actions, catalog, facts)

    def retryable(self, fault: ExecutionFault) -> bool:
        """Whether it may help to try again: a lock timeout, a deadlock, a row or table that changed meanwhile."""
        return fault.code in _TRY_AGAIN

    def literal(self, value: object) -> str:
        """A value as it stands in SQL. A moment with a zone is given in UTC. Raises UsageError for what MySQL cannot hold."""
        from dbwright.engines.mysql.values import literal

        return literal(value)

    def canonical(self, catalog: Catalog) -> Catalog:
        """Spelling variants made one, as the server would print them."""
        from dbwright.engines.mysql.canonical import canonical

        return canonical(catalog)


ENGINE = MySQL()
