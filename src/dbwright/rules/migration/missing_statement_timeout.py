"""A statement that may take long runs without a limit, while others wait for it.

## Why
A statement that reads or writes a whole table takes minutes where a test took none. Without a `statement_timeout` it holds its
locks until somebody notices. With one it gives up, its work is rolled back, and the others go on.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
ALTER TABLE orders ADD CONSTRAINT total_is_positive CHECK (total >= 0);
```

## Good
```sql
SET statement_timeout = '30s';
ALTER TABLE orders ADD CONSTRAINT total_is_positive CHECK (total >= 0);
```

## Fix
Sets the timeout before the first statement that needs it. dbwright's own runner does so by itself.

## References
- PostgreSQL, [statement_timeout](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT)
- squawk, [require-timeout-settings](https://squawkhq.com/docs/require-timeout-settings)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._locks import locked, locks_it, seen


class MissingStatementTimeout(MigrationRule):
    """Finds the first long statement of a migration that holds a lock without a limit."""

    code = "M022"
    group = "running"
    severity = "note"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment in migration.moments:
            if moment.statement_timeout or moment.deed.effect.held_for != "rows":
                continue
            locks = locked(migration, moment, "reads", "writes")
            if not locks:
                continue
            table = locks[0].relation
            yield self.at(
                moment,
                table,
                f"No statement_timeout is set: this {locks_it(migration, moment, table)} for as long as its rows take, however "
                "long that is.",
                *seen(migration, moment, table),
                help="Set one before; what takes longer than others can wait needs another form.",
                fix=Fix(
                    "Give up after 30 seconds instead of keeping others waiting without end",
                    "safe",
                    sql=("SET statement_timeout = '30s'", moment.deed.text),
                ),
            )
            return
