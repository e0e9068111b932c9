"""The default of a column changes while the running application relies on the old one.

## Why
Without its default, a column that is NOT NULL makes each `INSERT` of the running application fail that leaves it out.
A changed default is quieter: old and new servers write different values for the same thing, and an object mapper that
read the default when it started goes on writing the old one. Rows that are there keep their values.

A first default for a column that may be NULL is not reported.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, state integer NOT NULL DEFAULT 1);
```
```sql postgres
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
```
```sql mysql
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT;
```

## Good
```sql postgres
ALTER TABLE orders ADD COLUMN note text DEFAULT 'none';
```
```sql mysql
ALTER TABLE orders ADD COLUMN note varchar(100) DEFAULT 'none';
```

## Fix
Release an application that names the column in every INSERT; change the default then.

## Options
- `check-down` (default false): look at the way back too.

## References
- strong_migrations, [Changing the default value of a
  column](https://github.com/ankane/strong_migrations#changing-the-default-value-of-a-column)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import column_after, column_before, column_ref, existing, is_new_column, part_of


class DefaultChangedUnderRunningApplication(MigrationRule):
    """Finds defaults that are dropped or changed."""

    code = "M062"
    group = "compatibility"
    severity = "note"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "set default", "drop default"):
            if action.target is None or is_new_column(migration, action.target, part_of(action)):
                continue
            before, after = column_before(moment, action), column_after(moment, action)
            ref = column_ref(action)
            old = before.default if before else None
            if before is not None and old is None:
                continue
            if action.kind == "drop default" and _must_be_filled(before):
                yield self.at(
                    moment,
                    ref,
                    f"{ref} must be filled and loses its default{_told(old)}: every INSERT of the running application "
                    "that leaves it out fails from then on.",
                    Evidence(f"The column is NOT NULL, its default is {old}."),
                    help="Release an application that names the column in every INSERT first.",
                    severity="error",
                )
                continue
            new = "" if action.kind == "drop default" else (after.default if after else None) or action.default or ""
            if old is not None and new == old:
                continue
            told = (f"from {old} " if old else "") + (f"to {new}" if new else "to none")
            yield self.at(
                moment,
                ref,
                f"The default of {ref} changes {told}: the running application, which may have read the old one when "
                "it started, and the new one write different values until only one of them runs.",
                Evidence("Rows that are there keep their values."),
                help="Let the application name the column in every INSERT before the default changes.",
            )


def _must_be_filled(column: Column | None) -> bool:
    return column is not None and not column.nullable and column.identity is None and column.generated is None


def _told(default: str | None) -> str:
    return f" ({default})" if default else ""
