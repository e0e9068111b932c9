"""A table without rows, or a column that is always NULL, in a database that is in use.

## Why
What nobody has ever filled is a feature that was never finished, or one that was removed without its tables. It
takes part in every backup and every migration, and people who read the schema believe that it means something.

Tables are reported only where at least half of all tables hold rows; columns only in tables of at least 100 rows.
All empty tables are one finding, and so are all empty columns of a table.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, pager varchar(40));
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, mobile varchar(40));
```

## Fix
None to run: a program may be about to use it. Search the programs for the name, then drop it.

## Options
- `rows`: the fewest rows of a table whose columns are looked at (default 100).
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import DATABASE
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_STAGES = word_set("buffer export import inbox job lock outbox queue session staging temp tmp")


class EmptyTableOrColumn(Rule):
    """Finds what nobody fills."""

    code = "D013"
    group = "design"
    severity = "note"
    needs = "rows"
    harm = "clarity"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (CountNulls(table.ref, column.name) for table, column in _suspects(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        yield from self._tables(subject)
        by_ref: dict[str, tuple[Table, list[tuple[str, Counted]]]] = {}
        for table, column in _suspects(subject):
            answer = subject.facts.ask(CountNulls(table.ref, column.name), Counted)
            if answer and answer.rows >= subject.option("rows", 100) and answer.matching == answer.rows:
                by_ref.setdefault(str(table.ref), (table, []))[1].append((column.name, answer))
        for table, found in by_ref.values():
            names = [name for name, _ in found]
            answer = found[0][1]
            one = len(names) == 1
            yield self.finding(
                table.column_ref(names[0]) if one else table.ref,
                f"{listed(names)} of {table.ref} {'is' if one else 'are'} NULL in every row.",
                seen(f"NULL in {looked_at(answer)}.", answer, ()),
                help="Find out whether a program still means to fill it, and drop it if not.",
                related=() if one else [table.column_ref(name) for name in names],
            )

    def _tables(self, subject: Subject) -> Iterator[Finding]:
        tables = [table for table in own_tables(subject.catalog) if table.ref in subject.facts.tables]
        empty = [table for table in tables if _is_empty(subject, table)]
        if not empty or not subject.facts.has_rows or 2 * len(empty) > len(tables):
            return
        one = len(empty) == 1
        yield self.finding(
            empty[0].ref if one else DATABASE,
            f"{empty[0].ref if one else count(len(empty), 'table')} {'holds' if one else 'hold'} no rows"
            f"{'' if one else ': ' + listed([table.name for table in empty])}.",
            Evidence(f"{len(tables) - len(empty):,} of {len(tables):,} tables hold rows.", basis="data"),
            help="Find out whether a program still means to fill it, and drop it if not.",
            related=() if one else [table.ref for table in empty],
        )


def _is_empty(subject: Subject, table: Table) -> bool:
    """Whether a table has no rows although it isn't one that is emptied again and again."""
    stats = subject.facts.tables[table.ref]
    return (
        stats.rows == 0 and not stats.writes and not _STAGES.intersection(stem(table.name)) and table.kind == "ordinary"
    )


def _suspects(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Nullable columns of tables with rows; where the engine's planner knows of values, the column isn't empty."""
    for table in own_tables(subject.catalog):
        if (subject.facts.rows(table.ref) or 0) < subject.option("rows", 100):
            continue
        for column in table.columns:
            stats = subject.facts.columns.get(table.column_ref(column.name))
            if (
                column.nullable
                and not column.generated
                and not (stats and stats.null_share is not None and stats.null_share < 1)
            ):
                yield table, column
