"""A partial index whose condition leaves out no row, or every row.

## Why
`WHERE id IS NOT NULL` on a column that is never NULL leaves out nothing, but a query must repeat the condition, word by
word nearly, for the planner to use the index. A foreign key and ON CONFLICT can't rely on it either. A condition that
no row can meet makes an index that is always empty.

What the condition can be is proved in three-valued logic from the types and NOT NULL; that all rows of today happen to
meet it says nothing.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL);
CREATE INDEX users_email ON users (email) WHERE email IS NOT NULL;
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL, phone varchar(40));
CREATE INDEX users_email ON users (email);
CREATE INDEX users_phone ON users (phone) WHERE phone IS NOT NULL;
```

## Fix
Takes the condition away; where that would double another index, or where the index is always empty, drops the index.

## References
- PostgreSQL, [Partial indexes](https://www.postgresql.org/docs/current/indexes-partial.html)
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Index, Table
from dbwright.change.operations import ChangePart, DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, pinned
from dbwright.rules.design._checks import domains_of
from dbwright.rules.design._expressions import outcomes, parse
from dbwright.rules.design._tables import own_tables


class PointlessPredicate(Rule):
    """Finds partial indexes that are not partial."""

    code = "I014"
    group = "indexes"
    engines = ("postgres", "sqlite")
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            for access in accesses(table):
                if access.index and access.predicate and not pinned(table, access.index):
                    tree = parse(access.predicate, subject.engine)
                    found = None if tree is None else outcomes(tree, domains_of(subject, table, access.predicate))
                    if found == frozenset((True,)):
                        yield self._whole(subject, table, access, access.index)
                    elif found and True not in found:
                        yield self._empty(table, access)

    def _whole(self, subject: Subject, table: Table, access: Access, index: Index) -> Finding:
        to = msgspec.structs.replace(index, predicate=None)
        others = tuple(each for each in table.indexes if each.name != index.name)
        with_it = msgspec.structs.replace(table, indexes=(*others, to))
        doubled = any(dropped.ref == access.ref for dropped, _ in doubles(subject, with_it))
        fix = (
            Fix(f"Drop {index.name}", "safe", (DropIndex(target=access.ref),))
            if doubled
            else Fix(f"Take the condition off {index.name}", "safe", (ChangePart(target=access.ref, to=to),))
        )
        return self.finding(
            access.ref,
            f"The condition of the index {index.name} on {table.ref} ({access.predicate}) is true for every row.",
            Evidence("By the types and NOT NULL of the columns that it reads, it can be neither false nor NULL."),
            help="Drop the index: without the condition it doubles another."
            if doubled
            else "Take the condition off, so that every query can use the index.",
            fix=fix,
        )

    def _empty(self, table: Table, access: Access) -> Finding:
        return self.finding(
            access.ref,
            f"The condition of the index {access.ref.name} on {table.ref} ({access.predicate}) is true for no row: "
            "the index is always empty.",
            Evidence("By the types and NOT NULL of the columns that it reads, it can never be true."),
            help="Correct the condition, or drop the index.",
            fix=Fix(f"Drop {access.ref.name}", "unsafe", (DropIndex(target=access.ref),)),
            severity="warning",
        )
