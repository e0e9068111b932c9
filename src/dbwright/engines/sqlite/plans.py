"""A question as SQL, and the pieces that such SQL is made of."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dbwright.catalog.facts import Answer, Counted, Question
from dbwright.catalog.objects import Table
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.asking import EXAMPLES, shortened
from dbwright.engines.sqlite.words import quote


class Seen(msgspec.Struct):
    """What the aggregate `dbwright_shapes` has seen, handed through SQLite as JSON."""

    filled: int = 0
    longest: int = 0
    counts: dict[str, int] = {}
    examples: dict[str, list[str]] = {}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A question as SQL.

    columns: expressions of the shared SELECT; the table's own name stands for its rows.
    build: makes the answer of the number of rows looked at, whether they are a sample, and the columns' values.
    follow_up: a query that is run after it with the answer in hand, for examples and frequent values; None for none.
    finish: puts the rows of the follow-up into the answer.
    sql: the query that a person can run to see the same. whole: never asked of a sample.
    """

    question: Question
    columns: tuple[str, ...]
    build: Callable[[int, bool, Sequence[Any]], Answer]
    sql: str
    follow_up: Callable[[Answer], str | None] = lambda answer: None
    finish: Callable[[Answer, list[tuple[Any, ...]]], Answer] = lambda answer, rows: answer
    whole: bool = False


def shown(value: object) -> str | None:
    """A value as printed text; binary values in hexadecimal."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return str(value)


def shortly(value: object) -> str | None:
    """The same, cut where it is too long to read."""
    return shortened(shown(value))


def when(condition: str) -> str:
    """How many rows meet a condition."""
    return f"count(CASE WHEN {condition} THEN 1 END)"


def filled(*columns: str) -> str:
    """A condition that none of the columns is NULL."""
    return " AND ".join(f"{quote(column)} IS NOT NULL" for column in columns)


def key_of(table: Table) -> tuple[str, ...]:
    """The columns of the primary key."""
    return table.primary_key.columns if table.primary_key else ()


def counting(
    question: Question, table: Table, *, considered: str, condition: str, shows: Sequence[str], distinct: bool = False
) -> Plan:
    """Rows that meet a condition among those considered, with a few of them as examples. Secrets are not shown."""
    open_columns = tuple(dict.fromkeys(column for column in shows if not looks_secret(column)))
    listed = ", ".join(quote(column) for column in open_columns)
    matching = f"({considered}) AND {condition}"

    def examples(source: str, limit: str) -> str:
        return f"SELECT {'DISTINCT ' if distinct else ''}{listed or 'count(*)'} FROM {source} WHERE {matching}{limit}"

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Counted(rows=rows, sampled=sampled, sql=sql, considered=values[0], matching=values[1])

    def follow_up(answer: Answer) -> str | None:
        if not listed or not isinstance(answer, Counted) or not answer.matching:
            return None
        return examples("{source}", f" LIMIT {EXAMPLES}")

    def finish(answer: Answer, rows: list[tuple[Any, ...]]) -> Answer:
        found = tuple(tuple(shortly(value) for value in row) for row in rows)
        return msgspec.structs.replace(answer, examples=found, example_columns=open_columns)

    sql = examples(quote(table.name), "")
    return Plan(
        question=question,
        columns=(when(considered), when(matching)),
        build=build,
        sql=sql,
        follow_up=follow_up,
        finish=finish,
    )
