"""Who may do what in the databases: grants on them and their objects, and the accounts and roles that hold them."""

import re
from collections import defaultdict

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Grant, Role, Routine
from dbwright.engines.mysql.scope import Scope, text
from dbwright.engines.mysql.text import unquote
from dbwright.engines.mysql.words import literal
from dbwright.errors import ExecutionFault

_GRANTEE = re.compile(r"('(?:[^'\\]|\\.|'')*')@('(?:[^'\\]|\\.|'')*')", re.DOTALL)
_NOT_READABLE = (
    "Roles and grants were not read: this account may not read the server's own tables (it needs SELECT on mysql.*)."
)
Held = dict[tuple[str, Ref, bool], dict[str, set[str]]]
"""Grantee, object and whether it may be passed on → privilege → columns, none for the whole object."""


def read_grants(
    scope: Scope, relations: dict[tuple[str, str], str], routines: tuple[Routine, ...]
) -> tuple[tuple[Role, ...], tuple[Grant, ...], list[str]]:
    """Roles, grants, and what is to be said where this account may not see them."""
    try:
        scope.rows("SELECT 1 FROM mysql.user LIMIT 1")
    except ExecutionFault:
        return (), (), [_NOT_READABLE]
    held: Held = defaultdict(lambda: defaultdict(set))
    _on_databases(scope, held)
    _on_tables(scope, relations, held)
    _on_routines(scope, routines, held)
    grants: list[Grant] = []
    for (grantee, on, grantable), privileges in held.items():
        alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for privilege, columns in privileges.items():
            alike[tuple(sorted(columns))].append(privilege)
        grants += [
            Grant(grantee=grantee, privileges=tuple(sorted(names)), on=on, columns=some, grantable=grantable)
            for some, names in alike.items()
        ]
    return _roles(scope, {grant.grantee for grant in grants}), tuple(grants), []


def _grantee(shown: object) -> str:
    parts = _GRANTEE.fullmatch(text(shown))
    return _joined(unquote(parts[1]), unquote(parts[2])) if parts else text(shown)


def _joined(user: str, host: str) -> str:
    """ "app@%" for an account, the bare name for a role of MariaDB, which has no host."""
    return f"{user}@{host}" if host or not user else user


def _on_databases(scope: Scope, held: Held) -> None:
    for database in scope.databases:
        rows = scope.rows(
            "SELECT GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES"
            f" WHERE PRIVILEGE_TYPE <> 'USAGE' AND {literal(database)} LIKE TABLE_SCHEMA"
        )
        on = Ref("namespace", (scope.namespace(database),))
        for grantee, privilege, grantable in rows:
            held[_grantee(grantee), on, grantable == "YES"][text(privilege)] |= set()


def _on_tables(scope: Scope, relations: dict[tuple[str, str], str], held: Held) -> None:
    rows = scope.rows(
        "SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE, NULL FROM information_schema.TABLE_PRIVILEGES"
        f" WHERE {scope.within('TABLE_SCHEMA')} AND PRIVILEGE_TYPE <> 'USAGE' UNION ALL"
        " SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE, COLUMN_NAME"
        f" FROM information_schema.COLUMN_PRIVILEGES WHERE {scope.within('TABLE_SCHEMA')}"
    )
    whole = {(row[0], row[1], row[2], row[3]) for row in rows if row[5] is None}
    for grantee, database, name, privilege, grantable, column in rows:
        kind = relations.get((text(database), text(name)))
        if kind not in ("table", "view") or (column is not None and (grantee, database, name, privilege) in whole):
            continue
        on = Ref("view" if kind == "view" else "table", (scope.namespace(text(database)), text(name)))
        columns = {text(column)} if column is not None else set()
        held[_grantee(grantee), on, grantable == "YES"][text(privilege)] |= columns


def _on_routines(scope: Scope, routines: tuple[Routine, ...], held: Held) -> None:
    if not routines:
        return
    known: dict[tuple[str, str, str], Ref] = {}
    for routine in routines:
        kind = "procedure" if routine.kind == "procedure" else "function"
        known[routine.namespace, kind, routine.name.lower()] = routine.ref
    rows = scope.rows(
        f"SELECT User, Host, Db, Routine_type, Routine_name, Proc_priv FROM mysql.procs_priv WHERE {scope.within('Db')}"
    )
    for row in rows:
        user, host, database, kind, name, privileges = map(text, row)
        on = known.get((scope.namespace(database), kind.lower(), name.lower()))
        names = {each.strip().upper() for each in privileges.split(",") if each.strip()}
        if on:
            for privilege in sorted(names - {"GRANT"}):
                held[_joined(user, host), on, "GRANT" in names][privilege] |= set()


def _roles(scope: Scope, grantees: set[str]) -> tuple[Role, ...]:
    """The grantees and the roles that they are members of, near or far."""
    if not grantees:
        return ()
    if scope.mariadb:
        accounts = scope.rows("SELECT User, Host, is_role = 'N' FROM mysql.user")
        edges = scope.rows("SELECT User, Host, Role, '' FROM mysql.roles_mapping")
    else:
        accounts = scope.rows(
            "SELECT User, Host, NOT (account_locked = 'Y' AND password_expired = 'Y' AND authentication_string = '') FROM mysql.user"
        )
        edges = scope.rows("SELECT TO_USER, TO_HOST, FROM_USER, FROM_HOST FROM mysql.role_edges")
    logins = {_joined(text(user), text(host)): bool(login) for user, host, login in accounts}
    member_of: dict[str, set[str]] = defaultdict(set)
    for user, host, role, role_host in edges:
        member_of[_joined(text(user), text(host))].add(_joined(text(role), text(role_host)))
    wanted, seen = set(grantees), set[str]()
    while wanted - seen:
        each = (wanted - seen).pop()
        seen.add(each)
        wanted |= member_of[each]
    return tuple(
        Role(name=name, login=logins[name], member_of=tuple(sorted(member_of[name])))
        for name in sorted(seen)
        if name in logins and name != "PUBLIC"
    )
