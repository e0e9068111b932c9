"""What can be counted with aggregate queries, where the engine keeps no statistics of values: MySQL, MariaDB and SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Column
from dbwright.engines.base import Session
from dbwright.seed.like.seen import (
    BUCKETS,
    LEAST_OF_EACH,
    LEAST_ROWS,
    LEAST_SHARE,
    MOST_CATEGORIES,
    Seen,
    SeenTable,
    same_kind,
)

_ENOUGH = 200_000
"""Rows beyond which only every so-many-th is looked at, where a whole number as key allows it."""
_POINTS = BUCKETS * 20


def count_table(session: Session, table: Table, quote: Callable[[str], str], *, categories: bool) -> SeenTable:
    """What is known of a table after a few queries. Raises ExecutionFault where it cannot be read.

    categories: whether the frequent values of texts may be asked for.
    """
    name = ".".join(quote(part) for part in (table.namespace, table.name) if part)
    rows = _number(session.query(f"SELECT COUNT(*) FROM {name}")[0][0])
    source, note = name, None
    key = table.primary_key.columns if table.primary_key else ()
    numbered = len(key) == 1 and (column := table.column(key[0])) is not None and column.type.kind == "integer"
    if rows > _ENOUGH and numbered:
        every = rows // _ENOUGH + 1
        source = f"(SELECT * FROM {name} WHERE {quote(key[0])} % {every} = 0) sampled"
        note = f"every {every}th row was looked at"
    looked = _number(session.query(f"SELECT COUNT(*) FROM {source}")[0][0]) if note else rows
    columns: dict[str, Seen] = {}
    if looked:
        for part in _in_parts(list(table.columns), 100):
            counted = session.query(f"SELECT {', '.join(f'COUNT({quote(each.name)})' for each in part)} FROM {source}")[
                0
            ]
            for column, present in zip(part, counted, strict=True):
                columns[column.name] = Seen(null_share=round(1 - _number(present) / looked, 4))
    for key_columns in {foreign.columns for foreign in table.foreign_keys if len(foreign.columns) == 1}:
        if key_columns[0] in columns:
            _count_children(session, name, quote(key_columns[0]), columns[key_columns[0]])
    for column in table.columns:
        if column.name in columns and looked * (1 - columns[column.name].null_share) >= LEAST_ROWS:
            _look_at(session, source, quote(column.name), column, columns[column.name], looked, categories=categories)
    return SeenTable(rows=rows, columns=columns, note=note)


def _number(value: object) -> int:
    return int(str(value))


def _in_parts(columns: list[Column], size: int) -> Iterable[list[Column]]:
    return (columns[start : start + size] for start in range(0, len(columns), size))


def _count_children(session: Session, name: str, column: str, seen: Seen) -> None:
    """How many parents there are, and which share of the rows the largest tenth of them has."""
    counted = session.query(
        f"SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM {name} WHERE {column} IS NOT NULL GROUP BY {column}) sizes"
        " GROUP BY n ORDER BY n DESC"
    )
    sizes = [(_number(children), _number(parents)) for children, parents in counted]
    parents, children = sum(count for _, count in sizes), sum(size * count for size, count in sizes)
    if not parents:
        return
    wanted, taken, held = max(parents // 10, 1), 0, 0
    for size, count in sizes:
        some = min(count, wanted - taken)
        taken, held = taken + some, held + some * size
    seen.distinct, seen.top = float(parents), (taken, held / children)


def _look_at(
    session: Session, source: str, name: str, column: Column, seen: Seen, rows: int, *, categories: bool
) -> None:
    """The quantiles of numbers and times, the shares of truth values, enums and, where asked for, of a few texts."""
    kind = column.type.kind
    if kind in ("integer", "decimal", "float", "money", "date", "timestamp", "year"):
        step = max(int(rows * (1 - seen.null_share)) // _POINTS, 1)
        found = session.query(
            f"SELECT v FROM (SELECT {name} AS v, ROW_NUMBER() OVER (ORDER BY {name}) AS n FROM {source}"
            f" WHERE {name} IS NOT NULL) ordered WHERE n % {step} = 0 ORDER BY n"
        )
        seen.points = same_kind([value for (value,) in found])
    if kind in ("boolean", "enum") or (categories and kind in ("char", "varchar", "text", "integer")):
        frequent = session.query(
            f"SELECT {name}, COUNT(*) AS n FROM {source} WHERE {name} IS NOT NULL GROUP BY {name}"
            f" ORDER BY n DESC LIMIT {MOST_CATEGORIES + 1}"
        )
        seen.distinct = seen.distinct if seen.distinct is not None else float(len(frequent))
        seen.shares = {
            _shown(value): _number(count) / rows
            for value, count in frequent
            if _number(count) >= max(LEAST_SHARE * rows, LEAST_OF_EACH)
        }


def _shown(value: Any) -> str:
    return str(value)
