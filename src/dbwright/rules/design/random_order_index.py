"""A large index over random identifiers, into which every new row is put at a random place.

## Why
New rows with growing keys all go to the last page of an index, which is in memory. Random keys (UUID version 4, hashes)
go to any page: in an index larger than memory each insert reads a page and later writes it, PostgreSQL logs a full page
for nearly every row after a checkpoint, and pages stay two thirds full. UUID version 7 begins with the time and does
away with all that, in the same 16 bytes.

The values are looked at: only where they are random is something said, and only of large tables. For primary keys by
which the table itself is sorted, there is a rule of its own.

## Bad
```sql postgres
CREATE TABLE events (id uuid PRIMARY KEY, body text);
-- 40,000,000 rows, all with a UUID of version 4
```

## Good
```sql postgres
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text);
```

## Fix
Lets new rows have a UUID of version 7 where the engine can make one (PostgreSQL 18); elsewhere let the application make
it. Rows that are there keep their keys.

## Options
- `rows` (default 5000000): the fewest rows of a table for this to matter.

## References
- [RFC 9562, UUID version 7](https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7)
- PostgreSQL, [UUID functions](https://www.postgresql.org/docs/current/functions-uuid.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.change.operations import SetDefault
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import Access, accesses, doubles, serves_foreign_key
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._phrases import share
from dbwright.rules.design._tables import base_type, own_tables

_ORDERED = re.compile(r"uuid_?v?7|uuid_generate_v(1|6|7)|ulid|uuid_v(6|7)|tsid|sequential|uuid_to_bin", re.IGNORECASE)
"""Defaults whose values grow with time."""
_RANDOM = re.compile(r"gen_random_uuid\(\)|uuid_generate_v4\(\)", re.IGNORECASE)
_VERSION_4 = 0.9
"""The share of version-4 identifiers from which on a column is random."""


class RandomOrderIndex(Rule):
    """Finds indexes that grow everywhere at once."""

    code = "I011"
    group = "indexes"
    severity = "note"
    needs = "rows"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (_question(subject, table, column) for table, _, column in _candidates(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, access, column in _candidates(subject):
            answer = subject.facts.ask(_question(subject, table, column), Counted)
            if answer is None or not answer.rows or answer.matching < _VERSION_4 * answer.rows:
                continue
            yield self.finding(
                access.ref,
                f"New rows go to random places of {access.label.replace(f' of {table.ref}', '')} on {table.ref}, "
                f"because {column.name} is a random UUID.",
                seen(
                    f"{share(answer.matching, answer.rows)} of {looked_at(answer)} have a UUID of version 4 in {column.name}; "
                    f"{table.ref} has about {count(subject.facts.rows(table.ref) or 0, 'row')}.",
                    answer,
                ),
                help="Give new rows a UUID of version 7, which grows with time; the old ones can stay.",
                fix=_fix(subject, table, column),
                related=(table.column_ref(column.name),),
            )


def _fix(subject: Subject, table: Table, column: Column) -> Fix | None:
    if subject.engine != "postgres" or subject.catalog.version[:1] < (18,) or not _RANDOM.search(column.default or ""):
        return None
    operation = SetDefault(target=table.column_ref(column.name), default="uuidv7()")
    return Fix(f"Number new rows of {table.name} by UUID version 7", "safe", (operation,))


def _candidates(subject: Subject) -> Iterator[tuple[Table, Access, Column]]:
    """Indexes of large tables that begin with an identifier, and that sort nothing but themselves."""
    for table in own_tables(subject.catalog):
        if (subject.facts.rows(table.ref) or 0) < int(subject.option("rows", 5_000_000)):
            continue
        doubled = {dropped.ref for dropped, _ in doubles(subject, table)}
        told: set[str] = set()
        clustered = subject.engine == "mysql" or table.without_rowid
        for access in accesses(table):
            if access.method != "btree" or access.ref in doubled or (clustered and access.ref.kind == "primary_key"):
                continue
            column = table.column(access.columns[0] or "") if access.columns else None
            if (
                column
                and column.name not in told
                and not serves_foreign_key(table, access)
                and _may_be_uuid(subject, column)
            ):
                told.add(column.name)
                yield table, access, column


def _may_be_uuid(subject: Subject, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    if _ORDERED.search(column.default or ""):
        return False
    return (
        type_.kind == "uuid"
        or (type_.is_text and type_.length in (36, 38))
        or (subject.engine == "sqlite" and type_.is_text and "uuid" in column.name.casefold())
    )


def _question(subject: Subject, table: Table, column: Column) -> CountMatching:
    """The rows whose identifier is a UUID of version 4: its 15th character says so."""
    name = subject.quote(column.name)
    text = {"postgres": f"CAST({name} AS text)", "mysql": f"CAST({name} AS char)"}.get(subject.engine, name)
    return CountMatching(table.ref, f"substr({text}, 15, 1) = '4' AND length({text}) = 36")
