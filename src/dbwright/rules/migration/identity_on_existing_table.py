"""A column that numbers itself is added to a table in use, so every row is written again under lock.

## Why
`serial` and `GENERATED … AS IDENTITY` give each row its own number. The rows that are there get theirs at once: the table and
all its indexes are written anew while nobody can read or write them (ACCESS EXCLUSIVE).

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN number bigserial;
```

## Good
```sql
CREATE SEQUENCE orders_number_seq AS bigint;
ALTER TABLE orders ADD COLUMN number bigint;
ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('orders_number_seq');
ALTER SEQUENCE orders_number_seq OWNED BY orders.number;
```

## Fix
Adds the column empty with a sequence as its default, numbers the old rows in batches, and proves NOT NULL by a check. Old
rows get their numbers in no particular order, as they do in the short form.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- squawk, [adding-serial-primary-key-field](https://squawkhq.com/docs/adding-serial-primary-key-field)
- eugene, [E11: adding a SERIAL or GENERATED … STORED column](https://kaveland.no/eugene/hints/E11/)
- strong_migrations, [Adding an auto-incrementing column](https://github.com/ankane/strong_migrations#adding-an-auto-incrementing-column)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import has_inline_constraints
from dbwright.rules.migration._columns import numbered_later
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen


class IdentityOnExistingTable(MigrationRule):
    """Finds columns that number all rows of a table at once."""

    code = "M002"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add column"):
            column = action.column
            if column is None or column.identity is None:
                continue
            special = has_inline_constraints(moment, action) or bool(
                column.identity.start or column.identity.increment or column.identity.maximum or column.identity.cache
            )
            yield self.at(
                moment,
                table.child("column", column.name),
                f"The column {column.name} numbers every row at once: it {locks_it(migration, moment, table)}"
                " until all rows are written again.",
                *seen(migration, moment, table),
                help="Add the column empty with a sequence as its default, then number the old rows in batches.",
                fix=Fix(
                    f"Add {column.name} empty and number the rows in batches",
                    "display" if special else "unsafe",
                    sql=numbered_later(migration, moment, action, table, column),
                ),
                severity=gravity(migration, moment, table, "warning"),
            )
