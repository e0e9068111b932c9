"""Tables in groups that belong together, and the hubs that very many others refer to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from dbwright.catalog.objects import Table
from dbwright.writers.communities import communities
from dbwright.writers.shown import Path

LARGEST_GROUP = 60
"""A larger group is divided again: nobody takes in more tables at a time."""
HUBS_ABOVE = 25
HUB_REFERENCES = 9


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """At least two tables that refer to one another more than to others. centre: the one that most others are joined to."""

    centre: Path
    members: tuple[Path, ...]


def references(tables: Iterable[Table]) -> list[tuple[Path, Path]]:
    """Each pair of a table and another that it refers to, once, in order."""
    pairs = {((table.namespace, table.name), key.table) for table in tables for key in table.foreign_keys}
    return sorted((child, parent) for child, parent in pairs if child != parent)


def grouped(pairs: Sequence[tuple[Path, Path]]) -> tuple[Group, ...]:
    """The groups of all tables in these pairs, the largest first.

    A reference to a table that many refer to says little of what belongs together, and weighs less.
    """
    referring = Counter(parent for _, parent in pairs)
    paths = sorted({path for pair in pairs for path in pair})
    at = {path: number for number, path in enumerate(paths)}
    edges = [(at[child], at[parent], referring[parent] ** -0.5) for child, parent in pairs]
    found: list[list[int]] = []
    for group in communities(len(paths), edges):
        found += _divided(group, edges)
    home = {node: number for number, group in enumerate(found) for node in group}
    joined: Counter[int] = Counter()
    for first, second, _ in edges:
        if home[first] == home[second]:
            joined[first] += 1
            joined[second] += 1
    groups = [
        Group(
            centre=paths[min(group, key=lambda node: (-joined[node], node))],
            members=tuple(paths[node] for node in group),
        )
        for group in found
        if len(group) > 1
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.members), group.centre)))


def _divided(group: list[int], edges: Iterable[tuple[int, int, float]]) -> list[list[int]]:
    """A group that is too large in the communities that it has within, or else in equal parts."""
    if len(group) <= LARGEST_GROUP:
        return [group]
    at = {node: number for number, node in enumerate(group)}
    inner = [(at[first], at[second], weight) for first, second, weight in edges if first in at and second in at]
    parts = [[group[node] for node in part] for part in communities(len(group), inner)]
    if len(parts) > 1:
        return [smaller for part in parts for smaller in _divided(part, edges)]
    count = -(-len(group) // LARGEST_GROUP)
    size = -(-len(group) // count)
    return [group[start : start + size] for start in range(0, len(group), size)]


def hubs(pairs: Iterable[tuple[Path, Path]], groups: Iterable[Group], tables: int) -> frozenset[Path]:
    """The tables that very many of other groups refer to: lines to them would cover everything else."""
    if tables <= HUBS_ABOVE:
        return frozenset()
    home = {path: number for number, group in enumerate(groups) for path in group.members}
    outside: defaultdict[Path, int] = defaultdict(int)
    for child, parent in pairs:
        outside[parent] += home.get(child) != home.get(parent)
    return frozenset(path for path, count in outside.items() if count >= HUB_REFERENCES)
