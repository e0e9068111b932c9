"""An index is built on a table in use, and nobody can write to the table until it is done.

## Why
`CREATE INDEX` keeps all writes waiting for as long as it reads and sorts the table (a SHARE lock). CONCURRENTLY builds it
while others write: it takes longer and cannot run in a transaction, but nobody waits.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, note text);
```
```sql
CREATE INDEX orders_note_idx ON orders (note);
```

## Good
```sql
CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);
```

## Fix
Builds it with CONCURRENTLY, outside of any transaction. Where that fails it leaves an invalid index behind, to be dropped
before the next try.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [Building indexes concurrently](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
- squawk, [require-concurrent-index-creation](https://squawkhq.com/docs/require-concurrent-index-creation)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import outside, with_concurrently
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen


class IndexWithoutConcurrently(MigrationRule):
    """Finds indexes whose building keeps writes waiting."""

    code = "M012"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "create index"):
            held = moment.lookup.table(table.path)
            if held is not None and held.kind == "partitioned":
                continue  # M032 tells of those
            if "concurrently" not in action.words:
                yield self._finding(migration, moment, action, table)

    def _finding(self, migration: Migration, moment: Moment, action: Action, table: Ref) -> Finding:
        name = _name(moment, action, table)
        where = f" Run it in {outside(migration)}." if moment.deed.transaction is not None else ""
        return self.at(
            moment,
            table.child("index", name),
            f"Building the index {name} {locks_it(migration, moment, table, 'SHARE')} until it is done.",
            *seen(migration, moment, table),
            help=f"Build it with CONCURRENTLY.{where}",
            fix=Fix(
                f"Build {name} while others write.{where}".removesuffix("."),
                "safe",
                sql=(with_concurrently(moment.deed.text, r"CREATE\s+(?:UNIQUE\s+)?INDEX"),),
            ),
            severity=gravity(migration, moment, table, "warning"),
        )


def _name(moment: Moment, action: Action, table: Ref) -> str:
    """The index's name: the one given, or the one that the engine then chose."""
    if action.index is not None and action.index.name:
        return action.index.name
    if action.target is not None and action.target.kind == "index" and action.target.name:
        return action.target.name
    before, after = moment.lookup.table(table.path), moment.lookup_after.table(table.path)
    known = {index.name for index in before.indexes} if before else set()
    new = [index.name for index in after.indexes if index.name not in known] if after else []
    return new[0] if new else "without a name"
