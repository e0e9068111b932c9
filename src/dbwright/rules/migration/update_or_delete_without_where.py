"""All rows of a table are updated or deleted by one statement.

## Why
Without WHERE, DELETE takes every row and UPDATE overwrites every value: what was there is gone once it is committed.
It is most often a line that was forgotten. And even where it is meant, one statement locks every row until it ends,
writes every row again, and makes replicas lag.

An UPDATE of a column that the same migration has added is not reported here, nor are tables that it has made.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, state integer);
```
```sql
DELETE FROM orders;
```

## Good
```sql
DELETE FROM orders WHERE state = 9;
```

## Fix
Say which rows. Where all rows are meant, do it in batches by key, each committed by itself.

## Options
- `check-down` (default false): look at the way back too.

## References
- Bytebase, [Require WHERE](https://www.bytebase.com/docs/sql-review/review-rules/)
"""

from collections.abc import Iterable

from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._assignments import assigned
from dbwright.rules.migration._objects import existing, is_new_column, rows_seen
from dbwright.rules.migration._text import tokens, written


class UpdateOrDeleteWithoutWhere(MigrationRule):
    """Finds UPDATE and DELETE of all rows."""

    code = "M067"
    group = "data"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "update", "delete"):
            ref = action.target
            if ref is None or _is_limited(migration, moment, action) or migration.rows(ref) == 0:
                continue
            columns = assigned(moment.deed.text, migration.engine) if action.kind == "update" else []
            if columns and all(is_new_column(migration, ref, name) for name in columns):
                continue
            name = written(migration, ref)
            is_delete = action.kind == "delete"
            done = "deletes all rows" if is_delete else "overwrites a value in all rows"
            yield self.at(
                moment,
                ref.table,
                f"{'DELETE' if is_delete else 'UPDATE'} without WHERE {done} of {ref.table}{migration.size(ref)}; "
                "every row is locked until it ends, and what was there is gone.",
                rows_seen(migration, ref),
                help="Say which rows; where all are meant, go in batches by key.",
                fix=Fix(
                    "Say which rows",
                    "display",
                    sql=(
                        f"DELETE FROM {name} WHERE /* which rows */"
                        if is_delete
                        else f"{' '.join(moment.deed.text.split())} WHERE /* which rows */",
                    ),
                ),
                severity=None if is_delete else "warning",
            )


def _is_limited(migration: Migration, moment: Moment, action: Action) -> bool:
    if {"where", "batch"} & action.words:
        return True
    words = {token.upper() for token in tokens(moment.deed.text, migration.engine)}
    is_joined = action.kind == "update" and bool({"FROM", "JOIN"} & words)
    return bool({"WHERE", "LIMIT", "USING", "WITH"} & words) or is_joined
