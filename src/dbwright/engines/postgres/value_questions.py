"""Questions about the values of columns, as SQL."""

from collections.abc import Sequence
from typing import Any

from dbwright.catalog.facts import (
    Answer,
    CountDistinct,
    Counted,
    CountNulls,
    Distinct,
    MaximumOf,
    TopValues,
    Value,
    Values,
)
from dbwright.catalog.objects import Table
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.postgres.plans import Plan, comparable, filled, of, type_of
from dbwright.engines.postgres.words import identifier


def count_nulls(question: CountNulls, table: Table) -> Plan:
    """Rows without a value."""
    column = identifier(question.column)
    sql = f"SELECT count(*), count(*) - count({column}) FROM {of(table)}"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return Counted(rows=rows, sampled=sampled, sql=sql, matching=rows - values[0], considered=rows)

    return Plan(question=question, columns=(f"count({column})",), build=build, sql=sql)


def maximum(question: MaximumOf, table: Table) -> Plan:
    """The largest number; NaN and infinity are none."""
    column = identifier(question.column)
    largest = f"max({column})"
    if type_of(table, question.column).kind != "integer":
        largest += f" FILTER (WHERE {column}::text NOT IN ('NaN', 'Infinity', '-Infinity', 'infinity', '-infinity'))"
    sql = f"SELECT max({column}) FROM {of(table)}"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return Value(rows=rows, sampled=sampled, sql=sql, value=values[0])

    return Plan(question=question, columns=(f"({largest})::text",), build=build, sql=sql, whole=True)


def top_values(question: TopValues, table: Table) -> Plan:
    """The most frequent values."""
    column, name = comparable(table, question.column), identifier(question.column)
    secret = looks_secret(question.column)

    def frequent(source: str) -> str:
        return (
            f"SELECT ({column})::text, count(*) FROM {source} WHERE {name} IS NOT NULL"
            f" GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT {question.limit}"
        )

    def query(source: str, values: Sequence[Any]) -> str | None:
        return None if secret or not values[1] else frequent(source)

    sql = frequent(of(table))

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        frequent_values = tuple((str(value), int(count)) for value, count in found)
        return Values(rows=rows, sampled=sampled, sql=sql, values=frequent_values, distinct=values[1], filled=values[0])

    columns = (f"count({name})", f"count(DISTINCT {column})")
    return Plan(question=question, columns=columns, query=query, build=build, sql=sql)


def count_distinct(question: CountDistinct, table: Table) -> Plan:
    """How many combinations of values there are."""
    columns = [comparable(table, column) for column in question.columns]
    complete = filled(*question.columns)

    def groups(source: str) -> str:
        return (
            f"SELECT count(*), coalesce(sum(n), 0)::bigint FROM (SELECT count(*) AS n FROM {source} WHERE {complete}"
            f" GROUP BY {', '.join(columns)}) AS combinations"
        )

    if len(columns) == 1:
        sql = f"SELECT count(DISTINCT {columns[0]}), count({identifier(question.columns[0])}) FROM {of(table)}"

        def of_one(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
            return Distinct(rows=rows, sampled=sampled, sql=sql, distinct=values[1], complete=values[0])

        shared = (f"count({identifier(question.columns[0])})", f"count(DISTINCT {columns[0]})")
        return Plan(question=question, columns=shared, build=of_one, sql=sql)

    def of_many(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        distinct, complete = found[0]
        return Distinct(rows=rows, sampled=sampled, sql=groups(of(table)), distinct=distinct, complete=complete)

    return Plan(
        question=question,
        columns=(),
        query=lambda source, values: groups(source),
        build=of_many,
        sql=groups(of(table)),
    )
