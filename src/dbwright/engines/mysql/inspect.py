"""The server's own catalog → Catalog, in a fixed number of queries over information_schema.

Only what information_schema does not tell is read one by one, by SHOW CREATE: partitioned tables, tables with periods or
full-text indexes, and of MySQL the algorithm of views and the bodies that hold strings.
"""

from collections.abc import Sequence

from dbwright.catalog.codec import canonical as in_order
from dbwright.catalog.objects import Catalog, Namespace, Unread
from dbwright.engines.base import Inspection
from dbwright.engines.mysql.inspect_code import read_events, read_routines, read_triggers
from dbwright.engines.mysql.inspect_grants import read_grants
from dbwright.engines.mysql.inspect_tables import read_columns, read_tables
from dbwright.engines.mysql.inspect_views import read_sequences, read_views
from dbwright.engines.mysql.scope import Scope, scope_of, text
from dbwright.engines.mysql.session import MySQLSession

_PRINTING = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION"
"""The sql_mode under which definitions are printed, so that no server's own mode changes their quoting."""


def inspect(session: MySQLSession, namespaces: Sequence[str] | None = None) -> Inspection:
    """Read the URL's database as the namespace "", or without one every database, or some, by their names."""
    mode = text(session.query("SELECT @@SESSION.sql_mode")[0][0])
    session.query(f"SET SESSION sql_mode = '{_PRINTING}'")
    try:
        return _inspect(scope_of(session, namespaces))
    finally:
        session.query(f"SET SESSION sql_mode = '{mode}'")


def _inspect(scope: Scope) -> Inspection:
    name = scope.single or ""
    if not scope.databases:
        return Inspection(Catalog(engine=scope.session.flavour, version=scope.session.version))
    notes: list[str] = []
    unread: list[Unread] = []
    relations = _relations(scope)
    columns = read_columns(scope)
    tables = read_tables(scope, columns, read_triggers(scope))
    routines, unread_routines = read_routines(scope)
    views, unread_views = read_views(scope, relations, columns, routines)
    sequences, unread_sequences = read_sequences(scope)
    unread += [*unread_routines, *unread_views, *unread_sequences]
    roles, grants, grant_notes = read_grants(scope, relations, routines)
    notes += _limits(scope) + grant_notes
    notes += [f"The {each.kind} {each.name} is not in the catalog: {each.reason}." for each in unread]
    catalog = Catalog(
        engine=scope.session.flavour,
        version=scope.session.version,
        name=name,
        namespaces=_namespaces(scope),
        tables=tables,
        views=views,
        sequences=sequences,
        routines=routines,
        events=read_events(scope),
        roles=roles,
        grants=grants,
        unread=tuple(unread),
    )
    return Inspection(in_order(catalog), tuple(notes))


def _namespaces(scope: Scope) -> tuple[Namespace, ...]:
    rows = scope.rows(
        "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
        f" WHERE {scope.within('SCHEMA_NAME')}"
    )
    return tuple(
        Namespace(name=scope.namespace(text(name)), charset=text(charset), collation=text(collation))
        for name, charset, collation in rows
    )


def _relations(scope: Scope) -> dict[tuple[str, str], str]:
    """Database and name → "table", "view" or "sequence" of all that holds rows."""
    rows = scope.rows(
        f"SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE {scope.within('TABLE_SCHEMA')}"
    )
    kinds = {"VIEW": "view", "SYSTEM VIEW": "view", "SEQUENCE": "sequence"}
    return {(text(database), text(name)): kinds.get(text(kind), "table") for database, name, kind in rows}


def _limits(scope: Scope) -> list[str]:
    """Says where this account may see less than everything. The server hides without a word what an account may not see."""
    granted = " ".join(text(row[0]) for row in scope.rows("SHOW GRANTS"))
    if " ON *.* " in granted and any(word in granted.partition(" ON *.* ")[0] for word in ("SELECT", "ALL PRIVILEGES")):
        return []
    hidden = [
        name
        for name in scope.databases
        if f" ON `{_pattern(name)}`.* " not in granted and f" ON `{name}`.* " not in granted
    ]
    return [
        f"This account has no privilege on the database {name} as a whole; tables that it may not see are missing here."
        for name in hidden
    ]


def _pattern(name: str) -> str:
    return name.replace("`", "``").replace("_", "\\_").replace("%", "\\%")
