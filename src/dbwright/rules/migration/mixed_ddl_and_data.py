"""One migration changes the schema and the rows together.

## Why
In PostgreSQL the lock of the schema change is held until the transaction ends: while the rows are filled, nobody can
write to the table, and after most changes nobody can read it. The longer transaction also keeps vacuum from cleaning
up. In MySQL the change of the schema commits by itself: when the backfill fails, the schema is changed and half of
the rows are not, and the migration can't simply be run again.

Tables that the same migration has made, and small ones, are not reported.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
BEGIN;
ALTER TABLE orders ADD COLUMN net integer;
UPDATE orders SET net = total WHERE net IS NULL;
COMMIT;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN net integer;
```

## Fix
Two migrations: one for the schema, one that fills the rows in batches by key, each batch committed by itself.
`dbwright migrate new --data` makes one with progress and resumption.

## Options
- `rows` (default 10000): tables known to have fewer rows are not reported.
- `check-down` (default false): look at the way back too.

## References
- strong_migrations, [Backfilling data](https://github.com/ankane/strong_migrations#backfilling-data)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen, was_there

_CHANGES = (
    *("add column", "drop column", "rename column", "alter type", "change column", "add identity"),
    *("set not null", "drop not null", "set default", "add constraint", "drop constraint"),
    *("rename table", "create trigger", "create index", "convert charset"),
)


class MixedDdlAndData(MigrationRule):
    """Finds backfills beside a change of the schema."""

    code = "M099"
    group = "running"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        told: set[Ref] = set()
        for moment, action in existing(migration, "update", "delete", "insert"):
            ref = action.target
            if ref is None or ref.table in told or _is_small(migration, ref, action):
                continue
            change = next(_changes_with(migration, moment), None)
            if change is None:
                continue
            told.add(ref.table)
            yield self._mixed(migration, moment, ref, action, change)

    def _mixed(self, migration: Migration, moment: Moment, ref: Ref, action: Action, change: Ref) -> Finding:
        if migration.engine == "postgres":
            why = (
                f"the lock of the change of {change} is held until the last row of {ref.table}{migration.size(ref)} "
                "is written, and the running application waits for it"
            )
        else:
            why = (
                f"the change of {change} is committed at once, so a failure while rows of "
                f"{ref.table}{migration.size(ref)} are written leaves half of the migration done"
            )
        return self.at(
            moment,
            ref.table,
            f"Rows are changed ({action.kind.upper()}) in the same migration as the schema: {why}.",
            Evidence(
                f"Both stand in transaction {moment.deed.transaction}."
                if moment.deed.transaction is not None and migration.engine == "postgres"
                else "MySQL commits every change of the schema by itself."
            ),
            rows_seen(migration, ref),
            help="Fill the rows in a migration of its own, in batches by key, each committed by itself.",
        )


def _changes_with(migration: Migration, moment: Moment) -> Iterator[Ref]:
    """The tables of before whose schema changes where it matters: earlier in the same transaction, in MySQL anywhere."""
    number = moment.deed.transaction
    if migration.engine == "postgres" and number is None:
        return
    for each in migration.moments:
        if each is moment and migration.engine == "postgres":
            return
        if migration.engine == "postgres" and each.deed.transaction != number:
            continue
        for action in each.deed.actions:
            ref = action.table or action.target
            if action.kind in _CHANGES and ref is not None and was_there(migration, each, ref):
                yield ref.table


def _is_small(migration: Migration, ref: Ref, action: Action) -> bool:
    if action.kind == "insert" and "as select" not in action.words and "select" not in action.words:
        return True  # a few rows given in the text
    rows = migration.rows(ref)
    return rows is not None and rows < migration.option("rows", 10_000)
