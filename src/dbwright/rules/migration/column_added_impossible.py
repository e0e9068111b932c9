"""A column is added to a SQLite table in a way that SQLite refuses.

## Why
`ALTER TABLE … ADD COLUMN` of SQLite only notes the new column in the schema and touches no row. So it can't be unique
or a primary key, nor stored generated, and once the table has a row it can't have a default that is no constant
(`CURRENT_TIMESTAMP`, an expression), nor a reference with a default while foreign keys are on. It works on the
developer's empty database and fails in production.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY);
```
```sql
ALTER TABLE orders ADD COLUMN made_at text DEFAULT CURRENT_TIMESTAMP;
```

## Good
```sql
ALTER TABLE orders ADD COLUMN made_at text DEFAULT '1970-01-01 00:00:00';
```

## Fix
For a unique column, add it plainly and build a unique index. For the others, make the table anew: `dbwright migrate
generate` writes the twelve steps.

## Options
- `check-down` (default false): look at the way back too.

## References
- SQLite, [ALTER TABLE ADD COLUMN](https://www.sqlite.org/lang_altertable.html#altertabaddcol)
"""

import re
from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column, ForeignKey, PrimaryKey, Unique
from dbwright.change.actions import Action
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import column_ref, existing, rows_seen
from dbwright.rules.migration._text import written

_CONSTANT = re.compile(
    r"[-+]?\s*(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+|0x[0-9a-f]+)|'(?:[^']|'')*'|x'[0-9a-f]*'|NULL|TRUE|FALSE",
    re.IGNORECASE,
)


class ColumnAddedImpossible(MigrationRule):
    """Finds ADD COLUMN that SQLite can't do."""

    code = "M094"
    group = "running"
    severity = "error"
    engines = ("sqlite",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, action in existing(migration, "add column"):
            column = action.column
            if column is None or action.target is None:
                continue
            why, always = _refused(moment, column)
            if why and (always or migration.rows(action.target) != 0):
                yield self._found(migration, moment, action, column, why, always=always)

    def _found(
        self, migration: Migration, moment: Moment, action: Action, column: Column, why: str, *, always: bool
    ) -> Finding:
        ref = column_ref(action, column.name)
        when = "always" if always else f"as soon as the table{migration.size(ref)} has a row"
        return self.at(
            moment,
            ref,
            f"SQLite refuses to add {ref} {when}: {why}.",
            rows_seen(migration, ref),
            help="Add a unique column plainly and build a unique index; for the rest make the table anew.",
            fix=_by_index(migration, ref, column) if _is_unique(moment, column) else None,
        )


def _refused(moment: Moment, column: Column) -> tuple[str, bool]:
    """Why SQLite refuses the column, and whether it does so even for an empty table."""
    constraints = [action.constraint for action in moment.deed.actions if action.kind == "add constraint"]
    if any(isinstance(each, PrimaryKey) for each in constraints) or column.identity is not None:
        return "a primary key can't be added", True
    if any(isinstance(each, Unique) for each in constraints):
        return "a unique column can't be added", True
    if column.generated is not None and column.generated.stored:
        return "a stored generated column would have to be computed for the rows that are there", False
    if column.default is not None and column.generated is None and not _is_constant(column.default):
        return f"its default {column.default} is no constant", False
    refers = any(isinstance(each, ForeignKey) for each in constraints)
    if refers and column.default is not None and column.default.upper() != "NULL":
        return (
            "a reference must be NULL in the rows that are there while foreign keys are on, and this one has a default",
            False,
        )
    return "", False


def _is_constant(default: str) -> bool:
    text = default.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return _CONSTANT.fullmatch(text) is not None


def _is_unique(moment: Moment, column: Column) -> bool:
    return any(isinstance(action.constraint, Unique) for action in moment.deed.actions) and column.generated is None


def _by_index(migration: Migration, ref: Ref, column: Column) -> Fix:
    table, name = written(migration, ref), migration.quote(column.name)
    null = "" if column.nullable else " NOT NULL"
    default = "" if column.default is None else f" DEFAULT {column.default}"
    index = migration.quote(f"{ref.path[1]}_{column.name}_unique")
    return Fix(
        "Add it plainly, then build a unique index",
        "display",
        sql=(
            f"ALTER TABLE {table} ADD COLUMN {name} {column.type.spelling}{null}{default}",
            f"CREATE UNIQUE INDEX {index} ON {table} ({name})",
        ),
    )
