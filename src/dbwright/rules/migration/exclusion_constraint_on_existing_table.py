"""An exclusion constraint is added to a table in use and builds its index while nobody can use the table.

## Why
`ADD CONSTRAINT … EXCLUDE` builds its index and compares all rows under the strongest lock there is (ACCESS EXCLUSIVE). There is
no form of it that does so while others read and write: it cannot be NOT VALID, and cannot take over an index.

## Bad
```sql before
CREATE TABLE stays (id integer PRIMARY KEY, during daterange);
```
```sql
ALTER TABLE stays ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
```

## Good
```sql
CREATE TABLE new_stays (id integer PRIMARY KEY, during daterange, EXCLUDE USING gist (during WITH &&));
```

## Fix
On a small table, add it at a quiet hour under a lock_timeout. On a large one make a new table that has it, keep both in step
by triggers, copy the rows in batches and swap the names.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- eugene, [E8: creating a new exclusion constraint](https://kaveland.no/eugene/hints/E8/)
- strong_migrations, [Adding an exclusion constraint](https://github.com/ankane/strong_migrations#adding-an-exclusion-constraint)
"""

from collections.abc import Iterable

from dbwright.catalog.parts import Exclusion
from dbwright.finding import Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import constraint_name
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen


class ExclusionConstraintOnExistingTable(MigrationRule):
    """Finds exclusion constraints that compare all rows under lock."""

    code = "M008"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add constraint"):
            if not isinstance(action.constraint, Exclusion):
                continue
            name = constraint_name(moment, table, action.constraint)
            yield self.at(
                moment,
                table.child("exclusion", name),
                f"The exclusion constraint {name} compares all rows at once: it {locks_it(migration, moment, table)}"
                " until its index is built.",
                *seen(migration, moment, table),
                help="There is no way to add it while others use the table: do it at a quiet hour under a lock_timeout, "
                "or make a new table that has it and move the rows in batches.",
                severity=gravity(migration, moment, table, "warning"),
            )
