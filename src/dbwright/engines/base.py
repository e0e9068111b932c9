"""What an engine can do, as protocols. A capability that an engine lacks raises Unsupported(engine, capability)."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from dbwright.catalog.facts import Answer, Facts, Question
from dbwright.catalog.objects import Catalog
from dbwright.catalog.types import Type
from dbwright.change.operations import Operation
from dbwright.engines.url import Url


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
    def dialect(self) -> str:
        """The name that sqlglot knows its SQL by."""
        ...

    def connect(self, url: Url, *, read_only: bool = True, timeout: float = 10.0) -> Session:
        """Open a session. Raises ConnectionFault where that fails, Unavailable where the driver is missing."""
        ...

    def scratch(self, *, version: str | None = None) -> AbstractContextManager[Scratch]:
        """An empty database that is dropped at the end. Raises Unavailable, with all that was tried, where none can be had."""
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

    def canonical(self, catalog: Catalog) -> Catalog:
        """Spelling variants made one, for catalogs that were parsed or written by hand instead of read from the engine."""
        ...
