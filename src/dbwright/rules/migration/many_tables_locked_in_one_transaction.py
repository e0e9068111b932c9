"""One transaction locks many tables in use, one after another, and holds them all until its end.

## Why
The first table waits for all the others. And whoever uses the same tables in another order stands in the way of the one and
waits for the other: a deadlock, which ends one of the two.

## Bad
```sql before
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY);
CREATE TABLE d (id integer PRIMARY KEY);
```
```sql
BEGIN;
ALTER TABLE a ADD COLUMN note text;
ALTER TABLE b ADD COLUMN note text;
ALTER TABLE c ADD COLUMN note text;
ALTER TABLE d ADD COLUMN note text;
COMMIT;
```

## Good
```sql
ALTER TABLE a ADD COLUMN note text;
ALTER TABLE b ADD COLUMN note text;
ALTER TABLE c ADD COLUMN note text;
ALTER TABLE d ADD COLUMN note text;
```

## Fix
A transaction for each table: several migrations, or none around them all.

## Options
- `most` (default 3): how many tables one transaction may lock against writes.

## References
- PostgreSQL, [Deadlocks](https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS)
- strong_migrations, [Adding multiple foreign keys](https://github.com/ankane/strong_migrations#checks)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._locks import locked, seen
from dbwright.rules.migration._text import listed
from dbwright.rules.migration._transactions import together


class ManyTablesLockedInOneTransaction(MigrationRule):
    """Finds transactions that lock many tables."""

    code = "M026"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        most = int(migration.option("most", 3))
        for moments in together(migration):
            held: dict[Ref, Moment] = {}
            for moment in moments:
                for lock in locked(migration, moment, "reads", "writes"):
                    held.setdefault(lock.relation, moment)
            if len(held) <= most:
                continue
            tables = list(held)
            moment = held[tables[most]]
            yield self.at(
                moment,
                tables[most],
                f"One transaction locks {len(tables)} tables against writes ({listed([str(each) for each in tables], 6)}) and holds "
                f"them all until its end: from this one on, more than {most}.",
                *seen(migration, moment),
                help="Change each table in a transaction of its own.",
                related=[each for each in tables if each != tables[most]],
            )
