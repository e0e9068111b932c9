"""Periods of one key that overlap, or that nothing keeps apart.

## Why
A history table says what held when: one price a product, one salary an employee at a time. Where two periods of the
same key overlap, "the price on 3 March" has two answers: a join returns two rows and a sum counts double, while each
row alone looks right. A unique key over the key and the start doesn't prevent it; only an exclusion constraint, a
key WITHOUT OVERLAPS, or a trigger does.

Which columns the periods are of is read from a declared key that holds one of the ends, from the only parent of a
table whose names say validity (`valid_from`, `valid_to`), or from the room, car or desk that a booking books. Where
the rows follow each other with the end one day before the next start, the end belongs to the period, and meeting on
the same day is an overlap. Where more than a tenth of the periods overlap (half, where names and key leave no doubt),
overlapping is meant and nothing is reported. Deleted rows (`deleted_at`) don't count.

Overlapping rows are an error where key and names say validity, else a warning; where there are none yet, a note.

## Bad
```sql
CREATE TABLE prices (
    product_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    amount decimal(10,2) NOT NULL,
    PRIMARY KEY (product_id, valid_from)
);
```

## Good
```sql
CREATE TABLE prices (product_id integer PRIMARY KEY, amount decimal(10,2) NOT NULL);
```
```sql postgres
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE prices (
    product_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    amount decimal(10,2) NOT NULL,
    PRIMARY KEY (product_id, valid_from),
    EXCLUDE USING gist (product_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
```

## Fix
On PostgreSQL an exclusion constraint, with the extension `btree_gist` that it needs; on SQLite two triggers that refuse
an overlap. Unsafe: a program that writes the new period before it closes the old one fails from then on. Rows that
overlap already have to be corrected first. MySQL has no lock that makes such a trigger sound; MariaDB from 10.5 has
`PERIOD FOR` and a unique key `WITHOUT OVERLAPS`.

## References
- PostgreSQL, [Constraints on ranges](https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-CONSTRAINT)
- MariaDB, [Application-time periods](https://mariadb.com/kb/en/application-time-periods/)
"""

from collections.abc import Iterable

from dbwright.catalog.facts import Counted, CountOutOfOrder, PeriodEnds, Question
from dbwright.finding import Finding, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._apart import keep_apart
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._periods import Period, periods
from dbwright.rules.design._phrases import listed, share
from dbwright.rules.design._triggers import mentions, trigger_texts

_MEANT, _MEANT_IN_DOUBTLESS = 0.1, 0.5


class OverlappingPeriods(Rule):
    """Finds moments that two rows of a history claim."""

    code = "H001"
    group = "time"
    severity = "error"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for period in periods(subject):
            if not _is_kept(subject, period):
                yield period.ends()
                yield period.overlaps(closed=False)
                yield period.overlaps(closed=True)
                yield CountOutOfOrder(period.table.ref, period.start.name, period.end.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for period in periods(subject):
            if _is_kept(subject, period):
                continue
            ends = subject.facts.ask(period.ends(), PeriodEnds)
            closed = ends is not None and ends.adjacent > ends.meeting
            question = period.overlaps(closed)
            answer = subject.facts.ask(question, Counted)
            if answer is None or not answer.considered:
                if period.declared and period.by_validity:
                    yield self._open(subject, period, closed, None)
                continue
            limit = _MEANT_IN_DOUBTLESS if period.declared and period.by_validity else _MEANT
            if not answer.matching:
                yield self._open(subject, period, closed, answer)
            elif answer.matching <= answer.considered * limit:
                yield self._overlapping(period, closed, answer)

    def _overlapping(self, period: Period, closed: bool, answer: Counted) -> Finding:
        rows = count(answer.matching, "period overlaps", "periods overlap")
        return self.finding(
            period.table.ref,
            f"{period.shown}: {rows} the next one of the same {listed(list(period.key))}.",
            seen(
                f"{rows} the one that follows, of {answer.considered:,} ({share(answer.matching, answer.considered)})"
                f"{', the end counted as part of the period' if closed else ''}; looked at {looked_at(answer)}.",
                answer,
            ),
            help="Correct these rows, then keep periods apart with an exclusion constraint or a trigger.",
            severity="error" if period.declared and period.by_validity else "warning",
            related=[period.table.column_ref(column.name) for column in (period.start, period.end)],
            touched=Touched(rows=answer.matching),
        )

    def _open(self, subject: Subject, period: Period, closed: bool, answer: Counted | None) -> Finding:
        order = subject.facts.ask(CountOutOfOrder(period.table.ref, period.start.name, period.end.name), Counted)
        evidence = (
            unchecked(subject, period.overlaps(closed))
            if answer is None
            else seen(
                f"None of {count(answer.considered, 'period')} overlaps the next; looked at {looked_at(answer)}.",
                answer,
            )
        )
        return self.finding(
            period.table.ref,
            f"Nothing keeps the periods of one {listed(list(period.key))} in {period.shown} from overlapping.",
            evidence,
            help="Keep them apart with an exclusion constraint or a trigger.",
            fix=None if order and order.matching else keep_apart(subject, period, closed),
            severity="note",
            related=[period.table.column_ref(column.name) for column in (period.start, period.end)],
        )


def _is_kept(subject: Subject, period: Period) -> bool:
    """Whether an exclusion constraint or a trigger looks at both ends."""
    texts = [exclusion.definition for exclusion in period.table.exclusions]
    texts += trigger_texts(subject, period.table, ("insert",))
    return any(mentions(text, period.start.name) and mentions(text, period.end.name) for text in texts)
