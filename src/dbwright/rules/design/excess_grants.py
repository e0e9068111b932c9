"""A role that may do more than an application does: pass its rights on, change the schema, or step over security.

## Why
What a role may do, an injection or a leaked password may do. `GRANT ALL` is quick to write, and gives TRUNCATE, TRIGGER
and REFERENCES, on MySQL DROP and ALTER too; WITH GRANT OPTION lets the role hand its rights to anyone, so that
revoking no longer helps. Attributes of a role reach further than any grant: BYPASSRLS switches row-level security off,
CREATEROLE makes new ways in, and members of `pg_execute_server_program` run programs on the server.

The grant option and such attributes are a warning; rights to change the schema, where the role also reads and writes
rows as an application does, are a note. Owners, and roles whose names say that they migrate, back up or serve the
server, are left alone. One finding tells all of a role.

## Bad
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT ALL ON orders TO dbwright_rules_login WITH GRANT OPTION;
```
```sql mysql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT ALL ON orders TO 'dbwright_rules'@'localhost' WITH GRANT OPTION;
```

## Good
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO dbwright_rules_login;
```
```sql mysql
CREATE USER IF NOT EXISTS 'dbwright_rules'@'localhost';
CREATE TABLE orders (id integer PRIMARY KEY);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO 'dbwright_rules'@'localhost';
```

## Fix
Takes the excess back and leaves the rights on rows. Unsafe: what relied on it stops working. Attributes of roles hold
for the whole server, so their change is left to you.

## References
- PostgreSQL, [Privileges](https://www.postgresql.org/docs/current/ddl-priv.html)
- MySQL, [Privileges provided](https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Grant, Role
from dbwright.change.operations import GrantPrivileges, Operation, Revoke
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import PUBLIC, can_log_in, is_staff, owners, roles_by_name

_WRITES = frozenset(("INSERT", "UPDATE", "DELETE"))
_SCHEMA: dict[str, frozenset[str]] = {
    "postgres": frozenset(("CREATE", "TRUNCATE", "TRIGGER", "REFERENCES")),
    "mysql": frozenset(
        (
            "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE VIEW", "DROP", "EVENT", "INDEX", "REFERENCES", "TRIGGER",
            "DELETE HISTORY",
        )
    ),
}  # fmt: skip
_OBJECTS = ("table", "view", "namespace", "catalog")
_MEMBERSHIPS = {
    "pg_execute_server_program": "may run programs on the server",
    "pg_write_server_files": "may write files of the server",
    "pg_read_server_files": "may read files of the server",
}


class ExcessGrants(Rule):
    """Finds roles of applications with the rights of administrators."""

    code = "S005"
    group = "security"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        roles, owning = roles_by_name(subject), owners(subject.catalog)
        held: dict[str, list[Grant]] = {}
        for grant in subject.catalog.grants:
            if grant.on.kind in _OBJECTS and grant.privileges and not grant.default_for:
                held.setdefault(grant.grantee, []).append(grant)
        for name, grants in held.items():
            user = name.rpartition("@")[0] if subject.engine == "mysql" else name
            if name == PUBLIC or name in owning or not user or is_staff(name) or not can_log_in(roles, name):
                continue
            yield from self._role(subject, name, roles[name], grants)

    def _role(self, subject: Subject, name: str, role: Role, grants: list[Grant]) -> Iterator[Finding]:
        passed_on = [grant for grant in grants if grant.grantable]
        writes = any(_WRITES.intersection(map(str.upper, grant.privileges)) for grant in grants)
        excess = [grant for grant in grants if writes and _beyond(subject, grant)]
        traits = list(_traits(subject, role)) if role.login else []
        severity: Severity = "warning" if passed_on or traits else "note"
        says: list[str] = []
        evidence: list[Evidence] = []
        if passed_on:
            says.append("may pass its rights on to anyone")
            evidence.append(Evidence(f"{_places(passed_on)} granted to {name} WITH GRANT OPTION."))
        if excess:
            beyond = sorted({privilege for grant in excess for privilege in _beyond(subject, grant)})
            says.append(f"has {listed(beyond)} beside the rights on rows")
            evidence.append(Evidence(f"{name} has {listed(beyond)} on {_named(excess)}."))
        says += [trait for trait, _ in traits]
        evidence += [Evidence(f"{name} {reason}.") for _, reason in traits]
        if not says:
            return
        yield self.finding(
            Ref("role", (name,)),
            f"The role {name} {listed(says)}: more than an application needs.",
            *evidence,
            help="Leave it SELECT, INSERT, UPDATE and DELETE on the tables that it uses; let another role change the schema.",
            fix=None if traits else _fix(subject, name, passed_on, excess),
            severity=severity,
            related=list(dict.fromkeys(grant.on for grant in (*passed_on, *excess)))[:20],
        )


def _beyond(subject: Subject, grant: Grant) -> tuple[str, ...]:
    """The privileges of a grant that change the schema."""
    if subject.engine == "mysql" and grant.grantee.endswith("@%") and grant.on.kind == "namespace":
        user_may_everything = {"ALTER", "CREATE", "DROP", "INDEX", "TRIGGER"} <= set(grant.privileges)
        if user_may_everything:
            return ()  # S002 reports an account that may do everything from anywhere
    return tuple(each for each in grant.privileges if each.upper() in _SCHEMA[subject.engine])


def _traits(subject: Subject, role: Role) -> Iterator[tuple[str, str]]:
    """What a role may by its attributes and memberships, and the reason."""
    guarded = any(table.row_security for table in subject.catalog.tables)
    if role.superuser:
        yield "is a superuser", "has the attribute SUPERUSER"
        return
    if role.bypass_row_security and guarded:
        yield "sees every row in spite of row-level security", "has the attribute BYPASSRLS"
    if role.create_role:
        yield "may make roles", "has the attribute CREATEROLE"
    for group in role.member_of:
        if group in _MEMBERSHIPS:
            yield _MEMBERSHIPS[group], f"is a member of {group}"


def _named(grants: list[Grant]) -> str:
    places = [_shown(ref) for ref in dict.fromkeys(grant.on for grant in grants)]
    return places[0] if len(places) == 1 else f"{count(len(places), 'object')} ({listed(places, most=4)})"


def _places(grants: list[Grant]) -> str:
    places = _named(grants)
    privileges = listed(sorted({privilege for grant in grants for privilege in grant.privileges}))
    return f"{privileges} on {places} {'is' if ',' not in privileges and ' and ' not in privileges else 'are'}"


def _shown(on: Ref) -> str:
    if on.kind == "catalog" or (on.kind == "namespace" and not on.name):
        return "the database"
    return f"the schema {on}" if on.kind == "namespace" else str(on)


def _fix(subject: Subject, name: str, passed_on: list[Grant], excess: list[Grant]) -> Fix:
    """Take each such grant back whole, and grant again what is left of it."""
    operations: list[Operation] = []
    for held in (*passed_on, *(grant for grant in excess if not grant.grantable)):
        beyond = set(_beyond(subject, held)) if held in excess else set()
        kept = tuple(each for each in held.privileges if each not in beyond)
        operations.append(Revoke(target=held.on, grant=held))
        if kept:
            left = msgspec.structs.replace(held, privileges=kept, grantable=False)
            operations.append(GrantPrivileges(target=held.on, grant=left))
    return Fix(f"Take back from {name} what goes beyond rows", "unsafe", tuple(operations))
