"""A table is written anew to make it smaller, and nobody can use it until that is done.

## Why
`VACUUM FULL` and `CLUSTER` copy the whole table and build all its indexes again under the strongest lock there is (ACCESS
EXCLUSIVE), and need as much free disk as the table takes. A plain VACUUM makes the room of dead rows free for new ones and
keeps nobody out; pg_repack and pg_squeeze shrink a table while it is used.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
VACUUM FULL orders;
```

## Good
```sql
VACUUM orders;
```

## Fix
Leave it to autovacuum, or run pg_repack, which locks the table for a moment at the beginning and the end only.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [VACUUM](https://www.postgresql.org/docs/current/sql-vacuum.html)
- [pg_repack](https://reorg.github.io/pg_repack/)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._locks import gravity, locks_it, seen
from dbwright.rules.migration._objects import was_there
from dbwright.rules.migration._text import literal, written


class FullVacuumOrCluster(MigrationRule):
    """Finds tables copied under lock."""

    code = "M019"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("vacuum full", "cluster"):
            table = action.target
            if table is not None and not was_there(migration, moment, table):
                continue
            what = action.kind.upper()
            if table is None:
                message = f"{what} without a table copies every table of the database, each locked against reads and writes meanwhile."
            else:
                message = f"{what} copies the whole table: it {locks_it(migration, moment, table)} until that is done."
            yield self.at(
                moment,
                table or Ref("catalog", ()),
                message,
                *seen(migration, moment, *([table] if table else [])),
                help="Use pg_repack, or a plain VACUUM, which keeps nobody out.",
                fix=Fix(
                    "Shrink it while it is used, with pg_repack (a command of the shell)",
                    "display",
                    sql=(f"-- pg_repack --table={literal(written(migration, table))}",),
                )
                if table
                else None,
                severity=gravity(migration, moment, table, "warning") if table else None,
            )
