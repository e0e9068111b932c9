"""One statement gives the same column two values.

## Why
PostgreSQL refuses `UPDATE t SET a = 1, a = 2`. MySQL carries out the assignments from left to right and keeps the
last one; SQLite keeps the last one too; neither says a word. So the same migration means different things, and one of
the values is a mistake. A column that is listed twice in an `INSERT` is refused, or one of its values is thrown away.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, state integer);
```
```sql
UPDATE orders SET state = 1, state = 2 WHERE id = 1;
```

## Good
```sql
UPDATE orders SET state = 2 WHERE id = 1;
```

## Fix
None to run: only you know which value is meant. Delete the other.

## References
- squawk, [all rules](https://squawkhq.com/docs/rules)
"""

from collections import Counter
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._assignments import assigned, inserted
from dbwright.rules.migration._text import listed

_OUTCOME = {
    "postgres": "PostgreSQL refuses the statement",
    "mysql": "only the last value stays, without a word",
    "sqlite": "only one value stays, without a word",
}


class DuplicateAssignment(MigrationRule):
    """Finds columns that get two values."""

    code = "M068"
    group = "data"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("update", "insert"):
            text = moment.deed.text
            twice = _repeated(assigned(text, migration.engine)) or _repeated(inserted(text, migration.engine))
            if not twice:
                continue
            target = action.target.table if action.target and len(action.target.path) > 1 else Ref("catalog", ())
            yield self.at(
                moment,
                target,
                f"The statement gives {listed(twice)} two values: {_OUTCOME.get(migration.engine, 'one is lost')}.",
                Evidence(
                    f"{listed(twice)} {'stands' if len(twice) == 1 else 'stand'} on the left side more than once."
                ),
                help="Keep the value that is meant.",
            )


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
