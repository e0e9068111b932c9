"""An index that no query, or hardly any, has used since the server began counting.

## Why
An index that is never read still costs every write, and keeps PostgreSQL from updating a row in place (HOT). The
engine counts its scans, so that unused ones can be told from the figures instead of from opinion.

Counters tell of the past of one server only: a report that runs once a quarter, or queries that go to a replica, do
not show up. So the counting must have run for some weeks, the table must have been read meanwhile, and indexes that
work without being scanned are left out: unique ones, those behind constraints, those that support a foreign key, and
the replica identity. A very large index that is used less than once a week is noted too.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, note varchar(200));
CREATE INDEX orders_note ON orders (note);
-- 0 scans of orders_note in 40 days, 120,000 reads of orders
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, note varchar(200));
```

## Fix
Drops the index. Unsafe, because a rare query may need it. On MySQL, make it invisible first and see whether anyone
complains (`ALTER TABLE orders ALTER INDEX orders_note INVISIBLE`; MariaDB: `IGNORED`).

## Options
- `days`: how long the engine must have counted (default 14).
- `size`: from how many bytes on it is a warning instead of a note (default 1,048,576).
- `large`: from how many bytes on an index that is hardly used is noted (default 104,857,600).

## References
- PostgreSQL, [pg_stat_all_indexes](https://www.postgresql.org/docs/current/monitoring-stats.html)
- MySQL, [sys.schema_unused_indexes](https://dev.mysql.com/doc/refman/8.0/en/sys-schema-unused-indexes.html)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.change.operations import DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, pinned, serves_foreign_key
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import size


class UnusedIndex(Rule):
    """Finds indexes with no scan in a long time."""

    code = "I004"
    group = "indexes"
    engines = ("postgres", "mysql")
    needs = "counters"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            for access in accesses(table):
                if access.ref not in doubled and self._may_go(table, access):
                    yield from self._judge(subject, table, access)

    def _may_go(self, table: Table, access: Access) -> bool:
        index = access.index
        if index is None or index.unique or not index.visible or pinned(table, index):
            return False
        return not serves_foreign_key(table, access)

    def _judge(self, subject: Subject, table: Table, access: Access) -> Iterable[Finding]:
        use = subject.facts.indexes.get(access.ref)
        if use is None or use.scans is None or use.days is None or use.days < subject.option("days", 14):
            return
        if use.scans and not (use.scans * 7 < use.days and (use.bytes or 0) >= subject.option("large", 100 << 20)):
            return
        stats = subject.facts.tables.get(table.ref)
        if stats and stats.reads == 0:
            return
        days = count(int(use.days), "day")
        summary = f"{count(use.scans, 'scan')} of {access.ref.name} in {days}"
        if stats and stats.reads:
            summary += f", while {table.ref} was read {count(stats.reads, 'time')}"
        if stats and stats.writes:
            summary += f" and written {count(stats.writes, 'time')}"
        if use.bytes is not None:
            summary += f"; the index takes {size(use.bytes)}"
        large = use.bytes is not None and use.bytes >= subject.option("size", 1 << 20)
        yield self.finding(
            access.ref,
            f"The index {access.ref.name} on {table.ref} ({access.shown_parts}) has "
            + (f"been used {count(use.scans, 'time')} in {days}, " if use.scans else f"not been used in {days}, ")
            + "but every write keeps it up to date.",
            Evidence(f"{summary}.", basis="counters"),
            help="Drop it, unless a yearly job or a replica, whose use is not counted here, needs it.",
            fix=Fix(f"Drop {access.ref.name}", "unsafe", (DropIndex(target=access.ref),)),
            severity="warning" if large and not use.scans else "note",
        )
