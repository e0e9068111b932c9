"""Functional dependencies with at most one column on the left, quickly: what a longer search that is stopped must not miss."""

import numpy as np
from numpy.typing import NDArray

from dbwright.catalog.dependencies import Functional
from dbwright.mining.allowance import Allowance
from dbwright.mining.encoded import EncodedTable

_TRIED_ROWS = 512


def single_left(table: EncodedTable, allowance: Allowance | None = None) -> tuple[list[Functional], bool]:
    """All minimal ones, and whether the time was enough to find them all.

    Each row is compared with the first one of the same value on the left: on some rows for all columns at once, then on all rows for
    the columns that these did not refute.
    """
    allowance = allowance or Allowance()
    names = table.columns
    constant = [at for at, distinct in enumerate(table.distinct) if distinct <= 1]
    rights = {name: frozenset((name,)) for name in names}
    found = [Functional(frozenset(), rights[names[at]]) for at in constant]
    others = np.array([at for at, distinct in enumerate(table.distinct) if distinct > 1], dtype=np.intp)
    distinct = np.array(table.distinct, dtype=np.intp)
    some = np.ascontiguousarray(table.codes[:, :_TRIED_ROWS])
    for at in others.tolist():
        if allowance.left() == 0:
            return found, False
        possible = others[(distinct[others] <= distinct[at]) & (others != at)]
        for codes in (some, table.codes):
            possible = _followers(codes, at, possible, table.distinct[at])
        found += [Functional(rights[names[at]], rights[names[other]]) for other in possible.tolist()]
    return found, True


def _followers(codes: NDArray[np.int32], left: int, rights: NDArray[np.intp], distinct: int) -> NDArray[np.intp]:
    """Of the right sides those on which all rows agree that agree on the left."""
    values = codes[left]
    first = np.zeros(distinct, dtype=np.intp)
    first[values[::-1]] = np.arange(len(values) - 1, -1, -1)
    like = first[values]
    repeated = np.flatnonzero(like != np.arange(len(values)))
    if not len(repeated):
        return rights
    before = like[repeated]
    if len(repeated) <= _TRIED_ROWS:
        agree = codes[rights[:, None], repeated] == codes[rights[:, None], before]
        return np.compress(agree.all(axis=1), rights)
    kept = [right for right in rights.tolist() if np.array_equal(codes[right][repeated], codes[right][before])]
    return np.array(kept, dtype=np.intp)
