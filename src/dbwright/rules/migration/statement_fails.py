"""A statement of the migration fails.

## Why
The migration was run on a scratch database that holds the schema before it, and the engine refused a statement. It
will refuse it on the live database too, and where statements commit by themselves, the ones before it stay done.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders DROP COLUMN total;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN total integer;
```

## Fix
Read the engine's message. Where the live schema differs from the one that the migration was checked against,
`dbwright drift` shows how.

## References
- Atlas, [Verifying migrations](https://atlasgo.io/versioned/lint)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import after


class StatementFails(MigrationRule):
    """Finds statements that the engine refused."""

    code = "M079"
    group = "running"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment in migration.moments:
            if moment.deed.failed is None:
                continue
            target = next((each.target for each in moment.deed.actions if each.target), Ref("catalog", ()))
            why = moment.deed.failed.strip().rstrip(".")
            left = _left_undone(migration, moment)
            yield self.at(
                moment,
                target,
                f"The statement fails: {why}.{left}",
                Evidence(f"Seen on a scratch database that holds the schema before it: {why}."),
                help="Mend the statement. If the live schema is another one, see how with: dbwright drift",
            )


def _left_undone(migration: Migration, moment: Moment) -> str:
    """What a failure here leaves, in a sentence."""
    later = sum(1 for _ in after(migration, moment))
    follow = (
        f" The {later} statement{'s' if later != 1 else ''} after it {'were' if later != 1 else 'was'} not run."
        if later
        else ""
    )
    own = [each for each in migration.moments if each.deed.transaction is None and each is not moment]
    first = migration.moments[0]
    if first is not moment and (migration.engine == "mysql" or own):
        return f" What stands before it stays done.{follow}"
    return follow
