"""A moment kept as a timestamp without time zone.

## Why
`timestamp` in PostgreSQL stores what a clock on some wall showed, without saying which wall. Two servers or two
sessions with different `TimeZone` settings write different values for the same moment; the hour that is repeated in
autumn is ambiguous; comparing with `now()` silently uses whatever zone the session has. `timestamptz` stores the
moment itself, in the same 8 bytes, and shows it in the reader's zone.

Columns count as moments by their names: `created_at`, `updated_on`, `last_login`, `expires`, `payment_date`. Times
that belong to a wall clock are left alone (`opens_at`, `local_time`, `birth_date`, `departure_local`), and so are
names that say neither. A `_date` whose every value is at midnight (at least 20 of them) is a day that should be a
`date`: a note. When no column of the schema knows its zone, the findings are one a table, because that is one
decision; from some tables on, they are one for the whole schema.

MySQL and SQLite are not checked: MySQL's DATETIME has no counterpart with a zone whose range reaches beyond 2038,
and SQLite has no time type at all; there the convention is UTC, kept by the application.

## Bad
```sql
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamp NOT NULL DEFAULT now());
```

## Good
```sql
CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());
```

## Fix
Changes the type, reading the old values as UTC. Unsafe: if they were written in another zone, that zone must stand
there instead. The table is rewritten under an exclusive lock. Where the session's TimeZone is UTC, leaving out the
USING clause changes the type without a rewrite.

## Options
- `schema-from` (default 6): from how many tables on one finding for the schema stands for all.
- `rows`: the fewest values at midnight that make a day of a column (default 20).
- `zone`: the zone in which the old values were written (default `UTC`).

## References
- PostgreSQL wiki, [Don't use timestamp without time
  zone](https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CheckOutcome, CountNotTrue, Question
from dbwright.catalog.lookup import every_column
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, own_tables

_HAPPENED = word_set(
    "created updated modified deleted changed inserted added removed archived published posted sent received delivered "
    "shipped paid placed ordered cancelled canceled completed finished started ended closed opened resolved approved "
    "rejected confirmed verified activated deactivated expired expires expiry expiration logged login logout signup seen "
    "accessed visited viewed read clicked processed imported exported synced refreshed rotated revoked issued used locked "
    "joined left followed liked reviewed submitted uploaded downloaded registered enrolled returned refunded occurred "
    "happened recorded measured captured ingested timestamp ts creation modification lastmod mtime ctime"
)
_EVENTS = word_set(
    "order invoice payment purchase transaction rental return login signup registration publish post comment message "
    "event shipment delivery shipping update insert creation modification refund checkout subscription"
)
_ON_THE_WALL = word_set(
    "local wall opens opening closes closing birth born dob birthday schedule scheduled departure arrival shift lesson class "
    "appointment slot holiday effective valid hire hired due fiscal accounting naive tz timezone start starts end ends begin "
    "begins from to since until plan planned"
)


class TimestampWithoutZone(Rule):
    """Finds moments that don't know their zone."""

    code = "T003"
    group = "types"
    engines = ("postgres",)

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table in own_tables(subject.catalog):
            for column in _moments(subject, table):
                if _may_be_day(column):
                    yield _is_midnight(subject, table, column)

    def check(self, subject: Subject) -> Iterable[Finding]:
        mixed = any(
            column.type.kind == "timestamp" and column.type.with_zone for _, column in every_column(subject.catalog)
        )
        found: list[tuple[Table, list[Column]]] = []
        for table in own_tables(subject.catalog):
            days, columns = _days_and_moments(subject, table)
            for column, outcome in days:
                yield self._day(subject, table, column, outcome)
            if columns:
                found.append((table, columns))
        if len(found) >= int(subject.option("schema-from", 6)):
            yield from self._schemas(subject, found)
            return
        for table, columns in found:
            if len(columns) > 1 and not mixed:
                yield self._table(subject, table, columns)
            else:
                for column in columns:
                    yield self._column(subject, table, column, mixed)

    def _schemas(self, subject: Subject, found: list[tuple[Table, list[Column]]]) -> Iterable[Finding]:
        """One finding a schema: what many tables do was decided once, not for each."""
        for name in dict.fromkeys(table.namespace for table, _ in found):
            held = [(table, columns) for table, columns in found if table.namespace == name]
            total = sum(len(columns) for _, columns in held)
            others = sum(
                column.type.kind == "timestamp" and column.type.with_zone
                for table in own_tables(subject.catalog)
                if table.namespace == name
                for column in table.columns
            )
            places = f"{count(total, 'moment')} in {count(len(held), 'table')}"
            message = (
                f"No timestamp of the schema {name} has a time zone: {places} "
                f"{'means' if total == 1 else 'mean'} what the zone of the session made of them that wrote them."
            )
            if others:
                message = (
                    f"{places} of the schema {name} are kept without a time zone beside {others:,} with one: how the two "
                    "compare hangs on the zone of the session."
                )
            yield self.finding(
                Ref("namespace", (name,)),
                message,
                Evidence(f"The tables are {listed([table.name for table, _ in held], most=12)}."),
                help="Use timestamptz from now on, and change the tables one by one.",
                related=[table.column_ref(column.name) for table, columns in held for column in columns],
            )

    def _table(self, subject: Subject, table: Table, columns: list[Column]) -> Finding:
        names = [column.name for column in columns]
        return self.finding(
            table.ref,
            f"{table.ref} keeps {len(names)} moments as timestamps without time zone ({listed(names)}): "
            "what they mean hangs on the zone of the session that wrote them.",
            Evidence(
                f"No timestamp of the schema has a time zone; {table.ref} has {count(len(names), 'column')} of them."
            ),
            help="Use timestamptz for all of them.",
            fix=_fix(subject, table, columns),
            related=[table.column_ref(name) for name in names],
        )

    def _column(self, subject: Subject, table: Table, column: Column, mixed: bool) -> Finding:
        summary = f"The column's type is {column.type.spelling}"
        summary += "; other columns of the schema are timestamps with time zone." if mixed else "."
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} is a moment kept without its time zone: "
            "what it means hangs on the zone of the session that wrote it.",
            Evidence(summary),
            help="Use timestamptz.",
            fix=_fix(subject, table, [column]),
        )

    def _day(self, subject: Subject, table: Table, column: Column, outcome: CheckOutcome) -> Finding:
        filled = outcome.rows - outcome.unknown
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} is a timestamp without time zone, but holds days: the time is always midnight.",
            seen(f"All {count(filled, 'filled value')} in {looked_at(outcome)} are at 00:00:00.", outcome),
            help="Use date if the time of day will never matter, timestamptz if it will.",
            fix=None
            if _is_bound(table, column)
            else Fix(
                f"Change {column.name} to date",
                "unsafe",
                (
                    AlterColumnType(
                        target=table.column_ref(column.name),
                        type=Type("date", "date"),
                        using=f"{subject.quote(column.name)}::date",
                    ),
                ),
            ),
            severity="note",
        )


def _may_be_day(column: Column) -> bool:
    return words(column.name)[-1:] in (("date",), ("on",), ("day",))


def _is_midnight(subject: Subject, table: Table, column: Column) -> CountNotTrue:
    name = subject.quote(column.name)
    return CountNotTrue(table=table.ref, expression=f"{name} = date_trunc('day', {name})")


def _days_and_moments(subject: Subject, table: Table) -> tuple[list[tuple[Column, CheckOutcome]], list[Column]]:
    """The columns whose values are all at midnight, with what was seen, and the others."""
    days: list[tuple[Column, CheckOutcome]] = []
    moments: list[Column] = []
    for column in _moments(subject, table):
        outcome = subject.facts.ask(_is_midnight(subject, table, column), CheckOutcome)
        enough = outcome is not None and outcome.rows - outcome.unknown >= subject.option("rows", 20)
        if outcome is not None and enough and outcome.false == 0:
            days.append((column, outcome))
        else:
            moments.append(column)
    return days, moments


def _moments(subject: Subject, table: Table) -> Iterator[Column]:
    for column in table.columns:
        type_ = base_type(subject, column.type)
        if type_.kind == "timestamp" and not type_.with_zone and _is_moment(column.name):
            yield column


def _is_moment(name: str) -> bool:
    named = words(name)
    if not named or _ON_THE_WALL.intersection(named):
        return False
    if named[-1] in ("at", "timestamp", "ts") or _HAPPENED.intersection(named) or named[:1] == ("last",):
        return True
    return named[-1] in ("date", "time", "datetime", "on") and bool(_EVENTS.intersection(named))


def _is_bound(table: Table, column: Column) -> bool:
    """Whether the type can't be changed alone: it belongs to a domain, a formula, or the key of the partitions."""
    keys = {part.column for part in table.partitioning.parts} if table.partitioning else set()
    return column.generated is not None or column.type.kind == "domain" or column.name in keys


def _fix(subject: Subject, table: Table, columns: list[Column]) -> Fix | None:
    if any(_is_bound(table, column) for column in columns):
        return None
    zone = str(subject.option("zone", "UTC")).replace("'", "''")
    names = listed([column.name for column in columns])
    return Fix(
        f"Change {names} to timestamptz, reading the old values as {zone}",
        "unsafe",
        tuple(
            AlterColumnType(
                target=table.column_ref(column.name),
                type=_with_zone(column.type),
                using=f"{subject.quote(column.name)} AT TIME ZONE '{zone}'",
            )
            for column in columns
        ),
    )


def _with_zone(type_: Type) -> Type:
    digits = "" if type_.precision is None else f"({type_.precision})"
    return Type("timestamp", f"timestamp{digits} with time zone", precision=type_.precision, with_zone=True)
