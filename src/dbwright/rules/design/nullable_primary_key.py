"""A primary key of SQLite that accepts NULL.

## Why
In SQLite only a column declared exactly `INTEGER PRIMARY KEY`, the keys of WITHOUT ROWID tables and those of STRICT
tables refuse NULL. Every other primary key lets it in, as often as one likes, because NULL never equals NULL: rows
that nothing can name, that no foreign key can point at, and that other engines refuse when the data moves there.
`id INT PRIMARY KEY` is the sharpest case: it looks like a key that numbers itself, but an INSERT without an id stores
NULL.

## Bad
```sql
CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL);
```

## Good
```sql
CREATE TABLE countries (code TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL);
```

## Fix
Forbids NULL in the key. A single integer key becomes `INTEGER PRIMARY KEY`, which numbers itself. Where rows with NULL
are there already, they need a value first.

## References
- SQLite, [The PRIMARY KEY](https://www.sqlite.org/lang_createtable.html#the_primary_key)
- SQLite, [Quirks: primary keys can sometimes contain
  NULLs](https://www.sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountNulls, Question
from dbwright.catalog.objects import Column, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import AlterColumnType, Operation, SetNullable
from dbwright.finding import Evidence, Finding, Fix, Severity, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class NullablePrimaryKey(Rule):
    """Finds primary keys that accept NULL."""

    code = "K004"
    group = "keys"
    engines = ("sqlite",)

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, columns in _nullable_keys(subject):
            yield from (CountNulls(table.ref, column.name) for column in columns)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, columns in _nullable_keys(subject):
            yield self._finding(subject, table, columns)

    def _finding(self, subject: Subject, table: Table, columns: list[Column]) -> Finding:
        questions = [CountNulls(table.ref, column.name) for column in columns]
        answers = [answer for each in questions if (answer := subject.facts.ask(each, Counted))]
        evidence: list[Evidence] = []
        for column, question in zip(columns, questions, strict=True):
            answer = subject.facts.ask(question, Counted)
            if answer is not None and answer.matching:
                holds = "has" if answer.matching == 1 else "have"
                summary = f"{count(answer.matching, 'row')} of {looked_at(answer)} {holds} NULL in {column.name}."
                evidence.append(seen(summary, answer))
        nulls = max((answer.matching for answer in answers), default=0)
        if not evidence:
            known = answers and all(answer.rows for answer in answers)
            evidence.append(
                seen(f"No NULL in {looked_at(answers[0])} yet.", answers[0])
                if known
                else unchecked(subject, questions[0])
            )
        names = listed([column.name for column in columns])
        numbering = _should_number_itself(table)
        severity: Severity = "error" if nulls else "warning" if numbering else "note"
        message = f"The primary key of {table.ref} accepts NULL in {names}"
        if nulls:
            message += f", and {count(nulls, 'row has', 'rows have')} one: such a row has no name."
        elif numbering:
            message += ": it is not the rowid, so an INSERT without it stores NULL instead of the next number."
        else:
            message += ", as often as one likes: SQLite refuses it only in keys declared NOT NULL."
        help_ = "Give the rows with NULL a key. " if nulls else ""
        return self.finding(
            table.ref.child("primary_key", ", ".join(table.primary_key.columns if table.primary_key else ())),
            message,
            *evidence,
            help=f"{help_}Declare {names} INTEGER PRIMARY KEY." if numbering else f"{help_}Declare {names} NOT NULL.",
            fix=None if nulls else _fix(table, columns, numbering),
            severity=severity,
            related=[table.column_ref(column.name) for column in columns],
            touched=Touched(rows=nulls) if nulls else None,
        )


def _nullable_keys(subject: Subject) -> Iterator[tuple[Table, list[Column]]]:
    for table in own_tables(subject.catalog):
        if table.primary_key is None:
            continue
        columns = [column for name in table.primary_key.columns if (column := table.column(name)) and column.nullable]
        if columns:
            yield table, columns


def _should_number_itself(table: Table) -> bool:
    """Whether the key is a single integer that is not the rowid (INT PRIMARY KEY) and holds no reference."""
    if table.primary_key is None or len(table.primary_key.columns) != 1:
        return False
    column = table.column(table.primary_key.columns[0])
    referring = {name for key in table.foreign_keys for name in key.columns}
    return column is not None and column.type.kind == "integer" and column.name not in referring


def _fix(table: Table, columns: list[Column], numbering: bool) -> Fix:
    if numbering:
        target = table.column_ref(columns[0].name)
        operations: tuple[Operation, ...] = (
            AlterColumnType(target=target, type=Type("integer", "INTEGER", bits=64)),
            SetNullable(target=target, nullable=False),
        )
        return Fix(f"Make {table.name}.{columns[0].name} an INTEGER PRIMARY KEY", "unsafe", operations)
    return Fix(
        f"Forbid NULL in the primary key of {table.name}",
        "safe",
        tuple(SetNullable(target=table.column_ref(column.name), nullable=False) for column in columns),
    )
