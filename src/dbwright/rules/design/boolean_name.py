"""A boolean named otherwise than the others, or a name that promises yes or no where something else is stored.

## Why
`is_active` promises true or false. Where it holds the moment of activation instead, `WHERE is_active` is an error on
one engine and quietly means something else on another. And where most flags say `is_` or `has_`, one that is only
called `newsletter` could hold anything.

The second only counts where at least six differently named booleans exist and 70 % of them ask a question (`is_…`,
`has_…`, `can_…`); names that are states by themselves (`active`, `deleted`, `enabled`) are never reported.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, is_deleted timestamp NULL, email varchar(200) NOT NULL);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, deleted_at timestamp NULL, email varchar(200) NOT NULL);
```

## Fix
None to run: only a person knows what is meant, and programs use the name.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import Deviation, gathered
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, is_boolean, own_tables

_ASKS = word_set(
    "accepts allow allows are can contains did do does enable force had has have ignore include includes is keep may must "
    "needs notify receive require requires send should show supports use uses was were will wants"
)
_OTHER_KINDS = ("timestamp", "date", "time", "interval", "uuid", "json", "binary", "network", "geometry", "array")
_STATES_END = ("ed", "able", "ible", "ful", "ous", "only")
_STATES = word_set(
    "active archive alive anonymous automatic complete current default draft empty explicit external final free frozen "
    "global hidden internal listed live locked mandatory manual new obsolete online open optional paid pending permanent "
    "primary private public read ready recurring remote sent shown sold special spam sticky strict successful system "
    "temporary test unique unread urgent valid virtual visible"
)


class BooleanName(Rule):
    """Finds booleans that don't read as such, and others that do."""

    code = "N007"
    group = "names"
    severity = "note"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in own_tables(subject.catalog):
            for column in table.columns:
                kind = base_type(subject, column.type).kind
                named = words(column.name)
                if len(named) > 1 and named[0] in ("is", "has", "can") and kind in _OTHER_KINDS:
                    yield self.finding(
                        table.column_ref(column.name),
                        f"{table.ref}.{column.name} reads as yes or no, but holds a value of type {column.type.spelling}.",
                        Evidence(f"{column.name} is declared as {column.type.spelling}."),
                        help=f"Call it {_moment(named)}."
                        if kind in ("timestamp", "date")
                        else "Call it what it holds.",
                    )
        yield from self._deviating(subject)

    def _deviating(self, subject: Subject) -> Iterator[Finding]:
        flags = list(_flags(subject))
        names = {column.name for _, column in flags}
        asking = {name for name in names if words(name)[0] in _ASKS}
        tables = {table.ref for table, column in flags if column.name in asking}
        if (
            len(names) < 6
            or len(asking) < 0.7 * len(names)
            or len(tables) < min(3, len({table.ref for table, _ in flags}))
        ):
            return
        off = [
            Deviation(table, table.column_ref(column.name))
            for table, column in flags
            if column.name not in asking and not _is_state(words(column.name))
        ]
        for group in gathered(off):
            many = len({each.ref.name for each in group.deviations})
            yield self.finding(
                group.target,
                f"{listed(group.names)} {'holds' if many == 1 else 'hold'} true or false, but "
                f"{'does' if many == 1 else 'do'} not say so as the other booleans do.",
                Evidence(
                    f"{count(len(asking), 'name')} of {len(names):,} booleans begin with is, has, can or the like."
                ),
                help="Begin with is, has or can, so that a query reads as a sentence.",
                related=group.related,
            )


def _flags(subject: Subject) -> Iterator[tuple[Table, Column]]:
    for table in own_tables(subject.catalog):
        for column in table.columns:
            if is_boolean(column) and words(column.name):
                yield table, column


def _is_state(named: tuple[str, ...]) -> bool:
    """Whether the words say a state by themselves: "email_verified", "active", "opt_in"."""
    if _ASKS.intersection(named):
        return True
    return named[-1].endswith(_STATES_END) or bool(_STATES.intersection(named)) or named[-1] in ("in", "out", "on")


def _moment(named: tuple[str, ...]) -> str:
    return "_".join((*named[1:], "at"))
