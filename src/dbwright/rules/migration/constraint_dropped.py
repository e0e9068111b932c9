"""A constraint is dropped that kept wrong rows out.

## Why
From that moment on, rows can be written that the schema promised would never be: orphans without a foreign key,
repeated values without a unique key, out-of-range values without a check. The first such row makes it hard to bring
the constraint back. Without a unique or primary key, `INSERT … ON CONFLICT (…)` of the running application fails in
PostgreSQL and `ON DUPLICATE KEY UPDATE` of MySQL inserts a second row; logical replication can't update or delete
rows of a table without a primary key.

A constraint that the same migration adds again in another form is not reported.

## Bad
```sql before postgres
CREATE TABLE people (id integer PRIMARY KEY, email text, CONSTRAINT people_email UNIQUE (email));
```
```sql before mysql
CREATE TABLE people (id integer PRIMARY KEY, email varchar(100), CONSTRAINT people_email UNIQUE (email));
```
```sql postgres
ALTER TABLE people DROP CONSTRAINT people_email;
```
```sql mysql
ALTER TABLE people DROP INDEX people_email;
```

## Good
```sql postgres
ALTER TABLE people DROP CONSTRAINT people_email;
ALTER TABLE people ADD CONSTRAINT people_email UNIQUE NULLS DISTINCT (email) INCLUDE (id);
```
```sql mysql
CREATE INDEX people_by_email ON people (email);
```

## Fix
None to run: only you know whether the promise is still needed. Look for `ON CONFLICT` and `ON DUPLICATE KEY` in the
application first. Where it stands in the way for a moment only, add it again in the same migration, in PostgreSQL as
NOT VALID, and validate it.

## Options
- `check-down` (default false): look at the way back too.

## References
- Atlas, [Dropping a foreign key](https://atlasgo.io/lint/analyzers#constraint-deletion)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Table
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen, table_before
from dbwright.rules.migration._text import listed

_CONSEQUENCE = {
    "foreign_key": "rows that refer to nothing can be written from now on, and deleting a parent leaves its children behind",
    "unique": "values can be repeated from now on, and upserts of the running application that rely on it fail or insert twice",
    "primary_key": "rows can be repeated from now on, upserts that rely on it fail, and logical replication can't tell the rows apart",
    "check": "rows that break it can be written from now on",
    "exclusion": "rows that overlap can be written from now on",
}
_WORD = {
    "foreign_key": "foreign key",
    "unique": "unique key",
    "primary_key": "primary key",
    "check": "check",
    "exclusion": "exclusion constraint",
}


class ConstraintDropped(MigrationRule):
    """Finds promises about rows that are given up."""

    code = "M064"
    group = "data"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "drop constraint", "drop index"):
            for ref, columns in _dropped(moment, action):
                table = Ref("table", ref.path[:2])
                if _comes_back(migration, moment, ref, columns):
                    continue
                over = f" over {listed(columns)}" if columns else ""
                consequence = _CONSEQUENCE.get(ref.kind, "")
                shown = f" {ref.name}" if len(ref.path) > 2 and ref.name not in ("", "PRIMARY") else ""
                yield self.at(
                    moment,
                    ref,
                    f"The {_WORD.get(ref.kind, 'constraint')}{shown} of {table}{over} is dropped: {consequence}.",
                    rows_seen(migration, table),
                    Evidence("The migration adds nothing in its place."),
                    help="Keep it unless the promise is no longer needed; adding it again will have to check all rows.",
                )


def _dropped(moment: Moment, action: Action) -> list[tuple[Ref, tuple[str, ...]]]:
    """The constraint that goes, by its kind and name, with its columns."""
    if action.kind == "drop index":
        return _unique_index(moment, action)
    table = table_before(moment, action.target)
    if action.target is None:
        return []
    name = action.name or ""
    if table is None:
        return [] if moment.before.tables else [(action.target.table.child("check", name), ())]
    found = _named(table, name, action)
    return [found] if found else []


def _named(table: Table, name: str, action: Action) -> tuple[Ref, tuple[str, ...]] | None:
    key = table.primary_key
    if key and ((key.name and key.name == name) or _is_primary(action)):
        return table.ref.child("primary_key", key.name or name or "PRIMARY"), key.columns
    for unique in table.uniques:
        if unique.name == name:
            return table.ref.child("unique", name), unique.columns
    for foreign in table.foreign_keys:
        if foreign.name == name:
            return table.ref.child("foreign_key", name), foreign.columns
    for check in table.checks:
        if check.name == name:
            return table.ref.child("check", name), ()
    for exclusion in table.exclusions:
        if exclusion.name == name:
            return table.ref.child("exclusion", name), exclusion.columns
    return None


def _is_primary(action: Action) -> bool:
    return "primary key" in action.words or (action.name or "").upper() == "PRIMARY" or action.constraint is not None


def _unique_index(moment: Moment, action: Action) -> list[tuple[Ref, tuple[str, ...]]]:
    ref = action.target
    if ref is None:
        return []
    name = action.name or ref.name
    for table in moment.before.tables:
        if action.table is not None and table.ref.path != action.table.path[:2]:
            continue
        for unique in table.uniques:
            if unique.name == name:
                return [(table.ref.child("unique", name), unique.columns)]
        for index in table.indexes:
            if index.name == name and index.unique and (action.table is not None or table.namespace == ref.namespace):
                return [(table.ref.child("unique", name), tuple(each for each in index.columns if each))]
    return []


def _comes_back(migration: Migration, moment: Moment, ref: Ref, columns: tuple[str, ...]) -> bool:
    """Whether the table has another constraint that promises the same at the end, or this one's name again."""
    end = migration.lookup_end.table(ref.path)
    if end is None:
        return moment.after is not moment.before  # the table went as well, which another rule says
    if migration.end is migration.start:
        return False
    of_kind: dict[Kind, list[tuple[str, ...]]] = {
        "foreign_key": [key.columns for key in end.foreign_keys],
        "unique": list(end.keys),
        "primary_key": [end.primary_key.columns] if end.primary_key else [],
        "exclusion": [each.columns for each in end.exclusions],
    }
    if ref.kind == "check":
        return any(each.name == ref.name for each in end.checks)
    if ref.kind == "foreign_key" and not end.foreign_keys:
        return False
    return any(set(each) <= set(columns) for each in of_kind.get(ref.kind, []) if each)
