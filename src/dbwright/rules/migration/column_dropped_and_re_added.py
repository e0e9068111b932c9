"""A column is dropped and added again in one migration: its values are lost, where a rename or a change of type would
keep them.

## Why
Tools that compare two schemas see a column that is gone and one that is new; they cannot know that the second is the
first under another name, or with another type. What they write drops the values. It shows when the same migration
drops one column and adds one of the same type, or adds the same name again.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
```
```sql postgres
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders ADD COLUMN amount integer;
```
```sql mysql
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders ADD COLUMN amount integer;
```
```sql sqlite
ALTER TABLE orders DROP COLUMN total;
ALTER TABLE orders ADD COLUMN amount integer;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN amount integer;
UPDATE orders SET amount = total;
ALTER TABLE orders DROP COLUMN total;
```

## Fix
Rename the column, or change its type; better in phases, so that the running application goes on (`dbwright online`).
If the new column really has nothing to do with the old one, do it in two migrations, or suppress this finding with
that as the reason.

## Options
- `check-down` (default false): look at the way back too.

## References
- Atlas, [Destructive changes](https://atlasgo.io/lint/analyzers#destructive-changes)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import column_before, existing, part_of, rows_seen, same
from dbwright.rules.migration._text import bare, written


class ColumnDroppedAndReAdded(MigrationRule):
    """Finds columns that go and come back in one migration."""

    code = "M057"
    group = "data"
    severity = "error"

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        tables: dict[tuple[str, ...], tuple[list[tuple[Moment, Action]], list[Action]]] = {}
        for moment, action in existing(migration, "drop column", "add column"):
            if action.target is None:
                continue
            dropped, added = tables.setdefault(action.target.path[:2], ([], []))
            if action.kind == "drop column":
                dropped.append((moment, action))
            elif action.column is not None:
                added.append(action)
        for dropped, added in tables.values():
            for moment, action in dropped:
                yield from self._pair(migration, moment, action, added, is_only=len(dropped) == len(added) == 1)

    def _pair(
        self, migration: Migration, moment: Moment, dropped: Action, added: list[Action], *, is_only: bool
    ) -> Iterable[Finding]:
        old = column_before(moment, dropped)
        for action in added:
            new = action.column
            if new is None or dropped.target is None:
                continue
            again = same(migration.engine, part_of(dropped), new.name)
            renamed = is_only and old is not None and _is_alike(old, new)
            if (again or renamed) and not _is_carried(migration, moment, part_of(dropped), new.name):
                yield self._lost(migration, moment, dropped.target, part_of(dropped), new, old, again=again)

    def _lost(
        self,
        migration: Migration,
        moment: Moment,
        table: Ref,
        name: str,
        new: Column,
        old: Column | None,
        *,
        again: bool,
    ) -> Finding:
        ref = Ref("column", (*table.path[:2], name))
        lost = f"the values{migration.size(table)} are lost"
        message = (
            f"{ref} is dropped and added again: {lost}, and it begins anew with {new.default or 'NULL'} everywhere."
            if again
            else f"{ref} is dropped while {new.name}, of the same type, is added to the same table. "
            f"If that is a rename, {lost} for nothing."
        )
        where, quoted = written(migration, table), migration.quote(name)
        fix: Fix | None
        if not again:
            sql = f"ALTER TABLE {where} RENAME COLUMN {quoted} TO {migration.quote(new.name)}"
            fix = Fix(f"Rename {name} to {new.name}", "display", sql=(sql,))
        else:
            change = _changed(migration, where, quoted, new)
            fix = Fix(f"Change {name} instead", "display", sql=(change,)) if change else None
        evidence = (
            Evidence(f"The old column is {old.type.spelling}, the new one {new.type.spelling}.")
            if old
            else rows_seen(migration, table)
        )
        return self.at(
            moment,
            ref,
            message,
            evidence,
            help="Rename the column or change its type; its values stay.",
            fix=fix,
            severity=None if again else "warning",
        )


def _changed(migration: Migration, table: str, name: str, new: Column) -> str:
    """The statement that changes the type of a column; empty for SQLite, which has none."""
    if migration.engine == "postgres":
        return f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {new.type.spelling} USING {name}::{new.type.spelling}"
    if migration.engine == "mysql":
        null = "" if new.nullable else " NOT NULL"
        return f"ALTER TABLE {table} MODIFY COLUMN {name} {new.type.spelling}{null}"
    return ""


def _is_alike(old: Column, new: Column) -> bool:
    """Whether the new column could be the old one under another name."""
    return (
        (old.type.kind, old.type.length, old.type.bits, old.type.user_type)
        == (
            new.type.kind,
            new.type.length,
            new.type.bits,
            new.type.user_type,
        )
        and old.generated is None
        and new.generated is None
    )


def _is_carried(migration: Migration, dropping: Moment, old: str, new: str) -> bool:
    """Whether the values are copied before the old column goes: a statement that changes rows names both."""
    for moment in migration.moments:
        if moment is dropping:
            return False
        if any(action.kind in ("update", "insert") for action in moment.deed.actions):
            text = bare(moment.deed.text, migration.engine).casefold()
            if old.casefold() in text and new.casefold() in text:
                return True
    return False
