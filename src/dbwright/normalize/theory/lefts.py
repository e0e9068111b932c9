"""All smallest sets of attributes that determine something: keys determine everything, left sides one attribute.

Sources: C. L. Lucchesi and S. L. Osborn, "Candidate keys for relations" (1978), for functional dependencies, in time that grows with
the number of results, not of subsets; D. Gunopulos, R. Khardon, H. Mannila and H. Toivonen, "Data mining, hypergraph transversals,
and machine learning" (1997), for any test that never turns false when attributes are added (needed beside multivalued and join
dependencies); C. Berge, "Hypergraphs" (1989), for the transversals.
"""

from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.masks import Mask, bits, by_size, smallest

LIMIT = 10_000
"""How many sets are looked for where nobody says otherwise: a relation may have more keys than anyone can read."""


class Sets(msgspec.Struct, frozen=True):
    """Sets as bits, small ones first. complete: whether these are all; where not, there are more than the limit."""

    masks: tuple[Mask, ...]
    complete: bool = True


def shrunk(start: Mask, holds: Callable[[Mask], bool]) -> Mask:
    """A smallest set within `start` for which the test still holds; it must hold for `start`."""
    kept = start
    for bit in reversed(tuple(bits(start))):
        if holds(kept & ~bit):
            kept &= ~bit
    return kept


def smallest_left(closures: Closures, start: Mask, wanted: Mask) -> Mask:
    """A smallest set within `start` that determines what is wanted; `start` must do so. Later attributes go first."""
    return shrunk(start, lambda mask: closures.implies((mask, wanted)))


def determining(closures: Closures, target: Mask, within: Mask, limit: int = LIMIT) -> Sets:
    """All smallest sets within `within` that determine the target, by Lucchesi and Osborn's exchange.

    From a set K and a dependency V → W that gains a part of K, V ∪ (K − W) determines the target too; where no such exchange
    leads to something new, all are found. `within` is closed under use: attributes outside of it are gained, never asked for.
    """

    def holds(mask: Mask) -> bool:
        return not target & ~closures.of(mask, target)

    arrows = [(left, right) for left, right in closures.arrows if not left & ~within]
    found: list[Mask] = []
    waiting: deque[Mask] = deque()
    seen: set[Mask] = set()

    def offer(candidate: Mask) -> None:
        if candidate in seen:
            return
        seen.add(candidate)
        if not any(not each & ~candidate for each in found) and holds(candidate):
            smaller = shrunk(candidate, holds)
            found.append(smaller)
            waiting.append(smaller)

    offer(within)
    for left, right in arrows:
        if right & target & ~within:
            offer(left)
    while waiting:
        key = waiting.popleft()
        for left, right in arrows:
            if right & key & ~left:
                offer(left | (key & ~right))
                if len(found) > limit:
                    return Sets(by_size(found[:limit]), complete=False)
    return Sets(by_size(found))


class Border(msgspec.Struct, frozen=True):
    """Where a test changes: the smallest sets for which it holds, and the largest for which it does not."""

    smallest: tuple[Mask, ...]
    largest: tuple[Mask, ...]
    complete: bool = True


def border(within: Mask, holds: Callable[[Mask], bool], start: Iterable[Mask] = (), limit: int = LIMIT) -> Border:
    """The border of a test that stays true when attributes are added ("dualize and advance").

    start: sets that are known to be smallest ones. With all smallest sets known, the complements of their smallest transversals
    are exactly the largest sets for which the test does not hold; one for which it holds leads to a smallest set not known yet.
    """
    found = list(start)
    crossing = transversals(found, limit)
    failing: set[Mask] = set()
    while True:
        if len(crossing) > limit or len(found) > limit:
            return Border(by_size(found), by_size(failing), complete=False)
        for crossed in crossing:
            outside = within & ~crossed
            if outside in failing:
                continue
            if holds(outside):
                new = shrunk(outside, holds)
                found.append(new)
                crossing = crossed_with(crossing, new)
                break
            failing.add(outside)
        else:
            return Border(by_size(found), by_size(within & ~each for each in crossing))


def transversals(sets: Iterable[Mask], limit: int | None = None) -> tuple[Mask, ...]:
    """The smallest sets that meet every one of some sets (Berge's multiplication); stops above `limit` with too many of them."""
    crossing: tuple[Mask, ...] = (0,)
    for each in sets:
        crossing = crossed_with(crossing, each)
        if limit is not None and len(crossing) > limit:
            break
    return crossing


def crossed_with(crossing: tuple[Mask, ...], new: Mask) -> tuple[Mask, ...]:
    """The smallest transversals after one more set has come."""
    meeting = [each for each in crossing if each & new]
    grown = {each | bit for each in crossing if not each & new for bit in bits(new)}
    kept = [each for each in smallest(grown) if not any(not old & ~each for old in meeting)]
    return (*meeting, *kept)
