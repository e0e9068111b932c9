"""A table that PostgreSQL does not write to its log, and so empties after a crash.

## Why
An unlogged table is fast because its changes are not logged. After a crash, a failover or a restore from a backup by
files it is *empty*, and a replica never sees a row of it. That suits a cache; it does not suit anything that has to be
there tomorrow.

## Bad
```sql
CREATE UNLOGGED TABLE invoices (id integer PRIMARY KEY, total numeric(10, 2) NOT NULL);
```

## Good
```sql
CREATE TABLE invoices (id integer PRIMARY KEY, total numeric(10, 2) NOT NULL);
CREATE UNLOGGED TABLE page_cache (url text PRIMARY KEY, body text NOT NULL);
```

## Fix
Makes the table logged, together with the unlogged tables that it refers to. PostgreSQL writes the whole table again for
this, under a lock: do it in a quiet hour. Tables whose names say that they cache, stage or hold something for a moment
are left alone.

## References
- PostgreSQL, [CREATE TABLE, UNLOGGED](https://www.postgresql.org/docs/current/sql-createtable.html)
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Table
from dbwright.change.operations import ChangeTable
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set

_FLEETING = word_set(
    "buffer cache cached import job load lock presence queue ratelimit scratch session stage staging temp temporary tmp "
    "transient unlogged work limit throttle heartbeat worktable"
)


class UnloggedTable(Rule):
    """Finds tables whose rows do not survive a crash."""

    code = "C009"
    group = "constraints"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            if not table.unlogged or table.temporary or _FLEETING.intersection(stem(table.name)):
                continue
            rows = subject.facts.rows(table.ref)
            evidence = [Evidence("The catalog marks the table as unlogged.")]
            if rows:
                evidence.append(Evidence(f"It holds about {count(rows, 'row')}.", basis="counters"))
            logged = _with_parents(subject, table)
            yield self.finding(
                table.ref,
                f"{table.ref} is unlogged: after a crash or a failover it is empty, and replicas have none of its rows.",
                *evidence,
                help="Make it logged, unless all of it can be built again from elsewhere.",
                fix=Fix(
                    f"Log {table.name}",
                    "safe",
                    tuple(
                        ChangeTable(target=each.ref, to=msgspec.structs.replace(each, unlogged=False))
                        for each in logged
                    ),
                ),
            )


def _with_parents(subject: Subject, table: Table) -> list[Table]:
    """The table after the unlogged ones that it refers to: a logged table may not refer to an unlogged one."""
    found: dict[tuple[str, str], Table] = {}

    def visit(each: Table, above: frozenset[tuple[str, str]]) -> None:
        for key in each.foreign_keys:
            parent = subject.lookup.table(key.table)
            if parent and parent.unlogged and key.table not in above:
                visit(parent, above | {key.table})
        found.setdefault((each.namespace, each.name), each)

    visit(table, frozenset({(table.namespace, table.name)}))
    return list(found.values())
