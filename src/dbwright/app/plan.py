"""Making a plan: from two catalogs to ordered steps, each with what it does to a running database."""

from collections.abc import Sequence

import msgspec

from dbwright.app.renames import as_hint
from dbwright.catalog.codec import digest
from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey
from dbwright.change.actions import Action
from dbwright.change.between import after
from dbwright.change.compare import Rename, changes
from dbwright.change.effects import Effect, Hazard
from dbwright.change.hazards import hazards_of
from dbwright.change.inverse import invert
from dbwright.change.operations import (
    CreateObject,
    CreateTable,
    DropColumn,
    DropObject,
    DropTable,
    Operation,
    apply_all,
)
from dbwright.change.plan import Plan, Step
from dbwright.engines.base import Engine
from dbwright.errors import DbwrightError
from dbwright.readers.sql.actions import parse_actions
from dbwright.readers.sql.execute import dialect_of

_NOWHERE = Ref("table", ())
_OF_TABLES = ("create table", "create index", "add constraint", "add column", "comment")
_PHYSICAL = ("lock", "rewrite", "scan", "not-transactional", "irreversible")
"""The hazards that lie in the statements; all others lie in what is changed, and the operations tell them better."""


def make_plan(
    old: Catalog, new: Catalog, engine: Engine, *, renames: Sequence[Rename] = (), facts: Facts | None = None
) -> Plan:
    """The plan that leads from one catalog to another and back. Nothing is run.

    facts: the sizes of the tables of `old`, for durations and for hazards that only rows make.
    Raises UsageError where a rename fits nothing or objects depend on each other in a circle, Unsupported where the engine
    cannot make a change.
    """
    found = changes(old, new, renames)
    notes = list(found.notes)
    notes += [as_hint(each) for each in found.candidates]
    held = apply_all(found.operations, old)
    back, irreversible = invert(found.operations, old)
    up = plan_steps(found.operations, old, engine, facts)
    try:
        down = plan_steps(back, held, engine, None)
    except DbwrightError as error:
        down, irreversible = (), (*irreversible, error.message)
    lost = tuple(_loss(operation) for operation in found.operations if _loses_rows(operation))
    return Plan(
        engine=engine.name,
        start=digest(old),
        goal=digest(new),
        operations=found.operations,
        inverse=back,
        up=up,
        down=down,
        irreversible=(*irreversible, *lost),
        notes=tuple(notes),
    )


def plan_steps(
    operations: Sequence[Operation], before: Catalog, engine: Engine, facts: Facts | None
) -> tuple[Step, ...]:
    """The steps of some operations with their effects: those that the engine predicts, and the hazards of the operations."""
    created = made_by(operations)
    known = _with_empty(facts, created)
    meant = _meant(operations, before, known)
    states = _States(operations, before)
    told: set[int] = set()
    steps = []
    current, state = -1, before
    for step in engine.steps(operations, before, facts):
        number = step.operation
        if number is not None and number != current:
            current, state = number, states.before(number)
        actions = actions_of(step.sql, engine)
        effect = Effect() if _is_unseen(actions, created) else engine.predict(actions, state, known)
        if any(action.target and action.target.path[:2] in created for action in actions):
            # What is asked of an empty table is done at once, whatever else is looked at for it.
            effect = msgspec.structs.replace(effect, scans=(), held_for="moment")
        state = after(actions, state)
        hazards = [each for each in effect.hazards if each.kind in _PHYSICAL and not _passes(each, effect)]
        for place in () if number is None else (number, *step.also):
            if place not in told:
                told.add(place)
                hazards += meant[place]
        effect = msgspec.structs.replace(effect, hazards=_once(hazards, created))
        steps.append(msgspec.structs.replace(step, effect=felt(effect, created)))
    return tuple(steps)


def _meant(operations: Sequence[Operation], before: Catalog, known: Facts) -> list[tuple[Hazard, ...]]:
    """The hazards of each operation, seen from the catalog that those before it leave."""
    found = []
    for operation in operations:
        found.append(hazards_of(operation, before, rows=known.rows(_table_of(operation.target))))
        before = operation.apply(before)
    return found


class _States:
    """The catalog before each operation. Steps mostly go forward, so only the last one is kept: thousands would fill the memory."""

    def __init__(self, operations: Sequence[Operation], start: Catalog) -> None:
        self.operations, self.start = operations, start
        self.number, self.catalog = 0, start

    def before(self, number: int) -> Catalog:
        if number < self.number:
            self.number, self.catalog = 0, self.start
        self.catalog = apply_all(self.operations[self.number : number], self.catalog)
        self.number = number
        return self.catalog


def actions_of(sql: str, engine: Engine) -> tuple[Action, ...]:
    """What a statement says."""
    dialect = dialect_of(engine)
    return parse_actions(sql, dialect, namespace="public" if dialect == "postgres" else "")


Created = frozenset[tuple[str, ...]]
"""Namespace and name of the tables, views and routines that a plan makes: nobody uses them yet."""


def made_by(operations: Sequence[Operation]) -> Created:
    """The tables, views and routines that operations make."""
    made = (each.target for each in operations if isinstance(each, CreateTable | CreateObject))
    return frozenset(ref.path for ref in made if ref.kind in ("table", "view", "routine"))


def felt(effect: Effect, created: Created) -> Effect:
    """The effect without what nobody feels: locks and scans of tables that the plan itself makes, and of indexes whose table is
    locked too."""
    tables = {lock.relation.path[:2] for lock in effect.locks if lock.relation.kind == "table"}

    def matters(ref: Ref) -> bool:
        return ref.path[:2] not in created and (ref.kind != "index" or ref.path[:2] not in tables)

    return msgspec.structs.replace(
        effect,
        locks=tuple(lock for lock in effect.locks if matters(lock.relation)),
        rewrites=tuple(ref for ref in effect.rewrites if matters(ref)),
        scans=tuple(ref for ref in effect.scans if matters(ref)),
    )


def _is_unseen(actions: Sequence[Action], created: Created) -> bool:
    """Whether a statement is about nothing but tables that the plan itself makes."""
    return bool(actions) and all(_only_of(action, created) for action in actions)


def _only_of(action: Action, created: Created) -> bool:
    path = (action.table or action.target or _NOWHERE).path[:2]
    parent = action.constraint.table if isinstance(action.constraint, ForeignKey) else path
    return action.kind in _OF_TABLES and path in created and parent in created


def _passes(hazard: Hazard, effect: Effect) -> bool:
    """A lock that is held for a moment is shown with its step; a hazard is one that others have to wait for."""
    return hazard.kind == "lock" and effect.held_for == "moment"


def _with_empty(facts: Facts | None, created: Created) -> Facts:
    """The facts, knowing that tables which the plan makes are empty."""
    known = facts or Facts()
    empty = {Ref("table", path): TableStats(rows=0, exact=True, bytes=0) for path in created}
    return msgspec.structs.replace(known, tables={**known.tables, **empty})


def _table_of(ref: Ref) -> Ref:
    return Ref("table", ref.path[:2])


def _once(hazards: Sequence[Hazard], created: Created) -> tuple[Hazard, ...]:
    """Each hazard once, one of a kind an object for those of the statement; none on tables that the plan itself creates."""
    kept: dict[tuple[str, ...], Hazard] = {}
    for hazard in hazards:
        if hazard.target.path[:2] not in created:
            said = "" if hazard.kind in _PHYSICAL else hazard.message
            kept.setdefault((hazard.kind, said, hazard.target.kind, *hazard.target.path), hazard)
    return tuple(kept.values())


def _loses_rows(operation: Operation) -> bool:
    return isinstance(operation, DropTable | DropColumn) or (
        isinstance(operation, DropObject) and operation.target.kind in ("extension", "namespace")
    )


def _loss(operation: Operation) -> str:
    return f"{operation.describe()}: the way back makes it again, but empty."
