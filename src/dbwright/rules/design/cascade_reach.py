"""One row whose deletion takes rows of many other tables with it.

## Why
`ON DELETE CASCADE` reads harmless on each table, but it goes on from table to table. Where a chain is long, deleting one
row by mistake empties a good part of the database, in one statement, without a question; and it locks and walks all of
those tables on the way. Worst is a chain that ends in what has to be kept: invoices, payments, bookings.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE shops (id integer PRIMARY KEY, user_id integer NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE orders (id integer PRIMARY KEY, shop_id integer NOT NULL, FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE);
CREATE TABLE invoices (id integer PRIMARY KEY, order_id integer NOT NULL, FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE shops (id integer PRIMARY KEY, user_id integer NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE orders (id integer PRIMARY KEY, shop_id integer NOT NULL, FOREIGN KEY (shop_id) REFERENCES shops (id));
```

## Fix
None can be generated: somebody has to decide where the chain should end. Put `ON DELETE RESTRICT` on the reference to
what must be kept, so that the deletion fails instead.

## Options
- `most-tables` (default 8): how many tables one deletion may reach before it is reported.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
"""

from collections import deque
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._foreign_keys import Reference, references
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed

_KEPT = word_set("bill credit debit invoice ledger payment payout receipt refund transaction")
"""Words for what the law or the books require to be kept."""
_FURTHEST = 2_000


class CascadeReach(Rule):
    """Finds deletions that reach far."""

    code = "R008"
    group = "relationships"
    severity = "note"
    harm = "data"

    def check(self, subject: Subject) -> Iterable[Finding]:
        following: dict[Ref, list[Reference]] = {}
        reached: set[Ref] = set()
        for each in references(subject):
            if each.key.on_delete == "cascade" and each.child is not each.parent:
                following.setdefault(each.parent.ref, []).append(each)
                reached.add(each.child.ref)
        roots = [each[0].parent for ref, each in following.items() if ref not in reached]
        for root in sorted(roots, key=lambda table: table.ref):
            ways = _reach(root, following)
            kept = [way for way in ways if _KEPT.intersection(stem(way[-1].name))]
            if len(ways) > int(subject.option("most-tables", 8)) or any(len(way) > 1 for way in kept):
                yield self._finding(subject, root, ways, kept)

    def _finding(self, subject: Subject, root: Table, ways: list[list[Table]], kept: list[list[Table]]) -> Finding:
        tables = [way[-1] for way in ways]
        known = [rows for table in tables if (rows := subject.facts.rows(table.ref)) is not None]
        rows = sum(known) if known else None
        chain = " → ".join(str(table.ref) for table in (root, *max(ways, key=len)))
        evidence = [
            Evidence(
                f"ON DELETE CASCADE leads to {listed([str(table.ref) for table in tables])}; the longest chain is {chain}."
            )
        ]
        if rows:
            evidence.append(Evidence(f"Together these tables hold about {count(rows, 'row')}.", basis="counters"))
        message = f"Deleting a row of {root.ref} deletes rows of {count(len(ways), 'other table')}"
        if kept:
            message += f", {listed([str(way[-1].ref) for way in kept])} among them"
        far = [way[-1] for way in kept if len(way) > 1]
        return self.finding(
            root.ref,
            f"{message}.",
            *evidence,
            help=f"Let the chain end before {far[0].name}: ON DELETE RESTRICT on its reference."
            if far
            else "Look whether all of it should go; end the chain with ON DELETE RESTRICT where not.",
            severity="warning" if far else None,
            related=tuple(table.ref for table in tables[:20]),
            touched=Touched(rows=rows) if rows else None,
        )


def _reach(root: Table, following: dict[Ref, list[Reference]]) -> list[list[Table]]:
    """The shortest way to each table that a deletion reaches, the nearest first."""
    reached = {root.ref}
    ways: list[list[Table]] = []
    waiting: deque[list[Table]] = deque([[root]])
    while waiting and len(ways) < _FURTHEST:
        way = waiting.popleft()
        for each in following.get(way[-1].ref, ()):
            if each.child.ref not in reached:
                reached.add(each.child.ref)
                ways.append([*way[1:], each.child])
                waiting.append([*way, each.child])
    return ways
