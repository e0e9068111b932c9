"""An index on a single column that holds only a few different values.

## Why
Finding half of a table through an index is slower than reading the table, so the planner ignores such an index, yet
every write keeps it up to date. Booleans, genders and states with three evenly spread values are the usual cases.
Where one of the values is rare, an index helps to find just that one: a partial index for it is a fraction of the
size and is not touched by writes to all other rows.

The values are counted in the data; nothing is said on the type alone. Unique indexes, indexes on dates and on
identifiers, indexes that support a foreign key, and tables with fewer rows than the option says are left alone.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, active boolean NOT NULL);
CREATE INDEX users_active ON users (active);
-- 50,000 users, half of them active
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, active boolean NOT NULL, last_seen date NOT NULL);
CREATE INDEX users_active_last_seen ON users (active, last_seen);
```

## Fix
Drops the index, or replaces it by a partial index on the rare value (PostgreSQL and SQLite). Unsafe, because a query
may still get slower: one that reads the column alone from the index, or one for a value that is rare only now and
then.

## Options
- `rows`: the fewest rows that a table must have (default 1000).
- `values`: up to how many different values count as few (default 5).
- `rare`: the share of rows below which a value is rare enough for an index of its own (default 0.05).

## References
- PostgreSQL, [Partial indexes](https://www.postgresql.org/docs/current/indexes-partial.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, TopValues, Values
from dbwright.catalog.objects import Column, Index, KeyPart, Table
from dbwright.change.operations import CreateIndex, DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses, doubles, pinned, serves_foreign_key
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import words
from dbwright.rules.design._phrases import share


class LowCardinalityIndex(Rule):
    """Finds indexes that cannot narrow a search down."""

    code = "I003"
    group = "indexes"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column, _ in _candidates(subject):
            yield TopValues(table=table.ref, column=column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        few = subject.option("values", 5)
        for table, column, index in _candidates(subject):
            values = subject.facts.ask(TopValues(table=table.ref, column=column.name), Values)
            if values is None or values.rows < subject.option("rows", 1000):
                continue
            if 0 < values.distinct <= few and len(values.values) == values.distinct:
                found = self._finding(subject, table, column, index, values)
                if found:
                    yield found

    def _finding(self, subject: Subject, table: Table, column: Column, index: Index, values: Values) -> Finding | None:
        rarest, rarest_count = values.values[-1]
        nulls = values.rows - values.filled
        commonest_count = max(values.values[0][1], nulls)
        ref = table.ref.child("index", index.name)
        rare = rarest_count < subject.option("rare", 0.05) * values.rows
        if rare and subject.engine == "mysql":
            return None  # it has no partial indexes, and finds the rare value through this one
        different = count(values.distinct, "different value")
        evidence = _evidence(table, column, values)
        if values.distinct == 1 and not nulls:
            return self.finding(
                ref,
                f"The index {index.name} on {table.ref} ({column.name}) holds the one value {_shown(rarest)} for every row.",
                evidence,
                help="Drop it, unless other values are still to come and will be rare.",
                fix=Fix(f"Drop {index.name}", "unsafe", (DropIndex(target=ref),)),
                severity="note",
            )
        use = subject.facts.indexes.get(ref)
        if rare:
            wanted = _equals(subject, column, rarest)
            return self.finding(
                ref,
                f"The index {index.name} on {table.ref} ({column.name}) holds {different}, of which only {_shown(rarest)} "
                f"({share(rarest_count, values.rows)} of the rows) is rare enough to be looked up.",
                evidence,
                help=f"A partial index for {_shown(rarest)} alone is smaller, and other rows never touch it.",
                fix=self._partial(table, column, index, wanted),
                severity="note",
            )
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} ({column.name}) holds only {different}: the commonest stands in "
            f"{share(commonest_count, values.rows)} of the rows, so reading the table is as fast.",
            evidence,
            help="Drop it, or put the column first in an index with the column that queries also filter or sort by.",
            fix=Fix(f"Drop {index.name}", "unsafe", (DropIndex(target=ref),)),
            severity="note" if use and use.scans else None,
        )

    def _partial(self, table: Table, column: Column, index: Index, wanted: str | None) -> Fix | None:
        keys = table.primary_key.columns if table.primary_key else ()
        if wanted is None or not keys or table.kind == "partitioned":
            return None
        partial = Index(name=f"{index.name}_rare", parts=tuple(KeyPart(column=key) for key in keys), predicate=wanted)
        return Fix(
            f"Replace {index.name} by a partial index on the rare value of {column.name}",
            "unsafe",
            (CreateIndex(target=table.ref, index=partial), DropIndex(target=table.ref.child("index", index.name))),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column, Index]]:
    for table in subject.catalog.tables:
        rows = subject.facts.rows(table.ref)
        if rows is None or rows < subject.option("rows", 1000) or table.kind in ("foreign", "virtual"):
            continue
        if table.partition_of:
            continue  # its values are few because of what it is a partition for
        doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
        for access in accesses(table):
            index = access.index
            if index is None or index.unique or index.method != "btree" or not index.visible or access.ref in doubled:
                continue
            if len(index.parts) != 1 or index.include or index.predicate or pinned(table, index):
                continue
            column = table.column(index.parts[0].column or "")
            if (
                column
                and not column.type.is_temporal
                and not serves_foreign_key(table, access)
                and not _names_a_row(column)
            ):
                yield table, column, index


def _names_a_row(column: Column) -> bool:
    """Whether the column identifies something elsewhere, so that its few values tell of few tenants, not of a bad index."""
    return words(column.name)[-1:] in (("id",), ("uuid",), ("key",), ("guid",))


def _evidence(table: Table, column: Column, values: Values) -> Evidence:
    rows: tuple[tuple[str | None, ...], ...] = tuple((value, f"{number:,}") for value, number in values.values)
    if values.rows > values.filled:
        rows += ((None, f"{values.rows - values.filled:,}"),)
    summary = f"{count(values.distinct, 'different value')} of {column.name} in {looked_at(values)} of {table.ref}."
    return seen(summary, values, rows, (column.name, "rows"))


def _shown(value: str) -> str:
    return f"'{value}'" if len(value) <= 40 else f"'{value[:37]}…'"


def _equals(subject: Subject, column: Column, value: str) -> str | None:
    """The condition for one value in the engine's SQL; None where its spelling is not certain."""
    name = subject.quote(column.name)
    kind = column.type.kind
    if kind == "boolean" and subject.engine == "postgres":
        return name if value.lower() in ("t", "true", "1") else f"(NOT {name})"
    if kind == "integer" or (kind == "boolean" and subject.engine == "sqlite"):
        return f"({name} = {value})" if value.lstrip("-").isdigit() else None
    if column.type.is_text:
        escaped = value.replace("'", "''")
        return f"({name} = '{escaped}')" if value.isprintable() and "\\" not in value else None
    return None
