"""A hash index, which finds equal values and does nothing else.

## Why
A B-tree finds equal values as well, and also ranges, order, prefixes and the smallest and largest value; it can be
unique and have several columns. A hash index is smaller only where the values are long, because it keeps a number
instead of the value. Over numbers, dates and short texts it is the poorer choice, and beside a B-tree over the same
column it is a second index for the same searches.

## Bad
```sql postgres
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL);
CREATE INDEX orders_user ON orders USING hash (user_id);
```
```sql mysql
CREATE TABLE carts (id integer PRIMARY KEY, user_id integer NOT NULL, KEY carts_user (user_id) USING HASH) ENGINE=MEMORY;
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL);
CREATE INDEX orders_user ON orders (user_id);
```

## Fix
Builds a B-tree in its place; where there is one already, drops the hash index. Hash indexes over long texts are left
alone.

## References
- PostgreSQL, [Index types](https://www.postgresql.org/docs/current/indexes-types.html)
- MySQL, [Comparison of B-tree and hash indexes](https://dev.mysql.com/doc/refman/8.0/en/index-btree-hash.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Index, Table
from dbwright.change.operations import ChangePart, DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, pinned
from dbwright.rules.design._tables import base_type, own_tables

_LONG = 64
"""Texts that may be longer than so many characters are what a hash index is good for."""


class HashIndex(Rule):
    """Finds hash indexes that a B-tree would better."""

    code = "I009"
    group = "indexes"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, access, index in _hashes(subject):
            tree = next((each for each in accesses(table) if each.method == "btree" and _begins(each, access)), None)
            if tree:
                yield self._beside(table, access, tree)
            elif all(_is_short(subject, table, name) for name in access.columns):
                yield self._alone(subject, table, access, index)

    def _beside(self, table: Table, access: Access, tree: Access) -> Finding:
        named = tree.label.replace(f" of {table.ref}", "")
        return self.finding(
            access.ref,
            f"The hash index {access.ref.name} on {table.ref} ({access.shown_parts}) finds nothing that {named} does not find.",
            Evidence(f"{named[:1].upper()}{named[1:]} is a B-tree over ({tree.shown_parts})."),
            help=f"Drop {access.ref.name}.",
            fix=Fix(f"Drop {access.ref.name}", "safe", (DropIndex(target=access.ref),)),
            related=(tree.ref,),
        )

    def _alone(self, subject: Subject, table: Table, access: Access, index: Index) -> Finding:
        to = msgspec.structs.replace(index, method="btree")
        in_memory = subject.engine == "mysql"  # only tables of the MEMORY engine have them, and it is their default
        return self.finding(
            access.ref,
            f"The index {access.ref.name} on {table.ref} ({access.shown_parts}) is a hash index: it serves no range, no order "
            "and no prefix, and over short values it saves nothing.",
            Evidence(f"{access.ref.name} uses the method hash."),
            help="Make it a B-tree (USING BTREE)." if in_memory else "Make it a B-tree.",
            fix=None
            if in_memory
            else Fix(f"Make {access.ref.name} a B-tree", "safe", (ChangePart(target=access.ref, to=to),)),
            severity="note",
        )


def _hashes(subject: Subject) -> Iterator[tuple[Table, Access, Index]]:
    for table in own_tables(subject.catalog):
        doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
        for access in accesses(table):
            index = access.index
            if (
                index
                and access.method == "hash"
                and access.ref not in doubled
                and not index.unique
                and not pinned(table, index)
            ):
                yield table, access, index


def _begins(tree: Access, hashed: Access) -> bool:
    """Whether a B-tree over all rows begins with the columns of the hash index."""
    visible = tree.index is None or tree.index.visible
    plain = not tree.predicate and all(part.prefix_length is None for part in tree.parts)
    return visible and plain and tree.columns[: len(hashed.columns)] == hashed.columns and None not in hashed.columns


def _is_short(subject: Subject, table: Table, name: str | None) -> bool:
    column = table.column(name or "")
    if column is None:
        return False
    type_ = base_type(subject, column.type)
    if type_.is_text:
        return type_.length is not None and type_.length <= _LONG
    return type_.is_number or type_.is_temporal or type_.kind in ("boolean", "uuid", "enum")
