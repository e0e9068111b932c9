"""A table without created_at or updated_at, where nearly all others have it.

## Why
When did this row come to be, and when was it last changed? Where nearly every table answers that, programs, exports
and people rely on it; the one table that doesn't is the one that a dispute is about.

The schema's own majority decides: at least eight tables, 80 % of them with such a column. Tables that only link
others, log, or hold fixed codes are not counted. All tables that lack the same column are one finding.

## Bad
```sql
CREATE TABLE a (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE b (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE c (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE d (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE e (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE f (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE g (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer varchar(40) NOT NULL, city varchar(40) NOT NULL, amount integer NOT NULL);
```

## Good
```sql
CREATE TABLE a (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE b (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE c (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE d (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE e (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE f (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE g (id integer PRIMARY KEY, created_at timestamp NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer varchar(40) NOT NULL, created_at timestamp NULL, amount integer NOT NULL);
```

## Fix
Adds the column with the name, type and default that it most often has elsewhere; it is NULL for the rows
that are there, because nobody knows when they were made. Unsafe: a program that inserts without naming columns
fails, and one that reads all columns gets one more.

## Options
- `least`: the fewest tables that make a convention (default 8).
- `share`: the share of them that must have the column (default 0.8).
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.change.operations import AddColumn, Operation, SetDefault
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._audit import changed_column, made_column
from dbwright.rules.design._deviations import DATABASE
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import keeps_records, own_tables

_LEAST_COLUMNS = 4
"""A table of fewer columns is a link or a list of codes."""
_MOST_FIXED = 20


class MissingAuditColumns(Rule):
    """Finds tables that don't say when their rows were made or changed."""

    code = "D008"
    group = "design"
    severity = "note"
    harm = "clarity"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        yield from self._missing(subject, made_column, "made")
        yield from self._missing(subject, changed_column, "last changed")

    def _missing(
        self, subject: Subject, column_of: Callable[[Subject, Table], Column | None], what: str
    ) -> Iterator[Finding]:
        counted = [(table, column_of(subject, table)) for table in own_tables(subject.catalog) if not _links(table)]
        having = [column for _, column in counted if column]
        if len(counted) < subject.option("least", 8) or len(having) < subject.option("share", 0.8) * len(counted):
            return
        off = [table for table, column in counted if column is None and len(table.columns) >= _LEAST_COLUMNS]
        if not off:
            return
        usual = _usual(having)
        one = len(off) == 1
        yield self.finding(
            off[0].ref if one else DATABASE,
            f"{off[0].ref if one else count(len(off), 'table')} {'does' if one else 'do'} not say when a row was {what}, as the others do"
            f"{'' if one else ': ' + listed([table.name for table in off])}.",
            Evidence(f"{len(having):,} of {len(counted):,} tables say it, most often by a column {usual.name}."),
            help=f"Add {usual.name}, or ignore the finding where rows never change.",
            related=() if one else [table.ref for table in off],
            fix=_fix(off, usual),
        )


def _links(table: Table) -> bool:
    """Whether a table is hardly more than its references, or a log."""
    referring = {name for key in table.foreign_keys for name in key.columns}
    key = set(table.primary_key.columns) if table.primary_key else set()
    return keeps_records(table) or bool(key and len(key) > 1 and key <= referring)


def _usual(columns: list[Column]) -> Column:
    """The column as it is most often declared, free to be NULL."""
    votes: dict[tuple[str, str, str | None], list[Column]] = {}
    for column in columns:
        votes.setdefault((column.name, column.type.spelling, column.default), []).append(column)
    best = max(votes.values(), key=len)[0]
    return msgspec.structs.replace(best, nullable=True, comment=None)


def _fix(tables: list[Table], usual: Column) -> Fix | None:
    if len(tables) > _MOST_FIXED or any(table.column(usual.name) or table.kind == "partitioned" for table in tables):
        return None
    # A default that is there from the start would date the rows that are there to today; it comes afterwards.
    plain = msgspec.structs.replace(usual, default=None)
    operations: list[Operation] = []
    for table in tables:
        operations.append(AddColumn(target=table.ref, column=plain))
        if usual.default is not None:
            operations.append(SetDefault(target=table.column_ref(usual.name), default=usual.default))
    return Fix(f"Add {usual.name} to {listed([table.name for table in tables])}", "unsafe", tuple(operations))
