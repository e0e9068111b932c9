"""Several statements alter the same table one after another, where one could do it all.

## Why
Each ALTER TABLE waits for its lock anew, and everybody behind it; where several write the table again, each does so from the
beginning. One statement with all clauses takes the lock once and goes over the rows once.

## Bad
```sql before
CREATE TABLE orders (id integer PRIMARY KEY, number integer, total integer);
```
```sql postgres
ALTER TABLE orders ALTER COLUMN number TYPE bigint;
ALTER TABLE orders ALTER COLUMN total TYPE bigint;
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN number bigint;
ALTER TABLE orders MODIFY COLUMN total bigint;
```

## Good
```sql postgres
ALTER TABLE orders ALTER COLUMN number TYPE bigint, ALTER COLUMN total TYPE bigint;
```
```sql mysql
ALTER TABLE orders MODIFY COLUMN number bigint, MODIFY COLUMN total bigint;
```

## Fix
Writes all clauses into one statement.

## References
- eugene, [W12: multiple ALTER TABLE statements where one will do](https://kaveland.no/eugene/hints/W12/)
- PostgreSQL, [ALTER TABLE: notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)
"""

from collections.abc import Iterable, Iterator, Sequence

from dbwright.catalog.names import Ref
from dbwright.finding import Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._clauses import clause, head
from dbwright.rules.migration._locks import locked, locks_it, seen
from dbwright.rules.migration._objects import was_there
from dbwright.rules.migration._text import listed

_JOINABLE = frozenset(
    (
        "add column", "drop column", "alter type", "drop not null", "set default", "drop default",
        "add identity", "alter identity", "drop identity", "add generated", "drop expression", "change column",
        "drop constraint", "alter constraint", "set storage", "set logged", "set unlogged",
        "enable row security", "disable row security", "convert charset", "change engine",
    )
)  # fmt: skip
"""Not what reads the rows under lock: constraints and NOT NULL have safer forms, each of several statements."""


class AltersCouldBeOne(MigrationRule):
    """Finds ALTER TABLE statements on one table that could be one."""

    code = "M024"
    group = "locks"
    severity = "note"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for table, moments in _runs(migration):
            rewrites = sum(any(each.path == table.path for each in moment.deed.effect.rewrites) for moment in moments)
            works = f" {rewrites} of them write every row again." if rewrites > 1 else ""
            clauses = list(
                dict.fromkeys(clause(moment, action) for moment in moments for action in moment.deed.actions)
            )
            last = moments[-1]
            lines = listed([str(moment.deed.line) for moment in moments])
            yield self.at(
                last,
                table,
                f"{len(moments)} statements (lines {lines}) alter {table}{migration.size(table)} one after another; each "
                f"{locks_it(migration, last, table)}.{works}",
                *seen(migration, last, table),
                help="Write them as one ALTER TABLE.",
                fix=Fix(
                    "Do all in one statement, with one lock", "display", sql=(head(moments[0]) + ", ".join(clauses),)
                ),
                severity="warning" if rewrites > 1 else None,
            )


def _runs(migration: Migration) -> Iterator[tuple[Ref, Sequence[Moment]]]:
    """Statements that follow on one another and alter the same table, two or more."""
    run: list[Moment] = []
    table: Ref | None = None
    for moment in (*migration.moments, None):
        own = _joinable(migration, moment) if moment is not None else None
        if moment is not None and own is not None and own == table and _fits(run, moment):
            run.append(moment)
            continue
        if table is not None and len(run) > 1:
            yield table, run
        run, table = ([moment], own) if moment is not None and own is not None else ([], None)


def _joinable(migration: Migration, moment: Moment) -> Ref | None:
    """The table in use that a statement alters under a lock, where nothing speaks against one more clause."""
    actions = moment.deed.actions
    if not actions or not head(moment) or moment.deed.failed is not None:
        return None
    table = actions[0].target
    if table is None or table.kind != "table" or not was_there(migration, moment, table):
        return None
    if any(action.kind not in _JOINABLE or action.target != table or "not valid" in action.words for action in actions):
        return None
    return (
        table
        if any(each.relation.path == table.path for each in locked(migration, moment, "reads", "writes"))
        else None
    )


def _fits(run: Sequence[Moment], moment: Moment) -> bool:
    """Whether a statement may join those before it: in the same transaction, and on other columns and constraints."""
    if moment.deed.transaction != run[-1].deed.transaction:
        return False
    known = {name for each in run for name in _names(each)}
    return head(run[0]).split() == head(moment).split() and not known & _names(moment)


def _names(moment: Moment) -> set[str]:
    found: set[str] = set()
    for action in moment.deed.actions:
        found |= {
            name for name in (action.name, action.column.name if action.column else None, *action.columns) if name
        }
    return found
