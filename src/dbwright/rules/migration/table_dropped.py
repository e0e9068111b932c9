"""A table is dropped, with all its rows, while the running application may still use it.

## Why
All rows are gone at once; only a backup brings them back. Every statement of the running application that names the
table fails from that moment on, and so do the views, functions and jobs that read it. A table that was only renamed
away for a while can be brought back in a moment; a dropped one cannot.

The rebuild that SQLite needs for most changes (a new table, the rows copied, the old table dropped, the new one
renamed) is not reported.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
DROP TABLE orders;
```

## Good
```sql
CREATE TABLE parcels (id integer PRIMARY KEY);
```

## Fix
Release an application that doesn't use the table. Rename it, so that whoever still uses it is found while the rows
are there. Drop it weeks later, and suppress this finding with the reason.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [ban-drop-table](https://squawkhq.com/docs/ban-drop-table)
- Atlas, [Destructive changes](https://atlasgo.io/lint/analyzers#destructive-changes)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, rows_seen, table_before
from dbwright.rules.migration._text import bare, listed, written


class TableDropped(MigrationRule):
    """Finds tables that go with their rows."""

    code = "M051"
    group = "data"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "drop table"):
            if action.target is None or _is_rebuilt(migration, moment, action.target):
                continue
            if moment.before.tables and table_before(moment, action.target) is None and "if exists" in action.words:
                continue
            yield self._dropped(migration, moment, action.target)

    def _dropped(self, migration: Migration, moment: Moment, ref: Ref) -> Finding:
        rows = migration.rows(ref)
        table = table_before(moment, ref)
        readers = [
            view.ref for view in moment.before.views if any(each.path[:2] == ref.path[:2] for each in view.depends_on)
        ]
        children = [child.ref for child, _ in moment.lookup.referencing(table) if child is not table] if table else []
        anew = migration.lookup_end.table(ref.path) is not None
        loss = "it is empty" if rows == 0 else f"all its rows are gone{migration.size(ref)}"
        breaks = (
            "and the table that takes its name begins empty"
            if anew
            else "and every statement of the running application that uses it fails"
        )
        others = list(dict.fromkeys([*readers, *children]))
        also = (
            f" {listed([str(each) for each in others])} {'refers' if len(others) == 1 else 'refer'} to it."
            if others
            else ""
        )
        name = written(migration, ref)
        aside = migration.quote(f"{ref.name}_to_be_dropped")
        return self.at(
            moment,
            ref,
            f"The table {ref} is dropped: {loss}, {breaks}.{also}",
            rows_seen(migration, ref),
            help="Rename it first, and drop it when nobody has missed it.",
            fix=Fix(
                f"Set {ref.name} aside before it is dropped",
                "display",
                sql=(
                    (
                        f"-- 1. Release an application that doesn't use {ref.name}. Then:\nALTER TABLE {name} RENAME TO "
                        f"{aside}"
                    ),
                    "-- 2. Weeks later:\nDROP TABLE "
                    + written(migration, Ref("table", (ref.namespace, f"{ref.name}_to_be_dropped"))),
                ),
            ),
            severity="warning" if rows == 0 and not others else None,
            related=others,
        )


def _is_rebuilt(migration: Migration, moment: Moment, ref: Ref) -> bool:
    """Whether the rows were copied to another table before that takes this one's name afterwards."""
    is_after = False
    copied = False
    for each in migration.moments:
        if each is moment:
            is_after = True
        text = bare(each.deed.text, migration.engine).casefold()
        if not is_after and "select" in text and ref.name.casefold() in text:
            copied = True
        if is_after and copied:
            for action in each.deed.actions:
                if (
                    action.kind == "rename table"
                    and action.to is not None
                    and action.to.casefold() == ref.name.casefold()
                ):
                    return True
    return False
