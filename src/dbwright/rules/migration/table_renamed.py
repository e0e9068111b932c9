"""A table is renamed while the running application uses it under its old name.

## Why
Every statement of the running application that names the table fails from that moment on, until the new version runs
everywhere. A view under the old name bridges the gap: simple views can be written through in PostgreSQL and MySQL.

The renames of SQLite's rebuilds, and of tables that the same migration has made, are not reported, nor is a rename
that leaves a view under the old name.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
ALTER TABLE orders RENAME TO purchases;
```

## Good
```sql
ALTER TABLE orders RENAME TO purchases;
CREATE VIEW orders AS SELECT * FROM purchases;
```

## Fix
Leave a view under the old name, in the same transaction where the engine has transactions for that, and drop it when
the new application runs everywhere. SQLite needs INSTEAD OF triggers on it, unless the old application only reads. A
view can't be truncated, nor be the target of a foreign key.

## Options
- `check-down` (default false): look at the way back too.

## References
- strong_migrations, [Renaming a table](https://github.com/ankane/strong_migrations#renaming-a-table)
- PostgreSQL, [Updatable
  views](https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import after, existing, rows_seen
from dbwright.rules.migration._text import qualified, written


class TableRenamed(MigrationRule):
    """Finds tables that are renamed, or moved to another schema."""

    code = "M055"
    group = "compatibility"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "rename table", "move table"):
            ref = action.target
            if ref is None or action.to is None or _stays_reachable(migration, moment, action, ref):
                continue
            new = (action.to, ref.path[1]) if action.kind == "move table" else (ref.path[0], action.to)
            renamed = qualified(migration, *new)
            told = f"moved to the schema {action.to}" if action.kind == "move table" else f"renamed to {action.to}"
            view = f"CREATE VIEW {written(migration, ref)} AS SELECT * FROM {renamed}"
            yield self.at(
                moment,
                ref,
                f"{ref} is {told}: every statement of the running application that uses it by its old name fails from "
                "then on, until the new version runs everywhere.",
                rows_seen(migration, ref),
                help="Leave a view under the old name until no application uses it.",
                fix=Fix(
                    f"Leave a view under the name {ref.name}",
                    "display",
                    sql=(moment.deed.text, view),
                ),
            )


def _stays_reachable(migration: Migration, moment: Moment, action: Action, ref: Ref) -> bool:
    """Whether something stands under the old name at the end: a view over the new one, or another table in a rebuild."""
    if migration.lookup_end.view(ref.path) or migration.lookup_end.table(ref.path):
        return True
    if action.kind == "rename table" and migration.lookup_start.table((ref.path[0], action.to or "")):
        return True  # it takes the place of another one, and nobody is to use it by its own name
    return any(
        other.kind in ("create view", "create table")
        and other.target is not None
        and other.target.path[:2] == ref.path[:2]
        for each in after(migration, moment)
        for other in each.deed.actions
    )
