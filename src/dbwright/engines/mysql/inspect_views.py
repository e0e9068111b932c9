"""Views and MariaDB's sequences."""

import re

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Routine, Sequence, Unread, View
from dbwright.engines.mysql.inspect_tables import Key, ReadColumn
from dbwright.engines.mysql.scope import Scope, number, text
from dbwright.engines.mysql.text import pairs, without_qualifier
from dbwright.engines.mysql.words import literal, tick
from dbwright.errors import ExecutionFault

_ALGORITHM = re.compile(r"^CREATE\s+ALGORITHM=(\w+)")
_SEQUENCES_AT_ONCE = 200


def read_views(
    scope: Scope, relations: dict[Key, str], columns: dict[Key, list[ReadColumn]], routines: tuple[Routine, ...]
) -> tuple[tuple[View, ...], list[Unread]]:
    """The views; those that this account may not see, and those that no longer work, are named as unread."""
    if "view" not in relations.values():
        return (), []
    broken = {
        (text(database), text(name))
        for database, name, comment in scope.rows(
            "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES"
            f" WHERE TABLE_TYPE = 'VIEW' AND {scope.within('TABLE_SCHEMA')}"
        )
        if "references invalid" in text(comment)
    }
    algorithm = "ALGORITHM" if scope.mariadb else "NULL"
    rows = scope.rows(
        f"SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE, {algorithm}"
        f" FROM information_schema.VIEWS WHERE {scope.within('TABLE_SCHEMA')}"
    )
    callable_ = {(routine.namespace, routine.name): routine.ref for routine in routines}
    views: list[View] = []
    unread: list[Unread] = []
    for row in rows:
        database, name, definition, check, security, way = (text(cell) for cell in row)
        if not definition:
            unread.append(
                Unread(kind="view", name=name, reason="this account may not see its definition (it needs SHOW VIEW)")
            )
            continue
        # MariaDB tells of a broken view by leaving out its columns, MySQL by its comment.
        if (database, name) in broken or not columns.get((database, name)):
            reason = "it names a table, column or function that does not exist, or its definer may not use it"
            unread.append(Unread(kind="view", name=name, reason=reason))
            continue
        if not scope.mariadb:
            way = _algorithm(scope, database, name)
        options = {} if way in ("", "UNDEFINED") else {"algorithm": way.lower()}
        options |= {"sql_security": "invoker"} if security == "INVOKER" else {}
        options |= {"check_option": check.lower()} if check not in ("", "NONE") else {}
        views.append(
            View(
                namespace=scope.namespace(database),
                name=name,
                definition=_unqualified(scope, database, definition, relations, routines),
                columns=tuple(_plain(read) for read in columns.get((database, name), ())),
                depends_on=_dependencies(scope, definition, relations, callable_),
                options=options,
            )
        )
    return tuple(views), unread


def _algorithm(scope: Scope, database: str, name: str) -> str:
    try:
        shown = scope.rows(f"SHOW CREATE VIEW {tick(database)}.{tick(name)}")
    except ExecutionFault:
        return ""
    found = _ALGORITHM.match(text(shown[0][1]))
    return found[1] if found else ""


def _plain(read: ReadColumn) -> Column:
    """A view's column: its name and type; defaults and the like are its table's."""
    column = read.column
    return Column(name=column.name, type=column.type, nullable=column.nullable)


def _unqualified(
    scope: Scope, database: str, definition: str, relations: dict[Key, str], routines: tuple[Routine, ...]
) -> str:
    if scope.single is None:
        return definition
    known = {name for _, name in relations} | {routine.name for routine in routines}
    return without_qualifier(definition, database, known)


def _dependencies(
    scope: Scope, definition: str, relations: dict[Key, str], callable_: dict[tuple[str, str], Ref]
) -> tuple[Ref, ...]:
    found: set[Ref] = set()
    for database, name, called in pairs(definition):
        routine = callable_.get((scope.namespace(database), name))
        kind = relations.get((database, name))
        if called and routine:
            found.add(routine)
        elif kind in ("table", "view"):
            found.add(Ref("view" if kind == "view" else "table", (scope.namespace(database), name)))
    return tuple(sorted(found))


def read_sequences(scope: Scope) -> tuple[tuple[Sequence, ...], list[Unread]]:
    """MariaDB's sequences: each is a table of one row, read many to a query."""
    if not scope.mariadb:
        return (), []
    names = [
        (text(database), text(name))
        for database, name in scope.rows(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
            f" WHERE TABLE_TYPE = 'SEQUENCE' AND {scope.within('TABLE_SCHEMA')}"
        )
    ]
    found: list[Sequence] = []
    unread: list[Unread] = []
    for start in range(0, len(names), _SEQUENCES_AT_ONCE):
        batch = names[start : start + _SEQUENCES_AT_ONCE]
        try:
            found += _sequences(scope, batch)
        except ExecutionFault:
            for each in batch:
                try:
                    found += _sequences(scope, [each])
                except ExecutionFault:
                    unread.append(Unread(kind="sequence", name=each[1], reason="this account may not select from it"))
    return tuple(found), unread


def _sequences(scope: Scope, names: list[Key]) -> list[Sequence]:
    query = " UNION ALL ".join(
        f"SELECT {literal(database)}, {literal(name)}, start_value, increment, minimum_value, maximum_value, cache_size,"
        f" cycle_option FROM {tick(database)}.{tick(name)}"
        for database, name in names
    )
    return [
        Sequence(
            namespace=scope.namespace(text(database)),
            name=text(name),
            start=number(start) or 0,
            increment=number(increment) or 0,
            minimum=number(minimum),
            maximum=number(maximum),
            cache=number(cache) or 0,
            cycle=bool(number(cycle)),
        )
        for database, name, start, increment, minimum, maximum, cache, cycle in scope.rows(query)
    ]
