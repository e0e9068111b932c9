"""Sets of attributes as whole numbers: one bit an attribute, so that union, intersection and inclusion are single operations."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from dbwright.catalog.dependencies import Attributes, Functional, Join, Multivalued
from dbwright.errors import UsageError

Mask: TypeAlias = int
Arrow: TypeAlias = tuple[Mask, Mask]
"""The left and the right side of a functional or multivalued dependency."""


class Universe:
    """The attributes of a relation in their order, and the way between their names and their bits."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self.all: Mask = (1 << len(self.names)) - 1
        self._bit = {name: 1 << position for position, name in enumerate(self.names)}

    def mask(self, names: Iterable[str]) -> Mask:
        """The bits of some attributes. Raises UsageError for a name that is not one of them."""
        mask = 0
        for name in names:
            bit = self._bit.get(name)
            if bit is None:
                raise UsageError(
                    f"There is no attribute {name!r}.", hint=f"The attributes are {', '.join(self.names)}."
                )
            mask |= bit
        return mask

    def ordered(self, mask: Mask) -> tuple[str, ...]:
        """The names of some bits, in the order of the relation."""
        return tuple(self.names[bit.bit_length() - 1] for bit in bits(mask))

    def set(self, mask: Mask) -> Attributes:
        """The names of some bits."""
        return frozenset(self.ordered(mask))

    def arrow(self, dependency: Functional | Multivalued) -> Arrow:
        """Both sides of a dependency as bits."""
        return self.mask(dependency.left), self.mask(dependency.right)

    def components(self, join: Join) -> tuple[Mask, ...]:
        """The components of a join dependency as bits, those left out that lie within another.

        Raises UsageError where they leave an attribute out: a join dependency speaks of the whole relation.
        """
        masks = largest(by_size(self.mask(each) for each in join.components))
        covered = 0
        for mask in masks:
            covered |= mask
        if covered != self.all:
            missing = ", ".join(self.ordered(self.all & ~covered))
            raise UsageError(
                f"A join dependency leaves out {missing}.", hint="Its components must name all attributes."
            )
        return masks

    def functional(self, arrow: Arrow) -> Functional:
        """A pair of bits as a functional dependency."""
        return Functional(self.set(arrow[0]), self.set(arrow[1]))

    def multivalued(self, arrow: Arrow) -> Multivalued:
        """A pair of bits as a multivalued dependency."""
        return Multivalued(self.set(arrow[0]), self.set(arrow[1]))

    def join(self, components: Iterable[Mask]) -> Join:
        """Sets of bits as a join dependency."""
        return Join(frozenset(self.set(each) for each in components))


def bits(mask: Mask) -> Iterator[Mask]:
    """Each bit alone, lowest first."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


def by_size(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """Sets in a fixed order: small before large, and by their attributes' positions among equals."""
    return tuple(sorted(set(masks), key=lambda mask: (mask.bit_count(), [bit.bit_length() for bit in bits(mask)])))


def largest(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """The sets that lie within no other, in their order; equal ones once."""
    distinct = tuple(dict.fromkeys(masks))
    return tuple(one for one in distinct if not any(one != other and not one & ~other for other in distinct))


def smallest(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """The sets that have no other within them, in their order; equal ones once."""
    distinct = tuple(dict.fromkeys(masks))
    return tuple(one for one in distinct if not any(one != other and not other & ~one for other in distinct))


def subsets(mask: Mask) -> Iterator[Mask]:
    """All subsets, the empty one first and the set itself last."""
    subset = 0
    while True:
        yield subset
        if subset == mask:
            return
        subset = (subset - mask) & mask


def names_in(dependencies: Iterable[Functional | Multivalued]) -> Universe:
    """The attributes that some dependencies name, in alphabetical order, where no relation gives an order."""
    found: set[str] = set()
    for each in dependencies:
        found |= each.left | each.right
    return Universe(sorted(found))
