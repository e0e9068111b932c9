"""A role that owns tables and also logs in.

## Why
The owner of a table may drop it, change it, disable its triggers, and grant it to anyone; row-level security does not
hold for it unless forced. None of that can be revoked from an owner. Where the application logs in as the owner,
every injection has these rights too. The usual way apart: a role without login that owns everything and makes the
migrations, and a login role that is granted what the application does.

Superusers are left to S009, and roles whose names say that they migrate or serve the server are left alone. The owner
of the database itself is reported where sessions of an application were seen under it.

## Bad
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE orders (id integer PRIMARY KEY);
ALTER TABLE orders OWNER TO dbwright_rules_login;
```

## Good
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_group NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE orders (id integer PRIMARY KEY);
ALTER TABLE orders OWNER TO dbwright_rules_group;
```

## Fix
None to run: who migrates and who serves requests is decided outside the database. Make a role without login, hand it
the tables (`REASSIGN OWNED`), and grant the application SELECT, INSERT, UPDATE and DELETE.

## References
- PostgreSQL, [Role attributes](https://www.postgresql.org/docs/current/role-attributes.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import application_sessions, is_staff, roles_by_name, shown_session
from dbwright.rules.design._tables import own_tables

_HELP = "Let a role without login own the tables, and grant the application's role what it does."


class OwnerLogsIn(Rule):
    """Finds owners that open sessions."""

    code = "S004"
    group = "security"
    severity = "note"
    bundle = "strict"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        owned: dict[str | None, list[Table]] = {}
        for table in own_tables(subject.catalog):
            owned.setdefault(table.owner, []).append(table)
        roles = roles_by_name(subject)
        for owner, tables in owned.items():
            role = roles.get(owner) if owner else None
            if role and role.login and not role.superuser and not is_staff(role.name):
                sessions = [each for each in application_sessions(subject) if each.role == role.name]
                yield self._finding(role.name, tables, [shown_session(each) for each in sessions])
        if owned.get(None):
            yield from self._owner_of_database(subject, owned[None])

    def _owner_of_database(self, subject: Subject, tables: list[Table]) -> Iterator[Finding]:
        """The owner of the database has no name in the catalog; its sessions tell."""
        held: dict[str, list[str]] = {}
        for each in application_sessions(subject):
            if each.owner and not each.superuser and not is_staff(each.role):
                held.setdefault(each.role, []).append(shown_session(each))
        for role, sessions in held.items():
            yield self._finding(role, tables, sessions)

    def _finding(self, role: str, tables: list[Table], sessions: list[str]) -> Finding:
        some = listed([str(table.ref) for table in tables], most=4)
        evidence = [Evidence(f"{role} owns {count(len(tables), 'table')} ({some}) and may log in.")]
        if sessions:
            evidence.append(Evidence(f"Seen just now: {listed(sessions, most=4)}.", basis="counters"))
        used = ", and an application uses it" if sessions else ""
        return self.finding(
            Ref("role", (role,)),
            f"The role {role} owns {count(len(tables), 'table')} and can log in{used}: "
            "whoever gets into such a session may drop and grant them.",
            *evidence,
            help=_HELP,
            related=[table.ref for table in tables[:20]],
        )
