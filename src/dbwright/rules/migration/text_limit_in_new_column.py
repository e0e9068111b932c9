"""A new column is char(n) or varchar(n), by habit.

## Why
In PostgreSQL `varchar(n)` is no faster and no smaller than `text`; the limit is a rule that will change, and is hard
to change: less room needs all rows checked under a lock, and views over the column stand in the way. A check says the
same and can be replaced in a moment. `char(n)` pads every value with blanks, takes more room, and compares in
surprising ways. SQLite doesn't enforce such a limit at all: whoever reads the schema believes in something that
nobody checks.

## Bad
```sql before
CREATE TABLE people (id integer PRIMARY KEY);
```
```sql
ALTER TABLE people ADD COLUMN nickname varchar(40);
```

## Good
```sql
ALTER TABLE people ADD COLUMN nickname text;
```

## Fix
Use `text`, with a check on its length where the limit means something.

## References
- squawk, [prefer-text-field](https://squawkhq.com/docs/prefer-text-field),
  [ban-char-field](https://squawkhq.com/docs/ban-char-field)
- PostgreSQL wiki, [Don't use char(n)](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import new_columns_by_table, on_the_way_back
from dbwright.rules.migration._text import listed


class TextLimitInNewColumn(MigrationRule):
    """Finds new columns of limited text."""

    code = "M069"
    group = "habits"
    severity = "note"
    engines = ("postgres", "sqlite")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment, table, columns in new_columns_by_table(migration, lambda column: _is_limited(migration, column)):
            named = listed([f"{column.name} ({column.type.spelling})" for column in columns])
            one = len(columns) == 1
            target = table.child("column", columns[0].name) if one else table
            yield self.at(
                moment,
                target,
                f"The new column{'' if one else 's'} {named} of {table} limit{'s' if one else ''} a text: "
                f"{_why(migration, columns)}.",
                Evidence(f"{listed([column.type.spelling for column in columns])} in {table}."),
                help="Use text, with a check on its length where the limit means something.",
                fix=Fix("Use text", "display", sql=tuple(_as_text(migration, column) for column in columns)),
                related=[table.child("column", column.name) for column in columns] if not one else (),
            )


def _is_limited(migration: Migration, column: Column) -> bool:
    if column.type.kind == "char" and migration.engine == "postgres":
        return True
    return column.type.kind in ("char", "varchar") and bool(column.type.length)


def _why(migration: Migration, columns: list[Column]) -> str:
    if migration.engine == "sqlite":
        return "SQLite does not enforce it"
    if any(column.type.kind == "char" for column in columns):
        return "char pads every value with blanks to the full length"
    return "that saves nothing, and changing the limit later needs a lock"


def _as_text(migration: Migration, column: Column) -> str:
    name = migration.quote(column.name)
    measure = "char_length" if migration.engine == "postgres" else "length"
    return f"{name} text CHECK ({measure}({name}) <= {column.type.length or 1})"
