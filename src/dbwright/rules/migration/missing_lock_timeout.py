"""A statement waits for its lock without a limit, and everybody who comes after waits behind it.

## Why
A change of the schema needs a lock that others stand in the way of. While it waits, all who come after queue behind it, even
those who only read: one long report and one quick ALTER stop the site. With a `lock_timeout` the change gives up after a
moment, the others go on, and it is tried again. MySQL and MariaDB wait for a year (`lock_wait_timeout`) by default.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN note text;
```

## Good
```sql postgres
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;
```
```sql mysql
SET SESSION lock_wait_timeout = 2;
ALTER TABLE orders ADD COLUMN note text;
```

## Fix
Sets the timeout before the first statement that needs it. dbwright's own runner does so by itself, and tries again.

## References
- PostgreSQL, [lock_timeout](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)
- MySQL, [lock_wait_timeout](https://dev.mysql.com/doc/refman/en/server-system-variables.html#sysvar_lock_wait_timeout)
- squawk, [require-timeout-settings](https://squawkhq.com/docs/require-timeout-settings)
- eugene, [E9: taking dangerous lock without timeout](https://kaveland.no/eugene/hints/E9/)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._locks import against, locked, seen, size
from dbwright.rules.migration._text import listed

_SETTING = {"postgres": "SET lock_timeout = '2s'", "mysql": "SET SESSION lock_wait_timeout = 2"}


class MissingLockTimeout(MigrationRule):
    """Finds the first lock of a migration that is waited for without a limit."""

    code = "M021"
    group = "running"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for number, moment in enumerate(migration.moments):
            if moment.lock_timeout or not _changes_schema(migration, number):
                continue
            locks = locked(migration, moment, "reads", "writes")
            if not locks and migration.engine == "mysql":
                # Even a change at once needs the metadata lock for a moment, which everybody queues behind.
                locks = locked(migration, moment, "schema changes")
            if not locks:
                continue
            later = sum(
                not each.lock_timeout
                and bool(locked(migration, each, "reads", "writes"))
                and _changes_schema(migration, at)
                for at, each in enumerate(migration.moments)
                if at > number
            )
            lock = locks[0]
            table = lock.relation
            waits = f"against {against(lock)}" if migration.engine == "postgres" else "for its definition"
            more = f" So do {later} more statement{'s' if later > 1 else ''}." if later else ""
            others = listed([str(each.relation) for each in locks[1:]])
            yield self.at(
                moment,
                table,
                f"No lock_timeout is set: while this waits for its lock on {table}{size(migration, table, moment.deed.effect)} "
                f"{waits}{f', and on {others}' if others else ''}, everybody who comes after waits behind it.{more}",
                *seen(migration, moment),
                help="Set a short one before, and try again where it runs out.",
                fix=Fix(
                    "Give up after 2 seconds instead of waiting without end",
                    "safe",
                    sql=(_SETTING[migration.engine], moment.deed.text),
                ),
            )
            return


def _changes_schema(migration: Migration, number: int) -> bool:
    kinds = {action.kind for action in migration.moments[number].deed.actions}
    return not kinds <= {
        "insert",
        "update",
        "delete",
        "select",
        "copy",
        "set",
        "reset",
        "begin",
        "commit",
        "rollback",
        "savepoint",
    }
