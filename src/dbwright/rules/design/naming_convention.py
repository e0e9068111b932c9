"""Names that are written otherwise than those around them.

## Why
Where some columns are `created_at` and others `updatedAt`, nobody can write a query without looking each name up. On
PostgreSQL a name with capitals must also be quoted everywhere, because unquoted names are folded to lower case: in a
schema that is otherwise in lower case that is a warning, everything else is a note.

No taste is imposed: the convention is the one that the schema itself follows by a clear majority (70 % of at least
five names, tables and columns apart), or the one that the configuration gives. Short words fit several styles and
are never reported for it. Indexes and constraints are only compared by the word that they begin or end with
(`idx_…`, `…_fkey`), where at least ten exist and 80 % share it.

## Bad
```sql
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id integer, created_at date, "updatedAt" date, paid_at date);
```
```sql mysql
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id integer, created_at date, updatedAt date, paid_at date);
```

## Good
```sql
CREATE TABLE orders (order_id integer PRIMARY KEY, user_id integer, created_at date, updated_at date, paid_at date);
```

## Fix
None to run: a name is used by programs that the database doesn't know. Rename together with them.

## Options
- `tables`, `columns`: the style to be followed instead of the majority's: `snake_case`, `camelCase`, `PascalCase` or
  `UPPER_CASE`.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from dbwright.catalog.objects import Table
from dbwright.errors import UsageError
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._conventions import (
    STYLES,
    column_names,
    common_affix,
    has_affix,
    is_plain,
    majority,
    styled,
    table_names,
)
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_Part = Literal["index", "foreign_key", "unique", "check"]
_SHOWN: dict[_Part, str] = {
    "index": "indexes",
    "foreign_key": "foreign keys",
    "unique": "unique constraints",
    "check": "checks",
}


class NamingConvention(Rule):
    """Finds names that break their schema's own convention."""

    code = "N001"
    group = "names"
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        yield from self._tables(subject)
        yield from self._columns(subject)
        for kind in _SHOWN:
            yield from self._parts(subject, kind)

    def _tables(self, subject: Subject) -> Iterator[Finding]:
        names = table_names(subject.catalog)
        style, basis = _style(subject, "tables", names)
        for table in own_tables(subject.catalog) if style else ():
            if is_plain(table.name) and not STYLES[style](table.name):
                yield self.finding(
                    table.ref,
                    f"The table {table.ref} is not named in {style} as {basis}.",
                    _counted(names, style, "table names"),
                    help=_renamed(subject, styled(table.name, style), names),
                    severity=_severity(subject, style),
                )

    def _columns(self, subject: Subject) -> Iterator[Finding]:
        names = column_names(subject.catalog)
        style, basis = _style(subject, "columns", names)
        for table in own_tables(subject.catalog) if style else ():
            off = [c.name for c in table.columns if is_plain(c.name) and not STYLES[style](c.name)]
            if not off:
                continue
            one = len(off) == 1
            suggested = [styled(name, style) for name in off]
            yield self.finding(
                table.column_ref(off[0]) if one else table.ref,
                f"{table.ref} has {'a column' if one else f'{len(off)} columns'} not named in {style} as {basis}: {listed(off)}.",
                _counted(names, style, "column names"),
                help=f"Rename to {listed(suggested)}.",
                severity=_severity(subject, style),
                related=() if one else [table.column_ref(name) for name in off],
            )

    def _parts(self, subject: Subject, kind: _Part) -> Iterator[Finding]:
        tables = list(own_tables(subject.catalog))
        names = [name for table in tables for name in _names(table, kind)]
        affix = common_affix(names)
        if affix is None:
            return
        shown = f"{affix}…" if affix.endswith("_") else f"…{affix}"
        for table in tables:
            off = [name for name in _names(table, kind) if not has_affix(name, affix)]
            if off:
                kept = sum(has_affix(name, affix) for name in names)
                yield self.finding(
                    table.ref,
                    f"{table.ref} has {_SHOWN[kind]} not named {shown} as the others are: {listed(off)}.",
                    Evidence(f"{kept:,} of {len(names):,} {_SHOWN[kind]} are named {shown}."),
                    help=f"Rename them to {shown}.",
                    related=[table.ref.child(kind, name) for name in off],
                )


def _renamed(subject: Subject, wanted: str, taken: list[str]) -> str:
    """Advice on a name in the right style, unless another table has it or the engine reserves it."""
    if wanted in taken:
        return f"Rename it; {wanted} is the name of another table."
    if wanted.lower() in subject.reserved:
        return f"Rename it; {wanted} is a reserved word."
    return f"Rename it to {wanted}."


def _style(subject: Subject, what: str, names: list[str]) -> tuple[str, str]:
    """The style to be followed and where it comes from; "" where there is none."""
    given = subject.option(what, None)
    if given is None:
        return majority(names) or "", "the others are"
    if given not in STYLES:
        raise UsageError(
            f"The option {what} of naming-convention is {given!r}.", hint=f"Use one of {', '.join(STYLES)}."
        )
    return str(given), "the configuration says"


def _counted(names: list[str], style: str, what: str) -> Evidence:
    plain = [name for name in names if is_plain(name)]
    follow = sum(map(STYLES[style], plain))
    return Evidence(f"{follow:,} of {len(plain):,} {what} are in {style}.")


def _severity(subject: Subject, style: str) -> Severity | None:
    return "warning" if subject.engine == "postgres" and style == "snake_case" else None


def _names(table: Table, kind: _Part) -> list[str]:
    """The names of a table's parts of a kind that somebody gave; a unique index often follows another pattern than a plain one."""
    if kind == "index":
        made_for_keys = {key.name for key in table.foreign_keys}  # MySQL names such an index as its foreign key
        plain = [index for index in table.indexes if not index.unique and index.parent is None]
        return [index.name for index in plain if index.name not in made_for_keys]
    if kind == "foreign_key":
        return [key.name for key in table.foreign_keys if key.name]
    if kind == "unique":
        return [unique.name for unique in table.uniques if unique.name]
    return [check.name for check in table.checks if check.name]
