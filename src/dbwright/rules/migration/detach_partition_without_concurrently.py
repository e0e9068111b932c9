"""A partition is detached while nobody can use the partitioned table.

## Why
`DETACH PARTITION` needs the strongest lock on the whole partitioned table (ACCESS EXCLUSIVE): it waits until all who use any
of its partitions have finished, and all who come after wait behind it. From version 14 on CONCURRENTLY does it without
keeping anybody out.

## Bad
```sql before
CREATE TABLE events (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
```
```sql
ALTER TABLE events DETACH PARTITION events_2020;
```

## Good
```sql
ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;
```

## Fix
Detaches it with CONCURRENTLY, outside of any transaction. Where that is interrupted, `DETACH PARTITION … FINALIZE` ends it.
A partitioned table with a default partition cannot do so. A check of the same bounds is left on the table that was detached.

## References
- PostgreSQL, [ALTER TABLE: DETACH PARTITION](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION)
- squawk, [require-concurrent-partition-detach](https://squawkhq.com/docs/require-concurrent-partition-detach)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import outside
from dbwright.rules.migration._locks import locks_it, seen, version_at_least
from dbwright.rules.migration._objects import was_there


class DetachPartitionWithoutConcurrently(MigrationRule):
    """Finds partitions detached while everybody waits."""

    code = "M015"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("detach partition"):
            parent, part = action.target, action.table
            if parent is None or part is None or {"concurrently", "finalize"} & action.words or moment.deed.failed:
                continue
            if not was_there(migration, moment, parent):
                continue
            can = version_at_least(migration, 14) and not _has_default(moment, parent)
            where = f" Run it in {outside(migration)}." if moment.deed.transaction is not None else ""
            yield self.at(
                moment,
                part,
                f"Detaching {part} {locks_it(migration, moment, parent)} for a moment, and waits for all who use any of its "
                "partitions while the others wait behind it.",
                *seen(migration, moment, parent),
                help=f"Detach it with CONCURRENTLY.{where}" if can else "Do it at a quiet hour, under a lock_timeout.",
                # The same statement leaves a check of the bounds behind, which the short form does not.
                fix=Fix(f"Detach {part.name} without keeping anybody out", "display",
                        sql=(f"{moment.deed.text.rstrip().rstrip(';')} CONCURRENTLY",)) if can else None,
                related=[parent],
            )  # fmt: skip


def _has_default(moment: Moment, parent: Ref) -> bool:
    return any(
        table.partition_of is not None
        and table.partition_of.table == parent.path
        and table.partition_of.bound.strip().upper() == "DEFAULT"
        for table in moment.before.tables
    )
