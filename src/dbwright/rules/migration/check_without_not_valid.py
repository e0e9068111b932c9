"""A check is added to a table in use and looks at all its rows at once.

## Why
`ADD CHECK` reads every row while it holds the strongest lock there is (ACCESS EXCLUSIVE): nobody can read or write the table
until it is through. Added as NOT VALID it holds for new rows at once, for the price of a moment; `VALIDATE CONSTRAINT` then
reads the old rows while everybody goes on reading and writing.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total numeric(10, 2));
```
```sql
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
```

## Good
```sql
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
```

## Fix
Adds it as NOT VALID, then validates it by a statement of its own, outside of the first one's transaction.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE: NOT VALID](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT)
- squawk, [constraint-missing-not-valid](https://squawkhq.com/docs/constraint-missing-not-valid)
- eugene, [E1: validating table with a new constraint](https://kaveland.no/eugene/hints/E1/)
"""

from collections.abc import Iterable

from dbwright.catalog.parts import Check
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import can_be_parted, constraint_name, then_validated
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen


class CheckWithoutNotValid(MigrationRule):
    """Finds checks that read a table while nobody else can."""

    code = "M006"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add constraint"):
            check = action.constraint
            if not isinstance(check, Check) or "not valid" in action.words or not check.validated or not check.enforced:
                continue
            name = constraint_name(moment, table, check)
            yield self.at(
                moment,
                table.child("check", name),
                f"The check {name} looks at every row at once: it {locks_it(migration, moment, table)} until all are read.",
                *seen(migration, moment, table),
                help="Add it as NOT VALID; validate it in a later transaction.",
                fix=Fix(
                    f"Add {name} as NOT VALID, then validate it while others read and write",
                    "safe" if can_be_parted(moment, action) else "display",
                    sql=then_validated(migration, moment, action, table),
                ),
                severity=gravity(migration, moment, table, "warning"),
            )
