"""How each question about the rows is asked in SQL: as columns of one shared SELECT, with a query of its own where needed."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dbwright.catalog.facts import (
    Answer,
    CheckOutcome,
    CountDistinct,
    Counted,
    CountNotTrue,
    CountNulls,
    CountOrphans,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
    Distinct,
    MaximumOf,
    Question,
    TextShapes,
    TopValues,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.catalog.secrets import looks_secret
from dbwright.catalog.types import Type
from dbwright.engines.asking import EXAMPLES, HALF_A_CENT, missing_from, shortened
from dbwright.engines.postgres.words import identifier, literal, qualified

_PARENT = "dbwright_parent"


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


def plan(question: Question, table: Table, lookup: Lookup, version: int) -> Plan | Unanswered:
    """How to ask a question, or why it cannot be asked."""
    missing = missing_from(question, table, lookup)
    if missing:
        return Unanswered(rows=0, reason=missing)
    match question:
        case CountNulls():
            return _count_nulls(question, table)
        case CountDistinct():
            return _count_distinct(question, table)
        case MaximumOf():
            return _maximum(question, table)
        case TopValues():
            return _top_values(question, table)
        case TextShapes():
            from dbwright.engines.postgres.text_shapes import text_shapes

            return text_shapes(question, table, version)
        case CountOrphans():
            return _orphans(question, table, lookup)
        case CountOutOfOrder():
            return _out_of_order(question, table)
        case CountUnequal():
            return _unequal(question, table)
        case CountUnequalText():
            return _unequal_text(question, table)
        case CountNotTrue():
            return _not_true(question, table)
    return Unanswered(rows=0, reason=f"PostgreSQL's engine does not know the question {type(question).__name__}.")


# ---------------------------------------------------------------- pieces


def of(table: Table) -> str:
    """The table as it stands after FROM."""
    return qualified(table.namespace, table.name)


def when(condition: str) -> str:
    """How many rows meet a condition."""
    return f"count(*) FILTER (WHERE {condition})"


def _filled(*columns: str) -> str:
    return " AND ".join(f"{identifier(column)} IS NOT NULL" for column in columns)


def _type(table: Table, column: str) -> Type:
    found = table.column(column)
    assert found is not None
    return found.type


def comparable(table: Table, column: str) -> str:
    """The column, as text where its type has no equality."""
    type_ = _type(table, column)
    inner = type_.element or type_
    unequal = (inner.kind == "json" and not inner.binary_json) or inner.kind in ("xml", "geometry", "other")
    return f"{identifier(column)}::text" if unequal else identifier(column)


def _number(table: Table, column: str) -> str:
    """The column as something to reckon with."""
    name = identifier(column)
    return name if _type(table, column).kind in ("integer", "decimal", "float") else f"{name}::numeric"


# ---------------------------------------------------------------- one column


def _count_nulls(question: CountNulls, table: Table) -> Plan:
    column = identifier(question.column)
    sql = f"SELECT count(*), count(*) - count({column}) FROM {of(table)}"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return Counted(rows=rows, sampled=sampled, sql=sql, matching=rows - values[0], considered=rows)

    return Plan(question=question, columns=(f"count({column})",), build=build, sql=sql)


def _maximum(question: MaximumOf, table: Table) -> Plan:
    """The largest number; NaN and infinity are none."""
    column = identifier(question.column)
    largest = f"max({column})"
    if _type(table, question.column).kind != "integer":
        largest += f" FILTER (WHERE {column}::text NOT IN ('NaN', 'Infinity', '-Infinity', 'infinity', '-infinity'))"
    sql = f"SELECT max({column}) FROM {of(table)}"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return Value(rows=rows, sampled=sampled, sql=sql, value=values[0])

    return Plan(question=question, columns=(f"({largest})::text",), build=build, sql=sql, whole=True)


def _top_values(question: TopValues, table: Table) -> Plan:
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


# ---------------------------------------------------------------- several columns


def _count_distinct(question: CountDistinct, table: Table) -> Plan:
    columns = [comparable(table, column) for column in question.columns]
    filled = _filled(*question.columns)

    def groups(source: str) -> str:
        return (
            f"SELECT count(*), coalesce(sum(n), 0)::bigint FROM (SELECT count(*) AS n FROM {source} WHERE {filled}"
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


def _orphans(question: CountOrphans, table: Table, lookup: Lookup) -> Plan:
    parent = lookup.table(question.parent.path)
    assert parent is not None
    alias = identifier(table.name)
    filled = _filled(*question.columns)
    pairs = []
    for own, other in zip(question.columns, question.parent_columns, strict=True):
        cast = "" if _meet(_type(table, own), _type(parent, other)) else "::text"
        pairs.append(f"{_PARENT}.{identifier(other)}{cast} = {alias}.{identifier(own)}{cast}")
    where = f"{filled} AND NOT EXISTS (SELECT FROM {of(parent)} AS {_PARENT} WHERE {' AND '.join(pairs)})"
    columns = ", ".join(f"{alias}.{identifier(column)}" for column in question.columns)
    shown = tuple(column for column in question.columns if not looks_secret(column))

    def query(source: str, values: Sequence[Any]) -> str | None:
        if not values[0]:
            return None
        texts = "".join(f", {identifier(column)}::text" for column in shown)
        return (
            f"SELECT (sum(n) OVER ())::bigint{texts} FROM (SELECT {columns}, count(*) AS n FROM {source}"
            f" WHERE {where} GROUP BY {columns}) AS orphans ORDER BY n DESC{texts} LIMIT {EXAMPLES}"
        )

    sql = f"SELECT {columns} FROM {of(table)} AS {alias} WHERE {where}"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return Counted(
            rows=rows,
            sampled=sampled,
            sql=sql,
            considered=values[0],
            matching=found[0][0] if found else 0,
            examples=tuple(tuple(shortened(value) for value in row[1:]) for row in found) if shown else (),
            example_columns=shown,
        )

    return Plan(question=question, columns=(when(filled),), query=query, build=build, sql=sql)


def _meet(one: Type, other: Type) -> bool:
    """Whether values of two types can be compared as they are."""
    if one.spelling == other.spelling:
        return True
    if one.kind in ("integer", "decimal", "float") and other.kind in ("integer", "decimal", "float"):
        return True
    texts = ("char", "varchar", "text")
    return one.kind in texts and other.kind in texts


def _counting(question: Question, table: Table, *, considered: str, condition: str, shows: Sequence[str]) -> Plan:
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


def _out_of_order(question: CountOutOfOrder, table: Table) -> Plan:
    return _counting(
        question,
        table,
        considered=_filled(question.first, question.second),
        condition=f"{identifier(question.first)} > {identifier(question.second)}",
        shows=(*_key(table), question.first, question.second),
    )


def _unequal(question: CountUnequal, table: Table) -> Plan:
    """NaN and infinity are neither equal nor unequal to a sum: such rows do not count as unequal."""
    terms = "".join(
        f" {'-' if sign < 0 else '+'} coalesce({' * '.join(_number(table, column) for column in columns)}, 0)"
        for sign, columns in question.terms
    )
    difference = f"abs({_number(table, question.target)} - (0{terms}))"
    return _counting(
        question,
        table,
        considered=_filled(question.target),
        condition=f"{difference} > {HALF_A_CENT} AND {difference} < 'Infinity'::float8",
        shows=(*_key(table), question.target, *(column for _, columns in question.terms for column in columns)),
    )


def _unequal_text(question: CountUnequalText, table: Table) -> Plan:
    joined = f" || {literal(question.separator)} || ".join(f"{identifier(column)}::text" for column in question.columns)
    return _counting(
        question,
        table,
        considered=_filled(question.target, *question.columns),
        condition=f"{identifier(question.target)}::text <> ({joined})",
        shows=(*_key(table), question.target, *question.columns),
    )


def _not_true(question: CountNotTrue, table: Table) -> Plan:
    # A line break, because the expression may end with a comment.
    expression = f"({question.expression}\n)"
    sql = f"SELECT * FROM {of(table)} WHERE {expression} IS NOT TRUE"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return CheckOutcome(rows=rows, sampled=sampled, sql=sql, unknown=values[0], false=values[1])

    columns = (when(f"{expression} IS NULL"), when(f"{expression} IS FALSE"))
    return Plan(question=question, columns=columns, build=build, sql=sql)


def _key(table: Table) -> tuple[str, ...]:
    return table.primary_key.columns if table.primary_key else ()
