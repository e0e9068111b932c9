"""A moment of creation that the database doesn't fill in by itself.

## Why
A row is made now: there is nothing to decide, so `created_at` needs no program to remember it. Without a default
each program must, with its own clock and its own zone; the one that forgets leaves NULL, and a correction by hand
does too.

Where a trigger sets it, nothing is said. Object-relational mappers fill the column in themselves, which is why this
rule stands in the bundle `strict`. Where more than a few tables lack it, they are one finding.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, created_at timestamp NULL);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
```

## Fix
Sets the default. Safe: it only counts for rows that are inserted without a value. On PostgreSQL and MySQL it is the
session's clock and zone; on SQLite it is UTC, as text.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Column, Table
from dbwright.change.operations import Operation, SetDefault
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._audit import made_column, now, sets
from dbwright.rules.design._deviations import Deviation, gathered
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class CreatedAtWithoutDefault(Rule):
    """Finds moments of creation without a default."""

    code = "D010"
    group = "design"
    severity = "note"
    harm = "data"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        off = [
            Deviation(table, table.column_ref(column.name), operation=_operation(subject, table, column))
            for table, column in _open(subject)
        ]
        having = sum(made_column(subject, table) is not None for table in own_tables(subject.catalog))
        for group in gathered(off):
            many = len(group.deviations)
            names = [str(group.target)] if many == 1 else group.names
            operations = [each for each in group.operations if each]
            yield self.finding(
                group.target,
                f"{listed(names)} {'has' if len(names) == 1 else 'have'} no default{f' in {many:,} tables' if len(names) < many else ''}, "
                "so a row may not say when it was made.",
                Evidence(
                    f"{count(len(off), 'table')} of {having:,} with such a column {'has' if len(off) == 1 else 'have'} no default."
                ),
                help="Let the default be the present moment.",
                related=group.related,
                fix=Fix("Fill in the present moment by default", "safe", tuple(operations))
                if len(operations) == many
                else None,
            )


def _open(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        column = made_column(subject, table)
        if column and column.default is None and not column.generated and not sets(subject, table, column, "insert"):
            yield table, column


def _operation(subject: Subject, table: Table, column: Column) -> Operation | None:
    moment = now(subject, column)
    return SetDefault(target=table.column_ref(column.name), default=moment) if moment else None
