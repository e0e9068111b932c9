"""An open SQLite database."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.query_plans import QueryPlan
from dbwright.change.effects import Effect
from dbwright.engines.base import Budget, Inspection, Joined, Load, Statement
from dbwright.engines.sqlite.clock import limited
from dbwright.engines.sqlite.opening import connection_fault, open_connection
from dbwright.engines.sqlite.tokens import Cursor
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, ExecutionFault

if TYPE_CHECKING:
    import polars as pl

BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
"""How the codes begin that say that another connection holds a lock."""

_LOST = ("SQLITE_IOERR", "SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN")
_NO_LIMIT = 2**31 - 1
"""Milliseconds, the longest wait that SQLite knows: 24 days."""

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
        self._statement_limit: float | None = None
        self._in_transaction = False
        self._claims: set[str] = set()

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
        """Run statements one after another. A transaction that they leave open is rolled back, also by a failing one.

        The pragmas that a rebuild switches are as before in the end, also after a failure. Inside of `transaction` its end
        does all that, and the statements' own BEGIN and COMMIT are passed over.
        """
        with self._faults():
            if self._in_transaction:
                for statement in statements:
                    self._run(statement.text)
                return []
            switches = self._switches()
            try:
                for statement in statements:
                    self._run(statement.text)
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                self._switch(switches)
        return []

    def _switches(self) -> dict[str, int]:
        """The pragmas that a rebuild switches, as they are."""
        names = ("foreign_keys", "legacy_alter_table")
        return {name: int(self._connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names}

    def _switch(self, values: dict[str, int]) -> None:
        for name, value in values.items():
            self._connection.execute(f"PRAGMA {name} = {value}")

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """All rows of one query."""
        with self._faults(sql), self._limited():
            return self._connection.execute(sql).fetchall()

    def stream(self, sql: str, rows: int = 10_000) -> Iterator[list[tuple[object, ...]]]:
        """Run one query and hand out its rows in batches."""
        with self._faults(sql), self._limited():
            cursor = self._connection.execute(sql)
            try:
                while batch := cursor.fetchmany(rows):
                    yield batch
            finally:
                cursor.close()

    def column_names(self, sql: str) -> tuple[str, ...]:
        """Run one query and return what its columns are called."""
        with self._faults(sql), self._limited():
            return tuple(column[0] for column in self._connection.execute(sql).description or ())

    def explain(self, sql: str, *, as_if_large: bool = False) -> QueryPlan:
        """What the engine intends to do for a query, without running it."""
        from dbwright.engines.sqlite.explain import explain

        return explain(self, sql, as_if_large=as_if_large)

    def change(self, sql: str) -> int:
        """Run one statement; how many rows it changed itself, without those that its triggers did."""
        before = self._connection.total_changes if not self._closed else 0
        self._run(sql)
        if self._connection.total_changes == before:
            return 0
        return int(self._connection.execute("SELECT changes()").fetchone()[0])

    def _run(self, sql: str) -> None:
        """Run one statement. A broken foreign key that PRAGMA foreign_key_check reports is a failure."""
        if self._in_transaction and _begins_or_commits(sql):
            return
        with self._faults(sql), self._limited():
            cursor = self._connection.execute(sql)
            first = cursor.fetchone()
            for _ in cursor:
                pass  # what a SELECT finds is not wanted, but it may call functions that do something
        if first and Cursor(sql).accept("PRAGMA", "FOREIGN_KEY_CHECK"):
            table, _, parent, _ = first
            raise ExecutionFault(
                f"Rows of {table} name no row of {parent}, so the foreign key cannot be there.",
                statement=sql,
                code="SQLITE_CONSTRAINT_FOREIGNKEY",
                hint="List them with PRAGMA foreign_key_check, correct or delete them, then run the statements again.",
            )

    def write_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows with one prepared statement, all or none of them."""
        named = ", ".join(f'"{column.replace(chr(34), chr(34) * 2)}"' for column in columns)
        sql = f"INSERT INTO {table} ({named}) VALUES ({', '.join('?' * len(columns))})"
        with nullcontext() if self._in_transaction else self.transaction(), self._faults(sql):
            return max(0, self._connection.executemany(sql, (tuple(map(_stored, row)) for row in rows)).rowcount)

    def write_frames(self, frames: "Sequence[tuple[Table, pl.DataFrame]]", how: Joined | None = None) -> int:
        """Insert the rows of frames with prepared statements, all or none of them, with foreign keys at work."""
        from dbwright.engines.sqlite.bulk import Position, write_frames

        at = Position()
        try:
            with self._faults("INSERT"):
                return write_frames(self._connection, frames, at)
        except ExecutionFault as fault:
            fault.row = at.row if len(frames) == 1 else None
            raise

    def update_frame(self, table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
        """Set columns of rows that a key finds, all or none of them."""
        from dbwright.engines.sqlite.bulk import update_frame

        with self._faults("UPDATE"):
            return update_frame(self._connection, table, frame, key)

    def settle_rows(self, table: Table, numbered: Sequence[str], *, analyze: bool = True) -> None:
        """Gather statistics; automatic keys move on by themselves."""
        from dbwright.engines.sqlite.bulk import settle_rows

        if analyze:
            with self._faults("ANALYZE"):
                settle_rows(self._connection, table)

    # ------------------------------------------------------------ limits, transactions, locks

    def set_timeouts(self, *, lock: float | None = None, statement: float | None = None) -> None:
        """Seconds to wait for the lock of the database, seconds that a statement may take."""
        with self._faults():
            wait = _NO_LIMIT if lock is None else min(int(lock * 1000), _NO_LIMIT)
            self._connection.execute(f"PRAGMA busy_timeout = {wait}").fetchall()
        self._statement_limit = statement

    def _limited(self) -> AbstractContextManager[None]:
        return nullcontext() if self._statement_limit is None else limited(self._connection, self._statement_limit)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction that takes the lock for writing at once.

        Foreign keys are not enforced inside, because a table that is rebuilt would take the rows of others with it;
        a rebuild checks those that it may break.
        """
        with self._faults("BEGIN IMMEDIATE"):
            switches = self._switches()
            self._connection.execute("PRAGMA foreign_keys = OFF")
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error:
                self._switch(switches)
                raise
        self._in_transaction = True
        try:
            yield
            with self._faults("COMMIT"):
                self._connection.execute("COMMIT")
        finally:
            self._in_transaction = False
            if not self._closed:
                with suppress(sqlite3.Error):
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    self._switch(switches)

    @contextmanager
    def claim(self, name: str, *, wait: float = 0.0) -> Iterator[None]:
        """Hold a lock file beside the database; a database in memory is this session's own anyway."""
        from dbwright.engines.sqlite.claims import busy, claimed

        if name in self._claims:
            raise busy(self.url.database or "the database in memory", str(os.getpid()))
        in_memory = self.url.database in ("", ":memory:")
        with nullcontext() if in_memory else claimed(Path(self.url.database), name, wait):
            self._claims.add(name)
            try:
                yield
            finally:
                self._claims.discard(name)

    def load(self) -> Load:
        """SQLite has no server that could tell."""
        return Load()

    def observe(self, statement: Statement, catalog: Catalog) -> Effect:
        """Run one statement, and tell what its program did: SQLite shows it before it runs."""
        from dbwright.engines.sqlite.observe import observed

        with self._faults(statement.text):
            return observed(self._connection, statement.text, lambda: self._run(statement.text))

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
            busy = code.startswith(BUSY)
            if code.startswith(_LOST) or (busy and not sql):
                raise connection_fault(self.url, error) from error
            if busy:
                raise ExecutionFault(
                    f"{self.url.database or 'The database in memory'} is locked: another program holds it.",
                    statement=sql,
                    code=code,
                    hint="Try again when that program has finished.",
                ) from error
            if code == "SQLITE_INTERRUPT" and self._statement_limit is not None:
                raise ExecutionFault(
                    f"The statement was stopped after the {self._statement_limit:g} s that it may take.",
                    statement=sql,
                    code=code,
                    hint="Give it more time, or have it do less at once.",
                ) from error
            raise ExecutionFault(
                f"SQLite refused the statement: {str(error).rstrip('.')}.",
                statement=sql,
                code=code,
                offset=_offset(sql, str(error)),
            ) from error


def _stored(value: object) -> object:
    """A value as SQLite stores it: it has neither decimals nor dates of its own."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | timedelta | UUID) else value


def _begins_or_commits(sql: str) -> bool:
    cursor = Cursor(sql[:200])
    return cursor.word() in ("BEGIN", "COMMIT", "END")


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
