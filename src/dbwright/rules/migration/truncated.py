"""A table is emptied by TRUNCATE.

## Why
TRUNCATE takes every row at once, without a WHERE and without running DELETE triggers. It needs an ACCESS EXCLUSIVE
lock in PostgreSQL, so even reads wait for it. With CASCADE it empties every table that refers to this one as well,
and those that refer to them. On MySQL it is a DROP and CREATE that commits at once and cannot be rolled back.

## Bad
```sql before postgres
CREATE TABLE orders (id integer PRIMARY KEY);
CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer REFERENCES orders (id));
```
```sql postgres
TRUNCATE orders CASCADE;
```

## Good
```sql postgres
DELETE FROM orders WHERE id < 100;
```

## Fix
Delete the rows that are meant, in batches by key, so that others can work meanwhile. Where the table is to be emptied
all the same, name every table that is meant instead of CASCADE.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [ban-truncate-cascade](https://squawkhq.com/docs/ban-truncate-cascade)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen
from dbwright.rules.migration._text import listed, written


class Truncated(MigrationRule):
    """Finds TRUNCATE."""

    code = "M053"
    group = "data"
    severity = "error"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "truncate"):
            ref = action.target
            if ref is None or (migration.rows(ref) == 0 and "cascade" not in action.words):
                continue
            also = _emptied_too(moment, ref) if "cascade" in action.words else []
            told = (
                f" So {'is' if len(also) == 1 else 'are'} {listed([str(each) for each in also])}, because of CASCADE."
                if also
                else ""
            )
            if "cascade" in action.words and not also:
                told = " CASCADE empties every table that refers to it too."
            back = " MySQL commits this at once; nothing rolls it back." if migration.engine == "mysql" else ""
            name = written(migration, ref)
            yield self.at(
                moment,
                ref,
                f"{ref}{migration.size(ref)} is emptied, without running its triggers.{told}{back}",
                rows_seen(migration, ref),
                help="Delete the rows that are meant, in batches; name each table instead of CASCADE.",
                fix=Fix(
                    "Name the tables instead of CASCADE" if also else "Delete the rows that are meant",
                    "display",
                    sql=(f"TRUNCATE {', '.join([name, *(written(migration, each) for each in also)])}",)
                    if also
                    else (f"DELETE FROM {name} WHERE /* which rows */",),
                ),
                related=also,
            )


def _emptied_too(moment: Moment, ref: Ref) -> list[Ref]:
    """The tables that TRUNCATE … CASCADE reaches over foreign keys."""
    reached = [ref.table]
    for each in reached:
        table = moment.lookup.table(each.path)
        for child, _ in moment.lookup.referencing(table) if table else []:
            if child.ref not in reached:
                reached.append(child.ref)
    return reached[1:]
