"""NULL is forbidden in a column whose rows may hold it.

## Why
One row with NULL makes the statement fail: in the middle of the release, and on MySQL after part of the migration is
done. Then, the running application may still write NULL, or leave the column out; its statements fail from that
moment on. MySQL without strict mode turns each NULL into 0 or '' instead.

Where the live rows were asked and hold no NULL, where a validated check already forbids it, or where the migration
fills the column before, nothing is reported.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql postgres
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN total integer NOT NULL;
```

## Good
```sql postgres
UPDATE orders SET total = 0 WHERE total IS NULL;
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
```
```sql mysql
UPDATE orders SET total = 0 WHERE total IS NULL;
ALTER TABLE orders MODIFY COLUMN total integer NOT NULL;
```

## Fix
Keep new NULLs out first: in PostgreSQL by a check that is NOT VALID. Fill the rows that hold NULL, in batches;
validate the check, which lets others work; then SET NOT NULL finds it proved and looks at no row.

## Options
- `check-down` (default false): look at the way back too.

## References
- strong_migrations, [Setting NOT NULL on an existing
  column](https://github.com/ankane/strong_migrations#setting-not-null-on-an-existing-column)
- squawk, [adding-not-nullable-field](https://squawkhq.com/docs/adding-not-nullable-field)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import PrimaryKey, Table
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import (
    column_before,
    column_ref,
    existing,
    is_live,
    is_new_column,
    part_of,
    rows_seen,
    table_before,
)
from dbwright.rules.migration._text import bare, written


class NotNullOnExistingData(MigrationRule):
    """Finds columns that may hold NULL and must not any more."""

    code = "M059"
    group = "data"
    severity = "warning"
    engines = ("postgres", "mysql")

    def asks(self, migration: Migration) -> Iterable[Question]:
        for _, _, ref in _tightened(migration):
            if is_live(migration, ref, ref.name):
                yield _question(ref)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action, ref in _tightened(migration):
            answer = migration.facts.ask(_question(ref), Counted)
            if migration.rows(ref) == 0 or (answer and not answer.matching and not answer.sampled):
                continue
            yield self._found(migration, moment, action, ref, answer)

    def _found(self, migration: Migration, moment: Moment, action: Action, ref: Ref, answer: Counted | None) -> Finding:
        fails = f"the statement fails if one row of {ref.table}{migration.size(ref)} has NULL there"
        evidence = rows_seen(migration, ref)
        if answer and answer.matching:
            fails = f"the statement fails, because {answer.matching:,} of {answer.rows:,} rows have NULL there"
            evidence = Evidence(
                f"{answer.matching:,} of {answer.rows:,} rows have NULL in {ref.name}.",
                basis="data",
                proved=not answer.sampled,
                rows_examined=answer.rows,
                sql=answer.sql,
            )
        sql = _sequence(migration, action, ref) if action.kind == "set not null" else ()
        return self.at(
            moment,
            ref,
            f"{ref} may no longer be NULL: {fails}, and then the running application fails wherever it leaves "
            f"{ref.name} empty.",
            evidence,
            help="Keep new NULLs out, fill the old ones in batches, and forbid NULL then.",
            fix=Fix("Forbid NULL in steps", "display" if len(moment.deed.actions) > 1 else "unsafe", sql=sql)
            if sql
            else None,
            severity="error" if answer and answer.matching else None,
        )


def _question(ref: Ref) -> CountNulls:
    return CountNulls(ref.table, ref.name)


def _tightened(migration: Migration) -> Iterator[tuple[Moment, Action, Ref]]:
    """The columns of old tables that lose the right to NULL, as far as it is not known that they hold none."""
    for moment, action in existing(migration, "set not null", "change column", "add constraint"):
        for name in _columns(moment, action):
            ref = column_ref(action, name)
            column = column_before(moment, action, name)
            if action.target is None or (column is not None and not column.nullable):
                continue
            is_filled = (
                column is not None and column.default is not None and is_new_column(migration, action.target, name)
            )
            if is_filled or _was_filled(migration, moment, ref):
                continue
            if not _is_checked(table_before(moment, ref), name):
                yield moment, action, ref


def _columns(moment: Moment, action: Action) -> tuple[str, ...]:
    if action.kind == "add constraint":
        return _key(moment, action)
    if action.kind == "change column":
        tightens = action.column is not None and not action.column.nullable
        return (part_of(action),) if tightens else ()
    return action.columns or ((part_of(action),) if part_of(action) else ())


def _key(moment: Moment, action: Action) -> tuple[str, ...]:
    """The columns of a new primary key, which forbids NULL in them; those of the index where it takes over one."""
    if not isinstance(action.constraint, PrimaryKey):
        return ()
    table = table_before(moment, action.target) if "using index" in action.words else None
    index = next((each for each in table.indexes if each.name == action.to), None) if table else None
    return tuple(name for name in index.columns if name) if index else action.constraint.columns


def _was_filled(migration: Migration, moment: Moment, ref: Ref) -> bool:
    """Whether an earlier statement of the migration gives the rows with NULL a value."""
    for earlier in migration.moments:
        if earlier is moment:
            return False
        if any(action.kind == "update" for action in earlier.deed.actions):
            text = bare(earlier.deed.text, migration.engine)
            if re.search(rf"\b{re.escape(ref.path[1])}\b", text, re.IGNORECASE) and re.search(
                rf"\b{re.escape(ref.name)}\b[\"`]?\s*=", text, re.IGNORECASE
            ):
                return True
    return False


def _is_checked(table: Table | None, name: str) -> bool:
    """Whether a validated check proves that no row has NULL there."""
    pattern = re.compile(rf"\(*[\"`]?{re.escape(name)}[\"`]?\)* IS NOT NULL\)*", re.IGNORECASE)
    checks = table.checks if table else ()
    return any(each.validated and each.enforced and pattern.fullmatch(each.expression.strip()) for each in checks)


def _sequence(migration: Migration, action: Action, ref: Ref) -> tuple[str, ...]:
    if migration.engine != "postgres" or action.target is None:
        return ()
    table, name = written(migration, action.target), migration.quote(ref.name)
    check = migration.quote(f"{ref.name}_is_set"[:63])
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID",
        (
            f"-- Fill the rows where {ref.name} is NULL, in batches. Then:\nALTER TABLE {table} VALIDATE CONSTRAINT "
            f"{check}"
        ),
        f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {check}",
    )
