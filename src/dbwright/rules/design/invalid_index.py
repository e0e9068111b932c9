"""An index that the engine keeps up to date but does not use: PostgreSQL's invalid ones, MySQL's invisible ones.

## Why
When CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY fails halfway (a duplicate, a deadlock, a lost connection),
PostgreSQL leaves the index behind, marked invalid. No query uses it, every write still pays for it, and an invalid
unique index is no promise that the values are unique: duplicates may be there already. That last case is an error.

An invisible index (MariaDB: ignored) is a trial run for dropping it. Left behind, it costs as much as before and
serves nobody; that is a note. A unique one still guards its values and is left alone.

## Bad
```sql postgres
CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX events_id ON ONLY events (id); -- the partitions have no share of it yet
```
```sql mysql
CREATE TABLE orders (id integer PRIMARY KEY, note varchar(100));
CREATE INDEX orders_note ON orders (note);
ALTER TABLE orders ALTER INDEX orders_note /*!80000 INVISIBLE */ /*M!100600 IGNORED */;
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, note varchar(100));
CREATE INDEX orders_note ON orders (note);
```

## Fix
Builds the index again, which is unsafe for a unique one because it fails on duplicates. Leftovers of REINDEX
CONCURRENTLY, whose names end in `_ccnew` or `_ccold`, and forgotten invisible indexes are dropped. For an index on a
partitioned table there is no single statement: it becomes valid once every partition has its share attached.

## References
- PostgreSQL, [Building indexes
  concurrently](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
- MySQL, [Invisible indexes](https://dev.mysql.com/doc/refman/8.0/en/invisible-indexes.html)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.objects import Index, Table
from dbwright.change.operations import DropIndex, RebuildIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import size

_LEFTOVER = re.compile(r"_cc(new|old)\d*$")


class InvalidIndex(Rule):
    """Finds indexes that are written but not read."""

    code = "I005"
    group = "indexes"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            for index in table.indexes:
                if not index.valid:
                    yield self._invalid(subject, table, index)
                elif not index.visible and not index.unique:
                    yield self._invisible(subject, table, index)

    def _invalid(self, subject: Subject, table: Table, index: Index) -> Finding:
        ref = table.ref.child("index", index.name)
        leftover = _LEFTOVER.search(index.name)
        partitioned = table.kind == "partitioned"
        use = subject.facts.indexes.get(ref)
        summary = f"PostgreSQL marks {index.name} as invalid (pg_index.indisvalid is false)"
        summary += f"; it takes {size(use.bytes)}" if use and use.bytes else ""
        if leftover:
            message = f"{index.name} on {table.ref} is an invalid index that a failed REINDEX CONCURRENTLY left behind."
            help_ = "Drop it: the index that it was to replace is still there."
            fix = Fix(f"Drop {index.name}", "safe", (DropIndex(target=ref),))
        elif partitioned:
            message = f"The index {index.name} on the partitioned table {table.ref} is invalid: some partitions lack their share."
            help_ = f"Create the missing index on each partition and attach it to {index.name}; it then becomes valid by itself."
            fix = None
        else:
            message = (
                f"The index {index.name} on {table.ref} is invalid: writes keep it up to date, but no query uses it"
            )
            message += ", and it does not promise that its values are unique." if index.unique else "."
            help_ = "Build it again, or drop it if it is not needed."
            if index.unique:
                help_ = "Remove the duplicates, then build it again; or drop it if it is not needed."
            fix = Fix(f"Build {index.name} again", "unsafe" if index.unique else "safe", (RebuildIndex(target=ref),))
        return self.finding(
            ref,
            message,
            Evidence(f"{summary}."),
            help=help_,
            fix=fix,
            severity="error" if index.unique and not leftover else "warning",
        )

    def _invisible(self, subject: Subject, table: Table, index: Index) -> Finding:
        ref = table.ref.child("index", index.name)
        word = "ignored" if subject.catalog.engine == "mariadb" else "invisible"
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} is {word}: writes keep it up to date, but no query uses it.",
            Evidence(f"The catalog marks {index.name} as {word}."),
            help="Drop it if nothing has missed it, or make it visible again.",
            fix=Fix(f"Drop {index.name}", "unsafe", (DropIndex(target=ref),)),
            severity="note",
        )
