"""A constraint is added as NOT VALID and validated in the same transaction, so nothing is won.

## Why
The lock that adding the constraint takes is held until the transaction ends. Validating in the same transaction reads all rows
under that lock: others wait just as long as for the plain form.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT total_is_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT total_is_positive;
COMMIT;
```

## Good
```sql
BEGIN;
ALTER TABLE orders ADD CONSTRAINT total_is_positive CHECK (total >= 0) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT total_is_positive;
```

## Fix
Commits in between. Where the runner opens the transaction, validate in the next migration.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- squawk, [constraint-missing-not-valid](https://squawkhq.com/docs/constraint-missing-not-valid)
- PostgreSQL, [ALTER TABLE: VALIDATE CONSTRAINT](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import constraint_name, constraint_ref
from dbwright.rules.migration._locks import against, gravity, in_use, lock_on, seen, size
from dbwright.rules.migration._transactions import is_opened_by_runner


class ValidatedInSameTransaction(MigrationRule):
    """Finds constraints that are validated under the lock that adding them took."""

    code = "M009"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        added: dict[tuple[int, tuple[str, ...], str], Moment] = {}
        for moment, action, table in in_use(migration, "add constraint", "validate constraint"):
            transaction = moment.deed.transaction
            if transaction is None:
                continue
            if action.kind == "add constraint":
                if "not valid" in action.words:
                    added[transaction, table.path, constraint_name(moment, table, action.constraint)] = moment
                continue
            name = action.name or ""
            earlier = added.get((transaction, table.path, name))
            if earlier is None:
                continue
            lock = lock_on(earlier, table)
            held = f"{lock.mode}, against {against(lock)}" if lock and lock.blocks else "of adding it"
            by_runner = is_opened_by_runner(migration, moment)
            yield self.at(
                moment,
                constraint_ref(moment, table, name),
                f"{name} is validated in the transaction that adds it: {table}{size(migration, table, moment.deed.effect)} is read "
                f"under the lock that adding it took ({held}), which is held until the end.",
                *seen(migration, moment, table),
                help="Validate it in the next migration." if by_runner else "Commit between the two.",
                fix=None
                if by_runner
                else Fix("Commit before it is validated", "unsafe", sql=("COMMIT", "BEGIN", moment.deed.text)),
                severity=gravity(migration, moment, table, "warning"),
            )
