"""Several tables with the same columns, whose names differ by a year, a month, a number or a tenant.

## Why
`sales_2022`, `sales_2023`, `sales_2024`: what is data (the year) stands in the names of tables. Every query over two
years is a UNION that must be written anew each January, no key or foreign key holds over all of them, and a change
of a column must be made in each; sooner or later they differ.

Partitions and children of another table are what this should be, and are left out. Tables that differ by a word
(`orders_eu`, `orders_us`) count from three on, with at least six columns of their own, and make a note; those that
differ by numbers count from two on for years and months and from three on otherwise.

## Bad
```sql
CREATE TABLE sales_2022 (id integer PRIMARY KEY, sold_on date NOT NULL, amount integer NOT NULL);
CREATE TABLE sales_2023 (id integer PRIMARY KEY, sold_on date NOT NULL, amount integer NOT NULL);
CREATE TABLE sales_2024 (id integer PRIMARY KEY, sold_on date NOT NULL, amount integer NOT NULL);
```

## Good
```sql
CREATE TABLE sales (id integer PRIMARY KEY, sold_on date NOT NULL, amount integer NOT NULL);
```

## Fix
None to run: make one table, with a column for what the names told apart; where it is large, partition it by that
column. `UNION ALL` into it can be checked by counting both sides.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_MONTHS = (
    "jan feb mar apr may jun jul aug sep sept oct nov dec "
    "january february march april june july august september october november december"
)
_TIME = re.compile(rf"(19|20)\d\d([01]\d([0-3]\d)?)?|q[1-4]|{'|'.join(_MONTHS.split())}")
_NUMBER = re.compile(r"\d+")
_COMMON = frozenset(
    {"id", "name", "code", "title", "description", "created_at", "updated_at", "deleted_at", "position", "active"}
)
_LEAST_OWN = 6
_LEAST_ALIKE = 3

Shape = tuple[tuple[str, str], ...]


class _Copies(msgspec.Struct, frozen=True):
    """Tables of the same shape, and what their names differ by: "time", "number" or "word"."""

    tables: tuple[Table, ...]
    by: str
    pattern: str


class CopiedTables(Rule):
    """Finds tables that are the same table several times."""

    code = "D006"
    group = "design"
    harm = "data"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for copies in _copies(subject):
            tables = copies.tables
            stats = [subject.facts.tables[table.ref] for table in tables if table.ref in subject.facts.tables]
            rows = sum(each.rows for each in stats) if len(stats) == len(tables) else None
            octets = [each.bytes for each in stats if each.bytes is not None]
            held = f", with {count(rows, 'row')} together" if rows is not None else ""
            difference = {"time": "the time that they are of", "number": "a number"}.get(copies.by, "one word")
            yield self.finding(
                tables[0].ref,
                f"{len(tables)} tables are the same but for {difference} in their names: {listed([each.name for each in tables])}.",
                Evidence(f"All of them have the same {count(len(tables[0].columns), 'column')}{held}."),
                help=f"Make one table {copies.pattern} with a column for what the names tell apart"
                f"{', partitioned by it where it is large' if copies.by == 'time' else ''}.",
                severity="warning" if copies.by in ("time", "number") else "note",
                related=[table.ref for table in tables[1:]],
                touched=Touched(rows=rows, bytes=sum(octets)) if rows is not None else None,
            )


def _copies(subject: Subject) -> Iterator[_Copies]:
    tables = [table for table in own_tables(subject.catalog) if not table.inherits and len(table.columns) > 1]
    groups: dict[tuple[str, tuple[str, ...], Shape], list[tuple[Table, list[str]]]] = {}
    taken: set[str] = set()
    for table in sorted(tables, key=lambda each: each.ref):
        pattern, parts = _without_numbers(table.name)
        if parts and any(word != "#" for word in pattern):
            groups.setdefault((table.namespace, pattern, _shape(table)), []).append((table, parts))
    for (_, pattern, _), found in groups.items():
        timed = all(any(_TIME.fullmatch(part) for part in parts) for _, parts in found)
        if len(found) >= (2 if timed else _LEAST_ALIKE):
            taken |= {table.name for table, _ in found}
            shown = "_".join(word for word in pattern if word != "#")
            yield _Copies(tuple(table for table, _ in found), "time" if timed else "number", shown)
    yield from _by_word([table for table in sorted(tables, key=lambda each: each.ref) if table.name not in taken])


def _by_word(tables: list[Table]) -> Iterator[_Copies]:
    """Tables of the same many columns, whose names differ by one word at the same place."""
    shapes: dict[tuple[str, Shape], list[Table]] = {}
    for table in tables:
        own = [column for column in table.columns if column.name.lower() not in _COMMON]
        if len(own) >= _LEAST_OWN:
            shapes.setdefault((table.namespace, _shape(table)), []).append(table)
    for group in shapes.values():
        patterns: dict[tuple[str, ...], list[Table]] = {}
        for table in group if len(group) >= _LEAST_ALIKE else ():
            named = words(table.name)
            for place in range(len(named)) if len(named) > 1 else ():
                patterns.setdefault((*named[:place], "…", *named[place + 1 :]), []).append(table)
        best = max(patterns, key=lambda each: (len(patterns[each]), each), default=())
        if best and len(patterns[best]) >= _LEAST_ALIKE:
            yield _Copies(tuple(patterns[best]), "word", "_".join(word for word in best if word != "…"))


def _without_numbers(name: str) -> tuple[tuple[str, ...], list[str]]:
    """The words of a name with numbers and months as "#", and those numbers and months."""
    parts: list[str] = []
    pattern: list[str] = []
    named = words(name)
    for place, word in enumerate(named):
        quarter = word == "q" and place + 1 < len(named) and named[place + 1] in ("1", "2", "3", "4")
        month = _TIME.fullmatch(word) and word != "may" and word != "mar"
        if _NUMBER.fullmatch(word) or quarter or (month and place > 0):
            parts.append(f"q{named[place + 1]}" if quarter else word)
            if pattern[-1:] != ["#"]:
                pattern.append("#")
        else:
            pattern.append(word)
    return tuple(pattern), parts


def _shape(table: Table) -> Shape:
    return tuple((column.name.lower(), column.type.kind) for column in table.columns)
