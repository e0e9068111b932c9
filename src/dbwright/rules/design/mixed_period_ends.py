"""Periods that end on their last day here, and on the first day of the next one there.

## Why
`valid_to = 2024-06-30` with the next period from 2024-07-01 means that the end belongs to the period (closed);
`valid_to = 2024-07-01` means that it does not (half-open). Both work, but not side by side: `BETWEEN valid_from AND
valid_to` finds two rows on every boundary of a half-open history, and `valid_from <= d AND d < valid_to` misses the
last day of a closed one. Half-open is the easier convention: nothing hangs on the smallest unit of time.

The rows tell which is meant: how each period's end lies beside the next start of the same key. A history that mixes
both is a warning; two histories of a schema that differ from each other are one, too, for the rarer convention. Open
periods that end with NULL in some rows and with a year such as 9999 in others are found here as well: a query for
what holds today misses one of the two. At least 10 periods must follow each other before anything is said.

## Bad
```sql
CREATE TABLE prices (
    product_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    PRIMARY KEY (product_id, valid_from)
);
-- (1, 2024-01-01, 2024-06-30), (1, 2024-07-01, 2025-01-01), (1, 2025-01-01, NULL)
```

## Good
```sql
CREATE TABLE prices (
    product_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    PRIMARY KEY (product_id, valid_from)
);
-- (1, 2024-01-01, 2024-07-01), (1, 2024-07-01, 2025-01-01), (1, 2025-01-01, NULL)
```

## Fix
None to run, because every query on the table has to change with it. Decide for half-open, shift the closed ends by
one unit, and change the queries.

## Options
- `periods` (default 10): the fewest periods with a next one from which a convention is read.

## References
- Martin Fowler, [Range](https://martinfowler.com/eaaDev/Range.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import PeriodEnds, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.finding import Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._periods import Period, periods
from dbwright.rules.design._phrases import listed

_PURE, _MIXED = 0.9, 0.1
_HELP = "Decide for half-open periods (the end is the next start), shift the others, and change their queries."
Told = tuple[Period, PeriodEnds]


class MixedPeriodEnds(Rule):
    """Finds histories that end in two ways."""

    code = "H002"
    group = "time"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for period in periods(subject):
            yield period.ends()

    def check(self, subject: Subject) -> Iterable[Finding]:
        least = subject.option("periods", 10)
        closed: list[Told] = []
        half_open: list[Told] = []
        for period in periods(subject):
            ends = subject.facts.ask(period.ends(), PeriodEnds)
            if ends is None:
                continue
            yield from self._endless(period, ends)
            told = ends.meeting + ends.adjacent
            # A room that is booked again the day after stood empty for a night: only validity has no gaps.
            if told < least or not period.by_validity:
                continue
            if min(ends.meeting, ends.adjacent) >= _MIXED * told:
                yield self._within(period, ends)
            elif ends.adjacent >= _PURE * told:
                closed.append((period, ends))
            elif ends.meeting >= _PURE * told:
                half_open.append((period, ends))
        if closed and half_open:
            rare, usual = (half_open, closed) if len(half_open) < len(closed) else (closed, half_open)
            for period, ends in rare:
                yield self._between(period, ends, [each.table for each, _ in usual], is_closed=rare is closed)

    def _within(self, period: Period, ends: PeriodEnds) -> Finding:
        return self.finding(
            period.table.ref,
            f"{period.shown} ends in two ways: {ends.meeting:,} periods end where the next begins, "
            f"{ends.adjacent:,} one unit before.",
            seen(f"{_shown(ends)} Looked at {looked_at(ends)}.", ends),
            help=_HELP,
            related=_columns(period),
            touched=Touched(rows=min(ends.meeting, ends.adjacent)),
        )

    def _between(self, period: Period, ends: PeriodEnds, others: list[Table], is_closed: bool) -> Finding:
        here = "includes its last day" if is_closed else "ends where the next begins"
        there = "end where the next begins" if is_closed else "include their last day"
        names = listed([str(table.ref) for table in others], most=4)
        return self.finding(
            period.table.ref,
            f"{period.shown} {here}, but the periods of {names} {there}: one query can't be right for both.",
            seen(f"{_shown(ends)} Looked at {looked_at(ends)}.", ends),
            help=_HELP,
            related=[*_columns(period), *(table.ref for table in others)],
            touched=Touched(rows=ends.followed),
        )

    def _endless(self, period: Period, ends: PeriodEnds) -> Iterator[Finding]:
        if ends.open and ends.endless:
            column = period.table.column_ref(period.end.name)
            yield self.finding(
                column,
                f"{column} says “for ever” in two ways: {count(ends.open, 'row has', 'rows have')} NULL, "
                f"{count(ends.endless, 'row has', 'rows have')} a far year.",
                seen(
                    f"{ends.open:,} NULL and {ends.endless:,} from the year 2900 on; looked at {looked_at(ends)}.", ends
                ),
                help="Use one of them: NULL where nobody knows the end.",
                touched=Touched(rows=min(ends.open, ends.endless)),
            )


def _shown(ends: PeriodEnds) -> str:
    return (
        f"Of {count(ends.followed, 'period')} with a next one, {ends.meeting:,} end where it begins, {ends.adjacent:,} one unit "
        f"before, {ends.gaps:,} leave a gap, {ends.overlaps:,} overlap."
    )


def _columns(period: Period) -> list[Ref]:
    return [period.table.column_ref(column.name) for column in (period.start, period.end)]
