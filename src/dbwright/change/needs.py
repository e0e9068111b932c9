"""What objects and parts of tables stand on, by name.

Firm needs are told by the engine; loose ones are read from expressions, where a word may mean something else.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Composite, Domain, Range, Role, Routine, Table, View
from dbwright.catalog.parts import Check, Column, Exclusion, Index, Policy, Trigger
from dbwright.catalog.types import Type

_CALL = re.compile(r'(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^\W\d][\w$]*))\s*\(')
_WORD = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^\W\d][\w$]*)')
_SEQUENCE = re.compile(r"'((?:[^']|'')*)'::regclass|nextval\(\s*([^()]+?)\s*\)", re.IGNORECASE)


class Needs(NamedTuple):
    """The names of what something stands on."""

    firm: frozenset[Ref] = frozenset()
    loose: frozenset[Ref] = frozenset()

    def __or__(self, other: Any) -> "Needs":
        return Needs(self.firm | other.firm, self.loose | other.loose)


NOTHING = Needs()


class Names:
    """The routines, sequences and relations of one catalog, to be found in expressions."""

    def __init__(self, catalog: Catalog) -> None:
        self._routines: dict[str, set[Ref]] = {}
        for routine in catalog.routines:
            self._routines.setdefault(routine.name, set()).add(routine.ref)
        self._sequences: dict[str, set[Ref]] = {}
        for sequence in catalog.sequences:
            ref = Ref("sequence", (sequence.namespace, sequence.name))
            self._sequences.setdefault(sequence.name, set()).add(ref)
        self._relations: dict[str, set[Ref]] = {}
        for relation in relations_of(catalog):
            self._relations.setdefault(relation.name, set()).add(relation.ref)
        self._multiranges = {
            (each.namespace, each.multirange_name): (each.namespace, each.name)
            for each in catalog.ranges
            if each.multirange_name
        }

    def called(self, *texts: str | None) -> frozenset[Ref]:
        """The routines that expressions may call."""
        if not self._routines:
            return frozenset()
        names = (_plain(found) for text in texts if text for found in _CALL.finditer(text))
        return frozenset(ref for name in names for ref in self._routines.get(name, ()))

    def counted(self, text: str | None) -> frozenset[Ref]:
        """The sequences that a default may read."""
        if not self._sequences or not text:
            return frozenset()
        words = [
            _plain(word) for found in _SEQUENCE.finditer(text) for word in _WORD.finditer(found[1] or found[2] or "")
        ]
        return frozenset(ref for word in words for ref in self._sequences.get(word, ()))

    def read(self, *texts: str | None) -> frozenset[Ref]:
        """The tables and views that expressions with queries may read."""
        names = (_plain(found) for text in texts if text for found in _WORD.finditer(text))
        return frozenset(ref for name in names for ref in self._relations.get(name, ()))

    def types(self, types: Iterable[Type]) -> frozenset[Ref]:
        """The types that are objects of their own."""
        return frozenset(self._types(types))

    def _types(self, types: Iterable[Type]) -> Iterator[Ref]:
        for type_ in types:
            while type_.element:
                type_ = type_.element
            if type_.user_type is None:
                continue
            path = self._multiranges.get(type_.user_type, type_.user_type)
            match type_.kind:
                case "enum" | "domain" | "range":
                    yield Ref(type_.kind, path)
                case "composite":  # perhaps the row of a table or a view
                    yield from (Ref("composite", path), Ref("table", path), Ref("view", path))

    # ------------------------------------------------------------ what stands on what

    def of_column(self, column: Column) -> Needs:
        """What a column stands on."""
        expression = column.generated.expression if column.generated else None
        loose = self.called(column.default, expression) | self.counted(column.default)
        return Needs(self.types((column.type,)), loose)

    def of_part(self, part: Any) -> Needs:
        """What a check, an exclusion, an index, a trigger or a policy stands on, beside its own table."""
        match part:
            case Check():
                return Needs(loose=self.called(part.expression))
            case Exclusion():
                return Needs(loose=self.called(part.definition))
            case Index():
                parent = frozenset((Ref("index", part.parent),)) if part.parent else frozenset()
                return Needs(parent, self.called(part.predicate, *(each.expression for each in part.parts)))
            case Trigger():
                return Needs(loose=self.called(part.definition))
            case Policy():
                roles = frozenset(Ref("role", (role,)) for role in part.roles)
                return Needs(roles, self.called(part.using, part.check) | self.read(part.using, part.check))
        return NOTHING

    def of_header(self, table: Table) -> Needs:
        """What a table stands on apart from its parts: parents."""
        firm = {Ref("table", parent) for parent in table.inherits}
        if table.partition_of:
            firm.add(Ref("table", table.partition_of.table))
        parts = table.partitioning.parts if table.partitioning else ()
        return Needs(frozenset(firm), self.called(*(part.expression for part in parts)))

    def of_table(self, table: Table) -> Needs:
        """What a table stands on with all its parts, but for its foreign keys and itself."""
        needs = self.of_header(table)
        for column in table.columns:
            needs |= self.of_column(column)
        for parts in (table.checks, table.exclusions, table.indexes, table.triggers, table.policies):
            for part in parts:
                needs |= self.of_part(part)
        return Needs(needs.firm - {table.ref}, needs.loose - {table.ref})

    def of_object(self, each: Any) -> Needs:
        """What a view, routine, type or role stands on."""
        match each:
            case View():
                needs = Needs(frozenset(each.depends_on), self.called(each.definition))
                for part in (*each.indexes, *each.triggers):
                    needs |= self.of_part(part)
                return Needs(needs.firm - {each.ref}, needs.loose)
            case Routine():
                return Needs(frozenset(each.depends_on) - {each.ref})
            case Domain():
                calls = self.called(each.default, *(check.expression for check in each.checks))
                return Needs(self.types((each.type,)), calls)
            case Composite():
                return Needs(self.types(attribute.type for attribute in each.attributes))
            case Range():
                words = (f"{value}(" for value in each.options.values())
                return Needs(self.types((each.subtype,)), self.called(*words))
            case Role():
                return Needs(frozenset(Ref("role", (role,)) for role in each.member_of))
        return NOTHING


def _plain(found: re.Match[str]) -> str:
    quoted, ticked, word = found[1], found[2], found[3]
    if quoted:
        return quoted.replace('""', '"')
    return ticked.replace("``", "`") if ticked else word


def relations_of(catalog: Catalog) -> list[Table | View]:
    """The tables and the views."""
    return [*catalog.tables, *catalog.views]


def standing_on(catalog: Catalog, begun: Iterable[tuple[str, ...]]) -> set[Ref]:
    """The views and routines that stand, however many steps away, on what has one of these paths."""
    standing: dict[tuple[str, ...], list[Ref]] = {}
    holders: list[View | Routine] = [*catalog.views, *catalog.routines]
    for each in holders:
        for ref in each.depends_on:
            standing.setdefault(ref.path[:2], []).append(each.ref)
    found: set[Ref] = set()
    waiting = list(begun)
    while waiting:
        for ref in standing.get(waiting.pop()[:2], ()):
            if ref not in found:
                found.add(ref)
                waiting.append(ref.path)
    return found
