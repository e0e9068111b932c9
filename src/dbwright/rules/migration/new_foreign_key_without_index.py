"""A foreign key is added whose columns have no index.

## Why
Whenever a row of the parent is deleted, or its key changes, the engine looks for children. Without an index it reads
the whole child table each time, holding locks on the parent meanwhile; deleting a thousand parents reads it a
thousand times. It also slows down the joins that the key is for. MySQL makes the index by itself.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer);
```
```sql postgres
ALTER TABLE parcels ADD CONSTRAINT parcels_order FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
```
```sql sqlite
CREATE TABLE items (id integer PRIMARY KEY, order_id integer REFERENCES orders (id));
```

## Good
```sql postgres
CREATE INDEX CONCURRENTLY parcels_order_id ON parcels (order_id);
ALTER TABLE parcels ADD CONSTRAINT parcels_order FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
```
```sql sqlite
CREATE TABLE items (id integer PRIMARY KEY, order_id integer REFERENCES orders (id));
CREATE INDEX items_order_id ON items (order_id);
```

## Fix
Build the index in the same migration; on a PostgreSQL table in use CONCURRENTLY, before the key is added.

## References
- eugene, [E15: missing index](https://kaveland.no/eugene/hints/E15/)
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import ForeignKey, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.design._tables import is_indexed
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back, rows_seen, was_there
from dbwright.rules.migration._text import listed, written


class NewForeignKeyWithoutIndex(MigrationRule):
    """Finds new foreign keys that nothing serves at the end of the migration."""

    code = "M101"
    group = "habits"
    severity = "warning"
    engines = ("postgres", "sqlite")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for table in migration.end.tables:
            if table.partition_of or table.temporary:
                continue
            start = migration.lookup_start.table(table.ref.path)
            there = {key.columns for key in start.foreign_keys} if start else set()
            for key in table.foreign_keys:
                if key.columns in there or is_indexed(table, key.columns):
                    continue
                moment = _adding(migration, table, key)
                if moment is not None and not any(set(each) <= set(key.columns) for each in table.keys):
                    yield self._found(migration, moment, table, key)

    def _found(self, migration: Migration, moment: Moment, table: Table, key: ForeignKey) -> Finding:
        parent = ".".join(part for part in key.table if part)
        columns = ", ".join(migration.quote(name) for name in key.columns)
        in_use = was_there(migration, moment, table.ref) and migration.engine == "postgres"
        how = "CONCURRENTLY " if in_use else ""
        name = migration.quote("_".join((table.name, *key.columns)))
        index = f"CREATE INDEX {how}{name} ON {written(migration, table.ref)} ({columns})"
        return self.at(
            moment,
            table.column_ref(key.columns[0]) if len(key.columns) == 1 else table.ref,
            f"The new foreign key of {table.ref} over {listed(key.columns)} has no index: deleting a row of {parent} "
            f"reads all of {table.ref}{migration.size(table.ref)}.",
            Evidence(f"At the end of the migration no index of {table.ref} begins with {listed(key.columns)}."),
            rows_seen(migration, table.ref),
            help="Build an index over the columns in the same migration.",
            fix=Fix(
                "Build the index", "display", sql=(index, moment.deed.text) if in_use else (moment.deed.text, index)
            ),
        )


def _adding(migration: Migration, table: Table, key: ForeignKey) -> Moment | None:
    """The statement after which the table has the key."""
    for moment in migration.moments:
        before, after = moment.lookup.table(table.ref.path), moment.lookup_after.table(table.ref.path)
        had = before is not None and any(each.columns == key.columns for each in before.foreign_keys)
        if not had and after is not None and any(each.columns == key.columns for each in after.foreign_keys):
            return moment
    return None
