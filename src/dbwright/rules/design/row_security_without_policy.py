"""Row-level security that is switched on without policies, or policies while it is switched off.

## Why
Policies work only where row-level security is enabled on the table. A table with policies and without the switch
shows every row to everyone who has a grant: somebody wrote the rules, and nothing follows them. The other way round,
a table with the switch and without a policy shows no row to anyone but its owner; queries do not fail, they return
nothing. Where roles hold grants on such a table these grants are void, which nobody may have noticed.

## Bad
```sql
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
CREATE POLICY own ON notes USING (owner = current_user);
```

## Good
```sql
CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
```

## Fix
Where there are policies: enables row-level security. Unsafe: from then on the policies decide what each role sees.
Where there are none, only you know which rows are whose.

## References
- PostgreSQL, [Row security policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Grant, Table
from dbwright.change.operations import ChangeTable
from dbwright.change.operations.tables import header
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import grants_on, others_with
from dbwright.rules.design._tables import own_tables


class RowSecurityWithoutPolicy(Rule):
    """Finds one half of row-level security without the other."""

    code = "S007"
    group = "security"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        granted = grants_on(subject, ("table",))
        for table in own_tables(subject.catalog):
            others = others_with(granted.get(table.ref, []), table.owner)
            if table.policies and not table.row_security:
                yield self._switched_off(table, others)
            elif table.row_security and not table.policies:
                yield self._without(table, others, granted.get(table.ref, []))

    def _switched_off(self, table: Table, others: list[str]) -> Finding:
        policies = count(len(table.policies), "policy", "policies")
        message = f"{table.ref} has {policies}, but row-level security is off"
        message += (
            f": {listed(others, most=4)} see{'s' if len(others) == 1 else ''} every row."
            if others
            else ", so nothing follows."
        )
        names = listed([policy.name for policy in table.policies])
        evidence = [Evidence(f"The table has {policies} ({names}) and is not marked ENABLE ROW LEVEL SECURITY.")]
        if others:
            evidence.append(Evidence(f"{listed(others)} {'has' if len(others) == 1 else 'have'} grants on it."))
        enabled = msgspec.structs.replace(header(table), row_security=True)
        return self.finding(
            table.ref,
            message,
            *evidence,
            help="Enable row-level security on the table, or drop the policies.",
            fix=Fix(
                f"Enable row-level security on {table.name}", "unsafe", (ChangeTable(target=table.ref, to=enabled),)
            ),
            severity="error" if others else "warning",
            related=[table.ref.child("policy", policy.name) for policy in table.policies],
        )

    def _without(self, table: Table, others: list[str], grants: list[Grant]) -> Finding:
        message = f"{table.ref} has row-level security without any policy: nobody but its owner sees a row"
        message += (
            f", although {listed(others, most=4)} {'has' if len(others) == 1 else 'have'} grants on it."
            if others
            else "."
        )
        return self.finding(
            table.ref,
            message,
            Evidence(
                f"Row-level security is enabled, there is no policy, and {count(len(others), 'other role')} may use the table."
            ),
            help="Write the policies; where nobody is meant to see rows, revoke the grants instead.",
            severity="warning" if others else "note",
            harm="outage" if others else "clarity",
        )
