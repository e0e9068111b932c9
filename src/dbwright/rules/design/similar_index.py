"""Two indexes that differ so little that one of them serves nearly everything both do.

## Why
They are no exact twins, so a simple comparison overlooks them: the same keys, once with more columns included; a partial
index whose condition reads its own keys alone, beside one over the same keys without it; an index over the beginning of
a text beside one over all of it. Every write pays for both.

## Bad
```sql postgres
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL, amount integer NOT NULL);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX orders_user_amount ON orders (user_id) INCLUDE (amount);
```
```sql mysql
CREATE TABLE pages (id integer PRIMARY KEY, url varchar(200) NOT NULL);
CREATE INDEX pages_url ON pages (url);
CREATE INDEX pages_url_start ON pages (url(20));
```
```sql sqlite
CREATE TABLE jobs (id integer PRIMARY KEY, owner integer);
CREATE INDEX jobs_owner ON jobs (owner);
CREATE INDEX jobs_owner_known ON jobs (owner) WHERE owner IS NOT NULL;
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer NOT NULL, amount integer NOT NULL);
CREATE INDEX orders_user ON orders (user_id, amount);
```

## Fix
Drops the one that the other can stand in for. A partial index beside a whole one is only noted: it is smaller, and that
may be why it is there; where its condition reads other columns, it serves a search of its own.

## References
- PostgreSQL, [Covering indexes](https://www.postgresql.org/docs/current/indexes-index-only-scans.html)
- MySQL, [Prefix indexes](https://dev.mysql.com/doc/refman/8.0/en/column-indexes.html#column-indexes-prefix)
"""

from collections.abc import Iterable

from dbwright.catalog.objects import KeyPart, Table
from dbwright.change.operations import DropIndex
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, pinned, same_way
from dbwright.rules.design._expressions import columns_of, parse
from dbwright.rules.design._phrases import listed, size


class SimilarIndex(Rule):
    """Finds indexes that another all but replaces."""

    code = "I018"
    group = "indexes"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in subject.catalog.tables:
            among = list(accesses(table))
            if len(among) < 2 or table.partition_of:
                continue
            doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
            by_key: dict[tuple[object, ...], list[Access]] = {}
            for access in among:
                if access.ref not in doubled:
                    by_key.setdefault((access.method, _key(access)), []).append(access)
            for group in by_key.values():
                for access in group:
                    index = access.index
                    if index and not index.unique and not pinned(table, index):
                        yield from self._judge(subject, table, access, group)

    def _judge(self, subject: Subject, table: Table, access: Access, group: list[Access]) -> Iterable[Finding]:
        for other in group:
            if other is access or (other.index and not other.index.visible):
                continue
            found = _difference(access, other)
            if found and _reads_keys_alone(subject, access):
                why, severity = found
                yield self._finding(subject, table, access, other, why, severity)
                return

    def _finding(
        self, subject: Subject, table: Table, access: Access, other: Access, why: str, severity: Severity
    ) -> Finding:
        named = other.label.replace(f" of {table.ref}", "")
        use = subject.facts.indexes.get(access.ref)
        summary = f"Both are over ({other.shown_parts}); {why}"
        summary += f". {access.ref.name} takes {size(use.bytes)}" if use and use.bytes else ""
        return self.finding(
            access.ref,
            f"The index {access.ref.name} on {table.ref} finds nothing that {named} does not find: {why}.",
            Evidence(f"{summary}."),
            help=f"Drop {access.ref.name}"
            + (", unless it is there because it is so much smaller." if severity == "note" else f" and keep {named}."),
            fix=Fix(
                f"Drop {access.ref.name}", "unsafe" if severity == "note" else "safe", (DropIndex(target=access.ref),)
            ),
            severity=severity,
            related=(other.ref,),
        )


def _key(access: Access) -> tuple[KeyPart, ...]:
    """The keys without the lengths of prefixes, forwards."""
    return same_way(
        KeyPart(
            column=part.column,
            expression=part.expression,
            descending=part.descending,
            nulls_first=part.nulls_first,
            opclass=part.opclass,
            collation=part.collation,
        )
        for part in access.parts
    )


def _reads_keys_alone(subject: Subject, access: Access) -> bool:
    """Whether the condition of a partial index, if it has one, reads no other columns than those of its key."""
    tree = parse(access.predicate, subject.engine) if access.predicate else None
    if access.predicate and tree is None:
        return False
    return tree is None or set(columns_of(tree)) <= set(access.columns)


def _difference(spare: Access, kept: Access) -> tuple[str, Severity] | None:
    """In what two indexes over the same keys differ, where the second does all that the first does; None otherwise."""
    lengths = [(part.prefix_length, other.prefix_length) for part, other in zip(spare.parts, kept.parts, strict=True)]
    if any(theirs is not None and (own is None or own > theirs) for own, theirs in lengths):
        return None
    if not set(spare.include) <= {*kept.include, *kept.columns}:
        return None
    if spare.predicate != kept.predicate:
        if kept.predicate or spare.include != kept.include:
            return None
        return f"the other holds all rows, this one only those WHERE {spare.predicate}", "note"
    if any(own != theirs for own, theirs in lengths):
        return "this one is over the beginning of the same texts", "warning"
    more = [name for name in kept.include if name not in spare.include]
    if more:
        return f"the other includes {listed(more)} as well", "warning"
    return None
