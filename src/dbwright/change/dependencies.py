"""Which operation has to come before which."""

from collections.abc import Sequence
from typing import Any, Literal

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, PartitionOf, Routine, Table, View
from dbwright.change.graph import Graph
from dbwright.change.name_use import NameUse
from dbwright.change.needs import NOTHING, Names, Needs
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddExclusion,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    ChangeColumn,
    ChangeObject,
    ChangePart,
    ChangeTable,
    CreateIndex,
    CreateObject,
    CreatePolicy,
    CreateTable,
    CreateTrigger,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropPolicy,
    DropPrimaryKey,
    DropTable,
    DropTrigger,
    GrantPrivileges,
    Operation,
    Revoke,
    SetDefault,
    SetNullable,
    apply_all,
)
from dbwright.change.operations.grants import grant_key
from dbwright.change.operations.objects import objects_by_ref
from dbwright.change.operations.parts import part_of
from dbwright.change.stages import BEGIN, FINISH, phase, priority

_Moment = Literal["free", "ready", "leaving", "unkeyed", "keyed"]
"""Moments in the life of an object that is made, changed or dropped.

free: what stood on it is gone, so that its form may change. ready: it has all that others may stand on.
leaving: nothing uses what it is about to lose. unkeyed: no foreign key stands on its keys. keyed: its new keys are there.
"""
_MAKES_KEY = (AddPrimaryKey, AddUnique, CreateIndex)
_MAKES_PART = (*_MAKES_KEY, AddCheck, AddExclusion, CreateTrigger, CreatePolicy)
_SHAPES = (AddColumn, AlterColumnType, ChangeColumn, SetDefault, SetNullable)


class Dependencies:
    """The graph of operations: node n is the n-th operation, all further nodes are moments and phases."""

    def __init__(self, operations: Sequence[Operation], old: Catalog, new: Catalog) -> None:
        self.graph = Graph()
        self._operations = operations
        self._moments: dict[tuple[_Moment, Ref], int] = {}
        self._before, self._after = Names(old), Names(new)
        self._old, self._new = Lookup(old), Lookup(new)
        self._old_objects = objects_by_ref(old)
        self._loose_keys = old.engine == "sqlite"  # its foreign keys may point at what is not there yet
        for number, operation in enumerate(operations):
            self.graph.node(priority(operation, number))
        self._made = self._nodes_of(CreateTable, CreateObject)
        self._gone = self._nodes_of(DropTable, DropObject)
        self._changed: dict[Ref, int] = {}
        self._of_dropped: dict[Ref, list[Operation]] = {
            each.target: [] for each in operations if isinstance(each, DropTable)
        }
        for each in operations:
            if each.target not in self._of_dropped and _holder(each.target) in self._of_dropped:
                self._of_dropped[_holder(each.target)].append(each)
        self._connect_phases()
        self._connect_names()
        chains: dict[Ref, list[int]] = {}
        for node, operation in enumerate(operations):
            if not self._connect_whole(node, operation):
                chains.setdefault(_holder(operation.target), []).append(node)
        for holder, chain in chains.items():
            self._connect_chain(holder, chain)

    def _nodes_of(self, *kinds: type[Operation]) -> dict[Ref, int]:
        return {_same(each.target): node for node, each in enumerate(self._operations) if isinstance(each, kinds)}

    def _moment(self, moment: _Moment, ref: Ref) -> int:
        key = (moment, _same(ref))
        if key not in self._moments:
            self._moments[key] = self.graph.node((-1,))
        return self._moments[key]

    def _edge(self, before: int, after: int, *, loose: bool = False) -> None:
        self.graph.edge(before, after, loose=loose)

    # ------------------------------------------------------------ phases and names

    def _connect_phases(self) -> None:
        gates = {each: self.graph.node((-1,)) for each in range(BEGIN + 1, FINISH + 1)}
        for each in range(BEGIN + 1, FINISH):
            self._edge(gates[each], gates[each + 1])
        granted = {
            grant_key(each.grant): node
            for node, each in enumerate(self._operations)
            if isinstance(each, GrantPrivileges)
        }
        for node, operation in enumerate(self._operations):
            when = phase(operation)
            if isinstance(operation, Revoke) and _same(operation.target) not in self._gone:
                follows = granted.get(grant_key(operation.grant))
                if follows is not None:  # without a gap between what is taken back and what is granted anew
                    when = FINISH
                    self._edge(node, follows)
            if when > BEGIN:
                self._edge(gates[when], node)
            if when < FINISH:
                self._edge(node, gates[when + 1])

    def _connect_names(self) -> None:
        use = NameUse(self._old)
        freeing: dict[tuple[str, ...], list[int]] = {}
        for node, operation in enumerate(self._operations):
            for name in use.freed(operation):
                freeing.setdefault(name, []).append(node)
        for node, operation in enumerate(self._operations):
            for name in use.taken(operation):
                for before in freeing.get(name, ()):
                    self._edge(before, node)

    # ------------------------------------------------------------ what operations stand on

    def _needs(self, node: int, needs: Needs) -> None:
        """It comes when all that it stands on is ready."""
        for ref in needs.firm:
            self._edge(self._moment("ready", ref), node)
        for ref in needs.loose:
            self._edge(self._moment("ready", ref), node, loose=True)

    def _leaves(self, node: int, needs: Needs, moment: _Moment) -> None:
        """It lets go of what it stood on before that goes (leaving), and if it can before that changes (free)."""
        for ref in needs.firm:
            self._edge(node, self._moment("leaving", ref))
            if moment == "free":
                self._edge(node, self._moment("free", ref), loose=True)
        for ref in needs.loose:
            self._edge(node, self._moment(moment, ref), loose=True)

    def _softened(self, each: Any, needs: Needs) -> Needs:
        """A routine that works on a table's rows seldom needs the very column that comes or goes."""
        if not isinstance(each, Routine):
            return needs
        steady = frozenset(
            ref
            for ref in needs.firm
            if ref.kind in ("table", "view") and not {_same(ref)} & (self._made.keys() | self._gone.keys())
        )
        return Needs(needs.firm - steady, needs.loose | steady)

    # ------------------------------------------------------------ whole objects and foreign keys

    def _connect_whole(self, node: int, operation: Operation) -> bool:
        """Whether the operation is one on a whole object or a foreign key, and so stands in no chain."""
        target = operation.target
        match operation:
            case CreateTable(table=table):
                self._needs(node, self._after.of_table(table))
                self._appears(node, target)
                for key in table.foreign_keys:
                    self._stands_on_key(node, key, table.ref)
                if table.partition_of:  # a foreign key to the parent stands on the keys of all its partitions
                    self._edge(self._moment("keyed", target), self._moment("keyed", _parent(table.partition_of)))
                if table.kind == "partitioned":
                    for index in table.indexes:
                        self._edge(node, self._moment("ready", Ref("index", (table.namespace, index.name))))
            case DropTable():
                self._disappears(node, target)
                last = self._last_form(target)
                if last:
                    if last.partition_of:
                        self._edge(self._moment("unkeyed", _parent(last.partition_of)), self._moment("unkeyed", target))
                    self._leaves(node, self._before.of_table(last), "free")
                    for key in last.foreign_keys:
                        self._leaves_key(node, key, last.ref)
            case CreateObject():
                self._needs(node, self._softened(operation.object, self._after.of_object(operation.object)))
                self._wants_keys(node, operation.object)
                self._appears(node, target)
            case DropObject():
                each = self._old_objects.get(target)
                self._leaves(node, self._softened(each, self._before.of_object(each)), "free")
                self._disappears(node, target)
            case ChangeObject():
                self._connect_change(node, operation)
            case AddForeignKey(key=key):
                own = _holder(target)
                self._edge(self._moment("ready", own), node)
                self._edge(self._moment("keyed", own), node)
                self._stands_on_key(node, key, None)
            case DropConstraint() if target.kind == "foreign_key":
                self._drops_foreign_key(node, operation)
            case Revoke() | GrantPrivileges():
                pass
            case _:
                return False
        return True

    def _last_form(self, target: Ref) -> Table | None:
        """A table as it is when it is dropped: without what other operations take from it before."""
        former = self._old.table(target.path)
        before = self._of_dropped[target]
        if former is None or not before:
            return former
        return apply_all(before, Catalog(engine=self._old.catalog.engine, tables=(former,))).tables[0]

    def _appears(self, node: int, ref: Ref) -> None:
        self._edge(node, self._moment("ready", ref))
        self._edge(node, self._moment("keyed", ref))

    def _disappears(self, node: int, ref: Ref) -> None:
        moments: tuple[_Moment, ...] = ("free", "leaving", "unkeyed")
        for moment in moments:
            self._edge(self._moment(moment, ref), node)

    def _connect_change(self, node: int, operation: ChangeObject) -> None:
        """A change beside another change, the making or the dropping of the same object concerns its owner alone."""
        ref = _same(operation.target)
        self._needs(node, _owner(operation.to))
        if ref in self._changed:
            self._edge(self._changed[ref], node)
            return
        self._changed[ref] = node
        each = self._old_objects.get(operation.target)
        self._needs(node, self._softened(operation.to, self._after.of_object(operation.to)))
        self._wants_keys(node, operation.to)
        self._leaves(node, self._softened(each, self._before.of_object(each)), "leaving")
        self._leaves(node, _owner(each), "leaving")
        if ref in self._made:
            self._edge(self._made[ref], node)
        elif ref in self._gone:
            self._edge(node, self._gone[ref])
        else:
            if ref.kind != "sequence":  # a sequence changes under those who read it
                self._edge(self._moment("free", ref), node)
            self._edge(node, self._moment("ready", ref))

    def _wants_keys(self, node: int, each: Any) -> None:
        """A view that groups by a primary key shows its other columns too."""
        if isinstance(each, View):
            for ref in each.depends_on:
                if ref.kind == "table":
                    self._edge(self._moment("keyed", ref), node, loose=True)

    def _stands_on_key(self, node: int, key: ForeignKey, own: Ref | None) -> None:
        parent = Ref("table", key.table)
        if parent != own:
            self._edge(self._moment("ready", parent), node, loose=self._loose_keys)
            self._edge(self._moment("keyed", parent), node, loose=self._loose_keys)

    def _leaves_key(self, node: int, key: ForeignKey, own: Ref | None) -> None:
        parent = Ref("table", key.table)
        if parent != own:
            self._edge(node, self._moment("unkeyed", parent), loose=self._loose_keys)
            self._edge(node, self._moment("free", parent), loose=self._loose_keys)

    def _drops_foreign_key(self, node: int, operation: DropConstraint) -> None:
        own = _holder(operation.target)
        self._edge(node, self._moment("free", own))
        self._edge(node, self._moment("unkeyed", own))
        table = self._old.table(own.path)
        for key in table.foreign_keys if table else ():
            if key.columns == operation.nameless or (key.name and key.name == operation.target.name):
                self._leaves_key(node, key, None)

    # ------------------------------------------------------------ the operations on one table or view

    def _connect_chain(self, holder: Ref, chain: list[int]) -> None:
        """One after another as given: what goes, the columns, what comes. Others hook in at the moments between."""
        ref = _same(holder)
        made, gone = self._made.get(ref), self._gone.get(ref)
        whole = made is not None or gone is not None
        is_view = self._old.table(holder.path) is None and self._old.view(holder.path) is not None
        changed = built = False
        for place, node in enumerate(chain):
            operation = self._operations[node]
            if place:
                self._edge(chain[place - 1], node)
            if made is not None:
                self._edge(made, node)
            elif gone is not None:
                self._edge(node, gone)
            if isinstance(operation, (*_SHAPES, DropColumn)) and not whole:
                if not built:
                    self._edge(self._moment("free", ref), node)
                    drops = isinstance(operation, DropColumn)
                    self._edge(*((self._moment("leaving", ref), node) if drops else (node, self._moment("ready", ref))))
                    built = built or drops
                changed = True
            elif isinstance(operation, DropPrimaryKey | DropConstraint | DropIndex | DropTrigger | DropPolicy):
                if not changed:
                    self._edge(node, self._moment("free", ref))
                if _drops_key(operation):
                    self._edge(self._moment("unkeyed", ref), node)
            elif isinstance(operation, _MAKES_PART):
                changed = built = True
                if is_view:
                    self._edge(self._moment("ready", ref), node)
                if isinstance(operation, _MAKES_KEY):
                    self._edge(node, self._moment("keyed", ref))
            self._connect_part(node, operation, ref)

    def _connect_part(self, node: int, operation: Operation, own: Ref) -> None:
        """What a part of a table stands on beside the table, before and after."""
        needs, used = NOTHING, NOTHING
        moment: _Moment = "leaving"
        match operation:
            case AddColumn(column=column):
                needs = self._after.of_column(column)
            case AlterColumnType() | SetDefault() | ChangeColumn() | DropColumn():
                before, after = self._old.column(operation.target), self._new.column(operation.target)
                used = self._before.of_column(before) if before else NOTHING
                if isinstance(operation, DropColumn):
                    moment = "free"
                elif after:
                    needs = self._after.of_column(after)
            case ChangeTable(to=to):
                former = self._old.table(operation.target.path)
                needs = self._after.of_header(to)
                used = self._before.of_header(former) if former else NOTHING
            case CreateIndex(index=part) | CreateTrigger(trigger=part) | CreatePolicy(policy=part):
                needs = self._after.of_part(part)
                if isinstance(operation, CreateIndex):
                    self._index_appears(node, operation)
            case AddCheck(check=check):
                needs = self._after.of_part(check)
            case AddExclusion(exclusion=exclusion):
                needs = self._after.of_part(exclusion)
            case ChangePart(to=part):
                needs = self._after.of_part(part)
            case DropIndex() | DropTrigger() | DropPolicy() | DropConstraint():
                moment = "free"
                holder = self._old.table(operation.target.path) or self._old.view(operation.target.path)
                used = self._before.of_part(part_of(holder, operation.target)) if holder else NOTHING
        self._needs(node, _without(needs, own))
        self._leaves(node, _without(used, own), moment)

    def _index_appears(self, node: int, operation: CreateIndex) -> None:
        table: Table | None = self._old.table(operation.target.path) or self._new.table(operation.target.path)
        if table and table.kind == "partitioned":
            self._edge(node, self._moment("ready", Ref("index", (table.namespace, operation.index.name))))


def _drops_key(operation: Operation) -> bool:
    return isinstance(operation, DropPrimaryKey | DropIndex) or operation.target.kind == "unique"


def _same(ref: Ref) -> Ref:
    """Tables and views under one name: the one may take the other's place."""
    return Ref("table", ref.path) if ref.kind == "view" else ref


def _holder(target: Ref) -> Ref:
    return Ref("table", target.path[:2])


def _parent(partition: PartitionOf) -> Ref:
    return Ref("table", partition.table)


def _owner(each: Any) -> Needs:
    owner = getattr(each, "owned_by", None)
    return Needs(frozenset((Ref("table", owner[:2]),))) if owner else NOTHING


def _without(needs: Needs, own: Ref) -> Needs:
    return Needs(*(frozenset(ref for ref in refs if _same(ref) != own) for refs in needs))
