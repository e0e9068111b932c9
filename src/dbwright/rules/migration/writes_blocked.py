"""MySQL changes a table in place, but nobody can write to it meanwhile.

## Why
Some changes are made without a copy and still let others only read: full-text and spatial indexes, and all that is
run with LOCK=SHARED. LOCK=EXCLUSIVE keeps readers out too. Every INSERT, UPDATE and DELETE of the running application
waits for as long as the rows need.

## Bad
```sql before
CREATE TABLE posts (id integer PRIMARY KEY, body varchar(200));
```
```sql
ALTER TABLE posts ADD INDEX by_body (body), ALGORITHM=INPLACE, LOCK=SHARED;
```

## Good
```sql
ALTER TABLE posts ADD INDEX by_body (body), ALGORITHM=INPLACE, LOCK=NONE;
```

## Fix
Leave out LOCK=SHARED, or say LOCK=NONE: the statement then fails at once where others can't write meanwhile. For
full-text and spatial indexes, build them on a second table by gh-ost or pt-online-schema-change.

## Options
- `rows` (default 10000): tables known to have fewer rows are not reported.
- `check-down` (default false): look at the way back too.

## References
- MySQL, [Online DDL operations](https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html)
- strong_migrations, [MySQL checks](https://github.com/ankane/strong_migrations#checks)
"""

import re
from collections.abc import Iterable

from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._mysql import changed_table, is_small, took
from dbwright.rules.migration._objects import on_the_way_back, rows_seen

_LOCK = re.compile(r"\bLOCK\s*=?\s*(SHARED|EXCLUSIVE)\b", re.IGNORECASE)


class WritesBlocked(MigrationRule):
    """Finds changes in place that keep writers out."""

    code = "M085"
    group = "locks"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            table = changed_table(migration, moment)
            effect = moment.deed.effect
            if table is None or effect.algorithm == "COPY" or is_small(migration, table):
                continue
            stated = _stated(moment)
            reads = stated == "EXCLUSIVE" or (bool(effect.blocks("reads")) and effect.held_for == "rows")
            known = next(
                (each for each in effect.hazards if each.kind == "lock" and each.target.path[:2] == table.path), None
            )
            if stated is None and known is None and not (effect.held_for == "rows" and effect.blocks("writes")):
                continue
            why = (
                f"The statement says LOCK={stated}."
                if stated
                else known.message
                if known
                else "LOCK=NONE is not possible."
            )
            yield self.at(
                moment,
                table,
                f"While {table}{migration.size(table)} is changed{took(effect)}, every "
                f"{'statement' if reads else 'INSERT, UPDATE and DELETE'} of the running application on it waits.",
                Evidence(why),
                rows_seen(migration, table),
                help="Say LOCK=NONE, so that it fails at once where it would block; use gh-ost or pt-online-schema-change there.",
                fix=Fix("Say LOCK=NONE", "safe", sql=(_LOCK.sub("LOCK=NONE", moment.deed.text),))
                if stated == "SHARED"
                else None,
            )


def _stated(moment: Moment) -> str | None:
    locks = [action.options.get("LOCK", "") for action in moment.deed.actions]
    return next((lock for lock in locks if lock in ("SHARED", "EXCLUSIVE")), None)
