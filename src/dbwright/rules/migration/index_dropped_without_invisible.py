"""An index is dropped that could be hidden first.

## Why
Nobody knows for sure which query uses an index until it is gone. Then the queries that did read the whole table, the
site stands still, and building the index again takes as long as the table is large. An invisible index (MySQL 8;
IGNORED in MariaDB 10.6) is still kept up to date, but no query uses it: if something gets slow, it is back in a
moment.

An index that the engine's counters show as unused is not reported, nor one that another index makes superfluous, nor
one that is invisible already.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer, INDEX by_total (total));
```
```sql
DROP INDEX by_total ON orders;
```

## Good
```sql
CREATE INDEX by_total_and_id ON orders (total, id);
DROP INDEX by_total ON orders;
```

## Fix
Make it invisible, wait until every job has run once, then drop it.

## Options
- `check-down` (default false): look at the way back too.

## References
- MySQL, [Invisible indexes](https://dev.mysql.com/doc/refman/8.4/en/invisible-indexes.html)
- MariaDB, [Ignored indexes](https://mariadb.com/kb/en/ignored-indexes/)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Index, Table
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen, table_before
from dbwright.rules.migration._text import written


class IndexDroppedWithoutInvisible(MigrationRule):
    """Finds visible indexes that are dropped."""

    code = "M089"
    group = "running"
    severity = "warning"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "drop index"):
            ref = action.table or action.target
            table = table_before(moment, ref)
            name = action.name or (action.target.name if action.target else "")
            index = next((each for each in table.indexes if each.name == name), None) if table else None
            if table is None or index is None or not index.visible or migration.rows(table.ref) == 0:
                continue
            use = migration.facts.indexes.get(table.ref.child("index", name))
            if (use is not None and use.scans == 0) or _is_superfluous(migration, moment, table, index):
                continue
            scans = f" It was used {use.scans:,} times since the counters began." if use and use.scans else ""
            hidden = "IGNORED" if migration.flavour == "mariadb" else "INVISIBLE"
            yield self.at(
                moment,
                table.ref.child("index", name),
                f"The index {name} of {table.ref}{migration.size(table.ref)} is dropped without having been hidden "
                "first: queries that still use it read the whole table from then on, and building it again takes "
                f"long.{scans}",
                rows_seen(migration, table.ref),
                help=f"Make it {hidden} first, and drop it when nothing got slower.",
                fix=Fix(
                    "Hide it first",
                    "display",
                    sql=(
                        f"ALTER TABLE {written(migration, table.ref)} ALTER INDEX {migration.quote(name)} {hidden}",
                        f"-- Weeks later:\n{moment.deed.text}",
                    ),
                ),
            )


def _is_superfluous(migration: Migration, moment: Moment, table: Table, index: Index) -> bool:
    """Whether another index of the table, before or at the end, begins with the same columns."""
    end = migration.lookup_end.table(table.ref.path)
    held = [*(each for each in table.indexes), *(end.indexes if end else ())]
    others = [each.columns for each in held if each.name != index.name and each.visible and each.method == index.method]
    others += [*table.keys, *(end.keys if end else ())]
    width = len(index.columns)
    return any(each[:width] == index.columns for each in others if each != index.columns or not index.unique)
