"""Questions about the rows one by one, as SQL."""

from collections.abc import Sequence
from typing import Any

from dbwright.catalog.facts import (
    Answer,
    CheckOutcome,
    CountMatching,
    CountNotTrue,
    CountOrphans,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.engines.asking import HALF_A_CENT, leads_an_index
from dbwright.engines.sqlite.dialect import compared_alike
from dbwright.engines.sqlite.plans import Plan, counting, filled, key_of, when
from dbwright.engines.sqlite.words import quote, quote_text


def orphans(question: CountOrphans, table: Table, lookup: Lookup) -> Plan:
    """Rows that refer to no row of the parent."""
    parent = lookup.table(question.parent.path)
    assert parent is not None
    own = ", ".join(quote(column) for column in question.columns)
    pairs = list(zip(question.columns, question.parent_columns, strict=True))
    alike = all(compared_alike(table.column(one), parent.column(other)) for one, other in pairs)
    if leads_an_index(parent, question.parent_columns) and alike:
        equal = " AND ".join(f"dbwright_p.{quote(other)} = {quote(table.name)}.{quote(one)}" for one, other in pairs)
        absent = f"NOT EXISTS (SELECT 1 FROM {quote(parent.name)} AS dbwright_p WHERE {equal})"
    else:
        # Without an index EXISTS would read the parent once for each row; the list is made once.
        others = ", ".join(quote(column) for column in question.parent_columns)
        held = f"SELECT {others} FROM {quote(parent.name)} WHERE {filled(*question.parent_columns)}"
        absent = f"{own if len(pairs) == 1 else f'({own})'} NOT IN ({held})"
    return counting(
        question,
        table,
        considered=filled(*question.columns),
        condition=absent,
        shows=question.columns,
        distinct=True,
    )


def out_of_order(question: CountOutOfOrder, table: Table) -> Plan:
    """Only values that have an order with each other are considered: numbers, or texts that begin like an ISO date or time."""
    first, second = quote(question.first), quote(question.second)
    numbers = f"typeof({first}) IN ('integer', 'real') AND typeof({second}) IN ('integer', 'real')"
    texts = [
        f"{first} GLOB '{pattern}' AND {second} GLOB '{pattern}'"
        for pattern in ("[0-9][0-9][0-9][0-9]-[0-9][0-9]*", "[0-2][0-9]:[0-5][0-9]*")
    ]
    return counting(
        question,
        table,
        considered=" OR ".join(f"({each})" for each in (numbers, *texts)),
        condition=f"{first} > {second}",
        shows=(*key_of(table), question.first, question.second),
    )


def unequal(question: CountUnequal, table: Table) -> Plan:
    """Rows whose number is not the sum of the others."""
    terms = "".join(
        f" {'-' if sign < 0 else '+'} coalesce({' * '.join(quote(column) for column in columns)}, 0)"
        for sign, columns in question.terms
    )
    return counting(
        question,
        table,
        considered=filled(question.target),
        condition=f"abs(0.0 + {quote(question.target)} - (0{terms})) > {HALF_A_CENT}",
        shows=(*key_of(table), question.target, *(column for _, columns in question.terms for column in columns)),
    )


def unequal_text(question: CountUnequalText, table: Table) -> Plan:
    """Rows whose text is not the others joined."""
    joined = f" || {quote_text(question.separator)} || ".join(quote(column) for column in question.columns)
    return counting(
        question,
        table,
        considered=filled(question.target, *question.columns),
        condition=f"{quote(question.target)} <> ({joined})",
        shows=(*key_of(table), question.target, *question.columns),
    )


def not_true(question: CountNotTrue, table: Table) -> Plan:
    """Rows for which a condition is NULL or false."""
    expression = f"({question.expression}\n)"

    def build(rows: int, sampled: bool, values: Sequence[Any]) -> Answer:
        return CheckOutcome(rows=rows, sampled=sampled, sql=sql, unknown=values[0], false=values[1])

    sql = f"SELECT * FROM {quote(table.name)} WHERE ({question.expression}) IS NOT TRUE"
    columns = (when(f"{expression} IS NULL"), when(f"NOT {expression}"))
    return Plan(question=question, columns=columns, build=build, sql=sql)


def matching(question: CountMatching, table: Table) -> Plan:
    """Rows for which a condition is true."""
    condition = f"({question.expression}\n)"
    return counting(question, table, considered="1", condition=condition, shows=question.columns)
