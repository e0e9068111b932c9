"""A trigger is dropped or disabled, and what it did is silently no longer done.

## Why
Triggers keep histories, totals, search columns and rules that no constraint can say. Nothing fails when one is gone:
the rows that are written from then on are simply wrong, and nobody can tell later which. Disabling all triggers of a
table in PostgreSQL switches its foreign keys off as well. A trigger that is disabled for a bulk load is also off for
everybody else meanwhile, and stays off if the script stops.

A trigger that is made or switched on again in the same transaction is not reported.

## Bad
```sql before postgres
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER keep BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep();
```
```sql before mysql
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE TRIGGER keep BEFORE UPDATE ON orders FOR EACH ROW SET NEW.total = 1;
```
```sql before sqlite
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE TRIGGER keep AFTER UPDATE ON orders BEGIN SELECT 1; END;
```
```sql postgres
DROP TRIGGER keep ON orders;
```
```sql mysql
DROP TRIGGER keep;
```
```sql sqlite
DROP TRIGGER keep;
```

## Good
```sql postgres
CREATE OR REPLACE TRIGGER keep BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep();
```
```sql mysql
DROP TRIGGER keep;
CREATE TRIGGER keep BEFORE UPDATE ON orders FOR EACH ROW SET NEW.total = 2;
```
```sql sqlite
DROP TRIGGER keep;
CREATE TRIGGER keep AFTER INSERT ON orders BEGIN SELECT 1; END;
```

## Fix
Release the application that does what the trigger did, before it goes. For a bulk load in PostgreSQL, `SET
session_replication_role = replica` switches triggers off for your own session only.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table, Trigger
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import after, on_the_way_back, was_there


class TriggerDroppedOrDisabled(MigrationRule):
    """Finds triggers that are off at the end, or for a while that others see."""

    code = "M083"
    group = "data"
    severity = "warning"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, action in migration.actions("drop trigger", "disable trigger"):
            name = action.name or (action.target.name if action.target else "")
            holder, trigger = _find(moment, action, name)
            table = action.table or (holder.ref if holder else None)
            if table is not None and not was_there(migration, moment, table):
                continue
            if trigger is None and moment.before.tables and name not in ("all", "user"):
                continue
            if _comes_back(migration, moment, action, name):
                continue
            yield self._off(migration, moment, action, name, table, trigger)

    def _off(
        self,
        migration: Migration,
        moment: Moment,
        action: Action,
        name: str,
        table: Ref | None,
        trigger: Trigger | None,
    ) -> Finding:
        done = "dropped" if action.kind == "drop trigger" else "disabled"
        on = f" of {table.table}{migration.size(table)}" if table else ""
        events = f" on {' and '.join(trigger.events)}" if trigger else ""
        everything = name in ("all", "user") and action.kind == "disable trigger"
        what = f"All triggers{on} are disabled" if everything else f"The trigger {name}{on} is {done}"
        keys = ", and its foreign keys are no longer checked" if name == "all" and everything else ""
        target = table.table.child("trigger", name) if table else action.target or Ref("trigger", ("", name))
        return self.at(
            moment,
            target,
            f"{what}: what {'they' if everything else 'it'} did{events} is no longer done for rows that anybody "
            f"writes from then on{keys}.",
            Evidence("Nothing in the same transaction puts it back."),
            help="Release the application that does it instead first; for a bulk load, switch triggers off for one session only.",
            severity="error" if keys else None,
        )


def _find(moment: Moment, action: Action, name: str) -> tuple[Table | None, Trigger | None]:
    path = action.table.path[:2] if action.table else None
    for table in moment.before.tables:
        if path is None or table.ref.path == path:
            for trigger in table.triggers:
                if trigger.name == name:
                    return table, trigger
    return None, None


def _comes_back(migration: Migration, moment: Moment, action: Action, name: str) -> bool:
    """Whether a later statement makes it again, or switches it on in the same transaction."""
    for later in after(migration, moment):
        for each in later.deed.actions:
            again = each.name or (each.target.name if each.target else "")
            if again != name:
                continue
            if action.kind == "drop trigger" and each.kind == "create trigger":
                return True
            number = moment.deed.transaction
            if each.kind == "enable trigger" and number is not None and later.deed.transaction == number:
                return True
    return False
