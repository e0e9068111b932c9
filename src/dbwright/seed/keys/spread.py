"""How children spread over parents: a curve that gives each child a parent, and each parent its run of children.

The curve is a Lorenz curve (M. O. Lorenz, 1905): L(u) is the share of all children that the u least popular parents have
together. It is kept as a table of points, so that it is turned around exactly, and no list of children is needed.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dbwright.seed.base import RelationHint
from dbwright.seed.draw import Fractions, Rows

Curve = NDArray[np.float64]

_POINTS = np.unique(np.concatenate([np.linspace(0.0, 1.0, 513), 1.0 - 2.0 ** -np.arange(1.0, 40.0, 0.25)]))
_STANDARD = NormalDist()


class Spread:
    """Children 0 … children-1 over parents 0 … parents-1, the least popular parents first.

    most: no parent gets more children than this. Children of a parent are numbered in one run, so a child knows its place.
    """

    def __init__(self, children: int, parents: int, hint: RelationHint, *, most: int | None = None) -> None:
        self.children, self.parents = children, parents
        reached = max(1, round(parents * (1.0 - min(max(hint.childless or 0.0, 0.0), 1.0))))
        if most is not None:
            reached = max(reached, -(-children // max(most, 1)))
        self.reached = min(reached, parents)
        self._curve = _curve(hint)
        if most is not None:
            self._flatten(most)

    def random(self, fractions: Fractions) -> Rows:
        """A parent for each fraction from 0 to below 1, as popular as it is."""
        if self._curve is None:
            found = (fractions * self.reached).astype(np.int64)
        else:
            found = (np.interp(fractions, self._curve, _POINTS) * self.reached).astype(np.int64)
        return np.minimum(found, self.reached - 1) + (self.parents - self.reached)

    def parent(self, children: Rows) -> Rows:
        """The parent of each child."""
        guess = np.minimum(self._guess(children), self.reached - 1)
        while True:
            late, early = children < self._starts(guess), children >= self._starts(guess + 1)
            if not (late.any() or early.any()):
                return guess + (self.parents - self.reached)
            guess = guess - late + early

    def start(self, parents: Rows) -> Rows:
        """The first child of each parent; the number of all children for the parent after the last."""
        return self._starts(np.maximum(parents - (self.parents - self.reached), 0))

    def count(self, parents: Rows) -> Rows:
        """How many children each parent has."""
        return self.start(parents + 1) - self.start(parents)

    def _guess(self, children: Rows) -> Rows:
        share = (children.astype(np.float64) + 0.5) / max(self.children, 1)
        where = share if self._curve is None else np.interp(share, self._curve, _POINTS)
        return (where * self.reached).astype(np.int64)

    def _starts(self, places: Rows) -> Rows:
        if self._curve is None:
            return _fraction_of(self.children, places, self.reached)
        share = np.interp(places.astype(np.float64) / self.reached, _POINTS, self._curve)
        return np.minimum(np.floor(share * self.children + 0.5).astype(np.int64), self.children)

    def _flatten(self, most: int) -> None:
        """Take the curve towards the straight line until the most popular parent has no more than it may."""
        if self._curve is None:
            return
        even = self.children / self.reached
        share = 1.0 - float(np.interp(1.0 - 1.0 / self.reached, _POINTS, self._curve))
        largest = max(share * self.children, even)
        if largest + 1 <= most:
            return
        weight = (most - 1 - even) / (largest - even) if largest > even else 0.0
        self._curve = None if weight <= 0 else (1.0 - weight) * _POINTS + weight * self._curve


def _fraction_of(children: int, places: Rows, parents: int) -> Rows:
    """places * children // parents, without overflow."""
    if children <= 0 or places.size == 0 or int(places.max()) <= (1 << 62) // max(children, 1):
        return places * children // parents
    whole, rest = divmod(children, parents)
    return places * whole + (places.astype(object) * rest // parents).astype(np.int64)


def _curve(hint: RelationHint) -> Curve | None:
    """The points of the Lorenz curve; None for the straight line."""
    kind = hint.skew or "log-normal"
    if kind == "zipf":
        # Pareto's curve with exponent a: L(u) = 1 - (1 - u)^(1 - 1/a); a = 1.16 is "80 : 20".
        steep = 1.0 - 1.0 / max(hint.strength or 1.5, 1.01)
        return 1.0 - (1.0 - _POINTS) ** steep
    if kind == "log-normal":
        deviation = 0.8 if hint.strength is None else hint.strength
        if deviation <= 0:
            return None
        inside = [_STANDARD.cdf(_STANDARD.inv_cdf(float(point)) - deviation) for point in _POINTS[1:-1]]
        return np.maximum.accumulate(np.array([0.0, *inside, 1.0]))
    return None
