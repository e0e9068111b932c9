"""A new index that is not unique has more than three columns.

## Why
After the first columns the rows that are left are few; the others make the index larger, slower to write, and less
likely to fit into memory, and queries that leave out a column in the middle use only what stands before it. Wide
indexes mostly come from one query whose conditions were copied.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, a integer, b integer, c integer, d integer);
```
```sql
CREATE INDEX orders_all ON orders (a, b, c, d);
```

## Good
```sql
CREATE INDEX orders_ab ON orders (a, b);
```

## Fix
Start with the columns that select most. Columns that are only read belong into INCLUDE (PostgreSQL 11 and later).

## Options
- `columns` (default 3): how many are fine.

## References
- strong_migrations, [Adding an index non-uniquely on more than three
  columns](https://github.com/ankane/strong_migrations#keeping-non-unique-indexes-to-three-columns-or-less)
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import on_the_way_back, rows_seen
from dbwright.rules.migration._text import listed


class WideNonUniqueIndex(MigrationRule):
    """Finds new indexes with many columns."""

    code = "M076"
    group = "habits"
    severity = "note"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        most = migration.option("columns", 3)
        if on_the_way_back(migration):
            return
        for moment, action in migration.actions("create index"):
            index, table = action.index, action.table or action.target
            if index is None or table is None or index.unique or len(index.parts) <= most:
                continue
            if index.method not in ("btree", ""):
                continue  # full-text and bloom indexes serve each column alike
            names = [part.column or "an expression" for part in index.parts]
            yield self.at(
                moment,
                table.table,
                f"The index {index.name} of {table.table}{migration.size(table)} has {len(names)} columns: every "
                "write pays for all of them, while the first few select almost everything.",
                Evidence(f"Its columns are {listed(names)}."),
                rows_seen(migration, table),
                help="Keep the columns that select most, in that order.",
            )
