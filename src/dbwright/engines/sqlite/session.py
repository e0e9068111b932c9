"""An open SQLite database."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Budget, Inspection, Statement
from dbwright.engines.sqlite.opening import connection_fault, open_connection
from dbwright.engines.sqlite.tokens import Cursor
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, ExecutionFault

_LOST = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN")
_NEAR = re.compile(r'near "(.*)": syntax error|unrecognized token: "(.*)"', re.DOTALL)


class SqliteSession:
    """A connection in autocommit: BEGIN and COMMIT are the caller's."""

    def __init__(
        self,
        url: Url,
        connection: sqlite3.Connection,
        notes: tuple[str, ...] = (),
        clean: Callable[[], None] | None = None,
    ) -> None:
        self.url = url
        self.version: tuple[int, ...] = sqlite3.sqlite_version_info
        self._connection = connection
        self._notes = notes
        self._clean = clean
        self._closed = False

    def inspect(self, namespaces: Sequence[str] | None = None) -> Inspection:
        """The whole catalog."""
        from dbwright.engines.sqlite.inspect import inspect

        name = Path(self.url.database).name if self.url.database else ""
        with self._faults():
            read = inspect(self._connection, name, namespaces)
        return Inspection(read.catalog, (*self._notes, *read.notes))

    def measure(self, catalog: Catalog) -> Facts:
        """Row counts, sizes, and how far the automatic keys have come."""
        from dbwright.engines.sqlite.stats import measure

        with self._faults():
            return measure(self._connection, catalog)

    def answer(
        self, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
    ) -> dict[Question, Answer]:
        """Ask the rows."""
        from dbwright.engines.sqlite.probe import answer

        with self._faults():
            return answer(self._connection, catalog, facts, questions, budget)

    def execute(self, statements: Iterable[Statement]) -> list[str]:
        """Run statements one after another. A transaction that a failing one leaves open is rolled back.

        The pragmas that a rebuild switches are as before in the end, also after a failure.
        """
        with self._faults():
            switches = {pragma: self._pragma(pragma) for pragma in ("foreign_keys", "legacy_alter_table")}
            try:
                for statement in statements:
                    self._execute(statement)
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                for pragma, value in switches.items():
                    self._connection.execute(f"PRAGMA {pragma} = {value}")
        return []

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _execute(self, statement: Statement) -> None:
        with self._faults(statement.text):
            rows = self._connection.execute(statement.text).fetchmany(1)
        if rows and Cursor(statement.text).accept("PRAGMA", "FOREIGN_KEY_CHECK"):
            table, _, parent, _ = rows[0]
            raise ExecutionFault(
                f"Rows of {table} name no row of {parent}, so the foreign key cannot be there.",
                statement=statement.text,
                code="SQLITE_CONSTRAINT_FOREIGNKEY",
                hint="List them with PRAGMA foreign_key_check, correct or delete them, then run the statements again.",
            )

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """All rows of one query."""
        with self._faults(sql):
            return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        """Close the connection; what was not committed is rolled back."""
        if self._closed:
            return
        self._closed = True
        self._connection.close()
        if self._clean:
            self._clean()

    def __enter__(self) -> "SqliteSession":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    @contextmanager
    def _faults(self, sql: str = "") -> Iterator[None]:
        """Turns the driver's errors into ours."""
        if self._closed:
            raise ConnectionFault(f"The connection to {self.url.shown} is closed.")
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError, ValueError) as error:
            code = getattr(error, "sqlite_errorname", "")
            if isinstance(error, ValueError) and not isinstance(error, UnicodeEncodeError) and "null" not in str(error):
                raise
            if code.startswith(_LOST):
                raise connection_fault(self.url, error) from error
            raise ExecutionFault(
                f"SQLite refused the statement: {str(error).rstrip('.')}.",
                statement=sql,
                code=code,
                offset=_offset(sql, str(error)),
            ) from error


def _offset(sql: str, message: str) -> int | None:
    """Where the word stands that SQLite complains about, if it stands in one place only."""
    match = _NEAR.search(message)
    word = (match[1] or match[2]) if match else None
    if not word:
        return None
    places = [found.start() for found in re.finditer(re.escape(word), sql)]
    return places[0] if len(places) == 1 else None


def connect(url: Url, *, read_only: bool, timeout: float) -> SqliteSession:
    """Open a file or memory. Raises ConnectionFault with what stands in the way."""
    opened = open_connection(url, read_only=read_only, timeout=timeout)
    return SqliteSession(url, opened.connection, opened.notes, opened.clean)
