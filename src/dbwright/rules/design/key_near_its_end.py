"""An integer key or a sequence that has used up much of its range.

## Why
A 32-bit key ends at 2,147,483,647. At that number every INSERT fails, on the busiest table, without a warning before.
Making the column wider rewrites the whole table, which takes hours at that size, so it has to be done while there is
time.

## Bad
```sql
-- the last number given is 2,040,109,466
CREATE TABLE events (id integer PRIMARY KEY, payload text NOT NULL);
```

## Good
```sql
CREATE TABLE events (id bigint PRIMARY KEY, payload text NOT NULL);
```

## Fix
Makes the column a `bigint`, together with the foreign-key columns that refer to it. It is marked unsafe because the
tables are rewritten under a lock: on a large one, add a second column, fill it in batches and swap.

## Options
- `warning-from` (default 50): per cent of the range used from which on this is a warning.
- `error-from` (default 80): per cent of the range used from which on this is an error.

## References
- PostgreSQL, [Numeric types](https://www.postgresql.org/docs/current/datatype-numeric.html)
- MySQL, [Integer types](https://dev.mysql.com/doc/refman/8.4/en/integer-types.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import MaximumOf, Question, SequenceState, Value
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._phrases import listed, share
from dbwright.rules.design._tables import base_type, own_tables
from dbwright.rules.design._widening import retype, seen_by_views


class KeyNearItsEnd(Rule):
    """Finds keys and sequences that will run out of numbers."""

    code = "K002"
    group = "keys"
    engines = ("postgres", "mysql")
    needs = "counters"
    harm = "outage"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, column in _integer_keys(subject):
            # The largest value of a key costs one look into its index; rows may have come with numbers of their own.
            keyed = any(key[0] == column.name for key in table.keys)
            if base_type(subject, column.type).bits != 64 and (keyed or _state(subject, table, column) is None):
                yield MaximumOf(table.ref, column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        told: set[Ref] = set()
        for table, column in _integer_keys(subject):
            told |= set(_names(table, column))
            yield from self._column(subject, table, column)
        for ref, state in subject.facts.sequences.items():
            if ref.kind == "sequence" and ref not in told:
                yield from self._sequence(subject, ref, state)

    def _column(self, subject: Subject, table: Table, column: Column) -> Iterable[Finding]:
        type_ = base_type(subject, column.type)
        limit = _largest(type_)
        state = _state(subject, table, column)
        answer = subject.facts.ask(MaximumOf(table.ref, column.name), Value)
        largest = int(float(answer.value)) if answer and answer.value is not None else None
        if state and (largest is None or largest <= state.last):
            last, end = state.last, min(state.maximum, limit)
            evidence = Evidence(f"The last number given is {last:,} of at most {end:,}.", basis="counters")
        else:
            if answer is None or largest is None:
                return
            last, end = largest, limit
            evidence = seen(f"The largest value is {last:,} of at most {end:,}, in {looked_at(answer)}.", answer)
        severity = self._severity(subject, last, end)
        if severity is None:
            return
        message = f"The key {table.ref}.{column.name} has used {share(last, end)} of its range; at {end:,} every new row will be refused."
        if (type_.bits or 32) >= 64 or end < limit:
            yield self.finding(
                table.column_ref(column.name),
                message,
                evidence,
                help="Raise the sequence's maximum (ALTER SEQUENCE … AS bigint MAXVALUE …), or give out numbers without gaps.",
                severity=severity,
            )
            return
        wide = Type(
            kind="integer", spelling="bigint unsigned" if type_.unsigned else "bigint", bits=64, unsigned=type_.unsigned
        )
        operations, others = retype(subject, table, column, wide)
        blocked = subject.engine == "postgres" and seen_by_views(subject, (table.column_ref(column.name), *others))
        help_ = "Make it a bigint while there is time; on a large table by a second column that is filled in batches and then swapped."
        if others:
            help_ += f" {listed([str(ref) for ref in others])} {'refers' if len(others) == 1 else 'refer'} to it and must follow."
        if blocked:
            help_ += " Views that read it must be dropped before and made again after."
        title = f"Make {table.name}.{column.name} a bigint" + (
            f", with {count(len(others), 'referring column')}" if others else ""
        )
        yield self.finding(
            table.column_ref(column.name),
            message,
            evidence,
            help=help_,
            fix=Fix(title, "display" if blocked else "unsafe", operations),
            severity=severity,
            related=others,
        )

    def _sequence(self, subject: Subject, ref: Ref, state: SequenceState) -> Iterable[Finding]:
        severity = self._severity(subject, state.last, state.maximum)
        held = next((s for s in subject.catalog.sequences if (s.namespace, s.name) == ref.path), None)
        if severity is None or (held and held.cycle):
            return
        yield self.finding(
            ref,
            f"The sequence {ref} has used {share(state.last, state.maximum)} of its range; at {state.maximum:,} it gives no more numbers.",
            Evidence(f"The last number given is {state.last:,} of at most {state.maximum:,}.", basis="counters"),
            help="Widen it: ALTER SEQUENCE … AS bigint, and the columns that take its numbers with it.",
            severity=severity,
        )

    def _severity(self, subject: Subject, last: int, end: int) -> Severity | None:
        used = 100 * last / end if end > 0 else 0
        if used >= float(subject.option("error-from", 80)):
            return "error"
        return "warning" if used >= float(subject.option("warning-from", 50)) else None


def _integer_keys(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """The columns that number rows: those that number themselves, and integers that are the whole primary key."""
    for table in own_tables(subject.catalog):
        key = table.primary_key.columns if table.primary_key else ()
        referring = {name for each in table.foreign_keys for name in each.columns}
        for column in table.columns:
            if base_type(subject, column.type).kind != "integer" or column.name in referring:
                continue
            if column.identity or key == (column.name,) or table.column_ref(column.name) in subject.facts.sequences:
                yield table, column


def _names(table: Table, column: Column) -> Iterator[Ref]:
    """The names under which the engine's counters may hold the column's sequence."""
    yield table.column_ref(column.name)
    if column.identity and column.identity.sequence:
        yield Ref("sequence", column.identity.sequence)


def _state(subject: Subject, table: Table, column: Column) -> SequenceState | None:
    return next((subject.facts.sequences[ref] for ref in _names(table, column) if ref in subject.facts.sequences), None)


def _largest(type_: Type) -> int:
    """The largest value of an integer type."""
    bits = type_.bits or 32
    return int(2**bits - 1 if type_.unsigned else 2 ** (bits - 1) - 1)
