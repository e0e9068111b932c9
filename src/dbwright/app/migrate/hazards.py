"""What revisions would destroy, seen before they run, and what was allowed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from dbwright.app.rows import named
from dbwright.catalog.facts import Facts
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action
from dbwright.change.effects import Effect, Hazard, allowed_hazards
from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import DbwrightError, Refused
from dbwright.migrate.revision import Revision
from dbwright.migrate.script import Script, script_of
from dbwright.readers.sql.execute import dialect_of

_PARTS = ("column", "primary_key", "unique", "foreign_key", "check", "exclusion", "index")


def effects_of(
    script: Script, engine: Engine, catalog: Catalog, facts: Facts | None, seen: Sequence[Effect] = ()
) -> tuple[Effect, ...]:
    """What each statement of a script will do to a database that holds the catalog, without what it does to its own new objects.

    seen: the effects where they are known better than by predicting them from the catalog before the script.
    """
    there = {table.ref.path for table in catalog.tables} | {view.ref.path for view in catalog.views}
    replaced = _replaced(script)
    losses = {number: tuple(found) for number, found in _losses(script, engine, catalog, replaced)}
    found = []
    for number, actions in enumerate(script.actions):
        effect = seen[number] if seen else engine.predict(actions, catalog, facts)
        known = [each for each in effect.hazards if each.kind != "data-loss" and _is_there(each.target, there)]
        lost = [each for each in losses.get(number, ()) if facts is None or facts.rows(each.target.table) != 0]
        found.append(
            msgspec.structs.replace(
                effect,
                hazards=(*lost, *known),
                locks=tuple(each for each in effect.locks if _is_there(each.relation, there)),
                rewrites=tuple(each for each in effect.rewrites if _is_there(each, there)),
                scans=tuple(each for each in effect.scans if _is_there(each, there)),
            )
        )
    return tuple(found)


def _is_there(ref: Ref, there: set[tuple[str, ...]]) -> bool:
    """Whether a table, a view or a part of one was there before; of other objects it is taken to be so."""
    return ref.kind not in ("table", "view", *_PARTS) or ref.path[:2] in there


def check_allowed(
    revisions: Sequence[Revision],
    direction: Literal["up", "down"],
    engine: Engine,
    session: Session,
    catalog: Catalog,
    allow: Iterable[str],
) -> None:
    """Raise Refused, naming all that would be lost, where that was allowed neither by name nor by the file itself.

    Tables without rows and columns without values lose nothing; the database is asked whether they have some.
    """
    if "data-loss" in allowed_hazards(allow):
        return
    lines: dict[str, None] = {}
    for revision in revisions:
        if revision.python or (direction == "up" and "data-loss" in revision.allows):
            continue
        script = script_of(revision, direction, engine, catalog)
        for _, hazards in _losses(script, engine, catalog, _replaced(script)):
            for each in hazards:
                if _has_rows(session, engine, catalog, each.target):
                    lines[f"  - {revision.title}: {each.message}"] = None
    if lines:
        header = ", or write `-- dbwright: allow data-loss` at the head of the file" if direction == "up" else ""
        raise Refused(
            "Nothing was done, because data would be lost and that was not allowed:\n" + "\n".join(lines),
            hint=f"If that is meant, run it again with --allow data-loss{header}.",
        )


_LOSING = frozenset(("drop schema", "drop database", "drop table", "truncate", "drop partition", "drop column"))


def can_lose(revision: Revision, direction: Literal["up", "down"], engine: Engine, catalog: Catalog) -> bool:
    """Whether a revision has a statement that loses rows or values where there are some."""
    if revision.python:
        return False
    return any(
        action.kind in _LOSING for found in script_of(revision, direction, engine, catalog).actions for action in found
    )


def _losses(
    script: Script, engine: Engine, catalog: Catalog, replaced: dict[tuple[str, ...], tuple[str, ...]]
) -> Iterator[tuple[int, list[Hazard]]]:
    """By the number of the statement, what of the catalog is lost with it."""
    lookup = Lookup(catalog)
    made = _made(script.statements, script.actions, engine)
    for number, actions in enumerate(script.actions):
        found: list[Hazard] = []
        for each in actions:
            for target, message in _lost(each, lookup, catalog, replaced, made):
                found.append(Hazard("data-loss", target, message))
        if found:
            yield number, found


def _lost(
    action: Action,
    lookup: Lookup,
    catalog: Catalog,
    replaced: dict[tuple[str, ...], tuple[str, ...]],
    made: dict[tuple[str, ...], frozenset[str]],
) -> Iterator[tuple[Ref, str]]:
    target = action.target
    if action.kind in ("drop schema", "drop database"):
        name = target.name if target else action.name or ""
        for each in catalog.tables:
            if each.namespace == name or action.kind == "drop database":
                yield each.ref, f"All rows of {each.ref} are deleted."
        return
    table = lookup.table(target.path[:2]) if target is not None and len(target.path) > 1 else None
    if table is None or table.kind == "foreign":
        return
    if action.kind == "drop table" and table.ref.path in replaced:
        kept = made.get(replaced[table.ref.path])
        for column in table.columns:
            if kept is not None and column.name.lower() not in kept and not column.generated:
                yield table.column_ref(column.name), f"All values of {table.column_ref(column.name)} are deleted."
    elif action.kind in ("drop table", "truncate"):
        yield table.ref, f"All rows of {table.ref} are deleted."
    elif action.kind == "drop partition":
        yield table.ref, f"All rows of the partition {action.name or ''} of {table.ref} are deleted.".replace("  ", " ")
    elif action.kind == "drop column":
        name = action.name or (action.columns[0] if action.columns else "")
        gone = table.column(name)
        if gone is not None and gone.generated is None:
            yield table.column_ref(name), f"All values of {table.column_ref(name)} are deleted."


def _replaced(script: Script) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Tables that are dropped and whose name another one takes right after, by that other one: how SQLite's are rebuilt."""
    dropped: set[tuple[str, ...]] = set()
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for action in (action for actions in script.actions for action in actions):
        if action.target is None or len(action.target.path) < 2:
            continue
        if action.kind == "drop table":
            dropped.add(action.target.path[:2])
        elif action.kind == "rename table" and action.to:
            path = (action.target.path[0], action.to)
            if path in dropped:
                found[path] = action.target.path[:2]
    return found


def _made(
    statements: Sequence[Statement], actions: Sequence[Sequence[Action]], engine: Engine
) -> dict[tuple[str, ...], frozenset[str]]:
    """The tables that the script makes itself, with the names of their columns."""
    from dbwright.readers.sql.parse import parse

    creating = [
        each
        for each, found in zip(statements, actions, strict=True)
        if any(action.kind == "create table" and "as select" not in action.words for action in found)
    ]
    try:
        catalog, _ = parse(creating, dialect_of(engine))
    except DbwrightError:
        return {}
    return {table.ref.path: frozenset(column.name.lower() for column in table.columns) for table in catalog.tables}


def _has_rows(session: Session, engine: Engine, catalog: Catalog, target: Ref) -> bool:
    """Whether the table has a row, or the column a value; yes where it cannot be asked."""
    table = Lookup(catalog).table(target.path[:2])
    if table is None:
        return False
    try:
        where = f" WHERE {engine.quote(target.name)} IS NOT NULL" if target.kind == "column" else ""
        return bool(session.query(f"SELECT 1 FROM {named(engine, table)}{where} LIMIT 1"))
    except DbwrightError:
        return True
