"""A check constraint that cannot refuse a row, refuses every row, or lets through by NULL what it reads as forbidding.

## Why
A check passes when it is true *and when it is NULL*. So `status = NULL` never refuses anything, `kind IN ('a', NULL)`
neither, and `trim(name) <> ''` on a nullable column lets a missing name through. Such a constraint looks like
protection and is none. The opposite, `age > 10 AND age < 5`, refuses every row.

The expression is tried in three-valued logic on all values that make a difference; only what is proved so is
reported. Ordinary checks on optional columns (`discount > 0`, which passes without a discount) are as they should be.
A check that only repeats what the column's type or NOT NULL says already is a note.

## Bad
```sql
CREATE TABLE people (
  id integer PRIMARY KEY,
  age integer NOT NULL,
  CHECK (age >= 0 OR age < 150)
);
```

## Good
```sql
CREATE TABLE people (
  id integer PRIMARY KEY,
  age integer NOT NULL,
  CHECK (age >= 0 AND age < 150)
);
```

## Fix
Drops a check that refuses nothing, which changes nothing; write the one that was meant. Forbids NULL where a check
lets it through and no row has it. Where NULLs in several columns get past a check, the check is written again with IS
TRUE behind it, which NULL is not.

## References
- PostgreSQL, [Check
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS):
  satisfied by true or null.
- SQLite, [CHECK constraints](https://www.sqlite.org/lang_createtable.html#check_constraints)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import CheckOutcome, Counted, CountNotTrue, CountNulls, Question
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import AddCheck, SetNullable
from dbwright.finding import Evidence, Finding, Fix, Safety
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._checks import check_ref, domains_of, drop_check, shown_check
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._expressions import (
    Node,
    Verdict,
    alternatives,
    asks_not_null,
    columns_in,
    columns_of,
    compares_with_null,
    forbids_empty,
    null_passes,
    parse,
    verdict_on,
)
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables


class IneffectiveCheck(Rule):
    """Finds checks that do not do what they say."""

    code = "C005"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, check, tree in _checks(subject):
            if column := _slips_through(subject, table, check, tree):
                yield CountNulls(table.ref, column.name)
            elif _all_slip_through(subject, table, check, tree):
                yield CountNotTrue(table.ref, check.expression)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, check, tree in _checks(subject):
            found = _verdict(subject, table, check)
            null = compares_with_null(tree)
            if null or (found == "always passes" and not _repeats_unsigned(subject, table, check)):
                by_type = not null and _verdict(subject, table, check, typed=False) != "always passes"
                repeats = by_type or (not null and asks_not_null(tree))
                yield self._without_effect(table, check, tree, null, found == "always passes", repeats)
            elif found == "never true":
                yield self._refuses_all(table, check, tree)
            elif column := _slips_through(subject, table, check, tree):
                yield self._passed_by_null(subject, table, check, column)
            elif columns := _all_slip_through(subject, table, check, tree):
                yield self._passed_by_nulls(subject, table, check, columns)

    def _without_effect(
        self, table: Table, check: Check, tree: Node, null: str | None, passes: bool, repeats: bool
    ) -> Finding:
        if null:
            message = f"The check {shown_check(check)} of {table.ref} compares with NULL ({null}), which is never true and never false"
            message += ", so it refuses no row." if passes else "."
            reason = "A comparison with NULL gives NULL, and a check passes on NULL."
            help_ = "Write IS NULL or IS NOT NULL, or leave NULL out of the list."
        elif repeats:
            message = f"The check {shown_check(check)} of {table.ref} repeats what the declaration of {_named(tree)} says already."
            reason = f"No value that {_named(tree)} can hold, as declared, makes it false."
            help_ = "Drop it, or keep it as a remark to readers."
        else:
            message = f"The check {shown_check(check)} of {table.ref} is never false, whatever the row holds, so it refuses none."
            reason = (
                f"Tried on all values of {_named(tree)} that make a difference: it is never false."
                if columns_of(tree)
                else "It reads no column."
            )
            help_ = "Write the condition that was meant (often AND instead of OR), or drop it."
        fix = (
            Fix(f"Drop the check {shown_check(check)}, which refuses nothing", "safe", (drop_check(table, check),))
            if passes
            else None
        )
        return self.finding(
            check_ref(table, check),
            message,
            Evidence(reason),
            help=help_,
            fix=fix,
            severity="note" if repeats else None,
        )

    def _refuses_all(self, table: Table, check: Check, tree: Node) -> Finding:
        columns = columns_of(tree)
        nullable = [name for name in columns if (column := table.column(name)) and column.nullable]
        message = f"The check {shown_check(check)} of {table.ref} is true for no row"
        message += f": only NULL in {nullable[0]} gets past it." if nullable else ", so every INSERT is refused."
        return self.finding(
            check_ref(table, check),
            message,
            Evidence(
                f"Tried on all values of {_named(tree)} that make a difference: it is never true."
                if columns
                else "It reads no column."
            ),
            help="The two sides contradict each other: often OR was meant instead of AND, or a constant is wrong.",
            severity="error",
        )

    def _passed_by_null(self, subject: Subject, table: Table, check: Check, column: Column) -> Finding:
        question = CountNulls(table.ref, column.name)
        answer = subject.facts.ask(question, Counted)
        nulls = answer.matching if answer else 0
        evidence = unchecked(subject, question)
        if answer and answer.rows:
            told = f"{count(nulls, 'row has', 'rows have')} NULL" if nulls else "no row has NULL"
            evidence = seen(f"In {looked_at(answer)}, {told} in {column.name}.", answer)
        operation = SetNullable(target=table.column_ref(column.name), nullable=False)
        return self.finding(
            check_ref(table, check),
            f"The check {shown_check(check)} of {table.ref} asks for a {column.name} that is not empty, but lets NULL through.",
            evidence,
            help=f"Declare {column.name} NOT NULL, or say that it is optional: {column.name} IS NULL OR ….",
            fix=Fix(f"Forbid NULL in {table.name}.{column.name}", "display" if nulls else "unsafe", (operation,)),
            severity=None if nulls else "note",
            related=(table.column_ref(column.name),),
        )

    def _passed_by_nulls(self, subject: Subject, table: Table, check: Check, columns: list[Column]) -> Finding:
        question = CountNotTrue(table.ref, check.expression)
        outcome = subject.facts.ask(question, CheckOutcome)
        passed = outcome.unknown if outcome else 0
        evidence = unchecked(subject, question)
        if outcome and outcome.rows:
            told = count(passed, "row gets", "rows get") if passed else "no row gets"
            evidence = Evidence(
                summary=f"Of {looked_at(outcome)}, {told} past it that way.",
                basis="data",
                proved=not outcome.sampled,
                rows_examined=outcome.rows,
                sql=outcome.sql,
            )
        names = listed([column.name for column in columns])
        strict = msgspec.structs.replace(check, expression=f"({check.expression}) IS TRUE")
        safety: Safety = "display" if passed or not check.name else "unsafe"
        return self.finding(
            check_ref(table, check),
            f"The check {shown_check(check)} of {table.ref} asks for one of {names} that is not empty, but NULL in all of them passes.",
            evidence,
            help="Add IS TRUE to the whole condition" + (", once these rows are corrected." if passed else "."),
            fix=Fix(
                "Let the check pass only where it is true",
                safety,
                (drop_check(table, check), AddCheck(target=table.ref, check=strict)),
            ),
            severity=None if passed else "note",
            related=[table.column_ref(column.name) for column in columns],
        )


def _checks(subject: Subject) -> Iterator[tuple[Table, Check, Node]]:
    """The checks that are understood. Those that are not enforced have a rule of their own (C008)."""
    for table in own_tables(subject.catalog):
        for check in table.checks:
            tree = parse(check.expression, subject.engine) if check.enforced else None
            if tree is not None:
                yield table, check, tree


def _verdict(subject: Subject, table: Table, check: Check, *, typed: bool = True) -> Verdict | None:
    domains = domains_of(subject, table, check.expression, typed=typed)
    return verdict_on(check.expression, subject.engine, domains)


def _repeats_unsigned(subject: Subject, table: Table, check: Check) -> bool:
    """Whether a check asks an unsigned column not to be negative: frameworks write both, and neither is an oversight."""
    columns = columns_in(check.expression, subject.engine)
    column = table.column(columns[0]) if len(columns) == 1 else None
    return column is not None and column.type.unsigned


def _slips_through(subject: Subject, table: Table, check: Check, tree: Node) -> Column | None:
    """The nullable column that a check wants not to be empty, where NULL passes."""
    columns = columns_in(check.expression, subject.engine)
    column = table.column(columns[0]) if len(columns) == 1 else None
    if column is None or not column.nullable or not forbids_empty(tree):
        return None
    return column if null_passes(tree, domains_of(subject, table, check.expression), column.name) else None


def _all_slip_through(subject: Subject, table: Table, check: Check, tree: Node) -> list[Column]:
    """The nullable columns of which a check wants one not to be empty, where NULL in all of them passes."""
    named = columns_in(check.expression, subject.engine)
    columns = [column for name in named if (column := table.column(name)) and column.nullable]
    if len(columns) < 2 or len(columns) != len(named):
        return []
    sides = alternatives(tree)
    return columns if len(sides) == len(columns) and all(map(forbids_empty, sides)) else []


def _named(tree: Node) -> str:
    return ", ".join(columns_of(tree))
