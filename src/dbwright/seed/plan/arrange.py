"""The order of tables, and where circles of references are cut."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from dbwright.catalog.objects import ForeignKey, Table
from dbwright.change.graph import Graph
from dbwright.seed.keys.links import optional
from dbwright.seed.plan.base import Path

_POINTS = re.compile(
    r"(?:^|_)(?:current|latest|last|newest|first|default|primary|main|active|head|preferred|featured|best|accepted|pinned)(?:_|$)",
    re.IGNORECASE,
)
"""Names of references from the whole to one of its parts: they are filled when the parts are there."""


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Tables that need each other at once: their first rows, or all rows where each row needs its own counterpart.

    deferrable: whether the references that are cut can all be checked at the end of the transaction.
    """

    tables: tuple[Path, ...]
    paired: bool
    deferrable: bool


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """order: parents before children. later: by table, the numbers of foreign keys that are filled by an UPDATE."""

    order: tuple[Path, ...]
    later: dict[Path, frozenset[int]]
    circles: tuple[Circle, ...]

    def circle(self, path: Path) -> Circle | None:
        """The circle that a table is part of, if its rows are needed at once."""
        return next((each for each in self.circles if path in each.tables), None)


def arrange(tables: Mapping[Path, Table], filled: Mapping[Path, int]) -> Arrangement:
    """Parents before children; a circle is cut where a reference may be NULL for a while, or else at its first rows.

    filled: how many rows tables hold already; where there are some, they can be referred to in the meantime.
    """
    later: dict[Path, set[int]] = {}
    circles: list[Circle] = []
    together: list[tuple[Path, ...]] = []
    while True:
        graph, names = _graph(tables, later, together)
        order = graph.order()
        if order is not None:
            places = {names[node]: place for place, node in enumerate(order)}
            found = tuple(
                msgspec.structs.replace(each, tables=tuple(sorted(each.tables, key=places.__getitem__)))
                for each in circles
            )
            waits = {path: frozenset(number for number in numbers if number >= 0) for path, numbers in later.items()}
            fixed = {path: numbers for path, numbers in waits.items() if numbers}
            return Arrangement(order=tuple(names[node] for node in order), later=fixed, circles=found)
        for component in graph.circles():
            circle = tuple(names[node] for node in component)
            path, number = _cut(circle, tables, later)
            key = tables[path].foreign_keys[number]
            if optional(tables[path], key):
                later.setdefault(path, set()).add(number)
                continue
            if _is_key(tables[path], key):
                keys = [(each, one) for each in circle for one, _ in _inside(each, circle, tables, later)]
                closing = [tables[each].foreign_keys[one].deferral is not None for each, one in keys]
                _add(circles, Circle(tables=circle, paired=True, deferrable=all(closing)))
                together.append(circle)
                later.setdefault(path, set()).add(-number - 1)
                continue
            later.setdefault(path, set()).add(number)
            if not filled.get(key.table):
                _add(circles, Circle(tables=circle, paired=False, deferrable=key.deferral is not None))
                together.append(circle)


def _add(circles: list[Circle], new: Circle) -> None:
    """A circle that shares tables with one found before becomes one with it."""
    for place, old in enumerate(circles):
        if set(old.tables) & set(new.tables):
            circles[place] = Circle(
                tables=tuple(dict.fromkeys((*old.tables, *new.tables))),
                paired=old.paired or new.paired,
                deferrable=old.deferrable and new.deferrable,
            )
            return
    circles.append(new)


def _graph(
    tables: Mapping[Path, Table], later: Mapping[Path, set[int]], together: list[tuple[Path, ...]]
) -> tuple[Graph, list[Path]]:
    graph = Graph()
    names = sorted(tables)
    nodes = {path: graph.node((path,)) for path in names}
    for path in names:
        for number, key in enumerate(tables[path].foreign_keys):
            cut = later.get(path, set())
            if key.table not in nodes or key.table == path or number in cut or -number - 1 in cut:
                continue
            graph.edge(nodes[key.table], nodes[path])
            for circle in together:
                if path in circle and key.table not in circle:
                    for each in circle:
                        graph.edge(nodes[key.table], nodes[each])
    return graph, names


def _inside(
    path: Path, circle: tuple[Path, ...], tables: Mapping[Path, Table], later: Mapping[Path, set[int]]
) -> list[tuple[int, ForeignKey]]:
    """The foreign keys of a table that lead to other tables of a circle."""
    cut = later.get(path, set())
    keys = enumerate(tables[path].foreign_keys)
    return [
        (number, key)
        for number, key in keys
        if key.table in circle and key.table != path and number not in cut and -number - 1 not in cut
    ]


def _cut(circle: tuple[Path, ...], tables: Mapping[Path, Table], later: Mapping[Path, set[int]]) -> tuple[Path, int]:
    """The foreign key at which a circle is cut most gently."""

    def rank(item: tuple[Path, int, ForeignKey]) -> tuple[bool, bool, bool, bool, int, Path, int]:
        path, number, key = item
        table = tables[path]
        return (
            not optional(table, key),
            _is_key(table, key),
            table.primary_key is None and not table.keys,
            not any(_POINTS.search(name) for name in key.columns),
            len(table.foreign_keys),
            path,
            number,
        )

    found = [(path, number, key) for path in circle for number, key in _inside(path, circle, tables, later)]
    path, number, _ = min(found, key=rank)
    return path, number


def _is_key(table: Table, key: ForeignKey) -> bool:
    """Whether each row refers to another one."""
    return any(set(columns) <= set(key.columns) for columns in table.keys)
