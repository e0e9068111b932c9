"""A table that nothing connects with any other.

## Why
In a schema where tables refer to each other, one that neither has a foreign key nor is pointed at by one is either
left over, or its relationships were never declared. A person who reads the diagram can't tell which.

Only said where at least five tables exist and half of them are connected. Tables that seem to have an undeclared
reference are the matter of the rule missing-foreign-key; logs, settings, calendars and tables of fixed codes stand
alone for good reason. All such tables are one finding.

## Bad
```sql
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer, FOREIGN KEY (a_id) REFERENCES a (id));
CREATE TABLE c (id integer PRIMARY KEY, b_id integer, FOREIGN KEY (b_id) REFERENCES b (id));
CREATE TABLE d (id integer PRIMARY KEY, c_id integer, FOREIGN KEY (c_id) REFERENCES c (id));
CREATE TABLE parcels (id integer PRIMARY KEY, weight integer, height integer, width integer);
```

## Good
```sql
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer, FOREIGN KEY (a_id) REFERENCES a (id));
CREATE TABLE c (id integer PRIMARY KEY, b_id integer, FOREIGN KEY (b_id) REFERENCES b (id));
CREATE TABLE d (id integer PRIMARY KEY, c_id integer, FOREIGN KEY (c_id) REFERENCES c (id));
CREATE TABLE parcels (id integer PRIMARY KEY, weight integer, height integer, d_id integer, FOREIGN KEY (d_id) REFERENCES d (id));
```

## Fix
None to run: only a person knows what the table belongs to.
"""

from collections.abc import Iterable

from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import DATABASE
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._references import implied_references
from dbwright.rules.design._tables import keeps_records, own_tables

_ALONE = word_set(
    "calendar cache config configuration constant counter country currency date dimension feature flag holiday i18n job key language "
    "locale lock lookup meta metadata migration newsletter option outbox parameter preference property rate region sequence session "
    "setting state statistic status subscriber template timezone token translation type unit variable version word"
)
_LEAST_TABLES = 5
_LEAST_COLUMNS = 4


class IsolatedTable(Rule):
    """Finds tables without any relationship."""

    code = "D011"
    group = "design"
    severity = "note"
    harm = "clarity"
    bundle = "strict"

    def check(self, subject: Subject) -> Iterable[Finding]:
        tables = list(own_tables(subject.catalog))
        connected = {table.ref for table in tables if table.foreign_keys or subject.lookup.referencing(table)}
        if len(tables) < _LEAST_TABLES or 2 * len(connected) < len(tables):
            return
        alone = [table for table in tables if table.ref not in connected and not _stands_alone(table)]
        if alone:
            related = {ref for each in implied_references(subject) for ref in (each.table.ref, each.parent.ref)}
            related |= {column.table for join in subject.facts.joins for column in (join.left, join.right)}
            alone = [table for table in alone if table.ref not in related]
        if not alone:
            return
        one = len(alone) == 1
        yield self.finding(
            alone[0].ref if one else DATABASE,
            f"{alone[0].ref if one else count(len(alone), 'table')} {'has' if one else 'have'} no relationship with any other table"
            f"{'' if one else ': ' + listed([table.name for table in alone])}.",
            Evidence(
                f"{len(tables) - len(alone):,} of {len(tables):,} tables are connected, stand alone by nature, or are logs."
            ),
            help="Declare what it belongs to, or drop it if nothing uses it.",
            related=() if one else [table.ref for table in alone],
        )


def _stands_alone(table: Table) -> bool:
    """Whether a table needs no other: by its name, because it logs, inherits, or is only a short list."""
    if keeps_records(table) or table.inherits or len(table.columns) < _LEAST_COLUMNS:
        return True
    return bool(_ALONE.intersection(stem(table.name)))
