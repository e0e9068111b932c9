"""A new column keeps a moment as a timestamp without time zone.

## Why
`timestamp` in PostgreSQL keeps what a clock on some wall showed, not which wall. Sessions with different `TimeZone`
settings write different values for the same moment, the hour that is repeated in autumn is ambiguous, and a
comparison with `now()` takes the reader's zone. `timestamptz` keeps the moment itself, in the same 8 bytes. Changing
it later rewrites the table and has to guess the zone.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN paid_at timestamp;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN paid_at timestamptz;
```

## Fix
Use `timestamptz`. For times that belong to a wall clock, such as opening hours, suppress the finding with that as the
reason.

## References
- squawk, [prefer-timestamp-tz](https://squawkhq.com/docs/prefer-timestamp-tz)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import new_columns_by_table, on_the_way_back
from dbwright.rules.migration._text import listed


class TimestampWithoutZoneInNewColumn(MigrationRule):
    """Finds new timestamps that don't know their zone."""

    code = "M071"
    group = "habits"
    severity = "note"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, table, columns in new_columns_by_table(migration, _is_naive):
            one = len(columns) == 1
            names = listed([column.name for column in columns])
            yield self.at(
                moment,
                table.child("column", columns[0].name) if one else table,
                f"The new column{'' if one else 's'} {names} of {table} keep{'s' if one else ''} a moment without its "
                "time zone: what it means hangs on the zone of the session that writes it.",
                Evidence(f"{'Its type is' if one else 'They are'} {columns[0].type.spelling}."),
                help="Use timestamptz: it takes the same 8 bytes, and changing it later rewrites the table.",
                fix=Fix("Use timestamptz", "display", sql=tuple(_with_zone(migration, column) for column in columns)),
                related=[table.child("column", column.name) for column in columns] if not one else (),
            )


def _is_naive(column: Column) -> bool:
    return column.type.kind == "timestamp" and not column.type.with_zone and column.generated is None


def _with_zone(migration: Migration, column: Column) -> str:
    digits = "" if column.type.precision is None else f"({column.type.precision})"
    return f"{migration.quote(column.name)} timestamptz{digits}"
