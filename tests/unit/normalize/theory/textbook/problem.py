"""A problem as a textbook poses it, with the published answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dbwright.catalog.dependencies import Functional
from dbwright.normalize.theory.notation import read, read_dependencies
from dbwright.normalize.theory.relation import Relation


@dataclass(frozen=True, kw_only=True)
class Problem:
    """relation, given: as `notation` reads them. Sets of attributes are texts as well: "A B" or, for single letters, "AB".

    keys: all candidate keys. inside, outside: the highest form that the source says it is in, and the next, that it is not in.
    closures: attributes and what they determine. implied, not_implied: dependencies. covers: published covers, any of which will do.
    lossless, lossy, preserving, losing: decompositions by their parts, separated by "|". to: for each form, the published decompositions.
    """

    source: str
    relation: str
    given: Sequence[str] = ()
    keys: Sequence[str] = ()
    inside: str = ""
    outside: str = ""
    closures: dict[str, str] = field(default_factory=dict)
    implied: Sequence[str] = ()
    not_implied: Sequence[str] = ()
    covers: Sequence[str] = ()
    equivalent: Sequence[str] = ()
    lossless: Sequence[str] = ()
    lossy: Sequence[str] = ()
    preserving: Sequence[str] = ()
    losing: Sequence[str] = ()
    to: dict[str, Sequence[str]] = field(default_factory=dict)

    def read(self) -> Relation:
        """The relation with its dependencies."""
        return read(self.relation, self.given)

    def attributes(self, text: str) -> frozenset[str]:
        """A set of attributes."""
        (found,) = read_dependencies(f"{text} -> {text}", self.read().attributes)
        assert isinstance(found, Functional)
        return found.left

    def parts(self, text: str) -> frozenset[frozenset[str]]:
        """The parts of a decomposition."""
        return frozenset(self.attributes(part) for part in text.split("|"))
