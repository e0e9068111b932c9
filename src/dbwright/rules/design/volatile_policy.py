"""A row-level-security policy that calls a function for every row.

## Why
The condition of a policy is part of every query on the table. A function in it that doesn't look at the row gives the
same answer a million times, and is called a million times: `current_setting()`, `auth.uid()`, a function of your own
that reads a table of memberships. Wrapped in a sub-select, `(SELECT auth.uid())`, it is called once a query. A
function marked VOLATILE, which is the default, moreover keeps the planner from using an index for the condition.

Functions whose arguments come from the row can't be wrapped; where they are VOLATILE, they should be STABLE. A warning
from 100,000 rows on, or where the function is VOLATILE and the table has 10,000 rows; else a note. Constants such as
`current_user` cost nothing and are left alone.

## Bad
```sql
CREATE TABLE notes (id integer PRIMARY KEY, tenant_id integer NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (tenant_id = current_setting('app.tenant')::integer);
```

## Good
```sql
CREATE TABLE notes (id integer PRIMARY KEY, tenant_id integer NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (tenant_id = (SELECT current_setting('app.tenant')::integer));
```

## Fix
Wraps such calls in a sub-select. Safe for functions that are STABLE or IMMUTABLE; unsafe for VOLATILE ones, which are
then called once.

## Options
- `rows` (default 100000): from how many rows on a call for every row is a warning.

## References
- Supabase, [Row-level security performance](https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations)
- PostgreSQL, [Function volatility categories](https://www.postgresql.org/docs/current/xfunc-volatility.html)
"""

from collections.abc import Iterable, Mapping

import msgspec

from dbwright.catalog.objects import Policy, Table
from dbwright.change.operations import ChangePart
from dbwright.finding import Evidence, Finding, Fix, Severity, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._calls import Call, calls, wrapped
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_SETTINGS = ("current_setting", "pg_catalog.current_setting")


class VolatilePolicy(Rule):
    """Finds policies that ask the same question for every row."""

    code = "S008"
    group = "security"
    severity = "note"
    engines = ("postgres",)
    harm = "speed"

    def check(self, subject: Subject) -> Iterable[Finding]:
        volatility = {f"{each.namespace}.{each.name}": each.volatility for each in subject.catalog.routines}
        for table in own_tables(subject.catalog):
            if not table.row_security:
                continue
            for policy in table.policies:
                found = _repeated(table, policy, volatility)
                if found:
                    yield self._finding(subject, table, policy, found)

    def _finding(self, subject: Subject, table: Table, policy: Policy, found: list[tuple[Call, str]]) -> Finding:
        rows = subject.facts.rows(table.ref)
        volatile = [call for call, kind in found if kind == "volatile"]
        fixed = [call for call, _ in found if not call.reads_row]
        limit = subject.option("rows", 100_000)
        severity: Severity = "warning" if rows and rows >= (limit / 10 if volatile else limit) else "note"
        names = listed(list(dict.fromkeys(f"{call.name}()" for call, _ in found)))
        evidence = [
            Evidence(f"The policy {policy.name} calls {call.name}(), which is {kind.upper()}, outside of a sub-select.")
            for call, kind in found
        ]
        if rows:
            evidence.append(Evidence(f"{table.ref} has {count(rows, 'row')}.", basis="counters", proved=False))
        help_ = "Write it as a sub-select, (SELECT …), so that it is called once a query." if fixed else ""
        if any(call.reads_row for call in volatile):
            help_ += (
                " Mark the functions STABLE if they only read."
                if help_
                else "Mark the function STABLE if it only reads."
            )
        return self.finding(
            table.ref.child("policy", policy.name),
            f"The policy {policy.name} of {table.ref} calls {names} for every row that a query looks at.",
            *evidence,
            help=help_,
            fix=_fix(table, policy, found) if len(fixed) == len(found) else None,
            severity=severity,
            touched=Touched(rows=rows) if rows else None,
        )


def _repeated(table: Table, policy: Policy, volatility: Mapping[str, str | None]) -> list[tuple[Call, str]]:
    """The calls for every row with the volatility of what they call."""
    columns = [column.name for column in table.columns]
    found: dict[str, tuple[Call, str]] = {}
    for expression in (policy.using, policy.check):
        for call in calls(expression or "", columns):
            kind = "stable" if call.name in _SETTINGS else volatility.get(call.name)
            if kind == "volatile" or (kind == "stable" and not call.reads_row):
                found.setdefault(call.name, (call, kind))
    return list(found.values())


def _fix(table: Table, policy: Policy, found: list[tuple[Call, str]]) -> Fix:
    """The policy with each of the calls in a sub-select."""
    columns = [column.name for column in table.columns]
    names = {call.name for call, _ in found}
    to = msgspec.structs.replace(
        policy,
        using=wrapped(policy.using, columns, names) if policy.using else policy.using,
        check=wrapped(policy.check, columns, names) if policy.check else policy.check,
    )
    return Fix(
        f"Call {listed(sorted(names))} once a query in the policy {policy.name}",
        "unsafe" if any(kind == "volatile" for _, kind in found) else "safe",
        (ChangePart(target=table.ref.child("policy", policy.name), to=to),),
    )
