"""An index of a kind that cannot answer what its column is asked.

## Why
A B-tree over a JSON document, an array, a range or a text-search vector compares whole values. Nobody searches for an
order by all of its JSON; they search for a key inside it, for arrays that contain a tag, for periods that overlap. The
index answers none of that, is large, and on PostgreSQL refuses a document that is too long for it. GIN and GiST are made
for these types; for a single key of a document, index the expression that reads it.

A BRIN index keeps the smallest and the largest value of each range of pages. Over random values, every range spans them
all, and the index excludes nothing.

## Bad
```sql postgres
CREATE TABLE events (id integer PRIMARY KEY, payload jsonb NOT NULL, tags text[] NOT NULL);
CREATE INDEX events_payload ON events (payload);
CREATE INDEX events_tags ON events (tags);
```
```sql sqlite
CREATE TABLE events (id integer PRIMARY KEY, payload json NOT NULL);
CREATE INDEX events_payload ON events (payload);
```

## Good
```sql postgres
CREATE TABLE events (id integer PRIMARY KEY, payload jsonb NOT NULL, tags text[] NOT NULL);
CREATE INDEX events_payload ON events USING gin (payload);
CREATE INDEX events_tags ON events USING gin (tags);
```
```sql sqlite
CREATE TABLE events (id integer PRIMARY KEY, payload json NOT NULL);
CREATE INDEX events_kind ON events (payload ->> 'kind');
```

## Fix
Makes it a GIN index (GiST for ranges), or drops it where the engine has nothing of the kind. Unsafe, because a query
may compare whole values after all.

## References
- PostgreSQL, [GIN indexes](https://www.postgresql.org/docs/current/gin.html),
  [BRIN indexes](https://www.postgresql.org/docs/current/brin.html)
- SQLite, [JSON functions](https://www.sqlite.org/json1.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import Question, Shapes, TextShapes
from dbwright.catalog.objects import Column, Index, KeyPart, Table
from dbwright.change.operations import ChangePart, DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses, doubles, pinned
from dbwright.rules.design._evidence import looked_at, seen
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import share
from dbwright.rules.design._tables import base_type, own_tables

_BETTER = {
    "json": ("gin", "JSON document", "what is inside of it"),
    "array": ("gin", "array", "what it contains"),
    "range": ("gist", "range", "what it overlaps or contains"),
    "fulltext": ("gin", "text-search vector", "the words in it"),
}
"""By the type's kind: the method that serves it, what it is called, and what is asked of it."""
_DOCUMENTS = word_set(
    "attributes config data details document extra json meta metadata options payload preferences properties settings"
)


class UnusableIndexType(Rule):
    """Finds indexes of a kind that their columns cannot use."""

    code = "I015"
    group = "indexes"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (TextShapes(table.ref, column.name) for table, _, column in _documents_in_text(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, index in _plain(subject):
            column = table.column(index.parts[0].column or "")
            type_ = base_type(subject, column.type) if column else None
            if column is None or type_ is None:
                continue
            if index.method == "brin" and (type_.kind == "uuid" or _is_hash(column)):
                yield self._brin(table, index, column)
            elif type_.kind in _BETTER and index.method in ("btree", "hash"):
                yield self._whole_values(subject, table, index, column, type_.kind)
        for table, index, column in _documents_in_text(subject):
            shapes = subject.facts.ask(TextShapes(table.ref, column.name), Shapes)
            if shapes and shapes.filled and shapes.counts.get("json", 0) == shapes.filled:
                yield self._document(table, index, column, shapes)

    def _whole_values(self, subject: Subject, table: Table, index: Index, column: Column, kind: str) -> Finding:
        method, what, asked = _BETTER[kind]
        ref = table.ref.child("index", index.name)
        fix = Fix(f"Drop {index.name}", "unsafe", (DropIndex(target=ref),))
        if subject.engine == "postgres":
            to = msgspec.structs.replace(index, method=method, parts=(KeyPart(column=column.name),), options={})
            fix = Fix(f"Make {index.name} a {method.upper()} index", "unsafe", (ChangePart(target=ref, to=to),))
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} compares whole values of {column.name}, {_a(what)}: "
            f"it cannot find a row by {asked}.",
            Evidence(
                f"{column.name} is {column.type.spelling}, and {index.name} is a {'B-tree' if index.method == 'btree' else 'hash index'}."
            ),
            help=f"Use a {method.upper()} index, or index the expression that reads what is searched for."
            if subject.engine == "postgres"
            else "Index the expression that reads what is searched for.",
            fix=fix,
            related=(table.column_ref(column.name),),
        )

    def _document(self, table: Table, index: Index, column: Column, shapes: Shapes) -> Finding:
        ref = table.ref.child("index", index.name)
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} compares whole JSON documents of {column.name}: "
            "it cannot find a row by what is inside of them.",
            seen(
                f"{share(shapes.counts['json'], shapes.filled)} of the values in {looked_at(shapes)} are JSON.", shapes
            ),
            help="Index the expression that reads the key that is searched for.",
            fix=Fix(f"Drop {index.name}", "unsafe", (DropIndex(target=ref),)),
            related=(table.column_ref(column.name),),
        )

    def _brin(self, table: Table, index: Index, column: Column) -> Finding:
        ref = table.ref.child("index", index.name)
        to = msgspec.structs.replace(index, method="btree", parts=(KeyPart(column=column.name),), options={})
        return self.finding(
            ref,
            f"The BRIN index {index.name} on {table.ref} is over {column.name}, whose values come in no order: it excludes nothing.",
            Evidence(f"{column.name} is {column.type.spelling}; each range of pages spans nearly all of its values."),
            help="Make it a B-tree, or drop it.",
            fix=Fix(f"Make {index.name} a B-tree", "unsafe", (ChangePart(target=ref, to=to),)),
            related=(table.column_ref(column.name),),
        )


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _is_hash(column: Column) -> bool:
    return bool({"hash", "digest", "checksum", "sha256", "md5", "uuid"}.intersection(words(column.name)))


def _plain(subject: Subject) -> Iterator[tuple[Table, Index]]:
    """Indexes over one column that guard nothing."""
    for table in own_tables(subject.catalog):
        doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
        for access in accesses(table):
            index = access.index
            if (
                index
                and not index.unique
                and len(index.parts) == 1
                and access.ref not in doubled
                and not pinned(table, index)
            ):
                yield table, index


def _documents_in_text(subject: Subject) -> Iterator[tuple[Table, Index, Column]]:
    """Indexes over texts whose names say that they hold JSON, where the engine's type doesn't."""
    for table, index in _plain(subject):
        column = table.column(index.parts[0].column or "")
        type_ = base_type(subject, column.type) if column else None
        named = words(column.name) if column else ()
        if column and type_ and type_.is_text and index.method == "btree" and named and named[-1] in _DOCUMENTS:
            yield table, index, column
