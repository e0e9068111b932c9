"""What a statement will do to those who use the database meanwhile, by product and version."""

from collections.abc import Iterable, Sequence
from typing import Any

from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, PrimaryKey, Table, Unique
from dbwright.change.actions import Action, ActionKind
from dbwright.change.effects import Effect, Lock
from dbwright.engines.mysql import hazards
from dbwright.engines.mysql.locks import locks_of, momentary
from dbwright.engines.mysql.ways import Way, table_at, way_of

_ALTERING: frozenset[ActionKind] = frozenset((
    "alter table", "add column", "drop column", "rename column", "alter type", "set default", "drop default", "change column",
    "add constraint", "drop constraint", "alter constraint", "create index", "drop index", "rename index", "alter index",
    "add partition", "drop partition", "convert charset", "change engine", "rebuild table", "rename constraint",
))  # fmt: skip
_HARMLESS: frozenset[ActionKind] = frozenset(
    ("select", "begin", "commit", "rollback", "savepoint", "set", "reset", "call")
)
_ROWS: frozenset[ActionKind] = frozenset(("insert", "update", "delete", "copy"))

# What a middling server with its data on an SSD does in a second; the widths of rows and indexes even out.
_BYTES_REBUILT = 40_000_000
_BYTES_COPIED = 15_000_000
_ROWS_INDEXED = 400_000
_ROWS_CHANGED = 60_000
_BYTES_A_ROW = 100


def predict(actions: Sequence[Action], catalog: Catalog, facts: Facts | None = None) -> Effect:
    """The effect of one statement. What is not known is taken for a change of the schema that no rollback undoes."""
    altered = _altered_table(actions)
    if altered is not None:
        return _altering(actions, altered, catalog, facts)
    effects = [_other(action, catalog, facts) for action in actions]
    return _joined(effects) if effects else Effect()


def _altered_table(actions: Sequence[Action]) -> Ref | None:
    """The table that all actions are clauses of an ALTER TABLE for."""
    renames = [
        action
        for action in actions
        if action.kind == "rename table" or (action.kind == "truncate" and "partition" in action.words)
    ]
    if not actions or not all(action.kind in _ALTERING or action in renames for action in actions):
        return None
    if len(renames) == len(actions) and actions[0].kind == "rename table":
        return None
    found = {_table_of(action) for action in actions}
    return found.pop() if len(found) == 1 else None


def _table_of(action: Action) -> Ref | None:
    ref = action.table or action.target
    return Ref("table", ref.path[:2]) if ref and len(ref.path) > 1 else None


# ---------------------------------------------------------------- ALTER TABLE


def _altering(actions: Sequence[Action], ref: Ref, catalog: Catalog, facts: Facts | None) -> Effect:
    table = table_at(catalog, ref.path)
    if table is None:
        return Effect(transactional=False)
    way = way_of(actions, table, catalog)
    builds = _builds(actions, table) if way.builds or way.rewrites else ()
    return Effect(
        locks=_with_parents(locks_of(ref, way.lock, brief=way.is_brief), actions, table),
        rewrites=(ref,) if way.rewrites else (),
        scans=(ref,) if builds and not way.rewrites else (),
        builds=builds,
        held_for="moment" if way.is_brief else "rows",
        seconds=_seconds(way, ref, len(builds), facts),
        transactional=False,
        algorithm=way.algorithm,
        hazards=tuple(hazards.of_alter(actions, table, way, catalog, facts)),
    )


def _builds(actions: Sequence[Action], table: Table) -> tuple[Ref, ...]:
    found = []
    for action in actions:
        if action.kind == "create index" and action.index:
            found.append(table.ref.child("index", action.index.name))
        elif action.kind == "add constraint" and isinstance(action.constraint, PrimaryKey | Unique):
            name = action.constraint.name if isinstance(action.constraint, Unique) else "PRIMARY"
            found.append(table.ref.child("index", name or action.constraint.columns[0]))
        elif action.kind == "change column":
            found += [table.ref.child("index", name) for name in _over(action.name or "", table)]
    return tuple(found)


def _over(column: str, table: Table) -> Iterable[str]:
    yield from (unique.name or "" for unique in table.uniques if column in unique.columns)
    yield from (index.name for index in table.indexes if column in index.columns)


def _with_parents(locks: tuple[Lock, ...], actions: Sequence[Action], table: Table) -> tuple[Lock, ...]:
    """A foreign key that comes or goes needs its parent for a moment, too."""
    parents: list[tuple[str, str]] = []
    for action in actions:
        if isinstance(action.constraint, ForeignKey):
            parents.append(action.constraint.table)
        elif action.kind == "drop constraint":
            parents += [key.table for key in table.foreign_keys if key.name == action.name]
    own = (table.namespace, table.name)
    return (*locks, *(momentary(Ref("table", path)) for path in dict.fromkeys(parents) if path != own))


def _seconds(way: Way, table: Ref, builds: int, facts: Facts | None) -> float | None:
    stats = facts.tables.get(table) if facts else None
    if stats is None:
        return None
    size = stats.bytes if stats.bytes is not None else stats.rows * _BYTES_A_ROW
    seconds = builds * stats.rows / _ROWS_INDEXED if not way.rewrites else 0.0
    if way.rewrites:
        seconds += size / (_BYTES_COPIED if way.algorithm == "COPY" else _BYTES_REBUILT)
    return round(seconds, 1)


# ---------------------------------------------------------------- other statements


def _other(action: Action, catalog: Catalog, facts: Facts | None) -> Effect:
    if action.kind in _HARMLESS:
        return Effect()
    table = _table_of(action)
    found = tuple(hazards.of_statement(action))
    if action.kind in _ROWS:
        return _rows(action, table, found, facts)
    locks: tuple[Lock, ...] = ()
    if table and table_at(catalog, table.path):
        match action.kind:
            case (
                "drop table"
                | "rename table"
                | "move table"
                | "truncate"
                | "create trigger"
                | "drop trigger"
                | "lock table"
            ):
                locks = locks_of(table, "EXCLUSIVE", brief=True)
            case "analyze":
                locks = (Lock(table, "MDL SHARED_READ", ("schema changes",)),)
        if action.kind == "drop table":
            own = table_at(catalog, table.path)
            parents = dict.fromkeys(key.table for key in own.foreign_keys) if own else {}
            locks += tuple(momentary(Ref("table", path)) for path in parents if path != table.path)
    return Effect(locks=locks, transactional=False, hazards=found)


def _rows(action: Action, table: Ref | None, found: tuple[Any, ...], facts: Facts | None) -> Effect:
    """A statement on rows keeps those that it has changed until the transaction ends."""
    if table is None or (action.kind in ("insert", "copy") and "as select" not in action.words):
        return Effect(hazards=found)
    whole = not action.words & {"where", "batch"} and action.kind != "insert"
    rows = facts.rows(table) if facts else None
    return Effect(
        locks=(Lock(table, "InnoDB row locks", ("writes",) if whole else ()),),
        scans=(table,) if whole else (),
        held_for="rows" if "batch" not in action.words else "moment",
        seconds=round(rows / _ROWS_CHANGED, 1) if rows is not None and whole else None,
        hazards=found,
    )


def _joined(effects: Sequence[Effect]) -> Effect:
    """The effects of a statement that names several objects, such as DROP TABLE a, b."""
    if len(effects) == 1:
        return effects[0]
    known = [effect.seconds for effect in effects if effect.seconds is not None]
    return Effect(
        locks=tuple(lock for effect in effects for lock in effect.locks),
        scans=tuple(ref for effect in effects for ref in effect.scans),
        held_for="rows" if any(effect.held_for == "rows" for effect in effects) else "moment",
        seconds=sum(known) if known else None,
        transactional=all(effect.transactional for effect in effects),
        hazards=tuple(hazard for effect in effects for hazard in effect.hazards),
    )
