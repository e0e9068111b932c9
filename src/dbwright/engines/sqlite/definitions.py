"""Views and triggers among the operations: those that are touched go before the tables change, and come back after it."""

from collections.abc import Sequence

from msgspec.structs import replace

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table, Trigger, View
from dbwright.change.operations import (
    AddColumn,
    ChangeObject,
    ChangePart,
    CreateObject,
    CreateTable,
    CreateTrigger,
    DropColumn,
    DropObject,
    DropTable,
    DropTrigger,
    Operation,
    RenameColumn,
    RenamePart,
    RenameTable,
)
from dbwright.change.plan import Step
from dbwright.engines.sqlite.alter import mentions
from dbwright.engines.sqlite.ddl import create_view, views_in_order
from dbwright.engines.sqlite.ddl_text import parse_trigger
from dbwright.engines.sqlite.words import folded, quote
from dbwright.errors import UsageError

_Path = tuple[str, ...]
_TRIGGERS = (DropTrigger, ChangePart, RenamePart)
"""What takes away a trigger as it is."""


class Definitions:
    """What the operations make of views and triggers.

    dropped: views and triggers that have to go first. wanted: those that are to be made in the end.
    """

    def __init__(self, operations: Sequence[Operation], catalog: Catalog) -> None:
        self._operations = operations
        self._views = {view.ref.path: view for view in catalog.views}
        touched_views, touched_triggers = _touched(operations, catalog)
        self.dropped_views = {path: view for path, view in self._views.items() if path in touched_views}
        self.wanted_views = dict(self.dropped_views)
        self.dropped_triggers: dict[str, Trigger] = {}
        self.wanted_triggers: dict[str, tuple[_Path, Trigger]] = {}
        for holder in _holders(catalog):
            goes = holder.ref.path in self.dropped_views
            for trigger in holder.triggers:
                low = folded(trigger.name)
                if low in touched_triggers and not goes:
                    self.dropped_triggers[low] = trigger
                if low in touched_triggers or goes:
                    self.wanted_triggers[low] = (holder.ref.path, trigger)
        self._of_views: dict[_Path, list[int]] = {}
        self._of_triggers: dict[str, list[int]] = {}

    @property
    def kept_views(self) -> tuple[View, ...]:
        """The views that stay as they are."""
        return tuple(view for path, view in self._views.items() if path not in self.dropped_views)

    @property
    def all_views_work(self) -> bool:
        """Whether SQLite could tell the columns of each view that stays; one that is broken hinders DROP COLUMN."""
        return all(view.columns for view in self.kept_views)

    def without_touched(self, table: Table) -> Table:
        """The table without the triggers that are dropped first."""
        kept = tuple(each for each in table.triggers if folded(each.name) not in self.dropped_triggers)
        return replace(table, triggers=kept)

    # ------------------------------------------------------------ the operations

    def take(self, place: int, operation: Operation) -> bool:
        """Take in one operation; whether it is about a view or a trigger and so is done with."""
        target = operation.target
        if target.kind in ("view", "trigger") or isinstance(operation, CreateTrigger):
            self._of_views.setdefault(target.path[:2], []).append(place)
        if target.kind == "trigger":
            self._of_triggers.setdefault(target.name, []).append(place)
        match operation:
            case CreateObject(object=View() as view):
                self.wanted_views[target.path] = view
                self._want(target.path, view.triggers)
            case DropObject():
                self._known(target, self.wanted_views)
                del self.wanted_views[target.path]
                self._forget(target.path)
            case ChangeObject(to=View() as view):
                self._known(target, self.wanted_views)
                self.wanted_views[target.path] = view
            case CreateTrigger():
                self._want(target.path, (operation.trigger,))
                self._of_triggers.setdefault(operation.trigger.name, []).append(place)
            case DropTrigger():
                self._trigger(target)
                del self.wanted_triggers[folded(target.name)]
            case ChangePart(to=Trigger() as trigger):
                holder, _ = self._trigger(target)
                self.wanted_triggers[folded(target.name)] = (holder, trigger)
            case RenamePart() if target.kind == "trigger":
                holder, trigger = self._trigger(target)
                del self.wanted_triggers[folded(target.name)]
                definition = parse_trigger(trigger.definition, operation.to).definition
                self._want(holder, (replace(trigger, name=operation.to, definition=definition),))
                self._of_triggers.setdefault(operation.to, []).append(place)
            case _:
                self._follow(operation)
                return False
        return True

    def _follow(self, operation: Operation) -> None:
        """What an operation on a table means for its triggers."""
        match operation:
            case CreateTable():
                self._want(operation.target.path, operation.table.triggers)
            case DropTable():
                self._forget(operation.target.path)
            case RenameTable():
                for low, (holder, trigger) in list(self.wanted_triggers.items()):
                    if holder == operation.target.path:
                        self.wanted_triggers[low] = (operation.to, trigger)

    def _known(self, target: Ref, views: dict[_Path, View]) -> None:
        if target.path not in views:
            raise UsageError(f"There is no view {target}.")

    def _trigger(self, target: Ref) -> tuple[_Path, Trigger]:
        found = self.wanted_triggers.get(folded(target.name))
        if found is None:
            raise UsageError(f"There is no trigger {target}.")
        return found

    def _want(self, holder: _Path, triggers: Sequence[Trigger]) -> None:
        for trigger in triggers:
            self.wanted_triggers[folded(trigger.name)] = (holder, trigger)

    def _forget(self, holder: _Path) -> None:
        self.wanted_triggers = {low: each for low, each in self.wanted_triggers.items() if each[0] != holder}

    # ------------------------------------------------------------ the steps

    def drops(self) -> list[Step]:
        """The steps that take away what is touched."""
        found = []
        for view in self.dropped_views.values():
            undo = (create_view(view), *(trigger.definition for trigger in view.triggers))
            title = f"Drop the view {view.ref}"
            sql, kinds = f"DROP VIEW {quote(view.name)}", (DropObject, ChangeObject, *_TRIGGERS)
            found.append(self._step(sql, title, view.ref, kinds, undo))
        for trigger in self.dropped_triggers.values():
            sql, title = f"DROP TRIGGER {quote(trigger.name)}", f"Drop the trigger {trigger.name}"
            found.append(self._step(sql, title, trigger.name, _TRIGGERS, (trigger.definition,)))
        return found

    def creates(self) -> list[Step]:
        """The steps that make what is wanted."""
        found = []
        for view in views_in_order(tuple(self.wanted_views.values())):
            title, undo = f"Create the view {view.ref}", (f"DROP VIEW {quote(view.name)}",)
            found.append(self._step(create_view(view), title, view.ref, (CreateObject, ChangeObject), undo))
        for _, trigger in self.wanted_triggers.values():
            title, undo = f"Create the trigger {trigger.name}", (f"DROP TRIGGER {quote(trigger.name)}",)
            kinds = (CreateTrigger, ChangePart, RenamePart)
            found.append(self._step(trigger.definition, title, trigger.name, kinds, undo))
        return found

    def _step(
        self, sql: str, title: str, what: Ref | str, kinds: tuple[type[Operation], ...], undo: tuple[str, ...]
    ) -> Step:
        """A step that belongs to the operations of these kinds on a view (its Ref) or a trigger (its name)."""
        known = self._of_views.get(what.path, []) if isinstance(what, Ref) else self._of_triggers.get(what, [])
        places = [place for place in known if isinstance(self._operations[place], kinds)]
        return Step(sql=sql, title=title, undo=undo, operation=places[0] if places else None, also=tuple(places[1:]))


# ---------------------------------------------------------------- what is touched


def _holders(catalog: Catalog) -> list[Table | View]:
    return [*catalog.tables, *catalog.views]


def _touched(operations: Sequence[Operation], catalog: Catalog) -> tuple[set[_Path], set[str]]:
    """The views and the triggers that operations change, or that SQLite would rewrite although they mean another thing."""
    views = {
        each.target.path for each in operations
        if isinstance(each, CreateObject | DropObject | ChangeObject) and each.target.kind == "view"
    }  # fmt: skip
    triggers = {
        folded(each.target.name) for each in operations
        if isinstance(each, DropTrigger | ChangePart | RenamePart) and each.target.kind == "trigger"
    }  # fmt: skip
    names = _reborn(operations)
    views |= {view.ref.path for view in catalog.views if any(mentions(view.definition, name) for name in names)}
    if any(isinstance(each, RenameTable | RenameColumn) for each in operations):
        # SQLite renames only where all views and triggers can be understood, so what reads a dropped view is dropped too.
        views = _with_readers(views, catalog)
        names |= {folded(path[1]) for path in views}
    for holder in _holders(catalog):
        texts = {folded(each.name): each.definition for each in holder.triggers}
        triggers |= {low for low, text in texts.items() if any(mentions(text, name) for name in names)}
    return views, triggers


def _with_readers(views: set[_Path], catalog: Catalog) -> set[_Path]:
    """The views, those that read them, and so on."""
    found = set(views)
    while True:
        more = {view.ref.path for view in catalog.views if any(ref.path in found for ref in view.depends_on)} - found
        if not more:
            return found
        found |= more


def _reborn(operations: Sequence[Operation]) -> set[str]:
    """The names that one table or column gives up and another takes."""
    given_up: set[str] = set()
    taken: set[str] = set()
    for operation in operations:
        match operation:
            case RenameTable(to=(_, to)):
                given_up.add(folded(operation.target.name))
                taken.add(folded(to))
            case RenameColumn(to=to):
                given_up.add(folded(operation.target.name))
                taken.add(folded(to))
            case DropTable() | DropColumn():
                given_up.add(folded(operation.target.name))
            case CreateTable() | CreateObject():
                taken.add(folded(operation.target.name))
            case AddColumn():
                taken.add(folded(operation.column.name))
    return given_up & taken
