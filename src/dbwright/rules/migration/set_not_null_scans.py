"""A column is made NOT NULL, and every row is read for it while nobody can use the table.

## Why
`SET NOT NULL` reads the whole table under the strongest lock there is (ACCESS EXCLUSIVE). From version 12 on PostgreSQL skips
that where a validated check already says the same, and a check can be validated while others read and write.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
```
```sql
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
```

## Good
```sql
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_not_null CHECK (customer_id IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_not_null;
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_customer_id_not_null;
```

## Fix
Proves it by a check that is added as NOT VALID and validated by a statement of its own, makes the column NOT NULL in a
moment, and drops the check.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE: SET NOT NULL](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL)
- squawk, [adding-not-nullable-field](https://squawkhq.com/docs/adding-not-nullable-field)
- eugene, [E2: validating table with a new NOT NULL column](https://kaveland.no/eugene/hints/E2/)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import not_null_by_check, proves_not_null, rest
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen, version_at_least
from dbwright.rules.migration._objects import column_before, part_of


class SetNotNullScans(MigrationRule):
    """Finds columns made NOT NULL by reading the table under lock."""

    code = "M004"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        skips = version_at_least(migration, 12)
        for moment, action, table in in_use(migration, "set not null"):
            name = part_of(action)
            column = column_before(moment, action)
            if column is not None and not column.nullable:
                continue
            if skips and proves_not_null(moment.lookup.table(table.path), name):
                continue
            yield self.at(
                moment,
                table.child("column", name),
                f"SET NOT NULL on {name} reads every row: it {locks_it(migration, moment, table)} until all are read.",
                *seen(migration, moment, table),
                help="Prove it by a check that is validated first, which locks nobody out.",
                fix=Fix(
                    f"Prove that {name} is never NULL by a check, validated while others read and write",
                    "safe" if skips else "display",
                    sql=(*rest(moment, action), *not_null_by_check(migration, table, [name])),
                ),
                severity=gravity(migration, moment, table, "warning"),
            )
