"""A trigger is made, dropped or switched on a table in use, without a limit on the wait for its lock.

## Why
Making a trigger or switching one needs a lock against writes (SHARE ROW EXCLUSIVE), dropping one a lock against reads too
(ACCESS EXCLUSIVE). It takes a moment, but waits behind the longest transaction that writes, and all later writes wait behind
it. While a trigger is switched off, rows go by that it was to look at.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
```
```sql
CREATE TRIGGER orders_note BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_it();
```

## Good
```sql
SET lock_timeout = '2s';
CREATE TRIGGER orders_note BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_it();
```

## Fix
Do it under a lock_timeout, in a transaction of its own.

## References
- PostgreSQL, [Table-level locks](https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES)
"""

from collections.abc import Iterable

from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._locks import lock_on, locks_it, seen
from dbwright.rules.migration._objects import was_there

_SAYS = {
    "create trigger": "Making the trigger",
    "drop trigger": "Dropping the trigger",
    "enable trigger": "Switching on the trigger",
    "disable trigger": "Switching off the trigger",
}


class TriggerLocksTable(MigrationRule):
    """Finds triggers changed while nobody limits the wait."""

    code = "M027"
    group = "locks"
    severity = "note"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions(*_SAYS):
            table = action.table
            if moment.lock_timeout or table is None or not was_there(migration, moment, table):
                continue
            if moment.lookup.view(table.path) is not None:
                continue
            lock = lock_on(moment, table)
            if lock is not None and "writes" not in lock.blocks:
                continue
            off = (
                " Until it is on again, rows go by that it was to look at." if action.kind == "disable trigger" else ""
            )
            yield self.at(
                moment,
                table.child("trigger", action.name or (action.target.name if action.target else "")),
                f"{_SAYS[action.kind]} {action.name or ''} {locks_it(migration, moment, table, 'SHARE ROW EXCLUSIVE')} for a moment, "
                f"and waits for it without a limit while all who write wait behind it.{off}",
                *seen(migration, moment, table),
                help="Do it under a lock_timeout.",
                fix=Fix("Give up after 2 seconds", "safe", sql=("SET lock_timeout = '2s'", moment.deed.text)),
            )
