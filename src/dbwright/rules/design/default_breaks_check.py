"""A default that the table itself refuses: by a check, by a foreign key, or by a unique key on its second use.

## Why
The default stands in when an INSERT leaves the column out. Where a check, the parent table or a unique key refuses it,
every such INSERT fails, and the message names a constraint on a column that the statement never mentioned. The fault
lies still until the first row is written that way, often by another program than the one that made the table.

A default that a unique column can have once (mostly '' by habit) is a note: it hides that a value is missing.

## Bad
```sql
CREATE TABLE orders (
  id integer PRIMARY KEY,
  status varchar(20) DEFAULT 'new' NOT NULL,
  CONSTRAINT orders_status_check CHECK (status IN ('open', 'paid'))
);
```

## Good
```sql
CREATE TABLE orders (
  id integer PRIMARY KEY,
  status varchar(20) DEFAULT 'open' NOT NULL,
  CONSTRAINT orders_status_check CHECK (status IN ('open', 'paid'))
);
```

## Fix
Drops the default, so that an INSERT has to say what it means. Unsafe, because where the column may be NULL, NULL then
takes its place.

## References
- PostgreSQL, [Default values](https://www.postgresql.org/docs/current/ddl-default.html)
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import SetDefault
from dbwright.finding import Evidence, Finding, Fix, Severity
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._access import accesses
from dbwright.rules.design._checks import check_ref, domains_of, mentions, shown_check
from dbwright.rules.design._evidence import count, seen
from dbwright.rules.design._expressions import literal, parse, refuses
from dbwright.rules.design._tables import base_type, own_tables, parent_of, referenced_columns


class DefaultBreaksCheck(Rule):
    """Finds defaults that cannot be stored, or only once."""

    code = "C013"
    group = "constraints"
    harm = "outage"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (question for _, _, _, _, question in _referring(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, column, value in _constant_defaults(subject):
            check = _refusing(subject, table, column, value)
            if check:
                yield self._finding(
                    table,
                    column,
                    f"The default {column.default} of {table.ref}.{column.name} is refused by the check {shown_check(check)}.",
                    Evidence(
                        "Put in the column's place, the default makes the check false, whatever else the row holds."
                    ),
                    check_ref(table, check),
                )
            elif (key := _unique_alone(table, column)) and not _is_checked(table, column):
                yield self._finding(
                    table,
                    column,
                    f"The default {column.default} of {table.ref}.{column.name} can be used only once, because the column is unique.",
                    Evidence("Of two rows that leave the column out, the second breaks the unique key."),
                    key,
                    severity="note",
                )
        for table, column, name, parent, question in _referring(subject):
            answer = subject.facts.ask(question, Counted)
            if answer and answer.rows and not answer.matching and not answer.sampled:
                yield self._finding(
                    table,
                    column,
                    f"The default {column.default} of {table.ref}.{column.name} refers to no row of {parent.ref}.",
                    seen(f"None of the {count(answer.rows, 'row')} of {parent.ref} has this key.", answer),
                    table.ref.child("foreign_key", name),
                    severity="note" if _means_none(subject, column) else None,
                )

    def _finding(
        self,
        table: Table,
        column: Column,
        message: str,
        evidence: Evidence,
        related: Ref,
        severity: Severity | None = None,
    ) -> Finding:
        target = table.column_ref(column.name)
        return self.finding(
            target,
            message,
            evidence,
            help="Drop the default, or give it a value that may be stored.",
            fix=Fix(
                f"Drop the default of {table.name}.{column.name}", "unsafe", (SetDefault(target=target, default=None),)
            ),
            related=(related,),
            severity=severity,
        )


def _constant_defaults(subject: Subject) -> Iterator[tuple[Table, Column, Decimal | str]]:
    """Columns whose default is a number or a text."""
    for table in own_tables(subject.catalog):
        for column in table.columns:
            if column.default is None or column.generated or column.identity:
                continue
            if not _is_checked(table, column) and not any(key == (column.name,) for key in table.keys):
                continue
            value = literal(column.default, subject.engine)
            if value is not None:
                yield table, column, _typed(subject, column, value)


def _is_checked(table: Table, column: Column) -> bool:
    """Whether a check looks at the column, as one does that lets a table have a single row (id = 1)."""
    return any(mentions(check.expression, column.name) for check in table.checks)


def _means_none(subject: Subject, column: Column) -> bool:
    """Whether the default is a stopgap for no value; beside a foreign key it refuses rows just as no default would."""
    value = literal(column.default or "", subject.engine)
    return str(value).strip() in ("0", "-1", "")


def _typed(subject: Subject, column: Column, value: Decimal | str) -> Decimal | str:
    """The value as the column holds it: MySQL prints the default 0 of a number as '0'."""
    if isinstance(value, str) and base_type(subject, column.type).is_number:
        number = literal(value, subject.engine)
        return value if number is None else number
    return value


def _refusing(subject: Subject, table: Table, column: Column, value: Decimal | str) -> Check | None:
    """The check that is false for every row with this value in the column."""
    any_case = subject.engine == "mysql" or column.collation is not None
    for check in table.checks:
        if check.enforced and mentions(check.expression, column.name):
            tree = parse(check.expression, subject.engine)
            if tree is not None and refuses(
                tree, domains_of(subject, table, check.expression), column.name, value, any_case=any_case
            ):
                return check
    return None


def _unique_alone(table: Table, column: Column) -> Ref | None:
    """The primary or unique key over the column alone that holds for all rows."""
    for access in accesses(table):
        plain = all(part.column and not part.prefix_length for part in access.parts)
        if access.unique and plain and access.columns == (column.name,) and access.predicate is None:
            return access.ref
    return None


def _referring(subject: Subject) -> Iterator[tuple[Table, Column, str, Table, CountMatching]]:
    """Columns with a constant default and a foreign key of their own, and the question whether the parent has that row."""
    for table in own_tables(subject.catalog):
        for key in table.foreign_keys:
            column = table.column(key.columns[0]) if len(key.columns) == 1 else None
            if column is None or column.default is None or not key.enforced:
                continue
            parent = parent_of(subject, key)
            theirs = referenced_columns(parent, key) if parent else ()
            if parent and len(theirs) == 1 and literal(column.default, subject.engine) is not None:
                expression = f"{subject.quote(theirs[0])} = {column.default}"
                name = key.name or column.name
                yield table, column, name, parent, CountMatching(parent.ref, expression)
