"""One statement validates several constraints, and holds its locks for the sum of them.

## Why
Each constraint that is validated reads the whole table. One statement that does it for several keeps its locks, and keeps
vacuum and other changes of the schema waiting, for as long as all take together; and if the last one fails, all was for
nothing.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer, weight integer);
ALTER TABLE orders ADD CONSTRAINT total_is_positive CHECK (total >= 0) NOT VALID;
ALTER TABLE orders ADD CONSTRAINT weight_is_positive CHECK (weight >= 0) NOT VALID;
```
```sql
ALTER TABLE orders VALIDATE CONSTRAINT total_is_positive, VALIDATE CONSTRAINT weight_is_positive;
```

## Good
```sql
ALTER TABLE orders VALIDATE CONSTRAINT total_is_positive;
ALTER TABLE orders VALIDATE CONSTRAINT weight_is_positive;
```

## Fix
Validates each by a statement of its own, each in its own transaction.

## References
- eugene, [E1: validating table with a new constraint](https://kaveland.no/eugene/hints/E1/)
- PostgreSQL, [ALTER TABLE: VALIDATE CONSTRAINT](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Check, ForeignKey
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import alter, clause, constraint_name, rest
from dbwright.rules.migration._locks import gravity, in_use, locks_it, seen
from dbwright.rules.migration._text import listed


class ManyConstraintsValidatedAtOnce(MigrationRule):
    """Finds statements that read a table once for each of several constraints."""

    code = "M010"
    group = "locks"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        found: dict[int, tuple[Moment, Ref, list[Action]]] = {}
        for moment, action, table in in_use(migration, "validate constraint", "add constraint"):
            if _reads_rows(action):
                found.setdefault(id(moment), (moment, table, []))[2].append(action)
        for moment, table, actions in found.values():
            if len(actions) > 1:
                yield self._finding(migration, moment, table, actions)

    def _finding(self, migration: Migration, moment: Moment, table: Ref, actions: list[Action]) -> Finding:
        names = [action.name or constraint_name(moment, table, action.constraint) for action in actions]
        only = all(action.kind == "validate constraint" for action in actions)
        start = alter(migration, table)
        return self.at(
            moment,
            table,
            f"One statement reads the rows for {listed(names)}: for as long as all take, it "
            f"{locks_it(migration, moment, table, 'SHARE UPDATE EXCLUSIVE')}.",
            *seen(migration, moment, table),
            help="Add them as NOT VALID, and validate each by a statement of its own.",
            fix=Fix(
                "Validate each by a statement of its own",
                "safe",
                sql=(*rest(moment, *actions), *(f"{start} {clause(moment, action)}" for action in actions)),
            )
            if only
            else None,
            severity=gravity(migration, moment, table, "note" if only else "warning"),
        )


def _reads_rows(action: Action) -> bool:
    if action.kind == "validate constraint":
        return True
    constraint = action.constraint
    return (
        isinstance(constraint, Check | ForeignKey) and "not valid" not in action.words and "inline" not in action.words
    )
