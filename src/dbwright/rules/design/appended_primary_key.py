"""An index that ends with the primary key, which the engine appends to every index by itself.

## Why
InnoDB finds a row through a secondary index by the primary key, so each entry ends with it anyway. Written out it costs
nothing, but it makes two indexes look different that are the same, and readers wonder what it is for.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL);
CREATE INDEX orders_user_id ON orders (user_id, id);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL);
CREATE INDEX orders_user ON orders (user_id);
```

## Fix
Takes the primary key off the end of the index.

## References
- MySQL, [Clustered and secondary indexes](https://dev.mysql.com/doc/refman/8.0/en/innodb-index-types.html)
"""

from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Index, KeyPart, Table
from dbwright.change.operations import ChangePart
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses, doubles
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class AppendedPrimaryKey(Rule):
    """Finds indexes that spell out what the engine adds."""

    code = "I019"
    group = "indexes"
    engines = ("mysql",)
    severity = "note"
    harm = "clarity"
    bundle = "all"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            keys = table.primary_key.columns if table.primary_key else ()
            if not keys or table.options.get("engine", "InnoDB").casefold() != "innodb":
                continue
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            tail = tuple(KeyPart(column=name) for name in keys)
            for access in accesses(table):
                index = access.index
                if index is None or index.unique or index.method != "btree" or access.ref in doubled:
                    continue
                if len(index.parts) > len(tail) and index.parts[-len(tail) :] == tail:
                    yield self._finding(table, index, keys)

    def _finding(self, table: Table, index: Index, keys: tuple[str, ...]) -> Finding:
        ref = table.ref.child("index", index.name)
        to = msgspec.structs.replace(index, parts=index.parts[: -len(keys)])
        return self.finding(
            ref,
            f"The index {index.name} on {table.ref} ends with {listed(keys)}, the primary key, which InnoDB appends by itself.",
            Evidence(f"Every entry of a secondary index of InnoDB ends with the primary key ({', '.join(keys)})."),
            help=f"Leave {listed(keys)} out.",
            fix=Fix(f"Take {listed(keys)} out of {index.name}", "safe", (ChangePart(target=ref, to=to),)),
        )
