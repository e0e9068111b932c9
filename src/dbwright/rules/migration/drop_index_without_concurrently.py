"""An index is dropped from a table in use, and everybody waits for those who read it.

## Why
`DROP INDEX` needs the strongest lock on the table (ACCESS EXCLUSIVE) for a moment. To get it, it waits until all who use the
table have finished, and all who come after wait behind it. CONCURRENTLY waits without keeping anybody out.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
```
```sql
DROP INDEX orders_customer_id_idx;
```

## Good
```sql
DROP INDEX CONCURRENTLY orders_customer_id_idx;
```

## Fix
Drops it with CONCURRENTLY, outside of any transaction, one index a statement.

## References
- PostgreSQL, [DROP INDEX](https://www.postgresql.org/docs/current/sql-dropindex.html)
- squawk, [require-concurrent-index-deletion](https://squawkhq.com/docs/require-concurrent-index-deletion)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import outside
from dbwright.rules.migration._indexes import index_named
from dbwright.rules.migration._locks import locks_it, seen
from dbwright.rules.migration._objects import was_there
from dbwright.rules.migration._text import qualified


class DropIndexWithoutConcurrently(MigrationRule):
    """Finds indexes whose dropping keeps everybody waiting."""

    code = "M013"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("drop index"):
            found = index_named(moment, action)
            if found is None or "concurrently" in action.words or moment.deed.failed:
                continue
            holder, index = found
            if not was_there(migration, moment, holder.ref) or index.parent is not None:
                continue
            if isinstance(holder, Table) and holder.kind == "partitioned":
                continue  # it cannot be done concurrently
            names = [each for other in moment.deed.actions if (each := other.target) is not None]
            where = f" Run it in {outside(migration)}." if moment.deed.transaction is not None else ""
            exists = "IF EXISTS " if "if exists" in action.words else ""
            table = holder.ref
            yield self.at(
                moment,
                table.child("index", index.name),
                f"Dropping the index {index.name} {locks_it(migration, moment, table)} for a moment, and waits for all who use the "
                "table while the others wait behind it.",
                *seen(migration, moment, table),
                help=f"Drop it with CONCURRENTLY.{where}",
                fix=Fix(
                    f"Drop {index.name} without keeping anybody out",
                    "display" if "cascade" in action.words else "safe",
                    sql=tuple(
                        f"DROP INDEX CONCURRENTLY {exists}{qualified(migration, ref.namespace, ref.name)}"
                        for ref in names
                    ),
                ),
            )
