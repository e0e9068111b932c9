"""What runs inside the server: routines, triggers, event triggers, policies."""

from collections import defaultdict
from typing import Any, Literal

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import EventTrigger, Routine
from dbwright.catalog.parts import Policy, Trigger
from dbwright.engines.postgres import queries
from dbwright.engines.postgres.reading import Reading, options
from dbwright.engines.postgres.sqltext import stable, without_outer_brackets
from dbwright.engines.postgres.words import identifier, literal, qualified

Enabled = Literal["origin", "disabled", "replica", "always"]

_ENABLED: dict[str, Enabled] = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}
_ROUTINES: dict[str, Literal["function", "procedure", "aggregate", "window"]] = {
    "f": "function",
    "p": "procedure",
    "a": "aggregate",
    "w": "window",
}
_VOLATILITY: dict[str, Literal["volatile", "stable", "immutable"]] = {"v": "volatile", "s": "stable", "i": "immutable"}
_COMMANDS: dict[str, Literal["all", "select", "insert", "update", "delete"]] = {
    "*": "all",
    "r": "select",
    "a": "insert",
    "w": "update",
    "d": "delete",
}
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE, _INSTEAD = 1, 2, 4, 8, 16, 32, 64
_MODIFY = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}


def read_routines(reading: Reading) -> tuple[Routine, ...]:
    """All routines. Their names are told to the reading first, since they may stand on each other."""
    rows = reading.rows(queries.ROUTINES)
    for oid, namespace, name, _, arguments, *_ in rows:
        reading.routines[oid] = Ref("routine", (reading.namespace(namespace), f"{name}({arguments})"))
    found = []
    for (
        oid, namespace, name, kind, arguments, returns, language, volatility, definer, settings, owner, definition,
        aggregate,
    ) in rows:  # fmt: skip
        found.append(
            Routine(
                namespace=reading.namespace(namespace),
                name=name,
                kind=_ROUTINES[kind],
                arguments=arguments,
                returns=returns,
                language=language,
                volatility=None if kind == "p" else _VOLATILITY[volatility],
                security_definer=definer,
                settings=options(settings),
                definition=_create_aggregate(namespace, name, aggregate) if aggregate else definition.rstrip("\n"),
                depends_on=reading.dependencies.get(("p", oid), ()),
                owner=reading.owner_name(owner),
                comment=reading.comment("pg_proc", oid),
            )
        )
    return tuple(found)


def _create_aggregate(namespace: str, name: str, a: dict[str, Any]) -> str:
    """The statement that makes an aggregate: the server has no function that prints it."""
    parts = [f"SFUNC = {a['sfunc']}", f"STYPE = {a['stype']}"]

    def add(word: str, value: object) -> None:
        if value:
            parts.append(f"{word} = {value}")

    # Functions of ordered-set and hypothetical-set aggregates may change the state by default.
    usual_change = "r" if a["kind"] == "n" else "w"
    add("SSPACE", a["sspace"])
    add("FINALFUNC", a["finalfunc"])
    if a["finalextra"]:
        parts.append("FINALFUNC_EXTRA")
    if a["finalfunc"] and a["finalmodify"] != usual_change:
        add("FINALFUNC_MODIFY", _MODIFY[a["finalmodify"]])
    add("COMBINEFUNC", a["combinefunc"])
    add("SERIALFUNC", a["serialfunc"])
    add("DESERIALFUNC", a["deserialfunc"])
    if a["initcond"] is not None:
        add("INITCOND", literal(a["initcond"]))
    add("MSFUNC", a["msfunc"])
    add("MINVFUNC", a["minvfunc"])
    add("MSTYPE", a["mstype"])
    add("MSSPACE", a["msspace"])
    add("MFINALFUNC", a["mfinalfunc"])
    if a["mfinalextra"]:
        parts.append("MFINALFUNC_EXTRA")
    if a["mfinalfunc"] and a["mfinalmodify"] != usual_change:
        add("MFINALFUNC_MODIFY", _MODIFY[a["mfinalmodify"]])
    if a["minitcond"] is not None:
        add("MINITCOND", literal(a["minitcond"]))
    if a["sortop"]:
        add("SORTOP", f"OPERATOR({a['sortop']})")
    if a["kind"] == "h":
        parts.append("HYPOTHETICAL")
    add("PARALLEL", {"s": "SAFE", "r": "RESTRICTED"}.get(a["parallel"]))
    body = ",\n    ".join(parts)
    return f"CREATE AGGREGATE {qualified(namespace, name)}({a['arguments'] or '*'}) (\n    {body}\n)"


def read_triggers(reading: Reading) -> dict[int, list[Trigger]]:
    """The triggers of each table and view."""
    found = defaultdict(list)
    for relation, oid, name, flags, enabled, definition, constraint in reading.rows(queries.triggers(reading.version)):
        events: list[Literal["insert", "update", "delete", "truncate"]] = []
        if flags & _INSERT:
            events.append("insert")
        if flags & _UPDATE:
            events.append("update")
        if flags & _DELETE:
            events.append("delete")
        if flags & _TRUNCATE:
            events.append("truncate")
        found[relation].append(
            Trigger(
                name=name,
                timing="before" if flags & _BEFORE else "instead of" if flags & _INSTEAD else "after",
                events=tuple(events),
                definition=stable(definition),
                for_each="row" if flags & _ROW else "statement",
                enabled=_ENABLED[enabled],
                constraint=constraint,
                comment=reading.comment("pg_trigger", oid),
            )
        )
    return found


def read_policies(reading: Reading) -> dict[int, list[Policy]]:
    """The row-level-security policies of each table."""
    found = defaultdict(list)
    for relation, oid, name, command, permissive, roles, using, check in reading.rows(queries.POLICIES):
        found[relation].append(
            Policy(
                name=name,
                command=_COMMANDS[command],
                permissive=permissive,
                # Role 0 is PUBLIC.
                roles=tuple(sorted(reading.roles.get(role, str(role)) for role in roles if role)),
                using=stable(without_outer_brackets(using)) if using else None,
                check=stable(without_outer_brackets(check)) if check else None,
                comment=reading.comment("pg_policy", oid),
            )
        )
    return found


def read_event_triggers(reading: Reading) -> tuple[EventTrigger, ...]:
    """All event triggers."""
    found = []
    for oid, name, event, owner, enabled, tags, function in reading.rows(queries.EVENT_TRIGGERS):
        when = f"\n    WHEN TAG IN ({', '.join(literal(tag) for tag in tags)})" if tags else ""
        found.append(
            EventTrigger(
                name=name,
                event=event,
                definition=(
                    f"CREATE EVENT TRIGGER {identifier(name)} ON {event}{when}\n    EXECUTE FUNCTION {function}()"
                ),
                enabled=_ENABLED[enabled],
                owner=reading.owner_name(owner),
                comment=reading.comment("pg_event_trigger", oid),
            )
        )
    return tuple(found)
