"""Columns that repeat the name of their table: user.user_name, order.order_date.

## Why
In a query the table's name or its alias stands before the column anyway: `users.user_name` says it twice, and
`u.name` would be read just as well. Some teams want the repetition, so that joins have no two columns of one name;
this rule is for those who don't.

Keys (`user_id`), foreign keys, and names that would be reserved or taken without the prefix are left out. A table is
one finding, and only where the schema doesn't do it throughout.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, user_email varchar(80), user_city varchar(80), age integer);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(80), city varchar(80), age integer);
```

## Fix
Renames to the rest of the name, where no view, routine or trigger says the old one. Unsafe: programs use it.
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import Deviation
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_column, renaming
from dbwright.rules.design._tables import own_tables

_KEYS = ("id", "uuid", "guid", "key", "no", "nr", "code", "number", "pk", "type", "date", "time", "at", "by", "on")


class TableNameInColumn(Rule):
    """Finds columns that begin with their table's name."""

    code = "N013"
    group = "names"
    severity = "note"
    bundle = "all"

    def check(self, subject: Subject) -> Iterable[Finding]:
        tables = [table for table in own_tables(subject.catalog) if len(table.columns) > 2]
        found = [(table, off) for table in tables if (off := _repeating(subject, table))]
        if len(tables) > 3 and len(found) > 0.7 * len(tables):
            return
        for table, off in found:
            names = [each.ref.name for each in off]
            one = len(off) == 1
            yield self.finding(
                off[0].ref if one else table.ref,
                f"{count(len(off), 'column')} of {table.ref} {'repeats' if one else 'repeat'} the table's name: {listed(names)}.",
                Evidence(f"{len(off):,} of {len(table.columns):,} columns begin with {'_'.join(stem(table.name))}."),
                help=f"Call {'it' if one else 'them'} {listed([each.to for each in off])}.",
                related=() if one else [each.ref for each in off],
                fix=renaming(f"Shorten {listed(names)}", [each.operation for each in off]),
            )


def _repeating(subject: Subject, table: Table) -> list[Deviation]:
    """The columns that begin with the table's name, but for keys, and those that need it."""
    own = stem(table.name)
    kept = {name for key in table.foreign_keys for name in key.columns}
    kept |= set(table.primary_key.columns) if table.primary_key else set()
    taken = {column.name.casefold() for column in table.columns}
    found: list[Deviation] = []
    for column in table.columns:
        named = words(column.name)
        rest = named[len(own) :]
        if not own or column.name in kept or stem(column.name)[: len(own)] != own or not rest or rest[0] in _KEYS:
            continue
        to = _rest(column.name, named[: len(own)])
        if to and to.casefold() not in taken and to.casefold() not in subject.reserved and not to[0].isdigit():
            found.append(
                Deviation(table, table.column_ref(column.name), to, renamed_column(subject, table, column.name, to))
            )
    return found


def _rest(name: str, prefix: tuple[str, ...]) -> str:
    """The name without the words of the prefix; a following capital of camelCase becomes small."""
    rest = name
    for word in prefix:
        at = rest.lower().find(word)
        if at < 0:
            return ""
        rest = rest[at + len(word) :]
    rest = rest.lstrip("_")
    return rest[:1].lower() + rest[1:] if name[:1].islower() and "_" not in name else rest
