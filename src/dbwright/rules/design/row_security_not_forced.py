"""Row-level security that doesn't hold for the role that the application uses, because it owns the table.

## Why
Policies don't bind the owner of a table, unless `FORCE ROW LEVEL SECURITY` is set. Where the application is connected
as the owner, the policies look right, pass review, and do nothing: every tenant's rows are in every answer.

An error where sessions of an application were seen under the owner; a note where the owner merely can log in.
Superusers are never bound (S009).

## Bad
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes OWNER TO dbwright_rules_login;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
```

## Good
```sql
DO $$ BEGIN CREATE ROLE dbwright_rules_login LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes OWNER TO dbwright_rules_login;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
```

## Fix
Forces row-level security. Unsafe: the owner's own jobs, migrations and dumps then see only what the policies let them
see. Better still, let the application use a role that owns nothing (S004).

## References
- PostgreSQL, [Row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.facts import ConnectionSeen
from dbwright.catalog.objects import Table
from dbwright.change.operations import ChangeTable
from dbwright.change.operations.tables import header
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import application_sessions, is_staff, roles_by_name, shown_session
from dbwright.rules.design._tables import own_tables


class RowSecurityNotForced(Rule):
    """Finds policies that the application steps over as the owner."""

    code = "S013"
    group = "security"
    severity = "note"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        sessions = [each for each in application_sessions(subject) if not each.superuser and not is_staff(each.role)]
        roles = roles_by_name(subject)
        for table in own_tables(subject.catalog):
            if not table.row_security or table.force_row_security or not table.policies:
                continue
            mine = [each for each in sessions if (each.role == table.owner if table.owner else each.owner)]
            role = roles.get(table.owner) if table.owner else None
            if mine:
                yield self._finding(table, mine[0].role, mine)
            elif (
                role and role.login and not role.superuser and not role.bypass_row_security and not is_staff(role.name)
            ):
                yield self._finding(table, role.name, [])

    def _finding(self, table: Table, owner: str, sessions: list[ConnectionSeen]) -> Finding:
        who = f"an application is connected as {owner}" if sessions else f"{owner} can log in"
        evidence = [
            Evidence(
                f"Row-level security with {count(len(table.policies), 'policy', 'policies')} is enabled and not forced; "
                f"{owner} owns the table."
            )
        ]
        if sessions:
            shown = listed([shown_session(each) for each in sessions], most=4)
            evidence.append(Evidence(f"Seen just now: {shown}.", basis="counters"))
        forced = msgspec.structs.replace(header(table), force_row_security=True)
        return self.finding(
            table.ref,
            f"The policies of {table.ref} don't bind its owner, and {who}.",
            *evidence,
            help="Let applications use a role that owns nothing, or force row-level security on the table.",
            fix=Fix(f"Force row-level security on {table.name}", "unsafe", (ChangeTable(target=table.ref, to=forced),)),
            severity="error" if sessions else "note",
        )
