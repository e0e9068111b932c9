"""Questions about the values of columns, as SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dbwright.catalog.facts import (
    Answer,
    CountDistinct,
    Counted,
    CountNulls,
    Distinct,
    MaximumOf,
    Shapes,
    StorageClasses,
    TextShapes,
    TopValues,
    Value,
    Values,
)
from dbwright.catalog.objects import Table
from dbwright.catalog.secret_shapes import SECRET_SHAPES
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.sqlite.plans import Plan, Seen, filled, shortly, shown, when
from dbwright.engines.sqlite.words import quote


def count_nulls(question: CountNulls, table: Table) -> Plan:
    """Rows without a value."""
    column = quote(question.column)

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Counted(rows=rows, sampled=sampled, sql=sql, matching=rows - values[0], considered=rows)

    sql = f"SELECT count(*), count(*) - count({column}) FROM {quote(table.name)}"
    return Plan(question=question, columns=(f"count({column})",), build=build, sql=sql)


def maximum(question: MaximumOf, table: Table) -> Plan:
    """The largest number."""
    column = quote(question.column)
    largest = f"max(CASE WHEN typeof({column}) IN ('integer', 'real') THEN {column} END)"

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Value(rows=rows, sampled=sampled, sql=sql, value=shown(values[0]))

    sql = f"SELECT max({column}) FROM {quote(table.name)}"
    return Plan(question=question, columns=(largest,), build=build, sql=sql, whole=True)


def top_values(question: TopValues, table: Table) -> Plan:
    """The most frequent values."""
    column = quote(question.column)
    secret = looks_secret(question.column)

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Values(rows=rows, sampled=sampled, sql=sql, values=(), distinct=values[1], filled=values[0])

    def follow_up(answer: Answer) -> str | None:
        if secret or not isinstance(answer, Values) or not answer.distinct:
            return None
        return _frequent("{source}", question.limit)

    def finish(answer: Answer, rows: list[tuple[Any, ...]]) -> Answer:
        if not isinstance(answer, Values):
            return answer
        return msgspec.structs.replace(answer, values=tuple((shown(value) or "", int(n)) for value, n in rows))

    def _frequent(source: str, limit: int) -> str:
        return (
            f"SELECT {column}, count(*) FROM {source} WHERE {column} IS NOT NULL"
            f" GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT {limit}"
        )

    sql = _frequent(quote(table.name), question.limit)
    columns = (f"count({column})", f"count(DISTINCT {column})")
    return Plan(question=question, columns=columns, build=build, sql=sql, follow_up=follow_up, finish=finish)


def text_shapes(question: TextShapes, table: Table) -> Plan:
    """What texts look like."""
    column = quote(question.column)
    text = f"CASE WHEN typeof({column}) = 'text' AND {column} <> '' THEN {column} END"
    secret = looks_secret(question.column)

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        seen = msgspec.json.decode(values[0] or b"{}", type=Seen)  # NULL: no row was there to be seen
        examples = {shape: tuple(shortly(each) or "" for each in found) for shape, found in seen.examples.items()}
        return Shapes(
            rows=rows,
            sampled=sampled,
            sql=sql,
            filled=seen.filled,
            distinct=values[1],
            longest=seen.longest,
            counts=seen.counts,
            examples={} if secret or seen.counts.keys() & set(SECRET_SHAPES) else examples,
        )

    sql = f"SELECT {column}, count(*) FROM {quote(table.name)} GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT 20"
    columns = (f"dbwright_shapes(CAST({text} AS BLOB))", f"count(DISTINCT {text})")
    return Plan(question=question, columns=columns, build=build, sql=sql)


def storage_classes(question: StorageClasses, table: Table) -> Plan:
    """Which storage classes the values have."""
    column = quote(question.column)
    classes = ("integer", "real", "text", "blob")

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        counts = sorted(zip(classes, values, strict=True), key=lambda each: -int(each[1]))
        found = tuple((name, int(count)) for name, count in counts if count)
        filled = sum(count for _, count in found)
        return Values(rows=rows, sampled=sampled, sql=sql, values=found, distinct=len(found), filled=filled)

    sql = f"SELECT typeof({column}), count(*) FROM {quote(table.name)} GROUP BY 1 ORDER BY 2 DESC"
    columns = tuple(when(f"typeof({column}) = '{name}'") for name in classes)
    return Plan(question=question, columns=columns, build=build, sql=sql)


def count_distinct(question: CountDistinct, table: Table) -> Plan:
    """How many combinations of values there are."""
    columns = ", ".join(quote(column) for column in question.columns)
    complete = filled(*question.columns)

    def groups(source: str) -> str:
        return (
            f"SELECT count(*), coalesce(sum(n), 0) FROM"
            f" (SELECT count(*) AS n FROM {source} WHERE {complete} GROUP BY {columns})"
        )

    if len(question.columns) == 1:

        def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
            return Distinct(rows=rows, sampled=sampled, sql=sql, distinct=values[1], complete=values[0])

        sql = f"SELECT count(DISTINCT {columns}), count({columns}) FROM {quote(table.name)}"
        return Plan(
            question=question, columns=(f"count({columns})", f"count(DISTINCT {columns})"), build=build, sql=sql
        )

    def build_first(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Distinct(rows=rows, sampled=sampled, sql=groups(quote(table.name)), distinct=0, complete=values[0])

    def finish(answer: Answer, rows: list[tuple[Any, ...]]) -> Answer:
        return msgspec.structs.replace(answer, distinct=int(rows[0][0]), complete=int(rows[0][1]))

    return Plan(
        question=question,
        columns=(when(complete),),
        build=build_first,
        sql=groups(quote(table.name)),
        follow_up=lambda answer: groups("{source}"),
        finish=finish,
    )
