"""How the values of a column lie among those of another table's column."""

from dbwright.catalog.facts import Answer, CountIncluded, Included
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.secrets import looks_secret
from dbwright.engines.asking import EXAMPLES
from dbwright.engines.relating.dialect import Dialect, Rows, Term, term

_COMPARED = ("integer", "decimal", "float")


def included(question: CountIncluded, rows: Rows) -> Answer:
    """The values that are there, each looked up in the whole parent; and what the parent's column holds."""
    dialect = rows.dialect
    parent = rows.lookup.table(question.parent.path)
    assert parent is not None
    own = term(rows, "t", rows.table, question.column)
    key = parent.column(question.parent_column)
    assert key is not None
    numbers = own.column.type.kind in _COMPARED and key.type.kind in _COMPARED
    value = dialect.comparable(own)
    source = rows.source("t", (question.column,))
    ends = f", {_end(dialect, 'min', own)}, {_end(dialect, 'max', own)}" if numbers else ", NULL, NULL"
    looked_at, filled, distinct, minimum, maximum = rows.ask(
        f"SELECT count(*), count({own.sql}), count(DISTINCT {value}){ends} FROM {source}"
    )[0]
    values = f"SELECT {value} AS v, count(*) AS n FROM {{source}} WHERE {own.sql} IS NOT NULL GROUP BY {value}"
    missing = f"({values}) AS d WHERE {dialect.absent(Term('d.v', own.column), parent, key)}"
    here = missing.replace("{source}", source)
    lost, orphans = rows.ask(f"SELECT count(*), coalesce(sum(n), 0) FROM {here}")[0] if distinct else (0, 0)
    examples: tuple[str, ...] = ()
    if lost and not looks_secret(question.column):
        found = rows.examples(
            f"SELECT {dialect.shown(Term('d.v', own.column))} FROM {here} ORDER BY d.n DESC, 1 LIMIT {EXAMPLES}"
        )
        examples = tuple(dialect.printed(row[0]) or "" for row in found)
    first, last = _ends_of_parent(rows, parent, key) if numbers else (None, None)
    return Included(
        rows=int(looked_at),
        sampled=rows.sampled,
        sql=f"SELECT v, n FROM {missing.replace('{source}', f'{dialect.place(rows.table)} AS t')} ORDER BY n DESC",
        distinct=int(distinct),
        missing=int(lost),
        parent_distinct=_distinct_of_parent(rows, parent, key),
        filled=int(filled),
        orphans=int(orphans),
        minimum=_number(minimum),
        maximum=_number(maximum),
        parent_minimum=first,
        parent_maximum=last,
        examples=examples,
    )


def _end(dialect: Dialect, function: str, value: Term) -> str:
    return dialect.shown(Term(dialect.extreme(function, value), value.column))


def _number(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _ends_of_parent(rows: Rows, parent: Table, key: Column) -> tuple[str | None, str | None]:
    """Each end by itself, so that an index gives it at once."""
    value = term(rows, "p", parent, key.name)
    place = f"{rows.dialect.place(parent)} AS p"
    first, last = rows.ask(
        f"SELECT (SELECT {_end(rows.dialect, 'min', value)} FROM {place}),"
        f" (SELECT {_end(rows.dialect, 'max', value)} FROM {place})"
    )[0]
    return _number(first), _number(last)


def _distinct_of_parent(rows: Rows, parent: Table, key: Column) -> int:
    """Counted, but for a large table as the engine estimates it."""
    estimate = rows.distinct(parent, key.name)
    if estimate is not None:
        return estimate
    value = term(rows, "p", parent, key.name)
    counted = value.sql if (key.name,) in parent.keys else f"DISTINCT {rows.dialect.comparable(value)}"
    return int(rows.ask(f"SELECT count({counted}) FROM {rows.dialect.place(parent)} AS p")[0][0])
