"""MySQL is told to bend values until they fit: strict mode is off, IGNORE is said, or a zero date is a default.

## Why
Without STRICT_TRANS_TABLES or STRICT_ALL_TABLES, a value that doesn't fit is cut, rounded to the nearest limit or
turned into 0 or '', with a warning that no migration tool shows. IGNORE does the same for one statement, and lets
rows vanish that repeat a key: INSERT IGNORE skips them, MariaDB's ALTER IGNORE TABLE deletes them. '0000-00-00' is no
day: with NO_ZERO_DATE, the default since MySQL 5.7, later changes of such a table fail.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total varchar(20));
```
```sql
SET SESSION sql_mode = '';
ALTER TABLE orders MODIFY COLUMN total varchar(4);
```

## Good
```sql
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE';
ALTER TABLE orders MODIFY COLUMN total varchar(40);
```

## Fix
Leave strict mode on and mend the values that don't fit first: they are few, and the statement that fails names them
one by one. Use NULL instead of zero dates.

## References
- MySQL, [Server SQL modes](https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html)
- Atlas, [MySQL: implicit conversions](https://atlasgo.io/lint/analyzers)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._text import bare

_MODE = re.compile(r"\A\s*SET\b.*?\bsql_mode\s*:?=\s*(?P<value>.*)\Z", re.IGNORECASE | re.DOTALL)
_IGNORE = re.compile(
    r"\A(INSERT|UPDATE|ALTER|LOAD DATA|REPLACE)(?:\s+(?:LOW_PRIORITY|ONLINE|HIGH_PRIORITY))?\s+IGNORE\b", re.IGNORECASE
)
_ZERO = re.compile(r"DEFAULT\s+'0000-00-00(?: 00:00:00(?:\.0+)?)?'", re.IGNORECASE)


class SilentConversion(MigrationRule):
    """Finds what makes MySQL change values without an error."""

    code = "M096"
    group = "data"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment in migration.moments:
            for message, evidence, severity in _told(moment):
                target = next((action.table or action.target for action in moment.deed.actions if action.target), None)
                yield self.at(
                    moment,
                    target or Ref("catalog", ()),
                    message,
                    Evidence(evidence),
                    help="Leave strict mode on, leave out IGNORE, and mend the values that don't fit first.",
                    severity=severity,
                )


def _told(moment: Moment) -> Iterator[tuple[str, str, Severity | None]]:
    text = moment.deed.text
    plain = bare(text, "mysql")
    mode = _MODE.match(text)
    if (
        mode
        and "@" not in mode["value"]
        and "STRICT_" not in mode["value"].upper()
        and "TRADITIONAL" not in mode["value"].upper()
    ):
        yield (
            (
                "Strict mode is switched off: from here on values that don't fit are cut or turned into 0 or '' "
                "without an error."
            ),
            "The new sql_mode holds neither STRICT_TRANS_TABLES nor STRICT_ALL_TABLES.",
            None,
        )
    ignored = _IGNORE.match(plain)
    if ignored:
        rows = (
            "rows that repeat a key are deleted"
            if ignored[1].upper() == "ALTER"
            else "rows that repeat a key are skipped"
        )
        yield (
            f"IGNORE turns errors into warnings that nobody sees: values that don't fit are cut, and {rows}.",
            f"The statement begins with {ignored[0].upper()}.",
            None if ignored[1].upper() == "ALTER" else "warning",
        )
    if _ZERO.search(text) and any(
        action.kind in ("create table", "add column", "change column", "set default") for action in moment.deed.actions
    ):
        yield (
            (
                "A zero date is a default: it is no day, most drivers can't read it, and with NO_ZERO_DATE later "
                "changes of the table fail."
            ),
            "The default is 0000-00-00.",
            "warning",
        )
