"""A table full of dead rows or empty space, or one that PostgreSQL was told not to clean up.

## Why
An UPDATE or DELETE leaves the old version of the row behind until it is cleaned up (vacuumed). Where that cannot keep
up, was switched off, or is held back by a forgotten transaction, every scan reads the dead rows too, indexes grow, and in
the end the server stops taking writes to protect itself. Space that was freed but is never filled again is read by every
scan as well.

## Bad
```sql postgres
CREATE TABLE sessions (id integer PRIMARY KEY, data text) WITH (autovacuum_enabled = false);
```

## Good
```sql
CREATE TABLE sessions (id integer PRIMARY KEY, data text);
```

## Fix
Switches automatic vacuuming on again; vacuums a table with dead rows. Getting free space back to the disk rewrites the
table: OPTIMIZE TABLE on MySQL, on PostgreSQL VACUUM FULL (under a lock) or a tool like pg_repack.

## Options
- `dead` (default 0.2): the share of dead rows from which on a table is reported.
- `rows` (default 100000): the fewest dead rows.
- `share` (default 0.5): the share of free space from which on a table is reported.
- `size` (default 104,857,600): the fewest free bytes.

## References
- PostgreSQL, [Routine vacuuming](https://www.postgresql.org/docs/current/routine-vacuuming.html)
- MySQL, [OPTIMIZE TABLE](https://dev.mysql.com/doc/refman/8.0/en/optimize-table.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import TableStats
from dbwright.catalog.objects import Table
from dbwright.change.operations import ChangeTable
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._phrases import share, size

_OFF = ("false", "off", "no", "0")


class BloatedTable(Rule):
    """Finds tables that need cleaning up."""

    code = "I016"
    group = "indexes"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            if table.kind != "ordinary" or table.temporary:
                continue
            off = table.options.get("autovacuum_enabled", "true").casefold() in _OFF
            stats = subject.facts.tables.get(table.ref)
            if off and subject.engine == "postgres":
                yield self._switched_off(table, stats)
            elif stats:
                yield from self._measured(subject, table, stats)

    def _switched_off(self, table: Table, stats: TableStats | None) -> Finding:
        options = {name: value for name, value in table.options.items() if name != "autovacuum_enabled"}
        evidence = [Evidence("The table has the storage parameter autovacuum_enabled = false.")]
        if stats and stats.dead_rows:
            evidence.append(Evidence(f"It holds about {count(stats.dead_rows, 'dead row')}.", basis="counters"))
        return self.finding(
            table.ref,
            f"Automatic vacuuming is switched off for {table.ref}: dead rows stay, and its statistics grow old.",
            *evidence,
            help="Switch it on again; it hardly disturbs, and works in small steps.",
            fix=Fix(
                f"Let {table.name} be vacuumed",
                "safe",
                (ChangeTable(target=table.ref, to=msgspec.structs.replace(table, options=options)),),
            ),
            harm="outage",
        )

    def _measured(self, subject: Subject, table: Table, stats: TableStats) -> Iterator[Finding]:
        dead, free = stats.dead_rows or 0, stats.free_bytes or 0
        if dead >= subject.option("rows", 100_000) and dead >= subject.option("dead", 0.2) * (stats.rows + dead):
            yield self._dead(subject, table, stats, dead)
        elif (
            stats.bytes
            and free >= subject.option("size", 100 << 20)
            and free >= subject.option("share", 0.5) * min(stats.bytes, _heap(subject, table, stats.bytes))
        ):
            yield self._free(subject, table, stats.bytes, free)

    def _dead(self, subject: Subject, table: Table, stats: TableStats, dead: int) -> Finding:
        when = ""
        if stats.vacuumed is not None:
            when = f"; it was last vacuumed {count(int(stats.vacuumed), 'day')} ago"
        name = subject.place(table)
        return self.finding(
            table.ref,
            f"Of the row versions of {table.ref}, {share(dead, stats.rows + dead)} are dead, and every scan reads them.",
            Evidence(f"About {count(dead, 'dead row')} beside {count(stats.rows, 'row')}{when}.", basis="counters"),
            help="Vacuum it, and look for what holds vacuuming back: old transactions, replication slots, a setting too mild.",
            fix=Fix(f"Vacuum {table.name}", "display", sql=(f"VACUUM (ANALYZE) {name}",)),
            touched=Touched(rows=dead),
        )

    def _free(self, subject: Subject, table: Table, whole: int, free: int) -> Finding:
        name = subject.place(table)
        mysql = subject.engine == "mysql"
        return self.finding(
            table.ref,
            f"About {size(free)} of {table.ref} hold nothing, and are read and backed up with the rest.",
            Evidence(
                f"{size(whole)} with its indexes, about {size(free)} of them free.", basis="counters", proved=False
            ),
            help="Rewrite it in a quiet hour, if that much will not be filled again soon.",
            fix=Fix(
                f"Rewrite {table.name}", "display", sql=(f"OPTIMIZE TABLE {name}" if mysql else f"VACUUM FULL {name}",)
            ),
            severity="note",
            touched=Touched(bytes=free),
        )


def _heap(subject: Subject, table: Table, whole: int) -> int:
    """The bytes of the table without those of its indexes, as far as these are known."""
    names = [index.name for index in table.indexes] + [unique.name or "" for unique in table.uniques]
    names += [table.primary_key.name or ""] if table.primary_key else []
    uses = (subject.facts.indexes.get(table.ref.child("index", name)) for name in names)
    return max(whole - sum(use.bytes or 0 for use in uses if use), 1)
