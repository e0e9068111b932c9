"""An amount of money in a binary floating-point column.

## Why
A binary fraction cannot hold 0.10 or 19.99: what is stored is the nearest value that it can hold. Sums drift by
cents, `price = 19.99` finds nothing in a 4-byte column, and a ledger that should balance to zero doesn't. Amounts
need a decimal type, or a whole number of cents.

The column is recognised by its name (price, cost, salary, tax amount, order total …); ratings, weights, rates,
percentages, coordinates and other measures are left alone, and so is a column called just `tax` or `fee` whose
values never pass 1, because that is a rate.

## Bad
```sql
CREATE TABLE products (id integer PRIMARY KEY, price double precision NOT NULL);
```

## Good
```sql
CREATE TABLE products (id integer PRIMARY KEY, price numeric(12,2) NOT NULL);
```

## Fix
Changes the column to a decimal with two places. Unsafe: amounts with more places are rounded, amounts that don't fit
are refused, and programs then get a decimal instead of a float. SQLite has no decimal type: a column declared
NUMERIC keeps whole numbers exactly but still stores 19.99 as a float, so there the way out is an INTEGER column with
cents, which is shown but not run.

## Options
- `precision` (default 12): digits of the decimal that the fix proposes.
- `scale` (default 2): those of them behind the point.

## References
- PostgreSQL, [Numeric types](https://www.postgresql.org/docs/current/datatype-numeric.html): use numeric where exact
  storage is required.
- MySQL, [Fixed-point types](https://dev.mysql.com/doc/refman/8.0/en/fixed-point-types.html)
- SQLite, [Floating point numbers](https://www.sqlite.org/floatingpoint.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, MaximumOf, Question, Value
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import looked_at, seen, unchecked
from dbwright.rules.design._money import is_money, may_be_rate
from dbwright.rules.design._tables import base_type, own_tables


class MoneyInFloat(Rule):
    """Finds prices, totals and balances in float columns."""

    code = "T001"
    group = "types"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _candidates(subject):
            yield _to_the_cent(subject, table, column)
            yield MaximumOf(table=table.ref, column=column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column in _candidates(subject):
            if not _is_rate(subject, table, column):
                yield self._float(subject, table, column)

    def _float(self, subject: Subject, table: Table, column: Column) -> Finding:
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} keeps money as {column.type.spelling.lower()}, "
            "which cannot hold most amounts exactly: sums drift and comparisons fail.",
            _evidence(subject, table, column),
            help=(
                "Keep whole cents in an INTEGER column."
                if subject.engine == "sqlite"
                else f"Use {_decimal(subject).spelling}, or whole cents in an integer column."
            ),
            fix=_fix(subject, table, column),
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        for column in table.columns:
            if base_type(subject, column.type).kind == "float" and is_money(column, table):
                yield table, column


def _to_the_cent(subject: Subject, table: Table, column: Column) -> CountNotTrue:
    """Asks which values are not the closest that the type has to a whole number of cents."""
    name = subject.quote(column.name)
    if subject.engine == "postgres":
        spelling = base_type(subject, column.type).spelling
        rounded = f"CAST(round(CAST({name} AS numeric), 2) AS {spelling})"
        return CountNotTrue(table=table.ref, expression=f"{name} = {rounded}")
    if base_type(subject, column.type).bits == 32:
        return CountNotTrue(table=table.ref, expression=f"ABS({name} - ROUND({name}, 2)) <= ABS({name}) * 0.000001")
    return CountNotTrue(table=table.ref, expression=f"{name} = ROUND({name}, 2)")


def _is_rate(subject: Subject, table: Table, column: Column) -> bool:
    """Whether a column called just "tax" or "fee" holds a rate: its values tell, or else whether amounts stand beside it."""
    if not may_be_rate(column):
        return False
    largest = subject.facts.ask(MaximumOf(table=table.ref, column=column.name), Value)
    try:
        if largest is not None and largest.value is not None:
            return float(largest.value) <= 1
    except ValueError:
        return False
    return not any(is_money(other, table) and not may_be_rate(other) for other in table.columns)


def _evidence(subject: Subject, table: Table, column: Column) -> Evidence:
    question = _to_the_cent(subject, table, column)
    outcome = subject.facts.ask(question, CheckOutcome)
    if outcome is None or outcome.unknown == outcome.rows:
        return unchecked(subject, question)
    if outcome.false:
        holds = "holds an amount that is" if outcome.false == 1 else "hold amounts that are"
        return seen(f"{outcome.false:,} of {looked_at(outcome)} {holds} not a whole number of cents.", outcome)
    return seen(f"The amounts in {looked_at(outcome)} are still whole cents; arithmetic on them will not be.", outcome)


def _decimal(subject: Subject) -> Type:
    precision, scale = subject.option("precision", 12), subject.option("scale", 2)
    word = "numeric" if subject.engine == "postgres" else "decimal"
    return Type("decimal", f"{word}({precision},{scale})", precision=precision, scale=scale)


def _fix(subject: Subject, table: Table, column: Column) -> Fix | None:
    name = subject.quote(column.name)
    if subject.engine == "sqlite":
        whole, cents = subject.quote(table.name), subject.quote(f"{column.name}_cents")
        return Fix(
            f"Keep {column.name} in whole cents",
            "display",
            sql=(
                f"ALTER TABLE {whole} ADD COLUMN {cents} INTEGER",
                f"UPDATE {whole} SET {cents} = CAST(round({name} * 100) AS INTEGER)",
            ),
        )
    if column.generated or column.type.kind == "domain":
        return None
    wanted = _decimal(subject)
    using = f"round({name}::numeric, {wanted.scale})" if subject.engine == "postgres" else None
    return Fix(f"Change {column.name} to {wanted.spelling}", "unsafe", (_altered(table, column, wanted, using),))


def _altered(table: Table, column: Column, wanted: Type, using: str | None) -> AlterColumnType:
    return AlterColumnType(target=table.column_ref(column.name), type=wanted, using=using)
