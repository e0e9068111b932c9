"""A statement locks a table in use that it does not seem to be about.

## Why
A foreign key belongs to two tables: making one, even on a new and empty table, locks the table that it points at against
writes (SHARE ROW EXCLUSIVE); dropping one, or dropping a table that has one, locks it against reads too (ACCESS EXCLUSIVE). It
takes a moment, but waits behind the longest transaction on that table, and everybody waits behind it.

## Bad
```sql before
CREATE TABLE customers (id integer PRIMARY KEY);
```
```sql
CREATE TABLE notes (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
```

## Good
```sql
SET lock_timeout = '2s';
CREATE TABLE notes (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
```

## Fix
Do it under a lock_timeout, and alone in its transaction: the lock is held until that ends.

## References
- PostgreSQL, [Table-level locks](https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES)
- strong_migrations, [Adding a foreign key](https://github.com/ankane/strong_migrations#adding-a-foreign-key)
"""

from collections.abc import Iterable

from dbwright.catalog.parts import ForeignKey
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._locks import against, locked, seen, size
from dbwright.rules.migration._transactions import followed


class LocksAnotherTable(MigrationRule):
    """Finds locks on tables that a statement does not name as its own."""

    code = "M033"
    group = "locks"
    severity = "note"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        before_others = followed(migration)
        for moment in migration.moments:
            own = _own(moment)
            stays = id(moment) in before_others
            if _is_told_of(migration, moment):
                continue
            if not own or (moment.lock_timeout and not stays):
                continue
            for lock in locked(migration, moment, "reads", "writes"):
                if lock.relation.path[:2] in own:
                    continue
                table = lock.relation
                until = "until the transaction ends" if stays else "for a moment"
                yield self.at(
                    moment,
                    table,
                    f"This locks {table}{size(migration, table, moment.deed.effect)} too, against {against(lock)} ({lock.mode}), {until}; "
                    f"it waits for all who use it{'' if moment.lock_timeout else ', without a limit'}, and everybody waits behind it.",
                    *seen(migration, moment, table),
                    help="Do it under a lock_timeout, alone in its transaction.",
                    fix=None
                    if moment.lock_timeout or stays
                    else Fix("Give up after 2 seconds", "safe", sql=("SET lock_timeout = '2s'", moment.deed.text)),
                )


def _own(moment: Moment) -> set[tuple[str, ...]]:
    """The tables that the statement is about; empty where it is on rows or not understood."""
    kinds = {action.kind for action in moment.deed.actions}
    if kinds & {
        "insert",
        "update",
        "delete",
        "select",
        "copy",
        "call",
        "do",
        "other",
        "drop schema",
        "alter domain",
        "drop type",
    }:
        return set()
    found: set[tuple[str, ...]] = set()
    for action in moment.deed.actions:
        found |= {ref.path[:2] for ref in (action.table, action.target) if ref is not None}
        if action.target is not None and action.target.kind == "index":
            found |= {
                table.ref.path
                for table in moment.before.tables
                if table.namespace == action.target.namespace
                and any(index.name == action.target.name for index in table.indexes)
            }
    parents = {
        each.partition_of.table
        for each in moment.before.tables
        if each.partition_of is not None and each.ref.path in found
    }
    parts = {
        each.ref.path
        for each in moment.before.tables
        if each.partition_of is not None and each.partition_of.table in found
    }
    return found | parents | parts


def _is_told_of(migration: Migration, moment: Moment) -> bool:
    """Whether M005 tells of both tables: a foreign key that is checked at once on a table in use."""
    return any(
        action.kind == "add constraint"
        and isinstance(action.constraint, ForeignKey)
        and not {"not valid", "inline"} & action.words
        and action.target is not None
        and not migration.is_new(action.target)
        for action in moment.deed.actions
    )
