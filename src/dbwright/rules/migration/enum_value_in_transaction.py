"""A value is added to an enum in a transaction that then uses it, or that the server does not allow at all.

## Why
Before version 12, `ALTER TYPE … ADD VALUE` could not run in a transaction. Since then it can, but the new value cannot be used
until the transaction has committed: an INSERT, UPDATE or DEFAULT with it fails, and with it the migration.

## Bad
```sql before
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE orders (id integer PRIMARY KEY, state state);
```
```sql
BEGIN;
ALTER TYPE state ADD VALUE 'sent';
UPDATE orders SET state = 'sent' WHERE state = 'paid';
COMMIT;
```

## Good
```sql
ALTER TYPE state ADD VALUE 'sent';
UPDATE orders SET state = 'sent' WHERE state = 'paid';
```

## Fix
Add the value in a migration of its own, and use it in the next one.

## References
- PostgreSQL, [ALTER TYPE: notes](https://www.postgresql.org/docs/current/sql-altertype.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import outside
from dbwright.rules.migration._locks import version_at_least
from dbwright.rules.migration._text import literal
from dbwright.rules.migration._transactions import is_opened_by_runner, together


class EnumValueInTransaction(MigrationRule):
    """Finds new values of an enum that a transaction cannot use."""

    code = "M029"
    group = "running"
    severity = "error"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        allowed = version_at_least(migration, 12)
        for moments in together(migration):
            for number, moment in enumerate(moments):
                for action in moment.deed.actions:
                    if action.kind != "add enum value" or action.target is None or migration.direction == "down":
                        continue
                    if _is_made_here(moments[:number], action.target):
                        continue
                    use = next((each for each in moments[number + 1 :] if _uses(each, action.name or "")), None)
                    if not allowed or use is not None:
                        yield self._finding(migration, moment, action, use)

    def _finding(self, migration: Migration, moment: Moment, action: Action, use: Moment | None) -> Finding:
        ref = action.target or Ref("enum", ("", ""))
        if use is None:
            message = f"A value is added to {ref} in a transaction, which this version of the server refuses."
            seen = Evidence(
                "Before version 12 the server refuses ALTER TYPE … ADD VALUE inside of a transaction block."
            )
        else:
            message = (
                f"The value {action.name!r} is added to {ref} and used in line {use.deed.line} of the same transaction: the server "
                "does not allow that before the commit, and the migration fails."
            )
            seen = Evidence(f"Line {use.deed.line} names {literal(action.name or '')}.")
        by_runner = is_opened_by_runner(migration, moment)
        return self.at(
            moment,
            ref,
            message,
            seen,
            help=f"Add the value in {outside(migration)}.",
            fix=None if by_runner else Fix("Commit after the value is added", "unsafe", sql=_committed(moment)),
        )


def _committed(moment: Moment) -> tuple[str, ...]:
    return ("COMMIT", moment.deed.text, "BEGIN")


def _uses(moment: Moment, value: str) -> bool:
    return literal(value) in moment.deed.text and all(each.kind != "add enum value" for each in moment.deed.actions)


def _is_made_here(moments: Iterable[Moment], ref: Ref) -> bool:
    """Whether the type itself was made in the transaction: then its new values may be used."""
    return any(
        action.kind == "create type" and action.target == ref for each in moments for action in each.deed.actions
    )
