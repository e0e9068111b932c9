"""A number that should be exact in a type that is not, or with decimals that nobody chose.

## Why
Pieces in stock are whole, yet as floats they become 2.9999999 after a few additions, and `quantity = 3` finds nothing.
Coordinates in 4-byte floats are off by a metre and more. MySQL's `DECIMAL` without numbers is `DECIMAL(10,0)`: it rounds
every price to whole units without a word; its `FLOAT(8,2)` and `DOUBLE(8,2)` round on storage and still don't hold
decimals exactly, and are deprecated.

Amounts of money in floats are another rule's. Measurements (weights, temperatures, scores) are left alone: for them
floats are right.

## Bad
```sql
CREATE TABLE stock (id integer PRIMARY KEY, quantity double precision NOT NULL);
```

## Good
```sql
CREATE TABLE stock (id integer PRIMARY KEY, quantity integer NOT NULL);
```

## Fix
Makes a whole number of a count whose values are all whole, and double precision of coordinates. The others have to be
decided by hand.

## References
- MySQL, [Problems with floating-point values](https://dev.mysql.com/doc/refman/8.4/en/problems-with-float.html)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, is_key_column, own_columns
from dbwright.rules.design._evidence import looked_at, seen, unchecked
from dbwright.rules.design._money import is_money
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._types import proposed

_COUNTS = word_set("count copies inventory piece pieces qty quantity seat stock")
_NOT_COUNTS = word_set("average avg mean per ratio share rate price value weight level percent percentage pct index")
_COORDINATES = word_set("lat latitude lng lon longitude")


class ImpreciseNumber(Rule):
    """Finds numbers whose type is not exact enough."""

    code = "T019"
    group = "types"
    severity = "note"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column, type_ in own_columns(subject):
            if type_.kind == "float" and _is_count(column):
                yield _is_whole(subject, table, column)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, type_ in own_columns(subject):
            name, target = f"{table.ref}.{column.name}", table.column_ref(column.name)
            spelling = column.type.spelling.lower()
            evidence = Evidence(f"The column's type is {spelling}.")
            if type_.kind == "decimal" and _is_unstated(subject, type_) and is_money(column, table):
                if not _in_small_units(column):
                    yield self.finding(
                        target,
                        f"{name} is an amount of money without decimals: {spelling} is what DECIMAL without numbers means.",
                        evidence,
                        help="Say how many decimals there are, such as decimal(12,2).",
                    )
            elif type_.kind != "float" or is_money(column, table):
                continue
            elif _is_count(column):
                yield from self._count(subject, table, column)
            elif type_.bits == 32 and _COORDINATES.intersection(stem(column.name)[-1:]):
                yield self.finding(
                    target,
                    f"{name} keeps a coordinate in 4 bytes, which can be a metre off and more.",
                    evidence,
                    help="Use double precision, or a decimal with six places.",
                    fix=_fix(subject, table, column, _double(subject)),
                )
            elif subject.engine == "mysql" and re.match(r"(float|double)\(\d+,\d+\)", spelling):
                yield self.finding(
                    target,
                    f"{name} is {spelling}, which rounds to {spelling.rpartition(',')[2].partition(')')[0]} decimals but "
                    "doesn't hold them exactly; the form is deprecated.",
                    evidence,
                    help="Use decimal with the same numbers, or double without any.",
                )

    def _count(self, subject: Subject, table: Table, column: Column) -> Iterable[Finding]:
        question = _is_whole(subject, table, column)
        outcome = subject.facts.ask(question, CheckOutcome)
        filled = outcome.rows - outcome.unknown if outcome else 0
        if outcome is not None and outcome.false:
            return  # fractions are meant: litres, hours, shares
        wanted = proposed(subject.engine, "integer")
        told = seen(f"All values in {looked_at(outcome)} are whole.", outcome) if outcome and filled else None
        yield self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} counts things but is {column.type.spelling.lower()}, "
            "which drifts in sums and may differ from the number that it looks like.",
            Evidence(f"The column's type is {column.type.spelling.lower()}."),
            told or unchecked(subject, question),
            help="Use a whole number, or a decimal where parts can be had.",
            fix=_fix(subject, table, column, wanted) if told and wanted else None,
        )


def _is_count(column: Column) -> bool:
    named = stem(column.name)
    return bool(named) and named[-1] in _COUNTS and not _NOT_COUNTS.intersection(named)


def _is_unstated(subject: Subject, type_: Type) -> bool:
    return subject.engine == "mysql" and (type_.precision, type_.scale) == (10, 0)


def _in_small_units(column: Column) -> bool:
    """Whether the name says that the amount is counted in the smallest unit."""
    return bool(
        word_set("cent cents minor micro micros millis pence").intersection(
            (*stem(column.name), *column.name.split("_"))
        )
    )


def _is_whole(subject: Subject, table: Table, column: Column) -> CountNotTrue:
    name = subject.quote(column.name)
    return CountNotTrue(table.ref, f"{name} = round({name}) AND abs({name}) < 9007199254740992")


def _double(subject: Subject) -> Type:
    return Type("float", "double precision" if subject.engine == "postgres" else "double", bits=64)


def _fix(subject: Subject, table: Table, column: Column, wanted: Type) -> Fix | None:
    if is_fixed_part(subject, table, column) or is_key_column(table, column.name):
        return None
    change = AlterColumnType(target=table.column_ref(column.name), type=wanted)
    return Fix(f"Make {column.name} {wanted.spelling}", "unsafe", (change,))
