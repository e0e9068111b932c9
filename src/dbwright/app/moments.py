"""What each statement of a migration does, and what the migration makes new, from what it says and what was seen."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dbwright.app.replay import Seen
from dbwright.app.transactions import Setting
from dbwright.catalog.facts import Facts
from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action, Deed
from dbwright.change.effects import Effect
from dbwright.engines.base import Engine, Statement
from dbwright.rules.migrating import Moment

Script = Sequence[tuple[Statement, tuple[Action, ...], Setting]]
"""The statements of a migration, with what each says and where it stands."""


def moments_of(script: Script, start: Catalog, seen: Sequence[Seen], engine: Engine, facts: Facts) -> Iterable[Moment]:
    catalog = start
    for number, (statement, actions, setting) in enumerate(script):
        held, after = seen[number], seen[number].after
        yield Moment(
            deed=Deed(
                text=statement.text,
                path=statement.path,
                line=statement.line,
                column=statement.column,
                actions=actions,
                transaction=setting.transaction,
                effect=_effect(engine.predict(actions, catalog, facts), held.effect),
                failed=held.failed,
            ),
            before=catalog,
            after=after,
            lock_timeout=setting.lock_timeout,
            statement_timeout=setting.statement_timeout,
        )
        catalog = after


def _effect(predicted: Effect, observed: Effect | None) -> Effect:
    """What was seen, with what only knowledge tells: how long it takes on the live sizes, and what rows can do to it.

    A scratch database has no rows, so a scan that was not seen may still happen.
    """
    if observed is None:
        return predicted
    works = bool(observed.rewrites or observed.builds) or predicted.held_for == "rows"
    return msgspec.structs.replace(
        observed,
        scans=tuple(dict.fromkeys((*predicted.scans, *observed.scans))),
        held_for="rows" if works else "moment",
        seconds=predicted.seconds,
        transactional=predicted.transactional,
        algorithm=observed.algorithm or predicted.algorithm,
        hazards=predicted.hazards,
    )


# ---------------------------------------------------------------- what is new

_CREATES: dict[str, Kind] = {
    "create table": "table",
    "create view": "view",
    "create materialized view": "view",
    "create index": "index",
    "create type": "enum",
    "create domain": "domain",
    "create sequence": "sequence",
    "create function": "routine",
}


def created_by(start: Catalog, end: Catalog, parsed: Sequence[Sequence[Action]]) -> Iterable[Ref]:
    """What the migration itself makes: named by a CREATE, or there at the end under a name that no renaming gave."""
    there = set(_objects(start))
    renamed: dict[Ref, Ref] = {}
    for action in (action for actions in parsed for action in actions):
        target = action.target
        if target is None:
            continue
        if action.kind in _CREATES and target not in there:
            yield target
        elif action.kind in ("rename table", "move table") and action.to and len(target.path) > 1:
            path = (target.path[0], action.to) if action.kind == "rename table" else (action.to, target.path[1])
            renamed[Ref(target.kind, path)] = renamed.get(target, target)
    for ref in _objects(end):
        origin = renamed.get(ref, ref)
        if ref not in there and origin not in there:
            yield ref


def _objects(catalog: Catalog) -> Iterable[Ref]:
    for table in catalog.tables:
        yield table.ref
        yield from (table.ref.child("index", index.name) for index in table.indexes)
    for view in catalog.views:
        yield view.ref
    kinds: tuple[tuple[Kind, Iterable[Any]], ...] = (
        ("enum", catalog.enums),
        ("domain", catalog.domains),
        ("composite", catalog.composites),
        ("range", catalog.ranges),
        ("sequence", catalog.sequences),
    )
    for kind, objects in kinds:
        yield from (Ref(kind, (each.namespace, each.name)) for each in objects)
    for routine in catalog.routines:
        yield routine.ref
