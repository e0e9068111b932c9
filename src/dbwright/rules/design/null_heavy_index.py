"""An index most of whose entries are NULL.

## Why
An index on a column that is nearly always empty (a cancellation, an error, an optional parent) holds an entry for every
row all the same. No search wants those entries: `column = value` never finds NULL. A partial index over the rows that
have a value answers the same searches from a fraction of the pages, and rows without a value don't touch it.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, coupon integer);
CREATE INDEX orders_coupon ON orders (coupon);
-- 2,000,000 orders, 1 % of them with a coupon
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, coupon integer);
CREATE INDEX orders_coupon ON orders (coupon) WHERE coupon IS NOT NULL;
```

## Fix
Makes the index partial. Unsafe, because a search for `column IS NULL` can no longer use it.

## Options
- `rows` (default 10000): the fewest rows of a table.
- `share` (default 0.9): the least share of NULLs.
- `size` (default 104,857,600): from so many bytes spent on NULLs on, it is a warning.

## References
- PostgreSQL, [Partial indexes](https://www.postgresql.org/docs/current/indexes-partial.html)
- SQLite, [Partial indexes](https://www.sqlite.org/partialindex.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.objects import Column, Index, Table
from dbwright.change.operations import ChangePart
from dbwright.finding import Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses, doubles, pinned
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._phrases import share, size
from dbwright.rules.design._tables import own_tables

_SUSPECT = 0.8
"""The planner's share of NULLs from which on the rows are asked."""


class NullHeavyIndex(Rule):
    """Finds indexes that hold mostly NULLs."""

    code = "I013"
    group = "indexes"
    engines = ("postgres", "sqlite")
    severity = "note"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (CountNulls(table.ref, column.name) for table, _, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, index, column in _candidates(subject):
            nulls = subject.facts.ask(CountNulls(table.ref, column.name), Counted)
            if nulls is None or nulls.rows < int(subject.option("rows", 10_000)):
                continue
            if subject.option("share", 0.9) * nulls.rows <= nulls.matching < nulls.rows:
                yield self._finding(subject, table, index, column, nulls)

    def _finding(self, subject: Subject, table: Table, index: Index, column: Column, nulls: Counted) -> Finding:
        ref = table.ref.child("index", index.name)
        use = subject.facts.indexes.get(ref)
        spent = round(use.bytes * nulls.matching / nulls.rows) if use and use.bytes else None
        to = msgspec.structs.replace(index, predicate=f"{subject.quote(column.name)} IS NOT NULL")
        told = f"{share(nulls.matching, nulls.rows)} of the entries of {index.name} on {table.ref} are NULL"
        return self.finding(
            ref,
            f"{told}, about {size(spent)}: a partial index would do without them."
            if spent
            else f"{told}: a partial index would do.",
            seen(f"In {looked_at(nulls)}, {column.name} is NULL in {count(nulls.matching, 'row')}.", nulls, (), ()),
            help=f"Index only the rows WHERE {column.name} IS NOT NULL.",
            fix=Fix(f"Leave NULL out of {index.name}", "unsafe", (ChangePart(target=ref, to=to),)),
            severity="warning" if spent and spent >= subject.option("size", 100 << 20) else None,
            related=(table.column_ref(column.name),),
            touched=Touched(rows=nulls.matching, bytes=spent),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Index, Column]]:
    """Plain indexes over one nullable column of tables that are large enough."""
    for table in own_tables(subject.catalog):
        if (subject.facts.rows(table.ref) or 0) < int(subject.option("rows", 10_000)) or table.kind == "partitioned":
            continue
        doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
        for access in accesses(table):
            index = access.index
            if (
                index is None
                or index.predicate
                or index.method != "btree"
                or len(index.parts) != 1
                or not index.visible
            ):
                continue
            column = table.column(index.parts[0].column or "")
            if column is None or not column.nullable or index.unique or pinned(table, index) or access.ref in doubled:
                continue
            known = subject.facts.columns.get(table.column_ref(column.name))
            if known is None or known.null_share is None or known.null_share >= _SUSPECT:
                yield table, index, column
