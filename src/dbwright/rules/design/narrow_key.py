"""A 32-bit key in a table that grows.

## Why
A 32-bit key ends at 2,147,483,647 (unsigned at twice that), and then every INSERT fails. Making it wider rewrites the
table and all that refer to it. While the table is small that takes seconds; when the end comes near, hours. A bigint
costs four bytes a row.

Reference tables and others that stay small are left alone: the rule speaks where a fifth of the range is used, and notes
logs and event tables from a million rows on. Past half of the range the rule on keys near
their end takes over.

## Bad
```sql
CREATE TABLE page_views (id integer PRIMARY KEY, seen_on date NOT NULL);
-- 600 million numbers given
```

## Good
```sql
CREATE TABLE page_views (id bigint PRIMARY KEY, seen_on date NOT NULL);
```

## Fix
Makes the column a bigint, together with the foreign-key columns that refer to it. Unsafe because the tables are rewritten
under a lock.

## Options
- `warning-from` (default 20): per cent of the range used from which on it is a warning.
- `rows` (default 1000000): rows from which on logs and event tables are noted.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.finding import Evidence, Finding, Fix, Severity, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed, share
from dbwright.rules.design._tables import keeps_records
from dbwright.rules.design._widening import retype, seen_by_views

_LEAST_LAST = 5_000
"""Smaller numbers tell nothing about growth, even in a one-byte key."""


class NarrowKey(Rule):
    """Finds keys that will be too narrow."""

    code = "T009"
    group = "types"
    severity = "note"
    harm = "outage"
    engines = ("postgres", "mysql")
    needs = "counters"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, type_ in _narrow_keys(subject):
            largest = 2 ** (type_.bits or 32) - 1 if type_.unsigned else 2 ** ((type_.bits or 32) - 1) - 1
            last, rows = _last(subject, table, column), subject.facts.rows(table.ref)
            used = 100 * max(last or 0, rows or 0) / largest
            if used >= 50:
                continue
            many = keeps_records(table) and (rows or 0) >= int(subject.option("rows", 1_000_000))
            if used >= float(subject.option("warning-from", 20)) and max(last or 0, rows or 0) >= _LEAST_LAST:
                told = f"{max(last or 0, rows or 0):,} of {largest:,} numbers are used ({share(max(last or 0, rows or 0), largest)})."
                yield self._finding(subject, table, column, largest, Evidence(told, basis="counters"), "warning")
            elif many:
                told = f"It has about {count(rows or 0, 'row')}, and is a table that only grows."
                yield self._finding(subject, table, column, largest, Evidence(told, basis="counters"), "note")

    def _finding(
        self, subject: Subject, table: Table, column: Column, largest: int, evidence: Evidence, severity: Severity
    ) -> Finding:
        unsigned = column.type.unsigned
        wide = Type("integer", "bigint unsigned" if unsigned else "bigint", bits=64, unsigned=unsigned)
        operations, others = retype(subject, table, column, wide)
        blocked = subject.engine == "postgres" and seen_by_views(subject, (table.column_ref(column.name), *others))
        title = f"Make {table.name}.{column.name} a bigint"
        title += f", with {count(len(others), 'referring column')}" if others else ""
        return self.finding(
            table.column_ref(column.name),
            f"The key {table.ref}.{column.name} is {column.type.spelling} and ends at {largest:,}, but the table grows.",
            evidence,
            help="Make it a bigint while the table is small"
            + (f"; {listed([str(ref) for ref in others])} must follow." if others else "."),
            fix=Fix(title, "display" if blocked else "unsafe", operations),
            severity=severity,
            related=others,
            touched=Touched(rows=subject.facts.rows(table.ref)) if subject.facts.rows(table.ref) else None,
        )


def _narrow_keys(subject: Subject) -> Iterator[tuple[Table, Column, Type]]:
    """Single-column integer primary keys of fewer than 64 bits that refer to nothing."""
    for table, column, type_ in own_columns(subject):
        key = table.primary_key.columns if table.primary_key else ()
        referring = any(column.name in each.columns for each in table.foreign_keys)
        plain = column.type.kind == "integer" and not column.generated
        if key == (column.name,) and plain and (type_.bits or 32) < 64 and not referring:
            yield table, column, type_


def _last(subject: Subject, table: Table, column: Column) -> int | None:
    """The last number given, where the engine tells."""
    refs = [table.column_ref(column.name)]
    if column.identity and column.identity.sequence:
        refs.append(Ref("sequence", column.identity.sequence))
    return next((subject.facts.sequences[ref].last for ref in refs if ref in subject.facts.sequences), None)
