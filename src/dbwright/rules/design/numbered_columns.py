"""Columns that repeat with a number: phone1, phone2, phone3.

## Why
A numbered group is a list laid sideways. The fourth telephone needs a new column, a search must look in every one,
nothing keeps the same value from standing twice, gaps have no meaning, and most of the columns are NULL most of the
time. One row a value in a table of its own has none of these limits.

A group is two or more columns of the same kind of type whose names differ only in a number that runs from 0 or 1
without gaps; `phone`, `phone2` count too. Three or more are a warning, two are a note, but for telephones and e-mail
addresses, which always become three. Address lines, coordinates, coefficients, two sides of one event (`team1`,
`team2`) and names in which the number is part of the word (`sha256`, `ipv4`, `q1` to `q4`) are left alone.

## Bad
```sql
CREATE TABLE contacts (id integer PRIMARY KEY, phone1 varchar(20), phone2 varchar(20), phone3 varchar(20));
```

## Good
```sql
CREATE TABLE contacts (id integer PRIMARY KEY);
CREATE TABLE contact_phones (
    contact_id integer NOT NULL REFERENCES contacts (id),
    phone varchar(20) NOT NULL,
    PRIMARY KEY (contact_id, phone)
);
```

## Fix
A sketch of the table that takes one row a value; carrying the values over and changing the queries is work for a
person.

## References
- Bill Karwin, *SQL Antipatterns*, chapter “Multicolumn Attributes”
"""

import re
from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.normalize.design.unfolding import PAIRS, PART_OF_A_NAME
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._names import singular, stem, word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, own_tables

_NUMBER = re.compile(r"\d+")
_ALWAYS_MORE = word_set("phone telephone tel mobile email mail")


class _Group(msgspec.Struct):
    base: str
    """What stands before the number."""
    numbers: set[int]
    columns: list[Column]
    rests: list[str]


class NumberedColumns(Rule):
    """Finds lists laid sideways."""

    code = "T005"
    group = "design"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            for group in _groups(subject, table):
                yield self._finding(subject, table, group)

    def _finding(self, subject: Subject, table: Table, group: _Group) -> Finding:
        names = [column.name for column in group.columns]
        number = len(group.numbers)
        many = number > 2 or _ALWAYS_MORE.intersection(words(group.base))
        return self.finding(
            table.column_ref(names[0]),
            f"{table.ref} repeats {_shown(group)} {number} times ({listed(names)}): "
            f"a list laid sideways, where number {max(group.numbers) + 1} has no place.",
            Evidence(f"{len(names)} columns of {table.ref} differ only in a number."),
            help="Keep one row a value in a table of its own.",
            fix=_fix(subject, table, group),
            severity=None if many else "note",
            related=[table.column_ref(name) for name in names[1:]],
        )


def _groups(subject: Subject, table: Table) -> list[_Group]:
    """The numbered groups of a table; groups that share what stands before the number (item1_id, item1_qty) are one."""
    shapes: dict[tuple[str, str, str], dict[int, Column]] = {}
    for column in table.columns:
        found = list(_NUMBER.finditer(column.name))
        if len(found) == 1 and found[0].start() > 0 and len(found[0][0]) <= 2:
            before, after = column.name[: found[0].start()], column.name[found[0].end() :]
            shapes.setdefault((before, after, _kind(subject, column)), {})[int(found[0][0])] = column
    for (before, after, kind), members in shapes.items():
        first = table.column(before.rstrip("_- ") + after) if 1 not in members else None
        if first and 0 not in members and _kind(subject, first) == kind:
            members[1] = first
    groups: dict[str, _Group] = {}
    for (before, after, _), members in shapes.items():
        numbers = set(members)
        if not _counts_up(numbers) or _is_exempt(before, after, numbers):
            continue
        group = groups.setdefault(before, _Group(before, set(), [], []))
        group.numbers |= numbers
        group.columns += [members[number] for number in sorted(members)]
        group.rests.append(after)
    return list(groups.values())


def _kind(subject: Subject, column: Column) -> str:
    type_ = base_type(subject, column.type)
    return "text" if type_.is_text else "number" if type_.is_number else type_.kind


def _counts_up(numbers: set[int]) -> bool:
    return len(numbers) > 1 and min(numbers) in (0, 1) and max(numbers) - min(numbers) == len(numbers) - 1


def _is_exempt(before: str, after: str, numbers: set[int]) -> bool:
    named = stem(before)
    if not named or len("".join(named)) < 2 or len(named[-1]) < 2 or named[-1] in PART_OF_A_NAME:
        return True
    rest = stem(after)
    if PART_OF_A_NAME.intersection(rest) or (
        len(numbers) == 2 and (named[-1] in PAIRS or PAIRS.intersection(rest) - {"id"})
    ):
        return True
    return named[-1] in ("q", "quarter", "half") or (named[-1] == "h" and len(numbers) == 2)


def _shown(group: _Group) -> str:
    return " ".join(words(group.base)) or group.base


def _fix(subject: Subject, table: Table, group: _Group) -> Fix:
    owner, item = "_".join(stem(table.name)) or "row", singular("_".join(words(group.base)))
    key = table.primary_key.columns if table.primary_key else ()
    held = table.column(key[0]) if len(key) == 1 else None
    name = subject.quote
    parent = f"{name(f'{owner}_id')} {held.type.spelling if held else 'integer'} NOT NULL"
    if held:
        parent += f" REFERENCES {name(table.name)} ({name(key[0])})"
    by_rest = {after: column for column, after in zip(group.columns[:: len(group.numbers)], group.rests, strict=False)}
    values = ", ".join(
        f"{name('_'.join((item, *words(after))) if len(by_rest) > 1 else item)} {column.type.spelling}"
        for after, column in by_rest.items()
    )
    sketch = (
        f"CREATE TABLE {name(f'{owner}_{item}s')} ({parent}, {name('position')} integer NOT NULL, {values}, "
        f"PRIMARY KEY ({name(f'{owner}_id')}, {name('position')}))"
    )
    return Fix(f"Give {_shown(group)} a table of its own", "display", sql=(sketch,))
