"""A column's type is changed in a way that writes the whole table again.

## Why
Most changes of a type store every row anew and build all indexes again, while nobody can read or write the table (ACCESS
EXCLUSIVE). Some cost nothing: a longer `varchar`, `varchar` to `text`, a larger precision of `numeric`.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, number integer);
```
```sql
ALTER TABLE orders ALTER COLUMN number TYPE bigint;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN number_bigint bigint;
```

## Fix
A second column of the new type, kept equal to the old one by a trigger and filled in batches; then the application moves to
it, and the old one is dropped. `dbwright online` plans and runs all phases.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE: notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
- squawk, [changing-column-type](https://squawkhq.com/docs/changing-column-type)
- eugene, [E5: type change requires table rewrite](https://kaveland.no/eugene/hints/E5/)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._columns import is_rewritten
from dbwright.rules.migration._expand import contracted, expanded
from dbwright.rules.migration._locks import gravity, in_use, lock_on, locks_it, seen
from dbwright.rules.migration._objects import column_before, part_of


class ColumnTypeRewritesTable(MigrationRule):
    """Finds changes of a type that store every row again."""

    code = "M011"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "alter type"):
            before = column_before(moment, action)
            if before is None or action.type is None or not is_rewritten(moment, table):
                continue
            lock = lock_on(moment, table)
            if lock is not None and "writes" not in lock.blocks:
                continue
            if _is_same(before.type.spelling, action.type.spelling) and action.using is None:
                continue
            yield self._finding(migration, moment, action, table)

    def _finding(self, migration: Migration, moment: Moment, action: Action, table: Ref) -> Finding:
        name = part_of(action)
        new = action.type.spelling if action.type else ""
        column = table.child("column", name)
        beside = f"{name}_new"
        return self.at(
            moment,
            column,
            f"Changing {name} to {new} writes every row again: it {locks_it(migration, moment, table)} until that is done.",
            *seen(migration, moment, table),
            help="Add a second column of the new type, keep both equal by a trigger, fill it in batches, then move over to it.",
            fix=Fix(
                f"Put a column of the type {new} beside {name}, and move over to it",
                "display",
                sql=(
                    *expanded(migration, column, beside, new, moment.lookup.table(table.path)),
                    f"-- When no application uses {name} any more:\n{contracted(migration, column, beside)}",
                ),
            ),
            severity=gravity(migration, moment, table, "warning"),
        )


def _is_same(one: str, other: str) -> bool:
    return one.lower().replace(" ", "") == other.lower().replace(" ", "")
