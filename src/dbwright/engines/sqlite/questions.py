"""How each question about the rows is asked in SQL: as columns of one shared SELECT, and as the answer made of them."""

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
    Shapes,
    TextShapes,
    TopValues,
    Unanswered,
    Value,
    Values,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.asking import EXAMPLES, HALF_A_CENT, missing_from, shortened
from dbwright.engines.sqlite.words import quote, quote_text


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


def plan(question: Question, table: Table, lookup: Lookup) -> Plan | Unanswered:
    """How to ask a question, or why it cannot be asked. `{source}` in a follow-up stands for the rows looked at."""
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
            return _text_shapes(question, table)
        case CountOrphans():
            return _orphans(question, table)
        case CountOutOfOrder():
            return _out_of_order(question, table)
        case CountUnequal():
            return _unequal(question, table)
        case CountUnequalText():
            return _unequal_text(question, table)
        case CountNotTrue():
            return _not_true(question, table)
    return Unanswered(rows=0, reason=f"SQLite's engine does not know the question {type(question).__name__}.")


# ---------------------------------------------------------------- printing


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


def _when(condition: str) -> str:
    """How many rows meet a condition."""
    return f"count(CASE WHEN {condition} THEN 1 END)"


def _filled(*columns: str) -> str:
    return " AND ".join(f"{quote(column)} IS NOT NULL" for column in columns)


# ---------------------------------------------------------------- one column


def _count_nulls(question: CountNulls, table: Table) -> Plan:
    column = quote(question.column)

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Counted(rows=rows, sampled=sampled, sql=sql, matching=rows - values[0], considered=rows)

    sql = f"SELECT count(*), count(*) - count({column}) FROM {quote(table.name)}"
    return Plan(question=question, columns=(f"count({column})",), build=build, sql=sql)


def _maximum(question: MaximumOf, table: Table) -> Plan:
    column = quote(question.column)
    largest = f"max(CASE WHEN typeof({column}) IN ('integer', 'real') THEN {column} END)"

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return Value(rows=rows, sampled=sampled, sql=sql, value=shown(values[0]))

    sql = f"SELECT max({column}) FROM {quote(table.name)}"
    return Plan(question=question, columns=(largest,), build=build, sql=sql, whole=True)


def _top_values(question: TopValues, table: Table) -> Plan:
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


def _text_shapes(question: TextShapes, table: Table) -> Plan:
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
            examples={} if secret else examples,
        )

    sql = f"SELECT {column}, count(*) FROM {quote(table.name)} GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT 20"
    columns = (f"dbwright_shapes(CAST({text} AS BLOB))", f"count(DISTINCT {text})")
    return Plan(question=question, columns=columns, build=build, sql=sql)


# ---------------------------------------------------------------- several columns


def _count_distinct(question: CountDistinct, table: Table) -> Plan:
    columns = ", ".join(quote(column) for column in question.columns)
    filled = _filled(*question.columns)

    def groups(source: str) -> str:
        return (
            f"SELECT count(*), coalesce(sum(n), 0) FROM"
            f" (SELECT count(*) AS n FROM {source} WHERE {filled} GROUP BY {columns})"
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
        columns=(_when(filled),),
        build=build_first,
        sql=groups(quote(table.name)),
        follow_up=lambda answer: groups("{source}"),
        finish=finish,
    )


def _counting(
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
        columns=(_when(considered), _when(matching)),
        build=build,
        sql=sql,
        follow_up=follow_up,
        finish=finish,
    )


def _orphans(question: CountOrphans, table: Table) -> Plan:
    own = ", ".join(quote(column) for column in question.columns)
    parents = ", ".join(quote(column) for column in question.parent_columns)
    held = f"SELECT {parents} FROM {quote(question.parent.name)} WHERE {_filled(*question.parent_columns)}"
    row = own if len(question.columns) == 1 else f"({own})"
    return _counting(
        question,
        table,
        considered=_filled(*question.columns),
        condition=f"{row} NOT IN ({held})",
        shows=question.columns,
        distinct=True,
    )


def _out_of_order(question: CountOutOfOrder, table: Table) -> Plan:
    """Only values that have an order with each other are considered: numbers, or texts that begin like an ISO date or time."""
    first, second = quote(question.first), quote(question.second)
    numbers = f"typeof({first}) IN ('integer', 'real') AND typeof({second}) IN ('integer', 'real')"
    texts = [
        f"{first} GLOB '{pattern}' AND {second} GLOB '{pattern}'"
        for pattern in ("[0-9][0-9][0-9][0-9]-[0-9][0-9]*", "[0-2][0-9]:[0-5][0-9]*")
    ]
    return _counting(
        question,
        table,
        considered=" OR ".join(f"({each})" for each in (numbers, *texts)),
        condition=f"{first} > {second}",
        shows=(*_key(table), question.first, question.second),
    )


def _unequal(question: CountUnequal, table: Table) -> Plan:
    terms = "".join(
        f" {'-' if sign < 0 else '+'} coalesce({' * '.join(quote(column) for column in columns)}, 0)"
        for sign, columns in question.terms
    )
    return _counting(
        question,
        table,
        considered=_filled(question.target),
        condition=f"abs(0.0 + {quote(question.target)} - (0{terms})) > {HALF_A_CENT}",
        shows=(*_key(table), question.target, *(column for _, columns in question.terms for column in columns)),
    )


def _unequal_text(question: CountUnequalText, table: Table) -> Plan:
    joined = f" || {quote_text(question.separator)} || ".join(quote(column) for column in question.columns)
    return _counting(
        question,
        table,
        considered=_filled(question.target, *question.columns),
        condition=f"{quote(question.target)} <> ({joined})",
        shows=(*_key(table), question.target, *question.columns),
    )


def _not_true(question: CountNotTrue, table: Table) -> Plan:
    expression = f"({question.expression}\n)"

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return CheckOutcome(rows=rows, sampled=sampled, sql=sql, unknown=values[0], false=values[1])

    sql = f"SELECT * FROM {quote(table.name)} WHERE ({question.expression}) IS NOT TRUE"
    columns = (_when(f"{expression} IS NULL"), _when(f"NOT {expression}"))
    return Plan(question=question, columns=columns, build=build, sql=sql)


def _key(table: Table) -> tuple[str, ...]:
    return table.primary_key.columns if table.primary_key else ()
