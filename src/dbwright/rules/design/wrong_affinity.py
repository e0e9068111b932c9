"""A type that SQLite doesn't know and reads as another.

## Why
SQLite takes any word for a type and derives from it what values are converted to. `STRING` is none of its words for text,
so such a column converts: the postal code '01234' becomes the number 1234, and '1e5' becomes 100000. A word that contains
INT makes an integer of the column: `FLOATING POINT` and `INTERVAL` do. A STRICT table refuses such types instead.

Common words that come to the right result are left alone (DATETIME, DECIMAL, BOOLEAN, UUID, JSON …).

## Bad
```sql
CREATE TABLE addresses (id INTEGER PRIMARY KEY, postal_code STRING NOT NULL);
```

## Good
```sql
CREATE TABLE addresses (id INTEGER PRIMARY KEY, postal_code TEXT NOT NULL);
```

## Fix
Declares the type that is meant. Unsafe: values that were converted before stay as they became; a leading zero that is gone
does not come back.

## References
- SQLite, [Determination of column affinity](https://www.sqlite.org/datatype3.html#determination_of_column_affinity)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns
from dbwright.rules.design._evidence import count, looked_at, seen

_TEXT = Type("text", "TEXT")
_REAL = Type("float", "REAL", bits=64)
_MEANT: dict[str, tuple[Type, str]] = {
    "STRING": (_TEXT, "text"),
    "STR": (_TEXT, "text"),
    "ENUM": (_TEXT, "text"),
    "SET": (_TEXT, "text"),
    "XML": (_TEXT, "text"),
    "NAME": (_TEXT, "text"),
    "EMAIL": (_TEXT, "text"),
    "PHONE": (_TEXT, "text"),
    "URL": (_TEXT, "text"),
    "UNICODE": (_TEXT, "text"),
    "INTERVAL": (_TEXT, "text"),
    "POINT": (_TEXT, "text"),
    "FLOATING POINT": (_REAL, "a real number"),
}
"""Words that people take for types, and what they mean by them."""


class WrongAffinity(Rule):
    """Finds words that SQLite takes for numbers."""

    code = "T025"
    group = "types"
    engines = ("sqlite",)

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column, _ in own_columns(subject):
            if not table.strict and _meant(column):
                yield _converted(subject, table, column)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, _ in own_columns(subject):
            meant = _meant(column)
            if table.strict or column.generated or meant is None:
                continue
            wanted, means = meant
            affinity = "whole numbers" if "INT" in column.type.spelling.upper() else "numbers"
            evidence = [Evidence(f"The declared type is {column.type.spelling}.")]
            answer = subject.facts.ask(_converted(subject, table, column), Counted)
            number = answer.matching if answer and wanted is _TEXT else 0
            if answer and number:
                told = f"{count(number, 'value')} of {looked_at(answer)} {'is a number' if number == 1 else 'are numbers'} by now."
                evidence.append(seen(told, answer))
            yield self.finding(
                table.column_ref(column.name),
                f"{table.ref}.{column.name} is declared {column.type.spelling}, which SQLite does not know as {means}: "
                f"it converts what looks like one to {affinity}, and '007' to 7.",
                *evidence,
                help=f"Declare it {wanted.spelling}.",
                fix=Fix(
                    f"Declare {column.name} {wanted.spelling}",
                    "unsafe",
                    (AlterColumnType(target=table.column_ref(column.name), type=wanted),),
                ),
                touched=Touched(rows=number) if number else None,
            )


def _meant(column: Column) -> tuple[Type, str] | None:
    word = re.sub(r"\s*\(.*", "", column.type.spelling.strip('"[]`'), flags=re.DOTALL)
    return _MEANT.get(" ".join(word.upper().split()))


def _converted(subject: Subject, table: Table, column: Column) -> CountMatching:
    name = subject.quote(column.name)
    return CountMatching(table.ref, f"typeof({name}) IN ('integer', 'real')", (column.name,))
