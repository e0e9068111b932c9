"""The values of an enumerated type are taken away, moved, or added without saying where.

## Why
A value that goes makes rows fail that hold it, and statements of the running application that write it; without
strict mode MySQL turns such rows into ''. MySQL stores the place in the list: a value that is moved, or added in the
middle, makes it write the whole table again, and changes the order of `ORDER BY` and of comparisons. In PostgreSQL, a
value that is added without BEFORE or AFTER comes last, whatever it means, and values can't be moved later.

## Bad
```sql before postgres
CREATE TYPE state AS ENUM ('open', 'paid');
```
```sql before mysql
CREATE TABLE orders (id integer PRIMARY KEY, state enum('open', 'paid', 'lost') NOT NULL);
```
```sql postgres
ALTER TYPE state ADD VALUE 'draft';
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN state enum('open', 'paid') NOT NULL;
```

## Good
```sql postgres
ALTER TYPE state ADD VALUE 'draft' BEFORE 'open';
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN state enum('open', 'paid', 'lost', 'draft') NOT NULL;
```

## Fix
PostgreSQL: say BEFORE or AFTER. MySQL: add values at the end only. To take a value away: release an application that
does not write it, change the rows that hold it, then the type.

## Options
- `check-down` (default false): look at the way back too.

## References
- squawk, [adding an enum value without position](https://squawkhq.com/docs/require-enum-value-ordering)
- Atlas, [Modifying an enum](https://atlasgo.io/lint/analyzers#data-dependent-changes)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Question, TopValues, Values
from dbwright.catalog.names import Ref
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import (
    column_after,
    column_before,
    column_ref,
    existing,
    is_live,
    is_new_column,
    on_the_way_back,
    part_of,
    rows_seen,
)
from dbwright.rules.migration._text import bare, listed, literal, written


class EnumChanged(MigrationRule):
    """Finds changed lists of values."""

    code = "M065"
    group = "data"
    severity = "error"
    engines = ("postgres", "mysql")

    def asks(self, migration: Migration) -> Iterable[Question]:
        for _, ref, old, new in _inline(migration):
            if set(old) - set(new) and is_live(migration, ref, ref.name):
                yield TopValues(ref.table, ref.name, 1_000)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if migration.engine == "mysql":
            for moment, ref, old, new in _inline(migration):
                yield from self._list(migration, moment, ref, old, new)
            return
        if on_the_way_back(migration):
            return
        yield from self._without_place(migration)
        yield from self._taken_away(migration)

    def _list(
        self, migration: Migration, moment: Moment, ref: Ref, old: tuple[str, ...], new: tuple[str, ...]
    ) -> Iterable[Finding]:
        gone = [value for value in old if value not in new]
        answer = migration.facts.ask(TopValues(ref.table, ref.name, 1_000), Values)
        used = [value for value, _ in answer.values if value in gone] if answer else gone
        if gone:
            unused = (answer is not None and not answer.sampled and not used) or migration.rows(ref) == 0
            rows = (
                "no row holds it now"
                if unused
                else f"rows{migration.size(ref)} that hold it make the statement fail, or become ''"
            )
            yield self.at(
                moment,
                ref,
                f"{listed(gone)} {'is' if len(gone) == 1 else 'are'} no longer among the values of {ref}: {rows}, and "
                "statements of the running application that write it fail.",
                rows_seen(migration, ref),
                help="Release an application that does not write it, and change the rows that hold it, before it goes.",
                fix=Fix(
                    "Find the rows that hold it",
                    "display",
                    sql=(
                        (
                            f"SELECT * FROM {written(migration, ref)} WHERE {migration.quote(ref.name)} IN "
                            f"({', '.join(literal(value) for value in gone)})"
                        ),
                    ),
                ),
                severity="warning" if unused else None,
            )
        elif new[: len(old)] != old:
            ordered = (*old, *(value for value in new if value not in old))
            yield self.at(
                moment,
                ref,
                f"The values of {ref} change their places: the whole table{migration.size(ref)} is written again "
                "while nobody can write, and ORDER BY and comparisons give another order.",
                Evidence(f"Before: {', '.join(old)}. After: {', '.join(new)}."),
                help="Add values at the end only.",
                fix=Fix(
                    "Keep the old values in their places",
                    "display",
                    sql=(
                        (
                            f"ALTER TABLE {written(migration, ref)} MODIFY COLUMN {migration.quote(ref.name)} "
                            f"enum({', '.join(literal(value) for value in ordered)}) /* and its other attributes */"
                        ),
                    ),
                ),
                severity="warning",
            )

    def _without_place(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in migration.actions("add enum value"):
            ref, value = action.target, action.name
            if ref is None or not value or {"before", "after"} & action.words or ref in migration.created:
                continue
            labels = next((e.labels for e in moment.before.enums if (e.namespace, e.name) == ref.path[:2]), ())
            if value in labels:
                continue
            yield self.at(
                moment,
                ref,
                f"{value!r} is added to {ref} without saying where: it sorts after all others, and can't be moved "
                "later.",
                Evidence(f"The values are {', '.join(labels)}." if labels else "The values there are not known."),
                help="Say BEFORE or AFTER, so that ORDER BY and comparisons give the order that is meant.",
                fix=Fix(
                    "Say that it comes last",
                    "safe",
                    sql=(
                        f"ALTER TYPE {written(migration, ref)} ADD VALUE {literal(value)} AFTER {literal(labels[-1])}",
                    ),
                )
                if labels and "if not exists" not in action.words
                else None,
                severity="note",
            )

    def _taken_away(self, migration: Migration) -> Iterable[Finding]:
        """Types that end with fewer values, by being made anew or by a hand in the system catalog."""
        end = {(each.namespace, each.name): each.labels for each in migration.end.enums}
        for enum in migration.start.enums:
            gone = [label for label in enum.labels if label not in end.get((enum.namespace, enum.name), enum.labels)]
            moment = _touching(migration, enum.name) if gone else None
            if moment is None or _is_renamed(migration, enum.namespace, enum.name):
                continue
            ref = Ref("enum", (enum.namespace, enum.name))
            yield self.at(
                moment,
                ref,
                f"{listed(gone)} {'is' if len(gone) == 1 else 'are'} no longer among the values of {ref}: rows that "
                "hold it stop the migration, and statements of the running application that write it fail.",
                Evidence(f"Before: {', '.join(enum.labels)}."),
                help="Release an application that does not write it, and change the rows that hold it, before it goes.",
            )
        for moment in migration.moments:
            text = bare(moment.deed.text, "postgres").lower()
            if "pg_enum" in text and any(word in text for word in ("delete from", "update ")):
                yield self.at(
                    moment,
                    Ref("catalog", ()),
                    "The values of an enum are changed in pg_enum by hand: rows and indexes that hold them can no "
                    "longer be read.",
                    Evidence("PostgreSQL does not support it, because indexes still hold the values."),
                    help="Make a new type without the value, and change the columns to it.",
                )


def _inline(migration: Migration) -> Iterator[tuple[Moment, Ref, tuple[str, ...], tuple[str, ...]]]:
    """MySQL's columns with a list of values that changes: the values before and after."""
    if migration.engine != "mysql":
        return
    for moment, action in existing(migration, "change column"):
        if action.target is None or is_new_column(migration, action.target, part_of(action)):
            continue
        old = column_before(moment, action)
        seen = column_after(moment, action) if moment.after is not moment.before and not moment.deed.failed else None
        new = seen or action.column
        if (
            old
            and new
            and old.type.kind in ("enum", "set")
            and new.type.kind == old.type.kind
            and old.type.values != new.type.values
        ):
            yield moment, column_ref(action), old.type.values, new.type.values


def _touching(migration: Migration, name: str) -> Moment | None:
    return next((each for each in migration.moments if name in each.deed.text), None)


def _is_renamed(migration: Migration, namespace: str, name: str) -> bool:
    """Whether a value of the type only got another name, which another rule reports."""
    return any(
        action.target is not None and action.target.path[:2] == (namespace, name)
        for _, action in migration.actions("rename enum value")
    )
