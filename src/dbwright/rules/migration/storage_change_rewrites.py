"""A table is moved to another kind of storage, and every row is written again under lock.

## Why
`SET LOGGED`, `SET UNLOGGED`, `SET TABLESPACE` and `SET ACCESS METHOD` copy the whole table under the strongest lock there is
(ACCESS EXCLUSIVE); `SET LOGGED` writes all of it to the log too. An unlogged table is empty after a crash and does not exist on
replicas.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders SET UNLOGGED;
```

## Good
```sql
CREATE UNLOGGED TABLE imported_orders (id integer PRIMARY KEY);
```

## Fix
On a small table, do it at a quiet hour under a lock_timeout. On a large one make a new table of the wanted kind, keep both in
step by triggers, copy the rows in batches and swap the names; pg_repack moves a table to another tablespace while it is used.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
- eugene, [E10: rewriting a table or index while holding a dangerous lock](https://kaveland.no/eugene/hints/E10/)
"""

from collections.abc import Iterable

from dbwright.change.actions import Action
from dbwright.finding import Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen


class StorageChangeRewrites(MigrationRule):
    """Finds tables copied to another kind of storage under lock."""

    code = "M020"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "set logged", "set unlogged", "set tablespace", "rebuild table"):
            if table.kind != "table" or not _changes(moment, action):
                continue
            words = f"SET {(action.to or '').upper()}" if action.kind == "rebuild table" else action.kind.upper()
            also = " After a crash it is empty, and replicas do not have it." if action.kind == "set unlogged" else ""
            yield self.at(
                moment,
                table,
                f"{words} copies the whole table: it {locks_it(migration, moment, table)} until that is done.{also}",
                *seen(migration, moment, table),
                help="Do it at a quiet hour under a lock_timeout, or move the rows to a new table of that kind in batches.",
                severity=gravity(migration, moment, table, "warning"),
            )


def _changes(moment: Moment, action: Action) -> bool:
    """Whether it is not so already."""
    held = moment.lookup.table(action.target.path) if action.target and len(action.target.path) > 1 else None
    if held is None:
        return action.target is not None and action.target.kind == "table"
    if action.kind in ("set logged", "set unlogged"):
        return held.unlogged == (action.kind == "set logged")
    if action.kind == "set tablespace":
        return action.to != held.options.get("tablespace", "pg_default")
    return action.to != held.options.get("access method", "heap")
