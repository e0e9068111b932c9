"""A table is attached as a partition, and all its rows are read while nobody can use it.

## Why
`ATTACH PARTITION` looks whether every row is within the bounds, under the strongest lock on the table that is attached (ACCESS
EXCLUSIVE), and on the default partition where there is one. It skips that where a validated check already says so, and a check
can be validated while others read and write.

## Bad
```sql before
CREATE TABLE events (id integer, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE events_2020 (id integer, day date NOT NULL);
```
```sql
ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
```

## Good
```sql
ALTER TABLE events_2020 ADD CONSTRAINT events_2020_bounds CHECK (day >= '2020-01-01' AND day < '2021-01-01') NOT VALID;
ALTER TABLE events_2020 VALIDATE CONSTRAINT events_2020_bounds;
ALTER TABLE events ATTACH PARTITION events_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE events_2020 DROP CONSTRAINT events_2020_bounds;
```

## Fix
Proves the bounds by a check that is validated first, attaches the table in a moment, and drops the check. Where there is a
default partition, give it a check that excludes the new bounds in the same way.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [Partition maintenance](https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import alter
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen

_RANGE = re.compile(r"FOR\s+VALUES\s+FROM\s*\((?P<low>.*)\)\s*TO\s*\((?P<high>.*)\)\s*\Z", re.IGNORECASE | re.DOTALL)
_LIST = re.compile(r"FOR\s+VALUES\s+IN\s*\((?P<values>.*)\)\s*\Z", re.IGNORECASE | re.DOTALL)


class AttachPartitionScans(MigrationRule):
    """Finds partitions whose rows are all looked at when they are attached."""

    code = "M016"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, part in in_use(migration, "attach partition"):
            parent = action.target
            held = moment.lookup.table(part.path)
            over = moment.lookup.table(parent.path) if parent else None
            if parent is None or held is None or over is None:
                continue
            column = _key(over)
            bounds = _bounds(migration, column, action.to or "") if column else None
            if column is not None and _is_proved(held, column):
                continue
            name = migration.quote(f"{part.name}_bounds"[:63])
            start = alter(migration, part)
            yield self.at(
                moment,
                part,
                f"Attaching {part} to {parent} reads all its rows: it {locks_it(migration, moment, part)} until all are read.",
                *seen(migration, moment, part),
                help="Give it a check of the same bounds, validated beforehand, so that the rows need not be read.",
                fix=Fix(
                    f"Prove the bounds of {part.name} by a check, validated while others read and write",
                    "safe",
                    sql=(
                        f"{start} ADD CONSTRAINT {name} CHECK ({bounds}) NOT VALID",
                        f"{start} VALIDATE CONSTRAINT {name}",
                        moment.deed.text,
                        f"{start} DROP CONSTRAINT {name}",
                    ),
                )
                if bounds
                else None,
                severity=gravity(migration, moment, part, "warning"),
                related=[parent],
            )


def _key(parent: Table) -> str | None:
    """The column that the table is partitioned by, where it is a single one."""
    if parent.partitioning is None or len(parent.partitioning.parts) != 1:
        return None
    return parent.partitioning.parts[0].column


def _bounds(migration: Migration, column: str, written: str) -> str | None:
    """The bounds as a condition on the column; None for those that a plain one does not say."""
    name = migration.quote(column)
    if listed := _LIST.search(written):
        if re.search(r"\bNULL\b", listed["values"], re.IGNORECASE):
            return None
        return f"{name} IS NOT NULL AND {name} IN ({listed['values'].strip()})"
    found = _RANGE.search(written)
    if not found:
        return None
    ends = []
    if found["low"].strip().upper() != "MINVALUE":
        ends.append(f"{name} >= {found['low'].strip()}")
    if found["high"].strip().upper() != "MAXVALUE":
        ends.append(f"{name} < {found['high'].strip()}")
    return " AND ".join([f"{name} IS NOT NULL", *ends])


def _is_proved(part: Table, column: str) -> bool:
    """Whether a validated check speaks of the column: whether it says just these bounds, only the server can tell."""
    wanted = re.compile(rf'(?<![\w"]){re.escape(column)}(?![\w"])|"{re.escape(column)}"')
    return any(check.validated and check.enforced and wanted.search(check.expression) for check in part.checks)
