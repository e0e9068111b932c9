"""A column, or a pair of columns, that is a key by its name and by its rows, but that nothing declares unique.

## Why
An e-mail address that two accounts share, or a product number given twice, is found out when it has done harm. An
application that looks first and inserts then cannot prevent it: two requests at the same moment both see nothing.
Only a unique key can.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL);
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY, email varchar(254) NOT NULL UNIQUE);
```

## Fix
Adds the unique constraint, and drops a plain index over the same columns that it makes superfluous.

## Options
- `least-rows` (default 20): with fewer rows, distinct values prove nothing, and the rule stays silent.

## References
- PostgreSQL, [Unique
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS)
"""

from collections.abc import Iterable

from dbwright.catalog.facts import CheckOutcome, CountDistinct, CountNotTrue, Distinct, Question, TopValues, Values
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table, Unique
from dbwright.change.operations import AddUnique, DropIndex, Operation
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import words
from dbwright.rules.design._natural_keys import belongs_to_person, folds_case, natural_keys
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import made_redundant


class UndeclaredCandidateKey(Rule):
    """Finds keys that the rows obey and no constraint declares."""

    code = "K003"
    group = "keys"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, columns in natural_keys(subject):
            yield CountDistinct(table.ref, columns)
            if len(columns) == 1:
                if folds_case(subject, table, columns[0]):
                    yield _lower_case(subject, table, columns[0])
                if belongs_to_person(table, columns[0]):
                    yield TopValues(table.ref, columns[0])
            else:
                yield from (CountDistinct(table.ref, (name,)) for name in columns)

    def check(self, subject: Subject) -> Iterable[Finding]:
        told: set[Ref] = set()
        for table, columns in natural_keys(subject):
            answer = subject.facts.ask(CountDistinct(table.ref, columns), Distinct)
            if len(columns) > 1 and table.column_ref(columns[-1]) in told:
                continue
            if answer is None or answer.complete < int(subject.option("least-rows", 20)):
                continue
            if answer.distinct == answer.complete:
                if len(columns) == 1 or self._pair_is_telling(subject, table, columns, answer):
                    told.add(table.column_ref(columns[-1]))
                    yield self._unique_in_the_rows(subject, table, columns, answer)
            elif (
                len(columns) == 1 and belongs_to_person(table, columns[0]) and answer.distinct >= 0.95 * answer.complete
            ):
                yield self._repeated(subject, table, columns[0], answer)

    def _pair_is_telling(self, subject: Subject, table: Table, columns: tuple[str, ...], pair: Distinct) -> bool:
        """Whether both columns of a unique pair repeat often enough that the pair could have collided."""
        alone = [subject.facts.ask(CountDistinct(table.ref, (name,)), Distinct) for name in columns]
        return all(each is not None and each.distinct <= pair.complete / 2 for each in alone)

    def _unique_in_the_rows(
        self, subject: Subject, table: Table, columns: tuple[str, ...], answer: Distinct
    ) -> Finding:
        named = ", ".join(columns)
        mild = words(columns[0]) == ("external", "id")  # perhaps unique only within one of several sources
        what = f"{table.ref}.{named}" if len(columns) == 1 else f"({named}) in {table.ref}"
        evidence = [
            seen(
                f"{count(answer.distinct, 'different value')} in {count(answer.complete, 'row')} without NULL, of {looked_at(answer)}.",
                answer,
            )
        ]
        help_ = f"Declare ({named}) unique."
        if len(columns) == 1 and folds_case(subject, table, columns[0]):
            outcome = subject.facts.ask(_lower_case(subject, table, columns[0]), CheckOutcome)
            if outcome and outcome.false:
                summary = f"{count(outcome.false, 'value')} of {columns[0]} {'holds' if outcome.false == 1 else 'hold'} capital letters."
                evidence.append(seen(summary, outcome))
                help_ += " It tells Ann@example.com from ann@example.com: store one case, or make lower(…) unique."
        operations: list[Operation] = [
            AddUnique(
                target=table.ref, unique=Unique(columns=columns, name=new_name(subject, "unique", table, columns))
            )
        ]
        operations += [DropIndex(target=table.ref.child("index", each.name)) for each in made_redundant(table, columns)]
        return self.finding(
            table.column_ref(columns[0]) if len(columns) == 1 else table.ref,
            f"{what} has the name of a key, and no two rows share a value, but nothing declares it unique.",
            *evidence,
            help=help_,
            fix=Fix(
                f"Make {named} unique in {table.name}",
                "unsafe" if answer.sampled or mild else "safe",
                tuple(operations),
            ),
            severity="note" if mild else None,
        )

    def _repeated(self, subject: Subject, table: Table, name: str, answer: Distinct) -> Finding:
        repeats = answer.complete - answer.distinct
        top = subject.facts.ask(TopValues(table.ref, name), Values)
        rows = tuple((value, str(times)) for value, times in top.values if times > 1)[:5] if top else ()
        return self.finding(
            table.column_ref(name),
            f"{table.ref}.{name} should tell one row from another, but nothing declares it unique, and "
            f"{count(repeats, 'row repeats', 'rows repeat')} the value of another.",
            seen(
                f"{count(answer.distinct, 'different value')} in {count(answer.complete, 'row')} without NULL, of {looked_at(answer)}.",
                answer,
                rows,
                (name, "rows"),
            ),
            help=f"Merge the doubled rows, then declare {name} unique.",
        )


def _lower_case(subject: Subject, table: Table, name: str) -> CountNotTrue:
    quoted = subject.quote(name)
    return CountNotTrue(table.ref, f"lower({quoted}) = {quoted}")
