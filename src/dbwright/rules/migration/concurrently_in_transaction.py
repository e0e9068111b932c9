"""A statement that cannot run in a transaction stands in one, so the migration fails.

## Why
`CREATE INDEX CONCURRENTLY`, `DROP INDEX CONCURRENTLY`, `REINDEX CONCURRENTLY`, `DETACH PARTITION … CONCURRENTLY`, `VACUUM` and
`CREATE DATABASE` work in several transactions of their own. Inside of one the server refuses them. Most runners open one for
each migration unless they are told not to.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
```
```sql
BEGIN;
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
COMMIT;
```

## Good
```sql
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
```

## Fix
Move it to a migration of its own that runs without a transaction: `atomic = False` in Django, `autocommit_block()` in Alembic,
`executeInTransaction=false` in Flyway. Where the text itself begins the transaction, commit before it.

## References
- PostgreSQL, [CREATE INDEX: CONCURRENTLY](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
- squawk, [ban-concurrent-index-creation-in-transaction](https://squawkhq.com/docs/ban-concurrent-index-creation-in-transaction)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import outside
from dbwright.rules.migration._transactions import is_opened_by_runner

_NEVER = frozenset(("vacuum", "vacuum full", "create database", "drop database"))
_MAY = frozenset(("create index", "drop index", "reindex", "detach partition"))


class ConcurrentlyInTransaction(MigrationRule):
    """Finds statements that a transaction makes fail."""

    code = "M017"
    group = "running"
    severity = "error"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment in migration.moments:
            if moment.deed.transaction is None:
                continue
            action = next((each for each in moment.deed.actions if _needs_none(each)), None)
            if action is None:
                continue
            by_runner = is_opened_by_runner(migration, moment)
            what = action.kind.upper() + (" CONCURRENTLY" if "concurrently" in action.words else "")
            opener = (migration.runner or "the runner") if by_runner else "a BEGIN above"
            yield self.at(
                moment,
                action.target or Ref("catalog", ()),
                f"{what} cannot run in a transaction, and {opener} has opened one: the server refuses it, and the migration fails.",
                Evidence("PostgreSQL refuses this statement inside of a transaction block."),
                help=f"Move it to {outside(migration)}.",
                fix=None if by_runner else Fix("Commit before it", "unsafe", sql=("COMMIT", moment.deed.text, "BEGIN")),
            )


def _needs_none(action: Action) -> bool:
    if action.kind == "reindex" and {"schema", "database", "system"} & action.words:
        return True
    return action.kind in _NEVER or (action.kind in _MAY and "concurrently" in action.words)
