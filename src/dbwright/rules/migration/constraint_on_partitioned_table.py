"""An index, a unique or a foreign key is added to a partitioned table, and to all its partitions at once.

## Why
CONCURRENTLY and NOT VALID do not work on a partitioned table (NOT VALID does for foreign keys from version 18 on). The plain
form builds the index, or looks at the rows, of every partition, with all of them locked against writes until the last is done.
Partition by partition, each can be done while others write.

## Bad
```sql before
CREATE TABLE events (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
```
```sql
CREATE INDEX events_day_idx ON events (day);
```

## Good
```sql
CREATE INDEX events_day_idx ON ONLY events (day);
CREATE INDEX CONCURRENTLY events_2020_day_idx ON events_2020 (day);
ALTER INDEX events_day_idx ATTACH PARTITION events_2020_day_idx;
```

## Fix
Makes the index on the partitioned table alone, builds it on each partition with CONCURRENTLY, and attaches those. A foreign
key is added to each partition as NOT VALID and validated there; the partitioned table then takes them over in a moment.

## Options
- `few-rows` (default 10000): on tables known to hold no more rows this is a note.
- `long-seconds` (default 10): expected to take longer, it is an error.

## References
- PostgreSQL, [CREATE INDEX: notes](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-NOTES)
- PostgreSQL, [Partition maintenance](https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Index, Table
from dbwright.catalog.parts import ForeignKey, PrimaryKey, Unique
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import alter, constraint_name, named_clause
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen, version_at_least
from dbwright.rules.migration._text import qualified, written

_ON_TABLE = re.compile(
    r"\A\s*(CREATE\s+(?:UNIQUE\s+)?INDEX\s+)(?:IF\s+NOT\s+EXISTS\s+)?(?:(?!ON\b)\S+\s+)?ON\s+(?!ONLY\b)"
    r'(?:"(?:[^"]|"")*"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\w$]+))?\s*(?P<rest>.*)\Z',
    re.IGNORECASE | re.DOTALL,
)


class ConstraintOnPartitionedTable(MigrationRule):
    """Finds indexes and keys made on all partitions at once."""

    code = "M032"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, table in in_use(migration, "create index", "add constraint"):
            held = moment.lookup.table(table.path)
            if held is None or held.kind != "partitioned" or "only" in action.words:
                continue
            partitions = [
                each for each in moment.before.tables if each.partition_of and each.partition_of.table == table.path
            ]
            if not partitions or not _works_on_all(migration, action) or _has_it_already(partitions, action):
                continue
            if action.kind == "create index" and re.search(r"\bON\s+ONLY\b", moment.deed.text, re.IGNORECASE):
                continue
            yield self._finding(migration, moment, action, table, partitions)

    def _finding(
        self, migration: Migration, moment: Moment, action: Action, table: Ref, partitions: list[Table]
    ) -> Finding:
        fix: Fix | None = None
        plain = all(each.kind == "ordinary" for each in partitions)
        if action.kind == "create index":
            index = _new_index(moment, table)
            what, target = "The index", table.child("index", index.name if index else action.name or "")
            steps = _index_by_partition(migration, moment, table, partitions, index) if index and plain else None
            if steps:
                fix = Fix("Build it partition by partition, while others write", "safe", sql=steps)
        elif isinstance(action.constraint, ForeignKey):
            name = constraint_name(moment, table, action.constraint)
            what, target = f"The foreign key {name}", table.child("foreign_key", name)
            if plain:
                steps = _key_by_partition(migration, moment, action, partitions, name)
                fix = Fix("Add it partition by partition, and validate it while others write", "unsafe", sql=steps)
        else:
            name = constraint_name(moment, table, action.constraint)
            primary = isinstance(action.constraint, PrimaryKey)
            what, target = f"The key {name}", table.child("primary_key" if primary else "unique", name)
        return self.at(
            moment,
            target,
            f"{what} is made on all {len(partitions)} partitions of {table} at once: it {locks_it(migration, moment, table, 'SHARE')},"
            " and all its partitions, until the last is done.",
            *seen(migration, moment, table),
            help="Make it on the partitioned table alone (ON ONLY), then on each partition, and attach those.",
            fix=fix,
            severity=gravity(migration, moment, table, "warning"),
            related=[each.ref for each in partitions[:20]],
        )


def _works_on_all(migration: Migration, action: Action) -> bool:
    if action.kind == "create index":
        return True
    if isinstance(action.constraint, ForeignKey):
        return not version_at_least(migration, 18) and "not valid" not in action.words and "inline" not in action.words
    return isinstance(action.constraint, Unique | PrimaryKey) and "using index" not in action.words


def _has_it_already(partitions: list[Table], action: Action) -> bool:
    """Whether every partition has the same foreign key, validated: the partitioned table takes them over in a moment."""
    key = action.constraint
    return isinstance(key, ForeignKey) and all(
        any(
            each.validated and each.columns == key.columns and each.table == key.table
            for each in partition.foreign_keys
        )
        for partition in partitions
    )


def _new_index(moment: Moment, table: Ref) -> Index | None:
    """The index of the partitioned table that the statement has made."""
    before, after = moment.lookup.table(table.path), moment.lookup_after.table(table.path)
    known = {index.name for index in before.indexes} if before else set()
    return next((index for index in after.indexes if index.name not in known), None) if after else None


def _index_by_partition(
    migration: Migration, moment: Moment, table: Ref, partitions: list[Table], index: Index
) -> tuple[str, ...] | None:
    found = _ON_TABLE.match(moment.deed.text)
    if found is None:
        return None
    begin, rest = " ".join(found[1].split()), found["rest"].strip()
    whole = qualified(migration, table.namespace, index.name)
    steps = [f"{begin} {migration.quote(index.name)} ON ONLY {written(migration, table)} {rest}"]
    for partition in partitions:
        after = moment.lookup_after.table(partition.ref.path)
        own = (
            next((each.name for each in after.indexes if each.parent == (table.namespace, index.name)), None)
            if after
            else None
        )
        if own is None:
            return None
        part = qualified(migration, partition.namespace, own)
        steps.append(f"{begin} CONCURRENTLY {migration.quote(own)} ON {written(migration, partition.ref)} {rest}")
        steps.append(f"ALTER INDEX {whole} ATTACH PARTITION {part}")
    return tuple(steps)


def _key_by_partition(
    migration: Migration, moment: Moment, action: Action, partitions: list[Table], name: str
) -> tuple[str, ...]:
    text = named_clause(migration, moment, action, name)
    steps: list[str] = []
    for partition in partitions:
        start = alter(migration, partition.ref)
        steps += [f"{start} {text} NOT VALID", f"{start} VALIDATE CONSTRAINT {migration.quote(name)}"]
    return (*steps, moment.deed.text)
