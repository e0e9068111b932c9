"""MySQL copies the whole table for a change, and nobody can write meanwhile.

## Why
With ALGORITHM=COPY the server makes a new table, reads every row of the old one, writes it into the new one, and
swaps them. Every INSERT, UPDATE and DELETE of the running application waits until the last row is copied; the disk
holds the table twice; replicas do the same afterwards, and lag behind by as long as it took.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
ALTER TABLE orders MODIFY COLUMN total varchar(20);
```

## Good
```sql
ALTER TABLE orders ADD COLUMN total_text varchar(20);
```

## Fix
Do it beside the table: a second column that is filled in batches (`dbwright online`), or a second table by gh-ost or
pt-online-schema-change. Where the table is small, suppress the finding with that as the reason.

## Options
- `rows` (default 10000): tables known to have fewer rows are not reported.
- `check-down` (default false): look at the way back too.

## References
- MySQL, [Online DDL operations](https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html)
- Atlas, [MySQL analyzers](https://atlasgo.io/lint/analyzers)
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._mysql import basis_of, changed_table, is_foreign_key_alone, is_small, took
from dbwright.rules.migration._objects import on_the_way_back, rows_seen


class TableCopied(MigrationRule):
    """Finds changes by ALGORITHM=COPY."""

    code = "M084"
    group = "locks"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            effect = moment.deed.effect
            table = changed_table(migration, moment)
            if (
                table is None
                or effect.algorithm != "COPY"
                or is_small(migration, table)
                or is_foreign_key_alone(moment)
            ):
                continue
            yield self.at(
                moment,
                table,
                f"The whole table {table}{migration.size(table)} is copied{took(effect)}: every INSERT, UPDATE and "
                "DELETE of the running application waits until that is done.",
                Evidence(f"{basis_of(effect)}: ALGORITHM=COPY."),
                rows_seen(migration, table),
                help="Use a second column filled in batches (`dbwright online`), or gh-ost or pt-online-schema-change.",
            )
