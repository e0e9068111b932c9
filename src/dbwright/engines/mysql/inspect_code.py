"""Routines, triggers and events. Their definitions are complete CREATE statements without the account that defined them."""

import re
from collections import defaultdict
from typing import Literal

from dbwright.catalog.objects import Event, Routine, Trigger, Unread
from dbwright.engines.mysql.scope import Row, Scope, text
from dbwright.engines.mysql.text import after_for_each_row
from dbwright.engines.mysql.words import literal, tick

_ACCOUNT = r"(?:`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|\S+?)"
_DEFINER = re.compile(rf"^CREATE\s+(?:OR REPLACE\s+)?DEFINER\s*=\s*{_ACCOUNT}@{_ACCOUNT}\s+")
_EVENTS: dict[str, Literal["insert", "update", "delete"]] = {"insert": "insert", "update": "update", "delete": "delete"}
_AGGREGATES = re.compile(r"\bFETCH\s+GROUP\s+NEXT\s+ROW\b", re.IGNORECASE)

# ---------------------------------------------------------------- triggers


def read_triggers(scope: Scope) -> dict[tuple[str, str], list[Trigger]]:
    """Per table its triggers. One that fires after another of the same event says so by FOLLOWS."""
    rows = scope.rows(
        "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT,"
        f" SQL_MODE FROM information_schema.TRIGGERS WHERE {scope.within('TRIGGER_SCHEMA')}"
        " ORDER BY EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER"
    )
    found: dict[tuple[str, str], list[Trigger]] = defaultdict(list)
    last: dict[tuple[str, ...], str] = {}
    for row in rows:
        database, table, name, timing, event, body, mode = (text(cell) for cell in row)
        if not scope.mariadb and _may_be_garbled(body):
            body = after_for_each_row(text(scope.rows(f"SHOW CREATE TRIGGER {tick(database)}.{tick(name)}")[0][2]))
        place = (database, table, timing, event)
        follows = f"FOLLOWS {tick(last[place])} " if place in last else ""
        last[place] = name
        found[database, table].append(
            Trigger(
                name=name,
                timing="before" if timing.lower() == "before" else "after",
                events=(_EVENTS[event.lower()],),
                definition=f"CREATE TRIGGER {tick(name)} {timing} {event} ON {tick(table)} FOR EACH ROW {follows}{body}",
                settings={"sql_mode": mode},
            )
        )
    return found


# ---------------------------------------------------------------- routines


def read_routines(scope: Scope) -> tuple[tuple[Routine, ...], list[Unread]]:
    """Functions and procedures; those whose body this account may not see are named as unread."""
    rows = scope.rows(
        "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION, IS_DETERMINISTIC, SQL_DATA_ACCESS, SECURITY_TYPE,"
        " SQL_MODE, ROUTINE_COMMENT, ROUTINE_BODY, EXTERNAL_LANGUAGE FROM information_schema.ROUTINES"
        f" WHERE {scope.within('ROUTINE_SCHEMA')}"
    )
    if not rows:
        return (), []
    parameters = _parameters(scope)
    routines: list[Routine] = []
    unread: list[Unread] = []
    for row in rows:
        kind, name = text(row[2]).lower(), text(row[1])
        if kind not in ("function", "procedure"):
            unread.append(Unread(kind=kind, name=name, reason="dbwright does not read objects of this kind"))
        elif row[3] is None:
            reason = "this account may not see its body (it needs SHOW_ROUTINE, or SELECT on mysql.proc)"
            unread.append(Unread(kind=kind, name=name, reason=reason))
        else:
            routines.append(_routine(scope, row, parameters.get((text(row[0]), kind, name), [])))
    return tuple(routines), unread


def _parameters(scope: Scope) -> dict[tuple[str, str, str], list[Row]]:
    """Per routine its parameters; the first without a name is what a function returns."""
    defaults = {
        text(database): text(collation)
        for database, collation in scope.rows(
            f"SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE {scope.within('SCHEMA_NAME')}"
        )
    }
    rows = scope.rows(
        "SELECT SPECIFIC_SCHEMA, ROUTINE_TYPE, SPECIFIC_NAME, PARAMETER_MODE, PARAMETER_NAME, DTD_IDENTIFIER, CHARACTER_SET_NAME,"
        f" COLLATION_NAME FROM information_schema.PARAMETERS WHERE {scope.within('SPECIFIC_SCHEMA')}"
        " ORDER BY SPECIFIC_SCHEMA, ROUTINE_TYPE, SPECIFIC_NAME, ORDINAL_POSITION"
    )
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for database, kind, routine, mode, name, spelling, charset, collation in rows:
        type_ = text(spelling)
        if collation is not None and text(collation) != defaults.get(text(database)):
            type_ += f" CHARACTER SET {text(charset)} COLLATE {text(collation)}"
        found[text(database), text(kind).lower(), text(routine)].append((mode, name, type_))
    return found


def _routine(scope: Scope, row: Row, parameters: list[Row]) -> Routine:
    database, name, _, body, deterministic, access, security, mode, comment, language, external = (
        text(cell) for cell in row
    )
    kind = text(row[2]).lower()
    named = [each for each in parameters if each[1] is not None]
    returns = next((text(each[2]) for each in parameters if each[1] is None), None)
    aggregate = kind == "function" and scope.mariadb and _AGGREGATES.search(body) is not None
    if "ORACLE" in mode.split(",") or _may_be_garbled(body):
        definition = _shown(scope, kind, database, name, 2)
    else:
        head = "CREATE AGGREGATE FUNCTION" if aggregate else f"CREATE {kind.upper()}"
        listed = ", ".join(_parameter(kind, each) for each in named)
        traits = [f"RETURNS {returns}"] if kind == "function" else []
        if language.upper() == "EXTERNAL" and external:
            traits.append(f"LANGUAGE {external}")
        traits += ["DETERMINISTIC"] if deterministic == "YES" else []
        traits += [access] if access and access != "CONTAINS SQL" else []
        traits += ["SQL SECURITY INVOKER"] if security == "INVOKER" else []
        traits += [f"COMMENT {literal(comment)}"] if comment else []
        if language.upper() == "EXTERNAL":
            body = f"AS {literal(body)}"
        definition = "\n".join([f"{head} {tick(name)}({listed})", *(f"    {trait}" for trait in traits), body])
    return Routine(
        namespace=scope.namespace(database),
        name=name,
        definition=definition,
        kind="aggregate" if aggregate else "function" if kind == "function" else "procedure",
        arguments=", ".join(text(each[2]) for each in named),
        returns=returns,
        language=external.lower() if external else "sql",
        volatility="immutable" if deterministic == "YES" else None,
        security_definer=security == "DEFINER",
        settings={"sql_mode": mode},
        comment=comment or None,
    )


def _may_be_garbled(body: str) -> bool:
    """Whether information_schema may tell a body wrongly: it loses escapes in strings and names."""
    return any(mark in body for mark in "'\"`\\")


def _shown(scope: Scope, kind: str, database: str, name: str, cell: int) -> str:
    """The statement that SHOW CREATE prints, without the account that defined the object."""
    shown = scope.rows(f"SHOW CREATE {kind.upper()} {tick(database)}.{tick(name)}")[0][cell]
    return _DEFINER.sub("CREATE ", text(shown))


def _parameter(kind: str, parameter: Row) -> str:
    mode, name, type_ = (text(cell) for cell in parameter)
    prefix = f"{mode} " if kind == "procedure" and mode else ""
    return f"{prefix}{tick(name)} {type_}"


# ---------------------------------------------------------------- events


def read_events(scope: Scope) -> tuple[Event, ...]:
    """The scheduled events, with the sql_mode and time zone that they run under."""
    rows = scope.rows(
        "SELECT EVENT_SCHEMA, EVENT_NAME, EVENT_DEFINITION, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS,"
        " STATUS, ON_COMPLETION, EVENT_COMMENT, SQL_MODE, TIME_ZONE FROM information_schema.EVENTS"
        f" WHERE {scope.within('EVENT_SCHEMA')}"
    )
    return tuple(_event(scope, row) for row in rows)


def _event(scope: Scope, row: Row) -> Event:
    database, name, body, kind, moment, value, field, starts, ends, status, completion, comment, mode, zone = map(
        text, row
    )
    if kind.upper() == "ONE TIME":
        schedule = f"AT {literal(moment)}"
    else:
        schedule = f"EVERY {value} {field}"
        schedule += f" STARTS {literal(starts)}" if starts else ""
        schedule += f" ENDS {literal(ends)}" if ends else ""
    definition = ""
    if _may_be_garbled(body):
        definition = _shown(scope, "event", database, name, 3)
    state = {"ENABLED": "ENABLE", "DISABLED": "DISABLE"}.get(status.upper(), "DISABLE ON SLAVE")
    about = f" COMMENT {literal(comment)}" if comment else ""
    return Event(
        namespace=scope.namespace(database),
        name=name,
        definition=definition
        or f"CREATE EVENT {tick(name)} ON SCHEDULE {schedule} ON COMPLETION {completion} {state}{about} DO {body}",
        enabled=status.upper() == "ENABLED",
        comment=comment or None,
        settings={"sql_mode": mode, "time_zone": zone},
    )
