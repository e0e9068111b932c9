"""A transaction is begun and never ended, begun inside of another, or ended where none is open.

## Why
A BEGIN without its COMMIT is rolled back when the connection closes, or leaves its locks with the next user of the connection. A
BEGIN inside of a transaction does nothing, and the first COMMIT then ends the outer one too: where the runner opened it,
what follows runs without, and the runner records the migration as done in one piece though it was not. MySQL and MariaDB end a
transaction at each BEGIN.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
BEGIN;
INSERT INTO orders VALUES (1);
```

## Good
```sql
BEGIN;
INSERT INTO orders VALUES (1);
COMMIT;
```

## Fix
Each BEGIN has its COMMIT in the same migration, and none where the runner opens the transaction.

## References
- PostgreSQL, [BEGIN](https://www.postgresql.org/docs/current/sql-begin.html)
- squawk, [transaction-nesting](https://squawkhq.com/docs/transaction-nesting)
- squawk, [ban-uncommitted-transaction](https://squawkhq.com/docs/ban-uncommitted-transaction)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment

_NOWHERE = Ref("catalog", ())


class TransactionNotClosedOrNested(MigrationRule):
    """Finds transactions that do not begin and end as they seem to."""

    code = "M030"
    group = "running"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        by_runner = migration.wrapped
        runner = migration.runner or "the runner"
        opened: Moment | None = None
        inside = by_runner
        for moment in migration.moments:
            for action in moment.deed.actions:
                if action.kind == "begin":
                    if inside:
                        where = f"line {opened.deed.line}" if opened else runner
                        yield self._nested(moment, where)
                        by_runner = False  # that its COMMIT ends the runner's transaction is told with it
                    else:
                        opened = moment
                    inside = True
                elif action.kind in ("commit", "rollback") and "to savepoint" not in action.words:
                    if inside and opened is None and by_runner:
                        yield self._ends_runners(moment, action.kind.upper(), runner)
                    elif not inside:
                        yield self._without(moment, action.kind.upper())
                    inside, opened = False, None
        if opened is not None and inside:
            yield self._open(opened)

    def _nested(self, moment: Moment, where: str) -> Finding:
        return self.at(
            moment,
            _NOWHERE,
            f"A transaction is begun inside of the one that {where} has begun: this BEGIN does nothing or ends the other, and the "
            "first COMMIT ends both.",
            Evidence("No COMMIT or ROLLBACK stands between the two."),
            help="Leave this BEGIN out, with its COMMIT.",
        )

    def _ends_runners(self, moment: Moment, word: str, runner: str) -> Finding:
        return self.at(
            moment,
            _NOWHERE,
            f"{word} ends the transaction that {runner} has opened: what follows runs without one, and a failure there leaves half "
            "of the migration done.",
            Evidence("No BEGIN of the migration itself stands before it."),
            help=f"Leave this {word} out, or make two migrations of it.",
        )

    def _without(self, moment: Moment, word: str) -> Finding:
        return self.at(
            moment,
            _NOWHERE,
            f"{word} stands where no transaction is open: it does nothing.",
            Evidence("No BEGIN stands before it."),
            help="Leave it out, or put the BEGIN before that it belongs to.",
            severity="note",
        )

    def _open(self, moment: Moment) -> Finding:
        return self.at(
            moment,
            _NOWHERE,
            "The transaction that begins here is never ended: it is rolled back when the connection closes, or its locks stay.",
            Evidence("No COMMIT or ROLLBACK follows."),
            help="End the migration with COMMIT.",
            fix=Fix("Commit at the end", "display", sql=("COMMIT",)),
            severity="error",
        )
