"""A foreign key is added to a table in use and checks all its rows at once.

## Why
`ADD FOREIGN KEY` reads every row of the table and looks each up in the parent, and until it is through nobody can write to
either table (SHARE ROW EXCLUSIVE on both). Added as NOT VALID it holds for new rows at once, for the price of a moment;
`VALIDATE CONSTRAINT` then reads the old rows while everybody goes on writing.

## Bad
```sql before
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
```
```sql
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);
```

## Good
```sql
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;
```

## Fix
Adds it as NOT VALID, then validates it by a statement of its own, outside of the first one's transaction.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE: NOT VALID](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT)
- squawk, [adding-foreign-key-constraint](https://squawkhq.com/docs/adding-foreign-key-constraint)
- strong_migrations, [Adding a foreign key](https://github.com/ankane/strong_migrations#adding-a-foreign-key)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import ForeignKey
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import can_be_parted, constraint_name, then_validated
from dbwright.rules.migration._locks import gravity, in_use, locks_it, parent_of, seen, version_at_least


class ForeignKeyWithoutNotValid(MigrationRule):
    """Finds foreign keys that are checked while nobody can write."""

    code = "M005"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add constraint"):
            key = action.constraint
            if isinstance(key, ForeignKey) and not _is_quick(migration, moment, action, table, key):
                yield self._finding(migration, moment, action, table, key)

    def _finding(self, migration: Migration, moment: Moment, action: Action, table: Ref, key: ForeignKey) -> Finding:
        name = constraint_name(moment, table, key)
        parent = parent_of(key)
        also = "" if parent == table or migration.is_new(parent) else f", and {parent} against writes"
        return self.at(
            moment,
            table.child("foreign_key", name),
            f"The foreign key {name} checks every row at once: it {locks_it(migration, moment, table, 'SHARE ROW EXCLUSIVE')}{also}"
            " until all are looked up.",
            *seen(migration, moment, table),
            help="Add it as NOT VALID; validate it in a later transaction.",
            fix=Fix(
                f"Add {name} as NOT VALID, then validate it while others write",
                "safe" if can_be_parted(moment, action) else "display",
                sql=then_validated(migration, moment, action, table),
            ),
            severity=gravity(migration, moment, table, "warning"),
            related=[parent],
        )


def _is_quick(migration: Migration, moment: Moment, action: Action, table: Ref, key: ForeignKey) -> bool:
    """Whether no row is looked at: not validated, over columns that the same statement adds empty, or on a partitioned table,
    which cannot do better before version 18."""
    if "not valid" in action.words or not key.validated or not key.enforced:
        return True
    held = moment.lookup.table(table.path)
    if held is not None and held.kind == "partitioned" and not version_at_least(migration, 18):
        return True
    new = {
        each.column.name
        for each in moment.deed.actions
        if each.kind == "add column" and each.column and each.column.default is None
    }
    return set(key.columns) <= new
