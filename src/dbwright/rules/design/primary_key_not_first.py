"""A primary key whose columns don't stand first in the table.

## Why
Readers look for what a row is known by in the first columns, in the definition as in every `SELECT *`. Where the key
hides behind other columns, it is overlooked. Nothing works differently, so this is only for teams that want it so.

## Bad
```sql
CREATE TABLE countries (name varchar(80) NOT NULL, code char(2) PRIMARY KEY);
```

## Good
```sql
CREATE TABLE countries (code char(2) PRIMARY KEY, name varchar(80) NOT NULL);
```

## Fix
Puts the key's columns first, on MySQL and SQLite. Unsafe: the table is written again, and an INSERT without column names
means other columns then. PostgreSQL can't move columns.
"""

from collections.abc import Iterable

from dbwright.change.operations import OrderColumns
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class PrimaryKeyNotFirst(Rule):
    """Finds keys behind other columns."""

    code = "K010"
    group = "keys"
    severity = "note"
    harm = "clarity"
    bundle = "all"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            key = table.primary_key.columns if table.primary_key else ()
            names = tuple(column.name for column in table.columns)
            if not key or set(names[: len(key)]) == set(key):
                continue
            before = next(name for name in names if name not in key)
            wanted = (*(name for name in names if name in key), *(name for name in names if name not in key))
            fix = Fix(
                f"Put the primary key of {table.name} first",
                "unsafe",
                (OrderColumns(target=table.ref, columns=wanted),),
            )
            yield self.finding(
                table.ref.child("primary_key", ", ".join(key)),
                f"The primary key of {table.ref} ({listed(key)}) does not stand first: {before} stands before it.",
                Evidence(f"The columns are {listed(names)}."),
                help="Put the columns of the primary key first.",
                fix=None if subject.engine == "postgres" else fix,
            )
