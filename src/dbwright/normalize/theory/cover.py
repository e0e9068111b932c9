"""Smaller sets of functional dependencies that say the same.

Sources: D. Maier, "Minimum covers in the relational database model" (J. ACM 27, 1980); the names are those of Maier (1983),
chapter 5, and of Elmasri and Navathe, Ullman, and Silberschatz, Korth and Sudarshan.
"""

from collections.abc import Iterable, Sequence

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.masks import Arrow, Mask, Universe, bits, names_in


def minimal_cover(dependencies: Iterable[Functional], order: Iterable[str] = ()) -> tuple[Functional, ...]:
    """An equivalent set: one attribute on each right side, no attribute too many on a left side, no dependency too many.

    There may be several; this is the one found by going through the dependencies, and the attributes in `order` (else in
    alphabetical order), from first to last. Trivial ones are left out.
    """
    listed = tuple(dependencies)
    universe = _universe(listed, order)
    return tuple(universe.functional(each) for each in minimal(universe.arrow(each) for each in listed))


def canonical_cover(dependencies: Iterable[Functional], order: Iterable[str] = ()) -> tuple[Functional, ...]:
    """A minimal cover with the dependencies of equal left sides put together, so that each left side stands once."""
    listed = tuple(dependencies)
    universe = _universe(listed, order)
    return tuple(universe.functional(each) for each in merged(minimal(universe.arrow(each) for each in listed)))


def minimum_cover(dependencies: Iterable[Functional], order: Iterable[str] = ()) -> tuple[Functional, ...]:
    """An equivalent set with the fewest dependencies there can be (Maier 1980), right sides of any size."""
    listed = tuple(dependencies)
    universe = _universe(listed, order)
    return tuple(universe.functional(each) for each in minimum(universe.arrow(each) for each in listed))


def minimal(arrows: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """A minimal cover, on bits."""
    return nonredundant(left_reduced(arrows))


def left_reduced(arrows: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """The dependencies with one attribute on the right and none too many on the left; each once, trivial ones left out."""
    given = tuple(arrows)
    closures = Closures(given)
    known: dict[Mask, Mask] = {}  # mined dependencies share most of their left sides but one attribute
    reduced: dict[Arrow, None] = {}
    for left, right in given:
        for bit in bits(right & ~left):
            kept = left
            for candidate in bits(left):
                less = kept & ~candidate
                if less not in known:
                    known[less] = closures.of(less)
                if bit & known[less]:
                    kept = less
            reduced[kept, bit] = None
    return tuple(reduced)


def nonredundant(arrows: Sequence[Arrow]) -> tuple[Arrow, ...]:
    """The dependencies without those that follow from the others, later ones kept before earlier ones."""
    closures, dropped = Closures(arrows), set[int]()
    for position, arrow in enumerate(arrows):
        dropped.add(position)
        if not closures.implies(arrow, dropped):
            dropped.remove(position)
    return tuple(arrow for position, arrow in enumerate(arrows) if position not in dropped)


def merged(arrows: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """Right sides of equal left sides put together."""
    rights: dict[Mask, Mask] = {}
    for left, right in arrows:
        rights[left] = rights.get(left, 0) | right
    return tuple(rights.items())


def minimum(arrows: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """A minimum cover, on bits: where one left side determines an equivalent one without their class, the two become one."""
    kept = list(_without_redundant(merged(arrows)))
    progress = True
    while progress:
        progress = False
        closures = Closures(kept)
        closed = [closures.of(left) for left, _ in kept]
        for one, (left, right) in enumerate(kept):
            its_class = {other for other in range(len(kept)) if closed[other] == closed[one]}
            directly = closures.of(left, without=its_class)
            other = next((each for each in sorted(its_class - {one}) if not kept[each][0] & ~directly), None)
            if other is not None:
                kept[other] = (kept[other][0], kept[other][1] | right)
                del kept[one]
                progress = True
                break
    return tuple((left, right & ~left) for left, right in kept)


def _without_redundant(arrows: Iterable[Arrow]) -> tuple[Arrow, ...]:
    return nonredundant(tuple((left, right & ~left) for left, right in arrows if right & ~left))


def _universe(dependencies: Sequence[Functional], order: Iterable[str]) -> Universe:
    return Universe((*order, *names_in(dependencies).names))
