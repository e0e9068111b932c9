"""Several instant changes of one MySQL table use up its row versions, where one statement would use one.

## Why
Since MySQL 8.0.29 each `ALTER TABLE` that adds or drops columns with ALGORITHM=INSTANT leaves a new version of the
row format. A table can hold 64 of them (255 since 9.1). When they are used up, an ALTER that names no algorithm
silently falls back to one that writes the whole table again, and one that says ALGORITHM=INSTANT fails. Rows of old
versions are also a little slower to read. `OPTIMIZE TABLE`, or any other rebuild, brings the number back to 0.

MariaDB counts nothing there, and is not reported.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
Two statements for two columns, on MySQL 8.0.29 or later: `ALTER TABLE orders ADD COLUMN a integer; ALTER TABLE orders
ADD COLUMN b integer;`

## Good
```sql
ALTER TABLE orders ADD COLUMN a integer, ADD COLUMN b integer;
```

## Fix
Write all columns of a table into one ALTER TABLE. `SELECT NAME, TOTAL_ROW_VERSIONS FROM
information_schema.INNODB_TABLES` tells how many are used.

## References
- MySQL, [Online DDL: column
  operations](https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing
from dbwright.rules.migration._text import bare

_FIRST = (8, 0, 29)
_MORE = (9, 1)
_HEAD = re.compile(r"\A\s*ALTER\s+TABLE\s+(?:`(?:[^`]|``)+`|\w+)(?:\s*\.\s*(?:`(?:[^`]|``)+`|\w+))?\s+", re.IGNORECASE)


class InstantVersionsLimit(MigrationRule):
    """Finds tables whose columns change in several statements."""

    code = "M088"
    group = "habits"
    severity = "warning"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if migration.flavour == "mariadb" or (migration.version and migration.version < _FIRST):
            return
        tables: dict[Ref, list[Moment]] = {}
        for moment, action in existing(migration, "add column", "drop column"):
            stated = action.options.get("ALGORITHM") or moment.deed.effect.algorithm
            if action.target is None or stated not in ("INSTANT", "DEFAULT", None, ""):
                continue
            held = tables.setdefault(action.target.table, [])
            if not held or held[-1] is not moment:
                held.append(moment)
        limit = 255 if migration.version >= _MORE else 64
        for table, moments in tables.items():
            if len(moments) > 1:
                yield self.at(
                    moments[1],
                    table,
                    f"{len(moments)} statements change columns of {table} instantly, each of which uses up one of its "
                    f"{limit} row versions; when they are gone, the next change writes the whole "
                    f"table{migration.size(table)} again.",
                    Evidence("One ALTER TABLE with all of these changes uses one."),
                    help="Write all column changes of a table into one ALTER TABLE.",
                    fix=_joined(moments),
                )


def _joined(moments: list[Moment]) -> Fix | None:
    """All the statements as one, where each is a plain ALTER TABLE."""
    clauses = []
    for moment in moments:
        text = moment.deed.text.strip()
        found = _HEAD.match(text)
        if found is None or re.search(r"\b(ALGORITHM|LOCK)\b", bare(text, "mysql"), re.IGNORECASE):
            return None
        clauses.append(text[found.end() :])
    head = _HEAD.match(moments[0].deed.text.strip())
    return Fix("Write them as one", "display", sql=(f"{head[0] if head else ''}{', '.join(clauses)}",))
