"""The time of an appointment or a departure, kept by the clock on the wall without saying which wall.

## Why
`starts_at = 2025-03-30 09:00` is an hour in Lisbon and another in Berlin. A future time is rightly kept as people
agreed on it, as local time, since governments change their offsets; but then the zone must stand beside it
(`Europe/Berlin`), or with the place where it happens. Else nobody can tell when to send the reminder.

Only named where zones matter in the schema: where another table knows zones (`users.timezone`), or the table refers to
a place (airport, venue, hotel) without one. What already happened (`created_at`) is T003's matter.

## Bad
```sql
CREATE TABLE airports (id integer PRIMARY KEY, city varchar(80) NOT NULL);
CREATE TABLE flights (
    id integer PRIMARY KEY,
    airport_id integer NOT NULL,
    departure_time timestamp NOT NULL,
    FOREIGN KEY (airport_id) REFERENCES airports (id)
);
```
```sql mysql
CREATE TABLE airports (id integer PRIMARY KEY, city varchar(80) NOT NULL);
CREATE TABLE flights (
    id integer PRIMARY KEY,
    airport_id integer NOT NULL,
    departure_time datetime NOT NULL,
    FOREIGN KEY (airport_id) REFERENCES airports (id)
);
```

## Good
```sql
CREATE TABLE airports (id integer PRIMARY KEY, city varchar(80) NOT NULL, time_zone varchar(60) NOT NULL);
CREATE TABLE flights (
    id integer PRIMARY KEY,
    airport_id integer NOT NULL,
    departure_time timestamp NOT NULL,
    FOREIGN KEY (airport_id) REFERENCES airports (id)
);
```
```sql mysql
CREATE TABLE airports (id integer PRIMARY KEY, city varchar(80) NOT NULL, time_zone varchar(60) NOT NULL);
CREATE TABLE flights (
    id integer PRIMARY KEY,
    airport_id integer NOT NULL,
    departure_time datetime NOT NULL,
    FOREIGN KEY (airport_id) REFERENCES airports (id)
);
```

## Fix
None to run: which zone the times are in, only you know. Add a column with the zone's name (`Europe/Berlin`, not an offset)
to the table or to its place.

## References
- Jon Skeet, [Storing UTC is not a silver bullet](https://codeblog.jonskeet.uk/2019/03/27/storing-utc-is-not-a-silver-bullet/)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, own_tables, parent_of

_LOCAL = word_set(
    "local departure departs arrival arrives appointment schedule scheduled starts start begins begin ends end opens opening closes "
    "closing shift lesson class slot reminder remind checkin checkout pickup dropoff"
)
_MOMENTS = word_set("at time datetime local departure arrival starts ends start end begins checkin checkout")
_EVENTS = word_set(
    "flight trip departure appointment meeting event session class lesson shift show screening match game webinar booking reservation "
    "reminder schedule course lecture concert conference tour visit call interview slot"
)
_PLACES = word_set(
    "airport venue hotel clinic station location place site branch office hospital restaurant port terminal city country region"
)


class LocalTimeOfEvent(Rule):
    """Finds agreed times whose zone nothing tells."""

    code = "H006"
    group = "time"
    severity = "note"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        zones = [table for table in own_tables(subject.catalog) if _zone(table)]
        for table in own_tables(subject.catalog):
            columns = list(_local_times(subject, table))
            if not columns or _zone(table) or not _EVENTS.intersection(stem(table.name)):
                continue
            parents = [parent for key in table.foreign_keys if (parent := parent_of(subject, key))]
            if any(_zone(parent) for parent in parents if _is_place(parent) or len(parents) == 1):
                continue
            place = next((parent for parent in parents if _is_place(parent)), None)
            if place is not None or zones:
                yield self._finding(table, columns, place, zones)

    def _finding(self, table: Table, columns: list[Column], place: Table | None, zones: list[Table]) -> Finding:
        names = listed([column.name for column in columns])
        if place is not None:
            why = f"{table.ref} refers to {place.ref}, which has no column with a time zone, and has none itself."
        else:
            others = listed([str(each.ref) for each in zones], most=4)
            why = f"{others} {'knows' if len(zones) == 1 else 'know'} time zones; {table.ref} has no such column."
        one = len(columns) == 1
        return self.finding(
            table.ref,
            f"{names} of {table.ref} {'is a local time' if one else 'are local times'}, and nothing tells of which time zone.",
            Evidence(
                f"{count(len(columns), 'column has', 'columns have')} a type without time zone ({columns[0].type.spelling})."
            ),
            Evidence(why),
            help=f"Keep the zone's name beside {'it' if one else 'them'}, in {table.ref}{f' or {place.ref}' if place else ''}.",
            related=[table.column_ref(column.name) for column in columns],
        )


def _zone(table: Table) -> bool:
    """Whether the table knows a time zone."""
    for column in table.columns:
        named = words(column.name)
        if {"timezone", "tz", "zoneinfo", "tzid"}.intersection(named) or (
            "zone" in named and ("time" in named or len(named) == 1)
        ):
            return True
        if named[-2:] == ("utc", "offset"):
            return True
    return False


def _is_place(table: Table) -> bool:
    return bool(_PLACES.intersection(stem(table.name)[-1:]))


def _local_times(subject: Subject, table: Table) -> Iterator[Column]:
    for column in table.columns:
        type_ = base_type(subject, column.type)
        named = words(column.name)
        agreed = bool(_LOCAL.intersection(named) and _MOMENTS.intersection(named)) and not {
            "utc",
            "actual",
        }.intersection(named)
        if type_.kind == "timestamp" and not type_.with_zone and agreed:
            yield column
