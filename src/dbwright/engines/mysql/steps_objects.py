"""Changes to triggers, views, routines, events, sequences, databases and accounts."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from dbwright.catalog.lookup import find_holder
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Event, Namespace, Role, Routine, Sequence, Table, Trigger, View
from dbwright.change.operations import (
    ChangeObject,
    ChangePart,
    CreateObject,
    CreateTrigger,
    DropObject,
    DropTrigger,
    RenamePart,
)
from dbwright.change.operations.objects import find_object
from dbwright.change.operations.parts import find_part
from dbwright.engines.mysql.ddl import create_role, create_sequence, create_view, followed, grant_statement
from dbwright.engines.mysql.stepping import Work
from dbwright.engines.mysql.text import after_for_each_row
from dbwright.engines.mysql.words import account, literal, tick
from dbwright.errors import Unsupported

SAVE = "SET @dbwright_sql_mode = @@SESSION.sql_mode, @dbwright_time_zone = @@SESSION.time_zone"
RESTORE = "SET SESSION sql_mode = @dbwright_sql_mode, time_zone = @dbwright_time_zone"
_CREATE = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?", re.IGNORECASE)


def write(work: Work, operation: Any) -> None:
    """The steps of an operation on a trigger or on an object that is no table."""
    match operation:
        case CreateTrigger():
            _create_in_order(work, operation.target, operation.trigger)
        case DropTrigger():
            _drop_trigger(work, operation)
        case CreateObject():
            made: Any = operation.object
            old = _under_the_same_name(work, made) if isinstance(made, Routine) else None
            if old:
                _change_routine(work, old, made, operation.describe())
            else:
                _create(work, made, operation.describe())
        case DropObject():
            _drop(work, find_object(work.catalog, operation.target), operation.describe())
        case ChangeObject():
            _change(work, find_object(work.catalog, operation.target), operation.to, operation.describe())


def use(work: Work, namespace: str) -> None:
    """Go to the database whose objects a definition names without saying so."""
    if namespace:
        work.add(f"USE {tick(namespace)}", f"Go to the database {namespace}")


def _name(namespace: str, name: str) -> str:
    return ".".join(tick(part) for part in (namespace, name) if part)


def _under(work: Work, namespace: str, settings: dict[str, str], sql: str, title: str, **fields: Any) -> None:
    """A statement under the settings that the server keeps with what it makes."""
    use(work, namespace)
    if settings:
        wanted = ", ".join(
            f"SESSION {name} = {literal(value)}" for name, value in settings.items() if value or name == "sql_mode"
        )
        work.add(f"{SAVE}, {wanted}", "Set what the definition was written under", undo=[RESTORE])
        fields["cleanup"] = (f"{SAVE}, {wanted}",)
    work.add(sql, title, **fields)
    if settings:
        work.add(RESTORE, "Put the session's settings back")


def _back(work: Work, write_it: Callable[[Work], None]) -> list[str]:
    """The statements that a writer of steps gives, as an undo."""
    other = Work(work.operations, work.catalog, None)
    write_it(other)
    return [step.sql for step in other.steps]


# ---------------------------------------------------------------- triggers


def _create_in_order(work: Work, holder: Ref, trigger: Trigger) -> None:
    """A trigger after the one that it follows, where that one is still to come."""
    wanted = followed(trigger)
    for position in range(work.position + 1, len(work.operations)):
        later = work.operations[position]
        if isinstance(later, CreateTrigger) and later.target == holder and later.trigger.name == wanted:
            if position not in work.done:
                work.done.add(position)
                _create_in_order(work, holder, later.trigger)
            break
    create_trigger(work, holder, trigger)


def create_trigger(work: Work, holder: Ref, trigger: Trigger, *, replace: bool = False) -> None:
    """CREATE TRIGGER under its own sql_mode."""
    placed = _placed(work, holder, trigger)
    sql = _replacing(placed) if replace else placed
    drop = [] if replace else [f"DROP TRIGGER {_name(holder.namespace, trigger.name)}"]
    verb = "Change" if replace else "Create"
    _under(work, holder.namespace, trigger.settings, sql, f"{verb} the trigger {trigger.name} on {holder}", undo=drop)


def _drop_trigger(work: Work, operation: DropTrigger) -> None:
    """DROP TRIGGER; one that comes again under its name is replaced."""
    old: Trigger = find_part(work.catalog, operation.target)
    holder = find_holder(work.catalog, operation.target)
    there = {each.name for each in holder.triggers}
    for position in range(work.position + 1, len(work.operations)):
        later = work.operations[position]
        if later.target.path[:2] != operation.target.path[:2] or position in work.done:
            continue
        if not isinstance(later, DropTrigger | CreateTrigger):
            break
        if isinstance(later, CreateTrigger) and later.trigger.name == old.name:
            if followed(later.trigger) in {None, *there}:
                work.done.add(position)
                _replace_trigger(work, holder.ref, old, later.trigger)
                return
            break
    back = _back(work, lambda other: create_trigger(other, holder.ref, old))
    work.add(f"DROP TRIGGER {_name(holder.namespace, old.name)}", operation.describe(), undo=back)


def _placed(work: Work, holder: Ref, trigger: Trigger) -> str:
    """The definition of a trigger; one that follows none says that it comes before those that are there."""
    holders: list[Table | View] = [*work.catalog.tables, *work.catalog.views]
    there = next((each.triggers for each in holders if each.ref.path == holder.path), ())
    alike = [
        each
        for each in there
        if (each.timing, each.events) == (trigger.timing, trigger.events) and each.name != trigger.name
    ]
    names = {each.name for each in alike}
    first = next((each for each in alike if followed(each) not in names), None)
    body = after_for_each_row(trigger.definition)
    if first is None or followed(trigger) or not trigger.definition.endswith(body):
        return trigger.definition
    return f"{trigger.definition.removesuffix(body)}PRECEDES {tick(first.name)} {body}"


def change_trigger(work: Work, operation: ChangePart) -> None:
    """Another body under the same name."""
    holder = find_holder(work.catalog, operation.target).ref
    _replace_trigger(work, holder, find_part(work.catalog, operation.target), operation.to)


def rename_trigger(work: Work, operation: RenamePart) -> None:
    """Another name: the trigger is made again."""
    holder = find_holder(work.catalog, operation.target).ref
    old: Trigger = find_part(work.catalog, operation.target)
    definition = old.definition.replace(f"CREATE TRIGGER {tick(old.name)}", f"CREATE TRIGGER {tick(operation.to)}", 1)
    _replace_trigger(work, holder, old, msgspec.structs.replace(old, name=operation.to, definition=definition))


def _replace_trigger(work: Work, holder: Ref, old: Trigger, new: Any) -> None:
    """MariaDB replaces a trigger of the same name at once; else it is missing while no one can write to the table."""
    if work.product.replaces and old.name == new.name:
        create_trigger(work, holder, new, replace=True)
        undo = tuple(_back(work, lambda other: create_trigger(other, holder, old, replace=True)))
        work.steps = [
            msgspec.structs.replace(step, undo=undo) if step.sql.startswith("CREATE") else step for step in work.steps
        ]
        return
    table = _name(holder.namespace, holder.name)
    why = "Without the lock, rows written between the two statements would escape the trigger."
    work.add(
        f"LOCK TABLES {table} WRITE", f"Keep writes to {holder} waiting for a moment", why=why, undo=["UNLOCK TABLES"]
    )
    back = _back(work, lambda other: create_trigger(other, holder, old))
    drop = f"DROP TRIGGER {_name(holder.namespace, old.name)}"
    work.add(drop, f"Drop the trigger {old.name} on {holder}", undo=[*back, "UNLOCK TABLES"])
    create_trigger(work, holder, new)
    work.add("UNLOCK TABLES", f"Let writes to {holder} go on")


def _replacing(definition: str) -> str:
    return _CREATE.sub("CREATE OR REPLACE ", definition, count=1)


# ---------------------------------------------------------------- created


def _create(work: Work, each: Any, title: str) -> None:
    match each:
        case View():
            if each.materialized:
                raise Unsupported(work.title, "keep a materialised view")
            use(work, each.namespace)
            work.add(create_view(each), title, undo=[f"DROP VIEW {_name(each.namespace, each.name)}"])
        case Routine():
            _under(work, each.namespace, each.settings, each.definition, title, undo=[_drop_routine(each)])
        case Event():
            drop = f"DROP EVENT {_name(each.namespace, each.name)}"
            _under(work, each.namespace, each.settings, each.definition, title, undo=[drop])
        case Sequence():
            if not work.product.mariadb:
                raise Unsupported(work.title, "keep a sequence", hint="Use a column with AUTO_INCREMENT.")
            use(work, each.namespace)
            work.add(create_sequence(each), title, undo=[f"DROP SEQUENCE {_name(each.namespace, each.name)}"])
        case Namespace():
            work.add(
                f"CREATE DATABASE {tick(each.name)}{_charset(each)}", title, undo=[f"DROP DATABASE {tick(each.name)}"]
            )
        case Role():
            work.add(create_role(each), title, why=_ACCOUNTS)
            for group in each.member_of:
                work.add(f"GRANT {account(group)} TO {account(each.name)}", f"Make {each.name} a member of {group}")
        case _:
            raise Unsupported(work.title, title[:1].lower() + title[1:])


_ACCOUNTS = "An account serves the whole server: it is made where it is missing, locked, and never dropped by a plan."


def _under_the_same_name(work: Work, new: Routine) -> Routine | None:
    """The routine with other parameters that a later operation drops: two cannot have one name here."""
    for position in range(work.position + 1, len(work.operations)):
        operation = work.operations[position]
        if isinstance(operation, DropObject) and operation.target.kind == "routine" and position not in work.done:
            old: Routine = find_object(work.catalog, operation.target)
            if (old.namespace, old.name) == (new.namespace, new.name) and _is_procedure(old) == _is_procedure(new):
                work.done.add(position)
                return old
    return None


def _is_procedure(routine: Routine) -> bool:
    return routine.kind == "procedure"


def _drop_routine(routine: Routine) -> str:
    kind = "PROCEDURE" if routine.kind == "procedure" else "FUNCTION"
    return f"DROP {kind} {_name(routine.namespace, routine.name)}"


def _charset(namespace: Namespace) -> str:
    charset = f" CHARACTER SET {namespace.charset}" if namespace.charset else ""
    return charset + (f" COLLATE {namespace.collation}" if namespace.collation else "")


# ---------------------------------------------------------------- dropped


def _drop(work: Work, each: Any, title: str) -> None:
    back = _back(work, lambda other: _create(other, each, title))
    match each:
        case View():
            work.add(f"DROP VIEW {_name(each.namespace, each.name)}", title, undo=back)
        case Routine():
            grants = [grant for grant in work.catalog.grants if grant.on == each.ref]
            regrant = [grant_statement(grant, work.catalog) for grant in grants]
            work.add(_drop_routine(each), title, undo=[*back, *regrant])
        case Event():
            work.add(f"DROP EVENT {_name(each.namespace, each.name)}", title, undo=back)
        case Sequence():
            work.add(f"DROP SEQUENCE {_name(each.namespace, each.name)}", title)
        case Namespace():
            work.add(f"DROP DATABASE {tick(each.name)}", title)
        case Role():
            return  # it leaves the catalog with its last grant, and stays on the server


# ---------------------------------------------------------------- changed


def _change(work: Work, old: Any, new: Any, title: str) -> None:
    match new:
        case View():
            if new.materialized:
                raise Unsupported(work.title, "keep a materialised view")
            use(work, new.namespace)
            work.add(create_view(new, replace=True), title, undo=[create_view(old, replace=True)])
        case Routine():
            _change_routine(work, old, new, title)
        case Event():
            _change_event(work, old, new, title)
        case Sequence():
            work.add(_alter_sequence(new), title, undo=[_alter_sequence(old)])
        case Namespace():
            name = f" {tick(new.name)}" if new.name else ""
            why = "Only tables that are made later get another default; those that are there stay as they are."
            work.add(
                f"ALTER DATABASE{name}{_charset(new)}", title, why=why, undo=[f"ALTER DATABASE{name}{_charset(old)}"]
            )
        case Role():
            for group in new.member_of:
                if group not in old.member_of:
                    work.add(f"GRANT {account(group)} TO {account(new.name)}", title)
            for group in old.member_of:
                if group not in new.member_of:
                    work.add(f"REVOKE {account(group)} FROM {account(new.name)}", title)
        case _:
            raise Unsupported(work.title, title[:1].lower() + title[1:])


def _change_routine(work: Work, old: Routine, new: Routine, title: str) -> None:
    if work.product.replaces and old.kind == new.kind:
        back = _back(work, lambda other: _under(other, old.namespace, old.settings, _replacing(old.definition), title))
        _under(work, new.namespace, new.settings, _replacing(new.definition), title, undo=back)
        return
    grants = [grant_statement(grant, work.catalog) for grant in work.catalog.grants if grant.on == old.ref]
    why = "MySQL has no CREATE OR REPLACE for routines: calls between the two statements fail."
    back = _back(work, lambda other: _create(other, old, title))
    work.add(_drop_routine(old), f"Drop the old {old.kind} {old.name}", why=why, undo=[*back, *grants])
    _create(work, new, title)
    for grant in grants:
        work.add(grant, f"Grant again what was granted on {new.name}", why="Dropping a routine drops its grants.")


def _change_event(work: Work, old: Event, new: Event, title: str) -> None:
    """ALTER EVENT takes what CREATE EVENT takes; only a comment cannot be taken away by it."""
    if new.comment or not old.comment:
        back = _back(work, lambda other: _under(other, old.namespace, old.settings, _altering(old), title))
        if new.comment and not old.comment:
            drop = f"DROP EVENT {_name(old.namespace, old.name)}"
            back = [drop, *_back(work, lambda other: _create(other, old, title))]
        _under(work, new.namespace, new.settings, _altering(new), title, undo=back)
        return
    back = _back(work, lambda other: _create(other, old, title))
    work.add(f"DROP EVENT {_name(old.namespace, old.name)}", f"Drop the old event {old.name}", undo=back)
    _create(work, new, title)


def _altering(event: Event) -> str:
    return _CREATE.sub("ALTER ", event.definition, count=1)


def _alter_sequence(sequence: Sequence) -> str:
    low = "NO MINVALUE" if sequence.minimum is None else f"MINVALUE {sequence.minimum}"
    high = "NO MAXVALUE" if sequence.maximum is None else f"MAXVALUE {sequence.maximum}"
    cache = f"CACHE {sequence.cache}" if sequence.cache else "NOCACHE"
    cycle = "CYCLE" if sequence.cycle else "NOCYCLE"
    name = _name(sequence.namespace, sequence.name)
    return f"ALTER SEQUENCE {name} START {sequence.start} INCREMENT {sequence.increment} {low} {high} {cache} {cycle}"
