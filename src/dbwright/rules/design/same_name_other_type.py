"""Columns of the same name whose types differ from table to table.

## Why
Who reads `customer_id` or `email` takes it for the same thing everywhere. Where it is a number here and text there, every
join converts one side and cannot use its index, and values of one don't fit in the other; where it holds 50 characters
here and 255 there, a value that one table accepts breaks the copy into another.

Names that mean something else in each table are left out (`name`, `type`, `status`, `value`, `number` …), and so are
foreign keys, which a rule of their own compares with their parents. A reference whose kind differs from that of a
declared foreign key of the same name is a warning, all else a note.

## Bad
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
CREATE TABLE complaints (id integer PRIMARY KEY, customer_id varchar(20));
```
```sql mysql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, FOREIGN KEY (customer_id) REFERENCES customers (id));
CREATE TABLE complaints (id integer PRIMARY KEY, customer_id varchar(20));
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
CREATE TABLE complaints (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
```

## Fix
Where the types differ only in length or width, the narrower ones are made as wide as the widest. Other differences have
to be decided by hand.

## Options
- `skip` (default none): more names that mean something else in each table.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, is_key_column, own_columns
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._references import polymorphic_type
from dbwright.rules.design._tables import is_boolean, keeps_records

_TELLING = word_set("currency email iban isbn mobile phone postcode sku username vat zip")
"""Single words that mean the same wherever they stand."""
_VAGUE = word_set(
    "active amount author body category class code color comment content count data date description end entity external file "
    "first format group hash image index key kind label last length level line link max message meta min mode model name new "
    "note number object old option order owner parent path position priority rank record reference resource result role score "
    "second sequence size slot sort source start state status step subject tag target text time title token total type unit "
    "url value version weight year"
)
_IDS = word_set("fk guid id key uuid")


class _Use(msgspec.Struct):
    """One column of a name: its table, its base type, what kind of values it holds, whether a foreign key declares it."""

    table: Table
    column: Column
    type: Type
    family: str
    declared: bool


class SameNameOtherType(Rule):
    """Finds names whose types differ."""

    code = "T010"
    group = "types"
    severity = "note"
    harm = "clarity"

    def check(self, subject: Subject) -> Iterable[Finding]:
        skipped = {str(name).casefold() for name in subject.option("skip", [])}
        by_name: dict[tuple[str, str], list[_Use]] = {}
        for table, column, type_ in own_columns(subject):
            if column.name.casefold() not in skipped and _means_one_thing(table, column):
                family = _family(column, type_)
                declared = any(column.name in key.columns for key in table.foreign_keys)
                use = _Use(table, column, type_, family, declared)
                by_name.setdefault((table.namespace, column.name.casefold()), []).append(use)
        for (_, name), uses in by_name.items():
            if len(uses) > 1 and len({use.family for use in uses}) > 1:
                yield from self._other_kind(name, uses)
            elif len(uses) > 1:
                yield from self._other_width(subject, name, uses)

    def _other_kind(self, name: str, uses: list[_Use]) -> Iterable[Finding]:
        times = Counter(use.family for use in uses)
        usual = max(times, key=lambda family: (times[family], family != "text"))
        declared = {use.family for use in uses if use.declared}
        if len(declared) == 1:
            usual = declared.pop()
        odd = [use for use in uses if use.family != usual and not use.declared]
        if not odd:
            return  # the foreign keys refer to different parents
        is_reference = stem(name)[-1:] and stem(name)[-1] in _IDS and any(use.declared for use in uses)
        rest = [use for use in uses if use.family == usual]
        # Where most columns of the name hold something else, the reference is the one that is named oddly, and no join goes wrong.
        is_reference = is_reference and len(odd) <= len(rest)
        serious = is_reference and not all(keeps_records(use.table) for use in odd)
        yield self.finding(
            odd[0].table.column_ref(odd[0].column.name),
            f"{_places(odd)} is {odd[0].type.spelling}, but {_places(rest)} of the same name is {rest[0].type.spelling}"
            + (": a join has to convert one of them." if is_reference else "."),
            _evidence(uses),
            help="Give the columns one type, or two names if they mean different things.",
            severity="warning" if serious else "note",
            harm="speed" if serious else None,
            related=[use.table.column_ref(use.column.name) for use in uses if use is not odd[0]],
        )

    def _other_width(self, subject: Subject, name: str, uses: list[_Use]) -> Iterable[Finding]:
        free = [use for use in uses if not use.declared]
        family = uses[0].family
        if family == "integer":
            if stem(name)[-1] not in _IDS:
                return
            sizes = {use.type.bits or 64 for use in uses}
            narrow = [use for use in free if (use.type.bits or 64) < max(sizes)]
            widest = next(use for use in uses if (use.type.bits or 64) == max(sizes))
        elif family == "text" and _TELLING.intersection(stem(name)[-1:]) and subject.engine != "sqlite":
            lengths = {use.type.length for use in uses if use.type.length}
            if len(lengths) < 2 or any(use.type.kind == "char" for use in uses):
                return
            narrow = [use for use in free if use.type.length and use.type.length < max(lengths)]
            widest = next(use for use in uses if use.type.length == max(lengths))
        else:
            return
        if not narrow or widest.type.spelling == narrow[0].type.spelling:
            return
        tied = any(
            is_fixed_part(subject, use.table, use.column) or is_key_column(use.table, use.column.name) for use in narrow
        )
        operations = tuple(
            AlterColumnType(target=use.table.column_ref(use.column.name), type=widest.type) for use in narrow
        )
        yield self.finding(
            narrow[0].table.column_ref(narrow[0].column.name),
            f"{_places(narrow)} is {narrow[0].type.spelling}, but {_places([widest])} of the same name is "
            f"{widest.type.spelling}: not every value of one fits in the other.",
            _evidence(uses),
            help=f"Make {'both' if len(uses) == 2 else 'all'} {widest.type.spelling}.",
            fix=None
            if tied or widest.column.type.kind == "domain"
            else Fix(f"Make every {name} {widest.type.spelling}", "unsafe", operations),
            related=[use.table.column_ref(use.column.name) for use in uses if use is not narrow[0]],
        )


def _means_one_thing(table: Table, column: Column) -> bool:
    """Whether a column of this name can be expected to hold the same in every table."""
    named = stem(column.name)
    if not named or column.generated or (table.primary_key and table.primary_key.columns == (column.name,)):
        return False
    if len(named) == 1:
        return named[0] in _TELLING
    if named[-1] in _IDS:
        return not _VAGUE.intersection(named[:-1]) and polymorphic_type(table, column) is None
    return not (_VAGUE.intersection(named[-1:]) and _VAGUE.intersection(named[:1]))


def _family(column: Column, type_: Type) -> str:
    """What kind of values a column holds; times with and without zone are told by a rule of their own."""
    if is_boolean(column):
        return "boolean"
    if type_.is_text or type_.kind in ("enum", "set"):
        return "text"
    if type_.kind in ("date", "timestamp", "year"):
        return "time"
    if type_.kind in ("decimal", "float", "money"):
        return "number"
    return type_.kind if type_.kind not in ("untyped", "other", "array", "domain") else f"{type_.kind} {type_.spelling}"


def _places(uses: list[_Use]) -> str:
    """The columns in a sentence: the first, and how many more."""
    shown = f"{uses[0].table.ref}.{uses[0].column.name}"
    return shown if len(uses) == 1 else f"{shown} (and {len(uses) - 1} more)"


def _evidence(uses: list[_Use]) -> Evidence:
    by_type: dict[str, list[str]] = {}
    for use in uses:
        by_type.setdefault(use.type.spelling or "no type", []).append(use.table.name)
    rows = tuple((spelling, listed(tables, most=6)) for spelling, tables in by_type.items())
    return Evidence(
        f"{len(uses)} columns have this name and {len(by_type)} types.", columns=("type", "tables"), rows=rows
    )
