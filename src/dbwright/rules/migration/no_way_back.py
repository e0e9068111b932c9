"""A migration has no way back, or one that does not lead back.

## Why
When a release fails, the way back is needed at once, and it has to be right at the first try. A migration without one
leaves only a restored backup. One that does not lead back to the schema before leaves something that no version of
the application was written for, and the next way forward fails on it.

## Bad
A migration that has only an up side:

```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```

## Good
```sql
ALTER TABLE orders ADD COLUMN total integer;
```

## Fix
Write the down side; where values would be lost, say so there. `dbwright migrate generate` writes both, and `dbwright
migrate verify` runs them.

## References
- Martin Fowler, [Evolutionary database design](https://martinfowler.com/articles/evodb.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule
from dbwright.rules.migration._text import listed


class NoWayBack(MigrationRule):
    """Finds migrations that can't be undone."""

    code = "M078"
    group = "running"
    severity = "warning"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if not migration.moments or migration.direction == "down":
            return
        first = migration.moments[0]
        target = next((each.target for each in first.deed.actions if each.target), Ref("catalog", ()))
        if migration.has_down is False:
            yield self.at(
                first,
                target,
                "This migration has no way back: if the release fails, only a restored backup leads to the schema "
                "before.",
                Evidence("It has an up side only."),
                help="Write the down side; `dbwright migrate generate` writes both.",
            )
        elif migration.left_by_down:
            yield self.at(
                first,
                target,
                f"The way back does not lead back: after up and down, {listed(migration.left_by_down)}.",
                Evidence(
                    "Up and down were run on a scratch database, and the schema after them was compared with the one "
                    "before."
                ),
                help="Complete the down side.",
                severity="error",
            )
