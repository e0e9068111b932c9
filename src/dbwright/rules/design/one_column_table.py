"""A table without columns, or with nothing but a number that it makes up itself.

## Why
A row must say something. A table without columns (PostgreSQL allows it) holds nothing at all; one whose only column
is a generated number says that something exists, but not what. Most often it is the rest of an experiment, or its
real columns were moved away.

One column with a meaning of its own (a list of allowed words, of holidays) is a table like any other, and so is a
number that other tables point at (a common parent of several kinds), or that serves as a sequence.

## Bad
```sql
CREATE TABLE visits (id integer PRIMARY KEY);
```

## Good
```sql
CREATE TABLE holidays (day date PRIMARY KEY);
```

## Fix
None to run: drop it if nothing uses it.
"""

from collections.abc import Iterable

from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem
from dbwright.rules.design._tables import is_self_numbering, own_tables

_COUNTERS = ("seq", "sequence", "counter", "ids", "id", "number", "ticket", "generator")


class OneColumnTable(Rule):
    """Finds tables that hold nothing."""

    code = "D015"
    group = "design"
    harm = "clarity"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            if table.inherits or subject.lookup.referencing(table):
                continue
            rows = subject.facts.rows(table.ref)
            held = f", and {count(rows, 'row')}" if rows is not None else ""
            if not table.columns:
                yield self.finding(
                    table.ref,
                    f"{table.ref} has no columns.",
                    Evidence(f"It has no column{held}."),
                    help="Drop it, or add the columns that it was meant to have.",
                )
            elif (
                len(table.columns) == 1
                and is_self_numbering(table, table.columns[0])
                and not set(stem(table.name)).intersection(_COUNTERS)
            ):
                yield self.finding(
                    table.ref,
                    f"{table.ref} has a single column, {table.columns[0].name}, which only numbers its rows.",
                    Evidence(f"It has one column{held}; no foreign key points at it."),
                    help="Add what a row of it is, or drop it if nothing uses it.",
                    severity="note",
                )
