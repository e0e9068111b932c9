"""Something is dropped with CASCADE, and with it whatever depends on it.

## Why
CASCADE takes everything that would otherwise have stopped the statement: views that people read, foreign keys of
other tables, columns of that type, functions, policies. Nobody wrote down what that is, and it differs from one
database to the next. What goes is said by a NOTICE that no one reads.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer);
CREATE VIEW totals AS SELECT total FROM orders;
```
```sql
ALTER TABLE orders DROP COLUMN total CASCADE;
```

## Good
```sql
DROP VIEW totals;
ALTER TABLE orders DROP COLUMN total;
```

## Fix
Drop what depends on it by name, then the object itself without CASCADE. Where something depends on it that was not
thought of, the statement stops.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [Dependency tracking](https://www.postgresql.org/docs/current/ddl-depend.html)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back, part_of
from dbwright.rules.migration._text import bare, listed, qualified, written


class DroppedWithCascade(MigrationRule):
    """Finds DROP … CASCADE."""

    code = "M066"
    group = "data"
    severity = "warning"
    engines = ("postgres",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            action = next((each for each in moment.deed.actions if _cascades(each)), None)
            if action is not None and not migration.is_new(action.table or action.target):
                yield self._found(migration, moment, action)

    def _found(self, migration: Migration, moment: Moment, action: Action) -> Finding:
        target = action.target or Ref("catalog", ())
        dropped = {each.target.path[:2] for each in moment.deed.actions if each.target}
        seen = moment.after is not moment.before and not moment.deed.failed
        gone = [ref for ref in _objects(moment.before) if seen and ref not in set(_objects(moment.after))]
        also = _dependents_first([ref for ref in gone if not _is_meant(ref, moment, dropped)], moment.before)
        name = f"{target}.{part_of(action)}" if action.kind == "drop column" else str(target)
        if not seen:
            told = "everything that depends on it goes with it, whatever that is"
        elif also:
            told = f"with it {'goes' if len(also) == 1 else 'go'} {listed([str(each) for each in also])}"
        else:
            told = "nothing that is known here depends on it, but on another database something may"
        plain = re.sub(r"\s+CASCADE\s*\Z", "", bare(moment.deed.text, "postgres"), flags=re.IGNORECASE)
        statements = [each for each in (_drop(migration, ref) for ref in also) if each]
        is_runnable = (
            seen and len(statements) == len(also) and "''" not in plain and plain.upper() != moment.deed.text.upper()
        )
        return self.at(
            moment,
            target,
            f"{name} is dropped with CASCADE: {told}.",
            Evidence(
                "Seen on the scratch database."
                if seen
                else "The statement was not run, so what depends on it is not known."
            ),
            help="Drop what depends on it by name, then the object without CASCADE.",
            fix=Fix("Name what goes, without CASCADE", "unsafe", sql=(*statements, plain)) if is_runnable else None,
            severity="error" if also else None,
            related=also,
        )


def _dependents_first(refs: list[Ref], catalog: Catalog) -> list[Ref]:
    """The same objects, each view before those that it reads, so that they can be dropped in this order."""
    reads = {view.ref: {each.path[:2] for each in view.depends_on} for view in catalog.views}
    left, found = list(refs), []
    while left:
        read = {path for ref in left for path in reads.get(ref, ())}
        ready = [ref for ref in left if ref.path[:2] not in read or ref.kind != "view"] or left
        found += ready
        left = [ref for ref in left if ref not in ready]
    return found


def _cascades(action: Action) -> bool:
    return "cascade" in action.words and action.kind.startswith("drop")


def _objects(catalog: Catalog) -> Iterable[Ref]:
    for table in catalog.tables:
        yield table.ref
        yield from (table.column_ref(column.name) for column in table.columns)
        yield from (table.ref.child("foreign_key", key.name) for key in table.foreign_keys if key.name)
        yield from (table.ref.child("trigger", each.name) for each in table.triggers)
        yield from (table.ref.child("policy", each.name) for each in table.policies)
    yield from (view.ref for view in catalog.views)
    yield from (routine.ref for routine in catalog.routines)
    yield from (Ref("sequence", (each.namespace, each.name)) for each in catalog.sequences)
    yield from (Ref("enum", (each.namespace, each.name)) for each in catalog.enums)
    yield from (Ref("domain", (each.namespace, each.name)) for each in catalog.domains)
    yield from (Ref("composite", (each.namespace, each.name)) for each in catalog.composites)
    yield from (Ref("extension", (each.name,)) for each in catalog.extensions)


def _is_meant(ref: Ref, moment: Moment, dropped: set[tuple[str, ...]]) -> bool:
    """Whether the statement names what goes, or something that it is a part of and that goes without CASCADE too."""
    for action in moment.deed.actions:
        target = action.target
        if target is None:
            continue
        if action.kind == "drop column":
            if ref == Ref("column", (*target.path[:2], part_of(action))):
                return True
            if ref.kind == "foreign_key" and ref.path[:2] == target.path[:2]:
                table = moment.lookup.table(target.path)
                keys = table.foreign_keys if table else ()
                return any(key.name == ref.name and part_of(action) in key.columns for key in keys)
        elif action.kind == "drop schema":
            if ref.namespace == target.name:
                return True
        elif (
            ref.path[:2] == target.path[:2]
            or ref.path == target.path
            or (
                action.kind in ("drop function",)
                and ref.kind == "routine"
                and ref.name.startswith(f"{target.name.partition('(')[0]}(")
            )
        ):
            return True
    if ref.kind == "sequence":  # a sequence goes with the table that owns it
        owner = next(
            (each.owned_by for each in moment.before.sequences if (each.namespace, each.name) == ref.path), None
        )
        return owner is not None and owner[:2] in dropped
    return False


def _drop(migration: Migration, ref: Ref) -> str | None:
    """The statement that drops a dependent object by its name; None for a part of something."""
    match ref.kind:
        case "view":
            return f"DROP VIEW {written(migration, ref)}"
        case "foreign_key":
            return f"ALTER TABLE {written(migration, ref)} DROP CONSTRAINT {migration.quote(ref.name)}"
        case "trigger":
            return f"DROP TRIGGER {migration.quote(ref.name)} ON {written(migration, ref)}"
        case "policy":
            return f"DROP POLICY {migration.quote(ref.name)} ON {written(migration, ref)}"
        case "column":
            table = qualified(migration, ref.path[0], ref.path[1])
            return f"ALTER TABLE {table} DROP COLUMN {migration.quote(ref.name)}"
        case _:
            return None
