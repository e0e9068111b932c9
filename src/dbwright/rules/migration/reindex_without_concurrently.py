"""An index is rebuilt, and nobody can write to its table until it is done.

## Why
`REINDEX` locks the table against writes, and the index against readers that would use it, for as long as it reads and sorts
the table. From version 12 on CONCURRENTLY builds a new index beside the old one and swaps them.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
```
```sql
REINDEX INDEX orders_customer_id_idx;
```

## Good
```sql
REINDEX INDEX CONCURRENTLY orders_customer_id_idx;
```

## Fix
Rebuilds it with CONCURRENTLY, outside of any transaction.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [Rebuilding indexes concurrently](https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY)
- squawk, [require-concurrent-reindex](https://squawkhq.com/docs/require-concurrent-reindex)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._clauses import outside, with_concurrently
from dbwright.rules.migration._indexes import index_named
from dbwright.rules.migration._locks import gravity, locks_it, seen, version_at_least
from dbwright.rules.migration._objects import was_there

_CATALOGS = re.compile(r"\bREINDEX\b[^;]*?\bSYSTEM\b", re.IGNORECASE)


class ReindexWithoutConcurrently(MigrationRule):
    """Finds indexes rebuilt while nobody can write."""

    code = "M014"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("reindex"):
            if "concurrently" in action.words or moment.deed.failed:
                continue
            found = index_named(moment, action)
            holder = found[0].ref if found else action.target
            if holder is None or (holder.kind in ("table", "view") and not was_there(migration, moment, holder)):
                continue
            what = action.target or holder
            can = version_at_least(migration, 12) and not _CATALOGS.search(moment.deed.text)
            where = f" Run it in {outside(migration)}." if moment.deed.transaction is not None else ""
            is_table = holder.kind in ("table", "view")
            says = locks_it(migration, moment, holder, "SHARE") if is_table else "locks all its tables against writes"
            yield self.at(
                moment,
                what if what.kind != "index" or not found else Ref("index", (*holder.path, found[1].name)),
                f"Rebuilding {what.kind} {what} {says} until it is done.",
                *seen(migration, moment, *([holder] if is_table else [])),
                help=f"Rebuild it with CONCURRENTLY.{where}" if can else "Rebuild it when few write.",
                fix=Fix(
                    f"Rebuild {what.name} while others write",
                    "safe",
                    sql=(
                        with_concurrently(
                            moment.deed.text, r"REINDEX\s+(?:\([^)]*\)\s*)?(?:INDEX|TABLE|SCHEMA|DATABASE)"
                        ),
                    ),
                )
                if can
                else None,
                severity=gravity(migration, moment, holder, "warning"),
            )
