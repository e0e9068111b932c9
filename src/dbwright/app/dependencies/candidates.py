"""What a sample lets pass, in the order in which it is worth checking on all rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from dbwright.catalog.dependencies import (
    Attributes,
    Dependency,
    Discovery,
    Functional,
    Measured,
    Standing,
    UniqueColumns,
)
from dbwright.catalog.objects import Table
from dbwright.normalize.judgement.plausibility import judge

if TYPE_CHECKING:
    import polars

_MOST_COUNTED = 500


@dataclass
class Candidates:
    """keys: may be unique, the shortest first. functional: may hold, or nearly. scores: how plausible each is."""

    keys: list[UniqueColumns] = field(default_factory=list)
    functional: list[Functional] = field(default_factory=list)
    scores: dict[Dependency, float] = field(default_factory=dict)
    found: tuple[Measured, ...] = ()

    @classmethod
    def of(cls, discovery: Discovery, table: Table, sample: "polars.DataFrame") -> "Candidates":
        """The candidates of what was found in a sample. How often their left sides repeat in it is a part of how plausible they are."""
        lefts = {each.dependency.left for each in discovery.found if isinstance(each.dependency, Functional)}
        groups = {
            left: sample.select(sorted(left)).n_unique() for left in sorted(lefts, key=sorted)[:_MOST_COUNTED] if left
        }
        within = msgspec.structs.replace(discovery, rows=sample.height)
        scores = {each.measured.dependency: each.score for each in judge(within, table=table, groups=groups)}
        keys = [each.dependency for each in discovery.found if isinstance(each.dependency, UniqueColumns)]
        keys.sort(key=lambda key: (len(key.columns), -scores.get(key, 0.0), sorted(key.columns)))
        functional = [each.dependency for each in discovery.found if isinstance(each.dependency, Functional)]
        return cls(keys, functional, scores, discovery.found)

    def checks(self) -> Iterator[UniqueColumns | list[Functional]]:
        """What to check at once, in order: single columns that may be keys, constants, then whatever is most plausible.

        Functional dependencies with the same left side stand together, since one scan answers them.
        """
        groups: dict[Attributes, list[Functional]] = {}
        for each in self.functional:
            groups.setdefault(each.left, []).append(each)
        wanted: list[tuple[int, float, int, list[str], UniqueColumns | list[Functional]]] = []
        for key in self.keys:
            score = self.scores.get(key, 0.0)
            wanted.append((min(len(key.columns), 2), -score, len(key.columns), sorted(key.columns), key))
        for left, together in groups.items():
            score = max(self.scores.get(each, 0.0) for each in together)
            wanted.append((2 if left else 1, -score, len(left), sorted(left), together))
        wanted.sort(key=lambda each: (*each[:4], isinstance(each[4], list)))
        for *_, check in wanted:
            yield check

    def never_met(self, left: Attributes) -> bool:
        """Whether no two rows of the sample agree on a left side, so that the sample said nothing of it."""
        return any(key.columns <= left for key in self.keys)

    def all(self) -> Iterator[Measured]:
        """All with what the sample said; values that the sample had only as numbers are not shown."""
        for each in self.found:
            standing = each.standing if each.against else Standing.NOT_REFUTED
            yield msgspec.structs.replace(each, standing=standing, violations=())


def implied(wanted: Functional, known: Iterable[Measured]) -> bool:
    """Whether a functional dependency follows from what holds on all rows (Armstrong's axioms; a key determines everything)."""
    holding = [each.dependency for each in known if each.standing is Standing.PROVED]
    reached = set(wanted.left)
    growing = True
    while growing:
        growing = False
        for each in holding:
            if isinstance(each, UniqueColumns) and each.columns <= reached:
                return True
            if isinstance(each, Functional) and each.left <= reached and not each.right <= reached:
                reached |= each.right
                growing = True
    return wanted.right <= reached
