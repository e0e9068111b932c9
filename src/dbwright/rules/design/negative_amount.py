"""A price, a quantity or a measure that nothing keeps from being negative.

## Why
A quantity of −3 turns a purchase into a refund; a negative price, age or stock spoils every sum and average after it.
Such rows come from a form without a check, a double booking, or a sign lost in an import, and they are noticed in the
accounts, weeks later.

Only names that rule a negative value out are looked at. Balances, refunds, discounts, differences, temperatures and
coordinates are left alone, and so are tables of movements and adjustments. Where many rows are negative, that is how
the column is used, and nothing is said.

## Bad
```sql
CREATE TABLE order_items (id integer PRIMARY KEY, quantity integer NOT NULL, unit_price numeric(10, 2) NOT NULL);
```

## Good
```sql
CREATE TABLE order_items (
  id integer PRIMARY KEY,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(10, 2) NOT NULL CHECK (unit_price >= 0)
);
```

## Fix
Adds a check that the value is 0 or more. Unsafe, because the application may mean something by a negative one. Where
rows are negative already, correct them first.

## Options
- `usual` (default 0.02): from this share of negative rows on, they are taken for intended.

## References
- PostgreSQL, [Check
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS), whose
  first example is a price.
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Counted, CountMatching, Question
from dbwright.catalog.objects import Check, Column, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Finding, Fix, Safety, Touched
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._checks import is_guarded
from dbwright.rules.design._evidence import count, looked_at, seen, unchecked
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import base_type, is_boolean, keeps_records, own_tables

_NEVER_NEGATIVE = word_set("age capacity fare price qty quantity salary seat stock subtotal wage")
"""The last word of a name that says so by itself."""
_HARDLY_NEGATIVE = word_set("cost count distance duration height length size weight width")
"""Words for which a check would be too much to ask; negative rows are told all the same."""
_SIGNED = word_set(
    "adjustment balance change correction credit debit delta deviation diff difference discount drift entry error gain "
    "journal ledger loss margin move movement net offset profit refund return reversal shift transaction transfer "
    "trend variance position coordinate elevation altitude log level relative x y z"
)
"""Words, in the name of a column or its table, that give a sign its meaning."""


class NegativeAmount(Rule):
    """Finds quantities and prices that may be negative."""

    code = "C006"
    group = "constraints"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, columns in _candidates(subject):
            yield from (_question(subject, table, column) for column in columns)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, columns in _candidates(subject):
            clean: list[Column] = []
            for column in columns:
                answer = subject.facts.ask(_question(subject, table, column), Counted)
                if answer is None or not answer.matching:
                    clean += [column] if stem(column.name)[-1] in _NEVER_NEGATIVE else []
                elif answer.matching < float(subject.option("usual", 0.02)) * answer.rows or answer.matching == 1:
                    yield self._negative(subject, table, column, answer)
            if clean:
                yield self._unguarded(subject, table, clean)

    def _negative(self, subject: Subject, table: Table, column: Column, answer: Counted) -> Finding:
        rows = count(answer.matching, "row")
        return self.finding(
            table.column_ref(column.name),
            f"{table.ref}.{column.name} is negative in {rows}, and nothing forbids it.",
            seen(f"In {looked_at(answer)}, {column.name} is negative in {answer.matching:,}.", answer),
            help=f"Find out what these rows mean; then add a check that {column.name} is 0 or more.",
            fix=self._fix(subject, table, [column], "display"),
            touched=Touched(rows=answer.matching),
        )

    def _unguarded(self, subject: Subject, table: Table, columns: list[Column]) -> Finding:
        names = [column.name for column in columns]
        question = _question(subject, table, columns[0])
        answer = subject.facts.ask(question, Counted)
        evidence = unchecked(subject, question)
        if answer and answer.rows:
            evidence = seen(f"No negative {listed(names, 'or')} in {looked_at(answer)}.", answer)
        target = table.column_ref(names[0]) if len(names) == 1 else table.ref
        return self.finding(
            target,
            f"Nothing keeps {table.ref}.{names[0]} from being negative."
            if len(names) == 1
            else f"Nothing keeps {listed(names)} of {table.ref} from being negative.",
            evidence,
            help=f"Add {'a check that it is' if len(names) == 1 else 'checks that they are'} 0 or more.",
            fix=self._fix(subject, table, columns, "unsafe"),
            severity="note",
            related=[] if len(names) == 1 else [table.column_ref(name) for name in names],
        )

    def _fix(self, subject: Subject, table: Table, columns: list[Column], safety: Safety) -> Fix:
        operations = tuple(
            AddCheck(
                target=table.ref,
                check=Check(
                    expression=_not_negative(subject, column), name=new_name(subject, "check", table, (column.name,))
                ),
            )
            for column in columns
        )
        names = listed([column.name for column in columns])
        return Fix(
            f"Check that {names} of {table.name} {'is' if len(columns) == 1 else 'are'} 0 or more", safety, operations
        )


def _candidates(subject: Subject) -> Iterator[tuple[Table, list[Column]]]:
    """The tables with their columns that cannot be meant to be negative, and that nothing guards."""
    for table in own_tables(subject.catalog):
        if keeps_records(table) or _SIGNED.intersection(stem(table.name)):
            continue
        found = [column for column in table.columns if _is_meant_positive(subject, column)]
        found = [column for column in found if not is_guarded(subject, table, column)]
        if found:
            yield table, found


def _is_meant_positive(subject: Subject, column: Column) -> bool:
    type_ = base_type(subject, column.type)
    if not type_.is_number or type_.unsigned or column.generated or column.identity or is_boolean(column):
        return False
    named = stem(column.name)
    return bool(named) and named[-1] in _NEVER_NEGATIVE | _HARDLY_NEGATIVE and not _SIGNED.intersection(named)


def _question(subject: Subject, table: Table, column: Column) -> CountMatching:
    keys = table.primary_key.columns if table.primary_key else ()
    return CountMatching(table.ref, f"{subject.quote(column.name)} < {_zero(subject, column)}", (*keys, column.name))


def _not_negative(subject: Subject, column: Column) -> str:
    return f"{subject.quote(column.name)} >= {_zero(subject, column)}"


def _zero(subject: Subject, column: Column) -> str:
    return "0::money" if base_type(subject, column.type).kind == "money" else "0"
