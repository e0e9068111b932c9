"""A name that reaches the engine's limit, or that another engine would cut.

## Why
PostgreSQL cuts a name after 63 bytes without an error. A name of exactly that length has probably lost its end
already: migrations that look for the full name don't find it, and two long names that begin alike collide. MySQL
refuses names of more than 64 characters, so one that fills them leaves no room for a suffix. SQLite has no limit;
there a name of more than 63 bytes is only a note, that the schema can't move as it is, and many of them are one.

Names that PostgreSQL itself made for constraints, indexes and sequences are cut on purpose and left alone.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, the_reason_that_the_customer_gave_us_for_sending_the_parcel_back integer);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, return_reason integer);
```

## Fix
None to run: programs use the name. Rename it together with them.

## Options
- `length`: also report names longer than this many characters, as notes.

## References
- PostgreSQL, [Identifiers and key
  words](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS)
- MySQL, [Identifier length limits](https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Kind, Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_PORTABLE = 63
_MANY = 5
_UNSEEN: tuple[Kind, ...] = ("index", "unique", "foreign_key", "check")
"""Kinds whose names no query says."""
_MADE_BY_THE_ENGINE = re.compile(r"_(fkey|pkey|key|check|excl|idx|seq|not_null)\d*$")


class IdentifierTooLong(Rule):
    """Finds names at or over a limit."""

    code = "N003"
    group = "names"

    def check(self, subject: Subject) -> Iterable[Finding]:
        wanted = subject.option("length", None)
        refs = list(_named(subject))
        long = [ref for ref in refs if len(ref.name.encode()) > _PORTABLE]
        if subject.name_limit is None and len(long) > _MANY:
            shown = listed([ref.name for ref in long], most=3)
            yield self.finding(
                Ref("catalog", ()),
                f"{len(long)} names have more than {_PORTABLE} bytes; PostgreSQL would cut them: {shown}.",
                Evidence(f"The longest has {max(len(ref.name.encode()) for ref in long)} bytes in UTF-8."),
                help="Choose shorter names if the schema may ever move to another engine.",
                severity="note",
                related=long,
            )
            long_ones = set(long)
            refs = [ref for ref in refs if ref not in long_ones]
        for ref in refs:
            found = self._at_limit(subject, ref)
            if found:
                yield found
            elif wanted is not None and len(ref.name) > wanted:
                yield self.finding(
                    ref,
                    f"The name {ref.name} has {len(ref.name)} characters, more than the {wanted} that the configuration allows.",
                    Evidence(f"{len(ref.name)} characters."),
                    help="Choose a shorter name.",
                    severity="note",
                )

    def _at_limit(self, subject: Subject, ref: Ref) -> Finding | None:
        limit = subject.name_limit
        if limit is None:
            size = len(ref.name.encode())
            if size <= _PORTABLE:
                return None
            return self.finding(
                ref,
                f"The name {ref.name} has {size} bytes; PostgreSQL would cut it after {_PORTABLE}.",
                Evidence(f"{size} bytes in UTF-8."),
                help="Choose a shorter name if the schema may ever move to another engine.",
                severity="note",
            )
        size = len(ref.name.encode()) if subject.name_limit_in_bytes else len(ref.name)
        unit = "bytes" if subject.name_limit_in_bytes else "characters"
        if size < limit:
            return None
        cut = subject.name_limit_in_bytes
        return self.finding(
            ref,
            f"The name {ref.name} fills the {limit} {unit} that are allowed"
            + (": it has probably been cut, and what was cut off is lost." if cut else ", so no suffix fits any more."),
            Evidence(f"{size} {unit}; the limit is {limit}."),
            help="Rename it to something shorter.",
            severity="note" if ref.kind in _UNSEEN else None,
        )


def _named(subject: Subject) -> Iterator[Ref]:
    """Everything that somebody named."""
    for table in own_tables(subject.catalog):
        yield table.ref
        for column in table.columns:
            yield table.column_ref(column.name)
        parts: list[tuple[Kind, str | None]] = [("unique", unique.name) for unique in table.uniques]
        parts += [("foreign_key", key.name) for key in table.foreign_keys]
        parts += [("check", check.name) for check in table.checks]
        parts += [("index", index.name) for index in table.indexes if index.parent is None]
        for kind, name in parts:
            if name and not _MADE_BY_THE_ENGINE.search(name):
                yield Ref(kind, (*table.ref.path, name))
    for view in subject.catalog.views:
        yield view.ref
    for routine in subject.catalog.routines:
        yield Ref("routine", (routine.namespace, routine.name))
    for trigger_table in subject.catalog.tables:
        for trigger in trigger_table.triggers:
            yield trigger_table.ref.child("trigger", trigger.name)
