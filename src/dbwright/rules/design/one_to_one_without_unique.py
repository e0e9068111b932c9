"""A table that adds to each row of another one, at most one row each, without a unique key that says so.

## Why
A user has one profile, and the application reads it as one: the first that comes. Two requests at the same moment insert
two, and from then on it depends on the plan which of them is shown and which is changed.

Only tables are looked at whose name says that they add to their parent (`user_profiles`, `account_settings`), and only
where the rows prove it: no two of many rows share a parent.

## Bad
```sql
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE user_profiles (id integer PRIMARY KEY, user_id integer NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));
```

## Good
```sql
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE user_profiles (id integer PRIMARY KEY, user_id integer NOT NULL UNIQUE, FOREIGN KEY (user_id) REFERENCES users (id));
```

## Fix
Makes the column unique, and drops a plain index over it that the new key makes superfluous.

## Options
- `least-rows` (default 20): with fewer rows, distinct parents prove nothing, and the rule stays silent.

## References
- PostgreSQL, [Unique
  constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Distinct, Question
from dbwright.catalog.objects import Unique
from dbwright.change.operations import AddUnique, DropIndex, Operation
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._foreign_keys import Reference, references
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._tables import keeps_records, made_redundant

_ADDITIONS = word_set(
    "biography bio config configuration credential detail extension extra info information metadata preference profile setting "
    "summary"
)
"""Last words of tables that add to another one."""


class OneToOneWithoutUnique(Rule):
    """Finds additions to a table that could be stored twice."""

    code = "R014"
    group = "relationships"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return (CountDistinct(each.child.ref, each.key.columns) for each in _additions(subject))

    def check(self, subject: Subject) -> Iterable[Finding]:
        for each in _additions(subject):
            table, name = each.child, each.key.columns[0]
            answer = subject.facts.ask(CountDistinct(table.ref, (name,)), Distinct)
            if (
                answer is None
                or answer.complete < int(subject.option("least-rows", 20))
                or answer.distinct < answer.complete
            ):
                continue
            operations: list[Operation] = [
                AddUnique(
                    target=table.ref, unique=Unique(columns=(name,), name=new_name(subject, "unique", table, (name,)))
                )
            ]
            operations += [
                DropIndex(target=table.ref.child("index", index.name)) for index in made_redundant(table, (name,))
            ]
            yield self.finding(
                table.column_ref(name),
                f"{table.ref} holds one row for each row of {each.parent.ref}, but nothing keeps a second one out: {name} is not unique.",
                seen(
                    f"{count(answer.complete, 'row')} for as many rows of {each.parent.ref}; looked at {looked_at(answer)}.",
                    answer,
                ),
                help=f"Make {name} unique.",
                fix=Fix(
                    f"Make {name} unique in {table.name}", "unsafe" if answer.sampled else "safe", tuple(operations)
                ),
                related=(each.parent.ref,),
            )


def _additions(subject: Subject) -> Iterator[Reference]:
    """References of tables that are named as additions to their parent, where no key covers the column alone."""
    for each in references(subject):
        own, theirs = stem(each.child.name), stem(each.parent.name)
        named = own[-1:] and own[-1] in _ADDITIONS and own[:-1] in (theirs, theirs[-1:])
        if not named or len(each.key.columns) != 1 or keeps_records(each.child) or len(each.child.foreign_keys) != 1:
            continue
        column = each.key.columns[0]
        indexes = [index for index in each.child.indexes if index.unique]
        if any(column in key for key in each.child.keys) or any(column in index.columns for index in indexes):
            continue
        yield each
