"""Minimal functional dependencies, exactly."""

from dbwright.catalog.dependencies import Functional
from dbwright.mining.allowance import Allowance, Search
from dbwright.mining.encoded import EncodedTable
from dbwright.mining.minimal import minimal_left_sides


def minimal_functional(
    table: EncodedTable,
    *,
    max_left: int | None = None,
    limit: int | None = None,
    allowance: Allowance | None = None,
) -> Search[Functional]:
    """All dependencies X → A, A a single column outside of X, that hold on all rows and on no part of X; the shortest first.

    max_left: how many columns X may have; None for any number. A constant column is ∅ → A. limit: of more than so many only the most
    telling are handed out, see `telling`. An unfinished search (the time or memory of the allowance was spent) still hands out only
    minimal dependencies that hold on all rows of the table.
    """
    width = len(table.columns)
    most = width if max_left is None else max_left
    found, stopped, left_out = minimal_left_sides(table, list(range(width)), most, allowance or Allowance(), limit)
    rights = [frozenset({name}) for name in table.columns]
    return Search(tuple([Functional(left, rights[right]) for right, left in found]), not stopped, stopped, left_out)
