"""A column is added with a default that differs from row to row, so every row is written again under lock.

## Why
A default that is the same for all rows is kept once, in the catalog (from version 11 on), and adding the column takes a
moment. One that is computed anew for each row (`gen_random_uuid()`, `clock_timestamp()`, `random()`) has to be stored in each:
the table and all its indexes are written anew while nobody can read or write them (ACCESS EXCLUSIVE).

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN token text DEFAULT md5(random()::text);
```

## Good
```sql
ALTER TABLE orders ADD COLUMN token text;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT md5(random()::text);
```

## Fix
Adds the column empty, sets the default for new rows, and fills the old ones in batches.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE: notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
- squawk, [adding-field-with-default](https://squawkhq.com/docs/adding-field-with-default)
- strong_migrations, [Adding a column with a volatile default](https://github.com/ankane/strong_migrations#adding-a-column-with-a-default-value)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import has_inline_constraints
from dbwright.rules.migration._columns import filled_later, is_rewritten, is_volatile, rewriting_actions
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen


class VolatileDefaultOnNewColumn(MigrationRule):
    """Finds new columns whose default must be stored in every row at once."""

    code = "M001"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add column"):
            column = action.column
            if column is None or column.default is None or column.identity or column.generated:
                continue
            if not is_rewritten(moment, table):
                continue
            if len(rewriting_actions(moment)) > 1 and not is_volatile(migration, moment, column.default):
                continue
            yield self.at(
                moment,
                table.child("column", column.name),
                f"The default {column.default} is computed for every row of {table} at once: it {locks_it(migration, moment, table)}"
                " until all rows are written again.",
                *seen(migration, moment, table),
                help="Add the column without the default, set the default, then fill the old rows in batches.",
                fix=Fix(
                    f"Add {column.name} empty and fill it in batches",
                    "display" if has_inline_constraints(moment, action) else "safe",
                    sql=filled_later(migration, moment, action, table, column),
                ),
                severity=gravity(migration, moment, table, "warning"),
            )
