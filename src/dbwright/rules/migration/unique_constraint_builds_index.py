"""A unique constraint or a primary key builds its index while nobody can use the table.

## Why
`ADD UNIQUE` and `ADD PRIMARY KEY` read and sort the whole table under the strongest lock there is (ACCESS EXCLUSIVE). The same
index can be built by CREATE UNIQUE INDEX CONCURRENTLY while others read and write; the constraint then takes it over in a
moment.

## Bad
```sql before
CREATE TABLE customers (id integer PRIMARY KEY, email text);
```
```sql
ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);
```

## Good
```sql
CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);
ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;
```

## Fix
Builds the index with CONCURRENTLY, outside of any transaction, and makes the constraint of it. The columns of a primary key
are made NOT NULL first, by checks that are validated while others read and write.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [ALTER TABLE: ADD table_constraint_using_index](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX)
- squawk, [disallowed-unique-constraint](https://squawkhq.com/docs/disallowed-unique-constraint)
- eugene, [E7: creating a new unique constraint](https://kaveland.no/eugene/hints/E7/)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import PrimaryKey, Unique
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import (
    alter,
    beside,
    can_be_parted,
    constraint_name,
    not_null_by_check,
    outside,
    proves_not_null,
)
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen
from dbwright.rules.migration._text import written


class UniqueConstraintBuildsIndex(MigrationRule):
    """Finds unique constraints and primary keys whose index is built under lock."""

    code = "M007"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add constraint"):
            key = action.constraint
            if not isinstance(key, PrimaryKey | Unique) or "using index" in action.words or not key.columns:
                continue
            held = moment.lookup.table(table.path)
            if held is not None and held.kind == "partitioned":
                continue  # M032 tells of those
            name = constraint_name(moment, table, key)
            primary = isinstance(key, PrimaryKey)
            what = "primary key" if primary else "unique constraint"
            where = f" Build it in {outside(migration)}." if moment.deed.transaction is not None else ""
            yield self.at(
                moment,
                table.child("primary_key" if primary else "unique", name),
                f"The {what} {name} builds its index at once: it {locks_it(migration, moment, table)} until it is done.",
                *seen(migration, moment, table),
                help=f"Build a unique index with CONCURRENTLY, then make the constraint of it with USING INDEX.{where}",
                fix=Fix(
                    f"Build the index of {name} while others read and write, then take it over",
                    "safe" if can_be_parted(moment, action) and not key.without_overlaps else "display",
                    sql=_by_index(migration, moment, action, table, key, name),
                ),
                severity=gravity(migration, moment, table, "warning"),
            )


def _by_index(
    migration: Migration, moment: Moment, action: Action, table: Ref, key: PrimaryKey | Unique, name: str
) -> tuple[str, ...]:
    quoted = migration.quote(name)
    columns = ", ".join(migration.quote(column) for column in key.columns)
    include = f" INCLUDE ({', '.join(map(migration.quote, key.include))})" if key.include else ""
    nulls = " NULLS NOT DISTINCT" if isinstance(key, Unique) and not key.nulls_distinct else ""
    deferral = {"immediate": " DEFERRABLE", "deferred": " DEFERRABLE INITIALLY DEFERRED"}.get(key.deferral or "", "")
    held = moment.lookup.table(table.path)
    unproved: list[str] = []
    if isinstance(key, PrimaryKey) and held is not None:
        unproved = [
            column.name
            for column in held.columns
            if column.name in key.columns and column.nullable and not proves_not_null(held, column.name)
        ]
    kind = "PRIMARY KEY" if isinstance(key, PrimaryKey) else "UNIQUE"
    return (
        *beside(migration, moment, action),
        *not_null_by_check(migration, table, unproved),
        f"CREATE UNIQUE INDEX CONCURRENTLY {quoted} ON {written(migration, table)} ({columns}){include}{nulls}",
        f"{alter(migration, table)} ADD CONSTRAINT {quoted} {kind} USING INDEX {quoted}{deferral}",
    )
