"""A column is dropped, with its values, while the running application may still name it.

## Why
The values are gone at once; only a backup brings them back. And between the migration and the release of the new
application, and on every server that still runs the old one, each `SELECT`, `INSERT` or `UPDATE` that names the
column fails. Object mappers name every column that they found when they started, so the application fails even where
no one wrote the column's name. In PostgreSQL every index and constraint over the column goes with it, those over
several columns too.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer NOT NULL);
```
```sql
ALTER TABLE orders DROP COLUMN total;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN note text;
```

## Fix
In two releases. First an application that neither reads nor writes the column, and a migration that lets rows be
inserted without it. Then, when nobody runs the old application any more, drop it, and suppress this finding with the
reason.

## Options
- `check-down` (default false): look at the way back too.

## References
- strong_migrations, [Removing a column](https://github.com/ankane/strong_migrations#removing-a-column)
- squawk, [ban-drop-column](https://squawkhq.com/docs/ban-drop-column)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import (
    column_before,
    column_ref,
    existing,
    is_new_column,
    on_the_way_back,
    part_of,
    rows_seen,
    same,
    table_before,
)
from dbwright.rules.migration._text import listed, written


class ColumnDropped(MigrationRule):
    """Finds columns that go, by DROP COLUMN or in the rebuild of a table."""

    code = "M050"
    group = "data"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        named: set[Ref] = set()
        for moment, action in existing(migration, "drop column"):
            if action.target is None or is_new_column(migration, action.target, part_of(action)):
                continue
            ref = column_ref(action)
            named.add(ref)
            if not _comes_back(migration, action.target, part_of(action)):
                yield self._dropped(migration, moment, ref, column_before(moment, action))
        for moment, ref, column in _lost_in_rebuilds(migration):
            if ref not in named:
                yield self._dropped(migration, moment, ref, column)

    def _dropped(self, migration: Migration, moment: Moment, ref: Ref, column: Column | None) -> Finding:
        table = table_before(moment, ref)
        gone = _goes_with_it(table, ref.name) if table and migration.engine == "postgres" else []
        computed = column is not None and column.generated is not None
        loss = (
            "no value is lost, since it is computed from others"
            if computed
            else "no value is lost, since the table is empty"
            if migration.rows(ref) == 0
            else f"its values are gone{migration.size(ref)}"
        )
        also = f" With it {'goes' if len(gone) == 1 else 'go'} {listed([each.name for each in gone])}." if gone else ""
        return self.at(
            moment,
            ref,
            f"{ref} is dropped: {loss}, and every statement of the running application that names it fails.{also}",
            rows_seen(migration, ref),
            help="Release an application that doesn't name the column first; drop it in a later migration.",
            fix=self._sequence(migration, ref, column),
            severity="warning" if computed or migration.rows(ref) == 0 else None,
            related=gone,
        )

    def _sequence(self, migration: Migration, ref: Ref, column: Column | None) -> Fix:
        table, name = written(migration, ref), migration.quote(ref.name)
        steps = (
            ["-- 1. Let rows be inserted without the column.\n" + optional]
            if (optional := _optional(migration, table, name, column))
            else []
        )
        steps.append(
            f"-- {len(steps) + 1}. Release an application that neither reads nor writes {ref.name}. Then, in a later "
            f"migration:\n"
            f"ALTER TABLE {table} DROP COLUMN {name}"
        )
        return Fix(f"Stop using {ref.name}, then drop it", "display", sql=tuple(steps))


def _optional(migration: Migration, table: str, name: str, column: Column | None) -> str | None:
    """The statement that lets rows be inserted without a column, where they can't be yet."""
    if column is None or column.nullable or column.default is not None or column.identity or column.generated:
        return None
    if migration.engine == "postgres":
        return f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL"
    if migration.engine == "mysql":
        return f"ALTER TABLE {table} MODIFY COLUMN {name} {column.type.spelling} NULL"
    return None


def _goes_with_it(table: Table, name: str) -> list[Ref]:
    """The indexes and constraints over several columns that PostgreSQL drops together with one of them."""
    found = [
        table.ref.child("index", index.name) for index in table.indexes if name in (*index.columns, *index.include)
    ]
    found += [table.ref.child("unique", key.name) for key in table.uniques if key.name and name in key.columns]
    found += [
        table.ref.child("foreign_key", key.name) for key in table.foreign_keys if key.name and name in key.columns
    ]
    key = table.primary_key
    if key and key.name and name in key.columns:
        found.append(table.ref.child("primary_key", key.name))
    return found


def _comes_back(migration: Migration, table: Ref, name: str) -> bool:
    """Whether the same migration adds a column of this name again: column-dropped-and-re-added says what that does."""
    return any(
        action.target is not None
        and action.target.path[:2] == table.path[:2]
        and same(migration.engine, part_of(action), name)
        for _, action in migration.actions("add column")
    )


def _lost_in_rebuilds(migration: Migration) -> Iterator[tuple[Moment, Ref, Column]]:
    """Columns that a table loses when it is dropped and another one takes its name, as SQLite's rebuilds do."""
    if on_the_way_back(migration):
        return
    renamed = {
        part_of(action).casefold(): action.to for _, action in migration.actions("rename column", "change column")
    }
    for moment, action in migration.actions("drop table"):
        if action.target is None or len(action.target.path) < 2:
            continue
        before, after = migration.lookup_start.table(action.target.path), migration.lookup_end.table(action.target.path)
        if before is None or after is None or table_before(moment, action.target) is None:
            continue
        kept = {column.name.casefold() for column in after.columns}
        for column in before.columns:
            if column.name.casefold() not in kept and column.name.casefold() not in renamed:
                yield moment, before.column_ref(column.name), column
