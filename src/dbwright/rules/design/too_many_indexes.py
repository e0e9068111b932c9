"""A table that is written far more than it is read, and carries many indexes.

## Why
Every INSERT writes each index of its table, and on PostgreSQL most UPDATEs do too. On a table that takes events,
measurements or log lines all day, ten indexes mean ten more places to write, log, copy to replicas and vacuum, for
searches that are hardly ever made.

The engine's counters decide: the table must be written more than it is read. Where there are no counters, only a very
large number of indexes is noted. Indexes behind the primary key, unique constraints and foreign keys are not counted:
they do another work.

## Bad
```sql
CREATE TABLE events (
  id integer PRIMARY KEY,
  a integer, b integer, c integer, d integer, e integer, f integer, g integer, h integer, i integer, j integer, k integer, l integer
);
CREATE INDEX events_a ON events (a);
CREATE INDEX events_b ON events (b);
CREATE INDEX events_c ON events (c);
CREATE INDEX events_d ON events (d);
CREATE INDEX events_e ON events (e);
CREATE INDEX events_f ON events (f);
CREATE INDEX events_g ON events (g);
CREATE INDEX events_h ON events (h);
CREATE INDEX events_i ON events (i);
CREATE INDEX events_j ON events (j);
CREATE INDEX events_k ON events (k);
CREATE INDEX events_l ON events (l);
-- 40,000,000 writes, 12,000 reads
```

## Good
```sql
CREATE TABLE events (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer, f integer);
CREATE INDEX events_a_b ON events (a, b);
```

## Fix
None is written out: which index may go is for you to say. The evidence lists them with their size and their scans; the
least used come first.

## Options
- `indexes` (default 5): from so many indexes on, a table that is mostly written is reported.
- `writes` (default 100000): the fewest writes since counting began.
- `most` (default 12): from so many indexes on, it is noted without any counters.

## References
- PostgreSQL, [Heap-only tuples](https://www.postgresql.org/docs/current/storage-hot.html): an update that changes no
  indexed column writes no index.
"""

from collections.abc import Iterable

from dbwright.catalog.facts import IndexUse, TableStats
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, serves_foreign_key
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import size
from dbwright.rules.design._tables import own_tables


class TooManyIndexes(Rule):
    """Finds tables whose writes pay for too many indexes."""

    code = "I006"
    group = "indexes"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            free = [
                access
                for access in accesses(table)
                if access.index and not access.unique and not serves_foreign_key(table, access)
            ]
            stats = subject.facts.tables.get(table.ref)
            if _mostly_written(subject, stats) and len(free) >= int(subject.option("indexes", 5)):
                yield self._finding(subject, table, free, stats)
            elif len(free) >= int(subject.option("most", 12)):
                yield self._finding(subject, table, free, None)

    def _finding(self, subject: Subject, table: Table, free: list[Access], stats: TableStats | None) -> Finding:
        uses = {access.ref: subject.facts.indexes.get(access.ref) or IndexUse() for access in free}
        free = sorted(free, key=lambda access: (uses[access.ref].scans or 0, access.ref.name))
        total = sum(uses[access.ref].bytes or 0 for access in free)
        rows = tuple((access.ref.name, access.shown_parts, *_told(uses[access.ref])) for access in free)
        message = f"{table.ref} has {len(free)} indexes beside its keys, all of which every insert must write"
        summary = f"{len(free)} indexes that serve neither a key nor a foreign key"
        summary += f", together {size(total)}" if total else ""
        if stats and stats.writes:
            message += f", and it is written more than it is read ({count(stats.writes, 'row')} to {count(stats.reads or 0, 'read')})"
            summary += f"; {count(stats.writes, 'row')} written, {count(stats.reads or 0, 'read')}"
        return self.finding(
            table.ref,
            f"{message}.",
            Evidence(
                f"{summary}.",
                basis="counters" if stats else "catalog",
                columns=("index", "over", "scans", "size"),
                rows=rows,
            ),
            help="Drop those that no query needs (the least used stand first), or join several into one over more columns.",
            severity=None if stats else "note",
            related=[access.ref for access in free],
            touched=Touched(rows=stats.writes if stats else None, bytes=total or None),
        )


def _mostly_written(subject: Subject, stats: TableStats | None) -> bool:
    if stats is None or stats.writes is None or stats.reads is None:
        return False
    return stats.writes >= int(subject.option("writes", 100_000)) and stats.writes > stats.reads


def _told(use: IndexUse) -> tuple[str | None, str | None]:
    return (None if use.scans is None else f"{use.scans:,}", None if use.bytes is None else size(use.bytes))
