"""From operations to steps. What ALTER TABLE can do is done in place; all else on a table is one rebuild of it.

Views and triggers that the operations touch are dropped before everything and made again after it, so that none of them
stands in the way while tables change. A plan with a rebuild is one transaction with foreign keys off.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from dbwright.catalog.objects import Catalog, Table
from dbwright.change.operations import (
    AddExclusion,
    ChangeObject,
    CreateIndex,
    CreateObject,
    CreatePolicy,
    CreateTable,
    DropObject,
    DropPolicy,
    DropTable,
    GrantPrivileges,
    Operation,
    RenameColumn,
    RenameTable,
    Revoke,
    apply_all,
)
from dbwright.change.plan import Step
from dbwright.engines.sqlite.alter import alter
from dbwright.engines.sqlite.canonical import settled
from dbwright.engines.sqlite.ddl import create_index, create_table
from dbwright.engines.sqlite.definitions import Definitions
from dbwright.engines.sqlite.rebuild import NEW, Rebuilt, rebuild, sources, to_check
from dbwright.engines.sqlite.shadow import renamed
from dbwright.engines.sqlite.words import folded, quote
from dbwright.errors import Unsupported

_WHY_REBUILT = (
    "SQLite's ALTER TABLE cannot do this, so the table is made anew as its documentation says, "
    "with its rows, indexes, triggers and the keys that point at it."
)
_FRAME = (
    ("PRAGMA foreign_keys = OFF", "Leave foreign keys alone while tables are rebuilt"),
    ("BEGIN IMMEDIATE", "Begin one transaction for all of it"),
    ("PRAGMA legacy_alter_table = ON", "Leave views and triggers alone while tables are rebuilt"),
)
_SWITCHES = ("PRAGMA legacy_alter_table = OFF", "PRAGMA legacy_alter_table = ON")
_END = (
    ("PRAGMA legacy_alter_table = OFF", "Let renaming reach views and triggers again"),
    ("COMMIT", "End the transaction"),
    ("PRAGMA foreign_keys = ON", "Enforce foreign keys again"),
)


def render(operations: Sequence[Operation], catalog: Catalog) -> list[str]:
    """The statements of `steps`."""
    return [step.sql for step in steps(operations, catalog)]


def steps(operations: Sequence[Operation], catalog: Catalog) -> list[Step]:
    """The steps that apply the operations. Those from the first pragma to the last are run in their order, together.

    Raises Unsupported for what SQLite doesn't know, such as grants, and for changes to virtual tables.
    """
    for operation in operations:
        _refuse(operation)
    return _Planner(operations, catalog).plan()


def _refuse(operation: Operation) -> None:
    match operation:
        case Revoke() | GrantPrivileges():
            raise Unsupported("SQLite", "grant or revoke privileges", hint="Use the permissions of the file.")
        case CreatePolicy() | DropPolicy():
            raise Unsupported("SQLite", "have row-level-security policies")
        case AddExclusion():
            raise Unsupported("SQLite", "have exclusion constraints", hint="A trigger can refuse such rows.")
        case RenameTable(to=(str(namespace), _)) if namespace:
            raise Unsupported("SQLite", f"move the table {operation.target} to a schema {namespace}")
        case CreateObject() | DropObject() | ChangeObject() if operation.target.kind != "view":
            kind = operation.target.kind.replace("_", " ")
            raise Unsupported("SQLite", f"have the {'schema' if kind == 'namespace' else kind} {operation.target}")


class _Planner:
    """Walks over the operations. `tables` is what the database holds after the steps made so far."""

    def __init__(self, operations: Sequence[Operation], catalog: Catalog) -> None:
        self.operations = operations
        self.start = catalog
        self.code = Definitions(operations, catalog)
        self.tables: dict[tuple[str, ...], Table] = {
            table.ref.path: self.code.without_touched(table) for table in catalog.tables
        }
        self.pending: dict[tuple[str, ...], list[int]] = {}
        self.renames: list[str] = []
        self.renamed: set[str] = set()
        self.before_renames: Catalog | None = None
        self.found: list[Step] = []
        self.in_use: dict[str, tuple[str, ...]] | None = None  # the tables of indexes by their name, once asked for
        self.children: dict[tuple[str, str], set[tuple[str, ...]]] | None = None
        self.rebuilds = False

    def plan(self) -> list[Step]:
        """All steps."""
        for place, operation in enumerate(self.operations):
            if not self.code.take(place, operation):
                self._take(place, operation)
        self._flush()
        first = self.code.drops()
        middle = [*first, *self.found, *self.code.creates()]
        if not middle or not (self.rebuilds or (first and len(middle) > 1)):
            return [step for step in middle if step.sql not in _SWITCHES]
        opening, ending = (_FRAME, _END) if self.rebuilds else (_FRAME[1:2], _END[1:2])
        inside = [replace(step, undo=()) for step in middle if self.rebuilds or step.sql not in _SWITCHES]
        return _without_idle_switches([*_steps(opening), *inside, *_steps(ending)])

    def _take(self, place: int, operation: Operation) -> None:
        match operation:
            case CreateTable():
                self._make_way(operation.target.path, (index.name for index in operation.table.indexes))
                self._create(place, operation)
            case DropTable():
                self._drop(place, operation)
            case RenameTable() | RenameColumn():
                self._flush()
                self._rename(place, operation)
            case _:
                path = operation.target.path[:2]
                table = self.tables.get(path)
                if table is None:
                    operation.apply(self._catalog())  # says what there is not
                if table is None or table.kind == "virtual":
                    raise Unsupported("SQLite", f"change the virtual table {operation.target.table}")
                if isinstance(operation, CreateIndex):
                    self._make_way(path, [operation.index.name])
                self.pending.setdefault(path, []).append(place)

    def _catalog(self) -> Catalog:
        """What the database holds now."""
        return replace(self.start, tables=tuple(self.tables.values()), views=self.code.kept_views)

    def _add(
        self, sql: str, title: str, places: Sequence[int] = (), *, why: str = "", undo: Sequence[str] = ()
    ) -> None:
        first = places[0] if places else None
        step = Step(sql=sql, title=title, why=why, operation=first, also=tuple(places[1:]), undo=tuple(undo))
        self.found.append(step)

    # ------------------------------------------------------------ whole tables

    def _create(self, place: int, operation: CreateTable) -> None:
        self._settle()
        table = settled(replace(operation.table, triggers=()))
        if operation.target.path in self.tables:
            operation.apply(self._catalog())  # says that there is one
        self.tables[operation.target.path] = table
        self._add(create_table(table), operation.describe(), (place,), undo=(f"DROP TABLE {quote(table.name)}",))
        for index in table.indexes:
            title = f"Create the index {index.name} on {operation.target}"
            self._add(create_index(table.name, index), title, (place,), undo=(f"DROP INDEX {quote(index.name)}",))

    def _drop(self, place: int, operation: DropTable) -> None:
        self._settle()
        path = operation.target.path
        if path not in self.tables:
            operation.apply(self._catalog())  # says that there is none
        in_vain = self.pending.pop(path, [])
        del self.tables[path]
        if any(child in self.tables for child in self._children(path)):
            self.rebuilds = True  # with foreign keys enforced it would take the rows that point at it with it
        self._add(f"DROP TABLE {quote(operation.target.name)}", operation.describe(), (place, *in_vain))

    def _children(self, path: tuple[str, ...]) -> set[tuple[str, ...]]:
        """The tables that pointed at a table when the first one was dropped."""
        if self.children is None:
            self.children = {}
            for table in self.tables.values():
                for key in table.foreign_keys:
                    self.children.setdefault(key.table, set()).add(table.ref.path)
        return self.children.get((path[0], path[1]), set()) - {path}

    # ------------------------------------------------------------ renaming

    def _rename(self, place: int, operation: RenameTable | RenameColumn) -> None:
        before = self._catalog()
        after = operation.apply(before)
        self.before_renames = self.before_renames or before
        forth, back = _renaming(operation)
        self.renames += forth
        self.renamed |= {operation.target.path[1], *([operation.to[1]] if isinstance(operation, RenameTable) else [])}
        self._add(_SWITCHES[0], "Let the new name reach views and triggers")
        why = "SQLite writes the new name into views, triggers, indexes and foreign keys by itself."
        for sql in forth:
            self._add(sql, operation.describe(), (place,), why=why, undo=back if sql == forth[-1] else ())
        self._add(_SWITCHES[1], "Leave views and triggers alone again")
        self.tables = {each.ref.path: each for each in after.tables}

    def _settle(self) -> None:
        """Know what SQLite made of triggers and expressions by the renames so far."""
        if self.before_renames is None:
            return
        for table in renamed(self.before_renames, self.renames, self.renamed):
            others = {trigger.name for trigger in table.triggers}
            kept = tuple(each for each in self.tables[table.ref.path].triggers if each.name not in others)
            self.tables[table.ref.path] = replace(table, triggers=(*table.triggers, *kept))
        self.before_renames, self.renames, self.renamed = None, [], set()

    # ------------------------------------------------------------ parts of tables

    def _make_way(self, path: tuple[str, ...], names: Iterable[str]) -> None:
        """Do what is pending before indexes are made whose names other tables still use: there they are to be dropped."""
        if not self.pending:
            return
        if self.in_use is None:
            self.in_use = {folded(index.name): own for own, table in self.tables.items() for index in table.indexes}
        if any(self.in_use.get(folded(name), path) != path for name in names):
            self._flush()

    def _flush(self) -> None:
        """The steps for what is pending on tables."""
        if not self.pending:
            return
        self._settle()
        self.in_use = None
        rebuilt: list[Rebuilt] = []
        pending, self.pending = self.pending, {}
        taken = {folded(path[1]) for path in self.tables} | {folded(view.name) for view in self.start.views}
        for path, places in pending.items():
            before = self.tables[path]
            several = [self.operations[place] for place in places]
            held = replace(self.start, tables=(before,), views=())
            after = self.tables[path] = settled(apply_all(several, held).tables[0])
            altered = alter(several, before, may_drop_columns=self.code.all_views_work)
            if altered is None and not sources(several) and create_table(before) == create_table(after):
                altered = alter(_on_indexes(several), before, may_drop_columns=False)
            if altered is None:
                self._rebuild(before, after, several, places, taken)
                changed = frozenset(name for name, given in sources(several).items() if given)
                rebuilt.append(Rebuilt(before, after, changed))
                continue
            for sql, own, undo in altered:
                title = "; ".join(several[each].describe() for each in own)
                self._add(sql, title, [places[each] for each in own], undo=undo)
        for name in to_check(rebuilt, tuple(self.tables.values())):
            self._add(f"PRAGMA foreign_key_check({quote(name)})", f"See that every foreign key of {name} finds its row")

    def _rebuild(
        self, before: Table, after: Table, several: Sequence[Operation], places: Sequence[int], taken: set[str]
    ) -> None:
        self.rebuilds = True
        why = f"{_WHY_REBUILT} Here it is to: {'; '.join(each.describe() for each in several)}."
        for number, line in enumerate(rebuild(before, after, sources(several), taken)):
            self._add(line.sql, line.title, places if number == 0 else places[:1], why="" if number else why)


def _on_indexes(operations: Sequence[Operation]) -> list[Operation]:
    return [each for each in operations if isinstance(each, CreateIndex) or each.target.kind == "index"]


def _renaming(operation: RenameTable | RenameColumn) -> tuple[list[str], list[str]]:
    """The statements there and back."""
    if isinstance(operation, RenameTable):
        old, new = operation.target.name, operation.to[1]
        return _rename_table(old, new), _rename_table(new, old)
    head = f"ALTER TABLE {quote(operation.target.path[1])} RENAME COLUMN"
    old, new = quote(operation.target.name), quote(operation.to)
    return [f"{head} {old} TO {new}"], [f"{head} {new} TO {old}"]


def _rename_table(old: str, new: str) -> list[str]:
    """In two steps where only the case changes, which SQLite takes for a name that is there already."""
    way = [old, f"{NEW}{new}", new] if folded(old) == folded(new) else [old, new]
    return [f"ALTER TABLE {quote(one)} RENAME TO {quote(other)}" for one, other in pairwise(way)]


def _steps(lines: Sequence[tuple[str, str]]) -> list[Step]:
    return [Step(sql=sql, title=title) for sql, title in lines]


def _without_idle_switches(found: Sequence[Step]) -> list[Step]:
    """The steps without pragmas that the next statement takes back."""
    kept: list[Step] = []
    for step in found:
        if kept and step.sql in _SWITCHES and kept[-1].sql in _SWITCHES:
            kept.pop()
        elif not (step.sql in _SWITCHES and _state(kept) == step.sql):
            kept.append(step)
    return kept


def _state(steps: Sequence[Step]) -> str:
    return next((step.sql for step in reversed(steps) if step.sql in _SWITCHES), "")
