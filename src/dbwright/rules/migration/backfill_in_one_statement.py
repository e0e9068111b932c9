"""Many rows of a table in use are changed by one statement.

## Why
An UPDATE or DELETE of a whole table locks every row that it touches until its transaction ends: all who want to write one of
them wait. The dead rows cannot be cleaned meanwhile, replicas fall behind, and a failure at the end undoes all of it. In the
same transaction as a change of the schema it holds that one's table lock too.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, state varchar(20));
```
```sql
UPDATE orders SET state = 'new' WHERE state IS NULL;
```

## Good
```sql postgres
UPDATE orders SET state = 'new' WHERE id IN (SELECT id FROM orders WHERE state IS NULL LIMIT 10000);
```
```sql mysql
UPDATE orders SET state = 'new' WHERE state IS NULL LIMIT 10000;
```

## Fix
Changes so many rows a time, each time in a transaction of its own, until none is left. dbwright's data migrations do that by
themselves, with progress, and go on after an interruption.

## Options
- `few-rows` (default 10000): in tables known to hold no more rows, one statement is fine.

## References
- strong_migrations, [Backfilling data](https://github.com/ankane/strong_migrations#backfilling-data)
- eugene, [E4: running more statements after taking an AccessExclusiveLock](https://kaveland.no/eugene/hints/E4/)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._batches import batched_delete, batched_update
from dbwright.rules.migration._locks import FEW_ROWS, duration, in_use, locked
from dbwright.rules.migration._objects import rows_seen
from dbwright.rules.migration._text import bare, listed
from dbwright.rules.migration._transactions import together

_PLAIN_UPDATE = re.compile(
    r"\AUPDATE\s+(?:ONLY\s+)?\S+\s+SET\s+(?P<set>.+?)(?:\s+WHERE\s+(?P<where>.+))?\Z", re.IGNORECASE | re.DOTALL
)
_PLAIN_DELETE = re.compile(
    r"\ADELETE\s+FROM\s+(?:ONLY\s+)?\S+(?:\s+WHERE\s+(?P<where>.+))?\Z", re.IGNORECASE | re.DOTALL
)
_MORE = re.compile(r"\b(?:FROM|JOIN|RETURNING|USING|WITH|ORDER\s+BY)\b", re.IGNORECASE)


class BackfillInOneStatement(MigrationRule):
    """Finds updates and deletes of many rows at once."""

    code = "M031"
    group = "locks"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        few = int(migration.option("few-rows", FEW_ROWS))
        held = _locked_before(migration)
        for moment, action, table in in_use(migration, "update", "delete"):
            rows = migration.rows(table)
            if "batch" in action.words or (rows is not None and rows <= few) or _names_rows(migration, moment, table):
                continue
            yield self._finding(migration, moment, action, table, held.get(id(moment), ""))

    def _finding(self, migration: Migration, moment: Moment, action: Action, table: Ref, held: str) -> Finding:
        does = "updates" if action.kind == "update" else "deletes"
        which = "the rows that its condition finds" if "where" in action.words else "every row"
        seconds = moment.deed.effect.seconds
        expected = f" It is expected to take about {duration(seconds)}." if seconds is not None and seconds >= 1 else ""
        also = f" Meanwhile the transaction keeps {held} locked." if held else ""
        text = _batched(migration, moment, action, table)
        return self.at(
            moment,
            table,
            f"One statement {does} {which} of {table}{migration.size(table)}: all who write one of them wait until it is through."
            f"{expected}{also}",
            rows_seen(migration, table),
            help="Change some thousand rows a time, each time in a transaction of its own, until none is left.",
            fix=Fix("Change them in batches", "display", sql=(text,)) if text else None,
        )


def _locked_before(migration: Migration) -> dict[int, str]:
    """For each statement in a transaction, by its identity, the tables that those before it have locked against reads or writes."""
    found: dict[int, str] = {}
    for moments in together(migration):
        tables: dict[str, None] = {}
        shown = ""
        for moment in moments:
            found[id(moment)] = shown
            new = [str(lock.relation) for lock in locked(migration, moment, "reads", "writes")]
            if not tables.keys() >= set(new):
                tables.update(dict.fromkeys(new))
                shown = listed(list(tables))
    return found


def _names_rows(migration: Migration, moment: Moment, table: Ref) -> bool:
    """Whether the statement names its rows by key: WHERE id = 7, WHERE id IN (1, 2)."""
    held = moment.lookup.table(table.path)
    text = bare(moment.deed.text, migration.engine)
    where = re.search(r"\bWHERE\b(?P<condition>.*)\Z", text, re.IGNORECASE)
    if held is None or where is None or re.search(r"\b(?:SELECT|OR)\b", where["condition"], re.IGNORECASE):
        return False
    return any(key and all(_is_given(where["condition"], column) for column in key) for key in held.keys)


def _is_given(condition: str, column: str) -> bool:
    name = re.escape(column)
    return bool(re.search(rf'(?<!\w)["`]?{name}["`]?\s*(?:=|IN\s*\(|BETWEEN\b)', condition, re.IGNORECASE))


def _batched(migration: Migration, moment: Moment, action: Action, table: Ref) -> str | None:
    """The statement for some rows; None where it is not plain enough to be sure."""
    text = moment.deed.text.strip().rstrip(";").strip()
    found = (_PLAIN_UPDATE if action.kind == "update" else _PLAIN_DELETE).match(text)
    if found is None or _MORE.search(bare(text, migration.engine)[len("DELETE FROM ") :]):
        return None
    condition = " ".join((found["where"] or "").split())
    if action.kind == "delete":
        return batched_delete(migration, moment, table, condition)
    if not condition:
        return None  # without a condition nothing tells the rows that are done
    return batched_update(migration, moment, table, " ".join(found["set"].split()), condition)
