"""A view is dropped, loses columns, or gets other types in them, while the running application reads it.

## Why
Views are what reports, other services and the running application read. A view that is dropped and made again is gone
for a moment, and for good if the second statement fails outside of a transaction. Columns that are missing at the
end, or have another type, break every query that names them. The privileges on a view that is dropped go with it.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE VIEW totals AS SELECT id, total FROM orders;
```
```sql
DROP VIEW totals;
CREATE VIEW totals AS SELECT id FROM orders;
```

## Good
```sql
DROP VIEW totals;
CREATE VIEW totals AS SELECT id, total, 1 AS version FROM orders;
```

## Fix
Make a second view under a new name; release the application that reads it; drop the old one then. Columns can be
added at the end of a view at any time.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [CREATE VIEW](https://www.postgresql.org/docs/current/sql-createview.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import View
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back
from dbwright.rules.migration._text import listed

_KINDS = ("create view", "drop view", "create materialized view", "drop materialized view", "alter view", "drop table")


class ViewChangedForItsReaders(MigrationRule):
    """Finds views that break their readers."""

    code = "M081"
    group = "compatibility"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        told: set[tuple[str, ...]] = set()
        for moment, action in migration.actions(*_KINDS):
            ref = action.target
            if ref is None or len(ref.path) < 2 or ref.path[:2] in told or moment.deed.failed:
                continue
            old = migration.lookup_start.view(ref.path)
            if old is None or moment.lookup.view(ref.path) is None:
                if (
                    "drop" in action.kind
                    and "view" in action.kind
                    and not migration.start.tables
                    and not migration.is_new(ref)
                ):
                    yield self._dropped(migration, moment, Ref("view", ref.path[:2]))
                continue
            new = migration.lookup_end.view(ref.path)
            if _was_renamed(migration, ref):
                continue
            if new is None or (migration.end is migration.start and action.kind.startswith("drop")):
                told.add(ref.path[:2])
                if not _is_made_again(migration, ref):
                    yield self._dropped(migration, moment, old.ref)
            elif changes := list(_changes(old, new)):
                told.add(ref.path[:2])
                yield self._changed(migration, moment, old, changes)

    def _dropped(self, migration: Migration, moment: Moment, ref: Ref) -> Finding:
        return self.at(
            moment,
            ref,
            f"The view {ref} is dropped: every query of the running application, and of anybody else, that reads it "
            "fails.",
            Evidence("The migration makes no view of that name again."),
            help="Drop it when nobody reads it any more.",
        )

    def _changed(self, migration: Migration, moment: Moment, view: View, changes: list[str]) -> Finding:
        return self.at(
            moment,
            view.ref,
            f"The view {view.ref} changes for those who read it: {listed(changes)}.",
            Evidence(f"Before, its columns are {listed([column.name for column in view.columns])}."),
            help="Make a second view, release the application that reads it, then drop the old one.",
        )


def _changes(old: View, new: View) -> Iterator[str]:
    columns = {column.name: column for column in new.columns}
    if not old.columns or not new.columns:
        return
    for column in old.columns:
        if column.name not in columns:
            yield f"{column.name} is gone"
        elif columns[column.name].type != column.type:
            yield f"{column.name} is {columns[column.name].type.spelling or 'untyped'} instead of {column.type.spelling or 'untyped'}"


def _is_made_again(migration: Migration, ref: Ref) -> bool:
    return any(
        _makes(action, ref)
        for _, action in migration.actions("create view", "create materialized view", "create table")
    )


def _makes(action: Action, ref: Ref) -> bool:
    return action.target is not None and action.target.path[:2] == ref.path[:2]


def _was_renamed(migration: Migration, ref: Ref) -> bool:
    return any(_makes(action, ref) and action.to for _, action in migration.actions("alter view", "rename table"))
