"""A question as SQL, and the pieces that such SQL is made of."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dbwright.catalog.facts import Answer, Counted, Question
from dbwright.catalog.objects import Table
from dbwright.catalog.secrets import looks_secret
from dbwright.catalog.types import Type
from dbwright.engines.asking import EXAMPLES, shortened
from dbwright.engines.postgres.dialect import without_equality
from dbwright.engines.postgres.words import identifier, qualified


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A question as SQL.

    columns: expressions of the shared SELECT. helpers: "expression AS name" that they use.
    query: makes the question's own query of the source and the values of the columns; None where none is needed.
    build: makes the answer of the number of rows looked at, whether they are a sample, the values, and the query's rows.
    sql: the query that a person can run to see the same. whole: never asked of a sample.
    """

    question: Question
    columns: tuple[str, ...]
    build: Callable[[int, bool, Sequence[Any], list[tuple[Any, ...]]], Answer]
    sql: str
    query: Callable[[str, Sequence[Any]], str | None] | None = None
    helpers: tuple[str, ...] = ()
    whole: bool = False


def of(table: Table) -> str:
    """The table as it stands after FROM."""
    return qualified(table.namespace, table.name)


def when(condition: str) -> str:
    """How many rows meet a condition."""
    return f"count(*) FILTER (WHERE {condition})"


def filled(*columns: str) -> str:
    """A condition that none of the columns is NULL."""
    return " AND ".join(f"{identifier(column)} IS NOT NULL" for column in columns)


def type_of(table: Table, column: str) -> Type:
    """The type of a column, which is there."""
    found = table.column(column)
    assert found is not None
    return found.type


def comparable(table: Table, column: str) -> str:
    """The column, as text where its type has no equality."""
    return f"{identifier(column)}::text" if without_equality(type_of(table, column)) else identifier(column)


def number(table: Table, column: str) -> str:
    """The column as something to reckon with."""
    name = identifier(column)
    return name if type_of(table, column).kind in ("integer", "decimal", "float") else f"{name}::numeric"


def key_of(table: Table) -> tuple[str, ...]:
    """The columns of the primary key."""
    return table.primary_key.columns if table.primary_key else ()


def counting(question: Question, table: Table, *, considered: str, condition: str, shows: Sequence[str]) -> Plan:
    """Rows that meet a condition among those considered, with a few of them as examples. Secrets are not shown."""
    open_columns = tuple(dict.fromkeys(column for column in shows if not looks_secret(column)))
    matching = f"({considered}) AND ({condition})"
    listed = ", ".join(f"{identifier(column)}::text" for column in open_columns)
    sql = f"SELECT {', '.join(map(identifier, open_columns)) or 'count(*)'} FROM {of(table)} WHERE {matching}"

    def query(source: str, values: Sequence[Any]) -> str | None:
        return f"SELECT {listed} FROM {source} WHERE {matching} LIMIT {EXAMPLES}" if values[1] and listed else None

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return Counted(
            rows=rows,
            sampled=sampled,
            sql=sql,
            considered=values[0],
            matching=values[1],
            examples=tuple(tuple(shortened(value) for value in row) for row in found),
            example_columns=open_columns,
        )

    return Plan(question=question, columns=(when(considered), when(matching)), query=query, build=build, sql=sql)
