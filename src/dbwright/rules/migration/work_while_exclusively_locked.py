"""More statements run while a table is locked against reads and writes.

## Why
A lock is held until its transaction ends. After an ALTER that takes a moment, everything else in the same transaction, however
harmless, prolongs that moment for all who wait for the table: a backfill turns it into minutes.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE TABLE customers (id integer PRIMARY KEY, orders integer);
```
```sql
BEGIN;
ALTER TABLE orders ADD COLUMN note text;
UPDATE customers SET orders = 0 WHERE orders IS NULL;
COMMIT;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN note text;
UPDATE customers SET orders = 0 WHERE orders IS NULL;
```

## Fix
Commit right after the statement that locks; do the other work in transactions of its own, before or after.

## References
- eugene, [E4: running more statements after taking an AccessExclusiveLock](https://kaveland.no/eugene/hints/E4/)
- strong_migrations, [Backfilling data](https://github.com/ankane/strong_migrations#backfilling-data)
"""

from collections.abc import Iterable, Sequence

from dbwright.change.effects import Lock
from dbwright.finding import Finding, Severity
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._locks import duration, is_exclusive, locked, other_work, seen
from dbwright.rules.migration._text import listed
from dbwright.rules.migration._transactions import is_opened_by_runner, together

_ON_ROWS = frozenset(("insert", "update", "delete", "select", "copy", "call", "do", "refresh materialized view"))


class WorkWhileExclusivelyLocked(MigrationRule):
    """Finds work that prolongs the strongest lock there is."""

    code = "M023"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moments in together(migration):
            for number, moment in enumerate(moments):
                lock = next((each for each in locked(migration, moment, "reads") if is_exclusive(each)), None)
                if lock is None:
                    continue
                later = [each for each in moments[number + 1 :] if _prolongs(migration, each, lock)]
                if later:
                    yield self._finding(migration, moment, lock, later)
                    break  # the first lock tells it all

    def _finding(self, migration: Migration, moment: Moment, lock: Lock, later: Sequence[Moment]) -> Finding:
        table = lock.relation
        long = [each for each in later if _is_long(each)]
        known = [each.deed.effect.seconds for each in later if each.deed.effect.seconds is not None]
        total = sum(known)
        expected = f", ≈ {duration(total)} more" if total >= 1 else ""
        lines = listed([f"line {each.deed.line}" for each in later], 4)
        severity: Severity = "warning" if long else "note"
        by_runner = is_opened_by_runner(migration, moment)
        return self.at(
            moment,
            table,
            f"{table}{migration.size(table)} stays locked against reads and writes ({lock.mode}) while "
            f"{len(later)} more statement{'s' if len(later) > 1 else ''} of the transaction run{'' if len(later) > 1 else 's'}"
            f" ({lines}{expected}).",
            *seen(migration, moment),
            help="Put what comes after into a migration of its own."
            if by_runner
            else "Commit right after this statement, and do the rest in transactions of its own.",
            severity=severity,
        )


def _prolongs(migration: Migration, moment: Moment, lock: Lock) -> bool:
    """Whether a statement takes time of its own: a change of the same table in a moment does not."""
    if not other_work(moment):
        return False
    if _is_long(moment):
        return True
    tables = {ref.path[:2] for action in moment.deed.actions if (ref := action.table or action.target) is not None}
    return not tables <= {lock.relation.path[:2]}


def _is_long(moment: Moment) -> bool:
    kinds = {action.kind for action in moment.deed.actions}
    return moment.deed.effect.held_for == "rows" or bool(kinds & _ON_ROWS) or not kinds
