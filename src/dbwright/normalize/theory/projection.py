"""The functional dependencies that hold within some of a relation's attributes.

Source: G. Gottlob, "Computing covers for embedded functional dependencies" (1987): the attributes outside are taken out one by one,
each dependency that needs one being joined with each that gives it ("reduction by resolution"). A projection may need exponentially
many dependencies; their number has a limit.
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.cover import minimal
from dbwright.normalize.theory.masks import Arrow, Mask, Universe, bits, names_in, subsets

LIMIT = 3_000
"""Dependencies that a projection may hold on its way."""

_FEW = 8
"""Attributes up to which all sets of them are tried instead."""


class Projected(msgspec.Struct, frozen=True):
    """A minimal cover of the dependencies within some attributes. complete: False where the limit cut it short."""

    arrows: tuple[Arrow, ...]
    complete: bool = True


def project(dependencies: Iterable[Functional], attributes: Iterable[str]) -> tuple[Functional, ...]:
    """A minimal cover of the functional dependencies that follow within some attributes."""
    listed, kept = tuple(dependencies), tuple(attributes)
    universe = Universe((*kept, *names_in(listed).names))
    found = projected((universe.arrow(each) for each in listed), universe.mask(kept))
    return tuple(universe.functional(each) for each in found.arrows)


def projected(arrows: Iterable[Arrow], within: Mask, limit: int = LIMIT, closures: Closures | None = None) -> Projected:
    """The projection on bits. closures: of the same dependencies, where they are at hand."""
    given = tuple(arrows)
    closures = closures or Closures(given)
    if within.bit_count() <= _FEW:
        return Projected(minimal(_tried(closures, within)))
    reachable = closures.of(within)
    kept = minimal(each for each in given if not each[0] & ~reachable)
    used = 0
    for left, right in kept:
        used |= left | right
    outside = used & ~within
    while outside:
        cheapest, weight = _cheapest(kept, outside)
        outside &= ~cheapest
        kept = _without(kept, cheapest)
        if len(kept) > limit:
            inside = tuple(each for each in kept if not (each[0] | each[1]) & ~within)
            return Projected(minimal(inside), complete=False)
        if weight > len(kept):
            kept = minimal(kept)
    return Projected(minimal(kept))


def _tried(closures: Closures, within: Mask) -> list[Arrow]:
    """All smallest left sides within a few attributes, each set tried."""
    found: dict[Mask, list[Mask]] = {bit: [] for bit in bits(within)}
    for left in sorted(subsets(within), key=int.bit_count):
        for bit in bits(closures.of(left) & within & ~left):
            if not any(not less & ~left for less in found[bit]):
                found[bit].append(left)
    return [(left, bit) for bit, lefts in found.items() for left in lefts]


def _cheapest(arrows: Iterable[Arrow], among: Mask) -> tuple[Mask, int]:
    """The attribute whose resolution makes the fewest dependencies, and at most how many."""
    giving, needing = dict.fromkeys(bits(among), 0), dict.fromkeys(bits(among), 0)
    for left, right in arrows:
        if right & among:
            giving[right] += 1
        for bit in bits(left & among):
            needing[bit] += 1
    weights = {bit: giving[bit] * needing[bit] for bit in giving}
    cheapest = min(weights, key=weights.__getitem__)
    return cheapest, weights[cheapest]


def _without(arrows: tuple[Arrow, ...], bit: Mask) -> tuple[Arrow, ...]:
    """The same dependencies with one attribute resolved away."""
    giving = [left for left, right in arrows if right == bit and not left & bit]
    made: dict[Mask, dict[Mask, None]] = {}
    for left, right in arrows:
        if right == bit:
            continue
        lefts = [given | (left & ~bit) for given in giving] if left & bit else [left]
        for each in lefts:
            if not right & each:
                made.setdefault(right, {})[each] = None
    kept = []
    for right, lefts_of in made.items():
        smaller: list[Mask] = []
        for left in sorted(lefts_of, key=int.bit_count):
            if not any(not each & ~left for each in smaller):
                smaller.append(left)
        kept += [(left, right) for left in smaller]
    return tuple(kept)
