"""Tables that all require a row of one another, so that the first row of none of them can be inserted.

## Why
A shop needs a manager, a manager needs a shop: whichever comes first breaks a foreign key. Applications get around it by
turning checks off, and loads, restores and tests do the same; rows that break the keys slip in meanwhile.

A cycle in which one reference may be NULL, or is checked at the end of the transaction (`DEFERRABLE`), is no fault.

## Bad
```sql
CREATE TABLE shops (id integer PRIMARY KEY, manager_id integer NOT NULL);
CREATE TABLE employees (
  id integer PRIMARY KEY,
  shop_id integer NOT NULL,
  CONSTRAINT employees_shop FOREIGN KEY (shop_id) REFERENCES shops (id)
);
ALTER TABLE shops ADD CONSTRAINT shops_manager FOREIGN KEY (manager_id) REFERENCES employees (id);
```
```sql sqlite
CREATE TABLE shops (id integer PRIMARY KEY, manager_id integer NOT NULL REFERENCES employees (id));
CREATE TABLE employees (id integer PRIMARY KEY, shop_id integer NOT NULL REFERENCES shops (id));
```

## Good
```sql
CREATE TABLE shops (id integer PRIMARY KEY, manager_id integer);
CREATE TABLE employees (
  id integer PRIMARY KEY,
  shop_id integer NOT NULL,
  CONSTRAINT employees_shop FOREIGN KEY (shop_id) REFERENCES shops (id)
);
ALTER TABLE shops ADD CONSTRAINT shops_manager FOREIGN KEY (manager_id) REFERENCES employees (id);
```
```sql sqlite
CREATE TABLE shops (id integer PRIMARY KEY, manager_id integer REFERENCES employees (id));
CREATE TABLE employees (id integer PRIMARY KEY, shop_id integer NOT NULL REFERENCES shops (id));
```

## Fix
PostgreSQL and SQLite: makes one foreign key of the cycle `DEFERRABLE INITIALLY DEFERRED`, so that both rows can be
inserted in one transaction. MySQL can't defer: there it lets the column of one be NULL. Unsafe, since applications may
rely on what is now.

## References
- PostgreSQL, [SET CONSTRAINTS](https://www.postgresql.org/docs/current/sql-set-constraints.html)
- SQLite, [Deferred foreign key constraints](https://www.sqlite.org/foreignkeys.html#fk_deferred)
"""

from collections import deque
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.operations import Operation, SetNullable
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._foreign_keys import Reference, components, is_over, is_required, references, replaced
from dbwright.rules.design._phrases import listed


class RequiredCycle(Rule):
    """Finds cycles of foreign keys over columns that may not be NULL."""

    code = "R009"
    group = "relationships"

    def check(self, subject: Subject) -> Iterable[Finding]:
        places: dict[Ref, int] = {}
        following: dict[int, list[Reference]] = {}
        for each in references(subject):
            binding = each.key.deferral is None and each.key.enforced and each.child is not each.parent
            if binding and is_required(each.child, each.key):
                place = places.setdefault(each.child.ref, len(places))
                places.setdefault(each.parent.ref, len(places))
                following.setdefault(place, []).append(each)
        groups = components(
            list(places.values()), lambda place: [places[each.parent.ref] for each in following.get(place, ())]
        )
        for group in groups:
            yield self._finding(subject, _shortest(group, following, places), len(group))

    def _finding(self, subject: Subject, cycle: list[Reference], size: int) -> Finding:
        tables = [str(each.child.ref) for each in cycle]
        loosest = min(cycle, key=_bound)
        told = "; ".join(
            f"{each.child.ref} ({is_over(each.child, each.key)}) requires a row of {each.parent.ref}" for each in cycle
        )
        more = f" Other cycles among {count(size, 'table')} hang together with it." if size > len(cycle) else ""
        column = loosest.child.column_ref(loosest.key.columns[0])
        operations: tuple[Operation, ...] = replaced(subject, loosest.child, loosest.key, deferral="deferred")
        title = f"Check the foreign key {loosest.key.name or ''} at the end of each transaction".replace("  ", " ")
        if subject.engine == "mysql":
            operations = (SetNullable(target=column, nullable=True),)
            title = f"Let {column} be NULL"
        in_key = loosest.child.primary_key and set(loosest.key.columns) & set(loosest.child.primary_key.columns)
        return self.finding(
            loosest.child.ref.child("foreign_key", loosest.key.name or is_over(loosest.child, loosest.key)),
            f"{listed(tables)} require rows of one another in a cycle, so that no first row can be inserted into any of them.",
            Evidence(f"{told}; none of these columns may be NULL and none of the keys is deferrable.{more}"),
            help=f"Let {column} be NULL until both rows are there"
            + ("." if subject.engine == "mysql" else ", or make its foreign key DEFERRABLE INITIALLY DEFERRED."),
            fix=None if subject.engine == "mysql" and in_key else Fix(title, "unsafe", operations),
            related=tuple(each.child.ref for each in cycle),
        )


def _bound(each: Reference) -> tuple[bool, int, Ref]:
    """How hard it is to loosen a reference: those in a primary key last, and tables with more required references first."""
    primary = each.child.primary_key.columns if each.child.primary_key else ()
    return bool(set(each.key.columns) & set(primary)), len(each.child.columns), each.child.ref


def _shortest(group: list[int], following: dict[int, list[Reference]], places: dict[Ref, int]) -> list[Reference]:
    """A shortest cycle through the first table of a group."""
    members, start = set(group), group[0]
    ways: dict[int, list[Reference]] = {start: []}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        for each in following.get(place, ()):
            after = places[each.parent.ref]
            if after == start:
                return [*ways[place], each]
            if after in members and after not in ways:
                ways[after] = [*ways[place], each]
                waiting.append(after)
    return []
