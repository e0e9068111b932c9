"""Which of very many left sides to hand on: few rows on many columns bear more dependencies than anybody, or anything, could judge."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.encoded import EncodedTable
from dbwright.mining.transversals import Lefts


def telling(found: Sequence[Lefts], table: EncodedTable, limit: int) -> tuple[list[Lefts], int]:
    """The `limit` most telling left sides, and how many are left out.

    Short ones tell more than long ones, and among equals those whose values repeat most, for there the rows had most chances to speak
    against them. Single columns that tell all rows apart come last: that they determine everything is known from their being keys.
    """
    count = sum(len(lefts) for lefts in found)
    if count <= limit:
        return list(found), 0
    nats = np.log(np.maximum(1, np.array(table.distinct, dtype=np.float64)))
    unique = np.array([distinct >= table.rows for distinct in table.distinct], dtype=np.bool_)
    rank = np.concatenate([_rank(lefts, nats, unique) for lefts in found])
    chosen = np.zeros(count, dtype=np.bool_)
    chosen[np.argsort(rank, kind="stable")[:limit]] = True
    ends = np.cumsum([len(lefts) for lefts in found])
    parts = np.split(chosen, ends[:-1])
    return [lefts.part(flags) for lefts, flags in zip(found, parts, strict=True)], count - limit


def _rank(lefts: Lefts, nats: NDArray[np.float64], unique: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Small for what tells much."""
    combinations: NDArray[np.float64] = nats[lefts.columns].sum(axis=0)
    keys = unique[lefts.columns].any(axis=0) if lefts.size else np.zeros(len(lefts), dtype=np.bool_)
    longest = float(nats.max(initial=0.0)) * max(1, lefts.size) + 1
    return lefts.size + combinations / longest + np.where(keys, float(len(nats) + 1), 0.0)
