"""A MySQL table is altered without saying how, so the server may copy it.

## Why
Without ALGORITHM and LOCK the server takes the best way that it finds, and the worst one without a word: another
version, a full-text index, a row format or used up row versions turn a change of a moment into a copy of the whole
table while nobody can write. With `ALGORITHM=INSTANT`, or `ALGORITHM=INPLACE, LOCK=NONE`, the same statement fails at
once instead.

Reported where the statement was seen, or is documented, to work without a copy.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
ALTER TABLE orders ADD COLUMN note varchar(40);
```

## Good
```sql
ALTER TABLE orders ADD COLUMN note varchar(40), ALGORITHM=INSTANT;
```

## Fix
Say which algorithm you count on.

## Options
- `rows` (default 10000): tables known to have fewer rows are not reported.
- `check-down` (default false): look at the way back too.

## References
- MySQL, [Online DDL performance and
  concurrency](https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-performance.html)
"""

import re
from collections.abc import Iterable

from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._mysql import basis_of, changed_table, is_small
from dbwright.rules.migration._objects import on_the_way_back, rows_seen
from dbwright.rules.migration._text import bare

_MODES = {
    "INSTANT": "ALGORITHM=INSTANT",
    "INPLACE": "ALGORITHM=INPLACE, LOCK=NONE",
    "NOCOPY": "ALGORITHM=NOCOPY, LOCK=NONE",
}


class AlgorithmNotStated(MigrationRule):
    """Finds ALTER TABLE that leaves the way to the server."""

    code = "M092"
    group = "habits"
    severity = "note"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            table = changed_table(migration, moment)
            algorithm = moment.deed.effect.algorithm
            text = bare(moment.deed.text, "mysql").upper()
            if table is None or algorithm not in _MODES or is_small(migration, table) or not _takes_modes(text):
                continue
            if any("ALGORITHM" in action.options or "LOCK" in action.options for action in moment.deed.actions):
                continue
            yield self.at(
                moment,
                table,
                f"The statement changes {table}{migration.size(table)} by {algorithm} here, but doesn't ask for it: a "
                "server that can't do that copies the table while nobody can write, without a word.",
                Evidence(f"{basis_of(moment.deed.effect)}: ALGORITHM={algorithm}."),
                rows_seen(migration, table),
                help=f"Say {_MODES[algorithm]}, so that it fails at once instead.",
                fix=_stated(moment, text, algorithm),
            )


def _takes_modes(text: str) -> bool:
    return (
        text.startswith(("ALTER TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX ", "DROP INDEX "))
        and " PARTITION" not in text
    )


def _stated(moment: Moment, text: str, algorithm: str) -> Fix | None:
    body = moment.deed.text.rstrip().rstrip(";").rstrip()
    if re.search(r"(--|\#)[^\n]*\Z", body):
        return None
    separator = ", " if text.startswith("ALTER TABLE") else " "
    modes = _MODES[algorithm] if separator == ", " else _MODES[algorithm].replace(",", "")
    if separator == " " and algorithm == "INSTANT":
        modes = "ALGORITHM=INPLACE LOCK=NONE"  # an index is never built in an instant
    return Fix("Ask for it", "safe", sql=(f"{body}{separator}{modes}",))
