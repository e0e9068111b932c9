"""The order in which objects can be made: each after all that it stands on."""

import re
from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, View
from dbwright.catalog.types import Type
from dbwright.engines.postgres.words import qualified

_FIRST = ("enum", "composite", "domain", "range", "sequence", "routine", "table", "view")
_SEQUENCE = re.compile(r"'((?:[^']|'')*)'::regclass")


class Order(msgspec.Struct, frozen=True):
    """The objects in order, and those whose defaults and checks have to wait until everything else is there."""

    refs: list[Ref]
    deferred: set[Ref]


class _Names:
    """Finds the objects that expressions name: the server prints them with their namespace."""

    def __init__(self, catalog: Catalog) -> None:
        self.routines: dict[str, list[Ref]] = {}
        for routine in catalog.routines:
            self.routines.setdefault(qualified(routine.namespace, routine.name), []).append(routine.ref)
        self.sequences = {
            qualified(each.namespace, each.name): Ref("sequence", (each.namespace, each.name))
            for each in catalog.sequences
        }
        for table in catalog.tables:
            for column in table.columns:
                if column.identity and column.identity.sequence:
                    self.sequences[qualified(*column.identity.sequence)] = table.ref
        names = sorted(self.routines, key=len, reverse=True)
        self._call: Callable[[str], list[str]] = (
            re.compile(f"({'|'.join(map(re.escape, names))})\\(").findall if names else lambda text: []
        )

    def called(self, *texts: str | None) -> set[Ref]:
        """The routines that expressions call."""
        return {ref for text in texts if text for name in self._call(text) for ref in self.routines[name]}

    def counted(self, text: str | None) -> set[Ref]:
        """The sequences that a default names."""
        if not text or "::regclass" not in text:
            return set()
        found = (self.sequences.get(name.replace("''", "'")) for name in _SEQUENCE.findall(text))
        return {ref for ref in found if ref}


def in_order(catalog: Catalog) -> Order:
    """Types, sequences, routines, tables and views, each after what it stands on.

    Where defaults or checks close a cycle (a check calls a function that takes a row of the table), these are deferred.
    """
    names = _Names(catalog)
    firm: dict[Ref, set[Ref]] = {}
    soft: dict[Ref, set[Ref]] = {}
    for ref, needs, wishes in _needs(catalog, names):
        firm[ref] = needs
        soft[ref] = wishes
    known = set(firm)
    multiranges = {
        Ref("range", (each.namespace, each.multirange_name)): Ref("range", (each.namespace, each.name))
        for each in catalog.ranges
        if each.multirange_name
    }
    firm = {ref: {multiranges.get(need, need) for need in needs} for ref, needs in firm.items()}
    firm = {ref: (needs & known) - {ref} for ref, needs in firm.items()}
    soft = {ref: (needs & known) - {ref} for ref, needs in soft.items()}
    deferred: set[Ref] = set()
    while True:
        graph = {ref: firm[ref] | (set() if ref in deferred else soft[ref]) for ref in firm}
        try:
            return Order(list(_sorted(graph)), deferred)
        except CycleError as error:
            circle: list[Ref] = error.args[1]
            loose = [ref for ref in circle if ref not in deferred and soft[ref] & set(circle)]
            if loose:
                deferred.update(loose)
            else:
                # Only an object that was changed after it was made can stand on itself: begin anywhere.
                firm[circle[1]].discard(circle[0])
                firm[circle[0]].discard(circle[1])


def _sorted(graph: dict[Ref, set[Ref]]) -> Iterator[Ref]:
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    ready: list[tuple[int, tuple[str, ...], Ref]] = []
    while sorter.is_active():
        for ref in sorter.get_ready():
            heappush(ready, (_FIRST.index(ref.kind), ref.path, ref))
        _, _, ref = heappop(ready)
        yield ref
        sorter.done(ref)


def _needs(catalog: Catalog, names: _Names) -> Iterator[tuple[Ref, set[Ref], set[Ref]]]:
    """Each object with what it needs at once, and what only its defaults and checks need."""
    for enum in catalog.enums:
        yield Ref("enum", (enum.namespace, enum.name)), set(), set()
    for domain in catalog.domains:
        calls = names.called(domain.default, *(check.expression for check in domain.checks))
        yield Ref("domain", (domain.namespace, domain.name)), set(_types((domain.type,))), calls
    for composite in catalog.composites:
        types = set(_types(attribute.type for attribute in composite.attributes))
        yield Ref("composite", (composite.namespace, composite.name)), types, set()
    for range_ in catalog.ranges:
        called = {ref for name in range_.options.values() for ref in names.routines.get(name, ())}
        yield Ref("range", (range_.namespace, range_.name)), set(_types((range_.subtype,))) | called, set()
    for sequence in catalog.sequences:
        yield Ref("sequence", (sequence.namespace, sequence.name)), set(), set()
    for routine in catalog.routines:
        yield routine.ref, set(routine.depends_on), set()
    for table in catalog.tables:
        yield table.ref, *_of_table(table, names)
    for view in catalog.views:
        yield view.ref, _of_view(view, names), set()


def _of_view(view: View, names: _Names) -> set[Ref]:
    # A view may call a routine through an operator or a type only; those are in depends_on.
    return set(view.depends_on) | names.called(view.definition)


def _of_table(table: Table, names: _Names) -> tuple[set[Ref], set[Ref]]:
    needs = set(_types(column.type for column in table.columns))
    needs |= {Ref("table", parent) for parent in table.inherits}
    if table.partition_of:
        needs.add(Ref("table", table.partition_of.table))
    wishes: set[Ref] = set()
    for column in table.columns:
        if column.generated:
            needs |= names.called(column.generated.expression)
        wishes |= names.called(column.default) | names.counted(column.default)
    for check in table.checks:
        wishes |= names.called(check.expression)
    for index in table.indexes:
        wishes |= names.called(index.predicate, *(part.expression for part in index.parts))
    for exclusion in table.exclusions:
        wishes |= names.called(exclusion.definition)
    if table.partitioning:
        needs |= names.called(*(part.expression for part in table.partitioning.parts))
    return needs, wishes


def _types(types: Iterable[Type]) -> Iterator[Ref]:
    for type_ in types:
        while type_.element:
            type_ = type_.element
        if type_.user_type:
            # The kind "composite" may be the row of a table or a view; unknown ones fall out of the graph.
            for kind in ("table", "view") if type_.kind == "composite" else ():
                yield Ref(kind, type_.user_type)
            if type_.kind in ("enum", "domain", "composite", "range"):
                yield Ref(type_.kind, type_.user_type)
