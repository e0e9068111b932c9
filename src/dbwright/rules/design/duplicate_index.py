"""An index that another index, a unique constraint or the primary key already is.

## Why
Every INSERT, every DELETE and most UPDATEs must write each index. A second one of the same definition answers no
query that the first does not answer, so it only costs: writes, space, memory, and time to back up and to vacuum.
Such twins come from a column declared both unique and indexed, from ORMs that index what they also constrain, and
from merged migrations.

Two indexes are the same when method, keys (with operator class, collation and direction), included columns and
predicate are equal, and the one that goes guards nothing that the other does not guard. An index that runs backwards
from end to end is the same index: it can be read both ways.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL, UNIQUE (email));
CREATE INDEX users_email_idx ON users (email);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL, UNIQUE (email));
```

## Fix
Drops the index and keeps the constraint; of two plain indexes, the one that is unique, or else the first by name.
Marked unsafe where the doubled index is unique and a foreign key points at its columns, because PostgreSQL may have
tied that foreign key to it.

## References
- PostgreSQL, [Unique indexes](https://www.postgresql.org/docs/current/indexes-unique.html): a unique constraint
  makes its index itself.
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.change.operations import DropConstraint, DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, doubles, is_referenced
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import size

_Pair = tuple[Table, Access, Access]
"""A table, the index that could go, and the one that stays."""


class DuplicateIndex(Rule):
    """Finds twins of indexes, unique constraints and primary keys."""

    code = "I001"
    group = "indexes"

    def check(self, subject: Subject) -> Iterable[Finding]:
        alike: dict[tuple[object, ...], list[_Pair]] = {}
        for table in subject.catalog.tables:
            for dropped, kept in doubles(subject, table):
                key: tuple[object, ...] = (dropped.ref,)
                if table.partition_of:
                    key = (table.partition_of.table, dropped.parts, dropped.predicate, dropped.unique, kept.ref.kind)
                alike.setdefault(key, []).append((table, dropped, kept))
        for pairs in alike.values():
            yield self._finding(subject, pairs)

    def _finding(self, subject: Subject, pairs: list[_Pair]) -> Finding:
        """One finding for a pair, or for the same pair in many partitions of a table."""
        table, dropped, kept = pairs[0]
        kind = "index" if dropped.index else "unique constraint"
        named = kept.label.replace(f" of {table.ref}", "")
        others = count(len(pairs) - 1, "other partition")
        message = f"The {kind} {dropped.ref.name} on {table.ref} ({dropped.shown_parts}) is the same as {named}"
        if table.partition_of and len(pairs) > 1:
            message += f", and so it is in {others} of {'.'.join(part for part in table.partition_of.table if part)}"
        ties = any(each.unique and is_referenced(subject, holder, each.columns) for holder, each, _ in pairs)
        operations = tuple(
            DropIndex(target=each.ref) if each.index else DropConstraint(target=each.ref) for _, each, _ in pairs
        )
        also = f", and its like in {others}" if len(pairs) > 1 else ""
        return self.finding(
            dropped.ref,
            f"{message}: every write pays for both, and no query gains.",
            Evidence(self._summary(subject, table, dropped, named)),
            help=f"Drop {dropped.ref.name} and keep {named}{also}.",
            fix=Fix(f"Drop {dropped.ref.name}{also}", "unsafe" if ties else "safe", operations),
            related=[kept.ref, *(each.ref for _, each, _ in pairs[1:])],
        )

    def _summary(self, subject: Subject, table: Table, dropped: Access, named: str) -> str:
        summary = f"Both {dropped.ref.name} and {named} are {dropped.method} indexes over ({dropped.shown_parts})"
        if dropped.predicate:
            summary += f" where {dropped.predicate}"
        use = subject.facts.indexes.get(dropped.ref)
        stats = subject.facts.tables.get(table.ref)
        if use and use.bytes:
            summary += f"; the doubled one takes {size(use.bytes)}"
        if stats and stats.writes:
            summary += f"; the table has seen {count(stats.writes, 'write')} since counting began"
        return f"{summary}."
