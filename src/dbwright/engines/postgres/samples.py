"""Which rows of a large table are looked at."""

from typing import NamedTuple

from dbwright.catalog.objects import Table
from dbwright.engines.base import Budget
from dbwright.engines.postgres.words import identifier, qualified

_ENOUGH_FOR_BLOCKS = 10_000
_SAMPLED_MORE = 1.2
"""Blocks are drawn by chance: a few more than needed make a sample of the wanted size likely."""


class Source(NamedTuple):
    """The rows to look at: what stands after FROM, under the table's own name or another."""

    sql: str
    sampled: bool


def whole(table: Table, alias: str | None = None) -> Source:
    """All rows."""
    return Source(f"{qualified(table.namespace, table.name)} AS {alias or identifier(table.name)}", False)


def sample(table: Table, rows: int | None, budget: Budget, *, alias: str | None = None, first: bool = False) -> Source:
    """Rows drawn by chance, always the same ones, block by block for large samples.

    Of foreign tables, and where chance drew nothing (`first`), the first rows.
    """
    full = qualified(table.namespace, table.name)
    drawn = ""
    if table.kind != "foreign" and rows and not first:
        percent = min(100.0, 100.0 * budget.sample_rows * _SAMPLED_MORE / rows)
        method = "SYSTEM" if budget.sample_rows >= _ENOUGH_FOR_BLOCKS else "BERNOULLI"
        drawn = f" TABLESAMPLE {method} ({percent:.6f}) REPEATABLE (1)"
    return Source(
        f"(SELECT * FROM {full}{drawn} LIMIT {budget.sample_rows}) AS {alias or identifier(table.name)}", True
    )
