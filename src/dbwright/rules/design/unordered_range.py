"""Two columns that are the ends of a range, without a check that the first is not after the second.

## Why
A booking that ends before it begins, a price valid from March to February: such rows match no "between", so they
disappear from every list, or turn durations negative. The application checks its forms, but imports, scripts and
clocks do not pass through them.

## Bad
```sql
CREATE TABLE promotions (id integer PRIMARY KEY, starts_on date NOT NULL, ends_on date NOT NULL);
```

## Good
```sql
CREATE TABLE promotions (
  id integer PRIMARY KEY,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  CHECK (starts_on <= ends_on)
);
```

## Fix
Adds the check; where a row breaks it already, the rows have to be corrected first. An open end (NULL) passes the
check. Times of day are left alone, because a night shift ends before it starts.

## References
- PostgreSQL, [Check
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountOutOfOrder, Question, Shapes, TextShapes
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Finding, Fix, Safety
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import base_type, own_tables

_ENDS = (
    ("start", "end"),
    ("starts", "ends"),
    ("started", "ended"),
    ("start", "stop"),
    ("start", "finish"),
    ("started", "finished"),
    ("started", "completed"),
    ("start", "expires"),
    ("starts", "expires"),
    ("started", "expired"),
    ("begin", "end"),
    ("begins", "ends"),
    ("began", "ended"),
    ("from", "to"),
    ("from", "until"),
    ("from", "till"),
    ("from", "thru"),
    ("from", "through"),
    ("since", "until"),
    ("since", "to"),
    ("after", "before"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("low", "high"),
    ("lower", "upper"),
    ("lowest", "highest"),
    ("opened", "closed"),
    ("checkin", "checkout"),
    ("in", "out"),
    ("pickup", "dropoff"),
    ("pickup", "return"),
    ("rental", "return"),
    ("issued", "expires"),
    ("issue", "expiry"),
    ("issue", "expiration"),
    ("issued", "expired"),
    ("granted", "expires"),
    ("granted", "revoked"),
    ("created", "expires"),
    ("hire", "termination"),
    ("hired", "terminated"),
    ("birth", "death"),
    ("born", "died"),
    ("effective", "expiry"),
    ("effective", "expiration"),
    ("effective", "expires"),
    ("valid", "expires"),
    ("published", "unpublished"),
    ("activated", "deactivated"),
    ("enrolled", "withdrawn"),
    ("joined", "left"),
)
_FIRST_AND_LAST = (("first", "last"), ("earliest", "latest"), ("oldest", "newest"))
"""Ends of ranges of time alone: first and last names are no range."""
_DATED = word_set("at begins date effective end ends on start started starts time valid")
"""Words by which a text column may hold moments: SQLite has no type for them, and ISO 8601 sorts as it should."""
_MOMENTS = ("at", "on", "date", "time", "day")
_RECORDED = word_set("actual began completed created ended finish finished issued last opened started")
"""Words of what the application writes down as it happens, in order by nature; people enter the others."""
_LARGER = {
    "month": ("year",),
    "day": ("month", "year"),
    "hour": ("day", "date"),
    "minute": ("hour",),
    "second": ("minute",),
}
_ANY_NUMBER = word_set("low lower lowest min minimum")
_MEASURES = word_set(
    "age amount count date day height hour length minute month page price qty quantity range score size value "
    "version weight width year"
)


class UnorderedRange(Rule):
    """Finds ends of ranges that nothing keeps in order."""

    code = "C002"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, first, second in _ranges(subject):
            yield CountOutOfOrder(table.ref, first.name, second.name)
            if first.type.is_text:
                yield from (TextShapes(table.ref, column.name) for column in (first, second))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, first, second in _ranges(subject):
            question = CountOutOfOrder(table.ref, first.name, second.name)
            answer = subject.facts.ask(question, Counted)
            if first.type.is_text and not all(_holds_moments(subject, table, column) for column in (first, second)):
                continue
            broken = answer.matching if answer else 0
            if answer and answer.considered:
                rows = count(broken, "row is", "rows are") if broken else "no row is"
                evidence = seen(
                    f"Of {count(answer.considered, 'row')} with both ends, {rows} out of order; looked at {looked_at(answer)}.",
                    answer,
                )
            else:
                evidence = unchecked(subject, question)
            message = f"Nothing keeps {table.ref}.{first.name} from being after {second.name}"
            message += f", and in {count(broken, 'row')} it is." if broken else "."
            expression = f"{subject.quote(first.name)} <= {subject.quote(second.name)}"
            check = Check(expression=expression, name=new_name(subject, "check", table, (first.name, second.name)))
            safety: Safety = "display" if broken else "safe" if answer and not answer.sampled else "unsafe"
            mild = not broken and bool(_RECORDED.intersection((*words(first.name), *words(second.name))))
            yield self.finding(
                table.column_ref(first.name),
                message,
                evidence,
                help=f"{'Correct these rows, then add' if broken else 'Add'} a check that {first.name} <= {second.name}.",
                fix=Fix(
                    f"Check that {first.name} <= {second.name} in {table.name}",
                    safety,
                    (AddCheck(target=table.ref, check=check),),
                ),
                severity="error" if broken else "note" if mild else None,
                related=(table.column_ref(second.name),),
            )


def _ranges(subject: Subject) -> Iterator[tuple[Table, Column, Column]]:
    """The pairs of columns whose names and types make them the ends of a range, and that nothing compares yet."""
    for table in own_tables(subject.catalog):
        by_words = {words(column.name): column for column in table.columns}
        referring = {name for key in table.foreign_keys for name in key.columns}
        taken: set[str] = set()
        for column in table.columns:
            second = _other_end(subject, by_words, column)
            if second is None or {column.name, second.name} & (taken | referring) or _is_kept(table, column, second):
                continue
            if _summarises(by_words, column) or _is_part_of_date(by_words, column):
                continue
            taken |= {column.name, second.name}
            yield table, column, second


def _summarises(by_words: dict[tuple[str, ...], Column], first: Column) -> bool:
    """Whether a mean stands beside the least and the greatest value, so that all three were computed from other rows."""
    named = words(first.name)
    return any(
        (*named[:place], mean, *named[place + 1 :]) in by_words
        for place, word in enumerate(named)
        if word in ("min", "minimum", "low", "lowest")
        for mean in ("avg", "average", "mean", "median")
    )


def _is_part_of_date(by_words: dict[tuple[str, ...], Column], first: Column) -> bool:
    """Whether a month or a day stands beside its year: alone it has no order (12 of 2023 is before 1 of 2024)."""
    named = words(first.name)
    return any(
        (*named[:place], larger, *named[place + 1 :]) in by_words
        for place, word in enumerate(named)
        for larger in _LARGER.get(word, ())
    )


def _other_end(subject: Subject, by_words: dict[tuple[str, ...], Column], first: Column) -> Column | None:
    """The column that ends the range that this one begins."""
    type_ = base_type(subject, first.type)
    named = words(first.name)
    dated = subject.engine == "sqlite" and type_.is_text and bool(_DATED.intersection(named))
    ordered = type_.is_number or type_.kind in ("date", "timestamp", "year") or dated
    if not ordered or first.generated or first.identity:
        return None
    for place, word in enumerate(named):
        pairs = _ENDS if type_.is_number else (*_ENDS, *_FIRST_AND_LAST)
        for begin, end in pairs:
            if place and named[place - 1] == "not" and (begin, end) == ("after", "before"):
                begin, end = end, begin  # not before, not after: the two ends of a certificate's life
            if word != begin:
                continue
            rest = {*named[:place], *named[place + 1 :]}
            if rest & {"id", "no", "code"} or (type_.is_number and begin not in _ANY_NUMBER and not rest & _MEASURES):
                continue
            for name in _endings(named, place, end):
                second = by_words.get(name)
                other = base_type(subject, second.type) if second else None
                if (
                    second
                    and other
                    and not second.generated
                    and (other.kind == type_.kind or (other.is_number and type_.is_number))
                ):
                    return second
    return None


def _holds_moments(subject: Subject, table: Table, column: Column) -> bool:
    """Whether all texts of a column are dates or moments of one form, or, where there are none, its name promises it."""
    shapes = subject.facts.ask(TextShapes(table.ref, column.name), Shapes)
    if shapes is None or not shapes.filled:
        return words(column.name)[-1] in _MOMENTS
    return max(shapes.counts.get("date", 0), shapes.counts.get("timestamp", 0)) == shapes.filled


def _endings(named: tuple[str, ...], place: int, end: str) -> Iterator[tuple[str, ...]]:
    """The names that the other end may have: the word replaced, with "at", "on" and "date" exchanged."""
    replaced = (*named[:place], end, *named[place + 1 :])
    yield replaced
    if replaced[-1] in _MOMENTS:
        yield from ((*replaced[:-1], ending) for ending in ("at", "on", "date", "time") if ending != replaced[-1])
        yield replaced[:-1]
    else:
        yield from ((*replaced, ending) for ending in ("at", "on", "date"))


def _is_kept(table: Table, first: Column, second: Column) -> bool:
    """Whether a check, an exclusion constraint, a range or a trigger of the table looks at both columns."""
    texts = [check.expression for check in table.checks if check.enforced]
    texts += [exclusion.definition for exclusion in table.exclusions]
    texts += [
        column.generated.expression for column in table.columns if column.generated and column.type.kind == "range"
    ]
    texts += [trigger.definition for trigger in table.triggers if trigger.timing == "before"]
    return any(_mentions(text, first.name) and _mentions(text, second.name) for text in texts)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
