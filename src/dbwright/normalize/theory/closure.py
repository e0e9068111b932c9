"""What follows from functional dependencies: closures of attributes, and derivations that a person can follow.

Sources: W. W. Armstrong, "Dependency structures of data base relationships" (1974); C. Beeri and P. A. Bernstein, "Computational
problems related to the design of normal form relational schemas" (1979), whose linear closure this is, with one watched attribute
a dependency in place of a counter; D. Maier, "The Theory of Relational Databases" (1983), chapter 4, for derivations.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional
from dbwright.normalize.theory.masks import Arrow, Mask, Universe, names_in


class Closures:
    """Functional dependencies made ready for many closures. Dependencies are known by their position in `arrows`."""

    def __init__(self, arrows: Iterable[Arrow]) -> None:
        self.arrows = tuple(arrows)
        self._free = [position for position, (left, _) in enumerate(self.arrows) if not left]
        self._gained = 0
        for _, right in self.arrows:
            self._gained |= right
        self._under: dict[Mask, list[int]] = {}
        frequent: dict[Mask, int] = {}
        for left, _ in self.arrows:
            for bit in _bits(left):
                frequent[bit] = frequent.get(bit, 0) + 1
        for position, (left, _) in enumerate(self.arrows):
            if left:
                # The rarest attribute of the left side: most closures then never look at this dependency.
                self._under.setdefault(min(_bits(left), key=frequent.__getitem__), []).append(position)

    def of(self, start: Mask, wanted: Mask = 0, without: Collection[int] = ()) -> Mask:
        """All attributes that `start` determines.

        wanted: stop as soon as these are among them (0: go to the end). without: positions of dependencies that are not used.
        """
        arrows, under = self.arrows, self._under
        wanted = wanted or self._gained
        closed = start
        for position in self._free:
            if position not in without:
                closed |= arrows[position][1]
        new = closed
        waiting: dict[Mask, list[int]] = {}
        while new:
            if not wanted & ~closed:
                return closed
            bit = new & -new
            new ^= bit
            due = waiting.pop(bit, None)
            listed = under.get(bit)
            for position in listed + due if listed and due else listed or due or ():
                left, right = arrows[position]
                missing = left & ~closed
                if missing:
                    waiting.setdefault(missing & -missing, []).append(position)
                elif right & ~closed and position not in without:
                    new |= right & ~closed
                    closed |= right
        return closed

    def implies(self, arrow: Arrow, without: Collection[int] = ()) -> bool:
        """Whether the left side determines the right side."""
        left, right = arrow
        return not right & ~self.of(left, right, without)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a derivation: by `used`, the attributes `gained` are known too, which makes `known` of them."""

    used: Functional
    gained: Attributes
    known: Attributes


def closure(attributes: Iterable[str], dependencies: Iterable[Functional]) -> Attributes:
    """All attributes that the given ones determine (X⁺), themselves among them."""
    given, listed = frozenset(attributes), tuple(dependencies)
    universe = Universe((*names_in(listed).names, *sorted(given)))
    return universe.set(Closures(universe.arrow(each) for each in listed).of(universe.mask(given)))


def implies(dependencies: Iterable[Functional], dependency: Functional) -> bool:
    """Whether a functional dependency holds wherever the others hold."""
    return dependency.right <= closure(dependency.left, dependencies)


def equivalent(one: Iterable[Functional], other: Iterable[Functional]) -> bool:
    """Whether two sets of functional dependencies imply each other (each is a cover of the other)."""
    first, second = tuple(one), tuple(other)
    universe = names_in((*first, *second))
    left, right = (Closures(universe.arrow(each) for each in listed) for listed in (first, second))
    return all(left.implies(each) for each in right.arrows) and all(right.implies(each) for each in left.arrows)


def trivial(dependency: Functional) -> bool:
    """Whether a functional dependency says nothing: its right side is part of its left side."""
    return dependency.right <= dependency.left


def derivation(dependencies: Sequence[Functional], dependency: Functional) -> tuple[Reason, ...] | None:
    """Why a dependency follows: the others in the order in which they are used, none of them in vain; None where it does not.

    This is a derivation by reflexivity, accumulation and projectivity (Maier 1983, the "RAP" sequence): begin with the left side,
    add what each step gains, and read off the right side.
    """
    wanted = dependency.right - dependency.left
    known = dependency.left
    used: list[Functional] = []
    progress = True
    while progress and not wanted <= known:
        progress = False
        for each in dependencies:
            if each.left <= known and not each.right <= known:
                used.append(each)
                known |= each.right
                progress = True
    if not wanted <= known:
        return None
    needed, kept = wanted, []
    for position in range(len(used) - 1, -1, -1):
        before = dependency.left.union(*(each.right for each in used[:position]))
        if (used[position].right & needed) - before:
            kept.append(used[position])
            needed = (needed - used[position].right) | used[position].left
    steps, known = [], dependency.left
    for each in reversed(kept):
        gained = each.right - known
        known |= each.right
        steps.append(Reason(used=each, gained=gained, known=known))
    return tuple(steps)


def _bits(mask: Mask) -> list[Mask]:
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit)
        mask ^= bit
    return found
