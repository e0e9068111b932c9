"""A column that was never NULL may be NULL from now on.

## Why
Whoever reads the column was promised a value: the running application, reports, other services. The first NULL breaks
them somewhere else than where it was written: a missing sum, a row that no `=` and no `<>` finds, an exception in a
type that has no null. And it is a door that is hard to close again: forbidding NULL later needs all rows checked.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer NOT NULL);
```
```sql postgres
ALTER TABLE orders ALTER COLUMN total DROP NOT NULL;
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN total integer NULL;
```

## Good
```sql postgres
ALTER TABLE orders ALTER COLUMN total SET DEFAULT 0;
```
```sql mysql
ALTER TABLE orders ALTER COLUMN total SET DEFAULT 0;
```

## Fix
Make sure that every reader copes with NULL before the first one is written. If the column is about to go, this is the
right first step: suppress the finding with that as the reason.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [ban-drop-not-null](https://squawkhq.com/docs/ban-drop-not-null)
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import column_after, column_before, column_ref, existing, is_new_column, part_of


class NotNullDropped(MigrationRule):
    """Finds columns that get the right to NULL."""

    code = "M061"
    group = "compatibility"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "drop not null", "change column"):
            if action.target is None or is_new_column(migration, action.target, part_of(action)):
                continue
            before = column_before(moment, action)
            if action.kind == "change column":
                after = column_after(moment, action) if moment.after is not moment.before else action.column
                if before is None or before.nullable or after is None or not after.nullable:
                    continue
            elif before is not None and before.nullable:
                continue
            ref = column_ref(action)
            yield self.at(
                moment,
                ref,
                f"{ref} may be NULL from now on: whoever reads it{migration.size(ref)} was promised a value and may "
                "not cope without.",
                Evidence("It is NOT NULL until then." if before else "What the column is until then is not known."),
                help="Let every reader cope with NULL before the first one is written.",
            )
