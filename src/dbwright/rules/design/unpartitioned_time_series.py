"""A very large table that only grows with time, in one piece.

## Why
Events, readings and logs are written at one end and dropped at the other. In one table the drop is a DELETE of millions
of rows, which takes hours, bloats the table and its indexes, and holds up replication; partitioned by time, it is the
drop of a table, in no time. Queries for the last week then read a week, indexes fit into memory, and old partitions can
move to slower storage.

The table is recognised by its name (events, readings, logs, measurements) and a timestamp that is never NULL, and that
it is large: a note from 50 million rows or 10 GB on, a warning from 500 million rows or 100 GB on.

## Bad
```sql
CREATE TABLE readings (id bigint PRIMARY KEY, sensor_id integer NOT NULL, recorded_at timestamp NOT NULL, value numeric);
-- 600,000,000 rows
```

## Good
```sql
CREATE TABLE readings (
    id bigint NOT NULL, sensor_id integer NOT NULL, recorded_at timestamp NOT NULL, value numeric,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
```
```sql mysql
CREATE TABLE readings (
    id bigint NOT NULL, sensor_id integer NOT NULL, recorded_at datetime NOT NULL, value numeric,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE COLUMNS (recorded_at) (PARTITION rest VALUES LESS THAN (MAXVALUE));
```

## Fix
None to run: partitioning a table rewrites it, and its keys must then hold the time. Make a partitioned table beside it,
write there from now on, and move or forget the old rows.

## Options
- `rows` (default 50000000): the fewest rows.
- `gigabytes` (default 10): the fewest bytes, in GB; ten times either is a warning.

## References
- PostgreSQL, [Table partitioning](https://www.postgresql.org/docs/current/ddl-partitioning.html)
- MySQL, [Partitioning](https://dev.mysql.com/doc/refman/8.4/en/partitioning.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import TableStats
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._phrases import size
from dbwright.rules.design._tables import base_type, own_tables

_SERIES = word_set(
    "event log metric reading measurement sample point tick quote impression click view visit activity audit trace span heartbeat "
    "telemetry position location record series history message notification transaction entry stat statistic hit request"
)
_MOMENTS = word_set(
    "created recorded occurred happened measured logged received captured ingested inserted sent event reading at timestamp ts time "
    "date day"
)
_GIGABYTE = 1024**3


class UnpartitionedTimeSeries(Rule):
    """Finds streams of rows kept in one heap."""

    code = "H005"
    group = "time"
    severity = "note"
    engines = ("postgres", "mysql")
    needs = "counters"
    harm = "outage"

    def check(self, subject: Subject) -> Iterable[Finding]:
        rows, octets = subject.option("rows", 50_000_000), subject.option("gigabytes", 10) * _GIGABYTE
        for table, column in _candidates(subject):
            stats = subject.facts.tables.get(table.ref)
            if stats and (stats.rows >= rows or (stats.bytes or 0) >= octets):
                urgent = stats.rows >= 10 * rows or (stats.bytes or 0) >= 10 * octets
                yield self._finding(table, column, stats, urgent)

    def _finding(self, table: Table, column: Column, stats: TableStats, urgent: bool) -> Finding:
        large = f"about {count(stats.rows, 'row')}" + (f" ({size(stats.bytes)})" if stats.bytes else "")
        return self.finding(
            table.ref,
            f"{table.ref} grows with time and is not partitioned: {large} in one piece.",
            Evidence(
                f"The server counts {large}; {column.name} tells the time of each.",
                basis="counters",
                proved=stats.exact,
            ),
            help=f"Partition it by {column.name}, so that old rows go by dropping a partition.",
            severity="warning" if urgent else "note",
            touched=Touched(rows=stats.rows, bytes=stats.bytes),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    if any(extension.name in ("timescaledb", "citus") for extension in subject.catalog.extensions):
        return
    for table in own_tables(subject.catalog):
        if table.partitioning or not _SERIES.intersection(stem(table.name)):
            continue
        for column in table.columns:
            kind, named = base_type(subject, column.type).kind, words(column.name)
            tells = bool(_MOMENTS.intersection(named)) and named[:1] != ("updated",)
            if kind in ("timestamp", "date") and not column.nullable and tells:
                yield table, column
                break
