"""Views and routines → steps: replaced where PostgreSQL can, else dropped and made again with all that stands on them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Routine, Table, View
from dbwright.change.operations import ChangeObject, CreateObject, DropObject, Operation
from dbwright.change.operations.objects import find_object
from dbwright.change.plan import Step
from dbwright.engines.postgres.column_type import around
from dbwright.engines.postgres.ddl_tables import column_settings
from dbwright.engines.postgres.ddl_views import create_view
from dbwright.engines.postgres.dependants import Aside, aside, drop_sql, make_again, mentions, trigger_sql, views_on
from dbwright.engines.postgres.naming import comment_sql, named, owner_sql, part_sql
from dbwright.engines.postgres.stepping import Work, plain, step, together
from dbwright.engines.postgres.steps_tables import options_sql
from dbwright.engines.postgres.words import identifier, qualified

_IN_ONE = "In one transaction, so that nobody ever misses it."


def create(operation: CreateObject, work: Work) -> list[Step]:
    """A view or a routine with its comment and owner."""
    each: Any = operation.object
    steps = plain(make_again(msgspec.structs.replace(work.catalog, grants=()), each))
    steps = [msgspec.structs.replace(steps[0], undo=(drop_sql(each),)), *steps[1:]]
    return _unchecked(each, steps, work) if operation.target.kind == "routine" else steps


def drop(operation: DropObject, work: Work) -> list[Step]:
    """Without CASCADE: what stands on it is dropped by operations of its own, or stops this one."""
    return plain([drop_sql(find_object(work.catalog, operation.target))])


# ---------------------------------------------------------------- views


def change_view(operation: ChangeObject, work: Work) -> list[Step]:
    """CREATE OR REPLACE where columns are only added at the end; else dropped and made again, with what stands on it."""
    old: View = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: View = msgspec.structs.replace(wanted, indexes=old.indexes, triggers=old.triggers)
    kept = old.materialized == new.materialized and old.temporary == new.temporary
    if kept and old.definition == new.definition:
        return [*_view_settings(old, new), *_words(old, new)]
    if kept and not new.materialized and _only_appended(old, new):
        text = next(iter(create_view(new))).replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
        main = step(text, undo=[next(iter(create_view(old))).replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)])
        quiet = msgspec.structs.replace(old, options=new.options)
        return [main, *_view_settings(quiet, new), *_words(old, new)]
    dependants = views_on(work.catalog, lambda each: old.ref in each.depends_on)
    dependants = [each for each in dependants if each.ref != old.ref]
    around_it = aside(work.catalog, dependants)
    steps = plain([drop_sql(old), *make_again(work.catalog, new)])
    if new.materialized:
        reason = "A materialised view cannot be replaced in place; its query runs while nobody can read it."
        steps = [msgspec.structs.replace(steps[0], why=reason), *steps[1:]]
    if around_it.before:
        return around(steps, around_it.before, around_it.after, f"stands on {old.ref}")
    return together(steps, _IN_ONE)


def _only_appended(old: View, new: View) -> bool:
    before = [(each.name, each.type, each.collation) for each in old.columns]
    after = [(each.name, each.type, each.collation) for each in new.columns]
    return bool(before) and after[: len(before)] == before


def _view_settings(old: View, new: View) -> list[Step]:
    """Options, defaults and storage of columns, whether a materialised view is filled."""
    alter = f"ALTER {named('view', new)}"
    texts = list(options_sql(alter, old.options, new.options))
    if old.options.get("tablespace") != new.options.get("tablespace"):
        texts.append(f"{alter} SET TABLESPACE {identifier(new.options.get('tablespace', 'pg_default'))}")
    if old.options.get("cluster on") != new.options.get("cluster on"):
        index = new.options.get("cluster on")
        texts.append(f"{alter} {'SET WITHOUT CLUSTER' if index is None else f'CLUSTER ON {identifier(index)}'}")
    before = {column.name: column for column in old.columns}
    for column in new.columns:
        was = before.get(column.name)
        default = was.default if was else None
        if default != column.default:
            change = "DROP DEFAULT" if column.default is None else f"SET DEFAULT {column.default}"
            texts.append(f"{alter} ALTER COLUMN {identifier(column.name)} {change}")
        if new.materialized and (was.options if was else {}) != column.options:
            texts += column_settings(alter, column)
    if new.materialized and old.populated != new.populated:
        texts.append(f"REFRESH {named('view', new)}{'' if new.populated else ' WITH NO DATA'}")
    return plain(texts)


def _words(old: Any, new: Any) -> list[Step]:
    """Owner and comments."""
    kind = new.ref.kind
    texts = []
    if old.owner != new.owner:
        texts.append(owner_sql(named(kind, new), new.owner))
    if old.comment != new.comment:
        texts.append(comment_sql(named(kind, new), new.comment))
    before = {column.name: column.comment for column in getattr(old, "columns", ())}
    for column in getattr(new, "columns", ()):
        if before.get(column.name) != column.comment:
            ref, name = new.ref.child("column", column.name), qualified(new.namespace, new.name)
            texts.append(comment_sql(part_sql(ref, name), column.comment))
    return plain(texts)


# ---------------------------------------------------------------- routines


def change_routine(operation: ChangeObject, work: Work) -> list[Step]:
    """CREATE OR REPLACE where arguments and result stay; else dropped and made again, with what stands on it."""
    old: Routine = find_object(work.catalog, operation.target)
    wanted: Any = operation.to
    new: Routine = wanted
    if old.definition == new.definition:
        return _words(old, new)
    if _replaceable(old, new):
        text = new.definition
        if old.kind == "aggregate":
            text = text.replace("CREATE AGGREGATE", "CREATE OR REPLACE AGGREGATE", 1)
            main = step(text)
        else:
            main = step(text, undo=[old.definition])
        return _unchecked(new, [main, *_words(old, new)], work)
    dependants = views_on(work.catalog, lambda each: old.ref in each.depends_on)
    taken = _triggers_of(old, work)
    taken.add(aside(work.catalog, [each for each in dependants if each.ref != old.ref]))
    steps = plain([drop_sql(old), *make_again(work.catalog, new)])
    if taken.before:
        return around(steps, taken.before, taken.after, f"calls {old.ref}")
    return together(steps, _IN_ONE)


def _replaceable(old: Routine, new: Routine) -> bool:
    if (old.kind, old.returns) != (new.kind, new.returns):
        return False
    return old.kind == "aggregate" or _head(old.definition) == _head(new.definition)


def _head(definition: str) -> str:
    """From the name to the end of the arguments and the result: what OR REPLACE cannot change."""
    return re.split(r"\n\s*(?:LANGUAGE|TRANSFORM|WINDOW)\b", definition, maxsplit=1)[0]


def _triggers_of(routine: Routine, work: Work) -> Aside:
    """The triggers that call a function."""
    call = f"EXECUTE FUNCTION {qualified(routine.namespace, routine.name)}("
    found = Aside()
    holders: tuple[Table | View, ...] = (*work.catalog.tables, *work.catalog.views)
    for holder in holders:
        name = qualified(holder.namespace, holder.name)
        for trigger in holder.triggers:
            if call not in trigger.definition:
                continue
            again = list(trigger_sql(name, trigger))
            what = f"TRIGGER {identifier(trigger.name)} ON {name}"
            if trigger.comment is not None:
                again.append(comment_sql(what, trigger.comment))
            found.add(Aside([f"DROP {what}"], again))
    return found


def _unchecked(routine: Routine, steps: list[Step], work: Work) -> list[Step]:
    """Where the body names what a later operation makes or changes, it is not checked when the routine is made."""
    later = work.operations[work.position + 1 :]
    names = {name for each in later for name in _names(each)}
    if not any(mentions(routine.definition, name) for name in names):
        return steps
    why = "Its body names what later steps make; PostgreSQL would look for it now."
    return [
        step("SET check_function_bodies = off", "Do not check the body yet", why),
        *steps,
        step("RESET check_function_bodies", "Check bodies again"),
    ]


def _names(operation: Operation) -> Iterable[str]:
    target: Ref = operation.target
    yield target.name.partition("(")[0]
    for field in ("column", "to"):
        value: Any = getattr(operation, field, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield value[-1]
        elif hasattr(value, "name"):
            yield value.name


Writers = tuple[Callable[[Any, Work], Any], Callable[[Any, Work], Any], Callable[[Any, Work], Any]]

WRITERS: dict[str, Writers] = {
    "view": (create, drop, change_view),
    "routine": (create, drop, change_routine),
}
"""For each kind: how it is created, dropped, changed."""
