"""Moments that end on 19 January 2038.

## Why
MySQL's TIMESTAMP, and a signed 32-bit number of seconds since 1970, end on 2038-01-19 03:14:07 UTC. The next second is
refused, or wraps around to 1901. What counts is not the day on which the software runs, but the latest date that is
entered: contracts, mortgages, licences and warranties reach beyond 2038 today. TIMESTAMP also begins in 1970, so no
birthday fits.

Columns whose names promise such dates are warnings. All other TIMESTAMP columns of a schema are one note, because they
only have to be changed in time. Numbers of seconds are recognised by name and by their values. MariaDB from 11.5 on
counts TIMESTAMP up to 2106 and is left alone.

## Bad
```sql mysql
CREATE TABLE contracts (id integer PRIMARY KEY, contract_end timestamp NOT NULL);
```

## Good
```sql mysql
CREATE TABLE contracts (id integer PRIMARY KEY, contract_end datetime NOT NULL);
```
```sql postgres
CREATE TABLE visits (id integer PRIMARY KEY, visited_at bigint NOT NULL);
```

## Fix
Makes DATETIME of TIMESTAMP, which keeps the values as the session's time zone shows them, and a bigint of a number of
seconds. Unsafe: DATETIME no longer follows the session's zone, so set it to UTC before, and keep to UTC.

## References
- MySQL, [The DATE, DATETIME, and TIMESTAMP types](https://dev.mysql.com/doc/refman/8.4/en/datetime.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import MaximumOf, Question, Value
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._columns import is_fixed_part, is_key_column, own_columns, schema_ref, schema_shown
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._types import proposed

_FAR = word_set(
    "amortization birth birthday birthdate contract dob lease licence license maturity mortgage retirement warranty"
)
_MOMENT = word_set("at created date deleted epoch expire expires expiry modified time timestamp ts updated when")
_Y2000, _LAST = 946_684_800, 2_147_483_647
_SOON = 1_988_150_400
"""2033-01-01: values from there on show that the dates entered reach far."""


class Timestamp2038(Rule):
    """Finds dates that are kept in 31 bits."""

    code = "T021"
    group = "types"
    severity = "note"
    harm = "outage"
    engines = ("postgres", "mysql")

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from (MaximumOf(table.ref, column.name) for table, column in _seconds(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        rest: dict[str, list[tuple[Table, Column]]] = {}
        for table, column in _timestamps(subject):
            if _FAR.intersection(stem(column.name)):
                yield self._far(subject, table, column)
            else:
                rest.setdefault(table.namespace, []).append((table, column))
        for namespace, found in rest.items():
            names = [f"{table.name}.{column.name}" for table, column in found]
            yield self.finding(
                schema_ref(namespace),
                f"{count(len(found), 'moment')} of {schema_shown(namespace)} {'is' if len(found) == 1 else 'are'} "
                "TIMESTAMP, which ends on 19 January 2038.",
                Evidence(f"The {'column is' if len(found) == 1 else 'columns are'} {listed(names, most=12)}."),
                help="Use DATETIME in UTC for new columns, and change these in time.",
                related=[table.column_ref(column.name) for table, column in found],
            )
        for table, column in _seconds(subject):
            yield from self._epoch(subject, table, column)

    def _far(self, subject: Subject, table: Table, column: Column) -> Finding:
        digits = column.type.precision
        wanted = Type("timestamp", f"datetime({digits})" if digits else "datetime", precision=digits or 0)
        change = AlterColumnType(target=table.column_ref(column.name), type=wanted)
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} is a TIMESTAMP, which holds 1970 to 2038 only, but its dates may lie outside.",
            Evidence(f"The column's type is {column.type.spelling}."),
            help="Use DATETIME, or DATE for a day.",
            fix=None
            if is_fixed_part(subject, table, column)
            else Fix(f"Make {column.name} a {wanted.spelling}", "unsafe", (change,)),
            severity="warning",
        )

    def _epoch(self, subject: Subject, table: Table, column: Column) -> Iterable[Finding]:
        answer = subject.facts.ask(MaximumOf(table.ref, column.name), Value)
        largest = int(float(answer.value)) if answer and answer.value is not None else 0
        wide = proposed(subject.engine, "integer")
        if answer is None or wide is None or not _Y2000 <= largest <= _LAST:
            return
        tied = is_fixed_part(subject, table, column) or is_key_column(table, column.name)
        change = AlterColumnType(target=table.column_ref(column.name), type=wide)
        yield self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} counts seconds since 1970 in 32 bits, which end on 19 January 2038.",
            seen(f"The largest value is {largest} in {looked_at(answer)}.", answer),
            help=f"Use {wide.spelling}, or a type for moments.",
            fix=None if tied else Fix(f"Make {column.name} {wide.spelling}", "unsafe", (change,)),
            severity="warning" if largest >= _SOON else "note",
        )


def _timestamps(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """MySQL's TIMESTAMP columns."""
    longer = subject.catalog.engine == "mariadb" and subject.catalog.version >= (11, 5)
    if subject.engine != "mysql" or longer:
        return
    for table, column, type_ in own_columns(subject):
        if type_.kind == "timestamp" and type_.with_zone and not column.generated:
            yield table, column


def _seconds(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Signed 32-bit numbers whose names say that they are moments."""
    for table, column, type_ in own_columns(subject):
        number = type_.kind == "integer" and type_.bits == 32 and not type_.unsigned
        referring = any(column.name in key.columns for key in table.foreign_keys)
        named = stem(column.name)
        plain = number and named and not column.identity and not column.generated and not referring
        if plain and (named[-1] in _MOMENT or named[0] in ("created", "updated", "expires", "last")):
            yield table, column
