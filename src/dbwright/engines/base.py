"""What an engine can do, as protocols. A capability that an engine lacks raises Unsupported(engine, capability)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog, Table
from dbwright.catalog.query_plans import QueryPlan
from dbwright.catalog.types import Type
from dbwright.change.actions import Action
from dbwright.change.effects import Effect
from dbwright.change.operations import Operation
from dbwright.change.plan import Step
from dbwright.engines.url import Url
from dbwright.errors import ExecutionFault

if TYPE_CHECKING:
    import polars as pl


Joined = Literal["deferred", "one statement", "unchecked"]
"""How rows of several tables that need each other are written: with constraints that wait for the end of the transaction, in one
statement at whose end PostgreSQL checks, or with MySQL's foreign keys off for them alone and checked by query before the end."""


class Inspection(msgspec.Struct, frozen=True):
    """A catalog, and in plain sentences what could not be read (no permission on a namespace, an object kind unknown)."""

    catalog: Catalog
    notes: tuple[str, ...] = ()


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How much asking the rows may cost: seconds for one question, seconds for all, and the rows from which on to sample."""

    seconds_each: float = 10.0
    seconds: float = 60.0
    sample_above: int = 1_000_000
    sample_rows: int = 100_000


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a script: its text without the terminator, and the line and column where it begins (from 1).

    copy_data: for PostgreSQL's COPY … FROM stdin, the lines that follow it; None for every other statement.
    path: the file that it stands in.
    """

    text: str
    line: int = 1
    column: int = 1
    path: str | None = None
    copy_data: str | None = None


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How hard the server works, for throttling; None where the engine or the login cannot tell.

    lag_bytes: how far the slowest connected replica is behind by position, never by clock; lag_transactions: the same where
    positions are counted (GTID). replicas: how many are connected. active: sessions running a statement, without ours.
    waiting: sessions that wait for a lock.
    """

    lag_bytes: int | None = None
    lag_transactions: int | None = None
    replicas: int = 0
    active: int | None = None
    waiting: int | None = None


class Session(Protocol):
    """An open connection. Read-only sessions run in a read-only transaction where the engine has one.

    Errors of the driver never leave a session: they come out as ConnectionFault or ExecutionFault.
    """

    url: Url
    version: tuple[int, ...]

    def inspect(self, namespaces: Sequence[str] | None = None) -> Inspection:
        """Read the whole catalog, or some namespaces of it, in a fixed number of queries."""
        ...

    def measure(self, catalog: Catalog) -> Facts:
        """The engine's own counters and sizes for the catalog's objects, and has_rows=True. No row is read."""
        ...

    def answer(
        self, catalog: Catalog, facts: Facts, questions: Sequence[Question], budget: Budget
    ) -> dict[Question, Answer]:
        """Ask the rows, few scans for many questions; what cannot be answered is Unanswered with its reason."""
        ...

    def execute(self, statements: Iterable[Statement]) -> list[str]:
        """Run statements one after another, each committed by itself; returns notes on those skipped and why.

        Raises ExecutionFault at the first that fails.
        """
        ...

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Run one query and return all its rows."""
        ...

    def stream(self, sql: str, rows: int = 10_000) -> Iterator[list[tuple[object, ...]]]:
        """Run one query and hand out its rows in batches of at most so many, so that never more than a batch is held.

        Nothing else may be asked of the session before the last batch came or the iterator was closed.
        """
        ...

    def column_names(self, sql: str) -> tuple[str, ...]:
        """Run one query and return what its columns are called."""
        ...

    def explain(self, sql: str, *, as_if_large: bool = False) -> QueryPlan:
        """What the engine intends to do for a query, without running it.

        as_if_large: what it would do if every table were so large that an index pays, where the engine has a switch for that.
        """
        ...

    def change(self, sql: str) -> int:
        """Run one INSERT, UPDATE, DELETE or other statement and return how many rows it changed."""
        ...

    def write_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
        """Insert many rows fast, all or none of them, and return how many there were.

        table: as SQL names it. columns: plain names. rows: values in their order: None, numbers, texts, bytes, dates, times.
        """
        ...

    def write_frames(self, frames: "Sequence[tuple[Table, pl.DataFrame]]", how: Joined | None = None) -> int:
        """Insert the rows of polars frames as fast as the engine takes them, all or none, and return how many there were.

        Every constraint and trigger is at work. The columns of a frame are columns of its table, of native types or as the
        text that the engine's COPY or LOAD DATA takes; a frame without columns writes as many rows of defaults.
        how: for rows of several tables that need each other, what keeps their constraints waiting for the last of them.
        Needs polars. Raises ExecutionFault where a row does not fit.
        """
        ...

    def update_frame(self, table: Table, frame: "pl.DataFrame", key: Sequence[str]) -> int:
        """Set the other columns of a frame in the rows that its columns of the key name, all or none; how many there were."""
        ...

    def settle_rows(self, table: Table, numbered: Sequence[str], *, analyze: bool = True) -> None:
        """After rows were written with their numbers: move the sequences of these columns on, and gather statistics."""
        ...

    def set_timeouts(self, *, lock: float | None = None, statement: float | None = None) -> None:
        """For all that follows: seconds to wait for a lock, seconds that a statement may take; None for no limit."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction: committed at the end, rolled back when an error leaves it."""
        ...

    def claim(self, name: str, *, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold a named lock that keeps other runs of dbwright out; the server frees it when the connection or process dies.

        wait: seconds to wait for the one who has it. Raises Busy, naming the holder where the engine can tell.
        """
        ...

    def observe(self, statement: Statement, catalog: Catalog) -> Effect:
        """Run one statement, on a scratch database, and report what it did: locks, rewrites, MySQL's algorithm (basis "observed").

        catalog: what the database holds before it. Raises ExecutionFault where it fails.
        """
        ...

    def load(self) -> Load:
        """How hard the server works right now, and how far replicas are behind."""
        ...

    def close(self) -> None:
        """Close the connection. May be called twice."""
        ...

    def __enter__(self) -> "Session": ...

    def __exit__(self, *failure: object) -> None: ...


class Scratch(Protocol):
    """A throwaway database. origin says in a few words where it came from ("local binaries, PostgreSQL 15.18")."""

    url: Url
    origin: str

    def open(self) -> Session:
        """A session that may write."""
        ...


class Engine(Protocol):
    """One product. Reached through the registry alone."""

    @property
    def name(self) -> str:
        """The name that rules, options and the registry know it by."""
        ...

    @property
    def title(self) -> str:
        """The name that people know it by."""
        ...

    @property
    def schemes(self) -> tuple[str, ...]:
        """The URL schemes that lead to it."""
        ...

    @property
    def transactional_ddl(self) -> bool:
        """Whether changes of the schema can be rolled back."""
        ...

    @property
    def dialect(self) -> str:
        """The name that sqlglot knows its SQL by."""
        ...

    def connect(self, url: Url, *, read_only: bool = True, timeout: float = 10.0) -> Session:
        """Open a session. Raises ConnectionFault where that fails, Unavailable where the driver is missing."""
        ...

    def scratch(self, *, version: str | None = None) -> AbstractContextManager[Scratch]:
        """An empty database that is dropped at the end. Raises Unavailable, with all that was tried, where none can be had."""
        ...

    def copy(self, template: Scratch) -> AbstractContextManager[Scratch]:
        """An own copy of a scratch database of this engine, rows included, that is dropped at the end.

        Nobody may be connected to the template meanwhile. Raises Unavailable where it cannot be copied.
        """
        ...

    def quote(self, name: str) -> str:
        """A name as this engine quotes it, quotes only where they are needed."""
        ...

    def reserved(self) -> frozenset[str]:
        """The engine's reserved words, in lower case."""
        ...

    def name_limit(self) -> int | None:
        """The longest name: bytes for PostgreSQL, characters for MySQL, None for SQLite."""
        ...

    def spell(self, type_: Type) -> str:
        """The engine's spelling for a logical type that came from elsewhere."""
        ...

    def emit(self, catalog: Catalog) -> list[str]:
        """The statements, without terminators, that make the catalog in an empty database, in dependency order."""
        ...

    def script(self, statements: Sequence[str]) -> str:
        """Statements as one file that the engine's own client and our reader can run (terminators, DELIMITER)."""
        ...

    def render(self, operations: Sequence[Operation], catalog: Catalog) -> list[str]:
        """The statements that apply the operations to a database that holds the catalog.

        Raises Unsupported for one that the engine cannot do.
        """
        ...

    def steps(self, operations: Sequence[Operation], catalog: Catalog, facts: Facts | None = None) -> list[Step]:
        """The statements of `render` with what each is for, why it has this form, how it is undone and cleaned up.

        The safest form that the catalog's version knows is taken. Effects are left out: `predict` gives them.
        Raises Unsupported for an operation that the engine cannot do.
        """
        ...

    def predict(self, actions: Sequence[Action], catalog: Catalog, facts: Facts | None = None) -> Effect:
        """What one statement, given as its actions, will do to a database that holds the catalog (its version counts).

        facts: the sizes of the tables, for the expected duration and for hazards that only rows make.
        """
        ...

    def retryable(self, fault: ExecutionFault) -> bool:
        """Whether it may help to try again: a lock timeout, a deadlock, a serialisation failure."""
        ...

    def literal(self, value: object) -> str:
        """A value (None, bool, int, float, Decimal, str, bytes, date, datetime) as it stands in this engine's SQL."""
        ...

    def canonical(self, catalog: Catalog) -> Catalog:
        """Spelling variants made one, for catalogs that were parsed or written by hand instead of read from the engine."""
        ...
