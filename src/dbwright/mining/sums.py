"""Number columns that are sums and differences of others: total = net + tax + shipping, COALESCE(discount, 0) included."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.allowance import Allowance
from dbwright.mining.candidates import Candidate, quoted
from dbwright.mining.measures import NEAR, Measure, agreement, matters
from dbwright.relationships.words import words

_MOST = 30
"""Columns that are combined; five of them in any way and with any signs are some two million sums."""
_TERMS = 5
_CHUNK = 1 << 21
_ENOUGH = 0.85
"""Of the rows tried, the share on which a sum must come out before all rows are looked at."""
_TOTALS = frozenset("total sum subtotal gross amount overall final payable revenue extended due all result".split())
_RESTS = frozenset("balance remaining remainder rest difference diff profit margin change net open outstanding".split())


def sums(
    pool: Sequence[Measure], bases: dict[int, int], rows: NDArray[np.int64], allowance: Allowance
) -> Iterator[Candidate]:
    """Signed sums of up to four columns that are a fifth; one that follows from smaller ones is left out.

    Each is proposed in several ways, solved for the column that looks most like its result first. rows: those that are tried first.
    bases: per column, the one that it is a multiple of; multiples of one column add up whatever they mean.
    """
    pool = pool[:_MOST]
    if len(pool) < 3:
        return
    tried = np.array([each.values[rows] for each in pool])
    independent = np.zeros((0, len(pool)))
    for size in range(3, min(_TERMS, len(pool)) + 1):
        for columns, signs in _zero_sums(tried, size, allowance):
            row = np.zeros((1, len(pool)))
            row[0, list(columns)] = signs
            both = np.vstack((independent, row))
            terms = [pool[column] for column in columns]
            if len({bases[each.place] for each in terms}) == 1 or np.linalg.matrix_rank(both) <= len(independent):
                continue
            for result in _likely_results(terms, signs):
                candidate = _solved(terms, signs, result)
                if candidate is None or candidate.agrees.mean() < _ENOUGH:
                    break
                independent = both
                yield candidate


def _zero_sums(
    tried: NDArray[np.float64], size: int, allowance: Allowance
) -> Iterator[tuple[tuple[int, ...], NDArray[np.float64]]]:
    """Columns and signs whose sum is zero on most of the rows tried."""
    signs = np.array([(1.0, *rest) for rest in product((1.0, -1.0), repeat=size - 1) if -1.0 in rest])
    chosen = np.array(list(combinations(range(len(tried)), size)))
    step = max(1, _CHUNK // (tried.shape[1] * size))
    for start in range(0, len(chosen), step):
        allowance.check(_CHUNK * 32)
        part = chosen[start : start + step]
        values = tried[part]
        slack = NEAR * np.abs(values).max(axis=1)
        for pattern in signs:
            with np.errstate(invalid="ignore"):
                rest = np.abs(np.einsum("cfr,f->cr", values, pattern))
                known = ~np.isnan(rest)
                zero = (rest <= slack) & known
            counted = known.sum(axis=1)
            for hit in np.flatnonzero((zero.sum(axis=1) >= _ENOUGH * counted) & (counted >= 4)):
                if (np.nan_to_num(values[hit]) != 0).any(axis=1).all():
                    yield tuple(int(c) for c in part[hit]), pattern


def _likely_results(terms: Sequence[Measure], signs: NDArray[np.float64]) -> list[int]:
    """The terms that the sum may be solved for, likeliest first: by name, by standing alone on its side, then the last one."""
    lone = 1.0 if (signs > 0).sum() == 1 else -1.0 if (signs < 0).sum() == 1 else 0.0

    def likely(place: int) -> tuple[float, int]:
        named = set(words(terms[place].name))
        by_name = 7.0 if named & _RESTS else 4.0 if named & _TOTALS else 0.0
        return (by_name + (2.0 if signs[place] == lone else 0.0), terms[place].place)

    return sorted(range(len(terms)), key=likely, reverse=True)


def _solved(terms: Sequence[Measure], signs: NDArray[np.float64], result: int) -> Candidate | None:
    """The sum as a formula for one of its terms; None where an input could be left out."""
    target = terms[result]
    signed = [(each, -sign * signs[result]) for each, sign in zip(terms, signs, strict=True) if each is not target]
    signed.sort(key=lambda item: (item[1] < 0, item[0].place))
    inputs = [each for each, _ in signed]
    agrees, speaks = agreement(target, np.sum([each.values * sign for each, sign in signed], axis=0), inputs)
    if not all(matters(each, speaks) for each in inputs):
        return None
    filled = np.sum([np.where(each.known, each.values, 0.0) * sign for each, sign in signed], axis=0)
    agrees_filled, speaks_filled = agreement(target, filled, ())
    skips_nulls = int(agrees_filled.sum()) > int(agrees.sum())
    if skips_nulls:
        agrees, speaks = agrees_filled, speaks_filled
    formula = ""
    for each, sign in signed:
        name = f"COALESCE({quoted(each.name)}, 0)" if skips_nulls and not each.known.all() else quoted(each.name)
        operator = "-" if sign < 0 else "+"
        formula += f" {operator} {name}" if formula else f"-{name}" if sign < 0 else name
    return Candidate(target.place, tuple(each.place for each in inputs), formula, "sum", agrees, speaks)
