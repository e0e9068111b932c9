"""What follows from the decisions that people have made: dependencies that must hold too, and others that cannot."""

from collections.abc import Iterable, Mapping, Sequence

from dbwright.catalog.dependencies import Dependency, Functional, UniqueColumns
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.masks import Arrow, Mask, Universe


class Decided:
    """Accepted and rejected functional dependencies and keys of one table. Those on columns that it has not count for nothing."""

    def __init__(self, columns: Sequence[str], decisions: Mapping[Dependency, bool]) -> None:
        self._universe = Universe(columns)
        self._known = frozenset(columns)
        accepted = [self._arrow(each) for each, holds in decisions.items() if holds]
        rejected = [self._arrow(each) for each, holds in decisions.items() if not holds]
        self._accepted: list[Arrow] = [each for each in accepted if each is not None]
        self._rejected: list[Arrow] = [each for each in rejected if each is not None]
        self._closures = Closures(self._accepted)

    def follows(self, dependency: Dependency) -> bool:
        """Whether it holds wherever the accepted ones hold."""
        arrow = self._arrow(dependency) if self._accepted else None
        return arrow is not None and self._closures.implies(arrow)

    def refuted(self, dependency: Dependency) -> bool:
        """Whether, together with the accepted ones, it would make a rejected one hold."""
        arrow = self._arrow(dependency) if self._rejected else None
        if arrow is None:
            return False
        both = Closures((*self._accepted, arrow))
        return any(both.implies(each) for each in self._rejected)

    def closure(self, names: Iterable[str]) -> frozenset[str]:
        """All columns that the given ones determine by the accepted dependencies."""
        return self._universe.set(self._closures.of(self._universe.mask(names)))

    def decides(
        self, dependency: Dependency, others: Iterable[Dependency], likely: Iterable[Dependency] = ()
    ) -> tuple[int, int]:
        """How many of the others follow once it is accepted, and how many fall once it is rejected.

        likely: what will be accepted in all likelihood, and helps others to follow.
        """
        arrow = self._arrow(dependency)
        if arrow is None:
            return 0, 0
        supposed = [each for other in likely if other != dependency and (each := self._arrow(other)) is not None]
        without_it, with_it = Closures((*self._accepted, *supposed)), Closures((*self._accepted, *supposed, arrow))
        follow = fall = 0
        for other in others:
            if other == dependency or (theirs := self._arrow(other)) is None:
                continue
            follow += with_it.implies(theirs) and not without_it.implies(theirs)
            fall += Closures((*self._accepted, theirs)).implies(arrow)
        return follow, fall

    def _arrow(self, dependency: Dependency) -> Arrow | None:
        left: Mask
        if isinstance(dependency, Functional) and dependency.left | dependency.right <= self._known:
            return self._universe.arrow(dependency)
        if isinstance(dependency, UniqueColumns) and dependency.columns <= self._known:
            left = self._universe.mask(dependency.columns)
            return left, self._universe.all
        return None
