"""A table is locked by hand, and others wait until the transaction ends.

## Why
`LOCK TABLE` takes the strongest lock there is where no mode is named (ACCESS EXCLUSIVE), and holds it until the transaction
ends. What a change of the schema needs, it locks by itself and for as short as it can. MySQL's `LOCK TABLES … WRITE` keeps
everybody out until UNLOCK TABLES, or until the session ends.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql postgres
BEGIN;
LOCK TABLE orders;
COMMIT;
```
```sql mysql
LOCK TABLES orders WRITE;
UNLOCK TABLES;
```

## Good
```sql postgres
BEGIN;
SELECT count(*) FROM orders;
COMMIT;
```
```sql mysql
SELECT count(*) FROM orders;
```

## Fix
Leave it out. To keep two runs apart, take an advisory lock, which stops nobody else.

## References
- PostgreSQL, [Explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)
- MySQL, [LOCK TABLES](https://dev.mysql.com/doc/refman/en/lock-tables.html)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._locks import in_use, seen
from dbwright.rules.migration._text import literal

_HARMLESS = frozenset(("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "READ", "LOCAL"))
_READS_TOO = frozenset(("ACCESS EXCLUSIVE", "WRITE"))


class ExplicitTableLock(MigrationRule):
    """Finds tables locked by hand against writes or reads."""

    code = "M025"
    group = "locks"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "lock table"):
            mode = (action.to or "ACCESS EXCLUSIVE").upper()
            if mode in _HARMLESS and not (migration.engine == "mysql" and mode in ("READ", "LOCAL")):
                continue
            waits = "reads and writes" if mode in _READS_TOO else "writes"
            until = (
                "its transaction ends" if migration.engine == "postgres" else "UNLOCK TABLES, or until the session ends"
            )
            advisory = (
                f"SELECT pg_advisory_xact_lock(hashtext({literal(table.name)}))"
                if migration.engine == "postgres"
                else f"SELECT GET_LOCK({literal(table.name)}, 5)"
            )
            yield self.at(
                moment,
                table,
                f"{table}{migration.size(table)} is locked by hand ({mode}): {waits} wait until {until}.",
                *seen(migration, moment, table),
                help="Leave it out; a statement locks what it needs by itself.",
                fix=Fix("To keep two runs apart, take an advisory lock", "display", sql=(advisory,)),
            )
