"""Which rows of a large live table are read: some blocks of it, or all rows of some values."""

import random
from collections.abc import Callable, Mapping

from dbwright.catalog.objects import Table
from dbwright.tables.base import Sample
from dbwright.tables.spelling import HASHES, Spelling

Ask = Callable[[str], list[tuple[object, ...]]]

_BLOCKS = 250
"""A sample by key is read in so many blocks of neighbouring rows, at places drawn by chance."""
_MORE = 1.2
"""Rows are drawn by chance: a few more than wanted make a sample of the wanted size likely."""
_ENOUGH_FOR_PAGES = 10_000
_QUICKLY_SCANNED = 500_000
_ONE_OF = 20
"""Of the pages of a small sample one row of so many is taken, so that it comes from many places."""
_AT_MOST = 2
"""A value sample may have so many times the rows wanted, where single values have many rows; never more."""


def sampled(spelling: Spelling, table: Table, place: str, sample: Sample, rows: int, ask: Ask) -> str:
    """The condition and the limit that go behind FROM.

    place: the table as SQL names it. rows: about how many it has. ask: runs a query, for the ends of a key.
    """
    if sample.rows >= rows:
        return ""
    columns = [column for column in table.columns if column.name in sample.columns]
    if sample.kind == "value" and columns:
        share = max(1, round(sample.rows / max(1, rows) * HASHES))
        return f" WHERE {spelling.hashed(columns, sample.seed)} < {share} LIMIT {sample.rows * _AT_MOST}"
    return _by_block(spelling, table, place, sample, rows, ask)


def by_values(
    spelling: Spelling, table: Table, place: str, values: Mapping[str, int], seed: int, most: int, rows: int, ask: Ask
) -> str:
    """All rows of some values of each of several columns, found in one scan; the values are those of rows drawn by chance.

    values: by column, how many. most: the most rows in all. The other arguments are those of `sampled`.
    """
    drawn = []
    for turn, (name, count) in enumerate(values.items(), 1):
        column = next(column for column in table.columns if column.name == name)
        key = spelling.key(column)
        block = _by_block(spelling, table, place, Sample(rows=count, seed=seed + turn), rows, ask)
        # MySQL takes a LIMIT only one level further in.
        drawn.append(f"{key} IN (SELECT dw_k FROM (SELECT {key} AS dw_k FROM {place}{block}) AS dw_drawn)")
    return f" WHERE {' OR '.join(drawn) or '1 = 0'} LIMIT {most}"


def _by_block(spelling: Spelling, table: Table, place: str, sample: Sample, rows: int, ask: Ask) -> str:
    limit = f" LIMIT {sample.rows}"
    if spelling.engine.name == "postgres" and table.kind in ("ordinary", "partitioned"):
        return _pages(sample, rows) + limit
    key = _number_key(spelling, table)
    if key is not None:
        blocks = _blocks(key, place, sample, rows, ask)
        if blocks:
            return f" WHERE {blocks}{limit}"
    if table.primary_key:
        columns = [column for column in table.columns if column.name in table.primary_key.columns]
        share = max(1, round(min(1.0, sample.rows * _MORE / rows) * HASHES))
        return f" WHERE {spelling.hashed(columns, sample.seed)} < {share}{limit}"
    chance = max(1, round(min(1.0, sample.rows * _MORE / rows) * 1_000_000))
    if spelling.engine.name == "mysql":
        return f" WHERE RAND({sample.seed}) < {chance / 1_000_000:.6f}{limit}"
    return f" WHERE abs(random() % 1000000) < {chance}{limit}" if spelling.engine.name == "sqlite" else limit


def _pages(sample: Sample, rows: int) -> str:
    """PostgreSQL: whole pages for large samples; for small ones single rows, of all pages or, in a large table, of some."""
    percent = 100.0 * sample.rows * _MORE / rows
    if sample.rows >= _ENOUGH_FOR_PAGES:
        return f" TABLESAMPLE SYSTEM ({min(100.0, percent):.6f}) REPEATABLE ({sample.seed})"
    if rows <= _QUICKLY_SCANNED:
        return f" TABLESAMPLE BERNOULLI ({min(100.0, percent):.6f}) REPEATABLE ({sample.seed})"
    pages = f" TABLESAMPLE SYSTEM ({min(100.0, percent * _ONE_OF):.6f}) REPEATABLE ({sample.seed})"
    return f"{pages} WHERE hashtextextended(ctid::text, {sample.seed}) % {_ONE_OF} = 0"


def _number_key(spelling: Spelling, table: Table) -> str | None:
    """A whole number that the rows are stored by: SQLite's rowid, or the beginning of the primary key."""
    if spelling.engine.name == "sqlite" and table.kind == "ordinary" and not table.without_rowid:
        taken = {column.name.lower() for column in table.columns}
        hidden = next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)
        if hidden:
            return hidden
    leading = table.column(table.primary_key.columns[0]) if table.primary_key else None
    return spelling.name(leading.name) if leading is not None and leading.type.kind == "integer" else None


def _blocks(key: str, place: str, sample: Sample, rows: int, ask: Ask) -> str:
    """Ranges of the key at places drawn by chance; "" where the key has no numbers in it."""
    # Each end by itself is found at once; both together are found by looking at every row.
    first, last = ask(f"SELECT (SELECT MIN({key}) FROM {place}), (SELECT MAX({key}) FROM {place})")[0]
    if not isinstance(first, int) or not isinstance(last, int):
        return ""
    span = last - first + 1
    width = max(1, round(span * min(1.0, sample.rows * _MORE / rows) / _BLOCKS))
    slots = max(1, span // width)
    drawn = random.Random(sample.seed).sample(range(slots), min(_BLOCKS, slots))
    return " OR ".join(
        f"{key} BETWEEN {first + slot * width} AND {first + slot * width + width - 1}" for slot in sorted(drawn)
    )
