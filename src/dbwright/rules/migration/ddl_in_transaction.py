"""A change of the schema stands inside a MySQL transaction, which it ends.

## Why
MySQL and MariaDB commit before and after each change of the schema, whatever was begun. What stands before it in the
transaction is committed, and a ROLLBACK that follows takes nothing back. Whoever wrote the transaction believes that
it is all or nothing; after a failure in the middle, half of it is there.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql
START TRANSACTION;
UPDATE orders SET total = 1 WHERE id = 1;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN note text;
START TRANSACTION;
UPDATE orders SET total = 1 WHERE id = 1;
COMMIT;
```

## Fix
One change of the schema in each migration, outside of transactions, and rows in migrations of their own. dbwright
records each statement, so that a run that stopped goes on where it was.

## References
- MySQL, [Statements that cause an implicit commit](https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment

_NO_COMMIT = frozenset(
    (
        "insert",
        "update",
        "delete",
        "select",
        "copy",
        "begin",
        "commit",
        "rollback",
        "savepoint",
        "set",
        "reset",
        "call",
        "do",
        "other",
    )
)


class DdlInTransaction(MigrationRule):
    """Finds transactions that MySQL ends by itself."""

    code = "M086"
    group = "running"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        is_open = False
        written = 0
        for moment in migration.moments:
            kinds = [action.kind for action in moment.deed.actions]
            if "begin" in kinds:
                is_open, written = True, 0
            elif {"commit", "rollback"} & {*kinds}:
                is_open = "savepoint" in kinds and is_open
            elif is_open and kinds and any(kind not in _NO_COMMIT for kind in kinds) and not _is_temporary(moment):
                yield self._found(moment, written)
                is_open = False
            elif is_open:
                written += bool({"insert", "update", "delete"} & {*kinds})

    def _found(self, moment: Moment, written: int) -> Finding:
        target = next((action.table or action.target for action in moment.deed.actions if action.target), None)
        rows = " the rows that were changed before it are committed, and" if written else ""
        return self.at(
            moment,
            target or Ref("catalog", ()),
            f"MySQL ends the transaction here:{rows} a ROLLBACK after this statement takes nothing back, so a failure "
            "leaves half of the migration done.",
            Evidence("Every change of the schema commits before and after itself."),
            help="Put changes of the schema and of rows into migrations of their own.",
        )


def _is_temporary(moment: Moment) -> bool:
    return any("temporary" in action.words for action in moment.deed.actions)
