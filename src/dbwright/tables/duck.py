"""DuckDB as the place where files are looked at: one private database, its limits, and how it spells names and values."""

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dbwright.errors import DbwrightError, ExecutionFault, Unavailable, UsageError

if TYPE_CHECKING:
    import polars

_BESIDE = 120 * 2**20  # what Python and DuckDB take beside the memory that DuckDB counts
_LEAST = 64 * 2**20
_EACH_THREAD = 128 * 2**20
_READING = ("SELECT", "EXPLAIN")


class OutOfTime(DbwrightError):
    """A query was stopped because the time it was given was over."""


class OutOfMemory(DbwrightError):
    """A query was stopped because it needs more memory than it was given."""


def name(text: str) -> str:
    """A name as SQL writes it, always quoted."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


class Store:
    """A DuckDB database that lives as long as something uses it. Several tables may stand in one.

    on_disk: keep tables in a temporary file, for what is too much for memory. memory: bytes that the process may use; what goes beyond is
    put on disk. threads: how many at once. None leaves DuckDB's own choice.
    """

    def __init__(self, *, on_disk: bool = False, memory: int | None = None, threads: int | None = None) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise Unavailable(
                "DuckDB is not installed; files are read with it.",
                hint="Install it with: pip install 'dbwright[discover]'",
            ) from error
        self._errors: Any = duckdb
        self.folder = Path(tempfile.mkdtemp(prefix="dbwright-"))
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(self.folder / "spilled"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if memory is not None:
            settings["memory_limit"] = f"{max(memory - _BESIDE, _LEAST)}B"
            threads = min(threads or os.cpu_count() or 1, memory // _EACH_THREAD)
        if threads is not None:
            settings["threads"] = str(max(1, threads))
        database = str(self.folder / "rows.duckdb") if on_disk else ":memory:"
        try:
            self.connection = duckdb.connect(database, config=settings)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._finalizer = weakref.finalize(self, _forget, self.connection, self.folder)
        self.run("SET TimeZone = 'UTC'")
        self.run("SET enable_progress_bar = false")

    def close(self) -> None:
        """Close the database and delete what it kept on disk. May be called twice."""
        self._finalizer()

    def run(
        self, sql: str, values: list[object] | None = None, *, seconds: float | None = None
    ) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows.

        seconds: raise OutOfTime where it takes longer. Raises OutOfMemory beyond the memory limit, ExecutionFault for all else.
        """
        with self._told(sql, seconds):
            return self.connection.execute(sql, values).fetchall()

    def frame(self, sql: str, *, seconds: float | None = None) -> "polars.DataFrame":
        """Run one query and return its rows, in their order, as a polars frame.

        They travel in a Parquet file: it needs no PyArrow, and DuckDB's own Arrow stream leaves objects behind that it complains of.
        """
        try:
            import polars
        except ImportError as error:
            raise Unavailable(
                "Polars is not installed; rows are held in it.",
                hint="Install it with: pip install 'dbwright[discover]'",
            ) from error
        file = self.folder / f"{uuid4().hex}.parquet"
        try:
            self.run(f"COPY ({sql}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION snappy)", seconds=seconds)
            return polars.read_parquet(file)
        finally:
            file.unlink(missing_ok=True)

    def read(self, sql: str, *, seconds: float | None = None) -> list[tuple[Any, ...]]:
        """Run one query that reads only. Raises UsageError for anything else."""
        with self._told(sql, None):
            statements = self.connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type.name not in _READING:
            raise UsageError("Only one query that reads can be run on a file.")
        return self.run(sql, seconds=seconds)

    @contextmanager
    def _told(self, sql: str, seconds: float | None) -> Iterator[None]:
        """Turn DuckDB's errors into ours, and interrupt it when the time is over."""
        timer = threading.Timer(seconds, self.connection.interrupt) if seconds is not None else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            yield
        except self._errors.InterruptException as error:
            if timer is None or timer.is_alive():  # it was a person, not the clock
                raise KeyboardInterrupt from error
            raise OutOfTime("A query took longer than the time it was given.") from error
        except self._errors.OutOfMemoryException as error:
            raise OutOfMemory("A query needs more memory than it was given.", hint="Raise --memory.") from error
        except RuntimeError as error:  # what DuckDB makes of Ctrl-C
            if "interrupt" in str(error).lower():
                raise KeyboardInterrupt from error
            raise
        except self._errors.Error as error:
            raise ExecutionFault(_first_line(error), statement=sql) from error
        finally:
            if timer:
                timer.cancel()


def _first_line(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0].rstrip(" .")
    return f"{text}."


def _forget(connection: Any, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
