"""Tables whose rows hold for a time, one after the other for each key: prices, salaries, memberships, bookings."""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from dbwright.catalog.facts import CountOverlaps, CountPeriodEnds
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.rules.base import Subject
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._soft_deletes import deleted_column
from dbwright.rules.design._tables import base_type, keeps_records, own_tables

_ENDS = (
    ("from", "to"), ("from", "until"), ("from", "till"), ("from", "thru"), ("from", "through"), ("since", "until"),
    ("start", "end"), ("starts", "ends"), ("start", "stop"), ("begin", "end"), ("begins", "ends"), ("since", "to"),
    ("effective", "expires"), ("effective", "expiry"), ("effective", "expiration"), ("starts", "expires"), ("valid", "expires"),
)  # fmt: skip
_MOMENTS = ("at", "on", "date", "time", "day", "ts", "timestamp")
_VALIDITY = word_set("valid effective from to until till thru through since applicable period")
_BOOKINGS = word_set("booking reservation lease appointment allocation occupancy")
_RESOURCES = word_set(
    "room table seat car vehicle court desk property apartment unit resource bed house boat device machine hall site space slot"
)
_SIDE_BY_SIDE = word_set(
    "coupon promotion promo discount offer campaign voucher license licence subscription deal banner advert ad"
)
"""Words of tables whose periods may well overlap."""
_STATES = word_set("status state cancelled canceled")


class Period(msgspec.Struct, frozen=True):
    """A table's two ends of a period, and the columns of what the period is of.

    declared: whether a key of the table over these columns and one of the ends says that one period begins at a time.
    by_validity: whether the names say that the row is valid in the period (valid_from), not that something happens then.
    """

    table: Table
    start: Column
    end: Column
    key: tuple[str, ...]
    declared: bool
    by_validity: bool

    @property
    def living(self) -> str | None:
        """The soft-delete column, whose deleted rows don't count."""
        column = deleted_column(self.table)
        return column.name if column else None

    @property
    def shown(self) -> str:
        """As people write it: "prices.valid_from to valid_to"."""
        return f"{self.table.ref}.{self.start.name} to {self.end.name}"

    def overlaps(self, closed: bool) -> CountOverlaps:
        """The question for overlapping periods."""
        return CountOverlaps(self.table.ref, self.key, self.start.name, self.end.name, closed, self.living)

    def ends(self) -> CountPeriodEnds:
        """The question how each period ends beside the next."""
        return CountPeriodEnds(self.table.ref, self.key, self.start.name, self.end.name)


@lru_cache(maxsize=8)
def _of(lookup: Lookup, engine: str) -> tuple[Period, ...]:
    subject = Subject(catalog=lookup.catalog, lookup=lookup, engine=engine)
    return tuple(_found(subject, lookup.catalog))


def periods(subject: Subject) -> tuple[Period, ...]:
    """The periods of a catalog whose rows follow each other; worked out once."""
    return _of(subject.lookup, subject.engine)


def _found(subject: Subject, catalog: Catalog) -> Iterator[Period]:
    for table in own_tables(catalog):
        pair = None if keeps_records(table) and "history" not in stem(table.name) else _ends(subject, table)
        if pair is None:
            continue
        start, end = pair
        by_validity = bool(_VALIDITY.intersection(words(start.name)) and _VALIDITY.intersection(words(end.name)))
        declared = _declared_key(table, start, end)
        key = declared or _implied_key(table, by_validity)
        if key:
            yield Period(table, start, end, key, declared is not None, by_validity)


def _ends(subject: Subject, table: Table) -> tuple[Column, Column] | None:
    """The columns where the periods of a table begin and end; None where it has none, or several."""
    by_words = {words(column.name): column for column in table.columns}
    found = [
        (column, other)
        for column in table.columns
        if base_type(subject, column.type).kind in ("date", "timestamp")
        for other in (_other(by_words, column),)
        if other is not None and base_type(subject, other.type).kind == base_type(subject, column.type).kind
    ]
    return found[0] if len(found) == 1 else None


def _other(by_words: dict[tuple[str, ...], Column], first: Column) -> Column | None:
    named = words(first.name)
    for place, word in enumerate(named):
        for begin, end in _ENDS:
            if word != begin:
                continue
            replaced = (*named[:place], end, *named[place + 1 :])
            bare = replaced[:-1] if replaced[-1] in _MOMENTS else replaced
            for wanted in (replaced, bare, *((*bare, moment) for moment in _MOMENTS)):
                if wanted in by_words and wanted != named:
                    return by_words[wanted]
    return None


def _declared_key(table: Table, start: Column, end: Column) -> tuple[str, ...] | None:
    """The rest of a key in which one of the ends stands."""
    ends = {start.name, end.name}
    rests = [tuple(name for name in key if name not in ends) for key in table.keys if ends.intersection(key)]
    return min((rest for rest in rests if rest), key=len, default=None)


def _implied_key(table: Table, by_validity: bool) -> tuple[str, ...] | None:
    """The columns of the one parent whose history the table is, or of the one thing that it books."""
    keys = list(dict.fromkeys(key.columns for key in table.foreign_keys))
    if by_validity and len(keys) == 1 and not _SIDE_BY_SIDE.intersection(stem(table.name)):
        return keys[0]
    has_states = any(_STATES.intersection(words(column.name)) for column in table.columns)
    if _BOOKINGS.intersection(stem(table.name)) and not has_states:
        booked = {key.columns for key in table.foreign_keys if _RESOURCES.intersection(stem(key.table[1])[-1:])}
        return next(iter(booked)) if len(booked) == 1 else None
    return None
