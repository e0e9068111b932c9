"""The queries that a piece of an application runs: counted, shown, and the same one in a loop found (N+1).

psycopg and PyMySQL are listened to in their cursors, so that everything above them is seen too; other drivers through
SQLAlchemy's and Django's own hooks; connections of sqlite3 from the moment they are opened while somebody listens.
"""

import re
import sqlite3
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

_SILENT = re.compile(
    r"\s*(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|PRAGMA|SHOW)\b"
    r"|\s*SELECT (pg_catalog\.version\(\)|current_schema\(\)|DATABASE\(\)|@@\w+|CAST\('test)",
    re.IGNORECASE,
)
"""Transactions, and what libraries ask when they connect: no query of the application's."""

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|%\(\w+\)s|%s|\$\d+|(?<!:):\w+|\?")
_LIST = re.compile(r"\(\s*\?(?:\s*,\s*\?)+\s*\)")
_LIBRARIES = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), sysconfig.get_path("stdlib")})
_OURS = str(Path(__file__).parents[1])


class Query(NamedTuple):
    """A query that was run, and the line of the application that made it run."""

    sql: str
    place: str

    @property
    def shape(self) -> str:
        """The query without its values: what is equal in every round of a loop."""
        return _LIST.sub("(?)", _LITERAL.sub("?", " ".join(self.sql.split())))


class QueryLog:
    """The queries in their order, with assertions on them."""

    def __init__(self) -> None:
        self.queries: list[Query] = []

    def __len__(self) -> int:
        return len(self.queries)

    def __iter__(self) -> Iterator[Query]:
        return iter(self.queries)

    def clear(self) -> None:
        """Forget what was run until now."""
        self.queries.clear()

    def assert_at_most(self, number: int) -> None:
        """No more than so many queries were run."""
        if len(self.queries) > number:
            raise AssertionError(f"{len(self.queries)} queries were run, more than {number}:\n{self._shown()}")

    def assert_no_n_plus_one(self, repeats: int = 3) -> None:
        """No line ran the same query, but for its values, that often: load the rows in one query instead."""
        counted = Counter((query.shape, query.place) for query in self.queries)
        worst = [(shape, place, times) for (shape, place), times in counted.most_common() if times >= repeats]
        if worst:
            told = "\n".join(f"  {times} times from {place}:\n    {shape}" for shape, place, times in worst)
            raise AssertionError(
                f"The same query was run in a loop:\n{told}\n"
                "Ask for all the rows at once: a join, IN (…), or the loader options of your library."
            )

    def add(self, sql: object) -> None:
        """Note a query; transactions and what libraries ask when they connect are left out."""
        text = sql.decode(errors="replace") if isinstance(sql, bytes) else str(sql)
        if not _SILENT.match(text):
            self.queries.append(Query(text.strip(), _place()))

    def _shown(self) -> str:
        return "\n".join(f"  {query.place}: {' '.join(query.sql.split())[:200]}" for query in self.queries)


@contextmanager
def listening() -> Iterator[QueryLog]:
    """Note every query of this process that goes through psycopg, PyMySQL, sqlite3, SQLAlchemy or Django, until the end."""
    log = QueryLog()
    with ExitStack() as hooks:
        for listen in (_psycopg, _pymysql, _sqlite3, _sqlalchemy, _django):
            listen(log, hooks)
        yield log


# ---------------------------------------------------------------- drivers


def _psycopg(log: QueryLog, hooks: ExitStack) -> None:
    # Imported even where nobody has yet: a test may do so itself, and would else pass unheard.
    try:
        import psycopg
    except ImportError:
        return
    for kind in (psycopg.Cursor, psycopg.ServerCursor, psycopg.AsyncCursor, psycopg.AsyncServerCursor):
        for name in ("execute", "executemany"):
            _wrap(kind, name, lambda cursor, query, *_, **__: _text(query, cursor), log, hooks)


def _text(query: Any, cursor: Any) -> Any:
    return query.as_string(cursor) if hasattr(query, "as_string") else query


def _pymysql(log: QueryLog, hooks: ExitStack) -> None:
    try:
        from pymysql.cursors import Cursor
    except ImportError:
        return
    _wrap(Cursor, "execute", lambda cursor, query, *_, **__: query, log, hooks)


def _wrap(kind: type, name: str, text: Callable[..., object], log: QueryLog, hooks: ExitStack) -> None:
    """Have a method of a class tell the log before it does its work."""
    # A class that inherits the method is served by the one that has it.
    if name not in vars(kind):
        return
    original = vars(kind)[name]

    @wraps(original)
    def told(*arguments: Any, **named: Any) -> Any:
        log.add(text(*arguments, **named) if len(arguments) > 1 else named.get("query", ""))
        return original(*arguments, **named)

    setattr(kind, name, told)
    hooks.callback(setattr, kind, name, original)


def _sqlite3(log: QueryLog, hooks: ExitStack) -> None:
    connect = sqlite3.connect

    @wraps(connect)
    def told(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **named)
        connection.set_trace_callback(lambda sql: None if _under_a_hook() else log.add(sql))
        opened.append(connection)
        return connection

    def silence() -> None:
        for connection in opened:
            # Another thread's connection cannot be told from here, nor one that is closed: both are rid of with the test.
            try:
                connection.set_trace_callback(None)
            except sqlite3.ProgrammingError:
                continue

    opened: list[sqlite3.Connection] = []
    setattr(sqlite3, "connect", told)  # noqa: B010 - a plain assignment would have to have the overloads of the original
    hooks.callback(setattr, sqlite3, "connect", connect)
    hooks.callback(silence)


# ---------------------------------------------------------------- libraries


def _sqlalchemy(log: QueryLog, hooks: ExitStack) -> None:
    try:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
    except ImportError:
        return

    def told(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if connection.dialect.driver not in ("psycopg", "psycopg_async", "pymysql"):
            log.add(statement)

    event.listen(Engine, "before_cursor_execute", told)
    hooks.callback(event.remove, Engine, "before_cursor_execute", told)


def _django(log: QueryLog, hooks: ExitStack) -> None:
    if "django.db" not in sys.modules:
        return
    from django.core.exceptions import ImproperlyConfigured
    from django.db import connections

    def told(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if type(context["connection"].connection).__module__.split(".")[0] not in ("psycopg", "pymysql"):
            log.add(sql)
        return execute(sql, parameters, many, context)

    try:
        opened = connections.all()
    except ImproperlyConfigured:
        return
    for connection in opened:
        hooks.enter_context(connection.execute_wrapper(told))


def _under_a_hook() -> bool:
    """Whether a statement of sqlite3 comes from SQLAlchemy or Django, which have told it themselves."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals.get("__name__", "").startswith(("sqlalchemy.", "django.db.")):
            return True
    return False


def _place() -> str:
    """The nearest line that is neither ours nor a library's."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        file = frame.f_code.co_filename
        if not file.startswith((*_LIBRARIES, _OURS, "<")):
            return f"{_short(file)}:{frame.f_lineno}"
    return "an unknown line"


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
