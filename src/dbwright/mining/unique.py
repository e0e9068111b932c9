"""Minimal unique column combinations, exactly."""

from dbwright.catalog.dependencies import UniqueColumns
from dbwright.mining.allowance import Allowance, Search
from dbwright.mining.difference_sets import WHOLE
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.minimal import minimal_left_sides


def minimal_unique(
    table: EncodedTable,
    *,
    max_columns: int | None = None,
    limit: int | None = None,
    allowance: Allowance | None = None,
) -> Search[UniqueColumns]:
    """All sets of columns on which no two rows agree, and no part of which is so; the smallest first.

    max_columns: how many columns a set may have; None for any number. With at most one row the empty set is the only one; where two
    rows are equal in all columns there is none. limit: of more than so many only the most telling are handed out, see `telling`. An
    unfinished search still hands out only sets that are unique and minimal.
    """
    width = len(table.columns)
    if not width:
        return Search((UniqueColumns(frozenset()),) if table.rows < 2 else ())
    most = width if max_columns is None else max_columns
    found, stopped, left_out = minimal_left_sides(table, [WHOLE], most, allowance or Allowance(), limit)
    return Search(tuple([UniqueColumns(columns) for _, columns in found]), not stopped, stopped, left_out)
