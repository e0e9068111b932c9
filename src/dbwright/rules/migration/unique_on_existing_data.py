"""Values must be unique from now on in a table whose rows may repeat them.

## Why
One repeated value makes the statement fail: in the middle of the release, and on MySQL after part of the migration is
done. In PostgreSQL, `CREATE UNIQUE INDEX CONCURRENTLY` fails at its end and leaves an invalid index that every write
still maintains. Then the running application may go on writing repeated values; those statements fail from that
moment on.

Where all live rows were asked and none repeats, or a key over some of the same columns forbids it already, nothing is
reported.

## Bad
```sql before
CREATE TABLE people (id integer PRIMARY KEY, email varchar(100));
```
```sql postgres
CREATE UNIQUE INDEX CONCURRENTLY people_email ON people (email);
```
```sql mysql
CREATE UNIQUE INDEX people_email ON people (email);
```
```sql sqlite
CREATE UNIQUE INDEX people_email ON people (email);
```

## Good
```sql
CREATE INDEX people_email ON people (email);
```

## Fix
Look for repeated values first, and decide what becomes of them. Release an application that writes none. Then build
the index.

## Options
- `check-down` (default false): look at the way back too.

## References
- Atlas, [Adding a unique index](https://atlasgo.io/lint/analyzers#data-dependent-changes)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Distinct, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import PrimaryKey, Table, Unique
from dbwright.change.actions import Action
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import existing, is_live, is_new_column, rows_seen, table_before
from dbwright.rules.migration._text import listed, written


class UniqueOnExistingData(MigrationRule):
    """Finds new unique constraints, unique indexes and primary keys over rows that are there."""

    code = "M060"
    group = "data"
    severity = "warning"

    def asks(self, migration: Migration) -> Iterable[Question]:
        for _, table, columns in _made_unique(migration):
            if is_live(migration, table, *columns):
                yield CountDistinct(table, columns)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, table, columns in _made_unique(migration):
            answer = migration.facts.ask(CountDistinct(table, columns), Distinct)
            repeated = answer.complete - answer.distinct if answer else 0
            if migration.rows(table) == 0 or (answer and not repeated and not answer.sampled):
                continue
            yield self._found(migration, moment, table, columns, answer if repeated else None)

    def _found(
        self, migration: Migration, moment: Moment, table: Ref, columns: tuple[str, ...], answer: Distinct | None
    ) -> Finding:
        names = listed(columns)
        fails = f"the statement fails if two rows of {table}{migration.size(table)} have the same value"
        evidence = rows_seen(migration, table)
        if answer:
            repeated = answer.complete - answer.distinct
            fails = f"the statement fails, because {repeated:,} of {answer.complete:,} values are there already in another row"
            evidence = Evidence(
                f"{answer.complete:,} filled rows hold {answer.distinct:,} distinct values.",
                basis="data",
                proved=not answer.sampled,
                rows_examined=answer.rows,
                sql=answer.sql,
            )
        held = ", ".join(migration.quote(each) for each in columns)
        filled = " AND ".join(f"{migration.quote(each)} IS NOT NULL" for each in columns)
        return self.at(
            moment,
            table,
            f"{names} must be unique in {table} from now on: {fails}, and so does each statement of the running "
            "application that repeats one.",
            evidence,
            help="Find and mend the repeated values first, and release an application that writes none.",
            fix=Fix(
                "Find the repeated values",
                "display",
                sql=(
                    (
                        f"SELECT {held}, count(*) FROM {written(migration, table)} WHERE {filled} GROUP BY {held} "
                        "HAVING count(*) > 1"
                    ),
                ),
            ),
            severity="error" if answer else None,
        )


def _made_unique(migration: Migration) -> Iterator[tuple[Moment, Ref, tuple[str, ...]]]:
    """The tables and columns whose values must be unique from now on, and could repeat until now."""
    for moment, action in existing(migration, "add constraint", "create index"):
        ref = action.table or action.target if action.kind == "create index" else action.target
        columns = _columns(action)
        if ref is None or not columns or "using index" in action.words:
            continue
        table = ref.table
        if any(is_new_column(migration, table, name) for name in columns):
            continue
        if not _is_unique_already(table_before(moment, table), columns):
            yield moment, table, columns


def _columns(action: Action) -> tuple[str, ...]:
    """The columns of a plain unique key: no expression, prefix or predicate, which nobody can ask about in general."""
    if isinstance(action.constraint, PrimaryKey | Unique) and action.kind == "add constraint":
        return action.constraint.columns
    index = action.index
    if (
        index is None
        or not index.unique
        or index.predicate is not None
        or any(part.prefix_length for part in index.parts)
    ):
        return ()
    names = index.columns
    return tuple(name for name in names if name) if all(names) else ()


def _is_unique_already(table: Table | None, columns: tuple[str, ...]) -> bool:
    return table is not None and any(set(key) <= set(columns) for key in table.keys)
