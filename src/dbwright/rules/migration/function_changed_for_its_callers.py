"""A function or procedure is dropped, or comes back with other arguments or another result, while the running
application calls it.

## Why
In PostgreSQL a function is known by its name and argument types: with another list it is another function. Calls of
the running application that fit the old one fail; or, if both stay, become ambiguous. A function that is dropped and
made again loses its privileges, and is missing for a moment. Triggers, views, defaults and indexes that use it stop
the drop, or go with CASCADE.

## Bad
```sql before postgres
CREATE FUNCTION net(total integer) RETURNS integer LANGUAGE sql AS 'SELECT total - 1';
```
```sql before mysql
CREATE FUNCTION net(total integer) RETURNS integer DETERMINISTIC RETURN total - 1;
```
```sql
DROP FUNCTION net;
```

## Good
```sql postgres
CREATE OR REPLACE FUNCTION net(total integer) RETURNS integer LANGUAGE sql AS 'SELECT total - 2';
```
```sql mysql
DROP FUNCTION net;
CREATE FUNCTION net(total integer) RETURNS integer DETERMINISTIC RETURN total - 2;
```

## Fix
Make the new one under a new name, release the application that calls it, drop the old one then. An argument with a
default may only replace the old function, not stand beside it.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [CREATE FUNCTION](https://www.postgresql.org/docs/current/sql-createfunction.html)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Routine
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back


class FunctionChangedForItsCallers(MigrationRule):
    """Finds routines that are missing, or not the same, at the end."""

    code = "M082"
    group = "compatibility"
    severity = "error"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        was_seen = migration.end is not migration.start
        end = {_key(routine): routine for routine in migration.end.routines}
        for moment, action in migration.actions("drop function"):
            if action.target is None or ("if exists" in action.words and not _named(moment.before, action.target)):
                continue
            gone = [each for each in _named(migration.start, action.target) if not was_seen or _key(each) not in end]
            if was_seen and len(_named(migration.start, action.target)) > 1:
                gone = [each for each in gone if _goes_here(moment, each)]
            made_again = any(_is_same(other.target, action.target) for _, other in migration.actions("create function"))
            if not was_seen and made_again:
                continue
            if gone or not (migration.start.routines or was_seen):
                yield self._gone(moment, gone[0] if gone else None, action.target, migration)
        for routine in migration.start.routines:
            new = end.get(_key(routine))
            if new is not None and routine.returns != new.returns and routine.returns and new.returns:
                yield from self._retyped(migration, routine, new)

    def _gone(self, moment: Moment, routine: Routine | None, target: Ref, migration: Migration) -> Finding:
        ref = routine.ref if routine else target
        word = routine.kind if routine else "function"
        others = [each for each in _named(migration.end, ref) if routine is None or each.arguments != routine.arguments]
        beside = f" {others[0].ref} doesn't take its place for them." if others else ""
        return self.at(
            moment,
            ref,
            f"The {word} {ref} is dropped: every call of the running application fails.{beside}",
            Evidence("At the end there is none of that name and those arguments."),
            help="Make the new one under another name, and drop the old one when nobody calls it.",
        )

    def _retyped(self, migration: Migration, old: Routine, new: Routine) -> Iterable[Finding]:
        moment = next(
            (moment for moment, action in migration.actions("create function") if _is_same(action.target, old.ref)),
            None,
        )
        if moment is not None:
            yield self.at(
                moment,
                old.ref,
                f"The {old.kind} {old.ref} returns {new.returns} instead of {old.returns}: the running application "
                "was written for the old result.",
                Evidence(f"Before: {old.returns}. After: {new.returns}."),
                help="Make the new one under another name, and drop the old one when nobody calls it.",
                severity="warning",
            )


def _key(routine: Routine) -> tuple[str, str, str]:
    return routine.namespace, routine.name, routine.arguments if routine.arguments else ""


def _named(catalog: Catalog, ref: Ref) -> list[Routine]:
    """The routines of a name, with and without arguments in it."""
    if len(ref.path) < 2:
        return []
    name = ref.path[1].partition("(")[0]
    return [each for each in catalog.routines if each.namespace == ref.path[0] and each.name in (name, ref.path[1])]


def _is_same(one: Ref | None, other: Ref) -> bool:
    if one is None or len(one.path) < 2 or len(other.path) < 2:
        return False
    return one.path[0] == other.path[0] and one.path[1].partition("(")[0] == other.path[1].partition("(")[0]


def _goes_here(moment: Moment, routine: Routine) -> bool:
    """Whether this statement is the one that takes the routine away."""
    refs = {each.ref for each in moment.after.routines}
    return routine.ref not in refs and any(each.ref == routine.ref for each in moment.before.routines)
