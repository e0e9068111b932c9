"""A table whose every column, its key aside, may be NULL.

## Why
A row of such a table may say nothing at all: a customer without name, address and e-mail, an order without date and
amount. Nobody decided that; the declaration of what a row must have was left out, and every program now checks it
for itself, or fails on the NULL that it didn't expect.

Reported are tables of at least four columns beside key and foreign keys, where none has a default or is NOT NULL.
Logs, staging tables and tables that extend another one (whose primary key is a foreign key) are left out. How many
of the columns really hold NULL is told from the rows.

## Bad
```sql
CREATE TABLE customers (id integer PRIMARY KEY, full_name varchar(80), email varchar(80), city varchar(40), street varchar(80));
```

## Good
```sql
CREATE TABLE customers (id integer PRIMARY KEY, full_name varchar(80) NOT NULL, email varchar(80), city varchar(40), street varchar(80));
```

## Fix
Makes NOT NULL the columns that hold no NULL although the table has at least 50 rows, where all of them were looked
at. Unsafe: a program may yet want to leave one empty.

## Options
- `columns`: the fewest columns beside the keys (default 4).
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import SetNullable
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import looked_at, seen, unchecked
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import keeps_records, own_tables

_LEAST_ROWS = 50


class AllNullableTable(Rule):
    """Finds tables that demand nothing of a row."""

    code = "D003"
    group = "design"
    severity = "note"
    harm = "data"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, columns in _all_nullable(subject):
            for column in columns:
                stats = subject.facts.columns.get(table.column_ref(column.name))
                if stats is None or not stats.null_share:  # where the planner has seen a NULL, nothing is left to ask
                    yield CountNulls(table.ref, column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, columns in _all_nullable(subject):
            answers = {
                column.name: answer
                for column in columns
                if (answer := subject.facts.ask(CountNulls(table.ref, column.name), Counted)) and answer.rows
            }
            filled = [name for name, answer in answers.items() if not answer.matching]
            one = next(iter(answers.values()), None)
            enough = one is not None and one.rows >= _LEAST_ROWS
            if one is None and all(table.column_ref(column.name) in subject.facts.columns for column in columns):
                evidence = Evidence(
                    "By the server's own statistics, each of them is NULL somewhere.", basis="counters", proved=False
                )
            elif one is None:
                evidence = unchecked(subject, CountNulls(table.ref, columns[0].name))
            else:
                never = (
                    f"{listed(filled)} never {'is' if len(filled) == 1 else 'are'}"
                    if filled
                    else "every one of them is somewhere"
                )
                evidence = seen(
                    f"Of {len(columns)} columns that may be NULL, {never}; looked at {looked_at(one)}.", one
                )
            yield self.finding(
                table.ref,
                f"Every column of {table.ref} beside its keys may be NULL, so a row may say nothing at all.",
                Evidence(f"{len(columns)} columns may be NULL, none has a default."),
                evidence,
                help=f"Declare NOT NULL what a row can't be without{', first of all ' + listed(filled, most=3) if filled else ''}.",
                fix=_fix(table, filled) if filled and enough and one and not one.sampled else None,
            )


def _all_nullable(subject: Subject) -> Iterator[tuple[Table, list[Column]]]:
    for table in own_tables(subject.catalog):
        keys = {name for key in table.foreign_keys for name in key.columns}
        primary = set(table.primary_key.columns) if table.primary_key else set()
        if keeps_records(table) or table.inherits or (primary and primary <= keys):
            continue
        if any(not column.nullable and column.name in keys and column.name not in primary for column in table.columns):
            continue
        columns = [c for c in table.columns if c.name not in keys | primary and not c.generated and not c.identity]
        if any(not c.nullable or c.default is not None for c in columns) or any(map(_demands, table.checks)):
            continue
        if len(columns) >= int(subject.option("columns", 4)):
            yield table, columns


def _demands(check: Check) -> bool:
    """Whether a check forbids NULL by itself."""
    text = " ".join(check.expression.upper().split())
    return "IS NOT NULL" in text or "NUM_NONNULLS" in text or "COALESCE" in text


def _fix(table: Table, names: list[str]) -> Fix:
    return Fix(
        f"Forbid NULL in {listed(names)} of {table.name}",
        "unsafe",
        tuple(SetNullable(target=table.column_ref(name), nullable=False) for name in names),
    )
