"""A column that holds the same value in every one of very many rows.

## Why
A column whose value never differs says nothing about a row: a feature that only ever got one setting, a currency
before the second country, or a flag that no program sets. It takes room in every row, and conditions on it mislead
people and the planner.

Only tables of at least 1,000 rows count, and neither keys, nor what marks deleted rows, nor versions of row locking,
nor when a row was made or changed. The columns of a table are one finding.

## Bad
```sql
CREATE TABLE orders (id integer PRIMARY KEY, channel varchar(20) NOT NULL);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY);
```

## Fix
None to run: a second value may come tomorrow. If it can't, drop the column.

## Options
- `rows`: the fewest rows of a table (default 1000).
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Distinct, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._audit import changed_column, made_column
from dbwright.rules.design._evidence import looked_at, seen
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, own_tables

_EXPECTED = word_set(
    "archived cancelled canceled currency deleted disabled discarded locale lock removed revoked tenant version"
)
"""Words of columns that are the same in nearly every row by nature."""
_COMPARABLE = (
    "boolean",
    "integer",
    "decimal",
    "float",
    "money",
    "char",
    "varchar",
    "date",
    "timestamp",
    "time",
    "uuid",
    "enum",
    "year",
)


class ConstantColumn(Rule):
    """Finds columns of one value."""

    code = "D014"
    group = "design"
    severity = "note"
    needs = "rows"
    harm = "clarity"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (CountDistinct(table.ref, (column.name,)) for table, column in _suspects(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        found: dict[str, tuple[Table, list[tuple[str, Distinct]]]] = {}
        for table, column in _suspects(subject):
            answer = subject.facts.ask(CountDistinct(table.ref, (column.name,)), Distinct)
            least = subject.option("rows", 1000)
            if answer and answer.distinct == 1 and answer.complete >= least and answer.complete == answer.rows:
                found.setdefault(str(table.ref), (table, []))[1].append((column.name, answer))
        for table, columns in found.values():
            names = [name for name, _ in columns]
            answer, one = columns[0][1], len(names) == 1
            yield self.finding(
                table.column_ref(names[0]) if one else table.ref,
                f"{listed(names)} of {table.ref} {'holds' if one else 'hold'} the same value in every row.",
                seen(f"One distinct value in {looked_at(answer)}.", answer, ()),
                help="Drop it if no second value can come, or find out why no program sets one.",
                related=() if one else [table.column_ref(name) for name in names],
            )


def _suspects(subject: Subject) -> Iterator[tuple[Table, Column]]:
    """Columns that may be constant: not where the engine's planner knows of several values."""
    for table in own_tables(subject.catalog):
        if (subject.facts.rows(table.ref) or 0) < subject.option("rows", 1000):
            continue
        dated = (made_column(subject, table), changed_column(subject, table))
        keys = {name for key in (*table.keys, *(each.columns for each in table.foreign_keys)) for name in key}
        for column in table.columns:
            stats = subject.facts.columns.get(table.column_ref(column.name))
            several = stats is not None and (stats.distinct or 0) > 5  # an estimate: InnoDB says 2 for 1
            if (
                several
                or column in dated
                or column.name in keys
                or column.generated
                or _EXPECTED.intersection(words(column.name))
            ):
                continue
            if base_type(subject, column.type).kind in _COMPARABLE:
                yield table, column
