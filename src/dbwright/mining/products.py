"""Columns that are products or ratios of others, such as quantity * price * (1 - discount), exact or rounded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.allowance import Allowance
from dbwright.mining.candidates import Candidate, quoted
from dbwright.mining.measures import NEAR, Measure, agreement, can_be_rounded, matters, rounded_agreement
from dbwright.relationships.words import words

_MOST = 16
_ENOUGH = 0.85
"""Of the rows tried, the share that must agree before all rows are looked at."""
_RATIOS = frozenset("rate ratio avg average percent percentage pct share per mean".split())
_Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Template:
    """swapped: how many inputs, from the first, may change places."""

    formula: str
    inputs: int
    swapped: int
    value: Callable[..., _Array]


def _divided(a: _Array, b: _Array) -> _Array:
    return a / np.where(b == 0, np.nan, b)


_TEMPLATES = (
    _Template("{} * {}", 2, 2, lambda a, b: a * b),
    _Template("{} * (1 - {})", 2, 0, lambda a, b: a * (1 - b)),
    _Template("{} * (1 + {})", 2, 0, lambda a, b: a * (1 + b)),
    _Template("{} * {} / 100.0", 2, 2, lambda a, b: a * b / 100),
    _Template("{} * (100 - {}) / 100.0", 2, 0, lambda a, b: a * (100 - b) / 100),
    _Template("{} * (100 + {}) / 100.0", 2, 0, lambda a, b: a * (100 + b) / 100),
    _Template("{} * 1.0 / {}", 2, 0, _divided),
    _Template("{} * 100.0 / {}", 2, 0, lambda a, b: _divided(a * 100, b)),
    _Template("{} * {} * {}", 3, 3, lambda a, b, c: a * b * c),
    _Template("{} * {} * (1 - {})", 3, 2, lambda a, b, c: a * b * (1 - c)),
    _Template("{} * {} * (1 + {})", 3, 2, lambda a, b, c: a * b * (1 + c)),
    _Template("{} * {} * (100 - {}) / 100.0", 3, 2, lambda a, b, c: a * b * (100 - c) / 100),
    _Template("{} * {} - {}", 3, 2, lambda a, b, c: a * b - c),
    _Template("{} * {} + {}", 3, 2, lambda a, b, c: a * b + c),
)


def products(pool: Sequence[Measure], rows: NDArray[np.int64], allowance: Allowance) -> Iterator[Candidate]:
    """At most one formula a column: the one with the fewest inputs, exact before rounded.

    rows: those that are tried first. Of columns that make each other (a = b * c, b = a / c), only one formula is given.
    """
    pool = pool[:_MOST]
    tried = _Tried(pool, rows)
    settled: set[int] = set()
    related: set[frozenset[int]] = set()
    for template in _TEMPLATES:
        for rounded in (False, True):
            for places in _arrangements(len(pool), template):
                allowance.check()
                for place in tried.fitting(template.value(*(tried.values[each] for each in places)), places, rounded):
                    among = frozenset((place, *places))
                    if place in settled or among in related or _is_a_ratio(pool, place, places, template):
                        continue
                    candidate = _verified(template, pool[place], [pool[each] for each in places], rounded)
                    if candidate is not None:
                        settled.add(place)
                        related.add(among)
                        yield candidate


def _arrangements(width: int, template: _Template) -> Iterator[tuple[int, ...]]:
    for places in permutations(range(width), template.inputs):
        exchangeable = places[: template.swapped]
        if all(a < b for a, b in pairwise(exchangeable)):
            yield places


class _Tried:
    """A few rows of all columns, on which most formulas fail. values: shape (columns, rows)."""

    def __init__(self, pool: Sequence[Measure], rows: NDArray[np.int64]) -> None:
        self.values = np.array([each.values[rows] for each in pool])
        self._known = ~np.isnan(self.values)
        self._rounds = np.array([can_be_rounded(each) for each in pool])
        self._slack = np.array([[0.5 * 10.0 ** -(each.scale or 0)] for each in pool])

    def fitting(self, result: _Array, places: tuple[int, ...], rounded: bool) -> list[int]:
        """The columns that are the result on nearly all of the rows."""
        speaks = self._known & np.isfinite(result)
        with np.errstate(invalid="ignore", over="ignore"):
            slack = NEAR * np.maximum(np.abs(self.values), np.abs(result))
            agrees = (np.abs(self.values - result) <= (slack + self._slack if rounded else slack)) & speaks
        counted = speaks.sum(axis=1)
        fits = (counted >= 4) & (agrees.sum(axis=1) >= _ENOUGH * counted)
        if rounded:
            fits &= self._rounds
        return [int(place) for place in np.flatnonzero(fits) if place not in places]


def _is_a_ratio(pool: Sequence[Measure], place: int, places: tuple[int, ...], template: _Template) -> bool:
    """Whether the result is named as a rate of what it would be multiplied from: then the rate is what is derived."""
    if template.swapped == 0 or not _RATIOS.intersection(words(pool[place].name)):
        return False
    return not any(_RATIOS.intersection(words(pool[each].name)) for each in places)


def _verified(template: _Template, target: Measure, inputs: list[Measure], rounded: bool) -> Candidate | None:
    result = template.value(*(each.values for each in inputs))
    if rounded:
        agrees, accepted, speaks = rounded_agreement(target, result, inputs)
    else:
        agrees, speaks = agreement(target, result, inputs)
        accepted = agrees
    if not all(matters(each, speaks) for each in inputs):
        return None
    formula = template.formula.format(*(quoted(each.name) for each in inputs))
    if rounded:
        formula = f"ROUND({formula}, {target.scale})"
    kind = "ratio" if template.value is _divided or "* 100.0 /" in template.formula else "product"
    return Candidate(target.place, tuple(each.place for each in inputs), formula, kind, agrees, speaks, accepted)
