"""A column is renamed while the running application uses it under its old name.

## Why
Between the migration and the release of the new application, and on every server that still runs the old one, each
statement that names the column fails; there is no order of the two that avoids it. Object mappers name every column
that they found when they started. Statements that were prepared before fail too.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
ALTER TABLE orders RENAME COLUMN total TO amount;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN amount integer;
```

## Fix
Add the new column and keep both equal by triggers: both versions of the application work. Release the application
that uses the new name. Then drop the triggers and the old column. `dbwright online` does all of this, with batches
and resumption, and carries defaults, NOT NULL, keys and indexes over; the statements below do it for a plain column.

## Options
- `check-down` (default false): look at the way back too.

## References
- strong_migrations, [Renaming a column](https://github.com/ankane/strong_migrations#renaming-a-column)
- squawk, [renaming-column](https://squawkhq.com/docs/renaming-column)
"""

from collections.abc import Iterable

from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._expand import can_stand_beside, is_plain, sequence
from dbwright.rules.migration._objects import (
    column_before,
    column_ref,
    existing,
    is_new_column,
    part_of,
    rows_seen,
    same,
    table_before,
)


class ColumnRenamed(MigrationRule):
    """Finds RENAME COLUMN, and MySQL's CHANGE with another name."""

    code = "M054"
    group = "compatibility"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "rename column", "change column"):
            old, new = part_of(action), action.to or (action.column.name if action.column else "")
            if action.target is None or not old or not new or same(migration.engine, old, new):
                continue
            if not is_new_column(migration, action.target, old):
                yield self._renamed(migration, moment, action, new)

    def _renamed(self, migration: Migration, moment: Moment, action: Action, new: str) -> Finding:
        ref = column_ref(action)
        table, column = table_before(moment, ref), column_before(moment, action)
        fix = None
        if table is not None and column is not None and can_stand_beside(migration, table, column):
            is_whole = is_plain(migration, table, column) and len(moment.deed.actions) == 1
            also = (
                ""
                if is_plain(migration, table, column)
                else "; give it the attributes, keys and indexes of the old one too"
            )
            fix = Fix(
                f"Keep {new} beside {ref.name} for a while, equal by triggers{also}",
                "unsafe" if is_whole else "display",
                sql=sequence(migration, table, column, new),
            )
        return self.at(
            moment,
            ref,
            f"{ref} is renamed to {new}: every statement of the running application that says {ref.name} fails from "
            "then on, until the new version runs everywhere.",
            rows_seen(migration, ref),
            help="Keep both names for a while: `dbwright online` does it in phases that can be undone.",
            fix=fix,
        )
