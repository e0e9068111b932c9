"""Whose rights views, routines, triggers and events run with."""

from dbwright.catalog.facts import DefinerSeen, Facts
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.engines.mysql.scope import Scope, text
from dbwright.errors import ExecutionFault

_DEFINERS = """
SELECT 'view', TABLE_SCHEMA, TABLE_NAME, '', DEFINER, SECURITY_TYPE FROM information_schema.VIEWS WHERE {views}
UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_SCHEMA, ROUTINE_NAME, '', DEFINER, SECURITY_TYPE
    FROM information_schema.ROUTINES WHERE {routines}
UNION ALL SELECT 'trigger', TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, DEFINER, 'DEFINER'
    FROM information_schema.TRIGGERS WHERE {triggers}
UNION ALL SELECT 'event', EVENT_SCHEMA, EVENT_NAME, '', DEFINER, 'DEFINER' FROM information_schema.EVENTS WHERE {events}
"""
_POWERS = "Super_priv = 'Y' OR Grant_priv = 'Y' OR Create_user_priv = 'Y' OR File_priv = 'Y'"


def measure_definers(scope: Scope, catalog: Catalog, facts: Facts) -> None:
    """The definers, where this account may see all accounts; what runs with its caller's rights is left out."""
    if not (catalog.views or catalog.routines or catalog.events or any(table.triggers for table in catalog.tables)):
        return
    try:
        accounts = {
            f"{text(user)}@{text(host)}": bool(int(text(powerful)))
            for user, host, powerful in scope.rows(f"SELECT User, Host, {_POWERS} FROM mysql.user")
        }
        rows = scope.rows(
            _DEFINERS.format(
                views=scope.within("TABLE_SCHEMA"),
                routines=scope.within("ROUTINE_SCHEMA"),
                triggers=scope.within("TRIGGER_SCHEMA"),
                events=scope.within("EVENT_SCHEMA"),
            )
        )
    except ExecutionFault:
        facts.notes.append(
            "Whose rights views and routines run with is not known: this account may not read mysql.user."
        )
        return
    routines = {
        (
            routine.namespace,
            "procedure" if routine.kind == "procedure" else "function",
            routine.name.lower(),
        ): routine.ref
        for routine in catalog.routines
    }
    for row in rows:
        kind, database, name, table, account, security = (text(cell) for cell in row)
        account = account if "@" in account else f"{account}@"  # a role of MariaDB
        namespace = scope.namespace(database)
        ref = _ref(routines, kind, namespace, name, table)
        if ref is not None and security.upper() == "DEFINER":
            facts.definers[ref] = DefinerSeen(
                account=account, exists=account in accounts, powerful=accounts.get(account, False)
            )


def _ref(routines: dict[tuple[str, str, str], Ref], kind: str, namespace: str, name: str, table: str) -> Ref | None:
    match kind:
        case "view":
            return Ref("view", (namespace, name))
        case "trigger":
            return Ref("trigger", (namespace, table, name))
        case "event":
            return Ref("event", (namespace, name))
    return routines.get((namespace, kind, name.lower()))
