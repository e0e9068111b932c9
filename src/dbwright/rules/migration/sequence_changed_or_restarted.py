"""A sequence is dropped, restarted, or set to another number while keys are taken from it.

## Why
A sequence that starts again gives numbers that rows have already: every INSERT fails on the primary key until it has
passed the largest one; or worse, where nothing is unique, two rows share a number. Numbers that others keep, such as
invoice numbers and links, come to mean something else. A smaller maximum, or CYCLE, does it later. A change of the
increment breaks applications that take numbers in blocks.

## Bad
```sql before postgres
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
```
```sql before mysql
CREATE TABLE orders (id bigint AUTO_INCREMENT PRIMARY KEY);
```
```sql before sqlite
CREATE TABLE orders (id integer PRIMARY KEY AUTOINCREMENT);
```
```sql postgres
ALTER TABLE orders ALTER COLUMN id RESTART WITH 1;
```
```sql mysql
ALTER TABLE orders AUTO_INCREMENT = 1;
```
```sql sqlite
UPDATE sqlite_sequence SET seq = 0 WHERE name = 'orders';
```

## Good
```sql postgres
SELECT setval(pg_get_serial_sequence('orders', 'id'), coalesce(max(id), 1)) FROM orders;
```
```sql mysql
ALTER TABLE orders ADD COLUMN note varchar(40);
```
```sql sqlite
ALTER TABLE orders ADD COLUMN note text;
```

## Fix
Set it from the rows, in one statement: `SELECT setval('…', (SELECT max(id) FROM …))`. MySQL never goes below the
largest value that is there; it only gives numbers of deleted rows again.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Severity
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back, was_there
from dbwright.rules.migration._text import bare

_SETVAL = re.compile(r"\bsetval\s*\(", re.IGNORECASE)
_RESTART = re.compile(r"\bRESTART\b", re.IGNORECASE)
_LIMITS = re.compile(r"\b(?:MAXVALUE|INCREMENT|CYCLE)\b", re.IGNORECASE)
_IN_SQLITE = re.compile(r"\A(?:UPDATE|DELETE FROM|INSERT INTO|REPLACE INTO)\s+[\"`\[]?sqlite_sequence\b", re.IGNORECASE)
_AGAIN = "it gives numbers that rows have already, and each INSERT of the running application that gets one fails or repeats it"


class SequenceChangedOrRestarted(MigrationRule):
    """Finds sequences that stop giving new numbers."""

    code = "M098"
    group = "data"
    severity = "warning"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            for ref, message, evidence, severity in _told(migration, moment):
                yield self.at(
                    moment,
                    ref,
                    message,
                    Evidence(evidence),
                    help="Let the columns that take numbers from it take them elsewhere first."
                    if severity == "error"
                    else "Set it from the largest number that the rows have, in the same statement.",
                    severity=severity,
                )


def _told(migration: Migration, moment: Moment) -> Iterator[tuple[Ref, str, str, Severity | None]]:
    text = bare(moment.deed.text, migration.engine)
    if migration.engine == "sqlite":
        if _IN_SQLITE.match(text):
            yield (
                Ref("table", ("", "sqlite_sequence")),
                f"AUTOINCREMENT is set by hand: {_AGAIN}.",
                "sqlite_sequence is written.",
                None,
            )
        return
    for action in moment.deed.actions:
        yield from _by_action(migration, moment, action, text)
    if migration.engine == "postgres" and _SETVAL.search(text) and "max(" not in text.lower().replace("max (", "max("):
        yield (
            Ref("catalog", ()),
            f"A sequence is set to a fixed number: where the live database is further, {_AGAIN}.",
            "setval gets no number from the rows.",
            None,
        )


def _by_action(
    migration: Migration, moment: Moment, action: Action, text: str
) -> Iterator[tuple[Ref, str, str, Severity | None]]:
    ref = action.target
    if ref is None:
        return
    match action.kind:
        case "drop sequence" if not _is_new(migration, ref):
            yield (
                ref,
                (
                    f"The sequence {ref} is dropped: every INSERT of the running application that takes a number from "
                    "it fails."
                ),
                "It gives no number any more.",
                "error",
            )
        case "alter sequence" if not _is_new(migration, ref):
            if _RESTART.search(text):
                yield ref, f"The sequence {ref} is restarted: {_AGAIN}.", _state(migration, ref), None
            elif _LIMITS.search(text):
                yield (
                    ref,
                    (
                        f"The sequence {ref} gets another increment or limit: an application that takes numbers in "
                        "blocks gives the same number twice, or finds the end."
                    ),
                    _state(migration, ref),
                    "note",
                )
        case "alter identity" if was_there(migration, moment, ref) and _RESTART.search(text):
            column = Ref("column", (*ref.path[:2], action.name or ""))
            yield (
                column,
                f"The numbers of {column}{migration.size(ref)} are restarted: {_AGAIN}.",
                _state(migration, column),
                None,
            )
        case "truncate" if "restart identity" in text.lower() and was_there(migration, moment, ref):
            yield (
                ref.table,
                f"The numbers of {ref.table} are restarted: keys that others have kept come to mean other rows.",
                "TRUNCATE … RESTART IDENTITY.",
                None,
            )
        case "alter table" if (action.name or "").upper() == "AUTO_INCREMENT" and was_there(migration, moment, ref):
            yield (
                ref.table,
                (
                    f"AUTO_INCREMENT of {ref.table}{migration.size(ref)} is set by hand: numbers of rows that were "
                    "deleted may be given again, and links to those come to mean other rows."
                ),
                f"It is set to {action.to}.",
                "note",
            )


def _is_new(migration: Migration, ref: Ref) -> bool:
    return Ref("sequence", ref.path[:2]) in migration.created


def _state(migration: Migration, ref: Ref) -> str:
    state = migration.facts.sequences.get(ref)
    return f"The last number given is {state.last:,}." if state else "How far it has come is not known."
