"""An ENUM that is a number, a yes or no, or a list that belongs in a table.

## Why
MySQL keeps an ENUM as the number of its label. Where the labels are digits themselves, `WHERE rating = 1` asks for the
first label, whatever it says, and `rating + 0` gives its place: `ENUM('0','1')` compared with 1 means '0'. A flag with two
words for true and false is a boolean that every reader has to translate. And a list of dozens of labels (countries,
currencies, categories) changes more often than a schema should, can't carry a second fact about each label, and sorts in
the order of its definition.

## Bad
```sql mysql
CREATE TABLE reviews (id integer PRIMARY KEY, rating ENUM('1', '2', '3', '4', '5') NOT NULL);
```
```sql postgres
CREATE TYPE yes_no AS ENUM ('yes', 'no');
CREATE TABLE reviews (id integer PRIMARY KEY, recommended yes_no NOT NULL);
```

## Good
```sql mysql
CREATE TABLE reviews (id integer PRIMARY KEY, rating tinyint NOT NULL, state ENUM('draft', 'published') NOT NULL);
```
```sql postgres
CREATE TYPE review_state AS ENUM ('draft', 'published');
CREATE TABLE reviews (id integer PRIMARY KEY, recommended boolean NOT NULL, state review_state NOT NULL);
```

## Fix
An ENUM of digits becomes a number, by way of text, so that the labels are kept and not their places. Unsafe, because
comparisons with bare numbers mean something else afterwards: what they seem to mean. PostgreSQL's yes and no become a
boolean. Long lists are for a person.

## Options
- `labels` (default 20): the most labels of a list that is left alone.

## References
- MySQL, [The ENUM type](https://dev.mysql.com/doc/refman/8.4/en/enum.html): storing numbers in an ENUM is not recommended.
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType, SetDefault
from dbwright.change.operations.base import Operation
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, is_key_column, literal, own_columns
from dbwright.rules.design._phrases import listed

_YES_NO = ({"y", "n"}, {"yes", "no"}, {"t", "f"}, {"true", "false"}, {"on", "off"})
_YES = frozenset(("y", "yes", "t", "true", "on"))


class HabitualEnum(Rule):
    """Finds enums that should be something else."""

    code = "T012"
    group = "types"
    engines = ("postgres", "mysql")

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, labels in _enums(subject):
            name = f"{table.ref}.{column.name}"
            evidence = Evidence(f"Its labels are {listed([repr(label) for label in labels], most=12)}.")
            target = table.column_ref(column.name)
            folded = {label.strip().lower() for label in labels}
            if all(re.fullmatch(r"\d{1,9}", label) for label in labels) and subject.engine == "mysql":
                first = next((label for place, label in enumerate(labels, 1) if label != str(place)), None)
                told = f"{column.name} = {labels.index(first) + 1} finds {first!r}" if first else "they agree so far"
                yield self.finding(
                    target,
                    f"{name} is an ENUM of digits, and a bare number means the place of a label, not the label: {told}.",
                    evidence,
                    help="Use a whole number.",
                    fix=_to_number(subject, table, column, labels),
                    severity="warning" if first else "note",
                )
            elif folded in _YES_NO:
                yield self.finding(
                    target,
                    f"{name} is an enum of {listed(labels)}: a boolean in other words.",
                    evidence,
                    help="Use a boolean.",
                    fix=_to_boolean(subject, table, column, labels),
                    severity="note",
                    harm="clarity",
                )
            elif len(labels) > int(subject.option("labels", 20)):
                yield self.finding(
                    target,
                    f"{name} is an enum of {len(labels)} labels: a list so long belongs in a table.",
                    evidence,
                    help="Keep the labels as rows of a table, and refer to it.",
                    severity="note",
                    harm="clarity",
                )


def _enums(subject: Subject) -> Iterator[tuple[Table, Column, tuple[str, ...]]]:
    labels = {(each.namespace, each.name): each.labels for each in subject.catalog.enums}
    for table, column, type_ in own_columns(subject):
        held = type_.values or labels.get(type_.user_type or ("", ""), ())
        if type_.kind == "enum" and len(held) > 1:
            yield table, column, held


def _is_tied(subject: Subject, table: Table, column: Column) -> bool:
    return is_fixed_part(subject, table, column) or is_key_column(table, column.name)


def _to_number(subject: Subject, table: Table, column: Column, labels: tuple[str, ...]) -> Fix | None:
    default = literal(column.default)
    if _is_tied(subject, table, column) or (column.default is not None and default is None):
        return None
    target = table.column_ref(column.name)
    longest = max(map(len, labels))
    operations: tuple[Operation, ...] = (
        AlterColumnType(target=target, type=Type("varchar", f"varchar({longest})", length=longest)),
        AlterColumnType(target=target, type=Type("integer", "int", bits=32), default=default),
    )
    return Fix(f"Make {column.name} a whole number", "unsafe", operations)


def _to_boolean(subject: Subject, table: Table, column: Column, labels: tuple[str, ...]) -> Fix | None:
    if subject.engine != "postgres" or _is_tied(subject, table, column):
        return None
    if any(column.name in (part.column or "") for index in table.indexes for part in index.parts):
        return None
    default = literal(column.default)
    if column.default is not None and default is None:
        return None
    target = table.column_ref(column.name)
    yes = next(label for label in labels if label.strip().lower() in _YES)
    escaped = yes.replace("'", "''")
    wanted = None if default is None else str(default == yes).lower()
    using = f"{subject.quote(column.name)}::text = '{escaped}'"
    retyped = AlterColumnType(target=target, type=Type("boolean", "boolean"), using=using)
    if wanted is None:
        return Fix(f"Make {column.name} a boolean", "unsafe", (retyped,))
    operations = (SetDefault(target=target, default=None), retyped, SetDefault(target=target, default=wanted))
    return Fix(f"Make {column.name} a boolean", "unsafe", operations)
