"""Quantiles of values with weights, without sorting them all."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from dbwright.tables.duck import Store

SHARES = (0.01, 0.25, 0.5, 0.75, 0.99)
"""What a profile asks for: the quartiles, and where the first and the last hundredth end."""
_SORTED_UP_TO = 50_000
_CELLS = 4096


def weighted_quantiles(
    store: Store, rows: str, shares: Sequence[float], total: int, low: float, high: float, distinct: int
) -> list[float]:
    """For each share the least value that so many of the rows do not exceed.

    rows: what to select from, with the value x and its weight n. total: of the weights.
    Many values are first counted in cells between low and high; only the cells that the quantiles lie in are sorted.
    """
    wanted = [max(1, math.ceil(share * total)) for share in shares]
    width = (high - low) / _CELLS
    if distinct <= _SORTED_UP_TO or not width > 0 or not math.isfinite(width):
        return _few(store, rows, wanted)
    cell = f"least({_CELLS - 1}, CAST(floor((x - {low!r}) / {width!r}) AS BIGINT))"
    counts = sorted((int(place), int(n)) for place, n in store.run(f"SELECT {cell}, sum(n) FROM {rows} GROUP BY 1"))
    ends = list(accumulate(n for _, n in counts))
    found = []
    for rank in wanted:
        at = bisect_left(ends, rank)
        place, count = counts[at]
        found.append(_in_order(store, rows, f" WHERE {cell} = {place}", rank - (ends[at] - count)))
    return found


def _few(store: Store, rows: str, ranks: Sequence[int]) -> list[float]:
    cumulated = f"(SELECT x, sum(n) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) AS c FROM {rows})"
    least = ", ".join(f"min(x) FILTER (c >= {rank})" for rank in ranks)
    return [float(each) for each in store.run(f"SELECT {least} FROM {cumulated}")[0]]


def _in_order(store: Store, rows: str, where: str, rank: int) -> float:
    cumulated = f"(SELECT x, sum(n) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) AS c FROM {rows}{where})"
    return float(store.run(f"SELECT min(x) FROM {cumulated} WHERE c >= {rank}")[0][0])
