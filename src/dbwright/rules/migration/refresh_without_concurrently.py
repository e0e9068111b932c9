"""A materialised view is refreshed, and nobody can read it until that is done.

## Why
`REFRESH MATERIALIZED VIEW` runs the query anew and keeps all readers out until it has written the result (ACCESS EXCLUSIVE).
With CONCURRENTLY they go on reading the old rows. That needs a unique index on plain columns over all rows of the view.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
CREATE MATERIALIZED VIEW customers AS SELECT DISTINCT customer_id FROM orders;
CREATE UNIQUE INDEX ON customers (customer_id);
```
```sql
REFRESH MATERIALIZED VIEW customers;
```

## Good
```sql
REFRESH MATERIALIZED VIEW CONCURRENTLY customers;
```

## Fix
Refreshes it with CONCURRENTLY. Where the view has no unique index, make one first.

## References
- PostgreSQL, [REFRESH MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import View
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import with_concurrently
from dbwright.rules.migration._locks import seen
from dbwright.rules.migration._objects import was_there


class RefreshWithoutConcurrently(MigrationRule):
    """Finds materialised views that nobody can read while they are refreshed."""

    code = "M018"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("refresh materialized view"):
            ref = action.target
            if ref is None or {"concurrently", "no data"} & action.words or not was_there(migration, moment, ref):
                continue
            view = moment.lookup.view(ref.path)
            if view is not None and not view.populated:
                continue  # nobody can read it yet, and CONCURRENTLY refuses it
            can = view is not None and _has_key(view)
            yield self.at(
                moment,
                ref,
                f"Refreshing {ref} keeps all its readers waiting (ACCESS EXCLUSIVE) for as long as its query runs.",
                *seen(migration, moment),
                help="Refresh it with CONCURRENTLY."
                if can
                else "Make a unique index on plain columns of the view, then refresh it with CONCURRENTLY.",
                fix=Fix(
                    f"Refresh {ref.name} while others read it",
                    "safe",
                    sql=(with_concurrently(moment.deed.text, r"REFRESH\s+MATERIALIZED\s+VIEW"),),
                )
                if can
                else None,
            )


def _has_key(view: View) -> bool:
    return any(
        index.unique and index.valid and index.predicate is None and all(part.column for part in index.parts)
        for index in view.indexes
    )
