"""An open connection to PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Self, cast

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.query_plans import QueryPlan
from dbwright.change.effects import Effect
from dbwright.engines.base import Budget, Inspection, Joined, Load, Statement
from dbwright.engines.url import Url
from dbwright.errors import Unavailable, Unsupported

if TYPE_CHECKING:
    import polars as pl
    import psycopg

_OLDEST = 12
_IDLE = 0
"""libpq's word for a connection that is in no transaction."""
_READING_SECONDS = 300
_LOCK_SECONDS = 10


def open_session(url: Url, *, read_only: bool = True, timeout: float = 10.0) -> "PostgresSession":
    """Connect. Raises ConnectionFault where that fails, Unavailable where the driver is missing."""
    try:
        import psycopg
    except ImportError as error:
        raise Unavailable(
            "The driver psycopg is not installed.", hint="Install it: pip install 'dbwright[postgres]'."
        ) from error
    from dbwright.engines.postgres.faults import connection_fault, our_faults

    given = {
        "host": url.host,
        "port": url.port,
        "user": url.user,
        "password": url.password,
        "dbname": url.database or None,
    }
    parameters: dict[str, Any] = {
        "application_name": "dbwright",
        "connect_timeout": max(2, round(timeout)),
        **{name: value for name, value in given.items() if value is not None},
        **url.options,
        "client_encoding": "UTF8",
    }
    try:
        connection = psycopg.connect(autocommit=True, **parameters)
    except psycopg.Error as error:
        raise connection_fault(error, url) from None
    try:
        from dbwright.engines.postgres.loaders import register

        register(connection)
        with our_faults(url, connection):
            if read_only:
                connection.execute(
                    f"SET default_transaction_read_only = on; SET statement_timeout = '{_READING_SECONDS}s';"
                    f" SET lock_timeout = '{_LOCK_SECONDS}s'"
                )
            session = PostgresSession(url, connection)
    except BaseException:
        connection.close()
        raise
    return session


class PostgresSession:
    """A connection. Statements commit one by one; reading happens in read-only transactions of its own."""

    def __init__(self, url: Url, connection: "psycopg.Connection[Any]") -> None:
        self.url = url
        self._connection = connection
        number = connection.info.server_version
        self.version: tuple[int, ...] = (number // 10000, number % 10000)
        if self.version[0] < _OLDEST:
            raise Unsupported(
                f"dbwright's PostgreSQL engine on version {number // 10000}",
                "read this server",
                hint=f"It reads version {_OLDEST} and newer.",
            )

    def inspect(self, namespaces: Sequence[str] | None = None) -> Inspection:
        """Read the whole catalog, or some namespaces of it."""
        from dbwright.engines.postgres.faults import our_faults
        from dbwright.engines.postgres.inspect import inspect

        with our_faults(self.url, self._connection):
            return inspect(self._connection, self.version, namespaces)

    def measure(self, catalog: Catalog) -> Facts:
        """The server's own counters and sizes. No row is read, but to count small tables never analysed."""
        from dbwright.engines.postgres.faults import our_faults
        from dbwright.engines.postgres.stats import measure

        with our_faults(self.url, self._connection):
            return measure(self._connection, catalog)

    def answer(
        self, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
    ) -> dict[Question, Answer]:
        """Ask the rows; what cannot be answered is Unanswered with its reason."""
        from dbwright.engines.postgres.faults import our_faults
        from dbwright.engines.postgres.probe import answer

        with our_faults(self.url, self._connection):
            return answer(self._connection, self.version, catalog, facts, questions, budget)

    def execute(self, statements: Iterable[Statement]) -> list[str]:
        """Run statements one after another, each committed by itself. Raises ExecutionFault at the first that fails."""
        began_outside = self._connection.pgconn.transaction_status == _IDLE
        try:
            self._execute(statements)
        except BaseException:
            # A BEGIN among the statements leaves nothing open behind a failure.
            if began_outside and not self._connection.closed and self._connection.pgconn.transaction_status != _IDLE:
                self._connection.execute("ROLLBACK")
            raise
        return []

    def _execute(self, statements: Iterable[Statement]) -> None:
        from dbwright.engines.postgres.faults import our_faults

        for statement in statements:
            with our_faults(self.url, self._connection, statement.text):
                if statement.copy_data is None:
                    self._connection.execute(statement.text.encode(), prepare=False)
                else:
                    self._copy(statement.text, statement.copy_data)

    def _copy(self, text: str, data: str) -> None:
        with self._connection.cursor() as cursor, cursor.copy(text.encode()) as copy:
            copy.write(data)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one query and return all its rows; none for a statement that has no result."""
        from dbwright.engines.postgres.faults import our_faults

        with our_faults(self.url, self._connection, sql):
            cursor = self._connection.execute(sql.encode(), prepare=False)
            return cast(list[tuple[object, ...]], cursor.fetchall()) if cursor.description else []

    def stream(self, sql: str, rows: int = 10_000) -> Iterator[list[tuple[object, ...]]]:
        """Run one query and hand out its rows in batches, through a cursor that the server keeps."""
        from dbwright.engines.postgres.faults import our_faults

        with (
            our_faults(self.url, self._connection, sql),
            self._connection.transaction(),
            self._connection.cursor(name="dbwright_rows") as cursor,
        ):
            cursor.execute(sql.encode())
            while batch := cursor.fetchmany(rows):
                yield cast(list[tuple[object, ...]], batch)

    def column_names(self, sql: str) -> tuple[str, ...]:
        """Run one query and return what its columns are called."""
        from dbwright.engines.postgres.faults import our_faults

        with our_faults(self.url, self._connection, sql):
            return tuple(
                column.name for column in self._connection.execute(sql.encode(), prepare=False).description or ()
            )

    def explain(self, sql: str, *, as_if_large: bool = False) -> QueryPlan:
        """What the engine intends to do for a query, without running it."""
        from dbwright.engines.postgres.explain import explain

        return explain(self, sql, as_if_large=as_if_large)

    def change(self, sql: str) -> int:
        """Run one statement and return how many rows it changed; none for a SELECT or a change of the schema."""
        from dbwright.engines.postgres.faults import our_faults

        with our_faults(self.url, self._connection, sql):
            cursor = self._connection.execute(sql.encode(), prepare=False)
            changing = (cursor.statusmessage or "").startswith(("INSERT", "UPDATE", "DELETE", "MERGE", "COPY"))
            return max(cursor.rowcount, 0) if changing else 0

    def write_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows by COPY, all or none of them."""
        from dbwright.engines.postgres.faults import our_faults
        from dbwright.engines.postgres.words import quote

        named = f" ({', '.join(quote(column) for column in columns)})" if columns else ""
        written = 0
        with (
            our_faults(self.url, self._connection),
            self._connection.transaction(),
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table}{named} FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)
                written += 1
        return written

    def write_frames(self, frames: "Sequence[tuple[Table, pl.DataFrame]]", how: Joined | None = None) -> int:
        """Insert the rows of frames by COPY, all or none of them."""
        from dbwright.engines.postgres.bulk import write_frames

        return write_frames(self, frames, how)

    def update_frame(self, table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
        """Set columns of rows that a key finds, all or none of them."""
        from dbwright.engines.postgres.bulk import update_frame

        return update_frame(self, table, frame, key)

    def settle_rows(self, table: Table, numbered: Sequence[str], *, analyze: bool = True) -> None:
        """Move sequences past the highest values, and ANALYZE."""
        from dbwright.engines.postgres.bulk import settle_rows

        settle_rows(self, table, numbered, analyze)

    def copy_in(self, statement: str, pieces: Iterable[bytes]) -> None:
        """Run a COPY … FROM STDIN with what it reads, in pieces."""
        from dbwright.engines.postgres.faults import our_faults

        with (
            our_faults(self.url, self._connection, statement),
            self._connection.cursor() as cursor,
            cursor.copy(statement.encode()) as copy,
        ):
            for piece in pieces:
                copy.write(piece)

    def set_timeouts(self, *, lock: float | None = None, statement: float | None = None) -> None:
        """For all that follows: seconds to wait for a lock, seconds that a statement may take; None for no limit."""
        for name, seconds in (("lock_timeout", lock), ("statement_timeout", statement)):
            # The server counts in milliseconds, and takes 0 for no limit.
            self.query(f"SET {name} = {0 if seconds is None else max(round(seconds * 1000), 1)}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction: committed at the end, rolled back when an error leaves it. Inside of another, a savepoint."""
        from dbwright.engines.postgres.faults import our_faults

        with our_faults(self.url, self._connection), self._connection.transaction():
            yield

    def claim(self, name: str, *, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold an advisory lock of the current database. Raises Busy, naming the session that has it."""
        from dbwright.engines.postgres.claims import claimed

        return claimed(self.query, name, wait)

    def observe(self, statement: Statement, catalog: Catalog) -> Effect:
        """Run one statement on a scratch database and report what it did. Raises ExecutionFault where it fails."""
        from dbwright.engines.postgres.observe import observe

        return observe(self, statement, catalog)

    def load(self) -> Load:
        """How hard the server works, and how far its replicas are behind, in bytes of its log."""
        from dbwright.engines.postgres.claims import read_load

        return read_load(self.query)

    def close(self) -> None:
        """Close the connection. May be called twice."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()
