"""Rows that keep some functional dependencies and break all others: what the dependencies mean, for a person to look at.

Sources: W. W. Armstrong (1974); C. Beeri, M. Dowd, R. Fagin and R. Statman, "On the structure of Armstrong relations for functional
dependencies" (1984): one row for each set of attributes that is as large as can be without determining a further one; H. Mannila and
K.-J. Räihä, "Design by example: an application of Armstrong relations" (1986).
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.dependencies import Attributes, Functional
from dbwright.normalize.theory.closure import Closures
from dbwright.normalize.theory.implication import theory_of
from dbwright.normalize.theory.lefts import determining, shrunk, transversals
from dbwright.normalize.theory.masks import Mask, Universe, bits, by_size, names_in
from dbwright.normalize.theory.relation import Relation

ROWS = 200
"""Rows above which no example is made: nobody reads more."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of made-up values ("a0", "a1" … in column a), the attributes in the relation's order."""

    attributes: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two rows that could exist together by some dependencies, but not by one more: they agree exactly on `agree`."""

    agree: Attributes
    differ: Attributes


def armstrong(relation: Relation, rows: int = ROWS) -> Example | None:
    """Rows in which exactly the functional dependencies hold that follow from the relation's; None where more than `rows` are needed.

    Multivalued and join dependencies count with the functional ones that follow from them; the rows need not keep them.
    """
    theory = theory_of(relation)
    _, complete = theory.functional()
    sets = maximal_sets(theory.by_cover, theory.all, rows) if complete else None
    if sets is None or len(sets) + 1 > rows:
        return None
    names = relation.attributes
    example = [tuple(f"{name}0" for name in names)]
    for number, agree in enumerate(sets, 1):
        row = (f"{name}{0 if agree >> place & 1 else number}" for place, name in enumerate(names))
        example.append(tuple(row))
    return Example(attributes=names, rows=tuple(example))


def maximal_sets(closures: Closures, every: Mask, limit: int = ROWS) -> tuple[Mask, ...] | None:
    """Sets of attributes that are as large as can be without determining some further attribute; None above the limit.

    They are the closed sets that are no intersection of others: all other closed sets follow from them.
    """
    found: set[Mask] = set()
    for bit in bits(every):
        within = every & ~bit
        lefts = determining(closures, bit, within, limit)
        if not lefts.complete:
            return None
        crossing = transversals(lefts.masks, limit)
        if len(crossing) > limit:
            return None
        found |= {within & ~each for each in crossing}
        if len(found) > limit:
            return None
    return by_size(found)


def pair_against(dependency: Functional, dependencies: Iterable[Functional], attributes: Iterable[str]) -> Pair | None:
    """Two rows that keep the dependencies and break one more; None where it follows from them.

    They agree on as much as they can: a person who says that they could exist together refutes all dependencies from what they agree
    on to what they do not; one who says that they could not declares the dependency.
    """
    listed = tuple(dependencies)
    universe = Universe((*attributes, *names_in((*listed, dependency)).names))
    closures = Closures(universe.arrow(each) for each in listed)
    left, right = universe.arrow(dependency)
    open_ = right & ~closures.of(left)
    if not open_:
        return None
    target = open_ & -open_
    lefts = universe.all & ~closures.of(left) & ~target
    agree = (
        universe.all
        & ~target
        & ~shrunk(lefts, lambda gone: not closures.implies((universe.all & ~target & ~gone, target)))
    )
    return Pair(agree=universe.set(agree), differ=universe.set(universe.all & ~agree))
