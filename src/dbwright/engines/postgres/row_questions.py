"""Questions about the rows one by one, as SQL."""

from collections.abc import Sequence
from typing import Any

from dbwright.catalog.facts import (
    Answer,
    CheckOutcome,
    Counted,
    CountMatching,
    CountNotTrue,
    CountOrphans,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.asking import EXAMPLES, HALF_A_CENT, shortened
from dbwright.engines.postgres.dialect import meet
from dbwright.engines.postgres.plans import Plan, counting, filled, key_of, number, of, type_of, when
from dbwright.engines.postgres.words import identifier, literal

_PARENT = "dbwright_parent"


def orphans(question: CountOrphans, table: Table, lookup: Lookup) -> Plan:
    """Rows that refer to no row of the parent."""
    parent = lookup.table(question.parent.path)
    assert parent is not None
    alias = identifier(table.name)
    complete = filled(*question.columns)
    pairs = []
    for own, other in zip(question.columns, question.parent_columns, strict=True):
        cast = "" if meet(type_of(table, own), type_of(parent, other)) else "::text"
        pairs.append(f"{_PARENT}.{identifier(other)}{cast} = {alias}.{identifier(own)}{cast}")
    where = f"{complete} AND NOT EXISTS (SELECT FROM {of(parent)} AS {_PARENT} WHERE {' AND '.join(pairs)})"
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

    return Plan(question=question, columns=(when(complete),), query=query, build=build, sql=sql)


def out_of_order(question: CountOutOfOrder, table: Table) -> Plan:
    """Rows whose first value comes after the second."""
    return counting(
        question,
        table,
        considered=filled(question.first, question.second),
        condition=f"{identifier(question.first)} > {identifier(question.second)}",
        shows=(*key_of(table), question.first, question.second),
    )


def unequal(question: CountUnequal, table: Table) -> Plan:
    """NaN and infinity are neither equal nor unequal to a sum: such rows do not count as unequal."""
    terms = "".join(
        f" {'-' if sign < 0 else '+'} coalesce({' * '.join(number(table, column) for column in columns)}, 0)"
        for sign, columns in question.terms
    )
    difference = f"abs({number(table, question.target)} - (0{terms}))"
    return counting(
        question,
        table,
        considered=filled(question.target),
        condition=f"{difference} > {HALF_A_CENT} AND {difference} < 'Infinity'::float8",
        shows=(*key_of(table), question.target, *(column for _, columns in question.terms for column in columns)),
    )


def unequal_text(question: CountUnequalText, table: Table) -> Plan:
    """Rows whose text is not the others joined."""
    joined = f" || {literal(question.separator)} || ".join(f"{identifier(column)}::text" for column in question.columns)
    return counting(
        question,
        table,
        considered=filled(question.target, *question.columns),
        condition=f"{identifier(question.target)}::text <> ({joined})",
        shows=(*key_of(table), question.target, *question.columns),
    )


def not_true(question: CountNotTrue, table: Table) -> Plan:
    """Rows for which a condition is NULL or false."""
    # A line break, because the expression may end with a comment.
    expression = f"({question.expression}\n)"
    sql = f"SELECT * FROM {of(table)} WHERE {expression} IS NOT TRUE"

    def build(rows: int, sampled: bool, values: Sequence[Any], found: list[tuple[Any, ...]]) -> Answer:
        return CheckOutcome(rows=rows, sampled=sampled, sql=sql, unknown=values[0], false=values[1])

    columns = (when(f"{expression} IS NULL"), when(f"{expression} IS FALSE"))
    return Plan(question=question, columns=columns, build=build, sql=sql)


def matching(question: CountMatching, table: Table) -> Plan:
    """Rows for which a condition is true."""
    return counting(
        question,
        table,
        considered="true",
        condition=f"({question.expression}\n) IS TRUE",
        shows=question.columns,
    )
