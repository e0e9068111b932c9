"""An index whose keys are wide: very long values, many columns, or nearly as large as the table.

## Why
A B-tree is fast because many keys fit a page. Long texts make it deep and large; on PostgreSQL a value of more than
about 2,700 bytes does not fit at all, and the INSERT that brings it *fails*. Beyond four or five columns an index serves
one query, and is written by nearly every UPDATE.

The length is measured on the rows where the type says nothing. Unique keys are left out of the count of columns, since
there the columns are the rule.

## Bad
```sql
CREATE TABLE pages (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer, f integer);
CREATE INDEX pages_wide ON pages (a, b, c, d, e, f);
```

## Good
```sql
CREATE TABLE pages (id integer PRIMARY KEY, a integer, b integer, c integer, d integer, e integer, f integer);
CREATE INDEX pages_a_b ON pages (a, b);
```

## Fix
None is written out: over long texts, index a hash of them (`md5(url)`), a prefix, or words (full text); of many
columns, keep those that narrow a search down.

## Options
- `columns` (default 5): more key columns than this are noted.
- `characters` (default 500): texts in a key longer than this are noted; from four times as many on, it is a warning.

## References
- PostgreSQL, [B-tree indexes](https://www.postgresql.org/docs/current/btree.html): "a third of a page".
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._phrases import size
from dbwright.rules.design._tables import base_type, own_tables

_LARGE = 100 << 20


class WideIndex(Rule):
    """Finds indexes with wide keys."""

    code = "I010"
    group = "indexes"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (TextShapes(table.ref, column.name) for table, _, column in _long_texts(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, access, column in _long_texts(subject):
            shapes = subject.facts.ask(TextShapes(table.ref, column.name), Shapes)
            if shapes and shapes.longest > int(subject.option("characters", 500)):
                yield self._long(subject, table, access, column, shapes)
        for table in own_tables(subject.catalog):
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            for access in accesses(table):
                if access.index and not access.unique and access.method == "btree" and access.ref not in doubled:
                    yield from self._many(subject, table, access)

    def _long(self, subject: Subject, table: Table, access: Access, column: Column, shapes: Shapes) -> Finding:
        near = shapes.longest > 4 * int(subject.option("characters", 500))
        fails = near and subject.engine == "postgres"
        message = f"The index {access.ref.name} on {table.ref} holds {column.name}, whose values have up to "
        message += count(shapes.longest, "character")
        message += ": beyond about 2,700 bytes an INSERT fails." if fails else "."
        return self.finding(
            access.ref,
            message,
            seen(f"The longest {column.name} of {looked_at(shapes)} has {count(shapes.longest, 'character')}.", shapes),
            help="Index a hash of it for equality, its beginning for prefixes, or its words for search.",
            severity=None if near else "note",
            harm="outage" if fails else None,
            related=(table.column_ref(column.name),),
        )

    def _many(self, subject: Subject, table: Table, access: Access) -> Iterator[Finding]:
        use = subject.facts.indexes.get(access.ref)
        stats = subject.facts.tables.get(table.ref)
        heap = _heap(subject, table, stats.bytes) if stats and stats.bytes else None
        most = int(subject.option("columns", 5))
        if use and use.bytes and heap and use.bytes >= _LARGE and use.bytes > heap:
            yield self.finding(
                access.ref,
                f"The index {access.ref.name} on {table.ref} ({access.shown_parts}) takes {size(use.bytes)}, more than the rows "
                f"themselves ({size(heap)}).",
                Evidence(f"{size(use.bytes)} beside a table of {size(heap)} without its indexes.", basis="counters"),
                help="Keep the columns that narrow a search down; if it shrinks when built again, it was only bloated.",
            )
        elif len(access.parts) > most:
            yield self.finding(
                access.ref,
                f"The index {access.ref.name} on {table.ref} has {len(access.parts)} key columns ({access.shown_parts}).",
                Evidence(
                    f"{len(access.parts)} columns make up its key; more than {most} seldom narrow a search further."
                ),
                help="Keep the columns that narrow a search down; the last ones could be included instead of sorted by.",
                severity="note",
            )


def _heap(subject: Subject, table: Table, whole: int) -> int | None:
    """The bytes of the table itself: all but its indexes, where all of these are known."""
    uses = [subject.facts.indexes.get(table.ref.child("index", access.ref.name)) for access in accesses(table)]
    if any(use is None or use.bytes is None for use in uses):
        return None
    left = whole - sum(use.bytes or 0 for use in uses if use)
    return left if left > 0 else None


def _long_texts(subject: Subject) -> Iterator[tuple[Table, Access, Column]]:
    """Keys of B-trees that are texts without a limit, or with a very high one."""
    for table in own_tables(subject.catalog):
        rows = subject.facts.rows(table.ref)
        if rows == 0:
            continue
        doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
        for access in accesses(table):
            if access.method != "btree" or access.ref in doubled:
                continue
            for part in access.parts:
                column = table.column(part.column or "")
                type_ = base_type(subject, column.type) if column else None
                if column and type_ and type_.is_text and not part.prefix_length and (type_.length or 10_000) > 1000:
                    yield table, access, column
