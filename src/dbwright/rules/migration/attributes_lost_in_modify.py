"""MODIFY or CHANGE gives a column a new definition, and silently takes away what it doesn't repeat.

## Why
MySQL's MODIFY and CHANGE don't change one attribute: they replace the whole definition. A NOT NULL, a DEFAULT, an ON
UPDATE, a comment, AUTO_INCREMENT, a collation or INVISIBLE that the statement doesn't repeat is gone, without a
warning. Rows without a value come in, or inserts fail, long after the migration that was only about the type.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, total integer NOT NULL DEFAULT 0 COMMENT 'in cents');
```
```sql
ALTER TABLE orders MODIFY COLUMN total bigint;
```

## Good
```sql
ALTER TABLE orders MODIFY COLUMN total bigint NOT NULL DEFAULT 0 COMMENT 'in cents';
```

## Fix
Repeat everything that shall stay. The statement below does. Where an attribute is meant to go, suppress the finding
with that as the reason.

## References
- MySQL, [ALTER TABLE](https://dev.mysql.com/doc/refman/8.4/en/alter-table.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import column_after, column_before, existing, is_new_column, part_of
from dbwright.rules.migration._text import listed, literal, written


class AttributesLostInModify(MigrationRule):
    """Finds attributes that a new definition forgets."""

    code = "M091"
    group = "data"
    severity = "error"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "change column"):
            if action.target is None or is_new_column(migration, action.target, part_of(action)) or moment.deed.failed:
                continue
            before = column_before(moment, action)
            seen = moment.after is not moment.before
            after = column_after(moment, action) if seen else action.column
            lost = list(_lost(before, after, seen=seen)) if before and after else []
            if before is None or after is None or not lost:
                continue
            severity: Severity | None = None if set(lost) - {"its comment", "its collation", "INVISIBLE"} else "warning"
            ref = Ref("column", (*action.target.path[:2], after.name))
            yield self.at(
                moment,
                ref,
                f"The new definition of {ref} doesn't repeat {listed(lost)}: "
                f"{'that is' if len(lost) == 1 else 'those are'} gone from then on.",
                Evidence(f"Before: {_definition(migration, before, before.type.spelling)}."),
                help="Repeat in MODIFY and CHANGE everything that shall stay.",
                fix=_whole(migration, moment, action.target, before, after),
                severity=severity,
            )


def _lost(before: Column, after: Column, *, seen: bool) -> Iterator[str]:
    if not before.nullable and after.nullable:
        yield "NOT NULL"
    if before.default is not None and after.default is None and after.generated is None and after.identity is None:
        yield f"DEFAULT {before.default}"
    if before.on_update and not after.on_update:
        yield f"ON UPDATE {before.on_update}"
    if before.identity and not after.identity:
        yield "AUTO_INCREMENT"
    if before.comment and not after.comment:
        yield "its comment"
    if before.hidden and not after.hidden:
        yield "INVISIBLE"
    if seen and before.collation and before.type.is_text and after.type.is_text and before.collation != after.collation:
        yield "its collation"


def _definition(migration: Migration, column: Column, spelling: str) -> str:
    """A column's definition with all its attributes, as MySQL writes it after the name."""
    words = [spelling]
    if column.collation and column.type.is_text:
        words.append(f"COLLATE {column.collation}")
    words.append("NULL" if column.nullable else "NOT NULL")
    if column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if column.on_update:
        words.append(f"ON UPDATE {column.on_update}")
    if column.identity:
        words.append("AUTO_INCREMENT")
    if column.hidden:
        words.append("INVISIBLE")
    if column.comment:
        words.append("COMMENT " + literal(column.comment.replace("\\", "\\\\")))
    return " ".join(words)


def _whole(migration: Migration, moment: Moment, target: Ref, before: Column, after: Column) -> Fix | None:
    if before.generated or after.generated:
        return None
    spelling = _definition(migration, before, after.type.spelling)
    old, new = migration.quote(before.name), migration.quote(after.name)
    clause = f"MODIFY COLUMN {new}" if before.name == after.name else f"CHANGE COLUMN {old} {new}"
    return Fix(
        "Repeat what shall stay", "display", sql=(f"ALTER TABLE {written(migration, target)} {clause} {spelling}",)
    )
