"""An open connection to MySQL or MariaDB."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.query_plans import QueryPlan
from dbwright.change.effects import Effect
from dbwright.engines.base import Budget, Inspection, Joined, Load, Statement
from dbwright.engines.mysql.connect import code_and_message, connect, seconds_up
from dbwright.engines.mysql.left_out import about_accounts, place, reason_to_skip
from dbwright.engines.mysql.watch import Watch
from dbwright.engines.mysql.words import tick
from dbwright.engines.url import Url
from dbwright.errors import ConnectionFault, DbwrightError, ExecutionFault, UsageError

if TYPE_CHECKING:
    import polars as pl
    from pymysql.connections import Connection

    from dbwright.engines.mysql.replication import Replicas

_LOST = frozenset((0, 1053, 1077, 1079, 1080, 1927, 2006, 2013, 2014, 2055, 3169, 4031))
"""Error codes that say that the connection, not the statement, came to its end."""

_TIMED_OUT = frozenset((1317, 1969, 3024))
_MISSING_ACCOUNT = frozenset((1133, 1141, 1147, 1410, 1959))
_LONGEST_WAIT = {"lock_wait_timeout": 31_536_000, "innodb_lock_wait_timeout": 100_000_000}
"""What the server takes for "no limit", in seconds: a year, and for InnoDB's rows for ever."""


_ROWS_AT_ONCE = 1000


class _Result(NamedTuple):
    """All rows of the last result that has any, how many rows were changed, and the names of the first result's columns."""

    rows: list[tuple[object, ...]]
    changed: int
    columns: tuple[str, ...]


class MySQLSession:
    """A connection; `flavour` is "mysql" or "mariadb". Every statement commits by itself, so that no lock is held for long."""

    def __init__(self, url: Url, connection: "Connection[Any]", *, read_only: bool) -> None:
        self.url = url
        self.read_only = read_only
        self._connection = connection
        self._closed = False
        self._in_transaction = False
        self._seconds: float | None = None
        self._replicas: Replicas | None = None
        self._number = 0
        version, number = self.query("SELECT VERSION(), CONNECTION_ID()")[0]
        self._number, text = int(str(number)), str(version)
        self.flavour = "mariadb" if "mariadb" in text.lower() else "mysql"
        numbers = re.match(r"(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)", text)
        self.version: tuple[int, ...] = tuple(int(number) for number in numbers.groups()) if numbers else ()
        if read_only:
            self.query("SET SESSION TRANSACTION READ ONLY")

    # ------------------------------------------------------------ what a session does

    def inspect(self, namespaces: Sequence[str] | None = None) -> Inspection:
        """Read the whole catalog: the URL's database under the namespace "", or without one every database by its name."""
        from dbwright.engines.mysql.inspect import inspect

        return inspect(self, namespaces)

    def measure(self, catalog: Catalog) -> Facts:
        """The server's own counters and sizes."""
        from dbwright.engines.mysql.stats import measure

        return measure(self, catalog)

    def answer(
        self, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
    ) -> dict[Question, Answer]:
        """Ask the rows; what cannot be answered is Unanswered with its reason."""
        from dbwright.engines.mysql.probe import answer

        return answer(self, catalog, facts, questions, budget)

    def execute(self, statements: Iterable[Statement]) -> list[str]:
        """Run statements one after another; raises ExecutionFault at the first that fails.

        Left out, with a note: commands of the client, settings of the whole server, and, where the URL names a database,
        everything that would leave it for another one or make or drop a database.
        """
        notes: list[str] = []
        for statement in statements:
            reason = reason_to_skip(statement.text, bound=bool(self.url.database))
            if reason:
                notes.append(f"{place(statement)} was left out: {reason}.")
                continue
            try:
                self._run(statement.text)
            except ExecutionFault as fault:
                if fault.code.isdigit() and int(fault.code) in _MISSING_ACCOUNT and about_accounts(statement.text):
                    notes.append(f"{place(statement)} was left out: it names an account that does not exist here.")
                    continue
                raise
        if not self._in_transaction:
            with suppress(ExecutionFault):
                self._run("COMMIT")
        return notes

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one query and return all its rows."""
        return self._run(sql).rows

    def stream(self, sql: str, rows: int = 10_000) -> Iterator[list[tuple[object, ...]]]:
        """Run one query and hand out its rows in batches, as they come from the server."""
        from pymysql.cursors import SSCursor

        with self._watched(sql), self._connection.cursor(SSCursor) as cursor:
            cursor.execute(sql)
            try:
                while batch := cursor.fetchmany(rows):
                    yield list(batch)
            except GeneratorExit:
                return  # no reason to end the connection: the cursor reads what is left

    def column_names(self, sql: str) -> tuple[str, ...]:
        """Run one query and return what its columns are called."""
        return self._run(sql).columns

    def explain(self, sql: str, *, as_if_large: bool = False) -> QueryPlan:
        """What the engine intends to do for a query, without running it."""
        from dbwright.engines.mysql.explain import explain

        return explain(self, sql, as_if_large=as_if_large)

    def change(self, sql: str) -> int:
        """Run one statement and return how many rows it changed; a row that already was as it shall be does not count."""
        return self._run(sql).changed

    def write_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert rows, many in one statement, all or none of them."""
        # The driver puts values in with %, so that one in a name is doubled.
        into = f"{table} ({', '.join(tick(column) for column in columns)})".replace("%", "%%")
        sql = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})"
        written = 0
        waiting = iter(rows)
        with nullcontext() if self._in_transaction else self.transaction():
            while some := list(islice(waiting, _ROWS_AT_ONCE)):
                with self._watched(sql), self._connection.cursor() as cursor:
                    cursor.executemany(sql, some)
                written += len(some)
        return written

    def write_frames(self, frames: "Sequence[tuple[Table, pl.DataFrame]]", how: Joined | None = None) -> int:
        """Insert the rows of frames by LOAD DATA where the server takes it, else by INSERT; all or none of them."""
        from dbwright.engines.mysql.bulk import write_frames

        return write_frames(self, frames, how)

    def update_frame(self, table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
        """Set columns of rows that a key finds, all or none of them."""
        from dbwright.engines.mysql.bulk import update_frame

        return update_frame(self, table, frame, key)

    def settle_rows(self, table: Table, numbered: Sequence[str], *, analyze: bool = True) -> None:
        """Gather statistics; AUTO_INCREMENT moves on by itself."""
        from dbwright.engines.mysql.bulk import settle_rows

        if analyze:
            settle_rows(self, table)

    def load_file(self, statement: str) -> tuple[int, int]:
        """Run a LOAD DATA LOCAL; how many rows there are now, and how many warnings.

        At no other moment does the server get a file that it asks for.
        """
        connection: Any = self._connection
        connection._local_infile = True
        try:
            with self._watched(statement), connection.cursor() as cursor:
                cursor.execute(statement)
                return max(cursor.rowcount, 0), cursor.warning_count
        finally:
            connection._local_infile = False

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction of ours is open."""
        return self._in_transaction

    def set_timeouts(self, *, lock: float | None = None, statement: float | None = None) -> None:
        """Seconds to wait for a table's metadata lock and for InnoDB's row locks, and seconds that a statement may take.

        The servers count waiting in whole seconds, so that less is rounded up. MySQL itself limits SELECT alone: there
        every other statement is ended from a second connection when its time is over.
        """
        for name, longest in _LONGEST_WAIT.items():
            self.query(f"SET SESSION {name} = {longest if lock is None else min(longest, seconds_up(lock))}")
        self.limit(statement)
        self._seconds = statement if self.flavour == "mysql" else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction; a change of the schema inside it commits all that came before. Raises UsageError inside another."""
        if self._in_transaction:
            raise UsageError("A transaction is open already; MySQL would commit it by beginning another.")
        self.query("START TRANSACTION")
        self._in_transaction = True
        try:
            yield
        except BaseException:
            self._in_transaction = False
            with suppress(DbwrightError):
                self.query("ROLLBACK")
            raise
        self._in_transaction = False
        self.query("COMMIT")

    def claim(self, name: str, *, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold a named lock of the URL's database (GET_LOCK). Raises Busy, naming the connection that holds it."""
        from dbwright.engines.mysql.claim import claim

        return claim(self, name, wait)

    def observe(self, statement: Statement, catalog: Catalog) -> Effect:
        """Run one statement on a scratch database and report which algorithm and lock the server accepted for it."""
        from dbwright.engines.mysql.observe import observe

        return observe(self, statement, catalog)

    def load(self) -> Load:
        """How hard the server works, and how far replicas are behind where that can be read."""
        from dbwright.engines.mysql.load import load

        return load(self)

    def named(self, sql: str) -> list[dict[str, object]]:
        """The rows of a query by the names of their columns, for what has other columns in each version."""
        result = self._run(sql)
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    def replicas(self) -> "Replicas":
        """The replicas that the URL names, whose connections are kept."""
        from dbwright.engines.mysql.replication import Replicas

        if self._replicas is None:
            self._replicas = Replicas(self)
        return self._replicas

    def limit(self, seconds: float | None) -> None:
        """End every SELECT that takes longer than so many seconds; None for no limit."""
        if self.flavour == "mariadb":
            self.query(f"SET SESSION max_statement_time = {seconds or 0:.3f}")
        else:
            self.query(f"SET SESSION max_execution_time = {max(1, round(seconds * 1000)) if seconds else 0}")

    def close(self) -> None:
        """Close the connection. May be called twice."""
        if not self._closed:
            self._closed = True
            if self._replicas:
                self._replicas.close()
            with suppress(Exception):
                self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # ------------------------------------------------------------ one statement

    def _run(self, sql: str) -> "_Result":
        with self._watched(sql), self._connection.cursor() as cursor:
            cursor.execute(sql)
            columns = tuple(each[0] for each in cursor.description or ())
            changed = max(cursor.rowcount, 0)
            rows = list(cursor.fetchall())
            while cursor.nextset():
                rows = list(cursor.fetchall()) or rows
            return _Result(rows, changed, columns)

    @contextmanager
    def _watched(self, sql: str) -> Iterator[None]:
        """Ends the statement when its time is over, and turns the driver's errors into ours."""
        import pymysql

        try:
            with Watch(self.url, self._number, self._seconds):
                yield
        except pymysql.err.Error as error:
            raise self._fault(error, sql) from error
        except OSError as error:
            raise self._gone(str(error)) from error
        except RuntimeError as error:
            if "LOAD_LOCAL" not in str(error):
                raise
            raise self._no_file(sql) from error

    def _no_file(self, sql: str) -> ExecutionFault:
        """The server asked for a file of this machine, which nobody meant to send: it gets an empty one."""
        connection: Any = self._connection
        connection.write_packet(b"")
        connection._read_packet()
        return ExecutionFault(
            f"{self._product} asked for a file of this machine, and it was not sent.",
            statement=sql,
            code="3948",
            hint="Load files with the server's own client; dbwright does not run LOAD DATA LOCAL.",
        )

    def _fault(self, error: Exception, sql: str) -> DbwrightError:
        code, message = code_and_message(error)
        if self._is_lost(code) or (code == 1317 and not self._alive()):
            return self._gone(message)
        hint = "It took longer than the time it was given." if code in _TIMED_OUT else None
        if code == 1792:
            hint = "The session is read-only."
        return ExecutionFault(
            f"{self._product} refused a statement: {message}.", statement=sql, code=str(code), hint=hint
        )

    def _is_lost(self, code: int) -> bool:
        # On MariaDB 4031 says that a trigger follows one that is not there.
        return code in _LOST and (code != 4031 or getattr(self, "flavour", "mysql") == "mysql")

    def _gone(self, message: str) -> ConnectionFault:
        return ConnectionFault(
            f"The connection to {self.url.shown} was lost{f': {message}' if message else ''}.",
            hint="The server went away or ended the connection; run the command again.",
        )

    def _alive(self) -> bool:
        try:
            self._connection.ping(reconnect=False)
        except Exception:
            return False
        return True

    @property
    def _product(self) -> str:
        return "MariaDB" if getattr(self, "flavour", "mysql") == "mariadb" else "MySQL"


def open_session(url: Url, *, read_only: bool, timeout: float) -> MySQLSession:
    """Connect. Raises ConnectionFault with what the server said, Unavailable where PyMySQL is not installed."""
    connection = connect(url, timeout)
    try:
        return MySQLSession(url, connection, read_only=read_only)
    except BaseException:
        connection.close()
        raise
