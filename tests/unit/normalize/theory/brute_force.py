"""The definitions themselves, slow and simple, and random dependencies to try them on. Nothing here uses the code under test."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, product
from typing import TypeAlias

from hypothesis import strategies as st

from dbwright.catalog.dependencies import Functional, Join, Multivalued
from dbwright.normalize.theory.relation import Relation

Names: TypeAlias = frozenset[str]
Row: TypeAlias = tuple[int, ...]


def subsets(names: Iterable[str]) -> Iterator[Names]:
    """All subsets, small ones first."""
    listed = sorted(names)
    for size in range(len(listed) + 1):
        for chosen in combinations(listed, size):
            yield frozenset(chosen)


def closed(start: Iterable[str], dependencies: Iterable[Functional]) -> Names:
    """The closure by the definition: add right sides until nothing is added."""
    known = frozenset(start)
    while True:
        grown = known.union(*(each.right for each in dependencies if each.left <= known))
        if grown == known:
            return known
        known = grown


def keys(attributes: Iterable[str], dependencies: Iterable[Functional]) -> set[Names]:
    """All candidate keys: superkeys with no superkey within."""
    everything, listed = frozenset(attributes), tuple(dependencies)
    found: list[Names] = []
    for each in subsets(everything):
        if closed(each, listed) == everything and not any(key <= each for key in found):
            found.append(each)
    return set(found)


def all_functional(attributes: Iterable[str], dependencies: Iterable[Functional]) -> Iterator[tuple[Names, str]]:
    """Every dependency that follows, not trivial, one attribute on the right."""
    listed = tuple(dependencies)
    for left in subsets(attributes):
        for right in sorted(closed(left, listed) - left):
            yield left, right


def highest(attributes: Iterable[str], dependencies: Iterable[Functional]) -> str:
    """The highest form up to BCNF, from the definitions over all that follows."""
    everything, listed = frozenset(attributes), tuple(dependencies)
    found = keys(everything, listed)
    prime = frozenset().union(*found)
    follows = list(all_functional(everything, listed))
    elementary = {
        (left, right) for left, right in follows if not any((less, right) in set(follows) for less in proper(left))
    }
    elementary_keys = {key for key in found if any(left == key for left, _ in elementary)}
    elementary_prime = frozenset().union(*elementary_keys)

    def superkey(left: Names) -> bool:
        return closed(left, listed) == everything

    if any(right not in prime and any(left < key for key in found) for left, right in follows):
        return "1NF"
    if any(not superkey(left) and right not in prime for left, right in follows):
        return "2NF"
    if any(left not in found and right not in elementary_prime for left, right in elementary):
        return "3NF"
    if any(not superkey(left) for left, right in follows):
        return "EKNF"
    return "BCNF"


def proper(names: Names) -> Iterator[Names]:
    """All subsets but the set itself."""
    return (each for each in subsets(names) if each != names)


# ---------------------------------------------------------------- relations as sets of rows


def project(rows: Iterable[Row], attributes: tuple[str, ...], names: Names) -> set[Row]:
    """The rows cut down to some attributes, in order."""
    places = [place for place, name in enumerate(attributes) if name in names]
    return {tuple(row[place] for place in places) for row in rows}


def joined(rows: Iterable[Row], attributes: tuple[str, ...], parts: Iterable[Names]) -> set[Row]:
    """The projections on the parts, joined back: every row over the values there are that lies in all projections."""
    listed = list(rows)
    found: set[tuple[int | None, ...]] = {(None,) * len(attributes)}
    for part in parts:
        places = [place for place, name in enumerate(attributes) if name in part]
        seen = {tuple(row[place] for place in places) for row in listed}
        grown: set[tuple[int | None, ...]] = set()
        for row in found:
            for values in seen:
                if all(row[place] in (None, value) for place, value in zip(places, values, strict=True)):
                    whole = list(row)
                    for place, value in zip(places, values, strict=True):
                        whole[place] = value
                    grown.add(tuple(whole))
        found = grown
    return {tuple(value for value in row if value is not None) for row in found}


def holds(rows: Iterable[Row], attributes: tuple[str, ...], dependency: Functional | Multivalued | Join) -> bool:
    """Whether rows keep a dependency, by its definition."""
    return _holds(frozenset(rows), attributes, dependency)


@lru_cache(maxsize=100_000)
def _holds(listed: frozenset[Row], attributes: tuple[str, ...], dependency: Functional | Multivalued | Join) -> bool:
    if isinstance(dependency, Functional):
        left = project_each(listed, attributes, dependency.left)
        right = project_each(listed, attributes, dependency.right)
        seen: dict[Row, Row] = {}
        return all(seen.setdefault(one, other) == other for one, other in zip(left, right, strict=True))
    if isinstance(dependency, Multivalued):
        rest = frozenset(attributes) - dependency.right
        return joined(listed, attributes, (dependency.left | dependency.right, dependency.left | rest)) == listed
    return joined(listed, attributes, dependency.components) == listed


def project_each(rows: Iterable[Row], attributes: tuple[str, ...], names: Names) -> list[Row]:
    """Each row cut down to some attributes."""
    places = [place for place, name in enumerate(attributes) if name in names]
    return [tuple(row[place] for place in places) for row in rows]


def keeps(rows: Iterable[Row], relation: Relation) -> bool:
    """Whether rows keep all dependencies of a relation."""
    listed = set(rows)
    every: list[Functional | Multivalued | Join] = [*relation.functional, *relation.multivalued, *relation.joins]
    return all(holds(listed, relation.attributes, each) for each in every)


def models(relation: Relation) -> Iterator[frozenset[Row]]:
    """All relations over the values 0 and 1 that keep the dependencies.

    They decide functional and multivalued dependencies: the chase of two rows needs two values an attribute, no more.
    """
    every = list(product((0, 1), repeat=len(relation.attributes)))
    for chosen in range(1, 1 << len(every)):
        rows = frozenset(row for place, row in enumerate(every) if chosen >> place & 1)
        if keeps(rows, relation):
            yield rows


def repaired(rows: set[Row], relation: Relation, limit: int = 400) -> set[Row] | None:
    """Rows made to keep all dependencies: values made equal, rows added, until nothing changes; None where it grows too large."""
    rows = set(rows)
    attributes = relation.attributes
    while True:
        before = set(rows)
        for each in relation.functional:
            for name in sorted(each.right - each.left):
                place = attributes.index(name)
                while True:
                    seen: dict[Row, int] = {}
                    change: tuple[int, int] | None = None
                    for row in sorted(rows):
                        left = tuple(row[attributes.index(one)] for one in sorted(each.left))
                        value = seen.setdefault(left, row[place])
                        if value != row[place]:
                            change = (row[place], value)
                            break
                    if change is None:
                        break
                    old, new = change
                    rows = {(*row[:place], new if row[place] == old else row[place], *row[place + 1 :]) for row in rows}
        every = frozenset(attributes)
        parts: list[tuple[Names, ...]] = [tuple(each.components) for each in relation.joins]
        parts += [(each.left | each.right, each.left | (every - each.right)) for each in relation.multivalued]
        for components in parts:
            rows = joined(rows, attributes, components)
            if len(rows) > limit:
                return None
        if rows == before:
            return rows


# ---------------------------------------------------------------- random dependencies

LETTERS = "ABCDEFGH"


@st.composite
def functional_sets(draw: st.DrawFn, most: int = 6, dependencies: int = 7) -> Relation:
    """A relation with random functional dependencies."""
    names = tuple(LETTERS[: draw(st.integers(1, most))])
    some = st.frozensets(st.sampled_from(names), max_size=3)
    listed = draw(st.lists(st.builds(Functional, some, some), max_size=dependencies))
    return Relation(name="R", attributes=names, functional=tuple(listed))


@st.composite
def mixed_sets(draw: st.DrawFn, least: int = 2, most: int = 4) -> Relation:
    """A relation with random functional, multivalued and join dependencies."""
    names = tuple(LETTERS[: draw(st.integers(least, most))])
    some = st.frozensets(st.sampled_from(names), max_size=2)
    functional = draw(st.lists(st.builds(Functional, some, some), max_size=3))
    multivalued = draw(st.lists(st.builds(Multivalued, some, some), max_size=2))
    component = st.frozensets(st.sampled_from(names), min_size=1)
    joins = []
    for parts in draw(st.lists(st.frozensets(component, min_size=1, max_size=4), max_size=1)):
        missing = frozenset(names).difference(*parts)
        joins.append(Join(parts | {missing} if missing else parts))
    return Relation(
        name="R",
        attributes=names,
        functional=tuple(functional),
        multivalued=tuple(multivalued),
        joins=tuple(joins),
    )
