"""SQLite's schema is written by hand, or renamed with the old rules that leave references behind.

## Why
With `PRAGMA writable_schema = ON` the text of the schema can be changed like any row. One mistake, and the database
can't be opened any more: "malformed database schema". With `PRAGMA legacy_alter_table = ON` a renamed table keeps its
old name in triggers and views, which then fail, and in foreign keys of other tables when these are off.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'total integer', 'total text') WHERE name = 'orders';
PRAGMA writable_schema = OFF;
```

## Good
```sql
ALTER TABLE orders RENAME COLUMN total TO amount;
```

## Fix
Make the table anew and copy the rows: `dbwright migrate generate` writes the twelve steps that SQLite documents.

## References
- SQLite, [PRAGMA writable_schema](https://www.sqlite.org/pragma.html#pragma_writable_schema), [PRAGMA
  legacy_alter_table](https://www.sqlite.org/pragma.html#pragma_legacy_alter_table)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._objects import after
from dbwright.rules.migration._text import bare

_ON = r"\s*(?:=|\()\s*(?:1|on|true|yes|reset)\b"
_WRITABLE = re.compile(rf"\APRAGMA\s+(?:\w+\s*\.\s*)?writable_schema{_ON}", re.IGNORECASE)
_LEGACY = re.compile(rf"\APRAGMA\s+(?:\w+\s*\.\s*)?legacy_alter_table{_ON}", re.IGNORECASE)
_BY_HAND = re.compile(r"\A(?:UPDATE|INSERT|DELETE|REPLACE)\b.*\bsqlite_(?:schema|master)\b", re.IGNORECASE)


class SchemaWrittenByHand(MigrationRule):
    """Finds writes to the schema itself, and renames by the old rules."""

    code = "M095"
    group = "data"
    severity = "error"
    engines = ("sqlite",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment in migration.moments:
            text = bare(moment.deed.text, "sqlite")
            if _WRITABLE.match(text) or _BY_HAND.match(text):
                yield self.at(
                    moment,
                    Ref("catalog", ()),
                    "The schema is written by hand: one mistake in it, and the application can't open the database "
                    "any more.",
                    Evidence("SQLite does not check what is written into sqlite_schema."),
                    help="Make the table anew and copy the rows; integrity_check tells afterwards what is broken.",
                )
            elif _LEGACY.match(text):
                renames = any(
                    action.kind in ("rename table", "rename column")
                    for later in after(migration, moment)
                    for action in later.deed.actions
                )
                yield self.at(
                    moment,
                    Ref("catalog", ()),
                    "Renames keep the old name in views, triggers and foreign keys from here on: those fail when the "
                    "running application uses them.",
                    Evidence("Tables are renamed below." if renames else "legacy_alter_table is switched on."),
                    help="Leave legacy_alter_table off; in a rebuild, rename the new table only after the old one is gone.",
                    severity=None if renames else "warning",
                )
