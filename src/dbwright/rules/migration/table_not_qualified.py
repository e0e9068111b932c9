"""A table is named without its schema in a database that has several.

## Why
Which table an unqualified name means is decided by the `search_path` of whoever runs the migration: another role,
another tool or a changed setting, and the statement changes a table of another schema, or makes the new one where
nobody looks for it.

Reported where tables stand in more than one schema; in a database with one schema there is nothing to mistake.

## Bad
```sql before
CREATE SCHEMA billing;
CREATE TABLE billing.orders (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN total integer;
```

## Good
```sql
ALTER TABLE public.orders ADD COLUMN total integer;
```

## Fix
Write the schema before the name.

## Options
- `always` (default false): ask for it in databases with one schema too.

## References
- squawk, [all rules](https://squawkhq.com/docs/rules)
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._text import bare, listed

_NAMED = ("create table", "drop table", "rename table", "truncate", "add column", "drop column", "rename column", "alter table",
          "alter type", "add constraint", "drop constraint", "set not null", "drop not null", "set default", "drop default",
          "create view", "drop view", "create sequence", "drop sequence", "create function", "drop function", "create type",
          "drop type")  # fmt: skip


class TableNotQualified(MigrationRule):
    """Finds names without a schema where they can be mistaken."""

    code = "M074"
    group = "habits"
    severity = "note"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        spaces = sorted({table.namespace for table in (*migration.start.tables, *migration.end.tables)})
        if (len(spaces) < 2 and not migration.option("always", False)) or _sets_path(migration):
            return
        for moment in migration.moments:
            action = next(
                (each for each in moment.deed.actions if each.kind in _NAMED and "unqualified" in each.words), None
            )
            if action is None or action.target is None or "temporary" in action.words or len(action.target.path) < 2:
                continue
            name = action.target.path[1]
            doubles = [table.namespace for table in migration.start.tables if table.name == name]
            also = f", and {listed(sorted(doubles))} have one of that name" if len(doubles) > 1 else ""
            yield self.at(
                moment,
                action.target,
                f"{name} is named without its schema: the search_path of whoever runs the migration decides which one "
                f"is meant{also}.",
                Evidence(f"The database has tables in {listed(spaces)}."),
                help="Write the schema before the name.",
                severity="warning" if len(doubles) > 1 else None,
            )


def _sets_path(migration: Migration) -> bool:
    """Whether the migration itself says where names are looked up."""
    return any("search_path" in bare(moment.deed.text, "postgres").lower() for moment in migration.moments)
