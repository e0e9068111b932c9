"""A point in time named otherwise than the others of the schema.

## Why
Where moments are called `created_at`, `paid_at` and `shipped_at`, nobody looks for `modification_time` or guesses
that `update` is a date. One ending tells what a column holds, and lets tools (soft deletion, retention, replication
by last change) find it.

The ending is the one that the schema's own timestamps follow: at least six different names with an ending such as
`_at`, `_on`, `_date`, `_time`, or such a beginning (`date_…`), and 70 % of them alike; dates are counted apart from
timestamps. A name that stands in many tables is one finding.

## Bad
```sql
CREATE TABLE orders (
    id integer PRIMARY KEY, created_at timestamp NULL, updated_at timestamp NULL, paid_at timestamp NULL,
    shipped_at timestamp NULL, refunded_at timestamp NULL, cancelled_at timestamp NULL, modification_time timestamp NULL
);
```

## Good
```sql
CREATE TABLE orders (
    id integer PRIMARY KEY, created_at timestamp NULL, updated_at timestamp NULL, paid_at timestamp NULL,
    shipped_at timestamp NULL, refunded_at timestamp NULL, cancelled_at timestamp NULL, modified_at timestamp NULL
);
```

## Fix
Renames where only the ending has to change (`paid_on` to `paid_at`), nothing else has that name, and no view,
routine or trigger says the old one. Unsafe: programs use it.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import Deviation, gathered
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._renaming import renamed_column, renaming
from dbwright.rules.design._tables import base_type, own_tables

_MARKS = word_set("at on date time timestamp ts dt datetime")
_BARE = word_set("created updated modified deleted changed inserted added edited published sent")
"""Participles that say what happened, but not that the column holds the moment."""
_SCHEDULED = word_set("birth due end expiry expiration from hire order release since start to until valid")
"""Words of dates that people know by a fixed name (due_date, start_time)."""


class _Kind(msgspec.Struct, frozen=True):
    """Columns of one kind of time, and how names mark it."""

    noun: str
    columns: list[tuple[Table, Column]]


class TimestampName(Rule):
    """Finds moments and dates that are marked otherwise than most."""

    code = "N008"
    group = "names"
    severity = "note"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for kind in _kinds(subject):
            yield from self._deviating(subject, kind)

    def _deviating(self, subject: Subject, kind: _Kind) -> Iterator[Finding]:
        marks: dict[str, str] = {}
        for _, column in kind.columns:
            if mark := _mark(words(column.name)):
                marks[column.name] = mark
        votes = {mark: list(marks.values()).count(mark) for mark in set(marks.values())}
        usual = max(sorted(votes), key=lambda mark: votes[mark], default="")
        if usual.startswith("bare") or len(marks) < 6 or votes[usual] < 0.7 * len(marks):
            return
        off = [
            Deviation(
                table,
                table.column_ref(column.name),
                to,
                renamed_column(subject, table, column.name, to) if to else None,
            )
            for table, column in kind.columns
            if marks.get(column.name, usual) != usual and not _SCHEDULED.intersection(words(column.name))
            for to in [_marked(column.name, usual)]
        ]
        for group in gathered(off):
            many = len({each.ref.name for each in group.deviations})
            yield self.finding(
                group.target,
                f"{listed(group.names)} {'is a' if many == 1 else 'are'} {kind.noun}{'' if many == 1 else 's'}, but not named "
                f"{usual} as the others are.",
                Evidence(f"{votes[usual]:,} of {len(marks):,} names of {kind.noun}s are {usual}."),
                help=f"Rename to {listed(group.suggested)}." if group.suggested else f"Rename to {usual}.",
                related=group.related,
                fix=renaming(f"Rename {listed(group.names)}", group.operations),
            )


def _kinds(subject: Subject) -> list[_Kind]:
    found = _Kind("timestamp", []), _Kind("date", [])
    for table in own_tables(subject.catalog):
        for column in table.columns:
            kind = base_type(subject, column.type).kind
            if kind in ("timestamp", "date"):
                found[kind == "date"].columns.append((table, column))
    return list(found)


def _mark(named: tuple[str, ...]) -> str | None:
    """How a name marks a moment: "…_at", "date_…", or "bare" for a lone participle; None where it doesn't."""
    if len(named) > 1 and named[-1] in _MARKS:
        return f"…_{named[-1]}"
    if len(named) > 1 and named[0] in _MARKS - {"at", "on"}:
        return f"{named[0]}_…"
    return "bare" if len(named) == 1 and named[0] in _BARE else None


def _marked(name: str, usual: str) -> str:
    """The name with the usual ending, where only that has to change; "" where more would."""
    named = words(name)
    if not usual.startswith("…_") or not name.islower() or "_".join(named) != name:
        return ""
    core = named[:-1] if len(named) > 1 and named[-1] in _MARKS else named
    return "_".join((*core, usual[2:])) if core[-1].endswith("ed") or core[-1] in ("sent", "paid", "read") else ""
