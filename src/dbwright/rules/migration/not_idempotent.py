"""A statement can't be run again after a failure, in a migration that isn't rolled back as a whole.

## Why
Where statements commit by themselves (all changes of the schema in MySQL; CREATE INDEX CONCURRENTLY and the like in
PostgreSQL), a failure in the middle leaves the first ones done. Run again, the migration fails at its first
statement, because what it makes is there already, and somebody has to repair it by hand. In PostgreSQL, `CREATE INDEX
CONCURRENTLY` that fails leaves an invalid index under the name.

Reported only for migrations of several statements that don't run in one transaction, and not where dbwright runs
them: it keeps a record of each statement.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer, state integer);
```
```sql
CREATE TABLE parcels (id integer PRIMARY KEY);
CREATE TABLE items (id integer PRIMARY KEY);
```

## Good
```sql postgres
CREATE INDEX IF NOT EXISTS orders_total ON orders (total);
CREATE INDEX IF NOT EXISTS orders_state ON orders (state);
```
```sql mysql
CREATE INDEX orders_total ON orders (total);
```
```sql sqlite
CREATE INDEX IF NOT EXISTS orders_total ON orders (total);
CREATE INDEX IF NOT EXISTS orders_state ON orders (state);
```

## Fix
Say IF NOT EXISTS or IF EXISTS. Before CREATE INDEX CONCURRENTLY, `DROP INDEX CONCURRENTLY IF EXISTS`. MySQL knows it
for tables and views only (MariaDB for almost all): put one statement into each migration there.

## References
- squawk, [prefer-robust-stmts](https://squawkhq.com/docs/prefer-robust-stmts)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._text import bare, qualified

_SPEAKS_OF = ("create table", "drop table", "create index", "drop index", "create view", "drop view", "add column", "drop column",
              "create schema", "create sequence", "drop sequence", "create extension", "add enum value", "drop constraint")  # fmt: skip
_NOTHING = frozenset(("begin", "commit", "rollback", "savepoint", "set", "reset", "select", "analyze", "comment"))
_AFTER = {
    "create": re.compile(
        r"\A(\s*CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX(?:\s+CONCURRENTLY)?|SCHEMA|SEQUENCE|EXTENSION)\s+)", re.IGNORECASE
    ),
    "drop": re.compile(r"\A(\s*DROP\s+(?:TABLE|INDEX(?:\s+CONCURRENTLY)?|VIEW|SEQUENCE)\s+)", re.IGNORECASE),
}


class NotIdempotent(MigrationRule):
    """Finds statements that stop a second run."""

    code = "M075"
    group = "habits"
    severity = "note"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        acting = [each for each in migration.moments if not _does_nothing(each)]
        if migration.runner == "dbwright" or len(acting) < 2 or _is_one_transaction(acting):
            return
        found = [pair for moment in acting for pair in _once_only(migration, moment)]
        if found:
            yield self._found(migration, found)

    def _found(self, migration: Migration, found: list[tuple[Moment, Action]]) -> Finding:
        moment, action = found[0]
        makes = not action.kind.startswith("drop")
        outcome = f"what this one {'makes is there' if makes else 'drops is gone'} already"
        more = len(found) - 1
        also = f", and so for {more} more statement{'s' if more > 1 else ''}" if more else ""
        fixes = [fix for each in found if (fix := _robust(migration, *each))]
        fix = None
        if len(found) == 1:
            fix = fixes[0] if fixes else None
        elif len(fixes) == len(found):
            fix = Fix(
                "Make each statement fit for a second run",
                "display",
                sql=tuple(sql for each in fixes for sql in each.sql),
            )
        return self.at(
            moment,
            action.target or Ref("catalog", ()),
            "Each statement of this migration commits by itself: after a failure further down it can't be run again, "
            f"because {outcome}{also}.",
            Evidence("The statement has no " + ("IF NOT EXISTS." if makes else "IF EXISTS.")),
            help="Say IF NOT EXISTS or IF EXISTS, or make the migration one transaction.",
            fix=fix,
            related=[each.target for _, each in found[1:] if each.target],
        )


def _once_only(migration: Migration, moment: Moment) -> Iterator[tuple[Moment, Action]]:
    """The action of a statement that would stop a second run."""
    action = next((each for each in moment.deed.actions if each.kind in _SPEAKS_OF), None)
    if action is None or (moment.deed.transaction is not None and migration.engine != "mysql"):
        return
    if {"if exists", "if not exists", "or replace", "temporary"} & {*action.words}:
        return
    if _knows_it(migration, action) and not _was_cleared(migration, moment, action):
        yield moment, action


def _was_cleared(migration: Migration, moment: Moment, action: Action) -> bool:
    """Whether an earlier statement drops what this one makes, if it is there."""
    kind = action.kind.replace("create", "drop")
    for earlier in migration.moments:
        if earlier is moment:
            return False
        for each in earlier.deed.actions:
            is_same = each.target and action.target and each.target.name == action.target.name
            if each.kind == kind and is_same and "if exists" in each.words:
                return True
    return False


def _does_nothing(moment: Moment) -> bool:
    return {action.kind for action in moment.deed.actions} <= _NOTHING


def _is_one_transaction(moments: list[Moment]) -> bool:
    numbers = {moment.deed.transaction for moment in moments}
    return len(numbers) == 1 and None not in numbers


def _knows_it(migration: Migration, action: Action) -> bool:
    """Whether the engine has IF [NOT] EXISTS for the statement."""
    if migration.engine == "sqlite":
        return action.kind not in ("add column", "drop column")
    if migration.engine == "mysql" and migration.flavour != "mariadb":
        return action.kind in ("create table", "drop table", "drop view", "create schema")
    return migration.engine == "postgres" or action.kind not in ("create view",)


def _robust(migration: Migration, moment: Moment, action: Action) -> Fix | None:
    """The statement with IF [NOT] EXISTS; an index built CONCURRENTLY needs its invalid leftover dropped instead."""
    text = moment.deed.text
    if action.kind == "create index" and "concurrently" in action.words and migration.engine == "postgres":
        if action.target is None or not action.target.name:
            return None
        name = qualified(migration, action.target.namespace, action.target.name)
        return Fix(
            "Drop the leftover of a failed run first", "safe", sql=(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", text)
        )
    for word, condition in (("create", "IF NOT EXISTS "), ("drop", "IF EXISTS ")):
        found = _AFTER[word].match(text)
        if found and not bare(text, migration.engine).upper().startswith("CREATE INDEX ON"):
            return Fix(f"Say {condition.strip()}", "safe", sql=(text[: found.end()] + condition + text[found.end() :],))
    return None
