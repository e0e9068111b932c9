"""A name that begins with its own type or kind: tbl_orders, strName, fld_price.

## Why
What is a table and what is a text, the database knows and every tool shows. The prefix has to be typed in every
query, hides the first letter in every sorted list, and becomes a lie on the day that the type changes.

A column counts only where its type fits the prefix (`int_rate`, an interest rate stored as a decimal, does not), and
only where at least two columns carry such prefixes. A prefix is one finding, however many names begin with it.

## Bad
```sql
CREATE TABLE tbl_orders (id integer PRIMARY KEY, str_city varchar(40), str_street varchar(40), int_count integer);
CREATE TABLE tbl_users (id integer PRIMARY KEY);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, city varchar(40), street varchar(40), item_count integer);
CREATE TABLE users (id integer PRIMARY KEY);
```

## Fix
Renames tables and columns to the rest of their name, where nothing else has it and no view, routine or trigger says
the old one. Unsafe: programs use it.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from dbwright.catalog.objects import Table
from dbwright.catalog.types import Type
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import DATABASE, Deviation
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_column, renamed_table, renaming
from dbwright.rules.design._tables import base_type, is_boolean, own_tables

_TABLES = ("tbl", "tb")
_ANY = ("fld", "col")
_OF_TYPE: dict[str, Callable[[Type], bool]] = {
    "str": lambda type_: type_.is_text,
    "txt": lambda type_: type_.is_text,
    "chr": lambda type_: type_.is_text,
    "vc": lambda type_: type_.is_text,
    "vch": lambda type_: type_.is_text,
    "varchar": lambda type_: type_.is_text,
    "int": lambda type_: type_.kind == "integer",
    "lng": lambda type_: type_.kind == "integer",
    "dbl": lambda type_: type_.kind == "float",
    "flt": lambda type_: type_.kind == "float",
    "dec": lambda type_: type_.kind == "decimal",
    "dtm": lambda type_: type_.is_temporal,
    "dte": lambda type_: type_.is_temporal,
}
_BOOLEAN = ("bln", "bool", "b")
_RUN_TOGETHER = re.compile(r"(tbl)[a-z]{3,}")
"""MySQL on some machines keeps names of tables in lower case, so that tblOrders becomes tblorders."""


class TypePrefix(Rule):
    """Finds names that repeat a type."""

    code = "N006"
    group = "names"
    severity = "note"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        tables: dict[str, list[Deviation]] = {}
        columns: dict[str, list[Deviation]] = {}
        for table in own_tables(subject.catalog):
            if prefix := _table_prefix(table.name):
                to = _rest(table.name, prefix)
                tables.setdefault(prefix, []).append(Deviation(table, table.ref, to, renamed_table(subject, table, to)))
            for name, prefix in _columns(subject, table):
                to = _rest(name, prefix)
                columns.setdefault(prefix, []).append(
                    Deviation(table, table.column_ref(name), to, renamed_column(subject, table, name, to))
                )
        yield from (self._found(prefix, found, "table") for prefix, found in tables.items())
        if sum(map(len, columns.values())) >= 2:
            yield from (self._found(prefix, found, "column") for prefix, found in columns.items())

    def _found(self, prefix: str, deviations: list[Deviation], noun: str) -> Finding:
        one = len(deviations) == 1
        names = list(dict.fromkeys(each.ref.name for each in deviations))
        start = f"The {noun} {names[0]} begins" if one else f"{count(len(deviations), noun)} begin"
        return self.finding(
            deviations[0].ref if one else DATABASE,
            f"{start} with {prefix}, which says no more than that {'it is a ' + noun if noun == 'table' else 'its type is that'}"
            f"{'' if one else ': ' + listed(names)}.",
            Evidence(f"{count(len(deviations), 'name')} of {noun}s {'begins' if one else 'begin'} with {prefix}."),
            help=f"Call {'it' if one else 'them'} {listed(list(dict.fromkeys(each.to for each in deviations)))}.",
            related=() if one else [each.ref for each in deviations],
            fix=renaming(f"Leave out {prefix}", [each.operation for each in deviations]),
        )


def _table_prefix(name: str) -> str | None:
    named = words(name)
    if len(named) > 1 and named[0] in _TABLES:
        return named[0]
    run = _RUN_TOGETHER.fullmatch(name)
    return run[1] if run else None


def _columns(subject: Subject, table: Table) -> Iterator[tuple[str, str]]:
    """Columns whose first word is their own type, with that word."""
    for column in table.columns:
        named = words(column.name)
        if len(named) < 2 or named[1].isdigit():
            continue
        fits = _OF_TYPE.get(named[0])
        if (
            named[0] in _ANY
            or (fits and fits(base_type(subject, column.type)))
            or (named[0] in _BOOLEAN and is_boolean(column))
        ):
            yield column.name, named[0]


def _rest(name: str, prefix: str) -> str:
    """The name without its prefix; a following capital of camelCase becomes small."""
    rest = name[name.lower().index(prefix) + len(prefix) :].lstrip("_")
    starts_small = name[:1].islower() and "_" not in name
    return rest[:1].lower() + rest[1:] if starts_small else rest
