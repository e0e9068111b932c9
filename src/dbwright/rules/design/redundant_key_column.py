"""A column in an index or a unique key that adds nothing to the columns beside it.

## Why
Where `id` is unique already, UNIQUE (id, email) forbids nothing more, but reads as if (id, email) pairs were what is
unique, and is written beside the primary key by every insert. A column that a partial index pins to one value (`(status,
created_at) WHERE status = 'open'`) is the same in every entry. A column twice in one index is sorted by once.

Unique keys that a foreign key points at are needed and stay (multi-tenant schemas refer to (tenant_id, id) that way).

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL, CONSTRAINT users_id_email UNIQUE (id, email));
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL, CONSTRAINT users_email UNIQUE (email));
```

## Fix
Drops the unique key that begins with a smaller one. Unsafe where it may answer queries from the index alone. A column
that is pinned or repeated is taken out of the index. A unique key that begins with another column may still serve
searches: it is noted.

## References
- PostgreSQL, [Unique indexes](https://www.postgresql.org/docs/current/indexes-unique.html)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Index, KeyPart, Table
from dbwright.change.operations import ChangePart, DropConstraint, DropIndex, Operation
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, is_referenced, pinned
from dbwright.rules.design._expressions import column_pinned, conjuncts, parse
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import is_indexed, own_tables


class RedundantKeyColumn(Rule):
    """Finds key columns that say nothing new."""

    code = "I007"
    group = "indexes"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            found = [access for access in accesses(table) if access.ref not in doubled]
            for access in found:
                smaller = _smaller_key(subject, table, access, found)
                if smaller:
                    yield self._unique_anyway(table, access, smaller)
                elif access.index and not pinned(table, access.index):
                    yield from self._same_everywhere(subject, table, access, access.index)

    def _unique_anyway(self, table: Table, access: Access, smaller: Access) -> Finding:
        named = smaller.label.replace(f" of {table.ref}", "")
        extra = [name for name in _columns(access) if name not in smaller.columns]
        first, add = named[:1].upper() + named[1:], "add" if len(extra) > 1 else "adds"
        leads = set(access.columns[: len(smaller.columns)]) == set(smaller.columns)
        kind = "index" if access.index else "constraint"
        operation: Operation = (
            DropIndex(target=access.ref)
            if access.index
            else DropConstraint(target=access.ref, nameless=() if _is_named(table, access) else _columns(access))
        )
        return self.finding(
            access.ref,
            f"The unique {kind} {access.ref.name} of {table.ref} over ({access.shown_parts}) forbids nothing: "
            f"({smaller.shown_parts}) alone is unique already.",
            Evidence(f"{first} is over ({smaller.shown_parts}); {listed(extra)} {add} nothing to it."),
            help=f"Drop it; {named} guards the same rows and finds them as fast."
            if leads
            else f"Make it a plain index if searches by {access.columns[0]} need it; else drop it.",
            fix=Fix(f"Drop {access.ref.name}", "unsafe", (operation,)) if leads or access.index is None else None,
            severity=None if leads else "note",
            related=(smaller.ref,),
        )

    def _same_everywhere(self, subject: Subject, table: Table, access: Access, index: Index) -> Iterator[Finding]:
        """Columns that the predicate pins to one value, and columns that stand in the key twice."""
        held = (
            {name for condition in conjuncts(tree) if (name := column_pinned(condition)) is not None}
            if access.predicate and (tree := parse(access.predicate, subject.engine)) is not None
            else set()
        )
        kept: list[KeyPart] = []
        spare: list[str] = []
        for part in access.parts:
            if part.column and (part.column in held or any(part.column == each.column for each in kept)):
                spare.append(part.column)
            else:
                kept.append(part)
        if not spare or not kept:
            return
        pinned_ones = [name for name in spare if name in held]
        reason = (
            f"{listed(pinned_ones)} has one value in all of its entries (WHERE {access.predicate})"
            if pinned_ones
            else f"{listed(spare)} stands in it twice"
        )
        to = msgspec.structs.replace(index, parts=tuple(kept))
        shorter = ", ".join(str(part.column or part.expression) for part in kept)
        yield self.finding(
            access.ref,
            f"In the index {index.name} on {table.ref} ({access.shown_parts}), {reason}.",
            Evidence(f"An index over ({shorter}) orders the same entries in the same way."),
            help=f"Leave {listed(spare)} out of the index.",
            fix=Fix(f"Take {listed(spare)} out of {index.name}", "safe", (ChangePart(target=access.ref, to=to),)),
            severity="note",
        )


def _smaller_key(subject: Subject, table: Table, access: Access, among: list[Access]) -> Access | None:
    """A unique key within the columns of this one, which makes this one's promise empty."""
    if not access.unique or access.ref.kind == "primary_key" or not _is_plain(access) or access.predicate:
        return None
    if table.partitioning or is_referenced(subject, table, access.columns) or not access.nulls_distinct:
        return None
    if access.index and pinned(table, access.index):
        return None
    for other in among:
        within = set(other.columns) < set(access.columns)
        if within and other.unique and _is_plain(other) and not other.predicate and other.deferral is None:
            return other if _leaves_foreign_keys(table, access) else None
    return None


def _leaves_foreign_keys(table: Table, access: Access) -> bool:
    """Whether no foreign key would lose the only index that begins with its columns."""
    left = msgspec.structs.replace(
        table,
        uniques=tuple(each for each in table.uniques if each.columns != access.columns),
        indexes=tuple(each for each in table.indexes if access.index is None or each.name != access.index.name),
    )
    return all(is_indexed(left, key.columns) for key in table.foreign_keys if is_indexed(table, key.columns))


def _is_plain(access: Access) -> bool:
    """Whether the keys are bare columns, compared as the columns themselves are."""
    return all(part == KeyPart(column=part.column, descending=part.descending) for part in access.parts)


def _is_named(table: Table, access: Access) -> bool:
    return any(unique.name == access.ref.name for unique in table.uniques)


def _columns(access: Access) -> tuple[str, ...]:
    return tuple(name for name in access.columns if name)
