"""Whether the dependencies of a relation can still be checked table by table after a decomposition.

Source: C. Beeri and P. Honeyman, "Preserving functional dependencies" (1981): the closure is taken through the parts, a part at a
time, so that no projection has to be computed and the test is polynomial.
"""

from collections.abc import Iterable, Sequence

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.masks import Arrow, Mask, Universe, names_in


def lost(dependencies: Iterable[Functional], parts: Iterable[Iterable[str]]) -> tuple[Functional, ...]:
    """The dependencies that do not follow from those within the parts; empty where the decomposition preserves all."""
    listed = tuple(dependencies)
    named = tuple(frozenset(each) for each in parts)
    universe = Universe((*names_in(listed).names, *sorted(frozenset[str]().union(*named))))
    arrows = [universe.arrow(each) for each in listed]
    gone = lost_arrows(arrows, Closures(arrows), [universe.mask(each) for each in named])
    return tuple(each for each, arrow in zip(listed, arrows, strict=True) if arrow in gone)


def preserves(dependencies: Iterable[Functional], parts: Iterable[Iterable[str]]) -> bool:
    """Whether all dependencies follow from those within the parts."""
    return not lost(dependencies, parts)


def lost_arrows(arrows: Iterable[Arrow], closures: Closures, parts: Sequence[Mask]) -> tuple[Arrow, ...]:
    """The dependencies, of those given, that do not follow from what `closures` say within the parts."""
    return tuple(each for each in arrows if each[1] & ~through_parts(closures, parts, each[0], each[1]))


def through_parts(closures: Closures, parts: Sequence[Mask], start: Mask, wanted: Mask = 0) -> Mask:
    """What some attributes determine by the dependencies within the parts alone."""
    known, before = start, -1
    while known != before and (not wanted or wanted & ~known):
        before = known
        for part in parts:
            known |= closures.of(known & part) & part
    return known
