"""An application that is connected as a superuser.

## Why
A superuser is bound by nothing: not by grants, not by row-level security, not by one database. On PostgreSQL it runs
programs on the server (`COPY … TO PROGRAM`), on MySQL it reads and writes files and makes accounts. One injection in
such an application is the whole machine; one slip in a migration script too.

The sessions open now are asked, without our own. Sessions of administrators' tools (psql, pgAdmin, DBeaver, dumps),
of monitoring and replication are left alone, and so are one or two on the machine itself that give no name: they may
be anybody's script.

## Bad
```sql
-- postgresql://postgres:…@db/shop in the application's settings
CREATE TABLE orders (id integer PRIMARY KEY);
```

## Good
```sql
-- postgresql://shop_app:…@db/shop, a role without attributes
CREATE TABLE orders (id integer PRIMARY KEY);
```

## Fix
None to run. Make a role for the application, grant it SELECT, INSERT, UPDATE and DELETE on its tables, and change the
application's settings; then change the superuser's password.

## References
- OWASP, [Database security cheat
  sheet](https://cheatsheetseries.owasp.org/cheatsheets/Database_Security_Cheat_Sheet.html)
"""

from collections.abc import Iterable

from dbwright.catalog.facts import ConnectionSeen
from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import application_sessions, shown_session

_SCRIPTS = 2
"""So many nameless sessions on the machine itself may be scripts of an administrator."""


class SuperuserApplication(Rule):
    """Finds sessions of superusers that no person holds."""

    code = "S009"
    group = "security"
    engines = ("postgres", "mysql")
    needs = "counters"

    def check(self, subject: Subject) -> Iterable[Finding]:
        held: dict[str, list[ConnectionSeen]] = {}
        for each in application_sessions(subject):
            if each.superuser:
                held.setdefault(each.role, []).append(each)
        for role, sessions in held.items():
            total = sum(each.count for each in sessions)
            if total <= _SCRIPTS and all(not each.application and each.address != "remote" for each in sessions):
                continue
            yield self.finding(
                Ref("role", (role,)),
                f"Applications are connected as {role}, a superuser: an injection into one of them is the whole server.",
                Evidence(
                    f"{count(total, 'session is', 'sessions are')} open now: "
                    f"{listed([_shown(each) for each in sessions], most=5)}.",
                    basis="counters",
                ),
                help="Give each application a role of its own that may do what it does on its own tables, and nothing else.",
            )


def _shown(session: ConnectionSeen) -> str:
    return f"{shown_session(session)}{' from another machine' if session.address == 'remote' else ''}"
