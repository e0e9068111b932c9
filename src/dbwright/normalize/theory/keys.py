"""Candidate keys and prime attributes.

Sources: C. L. Lucchesi and S. L. Osborn, "Candidate keys for relations" (1978). Whether an attribute is prime is NP-complete, and a
relation may have exponentially many keys: the number looked for has a limit, and an answer tells whether it was reached.
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.implication import theory_of
from dbwright.normalize.theory.lefts import LIMIT, determining, smallest_left
from dbwright.normalize.theory.masks import Universe, bits
from dbwright.normalize.theory.relation import Relation


class Keys(msgspec.Struct, frozen=True):
    """Candidate keys, small ones first. complete: whether these are all; where not, there are more than the limit."""

    keys: tuple[Attributes, ...]
    complete: bool = True

    @property
    def prime(self) -> Attributes:
        """The attributes that belong to at least one of the keys."""
        return frozenset().union(*self.keys)


def candidate_keys(attributes: Iterable[str], dependencies: Iterable[Functional], limit: int = LIMIT) -> Keys:
    """All candidate keys of some attributes under functional dependencies, at most `limit`."""
    universe = Universe(attributes)
    closures = Closures(universe.arrow(each) for each in dependencies)
    found = determining(closures, universe.all, universe.all, limit)
    return Keys(tuple(universe.set(each) for each in found.masks), found.complete)


def keys_of(relation: Relation, limit: int = LIMIT) -> Keys:
    """All candidate keys of a relation, with what follows from its multivalued and join dependencies too."""
    theory = theory_of(relation)
    found = theory.keys(limit)
    return Keys(tuple(theory.universe.set(each) for each in found.masks), found.complete)


def one_key(attributes: Iterable[str], dependencies: Iterable[Functional]) -> Attributes:
    """One candidate key, quickly, however many there are: later attributes are left out first."""
    universe = Universe(attributes)
    closures = Closures(universe.arrow(each) for each in dependencies)
    return universe.set(smallest_left(closures, universe.all, universe.all))


def is_superkey(attributes: Iterable[str], relation: Relation) -> bool:
    """Whether some attributes determine all others."""
    theory = theory_of(relation)
    return theory.determines(theory.universe.mask(attributes), theory.all)


def always_in_keys(relation: Relation) -> Attributes:
    """The attributes that every key has: nothing else determines them."""
    theory = theory_of(relation)
    return theory.universe.set(sum(bit for bit in bits(theory.all) if not theory.determines(theory.all & ~bit, bit)))
