"""Conditions that only the database can evaluate, asked of it without a row being written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine, Session
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault
from dbwright.seed.checks.checked import Condition
from dbwright.seed.checks.type_limits import Types

_ROWS = 500
_MYSQL = {
    "integer": "SIGNED", "boolean": "SIGNED", "year": "SIGNED", "date": "DATE", "time": "TIME(6)", "timestamp": "DATETIME(6)",
    "float": "DOUBLE", "binary": "BINARY",
}  # fmt: skip


def judge_of(session: Session, table: Table, catalog: Catalog) -> Callable[[Condition, pl.DataFrame], pl.Series]:
    """What asks a database whether it would let rows in: for each row false where it would not, also for an error."""
    asking = _Asking(session, table, catalog)

    def judge(condition: Condition, frame: pl.DataFrame) -> pl.Series:
        columns = [column for name in condition.columns if name in frame.columns and (column := table.column(name))]
        rows = frame.select(column.name for column in columns).rows() if columns else [()] * frame.height
        found: list[bool] = []
        for start in range(0, len(rows), _ROWS):
            found += asking.judged(condition.text, columns, rows[start : start + _ROWS])
        return pl.Series(found, dtype=pl.Boolean)

    return judge


class _Asking:
    """Puts rows as constants into a query. Raises nothing for a row that the engine cannot take: that row is refused."""

    def __init__(self, session: Session, table: Table, catalog: Catalog) -> None:
        self._session, self._table = session, table
        self._types = Types(catalog)
        self._engine: Engine = engine(self._types.engine)

    def judged(self, text: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[bool]:
        """The answers for some rows; where the engine stumbles over one of them, that one is found by halves."""
        try:
            answers = self._answers(text, columns, rows)
        except (ExecutionFault, sqlite3.Error):
            if len(rows) == 1:
                return [False]
            half = len(rows) // 2
            return [*self.judged(text, columns, rows[:half]), *self.judged(text, columns, rows[half:])]
        return [answer is None or bool(answer) for answer in answers]

    def _answers(self, text: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Sequence[object]:
        if self._types.engine == "sqlite":
            return _in_memory(text, columns, rows)
        number, name = self._engine.quote("row number"), self._engine.quote(self._table.name)
        selects = (
            ", ".join((f"SELECT {place} AS {number}", *(map(self._typed, columns, row))))
            for place, row in enumerate(rows)
        )
        query = f"SELECT ({text}) FROM ({' UNION ALL '.join(selects)}) AS {name} ORDER BY {number}"
        return [answer for (answer,) in self._session.query(query)]

    def _typed(self, column: Column, value: Any) -> str:
        """A value as one of the column's type, under the column's name."""
        literal, type_ = self._engine.literal(value), self._types.base(column.type)
        if self._types.engine == "postgres":
            cast = f"CAST({literal} AS {type_.spelling})"
        else:
            cast = f"CAST({literal} AS {_mysql_cast(type_)}){_mysql_collation(column, type_)}"
        return f"{cast} AS {self._engine.quote(column.name)}"


def _mysql_cast(type_: Type) -> str:
    if type_.kind == "decimal":
        return f"DECIMAL({type_.precision or 10},{type_.scale or 0})"
    if type_.kind == "integer" and type_.unsigned:
        return "UNSIGNED"
    return _MYSQL.get(type_.kind, "CHAR")


def _mysql_collation(column: Column, type_: Type) -> str:
    return (
        f" COLLATE {column.collation}"
        if column.collation and type_.kind in ("char", "varchar", "text", "enum", "set")
        else ""
    )


def _in_memory(text: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Sequence[object]:
    """SQLite is in this process: a table of the same columns is asked."""
    quote = engine("sqlite").quote
    declared = [(quote(column.name), column.type.spelling, column.collation) for column in columns] or [
        ("unread", "int", None)
    ]
    literal = engine("sqlite").literal
    connection = sqlite3.connect(":memory:")
    try:
        parts = (f"{name} {type_}{f' COLLATE {collation}' if collation else ''}" for name, type_, collation in declared)
        connection.execute(f"CREATE TABLE asked ({', '.join(parts)})")
        for row in rows:
            connection.execute(f"INSERT INTO asked VALUES ({', '.join(map(literal, row)) or 'NULL'})")
        return [answer for (answer,) in connection.execute(f"SELECT ({text}) FROM asked ORDER BY rowid")]
    finally:
        connection.close()
