"""A column that must be filled is added without a default.

## Why
The rows that are there have no value for it. PostgreSQL and SQLite refuse the statement as soon as the table has one
row; MySQL silently fills every row with the type's zero: 0, '', or '0000-00-00'. And even on an empty table, the
running application does not know the column: each `INSERT` that leaves it out fails.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql postgres
ALTER TABLE orders ADD COLUMN currency varchar(3) NOT NULL;
```
```sql mysql
ALTER TABLE orders ADD COLUMN currency varchar(3) NOT NULL;
```
```sql sqlite
ALTER TABLE orders ADD COLUMN currency varchar(3) NOT NULL;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN currency varchar(3) NOT NULL DEFAULT 'EUR';
```

## Fix
Give it a default, which costs nothing in PostgreSQL 11 and later, MySQL 8 and MariaDB. Where no value fits all rows,
add the column without NOT NULL, release an application that fills it, fill the old rows in batches, and forbid NULL
then.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [adding-required-field](https://squawkhq.com/docs/adding-required-field)
- Atlas, [Adding a non-nullable column](https://atlasgo.io/lint/analyzers#data-dependent-changes)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Column
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import column_ref, existing, rows_seen
from dbwright.rules.migration._text import written


class RequiredColumnAdded(MigrationRule):
    """Finds ADD COLUMN … NOT NULL without a default."""

    code = "M058"
    group = "data"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "add column"):
            column = action.column
            if column is not None and not column.nullable and not _has_value(column):
                yield self._required(migration, moment, action, column)

    def _required(self, migration: Migration, moment: Moment, action: Action, column: Column) -> Finding:
        ref = column_ref(action, column.name)
        rows = migration.rows(ref)
        if rows == 0:
            fails = "the table is empty, so it can be added"
        elif migration.engine == "mysql":
            fails = f"MySQL silently gives the rows that are there{migration.size(ref)} its type's zero or empty value"
        elif rows:
            fails = f"it fails, because the rows that are there{migration.size(ref)} have no value for it"
        else:
            fails = "it fails if the table has rows, which have no value for it"
        return self.at(
            moment,
            ref,
            f"{ref} must be filled and has no default: {fails}; then every INSERT of the running application that "
            "leaves it out fails.",
            rows_seen(migration, ref),
            help="Give it a default; or add it without NOT NULL, fill it, and forbid NULL in a later migration.",
            fix=Fix("Add it, release, fill it, then forbid NULL", "display", sql=_sequence(migration, action, column)),
            severity="warning" if rows == 0 else None,
        )


def _has_value(column: Column) -> bool:
    has_default = column.default is not None and column.default.strip().upper() != "NULL"
    return (
        has_default
        or column.generated is not None
        or column.identity is not None
        or "serial" in column.type.spelling.lower()
    )


def _sequence(migration: Migration, action: Action, column: Column) -> tuple[str, ...]:
    """The statements that lead to the same column while the old application and the new one both work."""
    table = written(migration, action.target) if action.target else ""
    name, spelling = migration.quote(column.name), column.type.spelling
    fill = (
        f"-- 2. Release an application that fills {column.name}. Then, in batches by key:\n"
        f"UPDATE {table} SET {name} = /* the value */ WHERE {name} IS NULL"
    )
    if migration.engine == "sqlite":
        return (
            (
                f"-- Where one value fits all rows:\nALTER TABLE {table} ADD COLUMN {name} {spelling} NOT NULL DEFAULT /* "
                f"the value */"
            ),
        )
    add = f"-- 1.\nALTER TABLE {table} ADD COLUMN {name} {spelling}"
    if migration.engine == "mysql":
        return (
            add,
            fill,
            f"-- 3.\nALTER TABLE {table} MODIFY COLUMN {name} {spelling} NOT NULL, ALGORITHM=INPLACE, LOCK=NONE",
        )
    check = migration.quote(f"{column.name}_is_set"[:63])
    return (
        add,
        fill,
        f"-- 3.\nALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}",
        f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {check}",
    )
