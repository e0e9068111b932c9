"""A foreign key is written behind a column, where MySQL reads it and throws it away.

## Why
Before version 9.0, MySQL accepts `REFERENCES …` behind a column's type and does nothing with it, without a warning.
Everybody who reads the migration believes that the key is there; orphans come in, and deleting a parent leaves its
children behind. Only `FOREIGN KEY (…) REFERENCES …` as a clause of its own makes one. MyISAM ignores that too.

MariaDB from 10.5 and MySQL from 9.0 make the key; nothing is reported there.

## Bad
On MySQL before 9.0: `CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer REFERENCES orders (id));`

```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```

## Good
```sql
CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer, FOREIGN KEY (order_id) REFERENCES orders (id));
```

## Fix
Write it as a clause of its own.

## References
- MySQL 8.0, [Foreign key differences](https://dev.mysql.com/doc/refman/8.0/en/ansi-diff-foreign-keys.html)
- Atlas, [MY102](https://atlasgo.io/lint/analyzers)
"""

import re
from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._text import bare

_REFERENCES = re.compile(r"\bREFERENCES\b", re.IGNORECASE)
_OF_ITS_OWN = re.compile(r"\bFOREIGN\s+KEY\b", re.IGNORECASE)
_HONOURED_FROM = (9,)


class ForeignKeyIgnored(MigrationRule):
    """Finds foreign keys that MySQL doesn't make."""

    code = "M100"
    group = "data"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if migration.flavour == "mariadb" or not migration.version or migration.version >= _HONOURED_FROM:
            return
        for moment in migration.moments:
            action = next(
                (each for each in moment.deed.actions if each.kind in ("create table", "add column", "change column")),
                None,
            )
            text = bare(moment.deed.text, "mysql")
            if (
                action is None
                or action.target is None
                or len(_REFERENCES.findall(text)) <= len(_OF_ITS_OWN.findall(text))
            ):
                continue
            yield self.at(
                moment,
                action.target.table,
                f"The foreign key behind a column of {action.target.table} is thrown away without a word: rows that "
                "refer to nothing come in, and deleting a parent leaves its children behind.",
                Evidence(
                    f"MySQL {'.'.join(map(str, migration.version))} reads REFERENCES behind a column and does nothing "
                    "with it."
                ),
                help="Write FOREIGN KEY (…) REFERENCES … as a clause of its own.",
            )
