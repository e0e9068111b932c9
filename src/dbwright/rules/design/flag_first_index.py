"""An index of several columns that begins with a flag.

## Why
An index (is_active, user_id) serves searches by both, and those by the flag alone, which it hardly narrows down. Turned
round it serves the same searches by both, and also those by user_id alone, which are the common ones, so that another
index becomes superfluous. Where the second column is a moment or an amount, which is searched by ranges, the flag is
right where it is, and nothing is said.

## Bad
```sql
CREATE TABLE posts (id integer PRIMARY KEY, is_draft boolean NOT NULL, user_id integer NOT NULL);
CREATE INDEX posts_draft_user ON posts (is_draft, user_id);
```

## Good
```sql
CREATE TABLE posts (id integer PRIMARY KEY, is_draft boolean NOT NULL, user_id integer NOT NULL);
CREATE INDEX posts_user_draft ON posts (user_id, is_draft);
```

## Fix
Turns the first two columns round. Unsafe, because a search by a rare value of the flag alone may use the index as it is.

## References
- [Use The Index, Luke: the order of columns](https://use-the-index-luke.com/sql/where-clause/the-equals-operator/concatenated-keys)
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Column, Index, Table
from dbwright.change.operations import ChangePart
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses, doubles, pinned
from dbwright.rules.design._tables import base_type, is_boolean, is_indexed, own_tables


class FlagFirstIndex(Rule):
    """Finds indexes whose first column hardly narrows a search."""

    code = "I017"
    group = "indexes"
    severity = "note"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            for access in accesses(table):
                index = access.index
                if index is None or index.unique or index.method != "btree" or len(index.parts) < 2 or index.predicate:
                    continue
                if access.ref in doubled or pinned(table, index) or any(part.descending for part in index.parts):
                    continue
                flag, second = (table.column(part.column or "") for part in index.parts[:2])
                if flag and second and is_boolean(flag) and _is_searched_for(subject, table, second):
                    yield self._finding(table, index, flag, second)

    def _finding(self, table: Table, index: Index, flag: Column, second: Column) -> Finding:
        ref = table.ref.child("index", index.name)
        first, other, *rest = index.parts
        to = msgspec.structs.replace(index, parts=(other, first, *rest))
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} begins with the flag {flag.name}, so it does not serve searches by "
            f"{second.name} alone.",
            Evidence(f"No index of {table.ref} begins with {second.name}; {flag.name} tells two kinds of rows apart."),
            help=f"Put {second.name} first; searches by both are served as before.",
            fix=Fix(
                f"Put {second.name} before {flag.name} in {index.name}", "unsafe", (ChangePart(target=ref, to=to),)
            ),
            related=(table.column_ref(flag.name), table.column_ref(second.name)),
        )


def _is_searched_for(subject: Subject, table: Table, column: Column) -> bool:
    """Whether a column is searched by equality, and no index begins with it."""
    type_ = base_type(subject, column.type)
    named = column.name.casefold()
    by_value = type_.kind in ("uuid",) or (type_.kind == "integer" and named.endswith("id")) or type_.is_text
    return by_value and not is_boolean(column) and not is_indexed(table, (column.name,))
