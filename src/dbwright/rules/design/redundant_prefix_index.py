"""An index whose columns are the first columns of a longer index or key.

## Why
A B-tree over (a, b) is sorted by a first, so it finds rows by a alone just as well as an index over (a) does. The
shorter one must still be written by every change and kept in memory. It is worth its price only where the longer one
is so much bigger that reading it costs noticeably more; then the finding is a note.

Only what the longer index really replaces is reported: both are B-trees with the same predicate, the shared columns
have the same operator class, collation and direction, and the shorter one is not unique and includes no column that
the longer one lacks.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL, created_on date NOT NULL);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX orders_user_created ON orders (user_id, created_on);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL, created_on date NOT NULL);
CREATE INDEX orders_user_created ON orders (user_id, created_on);
```

## Fix
Drops the shorter index. Foreign keys keep their support, since the longer index begins with the same columns.

## Options
- `wide`: from how many extra key columns on the longer index counts as wide, and the finding as a note (default 3).

## References
- PostgreSQL, [Multicolumn indexes](https://www.postgresql.org/docs/current/indexes-multicolumn.html)
- MySQL, [Multiple-column indexes](https://dev.mysql.com/doc/refman/8.0/en/multiple-column-indexes.html): any
  leftmost prefix of the index can be used.
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.change.operations import DropIndex
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, pinned, same_way
from dbwright.rules.design._phrases import size

_MUCH_BIGGER = 3


class RedundantPrefixIndex(Rule):
    """Finds indexes that are the beginning of another."""

    code = "I002"
    group = "indexes"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            all_of_them = list(accesses(table))
            if len(all_of_them) < 2:
                continue
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            for access in all_of_them:
                if access.ref in doubled or not self._may_go(table, access):
                    continue
                longer = [other for other in all_of_them if other.ref not in doubled and _covers(other, access)]
                if longer:
                    yield self._finding(subject, table, access, min(longer, key=_worth))

    def _may_go(self, table: Table, access: Access) -> bool:
        index = access.index
        return index is not None and not index.unique and index.method == "btree" and not pinned(table, index)

    def _finding(self, subject: Subject, table: Table, shorter: Access, longer: Access) -> Finding:
        named = longer.label.replace(f" of {table.ref}", "")
        extra = len(longer.parts) - len(shorter.parts)
        use, longer_use = (subject.facts.indexes.get(access.ref) for access in (shorter, longer))
        own, other = use.bytes if use else None, longer_use.bytes if longer_use else None
        wide = extra >= subject.option("wide", 3) or bool(own and other and other > _MUCH_BIGGER * own)
        summary = f"{shorter.ref.name} is over ({shorter.shown_parts}), {named} over ({longer.shown_parts})"
        if own:
            summary += f"; the shorter one takes {size(own)}"
            summary += f", the longer one {size(other)}" if other else ""
        help_ = f"Drop {shorter.ref.name}; {named} serves the same queries."
        if wide:
            help_ = (
                f"Drop {shorter.ref.name} unless queries by its columns alone are hot: "
                f"{named} is much wider, so each look-up there reads a little more."
            )
        return self.finding(
            shorter.ref,
            f"The index {shorter.ref.name} on {table.ref} ({shorter.shown_parts}) is the beginning of {named} "
            f"({longer.shown_parts}), which finds the same rows.",
            Evidence(f"{summary}."),
            help=help_,
            fix=Fix(f"Drop {shorter.ref.name}", "safe", (DropIndex(target=shorter.ref),)),
            severity="note" if wide else None,
            related=(longer.ref,),
        )


def _covers(longer: Access, shorter: Access) -> bool:
    """Whether the longer one begins with the shorter one's keys and can stand in for it."""
    size_ = len(shorter.parts)
    if longer.method != "btree" or len(longer.parts) <= size_ or longer.predicate != shorter.predicate:
        return False
    if longer.index and not longer.index.visible:
        return False
    if same_way(longer.parts[:size_]) != same_way(shorter.parts):
        return False
    if any(part.prefix_length for part in shorter.parts):
        return False
    reached = {*longer.columns, *longer.include}
    return set(shorter.include) <= reached


def _worth(access: Access) -> tuple[int, int, str]:
    """Prefers a key over an index as the one that stays, then the narrowest."""
    return (0 if access.index is None else 1, len(access.parts), access.ref.name)
