"""A new column is json where jsonb does everything better.

## Why
PostgreSQL's `json` keeps the text as it was written. It has no equality, so `SELECT DISTINCT`, `GROUP BY`, `UNION`
and `IN` over a query that holds the column fail, even where the application's object mapper adds the DISTINCT. It
can't be indexed by content, and each access parses the text again. `jsonb` has none of that. Only the order of keys,
repeated keys and blanks get lost.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN details json;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN details jsonb;
```

## Fix
Use `jsonb`; keep `json` where the text must come back as it was written, and suppress the finding with that as the
reason.

## References
- strong_migrations, [Adding a json column](https://github.com/ankane/strong_migrations#adding-a-json-column)
- eugene, [E3 hint](https://kaveland.no/eugene/hints/E3/)
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import new_columns, on_the_way_back


class JsonInsteadOfJsonb(MigrationRule):
    """Finds new columns of type json."""

    code = "M072"
    group = "habits"
    severity = "warning"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, table, column in new_columns(migration):
            if column.type.kind == "json" and not column.type.binary_json:
                yield self.at(
                    moment,
                    table.child("column", column.name),
                    f"The new column {table}.{column.name} is json, which has no equality: queries over it with "
                    "DISTINCT, GROUP BY or UNION fail in the running application.",
                    Evidence(f"Its type is {column.type.spelling}."),
                    help="Use jsonb.",
                    fix=Fix(f"Make {column.name} a jsonb", "display", sql=(f"{migration.quote(column.name)} jsonb",)),
                )
