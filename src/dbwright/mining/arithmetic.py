"""Number columns that are made of others by arithmetic: multiples here, then sums, then products. All verified on every row."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.allowance import Allowance
from dbwright.mining.candidates import Candidate, quoted
from dbwright.mining.measures import Measure, agreement, can_be_rounded, rounded_agreement, varies
from dbwright.mining.products import products
from dbwright.mining.sums import sums

_TRIED_ROWS = 24
_ENOUGH = 0.9


def arithmetic(numbers: Sequence[Measure], allowance: Allowance) -> Iterator[Candidate]:
    """Formulas over number columns, simple ones first. Keys and constants take no part."""
    pool = [each for each in numbers if not each.names_a_thing and varies(each)]
    rows = _telling_rows(pool)
    bases, scaled = _multiples(pool, rows, allowance)
    yield from scaled
    pool = [each for each in pool if bases[each.place][1] != 1.0]
    yield from sums(pool, {place: base for place, (base, _) in bases.items()}, rows, allowance)
    yield from products(pool, rows, allowance)


def _telling_rows(pool: Sequence[Measure]) -> NDArray[np.int64]:
    """Rows on which wrong formulas fail: as few NULLs and zeros as there are, otherwise at random."""
    if not pool:
        return np.zeros(0, dtype=np.int64)
    weight = np.zeros(len(pool[0].values))
    for each in pool:
        weight += np.where(each.known & (each.values != 0), 1.0, 0.0)
    weight += np.random.default_rng(0).random(len(weight))
    count = min(_TRIED_ROWS, len(weight))
    return np.argpartition(-weight, count - 1)[:count].astype(np.int64)


def _multiples(
    pool: list[Measure], rows: NDArray[np.int64], allowance: Allowance
) -> tuple[dict[int, tuple[int, float]], list[Candidate]]:
    """Per column, the earlier column that it is a constant multiple of (itself where of none; 0 as its factor) and the factor; and

    the formulas. Equal columns, whose factor is 1, have none: they are copies.
    """
    bases: dict[int, tuple[int, float]] = {}
    found: list[Candidate] = []
    tried = np.array([each.values[rows] for each in pool])
    for number, each in enumerate(pool):
        allowance.check()
        bases[each.place] = (each.place, 0.0)
        for earlier in (pool[place] for place in _in_proportion(tried[:number], tried[number])):
            if bases[earlier.place][0] == earlier.place and (multiple := _multiple(each, earlier)):
                factor, candidate = multiple
                bases[each.place] = (earlier.place, factor)
                if factor != 1.0:
                    found.append(candidate)
                break
    return bases, found


def _in_proportion(earlier: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.intp]:
    """The columns that the values are nearly in proportion to on half of the rows tried."""
    if not len(earlier):
        return np.zeros(0, dtype=np.intp)
    with np.errstate(all="ignore"):
        ratios = np.where((earlier != 0) & (values != 0), values / earlier, np.nan)
    able = np.flatnonzero((~np.isnan(ratios)).sum(axis=1) >= 3)
    ratios = ratios[able]
    if not len(able):
        return able
    middle = np.nanmedian(ratios, axis=1)[:, None]
    near = np.abs(ratios - middle) <= 0.05 * np.abs(middle)
    kept: NDArray[np.intp] = able[near.sum(axis=1) >= 0.5 * (~np.isnan(ratios)).sum(axis=1)]
    return kept


def _multiple(target: Measure, source: Measure) -> tuple[float, Candidate] | None:
    """The column as a constant times the other, exact, or rounded with a factor of a few digits."""
    both = np.flatnonzero(target.known & source.known & (source.values != 0) & (target.values != 0))
    if len(both) < 3:
        return None
    some = both[:: max(1, len(both) // 1000)]
    ratios = target.values[some] / source.values[some]
    largest = np.argsort(-np.abs(target.values[some]))[: max(3, len(some) // 4)]
    factor = float(np.median(ratios[largest]))
    if np.mean(np.abs(ratios - factor) <= 1e-7 * abs(factor)) >= _ENOUGH:
        shown, written = _factor(factor, source)
        agrees, speaks = agreement(target, source.values * shown, (source,))
        accepted = agrees
        if target.whole and not source.whole:
            written = f"ROUND({written})"  # 0.29 * 100 is 28.999999999999996 in floating point
    else:
        shown = float(f"{factor:.3g}")
        written = f"ROUND({quoted(source.name)} * {shown:g}, {target.scale})"
        if (
            not can_be_rounded(target)
            or shown in (0.0, 1.0)
            or np.mean(np.abs(ratios - shown) <= 0.05 * abs(shown)) < 0.5
        ):
            return None
        agrees, accepted, speaks = rounded_agreement(target, source.values * shown, (source,))
    if accepted.mean() < _ENOUGH:
        return None
    return shown, Candidate(target.place, (source.place,), written, "scale", agrees, speaks, accepted)


def _factor(factor: float, source: Measure) -> tuple[float, str]:
    """The factor as few digits write it, or as a division, and the formula with it."""
    name = quoted(source.name)
    for value, divides in ((1 / factor, True), (factor, False)):
        short = float(f"{value:.6g}")
        if abs(short - value) <= 1e-7 * abs(value) and (not divides or short == round(short) > 1):
            return (1 / short, f"{name} / {short:.1f}") if divides else (short, f"{name} * {short:.12g}")
    return factor, f"{name} * {factor:.12g}"
