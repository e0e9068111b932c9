"""A check constraint that cannot refuse a row, refuses every row, or lets through by NULL what it reads as forbidding.

## Why
A check passes when it is true *and when it is NULL*. So `status = NULL` never refuses anything, `kind IN ('a', NULL)`
neither, and `trim(name) <> ''` on a nullable column lets a missing name through. Such a constraint looks like
protection and is none. The opposite, `age > 10 AND age < 5`, refuses every row.

The expression is tried in three-valued logic on all values that make a difference; only what is proved so is
reported. Ordinary checks on optional columns (`discount > 0`, which passes without a discount) are as they should be.

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
lets it through and no row has it. Switches on a check that is not enforced or not validated, where no row breaks it.

## References
- PostgreSQL, [Check
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS):
  satisfied by true or null.
- SQLite, [CHECK constraints](https://www.sqlite.org/lang_createtable.html#check_constraints)
"""

from collections.abc import Iterable, Iterator

import msgspec

from dbwright.catalog.facts import CheckOutcome, Counted, CountNotTrue, CountNulls, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import AddCheck, DropConstraint, SetNullable
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._expressions import (
    Domain,
    Node,
    columns_of,
    compares_with_null,
    forbids_empty,
    null_passes,
    parse,
    verdict,
)
from dbwright.rules.design._tables import base_type, own_tables


class IneffectiveCheck(Rule):
    """Finds checks that do not do what they say."""

    code = "C005"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, check in _checks(subject):
            if not check.enforced or not check.validated:
                yield CountNotTrue(table.ref, check.expression)
            elif column := _slips_through(subject, table, check):
                yield CountNulls(table.ref, column.name)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, check in _checks(subject):
            if not check.enforced or not check.validated:
                yield self._switched_off(subject, table, check)
            tree = parse(check.expression, subject.engine)
            if tree is None:
                continue
            found = verdict(tree, _domains(subject, table))
            null = compares_with_null(tree)
            if null or found == "always passes":
                yield self._without_effect(table, check, tree, null, found == "always passes")
            elif found == "never true":
                yield self._refuses_all(table, check, tree)
            elif check.enforced and (column := _slips_through(subject, table, check)):
                yield self._passed_by_null(subject, table, check, column)

    def _without_effect(self, table: Table, check: Check, tree: Node, null: str | None, passes: bool) -> Finding:
        if null:
            message = f"The check {_shown(check)} of {table.ref} compares with NULL ({null}), which is never true and never false"
            message += ", so it refuses no row." if passes else "."
            reason = "A comparison with NULL gives NULL, and a check passes on NULL."
            help_ = "Write IS NULL or IS NOT NULL, or leave NULL out of the list."
        else:
            message = (
                f"The check {_shown(check)} of {table.ref} is never false, whatever the row holds, so it refuses none."
            )
            reason = (
                f"Tried on all values of {_named(tree)} that make a difference: it is never false."
                if columns_of(tree)
                else "It reads no column."
            )
            help_ = "Write the condition that was meant (often AND instead of OR), or drop it."
        fix = (
            Fix(f"Drop the check {_shown(check)}, which refuses nothing", "safe", (_drop(table, check),))
            if passes
            else None
        )
        return self.finding(_ref(table, check), message, Evidence(reason), help=help_, fix=fix)

    def _refuses_all(self, table: Table, check: Check, tree: Node) -> Finding:
        columns = columns_of(tree)
        nullable = [name for name in columns if (column := table.column(name)) and column.nullable]
        message = f"The check {_shown(check)} of {table.ref} is true for no row"
        message += f": only NULL in {nullable[0]} gets past it." if nullable else ", so every INSERT is refused."
        return self.finding(
            _ref(table, check),
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
            _ref(table, check),
            f"The check {_shown(check)} of {table.ref} asks for a {column.name} that is not empty, but lets NULL through.",
            evidence,
            help=f"Declare {column.name} NOT NULL, or say that it is optional: {column.name} IS NULL OR ….",
            fix=Fix(f"Forbid NULL in {table.name}.{column.name}", "display" if nulls else "unsafe", (operation,)),
            severity=None if nulls else "note",
            related=(table.column_ref(column.name),),
        )

    def _switched_off(self, subject: Subject, table: Table, check: Check) -> Finding:
        question = CountNotTrue(table.ref, check.expression)
        outcome = subject.facts.ask(question, CheckOutcome)
        broken = outcome.false if outcome else 0
        evidence = unchecked(subject, question)
        if outcome and outcome.rows:
            evidence = seen(
                f"Of {looked_at(outcome)}, {count(broken, 'row breaks', 'rows break') if broken else 'none breaks'} it.",
                outcome,
            )
        state = "is not enforced" if not check.enforced else "was never validated, so older rows may break it"
        on = msgspec.structs.replace(check, enforced=True, validated=True)
        return self.finding(
            _ref(table, check),
            f"The check {_shown(check)} of {table.ref} {state}"
            + (f", and {count(broken, 'row does', 'rows do')}." if broken and check.enforced else "."),
            evidence,
            help=("Correct these rows, then " if broken else "")
            + (
                "enforce it."
                if not check.enforced
                else "run ALTER TABLE … VALIDATE CONSTRAINT …, which does not block writes."
            ),
            fix=Fix(
                f"{'Enforce' if not check.enforced else 'Validate'} the check {_shown(check)}",
                "display" if broken else "unsafe",
                (_drop(table, check), AddCheck(target=table.ref, check=on)),
            ),
            severity="error" if broken else None,
        )


def _checks(subject: Subject) -> Iterator[tuple[Table, Check]]:
    for table in own_tables(subject.catalog):
        for check in table.checks:
            yield table, check


def _domains(subject: Subject, table: Table) -> dict[str, Domain]:
    """What the types say of each column's values."""
    found = {}
    primary = table.primary_key.columns if table.primary_key else ()
    for column in table.columns:
        type_ = base_type(subject, column.type)
        whole = type_.kind == "integer" and subject.engine != "sqlite"
        nullable = column.nullable and (column.name not in primary or subject.engine == "sqlite")
        found[column.name] = Domain(nullable, whole, 0 if type_.unsigned else None)
    return found


def _slips_through(subject: Subject, table: Table, check: Check) -> Column | None:
    """The nullable column that a check wants not to be empty, where NULL passes."""
    tree = parse(check.expression, subject.engine)
    if tree is None or not check.enforced:
        return None
    columns = columns_of(tree)
    column = table.column(columns[0]) if len(columns) == 1 else None
    if column is None or not column.nullable or not forbids_empty(tree):
        return None
    return column if null_passes(tree, _domains(subject, table), column.name) else None


def _ref(table: Table, check: Check) -> Ref:
    return table.ref.child("check", check.name or check.expression)


def _drop(table: Table, check: Check) -> DropConstraint:
    return DropConstraint(target=_ref(table, check), nameless=() if check.name else (check.expression,))


def _shown(check: Check) -> str:
    text = " ".join(check.expression.split())
    text = text if len(text) <= 80 else f"{text[:77]}…"
    return f"{check.name} ({text})" if check.name else f"({text})"


def _named(tree: Node) -> str:
    return ", ".join(columns_of(tree))
