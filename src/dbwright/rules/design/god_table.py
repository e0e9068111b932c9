"""A table with so many columns that it must hold several things at once.

## Why
A table of eighty columns is nobody's and everybody's: every change to it touches every program, every row is long,
so fewer fit in a page of memory, and two writers who change different things wait for the same row. Most of its
columns are NULL in most rows, because they belong to something that only some rows have.

From 50 columns on (keys and foreign keys not counted) it is a note. Where more than half of them are NULL in more
than nine of ten rows, measured, it is a warning. Columns that begin alike (`billing_…`, `shipping_…`) are listed:
each group is a table of its own.

## Bad
```sql
CREATE TABLE things (
    id integer PRIMARY KEY,
    a01 integer, a02 integer, a03 integer, a04 integer, a05 integer, a06 integer, a07 integer, a08 integer, a09 integer,
    b01 integer, b02 integer, b03 integer, b04 integer, b05 integer, b06 integer, b07 integer, b08 integer, b09 integer,
    c01 integer, c02 integer, c03 integer, c04 integer, c05 integer, c06 integer, c07 integer, c08 integer, c09 integer,
    d01 integer, d02 integer, d03 integer, d04 integer, d05 integer, d06 integer, d07 integer, d08 integer, d09 integer,
    e01 integer, e02 integer, e03 integer, e04 integer, e05 integer, e06 integer, e07 integer, e08 integer, e09 integer,
    f01 integer, f02 integer, f03 integer, f04 integer, f05 integer, f06 integer, f07 integer, f08 integer, f09 integer
);
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY, full_name varchar(80), city varchar(40), street varchar(80));
```

## Fix
None to run: what belongs together only a person knows. `dbwright normalize` proposes splits along dependencies.

## Options
- `columns`: from how many columns on (default 50).
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.objects import Column, Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import words
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_SPARSE = 0.9
_GROUP = 4
_LEAST_ROWS = 100


class GodTable(Rule):
    """Finds tables of very many columns."""

    code = "D002"
    group = "design"
    severity = "note"
    harm = "speed"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table in _wide(subject):
            for column in _own_columns(table):
                if column.nullable and table.column_ref(column.name) not in subject.facts.columns:
                    yield CountNulls(table.ref, column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table in _wide(subject):
            columns = _own_columns(table)
            sparse = [column.name for column in columns if _is_sparse(subject, table, column)]
            known = (subject.facts.rows(table.ref) or 0) >= _LEAST_ROWS
            holey = known and 2 * len(sparse) > len(columns)
            evidence = [Evidence(f"{len(columns)} columns, beside its keys and foreign keys.")]
            if known:
                text = f"{count(len(sparse), 'column is', 'columns are')} NULL in more than nine of ten rows"
                evidence.append(Evidence(f"{text}{': ' + listed(sparse) if sparse else ''}.", basis="data"))
            groups = _groups(columns)
            yield self.finding(
                table.ref,
                f"{table.ref} has {len(table.columns)} columns"
                + (", and in most rows most of them are NULL: it holds several things at once." if holey else
                   ": it probably holds several things at once."),
                *evidence,
                help=f"Move each group into a table of its own: {listed(groups)}." if groups else
                "Move what only some rows have, or what changes together, into tables of its own.",
                severity="warning" if holey else None,
            )  # fmt: skip


def _wide(subject: Subject) -> Iterator[Table]:
    limit = int(subject.option("columns", 50))
    return (table for table in own_tables(subject.catalog) if len(_own_columns(table)) >= limit)


def _own_columns(table: Table) -> list[Column]:
    """The columns that are neither in the primary key nor in a foreign key."""
    keys = {name for key in table.foreign_keys for name in key.columns}
    keys |= set(table.primary_key.columns) if table.primary_key else set()
    return [column for column in table.columns if column.name not in keys and not column.generated]


def _is_sparse(subject: Subject, table: Table, column: Column) -> bool:
    if not column.nullable:
        return False
    stats = subject.facts.columns.get(table.column_ref(column.name))
    if stats is not None:
        return (stats.null_share or 0.0) > _SPARSE
    answer = subject.facts.ask(CountNulls(table.ref, column.name), Counted)
    return answer is not None and answer.rows > 0 and answer.matching > _SPARSE * answer.rows


def _groups(columns: list[Column]) -> list[str]:
    """First words that at least four columns share, largest group first."""
    found: dict[str, int] = {}
    for column in columns:
        named = words(column.name)
        if len(named) > 1 and not named[0].isdigit() and len(named[0]) > 2:
            found[named[0]] = found.get(named[0], 0) + 1
    large = sorted((word for word in found if found[word] >= _GROUP), key=lambda word: -found[word])
    return [
        f"{word}_… ({found[word]} columns)" for word in large if word not in ("has", "can", "num", "date", "total")
    ][:6]
