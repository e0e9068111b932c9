"""An index of which a large part is empty space.

## Why
Deleted and moved rows leave holes in an index that are used again only for keys that belong just there. After a mass
deletion, or under keys that only ever grow, half of an index can be holes. It is read and kept in memory all the same,
so that searches read more pages and less else fits beside it.

## Bad
```sql
CREATE TABLE events (id integer PRIMARY KEY, seen_on date NOT NULL);
CREATE INDEX events_seen_on ON events (seen_on);
-- 900 MB, of which 700 MB are empty
```

## Good
```sql
CREATE TABLE events (id integer PRIMARY KEY, seen_on date NOT NULL);
CREATE INDEX events_seen_on ON events (seen_on);
-- 200 MB
```

## Fix
Builds the index again; PostgreSQL does it without blocking writes. How much is empty is estimated from the engine's
statistics unless it counts it.

## Options
- `share` (default 0.5): the least share of the index that is empty.
- `size` (default 10,485,760): from so many empty bytes on it is noted.
- `large` (default 104,857,600): from so many empty bytes on it is a warning.

## References
- PostgreSQL, [Routine reindexing](https://www.postgresql.org/docs/current/routine-reindex.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.change.operations import RebuildIndex
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles
from dbwright.rules.design._phrases import share, size


class BloatedIndex(Rule):
    """Finds indexes that are half empty."""

    code = "I008"
    group = "indexes"
    engines = ("postgres",)
    needs = "counters"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            for access in accesses(table):
                use = subject.facts.indexes.get(table.ref.child("index", access.ref.name))
                if use is None or not use.bytes or not use.free_bytes or access.ref in doubled:
                    continue
                wasted = use.free_bytes >= subject.option("share", 0.5) * use.bytes
                if wasted and use.free_bytes >= subject.option("size", 10 << 20):
                    yield self._finding(subject, table, access, use.free_bytes, use.bytes)

    def _finding(self, subject: Subject, table: Table, access: Access, empty: int, whole: int) -> Finding:
        large = empty >= subject.option("large", 100 << 20)
        what = access.label if access.index else access.label.replace(f" of {table.ref}", "")
        target: Ref = table.ref.child("index", access.ref.name)
        return self.finding(
            access.ref,
            f"Of {size(whole)} that {what} on {table.ref} takes, about {size(empty)} ({share(empty, whole)}) are empty.",
            Evidence(f"{size(whole)} in all, about {size(empty)} of them free.", basis="counters", proved=False),
            help="Build it again, with CONCURRENTLY where the table is in use; if it fills with holes again, see why rows move.",
            fix=Fix(f"Build {access.ref.name} again", "safe", (RebuildIndex(target=target),)),
            severity=None if large else "note",
            touched=Touched(bytes=empty),
        )
