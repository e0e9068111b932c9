"""What follows from functional, multivalued and join dependencies together.

Two rows that agree on X, chased, always form a product of blocks: within a block the values of both rows go together, between blocks
they combine freely. A functional dependency V → W makes the part of W in a block that V does not meet equal; a multivalued one
V ↠ W cuts such a block in two; a join dependency cuts every block into the parts that its components connect. What is left is the
closure of X and its dependency basis, in polynomial time although join dependencies are among what is given.

Sources: C. Beeri, "On the membership problem for functional and multivalued dependencies" (1980); M. Y. Vardi, "Inferring multivalued
dependencies from functional and join dependencies" (1983); D. Maier, A. O. Mendelzon and Y. Sagiv, "Testing implications of data
dependencies" (1979), for join dependencies, which take the chase.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache, partial

from dbwright.catalog.dependencies import Attributes, Functional, Join, Multivalued
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.cover import minimal
from dbwright.normalize.theory.lefts import LIMIT, Sets, border, determining, shrunk
from dbwright.normalize.theory.masks import Arrow, Mask, Universe, bits
from dbwright.normalize.theory.relation import Relation

LEFTS = 1_000
"""Left sides of one attribute that are looked for beside multivalued and join dependencies."""


class Theory:
    """The dependencies of one relation, made ready for many questions; answers are kept."""

    def __init__(self, relation: Relation) -> None:
        self.relation = relation
        self.universe = Universe(relation.attributes)
        self.arrows: tuple[Arrow, ...] = tuple(self.universe.arrow(each) for each in relation.functional)
        self.double: tuple[Arrow, ...] = tuple(self.universe.arrow(each) for each in relation.multivalued)
        self.joins: tuple[tuple[Mask, ...], ...] = tuple(self.universe.components(each) for each in relation.joins)
        self.closures = Closures(self.arrows)
        self.mixed = bool(self.double or self.joins)
        self._basis: dict[Mask, tuple[Mask, tuple[Mask, ...]]] = {}
        self._functional: tuple[tuple[Arrow, ...], bool] | None = None

    @property
    def all(self) -> Mask:
        """All attributes."""
        return self.universe.all

    def closure(self, start: Mask) -> Mask:
        """All attributes that are determined, by dependencies of any kind."""
        return self.basis(start)[0] if self.mixed else self.closures.of(start)

    def determines(self, start: Mask, wanted: Mask) -> bool:
        """Whether some attributes determine others, by dependencies of any kind."""
        closed = self.basis(start)[0] if self.mixed else self.closures.of(start, wanted)
        return not wanted & ~closed

    def basis(self, start: Mask) -> tuple[Mask, tuple[Mask, ...]]:
        """The closure of some attributes and their dependency basis: the blocks that the rest falls into."""
        known = self._basis.get(start)
        if known is None:
            known = self._basis[start] = self._found_basis(start)
        return known

    def _found_basis(self, start: Mask) -> tuple[Mask, tuple[Mask, ...]]:
        closed = self.closures.of(start)
        blocks = [self.all & ~closed] if self.all & ~closed else []
        before: list[Mask] = []
        while blocks != before:
            before = blocks
            for left, right in self.arrows:
                gained = 0
                for block in blocks:
                    if not block & left:
                        gained |= block & right
                closed |= gained
                blocks = [block & ~gained for block in blocks if block & ~gained]
            for left, right in self.double:
                blocks = [
                    part
                    for block in blocks
                    for part in ((block,) if block & left else (block & right, block & ~right))
                    if part
                ]
            for components in self.joins:
                blocks = [part for block in blocks for part in connected(block, components)]
        return closed, tuple(sorted(blocks))

    def double_implied(self, arrow: Arrow) -> bool:
        """Whether a multivalued dependency follows: its right side is made of whole blocks."""
        left, right = arrow
        _, blocks = self.basis(left)
        return all(block & right in (0, block) for block in blocks)

    def functional(self, limit: int = LEFTS) -> tuple[tuple[Arrow, ...], bool]:
        """Functional dependencies that imply all that follow from dependencies of any kind, and whether these are all.

        Beside multivalued and join dependencies, more follow than from the functional ones alone (coalescence: X ↠ Y and V → W
        with W in Y and V outside of it give X → W). They are looked for one attribute at a time, up to `limit` left sides each.
        """
        if self._functional is None:
            self._functional = self._found_functional(limit) if self.mixed and self.arrows else (self.arrows, True)
        return self._functional

    def _found_functional(self, limit: int) -> tuple[tuple[Arrow, ...], bool]:
        gained, complete = 0, True
        for left, right in self.arrows:
            gained |= right & ~left
        found = dict.fromkeys(self.arrows)
        for bit in bits(gained):
            known = determining(self.closures, bit, self.all & ~bit, limit)
            test = partial(self.determines, wanted=bit)
            start = {shrunk(each, test) for each in known.masks}
            edge = border(self.all & ~bit, test, start, limit)
            complete = complete and edge.complete and known.complete
            for left in edge.smallest:
                if not self.closures.implies((left, bit)):
                    found[left, bit] = None
        return tuple(found), complete

    @cached_property
    def by_cover(self) -> Closures:
        """Closures by a minimal cover of all functional dependencies that follow: quicker than by dependencies of any kind."""
        return Closures(minimal(self.functional()[0]))

    @property
    def cover(self) -> tuple[Arrow, ...]:
        """A minimal cover of all functional dependencies that follow."""
        return self.by_cover.arrows

    def keys(self, limit: int = LIMIT) -> Sets:
        """All candidate keys."""
        _, complete = self.functional()
        keys = determining(self.by_cover, self.all, self.all, limit)
        return Sets(keys.masks, complete and keys.complete)


@lru_cache(maxsize=8)
def theory_of(relation: Relation) -> Theory:
    """The dependencies of a relation made ready, once for several questions in a row."""
    return Theory(relation)


def connected(block: Mask, components: Iterable[Mask]) -> list[Mask]:
    """The parts of a block that are held together by components which share attributes of it."""
    parts: list[Mask] = []
    for component in components:
        grown = component & block
        if not grown:
            continue
        apart = []
        for part in parts:
            if part & grown:
                grown |= part
            else:
                apart.append(part)
        parts = [*apart, grown]
    return sorted(parts)


def dependency_basis(attributes: Iterable[str], relation: Relation) -> tuple[Attributes, ...]:
    """The dependency basis of some attributes: X ↠ Y holds exactly where Y, without X, is a union of these sets.

    Attributes that are determined stand alone in theirs.
    """
    theory = theory_of(relation)
    start = theory.universe.mask(attributes)
    closed, blocks = theory.basis(start)
    return tuple(theory.universe.set(each) for each in (*bits(closed & ~start), *blocks))


def mixed_closure(attributes: Iterable[str], relation: Relation) -> Attributes:
    """All attributes that the given ones determine, by the relation's dependencies of all kinds."""
    theory = theory_of(relation)
    return theory.universe.set(theory.closure(theory.universe.mask(attributes)))


def implied(relation: Relation, dependency: Functional | Multivalued | Join) -> bool | None:
    """Whether a dependency follows from the relation's own; None where the chase of a join dependency grew beyond its limit."""
    theory = theory_of(relation)
    if isinstance(dependency, Functional):
        left, right = theory.universe.arrow(dependency)
        return theory.determines(left, right)
    if isinstance(dependency, Multivalued):
        return theory.double_implied(theory.universe.arrow(dependency))
    from dbwright.normalize.theory.chase import lossless  # the chase builds on Theory

    return lossless(theory, theory.universe.components(dependency)).holds


def trivial_multivalued(theory: Theory, arrow: Arrow, within: Mask | None = None) -> bool:
    """Whether X ↠ Y says nothing: Y lies within X, or both are all there is."""
    every = theory.all if within is None else within
    left, right = arrow[0] & every, arrow[1] & every
    return not right & ~left or left | right == every
