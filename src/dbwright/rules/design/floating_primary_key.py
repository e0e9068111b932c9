"""A primary key that is a floating-point number.

## Why
Most decimal fractions have no exact binary form, and above 2^53 (2^24 in 4 bytes) neighbouring whole numbers become the
same value. A key that was read, printed and sent back may then find nothing, or another row; a foreign key that repeats
it has to repeat every bit. NaN is a legal value in PostgreSQL.

## Bad
```sql
CREATE TABLE parts (number double precision PRIMARY KEY, name varchar(80));
```

## Good
```sql
CREATE TABLE parts (number integer PRIMARY KEY, name varchar(80));
```

## Fix
Makes it a bigint, together with the columns that refer to it, where every value that is there is a whole number. Unsafe:
programs get another type. Where values have fractions, a decimal with as many places as they need is the way, by hand.

## References
- PostgreSQL, [Floating-point types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT):
  comparing two values for equality may not work as expected.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import own_columns
from dbwright.rules.design._evidence import looked_at, seen, unchecked
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._types import proposed
from dbwright.rules.design._widening import retype, seen_by_views


class FloatingPrimaryKey(Rule):
    """Finds keys of floating point."""

    code = "K006"
    group = "keys"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (_is_whole(subject, table, column) for table, column in _floating_keys(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _floating_keys(subject):
            question = _is_whole(subject, table, column)
            outcome = subject.facts.ask(question, CheckOutcome)
            whole = outcome is not None and outcome.false == 0
            if outcome is None or not outcome.rows:
                evidence = unchecked(subject, question)
            elif whole:
                evidence = seen(f"The values in {looked_at(outcome)} are whole numbers.", outcome)
            else:
                evidence = seen(f"{outcome.false:,} of {looked_at(outcome)} have a fraction or are too large.", outcome)
            wide = proposed(subject.engine, "integer")
            fix = None
            if whole and wide and not column.generated and column.type.kind != "domain":
                operations, others = retype(subject, table, column, wide)
                blocked = subject.engine == "postgres" and seen_by_views(
                    subject, (table.column_ref(column.name), *others)
                )
                title = f"Make {table.name}.{column.name} {wide.spelling}"
                title += f", with {listed([str(ref) for ref in others])}" if others else ""
                fix = Fix(title, "display" if blocked else "unsafe", operations)
            spelling = column.type.spelling.lower()
            yield self.finding(
                table.column_ref(column.name),
                f"{table.ref}.{column.name} belongs to the primary key but is {spelling}: "
                "values that look equal may differ, and different ones may become equal.",
                Evidence(f"The type of {column.name} is {spelling}."),
                evidence,
                help="Use a whole number, or a decimal with a fixed number of places.",
                fix=fix,
            )


def _floating_keys(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """The float columns of primary keys that are no foreign keys: those follow their parent."""
    for table, column, type_ in own_columns(subject):
        key = table.primary_key.columns if table.primary_key else ()
        referring = any(column.name in each.columns for each in table.foreign_keys)
        if type_.kind == "float" and column.name in key and not referring:
            yield table, column


def _is_whole(subject: Subject, table: Table, column: Column) -> CountNotTrue:
    name = subject.quote(column.name)
    return CountNotTrue(table.ref, f"{name} = round({name}) AND abs({name}) < 9007199254740992")
