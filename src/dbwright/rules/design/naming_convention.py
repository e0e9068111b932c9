"""Names that are written otherwise than those around them.

## Why
Where some columns are `created_at` and others `updatedAt`, nobody can write a query without looking each name up. On
PostgreSQL a name with capitals must also be quoted everywhere, because unquoted names are folded to lower case: in a
schema that is otherwise in lower case that is a warning, everything else is a note.

No taste is imposed: the convention is the one that the schema itself follows by a clear majority (70 % of at least
five names; tables, columns and the names of constraints and indexes apart), or the one that the configuration gives.
Short words fit several styles and are never reported for it. A name that deviates in many tables is one finding, and
so are deviations in many tables. What names of constraints and indexes begin or end with is the rule
constraint-and-index-names.

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
Renames, where no view, routine or trigger says the old name and nothing has the new one. Unsafe: a name is used by
programs that the database doesn't know; rename together with them.

## Options
- `tables`, `columns`: the style to be followed instead of the majority's: `snake_case`, `camelCase`, `PascalCase` or
  `UPPER_CASE`.
- `preset`: both at once: `snake-plural` (Rails), `snake-singular` (Django), `pascal` (.NET) or `camel`.
"""

from collections.abc import Iterable, Iterator, Sequence

from dbwright.catalog.objects import Table
from dbwright.errors import UsageError
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._conventions import STYLES, column_names, is_plain, majority, preset, styled, table_names
from dbwright.rules.design._deviations import Deviation, Gathered, gathered
from dbwright.rules.design._evidence import count
from dbwright.rules.design._parts import named_parts
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_column, renamed_part, renamed_table, renaming
from dbwright.rules.design._tables import own_tables


class NamingConvention(Rule):
    """Finds names that break their schema's own convention."""

    code = "N001"
    group = "names"
    severity = "note"

    def check(self, subject: Subject) -> Iterable[Finding]:
        yield from self._tables(subject)
        yield from self._columns(subject)
        yield from self._parts(subject)

    def _tables(self, subject: Subject) -> Iterator[Finding]:
        names = table_names(subject.catalog)
        style, basis = _style(subject, "tables", names)
        off = [table for table in own_tables(subject.catalog) if style and _departs(table.name, style)]
        for group in gathered(_table(subject, table, styled(table.name, style)) for table in off):
            many = len(group.deviations)
            start = f"The table {group.target} is" if many == 1 else f"{count(many, 'table')} are"
            yield self.finding(
                group.target,
                f"{start} not named in {style} as {basis}{'' if many == 1 else ': ' + listed(group.names)}.",
                _counted(names, style, "table names"),
                help=_advice(subject, group, names),
                severity=_severity(subject, style),
                related=group.related,
                fix=renaming(f"Rename {listed(group.names)}", group.operations),
            )

    def _columns(self, subject: Subject) -> Iterator[Finding]:
        names = column_names(subject.catalog)
        style, basis = _style(subject, "columns", names)
        off = [
            Deviation(table, table.column_ref(name), to, renamed_column(subject, table, name, to))
            for table in (own_tables(subject.catalog) if style else ())
            for name in (column.name for column in table.columns)
            if _departs(name, style) and (to := styled(name, style))
        ]
        for group in gathered(off):
            yield self.finding(
                group.target,
                f"{_holder(group, 'column')} not named in {style} as {basis}: {listed(group.names)}.",
                _counted(names, style, "column names"),
                help=_advice(subject, group, []),
                severity=_severity(subject, style),
                related=group.related,
                fix=renaming(f"Rename {listed(group.names)}", group.operations),
            )

    def _parts(self, subject: Subject) -> Iterator[Finding]:
        """Constraints and indexes: only their letters, and only where the tables and columns that they name follow suit."""
        parts = [(table, ref) for table in own_tables(subject.catalog) for ref in named_parts(table)]
        names = [ref.name for _, ref in parts]
        style = majority(names)
        if style not in ("snake_case", "UPPER_CASE") or preset(subject):
            return
        change = str.lower if style == "snake_case" else str.upper
        off = [
            Deviation(table, ref, change(ref.name), renamed_part(subject, ref, change(ref.name)))
            for table, ref in parts
            if _departs(ref.name, style) and change(ref.name) != ref.name and not _says_odd_name(table, ref.name, style)
        ]
        for group in gathered(off):
            yield self.finding(
                group.target,
                f"{_holder(group, 'constraint or index', 'constraints and indexes')} not written in {style} "
                f"as the others are: {listed(group.names)}.",
                _counted(names, style, "names of constraints and indexes"),
                help=_advice(subject, group, []),
                related=group.related,
                fix=renaming(f"Rename {listed(group.names)}", group.operations),
            )


def _table(subject: Subject, table: Table, to: str) -> Deviation:
    return Deviation(table, table.ref, to, renamed_table(subject, table, to))


def _departs(name: str, style: str) -> bool:
    return is_plain(name) and not STYLES[style](name)


def _says_odd_name(table: Table, name: str, style: str) -> bool:
    """Whether the name of a part repeats a name of its table or columns that departs from the style itself."""
    held = [table.name, *(column.name for column in table.columns)]
    return any(not STYLES[style](each) and each in name for each in held)


def _holder(group: Gathered, noun: str, nouns: str | None = None) -> str:
    """The start of the sentence: "orders has a column", "14 tables have a column", "9 tables have 31 columns"."""
    names = len({each.ref.name for each in group.deviations})
    many = names if group.tables == 1 or names == 1 else len(group.deviations)
    article = "an" if noun[0] in "aeiou" else "a"
    held = f"{article} {noun}" if many == 1 else count(many, noun, nouns)
    owner = str(group.deviations[0].table.ref)
    return f"{owner} has {held}" if group.tables == 1 else f"{count(group.tables, 'table')} have {held}"


def _advice(subject: Subject, group: Gathered, taken: Sequence[str]) -> str:
    """What to rename them to, unless another table has the name or the engine reserves it."""
    wanted = group.suggested
    if len(wanted) == 1 and wanted[0] in taken:
        return f"Rename it; {wanted[0]} is the name of another table."
    if len(wanted) == 1 and wanted[0].lower() in subject.reserved:
        return f"Rename it; {wanted[0]} is a reserved word."
    return f"Rename {'it' if len(group.deviations) == 1 else 'them'} to {listed(wanted)}."


def _style(subject: Subject, what: str, names: list[str]) -> tuple[str, str]:
    """The style to be followed and where it comes from; "" where there is none."""
    asked = preset(subject)
    given = subject.option(what, getattr(asked, what, None))
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
