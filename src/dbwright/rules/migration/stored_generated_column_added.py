"""A stored generated column is added to a table in use, so every row is written again under lock.

## Why
`GENERATED ALWAYS AS (…) STORED` is computed for each row that is there: the table and all its indexes are written anew while
nobody can read or write them (ACCESS EXCLUSIVE). There is no way to add such a column later to rows that have it already.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, net numeric, tax numeric);
```
```sql
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net + tax) STORED;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN gross numeric;
```

## Fix
A plain column that a trigger fills, and that is filled in batches for old rows. Where it is only read, a view does; from
version 18 on a VIRTUAL column costs nothing to add.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- squawk, [adding-field-with-default](https://squawkhq.com/docs/adding-field-with-default)
- strong_migrations, [Adding a stored generated column](https://github.com/ankane/strong_migrations#adding-a-stored-generated-column)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Column
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._batches import batched_update
from dbwright.rules.migration._clauses import alter, type_of
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen
from dbwright.rules.migration._text import qualified, written


class StoredGeneratedColumnAdded(MigrationRule):
    """Finds stored generated columns that are computed for all rows at once."""

    code = "M003"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "add column"):
            column = action.column
            if column is None or column.generated is None or not column.generated.stored:
                continue
            yield self.at(
                moment,
                table.child("column", column.name),
                f"The column {column.name} is computed for every row at once: it {locks_it(migration, moment, table)}"
                " until all rows are written again.",
                *seen(migration, moment, table),
                help="Use a plain column that a trigger fills, or compute it in a view.",
                fix=Fix(
                    f"Make {column.name} a plain column that a trigger fills",
                    "display",
                    sql=_by_trigger(migration, moment, table, column),
                ),
                severity=gravity(migration, moment, table, "warning"),
            )


def _by_trigger(migration: Migration, moment: Moment, table: Ref, column: Column) -> tuple[str, ...]:
    name = migration.quote(column.name)
    function = qualified(migration, table.namespace, f"{table.name}_{column.name}_fill"[:63])
    expression = column.generated.expression if column.generated else ""
    body = f"  SELECT {expression} INTO NEW.{name} FROM (SELECT NEW.*) AS new_row;\n  RETURN NEW;\n"
    trigger = migration.quote(f"{table.name}_{column.name}_fill"[:63])
    at = f"BEFORE INSERT OR UPDATE ON {written(migration, table)} FOR EACH ROW"
    return (
        f"{alter(migration, table)} ADD COLUMN {name} {type_of(column)}",
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}END $$",
        f"CREATE TRIGGER {trigger} {at} EXECUTE FUNCTION {function}()",
        batched_update(migration, moment, table, f"{name} = {expression}", f"{name} IS NULL"),
    )
