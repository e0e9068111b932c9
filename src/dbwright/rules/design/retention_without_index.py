"""A table that a purge walks by its expiry, and no index for it.

## Why
Sessions, tokens, one-time codes and caches are deleted when they expire: `DELETE … WHERE expires_at < now()`, every few
minutes. Without an index on the column each run reads the whole table, most of it still valid, and on MySQL locks every
row it reads. It is not noticed while the table is small, and it runs all day when it is not.

Columns count by their names (`expires_at`, `purge_after`, `delete_on`, `retain_until`). A warning from a million rows on,
or where the server has run a query for what has expired; a note from 10,000 rows on, and for tables
that are still empty or not counted. Tables partitioned by the column are purged by dropping partitions and left alone.

## Bad
```sql
CREATE TABLE sessions (id integer PRIMARY KEY, user_id integer NOT NULL, expires_at timestamp NOT NULL);
```

## Good
```sql
CREATE TABLE sessions (id integer PRIMARY KEY, user_id integer NOT NULL, expires_at timestamp NOT NULL);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
```

## Fix
Adds the index.

## Options
- `rows` (default 10000): the fewest rows from which the index matters.
- `warn-from` (default 1000000): the rows from which its lack is a warning.

## References
- Markus Winand, [Use the index, Luke: DELETE](https://use-the-index-luke.com/sql/dml/delete)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import QuerySeen
from dbwright.catalog.objects import Column, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import singular, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import base_type, own_tables
from dbwright.rules.design._triggers import mentions

_NAMES = frozenset(
    (
        ("expires", "at"), ("expire", "at"), ("expires", "on"), ("expires",), ("expiry",), ("expiration",), ("expired", "at"),
        ("expiration", "time"), ("expiration", "date"), ("expiry", "date"), ("expires", "after"), ("purge", "at"), ("purge", "after"),
        ("purge", "on"), ("delete", "at"), ("delete", "after"), ("delete", "on"), ("retain", "until"), ("keep", "until"),
        ("retention", "until"), ("valid", "until", "time"), ("expire", "date"), ("expire", "time"),
    )
)  # fmt: skip
_PURGED = frozenset(
    "session token code otp cache lock lease nonce ticket job queue message invitation invite reset verification challenge "
    "grant link captcha throttle limit notification upload draft reservation hold key credential login".split()
)
"""Words of tables whose rows are worthless once they expire; what merely ends (contracts, cards, licences) is kept."""
_ALWAYS_PURGED = frozenset(("purge", "delete", "retain", "keep", "retention"))


class RetentionWithoutIndex(Rule):
    """Finds purges that read the whole table."""

    code = "H004"
    group = "time"
    severity = "note"
    harm = "speed"

    def check(self, subject: Subject) -> Iterable[Finding]:
        least, many = subject.option("rows", 10_000), subject.option("warn-from", 1_000_000)
        for table, column in _candidates(subject):
            rows = subject.facts.rows(table.ref)
            if rows and rows < least:
                continue
            seen = _queries(subject, table, column)
            yield self._finding(subject, table, column, rows, seen, bool(rows and (rows >= many or seen)))

    def _finding(
        self, subject: Subject, table: Table, column: Column, rows: int | None, seen: list[QuerySeen], urgent: bool
    ) -> Finding:
        evidence = [Evidence(f"No index or key of {table.ref} begins with {column.name}.")]
        if rows:
            evidence.append(Evidence(f"The table has about {count(rows, 'row')}.", basis="counters", proved=False))
        calls = sum(each.calls for each in seen)
        if seen:
            evidence.append(
                Evidence(
                    f"The server has run queries that compare it {count(calls, 'time')}.",
                    basis="counters",
                    sql=seen[0].sql,
                )
            )
        stats = subject.facts.tables.get(table.ref)
        index = Index(name=new_name(subject, "index", table, (column.name,)), parts=(KeyPart(column=column.name),))
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref} is purged by {column.name}, but each purge reads the whole table: no index begins with it.",
            *evidence,
            help=f"Add an index on {column.name}.",
            fix=Fix(f"Index {column.name} of {table.name}", "safe", (CreateIndex(target=table.ref, index=index),)),
            severity="warning" if urgent else "note",
            touched=Touched(rows=rows, bytes=stats.bytes if stats else None, queries=calls or None) if rows else None,
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        parts = {part.column for part in table.partitioning.parts} if table.partitioning else set()
        leading = {key[0] for key in table.keys if key} | {
            index.parts[0].column for index in table.indexes if index.parts and index.valid and index.parts[0].column
        }
        for column in table.columns:
            type_ = base_type(subject, column.type)
            timed = type_.is_temporal or type_.kind == "integer" or (subject.engine == "sqlite" and type_.is_text)
            if timed and column.name not in parts | leading and _is_purged_by(table, column) and not column.generated:
                yield table, column


def _is_purged_by(table: Table, column: Column) -> bool:
    named, around = words(column.name), words(table.name)
    if named not in _NAMES:
        return False
    singulars = {singular(word) for word in around}
    return bool(_ALWAYS_PURGED.intersection(named)) or bool(_PURGED.intersection(singulars))


def _queries(subject: Subject, table: Table, column: Column) -> list[QuerySeen]:
    """The queries that name the table and look for what has expired: those for one row look for what has not."""
    expired = re.compile(rf"{re.escape(column.name)}\W?\s*<", re.IGNORECASE)
    return [each for each in subject.facts.queries if expired.search(each.sql) and mentions(each.sql, table.name)]
